"""What a plan must respect, entered in a few taps: interpreter, access, leave by, appointment."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import flet as ft

from hub_app.core.session import Presence, Session
from hub_app.ui.parts import (
    Answers,
    Choice,
    Field,
    QuietButton,
    QuietWords,
    Signs,
    Tap,
    TextBox,
)
from hub_app.ui.parts.several import Several, Ticks
from hub_app.ui.screens.desk_why import Here, signs_of
from hub_app.ui.screens.draft_taps import DraftTaps
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space
from hub_app.view.arranged import ArrangedRow
from hub_app.view.arrangements import (
    SCHOOL,
    TYPED,
    Arranging,
    arranged,
    leaving,
    meeting,
    picked,
    quick_times,
    with_access,
)
from hub_app.view.typed import LocalClock

_Change = Callable[..., Any]


@dataclass(frozen=True)
class Arranger:
    """What this part is drawn from: the words, the session, the hall’s clock, the taps."""

    here: Here
    session: Session
    clock: LocalClock
    taps: DraftTaps

    def change(self, how: Callable[..., Arranging], *given: Any) -> _Change:
        """Give a tap that changes the arrangements with what it is told last."""
        return partial(_changed, self.taps, how, given)


def _changed(
    taps: DraftTaps, how: Callable[..., Arranging], given: tuple[Any, ...], told: Any
) -> None:
    taps.arrange(how, told, *given)


def arrangements_part(by: Arranger, is_open: bool, show: Tap) -> ft.Control:  # noqa: FBT001
    """Give what was arranged as signs, and at a tap the questions for it."""
    lines = [*Signs(signs_of(by.here, _row(by))), QuietButton(show, is_wide=True)]
    if is_open:
        lines += [_interpreter(by), _access(by), *_leave(by), *_appointment(by)]
    return ft.Column(
        lines,
        key="arrangements",
        tight=True,
        spacing=Space.L,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _row(by: Arranger) -> ArrangedRow:
    event = arranged(by.taps.arranging)
    language = event.interpreter or ""
    return ArrangedRow(
        language,
        by.session.interpreters.get(language, 0) > 0,
        event.access,
        event.leave_by,
        event.appointment_service or "",
        event.appointment_at,
    )


def _interpreter(by: Arranger) -> ft.Control:
    in_hall = {language for language, number in by.session.interpreters.items() if number > 0}
    own = by.here.pack.language
    options = tuple((one.id, one.own_name) for one in by.here.pack.languages if one.id != own)
    ordered = tuple(sorted(options, key=lambda each: each[0] not in in_hall))
    chosen = by.taps.arranging.interpreter
    hint = ""
    if chosen is not None:
        hint = _("In the hall today.") if chosen in in_hall else _("By telephone, or by video.")
    choice = Choice("interpreter", ordered, chosen, by.change(_speaks))
    return Field(_("Do they want an interpreter?"), Answers(choice), hint)


def _speaks(arranging: Arranging, language: str | None) -> Arranging:
    return replace(arranging, interpreter=language)


def _access(by: Arranger) -> ft.Control:
    options = tuple((one.id, one.short) for one in by.here.pack.access)
    chosen = by.taps.arranging.access
    ticks = Ticks("access", options, chosen, by.change(with_access))
    return Field(_("What makes it easier for them?"), Several(ticks))


def _leave(by: Arranger) -> list[ft.Control]:
    arranging = by.taps.arranging
    quick = quick_times(by.clock)
    options = tuple((code, _pick_words(by, code, at)) for code, at in quick)
    choice = Choice("leave", options, arranging.leave_pick, by.change(picked, by.clock))
    typed = arranging.leave_typed
    box = TextBox("leave-typed", _("Or a time, such as 14:45"), typed, by.change(leaving, by.clock))
    lines: list[ft.Control] = [Field(_("Must they leave by a time?"), Answers(choice)), box]
    if typed and arranging.leave_pick != TYPED:
        lines.append(QuietWords(_("Type a time that is still to come, such as 14:45.")))
    return lines


def _pick_words(by: Arranger, code: str, at: int) -> str:
    if code == SCHOOL:
        return _("School run {time}", time=by.here.at(at))
    return _("{n} min", n=int(code))


def _appointment(by: Arranger) -> list[ft.Control]:
    arranging, around = by.taps.arranging, _services_around(by.session)
    codes = [one.id for one in by.here.pack.services if one.id in around or not around]
    chosen = arranging.appointment_service
    if chosen is not None and chosen not in codes:
        codes.append(chosen)
    options = tuple((code, by.here.service(code)) for code in codes)
    choice = Choice("appointment", options, chosen, by.change(_meets))
    lines: list[ft.Control] = [Field(_("Do they have an appointment?"), Answers(choice))]
    if chosen is None:
        return lines
    typed = arranging.appointment_typed
    label = _("At what time? Such as 14:30")
    lines.append(TextBox("appointment-typed", label, typed, by.change(meeting, by.clock)))
    if arranging.appointment_at is None:
        lines.append(QuietWords(_("Type the time, so that they are called then.")))
    needs = (by.here.pack.need(need) for need in (*by.taps.draft.needs, *by.taps.have))
    if not any(chosen in need.services for need in needs):
        lines.append(QuietWords(_("Choose what the appointment is about, too.")))
    return lines


def _meets(arranging: Arranging, service: str | None) -> Arranging:
    return replace(arranging, appointment_service=service)


def _services_around(session: Session) -> frozenset[str]:
    around = (d for d in session.desks.values() if d.presence is not Presence.GONE)
    return frozenset(service for desk in around for service in desk.services)
