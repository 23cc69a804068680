"""Where every tablet begins: open today’s session, then say which role or desk this tablet is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import flet as ft

from hub_app.core.session import Presence
from hub_app.ui.component import component, guard
from hub_app.ui.formats import day
from hub_app.ui.hooks import use_feed, use_tick, use_width
from hub_app.ui.page import tell
from hub_app.ui.parts import (
    Banner,
    BigButton,
    Head,
    QuietButton,
    Scaffold,
    Section,
    Tap,
    Tile,
    Words,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.grid import Grid
from hub_app.ui.parts.person import presence_words
from hub_app.ui.refusals import done
from hub_app.ui.routes import CHOOSE, CLOSE, FRONT, HOUSE, JOIN, NEW_DESK, desk, go
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_words import icon_of, services_in_words
from hub_app.ui.screens.house_words import go_from
from hub_app.ui.screens.phrases import pack_here, today
from hub_app.ui.step_words import moment_words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Measure, Space, Tone, Type, Width
from hub_app.view.desks import DeskRow, desk_rows

BOARD = "/board"


@component
def ChooseScreen(running: Running) -> ft.Control:
    """Give the way in: the big button when no session is open, else the roles and desks."""
    use_feed(running.feed)
    use_tick(30)
    width = use_width()
    session = running.hub.session
    now = today(running)
    head = Head(
        _("Today’s session") if session.is_open else _("Welcome"),
        day(now),
        slot=ChipSlot(running),
    )
    if not session.is_open:
        return Scaffold(head, _shut(running, now, session.closed_at is not None))
    return Scaffold(head, [*_left_open(session.day, now), *_roles(running, width)])


def _left_open(opened: str, now: date) -> list[ft.Control]:
    if opened == now.isoformat():
        return []
    close = Tap("close-old", _("Go to its closing"), go, (CLOSE,))
    said = _(
        "The session of {day} was never closed. Nothing is lost. Close it first, then open"
        " today’s: until then everybody who comes in is counted on that day.",
        day=day(date.fromisoformat(opened)),
    )
    return [Banner(said, Tone.WARN, (close,))]


def _shut(running: Running, now: date, has_closed: bool) -> list[ft.Control]:  # noqa: FBT001
    session = running.hub.session
    opening = Tap("open-session", _("Open today’s session"), _opener(running))
    lines: list[ft.Control] = [
        *_removed(running),
        Words(day(now), Type.TITLE),
        Words(_("No session is open. Open it when the doors do.")),
        BigButton(opening),
        QuietButton(Tap("role-house", _("This hall"), go_from, (CHOOSE, HOUSE)), is_wide=True),
        *_nothing_here(running),
    ]
    if has_closed:
        closing = Tap("role-close", _("Look at the closing counts"), go, (CLOSE,))
        if session.signed_off_at is None:
            lines.append(
                Words(_("The last session is closed but not signed off. Opening signs it off."))
            )
        lines.append(QuietButton(closing, is_wide=True))
    card = ft.Column(
        lines,
        tight=True,
        spacing=Space.L,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return [
        ft.Container(
            alignment=ft.Alignment.CENTER,
            padding=ft.Padding.only(top=Space.XXL),
            content=ft.Container(card, width=Measure.DIALOG),
        )
    ]


def _nothing_here(running: Running) -> list[ft.Control]:
    """Give the way into another hub, on a tablet that has nothing of its own."""
    if not (running.hub.is_blank or running.tablets.status().is_stranger):
        return []
    join = Tap("role-join", _("Join a hub that is already running"), go, (JOIN,), ft.Icons.LOGIN)
    return [QuietButton(join, is_wide=True)]


def _removed(running: Running) -> list[ft.Control]:
    at = running.hub.removed_at
    if at is None or not running.hub.is_blank:
        return []
    said = _(
        "This tablet was removed from its hub at {time}, and holds nothing of it any more. The"
        " other tablets go on without it.",
        time=moment_words(running, at),
    )
    return [Banner(said, Tone.WARN)]


def _opener(running: Running) -> Callable[[], Any]:
    def open_session() -> None:
        done(running.hub.open_session())

    return open_session


def _roles(running: Running, width: Width) -> list[ft.Control]:
    hub, across = running.hub, {Width.NARROW: 1, Width.MEDIUM: 2, Width.WIDE: 3}[width]
    roles = {Width.NARROW: 1, Width.MEDIUM: 2, Width.WIDE: 4}[width]
    front = Tile(
        Tap("role-front", _("Front: welcome people"), go, (FRONT,), ft.Icons.WAVING_HAND_OUTLINED),
        hint=ngettext("{n} family here", "{n} families here", len(hub.session.here)),
    )
    closing = Tile(
        Tap("role-close", _("Coordinator"), go, (CLOSE,), ft.Icons.CHECKLIST),
        hint=_("Counts, gaps, closing the session"),
    )
    board = Tile(
        Tap("role-board", _("Wall board"), _show_board, (), ft.Icons.TV),
        hint=_("Ticket codes in big letters, for the wall"),
    )
    house = Tile(
        Tap("role-house", _("This hall"), go_from, (CHOOSE, HOUSE), ft.Icons.HOME_WORK_OUTLINED),
        hint=_("Who comes when, days off, agreements"),
    )
    rows = desk_rows(hub.session, hub.now())
    awaited = [_awaited(running, row) for row in rows if row.presence is Presence.EXPECTED]
    desks = [_desk_tile(running, row) for row in rows if row.presence is not Presence.EXPECTED]
    fresh = Tile(
        Tap("desk-new", _("My desk is not here yet"), go, (NEW_DESK,), ft.Icons.ADD),
        hint=_("Say what you offer, and begin"),
    )
    expected = Section(
        _("Expected today"),
        Grid(awaited, across),
        hint=_("Is it yours? Tap it, and it is open."),
    )
    return [
        Section(_("What is this tablet for?"), Grid([front, closing, house, board], roles)),
        *([expected] if awaited else []),
        Section(_("At a desk"), Grid([*desks, fresh], across)),
    ]


async def _show_board() -> None:
    # A plain page, not a screen of this app: this tab becomes the board.
    await ft.UrlLauncher().launch_url(BOARD, web_only_window_name="_self")


def _desk_tile(running: Running, row: DeskRow) -> ft.Control:
    state = presence_words(row, running.hub.session.utc_offset_minutes)[0]
    tap = Tap(f"role-desk-{row.desk}", row.name, go, (desk(row.desk),), _icon(running, row))
    if row.presence is Presence.GONE and row.has_come:
        state = _("Gone. It can be opened again")
    return Tile(tap, hint=_hint(running, row, state))


def _awaited(running: Running, row: DeskRow) -> ft.Control:
    """Give a desk the rota expects: one tap opens it, another says that it will not come."""
    hub = running.hub

    async def begin() -> None:
        if done(hub.open_desk(row.name, row.services, row.desk)) is not None:
            await go(desk(row.desk))

    def undo() -> None:
        done(hub.undo_desk(row.desk))

    def stay_away() -> None:
        if done(hub.close_desk(row.desk)) is not None:
            action = ft.SnackBarAction(label=_("Undo"), on_click=guard(undo))
            tell(ft.context.page, _("{desk} is not coming today.", desk=row.name), action=action)

    state = presence_words(row, hub.session.utc_offset_minutes)[0]
    opening = Tap(f"open-expected-{row.desk}", row.name, begin, (), _icon(running, row))
    away = Tap(f"not-coming-{row.desk}", _("Not coming today"), stay_away)
    return ft.Column(
        [
            Tile(opening, hint=_hint(running, row, state)),
            QuietButton(away, is_wide=True),
        ],
        tight=True,
        spacing=Space.XS,
    )


def _icon(running: Running, row: DeskRow) -> ft.IconData | None:
    return icon_of(running.hub.pack.service(row.services[0]).icon) if row.services else None


def _hint(running: Running, row: DeskRow, state: str) -> str:
    services = services_in_words(pack_here(running), row.services)
    return state if services == row.name else f"{services} · {state}"
