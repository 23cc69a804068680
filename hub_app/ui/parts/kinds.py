"""What became of each kind of record, in plain words that add up: gone, held and why, destroyed."""

from collections.abc import Mapping
from datetime import date

import flet as ft

from hub_app.ui.formats import day
from hub_app.ui.parts.words import QuietWords, Words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Ink, Space, Type
from hub_app.view.chip import HeldLine, KindLine, KindRow, SyncStatus, Why, kind_rows

_SIGNS: Mapping[Why, ft.IconData] = {
    Why.NOT_OVER: ft.Icons.CALENDAR_MONTH_OUTLINED,
    Why.TOO_FEW: ft.Icons.GROUPS_OUTLINED,
    Why.GIVES_AWAY: ft.Icons.VISIBILITY_OFF_OUTLINED,
    Why.NOT_NAMED: ft.Icons.HELP_OUTLINE,
    Why.NOT_TAKEN: ft.Icons.ERROR_OUTLINE,
}


def kind_name(kind: str) -> str:
    """Give a kind of record in plain words."""
    names = {
        "visit": _("Visits"),
        "wait": _("How long people waited"),
        "need": _("What people came for"),
        "service": _("Desks people saw"),
        "priority_need": _("Priority family groups, with what they came for"),
        "priority_result": _("Priority family groups, with what came of it"),
        "gain": _("Money gained"),
        "language": _("Languages"),
        "referral": _("How people heard of the hub"),
        "area": _("Areas"),
        "work_status": _("Work"),
        "unmet": _("What nobody could help with"),
    }
    return names.get(kind, kind)


def line_words(line: KindLine) -> str:
    """Say how many visits of one kind are gone, held and destroyed, so that it adds up."""
    if line.visits == line.sent:
        return ngettext("{n}, gone", "{n}, all gone", line.visits)
    if not line.destroyed:
        return _(
            "{visits} = {sent} gone + {held} held here",
            visits=line.visits,
            sent=line.sent,
            held=line.held,
        )
    return _(
        "{visits} = {sent} gone + {held} held here + {destroyed} destroyed",
        visits=line.visits,
        sent=line.sent,
        held=line.held,
        destroyed=line.destroyed,
    )


def held_words(held: HeldLine) -> str:
    """Say why visits are still here, and until when."""
    n = held.visits
    if held.why is Why.NOT_NAMED:
        return ngettext(
            "{n} visit stays here: the centre has no word for one of its answers",
            "{n} visits stay here: the centre has no word for one of their answers",
            n,
        )
    if held.why is Why.NOT_TAKEN:
        return ngettext(
            "{n} visit stays here: the centre did not take what went before it",
            "{n} visits stay here: the centre did not take what went before them",
            n,
        )
    if held.until is None:
        return ngettext(
            "{n} visit stays here: it could not be sent safely, and the time to wait is over",
            "{n} visits stay here: they could not be sent safely, and the time to wait is over",
            n,
        )
    if held.waits_for is not None:
        return ngettext(
            "{n} visit waits until the session of {day} is closed and signed off",
            "{n} visits wait until the session of {day} is closed and signed off",
            n,
            day=day(date.fromisoformat(held.waits_for)),
        )
    until = day(date.fromisoformat(held.until))
    match held.why:
        case Why.NOT_OVER:
            return ngettext(
                "{n} visit: its month is not over; it can go after {day}",
                "{n} visits: their month is not over; they can go after {day}",
                n,
                day=until,
            )
        case Why.GIVES_AWAY:
            return ngettext(
                "{n} visit waits until {day}: whoever knew one answer would know another",
                "{n} visits wait until {day}: whoever knew one answer would know another",
                n,
                day=until,
            )
        case _:
            return ngettext(
                "{n} visit waits for more like it until {day}",
                "{n} visits wait for more like them until {day}",
                n,
                day=until,
            )


def destroyed_words(line: KindLine) -> str:
    """Say that visits were destroyed before they could go."""
    return ngettext(
        "{n} was never sent: too few were alike, and the time to wait was over",
        "{n} were never sent: too few were alike, and the time to wait was over",
        line.destroyed,
    )


def late_words(families: int) -> str:
    """Say that families came to light after the count of their session had gone."""
    return ngettext(
        "{n} family came to light after the count had gone; the count at the centre stays as it"
        " went.",
        "{n} families came to light after the count had gone; the count at the centre stays as it"
        " went.",
        families,
    )


def taken_back_words(visits: int) -> str:
    """Say that visits were taken back after the count of their session had gone."""
    return ngettext(
        "{n} visit was taken back after the count; the count at the centre stays as it went.",
        "{n} visits were taken back after the count; the count at the centre stays as it went.",
        visits,
    )


def quarantined_words(batches: int) -> str:
    """Say that the centre keeps what it cannot read."""
    return ngettext(
        "The centre could not read {n}. It keeps it, and so does this hub, until somebody there"
        " has looked at it.",
        "The centre could not read {n}. It keeps them, and so does this hub, until somebody there"
        " has looked at them.",
        batches,
    )


def no_room_words(sessions: int) -> str:
    """Say that sessions that should be destroyed by now are still here, and what to do."""
    return ngettext(
        "This tablet’s disk is full, so {n} session that should be destroyed by now is still here."
        " Make some room; it is tried again by itself.",
        "This tablet’s disk is full, so {n} sessions that should be destroyed by now are still"
        " here. Make some room; it is tried again by itself.",
        sessions,
    )


def KindLines(status: SyncStatus) -> ft.Control:
    """Give every kind of record with where its visits are; what is still here comes first."""
    rows = kind_rows(status.lines, status.held_lines)
    return ft.Column(
        [_kind(row) for row in rows],
        tight=True,
        spacing=Space.S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _kind(row: KindRow) -> ft.Control:
    line, key = row.line, f"sync-line-{row.line.kind}"
    if line.visits == line.sent:
        name = ft.Container(Words(kind_name(line.kind)), expand=True)
        return ft.Row([name, QuietWords(line_words(line), Type.BODY)], key=key, spacing=Space.M)
    reasons = [_reason(_SIGNS[each.why], held_words(each)) for each in row.held]
    if line.destroyed:
        reasons.append(_reason(ft.Icons.DELETE_OUTLINE, destroyed_words(line)))
    return ft.Container(
        key=key,
        padding=ft.Padding.only(bottom=Space.S),
        border=ft.Border.only(bottom=ft.BorderSide(1, Edge.HAIRLINE)),
        content=ft.Column(
            [
                Words(kind_name(line.kind)),
                QuietWords(line_words(line), Type.BODY),
                *reasons,
            ],
            tight=True,
            spacing=Space.XS,
        ),
    )


def _reason(sign: ft.IconData, text: str) -> ft.Control:
    icon = ft.Icon(sign, size=18, color=Ink.QUIET)
    words = ft.Container(QuietWords(text), expand=True)
    return ft.Row([icon, words], spacing=Space.S, vertical_alignment=ft.CrossAxisAlignment.START)
