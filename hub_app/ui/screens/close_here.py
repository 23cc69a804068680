"""The first step of closing: everybody who is still here gets an end that can be counted."""

from collections.abc import Callable, Sequence
from typing import Protocol

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.visit import AT_DESK
from hub_app.ui.component import memo
from hub_app.ui.formats import clock, listed
from hub_app.ui.hooks import use_width
from hub_app.ui.latest import use_latest
from hub_app.ui.parts import (
    DangerButton,
    Panel,
    Pill,
    QuietButton,
    QuietWords,
    Section,
    Tap,
    Together,
    Words,
    use_panel,
)
from hub_app.ui.parts.person import LineTicket, where_words
from hub_app.ui.screens.desk_gain import Pick
from hub_app.ui.screens.desk_queue import Lines
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Fill, Radius, Space, Tone, Width
from hub_app.view.close import CloseView
from hub_app.view.people import PersonRow
from hub_app.view.tablets import TabletRow

_EVERYBODY = "everybody"
_Act = Callable[[str], object]


class Ends(Protocol):
    """What this step asks of the closing screen's taps."""

    def leave(self, visit: str) -> None:
        """They left."""
        ...

    def see_through(self, visit: str) -> None:
        """Nothing of theirs is open."""
        ...

    def unmet(self, visit: str, needs: tuple[str, ...], reason: str) -> None:
        """Nobody here could help them today."""
        ...


def away_words(away: Sequence[TabletRow], now: int, offset: int) -> str:
    """Say which tablets cannot be reached, and since when: who is written down there may come."""
    names = listed([_away_since(row, now, offset) for row in away])
    return _(
        "Out of reach: {names}. Families written down there may still come to this list."
        " Nothing of theirs is lost, and you can close all the same.",
        names=names,
    )


def _away_since(row: TabletRow, now: int, offset: int) -> str:
    if row.heard_seconds is None:
        return _("{name} (not heard since this tablet started)", name=row.name)
    since = clock(now - round(row.heard_seconds * 1000), offset)
    return _("{name} (since {time})", name=row.name, time=since)


def use_here_section(ends: Ends, view: CloseView, pack: Pack) -> ft.Control:
    """Give the first step, with its panels. A hook: call it at every render."""
    asked, set_asked = ft.use_state("")
    ask = use_latest(set_asked)
    rows = {row.visit: row for row in view.still_here}

    def close() -> None:
        set_asked("")

    def give_reason(visit: str, reason: str) -> None:
        set_asked("")
        ends.unmet(visit, rows[visit].needs, reason)

    def everybody_left() -> None:
        set_asked("")
        for row in view.only_waiting:
            ends.leave(row.visit)

    panel = None
    if asked == _EVERYBODY:
        panel = _everybody(view.only_waiting, everybody_left, close)
    elif asked in rows:
        panel = _reasons(rows[asked], pack, give_reason, close)
    use_panel(panel)
    title = _("1. Who is still here")
    if not view.still_here:
        done = _("Nobody is in the hall any more.")
        sign = Pill(done, Tone.GOOD, ft.Icons.CHECK_CIRCLE)
        return Section(title, ft.Row([sign], wrap=True), *_desks(view))
    lines = [
        HereLine(
            row,
            services_in_words(pack, row.services),
            (ends.leave, ends.see_through, ask),
            key=f"here-{row.visit}",
        )
        for row in view.still_here
    ]
    extra: list[ft.Control] = []
    if len(view.only_waiting) > 1:
        label = _("All who are waiting have left")
        every = Tap("all-left", label, set_asked, (_EVERYBODY,), ft.Icons.GROUP_REMOVE_OUTLINED)
        extra.append(ft.Row([DangerButton(every)], wrap=True))
    return Section(title, *extra, Lines(lines), *_desks(view), hint=_("Say how each visit ended."))


@memo
def HereLine(row: PersonRow, wanted: str, acts: tuple[_Act, _Act, _Act]) -> ft.Control:
    """Show one family still here, and the ways their visit can end."""
    is_roomy = use_width() is not Width.NARROW
    leave, see_through, ask = acts
    texts: list[ft.Control] = [Words(row.name, lines=2)] if row.name else []
    texts.append(QuietWords(where_words(row, wanted)))
    is_at_desk = row.stage in AT_DESK
    if is_at_desk:
        texts.append(QuietWords(_("That desk can finish with them.")))
    taps = [Tap(f"left-{row.visit}", _("Left"), leave, (row.visit,))]
    if row.needs and not is_at_desk:
        taps.append(Tap(f"unmet-{row.visit}", _("Not helped"), ask, (row.visit,)))
    if not row.needs and not is_at_desk:
        taps.insert(0, Tap(f"done-{row.visit}", _("Seen through"), see_through, (row.visit,)))
    buttons: list[ft.Control] = [QuietButton(tap) for tap in taps]
    words = ft.Column(texts, tight=True, spacing=0, expand=True)
    about: list[ft.Control] = [LineTicket(row.ticket), words]
    inside: ft.Control = ft.Row([*about, *buttons], spacing=Space.S)
    if not is_roomy and len(buttons) > 1:
        two = [ft.Row(about, spacing=Space.S), Together(*buttons)]
        inside = ft.Column([*two], tight=True, spacing=Space.S)
    return ft.Container(
        inside,
        padding=Space.M,
        bgcolor=Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
    )


def _everybody(
    waiting: tuple[PersonRow, ...], sure: Callable[[], None], close: Callable[[], None]
) -> Panel:
    n = len(waiting)
    tickets = ", ".join(row.ticket for row in waiting)
    text = ngettext(
        "{n} family is counted as left: {tickets}.",
        "{n} families are counted as left: {tickets}.",
        n,
        tickets=tickets,
    )
    what = _("What they still wanted is counted as left. Each can be undone for ten minutes.")
    return Panel(
        _("Have all who were waiting left?"),
        [Words(text), QuietWords(what)],
        close,
        (
            Tap("all-left-sure", _("Yes, they have left"), sure),
            Tap("all-left-not", _("Not yet"), close),
        ),
    )


def _reasons(
    row: PersonRow,
    pack: Pack,
    give: Callable[[str, str], None],
    close: Callable[[], None],
) -> Panel:
    picks = [
        Pick(Tap(f"reason-{one.id}", one.label, give, (row.visit, one.id)))
        for one in pack.unmet_reasons
    ]
    return Panel(
        _("Why could nobody help {ticket}?", ticket=row.ticket),
        [ft.Column(picks, tight=True, spacing=Space.S)],
        close,
        (Tap("reason-not", _("Not now"), close),),
    )


def _desks(view: CloseView) -> list[ft.Control]:
    if not view.desks or view.closed_at is not None:
        return []
    names = ", ".join(desk.name for desk in view.desks)
    text = ngettext(
        "{n} desk is still here and closes with the session: {names}.",
        "{n} desks are still here and close with the session: {names}.",
        len(view.desks),
        names=names,
    )
    return [QuietWords(text)]
