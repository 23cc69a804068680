"""Hand-overs in person: who is coming, who was sent on, what to do when nobody arrives."""

import flet as ft

from hub_app.ui.formats import minutes
from hub_app.ui.parts import (
    Card,
    Pill,
    PrimaryButton,
    QuietButton,
    QuietWords,
    Signs,
    Tap,
    Together,
    Words,
)
from hub_app.ui.screens.desk_look import Look
from hub_app.ui.screens.desk_queue import busy_with
from hub_app.ui.screens.desk_why import signs_of
from hub_app.ui.screens.desk_words import step_words, who
from hub_app.ui.screens.phrases import needs_in_words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Radius, Space, Tone, Type
from hub_app.view.handovers import HandoverRow, Step

_SECONDS_SAID = 120
_ORDER = tuple(Step)


def receipt_words(seconds: int) -> str:
    """Say how long it took until a family was received."""
    if seconds < _SECONDS_SAID:
        return ngettext("Received after {n} second", "Received after {n} seconds", seconds)
    return _("Received after {time}", time=minutes(seconds // 60))


def ComingCards(look: Look) -> list[ft.Control]:
    """Give one card for each family that is walked to this desk."""
    return [_coming(look, row) for row in look.view.coming]


def _coming(look: Look, row: HandoverRow) -> ft.Control:
    person, tone = row.row, Tone.WARN if row.is_late else Tone.CALM
    receive = Tap(
        f"receive-{person.visit}",
        _("They are here"),
        look.taps.receive,
        (person.visit,),
        ft.Icons.HANDSHAKE_OUTLINED,
        busy_with(look),
    )
    headline = _("{who} is coming from {desk}", who=who(person), desk=row.from_desk)
    if row.is_late:
        headline = _("{who} has not arrived from {desk}", who=who(person), desk=row.from_desk)
    service = look.pack.service(row.service).short
    needs = needs_in_words(look.pack, row.needs)
    lines: list[ft.Control] = [
        Words(headline, Type.HEADING, colour=tone.ink),
        Words(_("For {service}. {since}", service=service, since=_set_off(row)), colour=tone.ink),
        Words(_("About: {needs}", needs=needs), colour=tone.ink),
        *Signs(signs_of(look.here, row.arranged)),
    ]
    if row.note:
        lines.append(Words(_("They agreed to share: {note}", note=row.note), colour=tone.ink))
    if row.is_late:
        late = _("Go and look for them in the hall. If you can’t find them, choose:")
        lines += [Words(late, colour=tone.ink), _not_arrived(look, row)]
    words = ft.Column(lines, tight=True, spacing=Space.XS, expand=True)
    icon = ft.Icon(ft.Icons.DIRECTIONS_WALK, size=40, color=tone.ink)
    inside: ft.Control = ft.Row([icon, words, PrimaryButton(receive)], spacing=Space.L)
    if look.is_narrow:
        text = ft.Row([icon, words], spacing=Space.M)
        inside = ft.Column([text, PrimaryButton(receive, is_wide=True)], spacing=Space.M)
    return ft.Semantics(
        key=f"coming-{person.visit}",
        live_region=row.is_late,
        content=ft.Container(inside, bgcolor=tone.fill, border_radius=Radius.CARD, padding=Space.L),
    )


def _set_off(row: HandoverRow) -> str:
    """Say how far a family is that comes here."""
    n = row.row.step_minutes
    time = minutes(n, is_short=True)
    if row.step is Step.WALKING:
        return _("They set off {time} ago.", time=time) if n else _("They are on their way.")
    return _("Asked {time} ago.", time=time) if n else _("They set off soon.")


def _not_arrived(look: Look, row: HandoverRow) -> ft.Control:
    """Give what the receiving desk can do: call them to the board, or let them wait again."""
    buttons: list[ft.Control] = []
    if row.can_call and look.view.desk.is_free:
        label = _("Call {ticket}", ticket=row.row.ticket)
        call = Tap(f"call-{row.row.visit}", label, look.taps.call, (row.row.visit,))
        buttons.append(QuietButton(call))
    buttons.append(QuietButton(_take_back(look, row, _("Back to the queue"))))
    return Together(*buttons)


def _take_back(look: Look, row: HandoverRow, label: str) -> Tap:
    visit = row.row.visit
    return Tap(f"take-back-{visit}", label, look.taps.take_back, (visit,), ft.Icons.CHAIR_OUTLINED)


def SentCards(look: Look) -> list[ft.Control]:
    """Give one card for each family this desk handed over, until a little after they arrive."""
    return [_sent(look, row) for row in look.view.sent]


def _sent(look: Look, row: HandoverRow) -> ft.Control:
    person = row.row
    steps = ft.Row(
        [_step(step, row.step) for step in Step], wrap=True, spacing=Space.S, run_spacing=Space.S
    )
    key = f"sent-{person.visit}"
    if row.step is Step.RECEIVED:
        title = _("{ticket} is with {desk}", ticket=person.ticket, desk=row.to_desk)
        received = [] if row.seconds is None else [QuietWords(receipt_words(row.seconds))]
        return Card(Words(title, Type.LEAD), steps, *received, key=key)
    title = _("{ticket} goes to {desk}", ticket=person.ticket, desk=row.to_desk)
    return Card(Words(title, Type.LEAD), steps, *_what_if(look, row), key=key)


def _what_if(look: Look, row: HandoverRow) -> list[ft.Control]:
    """Give what the desk that sent them can do, and a clear word when nobody received them."""
    person = row.row
    buttons: list[ft.Control] = []
    if row.step is Step.OFFERED:
        label, icon = _("We are walking over"), ft.Icons.DIRECTIONS_WALK
        walk = Tap(f"walking-{person.visit}", label, look.taps.walk, (person.visit,), icon)
        buttons.append(QuietButton(walk))
    if row.can_call:
        label = _("Call them back to us")
        back = Tap(f"call-{person.visit}", label, look.taps.call, (person.visit,))
        buttons.append(QuietButton(back))
    if row.is_late:
        buttons.append(QuietButton(_take_back(look, row, _("Take the offer back"))))
        return [_alert(row), Together(*buttons)]
    service = look.pack.service(row.service).short
    if_not = _(
        "Not received? Any desk for {service} can call {ticket} by name.",
        service=service,
        ticket=person.ticket,
    )
    return [*([Together(*buttons)] if buttons else []), QuietWords(if_not)]


def _alert(row: HandoverRow) -> ft.Control:
    said = _(
        "{desk} has not received {ticket} for {time}. Go and look for them. Taking the offer back"
        " lets them wait again, with their place kept.",
        desk=row.to_desk,
        ticket=row.row.ticket,
        time=minutes(row.minutes),
    )
    icon = ft.Icon(ft.Icons.ERROR_OUTLINE, color=Tone.WARN.ink)
    words = ft.Container(Words(said, colour=Tone.WARN.ink), expand=True)
    return ft.Semantics(
        key=f"late-{row.row.visit}",
        live_region=True,
        content=ft.Container(
            ft.Row([icon, words], spacing=Space.M),
            bgcolor=Tone.WARN.fill,
            border_radius=Radius.CONTROL,
            padding=Space.M,
        ),
    )


def _step(step: Step, reached: Step) -> ft.Control:
    is_reached = _ORDER.index(step) <= _ORDER.index(reached)
    icon = ft.Icons.CHECK_CIRCLE if is_reached else ft.Icons.CIRCLE_OUTLINED
    return Pill(step_words(step), Tone.GOOD if is_reached else Tone.PLAIN, icon)
