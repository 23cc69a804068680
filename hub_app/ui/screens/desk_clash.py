"""What a desk reads when it and another had called one family: plainly, until it has read it."""

from collections.abc import Callable

import flet as ft

from hub_app.core.session import Presence
from hub_app.ui.component import memo
from hub_app.ui.parts import QuietButton, Tap, Words
from hub_app.ui.screens.desk_look import Look
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.strings import _
from hub_app.ui.tokens import Radius, Space, Tone, Type
from hub_app.view.clashes import ClashNotice, ClashRow, Told


def clash_words(here: Here, ticket: str, row: ClashRow) -> str:
    """Say in one sentence who has a family that two desks had called."""
    at, desk = here.at(row.at), row.other or _("another desk")
    match row.told:
        case Told.SITS_THERE:
            return _(
                "{ticket} is with {desk}: they sat down there first, at {time}.",
                ticket=ticket,
                desk=desk,
                time=at,
            )
        case Told.SAT_THERE:
            return _(
                "{ticket} sat down with {desk} first, at {time}.",
                ticket=ticket,
                desk=desk,
                time=at,
            )
        case Told.CALLED_THERE:
            return _(
                "{desk} had called {ticket} first, at {time}.", ticket=ticket, desk=desk, time=at
            )
        case Told.HAD_GONE:
            return _("{ticket} had gone home by then: it was {time}.", ticket=ticket, time=at)
        case Told.IS_OURS:
            return _(
                "{desk} had called {ticket} too, while the tablets could not reach each other."
                " They have been told.",
                desk=desk,
                ticket=ticket,
            )


def _and_now(notice: ClashNotice, *, is_free: bool) -> str:
    """Say what is safe and what to do, to a desk that has lost somebody; nothing to the other."""
    if all(row.told is Told.IS_OURS for row in notice.rows):
        return ""
    if is_free:
        return _("Nothing you wrote down is lost. Your desk is free for the next.")
    return _("Nothing you wrote down is lost.")


def ClashCards(look: Look) -> list[ft.Control]:
    """Give a card for each family that this desk and another had called; mostly there is none."""
    desk, here = look.view.desk, look.here
    is_free = desk.presence is Presence.HERE and desk.is_free
    cards: list[ft.Control] = []
    for notice in look.clashes:
        said = [clash_words(here, notice.ticket, row) for row in notice.rows]
        lines = (*said, _and_now(notice, is_free=is_free))
        cards.append(
            ClashCard(
                notice.visit,
                tuple(filter(None, lines)),
                look.taps.clash_seen,
                look.is_narrow,
                key=f"clash-{notice.visit}",
            )
        )
    return cards


@memo
def ClashCard(
    visit: str,
    said: tuple[str, ...],
    read: Callable[[str], object],
    is_narrow: bool,  # noqa: FBT001
) -> ft.Control:
    """Say what became of a family that two desks had called, until somebody has read it."""
    ink = Tone.CALM.ink
    first = Words(said[0], Type.LEAD, colour=ink)
    words = [first, *(Words(line, colour=ink) for line in said[1:])]
    icon = ft.Icon(ft.Icons.INFO_OUTLINE, size=28, color=ink)
    column = ft.Column([*words], tight=True, spacing=Space.XS, expand=True)
    tap = Tap(f"clash-read-{visit}", _("I have read this"), read, (visit,), ft.Icons.CHECK)
    inside: ft.Control = ft.Row([icon, column, QuietButton(tap)], spacing=Space.L)
    if is_narrow:
        text = ft.Row([icon, column], spacing=Space.M)
        inside = ft.Column([text, QuietButton(tap, is_wide=True)], tight=True, spacing=Space.M)
    return ft.Semantics(
        live_region=True,
        content=ft.Container(
            inside, bgcolor=Tone.CALM.fill, border_radius=Radius.CARD, padding=Space.L
        ),
    )
