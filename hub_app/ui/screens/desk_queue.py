"""The lines of a desk's screen: its queue, who is on hold, who goes elsewhere just now."""

from collections.abc import Callable, Sequence
from enum import StrEnum

import flet as ft

from hub_app.ui.component import memo
from hub_app.ui.formats import minutes
from hub_app.ui.parts import (
    Pill,
    QuietButton,
    QuietWords,
    Section,
    Sign,
    Signs,
    Tap,
    Together,
    Words,
)
from hub_app.ui.parts.person import LineTicket
from hub_app.ui.screens.desk_look import Look
from hub_app.ui.screens.desk_why import signs_of, what_else, what_is_in_the_way
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Fill, Ink, Radius, Space, Tone, Type
from hub_app.view.arranged import NOTHING
from hub_app.view.desk import other_services
from hub_app.view.handovers import HandoverRow
from hub_app.view.people import PersonRow

_Act = Callable[[str], object]
_Signs = tuple[Sign, ...]


class Can(StrEnum):
    """Whether a family in a list can be called from it."""

    NOT = "not"
    CALL = "call"
    ASKED = "asked"  # their call is on its way


def busy_with(look: Look) -> str:
    """Say why nobody else can be called now; nothing when somebody can."""
    if look.view.with_me is None:
        return ""
    return _("First finish with {ticket}.", ticket=look.view.with_me.row.ticket)


def Lines(lines: Sequence[ft.Control]) -> ft.Control:
    """Give keyed lines one under the other: when one goes, the others are not drawn again."""
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(list(lines), tight=True, spacing=Space.M, horizontal_alignment=stretch)


def _line(
    ticket: str,
    texts: list[ft.Control],
    buttons: list[ft.Control],
    below: Sequence[ft.Control] = (),
) -> ft.Control:
    """Give one family's line; what is `below` has the whole width, so that it is never cut."""
    top = ft.Row(
        [
            LineTicket(ticket),
            ft.Column(texts, tight=True, spacing=Space.XS, expand=True),
            *buttons,
        ],
        spacing=Space.M,
    )
    box = ft.Container(
        padding=Space.M,
        bgcolor=Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        content=ft.Column([top, *below], tight=True, spacing=Space.S) if below else top,
    )
    return ft.Semantics(container=True, content=box)


def _about(row: PersonRow, said: str) -> list[ft.Control]:
    texts: list[ft.Control] = [Words(row.name, lines=2)] if row.name else []
    texts.append(QuietWords(said))
    if row.urgent is not None:
        urgent = Pill(_("Urgent"), Tone.URGENT, ft.Icons.PRIORITY_HIGH)
        texts.append(ft.Row([urgent], tight=True))
    return texts


def _way(said: str) -> list[ft.Control]:
    if not said:
        return []
    icon = ft.Icon(ft.Icons.HOURGLASS_EMPTY, size=18, color=Ink.QUIET)
    return [ft.Row([icon, ft.Container(Words(said), expand=True)], spacing=Space.XS)]


def _signs(look: Look, row: PersonRow) -> tuple[str, _Signs]:
    """Give what is in the way of calling a family, empty for nothing, and what was arranged."""
    arranged = look.view.arranged.get(row.visit, NOTHING)
    way = look.view.blocked.get(row.visit)
    if way is None:
        return "", signs_of(look.here, arranged)
    said = what_is_in_the_way(look.here, way, arranged)
    return said, signs_of(look.here, what_else(way, arranged))


def _can(look: Look, visit: str) -> Can:
    if look.asked == visit:
        return Can.ASKED
    return Can.CALL if look.view.desk.is_free and look.cut_off is None else Can.NOT


def _to_call(row: PersonRow, call: _Act, can: Can) -> list[ft.Control]:
    """Give the button that calls a family, or the word that it is being done."""
    if can is Can.ASKED:
        waiting = Pill(_("Calling …"), Tone.CALM, ft.Icons.HOURGLASS_EMPTY)
        return [ft.Container(waiting, key=f"calling-{row.visit}")]
    label = _("Call {ticket}", ticket=row.ticket)
    tap = Tap(f"call-{row.visit}", label, call, (row.visit,))
    return [QuietButton(tap)] if can is Can.CALL else []


@memo
def QueueLine(
    row: PersonRow, call: _Act, said: tuple[str, _Signs], can: Can, also: str
) -> ft.Control:
    """Show one waiting family, who can be called out of turn: `said` has what is in the way.

    `also` names the services they are here for beside this desk's.
    """
    way, signs = said
    here = minutes(row.minutes, is_short=True) if row.minutes else _("just now")
    since = _("Here {time}", time=here) if row.minutes else _("Here just now")
    if row.missed:
        missed = ngettext("missed {n} call", "missed {n} calls", row.missed)
        since = _("{here} · {missed}", here=since, missed=missed)
    if also:
        since = _("{here} · also {services}", here=since, services=also)
    buttons = _to_call(row, call, can)
    return _line(row.ticket, _about(row, since), buttons, [*_way(way), *Signs(signs)])


@memo
def HoldLine(row: PersonRow, resume: _Act, call: _Act, signs: _Signs, can: Can) -> ft.Control:
    """Show one family who stepped out with their place kept."""
    ready = Tap(f"resume-{row.visit}", _("Ready again"), resume, (row.visit,))
    buttons = [QuietButton(ready), *_to_call(row, call, can)]
    texts = _about(row, _("Stepped out; place kept"))
    texts.append(Together(*buttons))
    return _line(row.ticket, texts, [], Signs(signs))


@memo
def WayLine(row: HandoverRow, call: _Act, can: Can) -> ft.Control:
    """Show a family on the way to another desk, whom this one could call instead."""
    person = row.row
    said = _("On the way to {desk}", desk=row.to_desk)
    return _line(person.ticket, _about(person, said), _to_call(person, call, can))


def QueueSection(look: Look) -> ft.Control:
    """Give this desk's queue in order, then who is on the way elsewhere."""
    view, taps = look.view, look.taps
    lines = [
        QueueLine(
            row,
            taps.call,
            _signs(look, row),
            _can(look, row.visit),
            services_in_words(look.pack, other_services(view, row)),
            key=f"line-{row.visit}",
        )
        for row in view.queue
    ]
    lines += [
        WayLine(row, taps.call, _can(look, row.row.visit), key=f"way-{row.row.visit}")
        for row in view.on_the_way
    ]
    if not lines:
        return Section(_("My queue"), QuietWords(_("Nobody is waiting."), Type.BODY))
    title = _("My queue · {n}", n=len(view.queue)) if view.queue else _("My queue")
    return Section(title, Lines(lines), hint=_queue_hint(look))


def _queue_hint(look: Look) -> str:
    if look.view.desk.is_free and look.cut_off is not None:
        return _("In order. Only somebody who is here with you can be called just now.")
    if look.view.desk.is_free:
        return _("In order. Anybody can be called by name.")
    return busy_with(look)


def HoldSection(look: Look) -> ft.Control:
    """Give the families on hold that this desk could help."""
    view, taps = look.view, look.taps
    lines = [
        HoldLine(
            row,
            taps.resume,
            taps.call,
            _signs(look, row)[1],
            _can(look, row.visit),
            key=f"hold-{row.visit}",
        )
        for row in view.on_hold
    ]
    return Section(_("On hold"), Lines(lines))
