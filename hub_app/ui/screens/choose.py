"""Where every tablet begins: open today’s session, then say which role or desk this tablet is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import flet as ft

from hub_app.core.session import Presence
from hub_app.ui.component import component
from hub_app.ui.formats import day
from hub_app.ui.hooks import use_feed, use_tick, use_width
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
from hub_app.ui.routes import CLOSE, FRONT, NEW_DESK, desk, go
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_words import icon_of, services_in_words
from hub_app.ui.screens.phrases import pack_here, today
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
        Words(day(now), Type.TITLE),
        Words(_("No session is open. Open it when the doors do.")),
        BigButton(opening),
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


def _opener(running: Running) -> Callable[[], Any]:
    def open_session() -> None:
        done(running.hub.open_session())

    return open_session


def _roles(running: Running, width: Width) -> list[ft.Control]:
    hub, across = running.hub, {Width.NARROW: 1, Width.MEDIUM: 2, Width.WIDE: 3}[width]
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
    rows = desk_rows(hub.session, hub.now())
    desks = [_desk_tile(running, row) for row in rows]
    fresh = Tile(
        Tap("desk-new", _("My desk is not here yet"), go, (NEW_DESK,), ft.Icons.ADD),
        hint=_("Say what you offer, and begin"),
    )
    return [
        Section(_("What is this tablet for?"), Grid([front, closing, board], across)),
        Section(_("At a desk"), Grid([*desks, fresh], across)),
    ]


async def _show_board() -> None:
    # A plain page, not a screen of this app: this tab becomes the board.
    await ft.UrlLauncher().launch_url(BOARD, web_only_window_name="_self")


def _desk_tile(running: Running, row: DeskRow) -> ft.Control:
    services = services_in_words(pack_here(running), row.services)
    state = presence_words(row)[0]
    icon = icon_of(running.hub.pack.service(row.services[0]).icon) if row.services else None
    tap = Tap(f"role-desk-{row.desk}", row.name, go, (desk(row.desk),), icon)
    if row.presence is Presence.GONE:
        state = _("Gone. It can be opened again")
    hint = state if services == row.name else f"{services} · {state}"
    return Tile(tap, hint=hint)
