"""The lines of a desk's screen: its queue, who is on hold, who is coming, who was sent on."""

from collections.abc import Callable, Sequence

import flet as ft

from hub_app.ui.component import memo
from hub_app.ui.formats import minutes
from hub_app.ui.parts import (
    Card,
    Pill,
    PrimaryButton,
    QuietButton,
    QuietWords,
    Section,
    Tap,
    TicketCode,
    Together,
    Words,
)
from hub_app.ui.screens.desk_cards import Look
from hub_app.ui.screens.desk_words import step_words, who
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Fill, Radius, Space, Tone, Type
from hub_app.view.desk import HandoverRow, Step
from hub_app.view.people import PersonRow

_Act = Callable[[str], object]


def busy_with(look: Look) -> str:
    """Say why nobody else can be called now; nothing when somebody can."""
    if look.view.with_me is None:
        return ""
    return _("First finish with {ticket}.", ticket=look.view.with_me.row.ticket)


def Lines(lines: Sequence[ft.Control]) -> ft.Control:
    """Give keyed lines one under the other: when one goes, the others are not drawn again."""
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(list(lines), tight=True, spacing=Space.M, horizontal_alignment=stretch)


def _line(ticket: str, texts: list[ft.Control], buttons: list[ft.Control]) -> ft.Control:
    box = ft.Container(
        padding=Space.M,
        bgcolor=Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        content=ft.Row(
            [
                TicketCode(ticket, is_small=True),
                ft.Column(texts, tight=True, spacing=Space.XS, expand=True),
                *buttons,
            ],
            spacing=Space.M,
        ),
    )
    return ft.Semantics(container=True, content=box)


def _about(row: PersonRow, said: str) -> list[ft.Control]:
    texts: list[ft.Control] = [Words(row.name, lines=2)] if row.name else []
    texts.append(QuietWords(said))
    if row.urgent is not None:
        urgent = Pill(_("Urgent"), Tone.URGENT, ft.Icons.PRIORITY_HIGH)
        texts.append(ft.Row([urgent], tight=True))
    return texts


@memo
def QueueLine(row: PersonRow, call: _Act, is_callable: bool) -> ft.Control:  # noqa: FBT001
    """Show one waiting family, who can be called out of turn."""
    here = minutes(row.minutes, is_short=True) if row.minutes else _("just now")
    said = _("Here {time}", time=here) if row.minutes else _("Here just now")
    if row.missed:
        missed = ngettext("missed {n} call", "missed {n} calls", row.missed)
        said = _("{here} · {missed}", here=said, missed=missed)
    tap = Tap(f"call-{row.visit}", _("Call {ticket}", ticket=row.ticket), call, (row.visit,))
    return _line(row.ticket, _about(row, said), [QuietButton(tap)] if is_callable else [])


@memo
def HoldLine(row: PersonRow, resume: _Act, call: _Act, is_callable: bool) -> ft.Control:  # noqa: FBT001
    """Show one family who stepped out with their place kept."""
    ready = Tap(f"resume-{row.visit}", _("Ready again"), resume, (row.visit,))
    buttons = [QuietButton(ready)]
    if is_callable:
        label = _("Call {ticket}", ticket=row.ticket)
        buttons.append(QuietButton(Tap(f"call-{row.visit}", label, call, (row.visit,))))
    texts = _about(row, _("Stepped out; place kept"))
    texts.append(Together(*buttons))
    return _line(row.ticket, texts, [])


@memo
def WayLine(row: HandoverRow, call: _Act, is_callable: bool) -> ft.Control:  # noqa: FBT001
    """Show a family on the way to another desk, whom this one could call instead."""
    person = row.row
    said = _("On the way to {desk}", desk=row.to_desk)
    label = _("Call {ticket}", ticket=person.ticket)
    tap = Tap(f"call-{person.visit}", label, call, (person.visit,))
    return _line(person.ticket, _about(person, said), [QuietButton(tap)] if is_callable else [])


def QueueSection(look: Look) -> ft.Control:
    """Give this desk's queue in order, then who is on the way elsewhere."""
    view, taps = look.view, look.taps
    is_free = view.desk.is_free
    lines = [QueueLine(row, taps.call, is_free, key=f"line-{row.visit}") for row in view.queue]
    lines += [
        WayLine(row, taps.call, is_free, key=f"way-{row.row.visit}") for row in view.on_the_way
    ]
    if not lines:
        return Section(_("My queue"), QuietWords(_("Nobody is waiting."), Type.BODY))
    title = _("My queue · {n}", n=len(view.queue)) if view.queue else _("My queue")
    return Section(title, Lines(lines), hint=_queue_hint(look))


def _queue_hint(look: Look) -> str:
    if look.view.desk.is_free:
        return _("In order. Anybody can be called by name.")
    return busy_with(look)


def HoldSection(look: Look) -> ft.Control:
    """Give the families on hold that this desk could help."""
    view, taps = look.view, look.taps
    lines = [
        HoldLine(row, taps.resume, taps.call, view.desk.is_free, key=f"hold-{row.visit}")
        for row in view.on_hold
    ]
    return Section(_("On hold"), Lines(lines))


def ComingCards(look: Look) -> list[ft.Control]:
    """Give one card for each family that is walked to this desk."""
    return [_coming(look, row) for row in look.view.coming]


def _coming(look: Look, row: HandoverRow) -> ft.Control:
    person = row.row
    receive = Tap(
        f"receive-{person.visit}",
        _("They are here"),
        look.taps.receive,
        (person.visit,),
        ft.Icons.HANDSHAKE_OUTLINED,
        busy_with(look),
    )
    headline = _("{who} is coming from {desk}", who=who(person), desk=row.from_desk)
    service = look.pack.service(row.service).short
    below = _("For {service}. {since}", service=service, since=_set_off(row))
    words = ft.Column(
        [
            Words(headline, Type.HEADING, colour=Tone.CALM.ink),
            Words(below, colour=Tone.CALM.ink),
        ],
        tight=True,
        spacing=Space.XS,
        expand=True,
    )
    icon = ft.Icon(ft.Icons.DIRECTIONS_WALK, size=40, color=Tone.CALM.ink)
    inside: ft.Control = ft.Row([icon, words, PrimaryButton(receive)], spacing=Space.L)
    if look.is_narrow:
        text = ft.Row([icon, words], spacing=Space.M)
        inside = ft.Column([text, PrimaryButton(receive, is_wide=True)], spacing=Space.M)
    return ft.Container(
        inside,
        key=f"coming-{person.visit}",
        bgcolor=Tone.CALM.fill,
        border_radius=Radius.CARD,
        padding=Space.L,
    )


def _set_off(row: HandoverRow) -> str:
    """Say how far a family is that comes here."""
    n = row.row.step_minutes
    time = minutes(n, is_short=True)
    if row.step is Step.WALKING:
        return _("They set off {time} ago.", time=time) if n else _("They are on their way.")
    return _("Asked {time} ago.", time=time) if n else _("They set off soon.")


def SentCards(look: Look) -> list[ft.Control]:
    """Give one card for each family this desk handed over, until a little after they arrive."""
    return [_sent(look, row) for row in look.view.sent]


def _sent(look: Look, row: HandoverRow) -> ft.Control:
    person = row.row
    steps = ft.Row(
        [_step(step, row.step) for step in Step], wrap=True, spacing=Space.S, run_spacing=Space.S
    )
    title = _("{ticket} goes to {desk}", ticket=person.ticket, desk=row.to_desk)
    if row.step is Step.RECEIVED:
        title = _("{ticket} is with {desk}", ticket=person.ticket, desk=row.to_desk)
        return Card(Words(title, Type.LEAD), steps, key=f"sent-{person.visit}")
    service = look.pack.service(row.service).short
    if_not = _(
        "Not received? Any desk for {service} can call {ticket} by name.",
        service=service,
        ticket=person.ticket,
    )
    buttons: list[ft.Control] = []
    if row.step is Step.OFFERED:
        walk = Tap(
            f"walking-{person.visit}",
            _("We are walking over"),
            look.taps.walk,
            (person.visit,),
            ft.Icons.DIRECTIONS_WALK,
        )
        buttons.append(QuietButton(walk))
    if row.can_call:
        label = _("Call them back to us")
        back = Tap(f"call-{person.visit}", label, look.taps.call, (person.visit,))
        buttons.append(QuietButton(back))
    return Card(
        Words(title, Type.LEAD),
        steps,
        *([Together(*buttons)] if buttons else []),
        QuietWords(if_not),
        key=f"sent-{person.visit}",
    )


_ORDER = tuple(Step)


def _step(step: Step, reached: Step) -> ft.Control:
    is_reached = _ORDER.index(step) <= _ORDER.index(reached)
    icon = ft.Icons.CHECK_CIRCLE if is_reached else ft.Icons.CIRCLE_OUTLINED
    return Pill(step_words(step), Tone.GOOD if is_reached else Tone.PLAIN, icon)
