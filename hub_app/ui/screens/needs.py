"""The needs to choose from: found by a word, by category, or simply by looking."""

from collections.abc import Callable, Iterable
from typing import Any

import flet as ft

from hub_app.core.content import Category, Need
from hub_app.core.pack import Pack
from hub_app.ui.component import guard, memo
from hub_app.ui.parts import EmptyState, Heading, QuietButton, QuietWords, Tap, Words, tappable
from hub_app.ui.parts.grid import Grid
from hub_app.ui.screens.desk_words import icon_of
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Fill, Height, Ink, Radius, Space, Tone, Type, Width
from hub_app.view.triage import is_private

_MOST_FOUND = 12
_ACROSS = {Width.NARROW: 2, Width.MEDIUM: 2, Width.WIDE: 3}
_HIGH = {Width.NARROW: Height.BIG, Width.MEDIUM: 112, Width.WIDE: 92}  # four lines; three


Look = tuple[Callable[[str], Any], Width]
Away = tuple[tuple[str, str, bool], ...]  # (need, when somebody comes for it, nobody does today)


def need_shelves(
    pack: Pack, looked: tuple[str, str], chosen: frozenset[str], away: Away, look: Look
) -> list[ft.Control]:
    """Give the needs as tiles: those the words asked for find, else by category.

    `looked` is what was asked for, and the category shown (empty for all).
    """
    asked, category = looked
    if not asked.strip():
        return [
            NeedShelf(
                shelf,
                needs,
                (chosen & {need.id for need in needs}, _of(needs, away)),
                look,
                key=f"s-{shelf.id}",
            )
            for shelf, needs in pack.needs_by_category()
            if category in ("", shelf.id)
        ]
    found = pack.search(asked)[:_MOST_FOUND]
    if not found:
        said = _("Nothing found for these words. Try fewer letters, or look below the categories.")
        return [EmptyState(said, ft.Icons.SEARCH_OFF)]
    return [Grid(_tiles(found, (chosen, _of(found, away)), look), _ACROSS[look[1]])]


def _of(needs: Iterable[Need], away: Away) -> Away:
    codes = {need.id for need in needs}
    return tuple(each for each in away if each[0] in codes)


Marked = tuple[frozenset[str], Away]


def _tiles(needs: Iterable[Need], marked: Marked, look: Look) -> list[ft.Control]:
    chosen, away = marked
    absent = {need: (hint, is_gone) for need, hint, is_gone in away}
    nothing = ("", False)
    return [
        need_tile(need, need.id in chosen, absent.get(need.id, nothing), look) for need in needs
    ]


@memo
def NeedShelf(
    category: Category, needs: tuple[Need, ...], marked: Marked, look: Look
) -> ft.Control:
    """Give one category: its name and its needs as tiles; `marked` are the chosen, and the away."""
    tiles = _tiles(needs, marked, look)
    return ft.Column(
        tight=True,
        spacing=Space.S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Row([_icon(icon_of(category.icon)), Heading(category.label)], spacing=Space.S),
            Grid(tiles, _ACROSS[look[1]]),
        ],
    )


def need_tile(
    need: Need,
    is_chosen: bool,  # noqa: FBT001
    away: tuple[str, bool],
    look: Look,
) -> ft.Control:
    """Give one need: its short words large, a parent’s own words small below them.

    Nobody here for it: it says when, greyed when that is not today. It can be tapped all the same.
    """
    choose, width = look
    hint, is_gone = away
    is_greyed = is_gone and not is_chosen
    ink = Tone.CALM.ink if is_chosen else (Ink.QUIET if is_greyed else Ink.BODY)
    quiet = Tone.CALM.ink if is_chosen else Ink.QUIET
    is_narrow = width is Width.NARROW
    kind = Type.BODY if is_narrow else Type.LEAD
    lines = 1 if hint and width is not Width.MEDIUM else 2
    words: list[ft.Control] = [Words(need.short, kind, colour=ink, lines=lines)]
    if hint:
        words.append(Words(hint, Type.SMALL, colour=quiet, lines=1 if is_narrow else 2))
    elif not is_narrow:
        words.append(Words(need.label, Type.SMALL, colour=quiet, lines=2))
    row: list[ft.Control] = [ft.Column(words, tight=True, spacing=0, expand=True)]
    if is_chosen:
        row.append(ft.Icon(ft.Icons.CHECK_CIRCLE, size=24, color=ink))
    elif need.urgent:
        row.append(ft.Icon(ft.Icons.PRIORITY_HIGH, size=20, color=Ink.DANGER))
    elif hint and not is_narrow:
        icon = ft.Icons.EVENT_BUSY if is_gone else ft.Icons.SCHEDULE
        row.append(ft.Icon(icon, size=20, color=quiet))
    tap = Tap(f"need-{need.id}", need.label, choose, (need.id,))
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=_HIGH[width],
        padding=ft.Padding.symmetric(horizontal=Space.M, vertical=Space.S),
        bgcolor=Tone.CALM.fill if is_chosen else (Fill.SUNK if is_greyed else Fill.CARD),
        border=ft.Border.all(2 if is_chosen else 1, Ink.ACTION if is_chosen else Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(row, spacing=Space.S),
    )
    return tappable(tap, box, selected=is_chosen)


def category_strip(
    pack: Pack, category: str, choose: Callable[[str], Any], width: Width
) -> ft.Control:
    """Give the categories to jump to; the one shown can be tapped again to see all."""
    shelves = [shelf for shelf, _needs in pack.needs_by_category()]
    chips = [_category(shelf, shelf.id == category, choose) for shelf in shelves]
    if width is not Width.WIDE:
        return ft.Row(chips, spacing=Space.S, scroll=ft.ScrollMode.AUTO)
    return ft.Row(chips, spacing=Space.S, run_spacing=Space.S, wrap=True)


def _category(shelf: Category, is_here: bool, choose: Callable[[str], Any]) -> ft.Control:  # noqa: FBT001
    ink = Tone.CALM.ink if is_here else Ink.BODY
    tap = Tap(f"category-{shelf.id}", shelf.label, choose, ("" if is_here else shelf.id,))
    icon = ft.Icons.CLOSE if is_here else icon_of(shelf.icon)
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        padding=ft.Padding.symmetric(horizontal=Space.M),
        bgcolor=Tone.CALM.fill if is_here else Fill.SUNK,
        border_radius=Radius.PILL,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(
            [ft.Icon(icon, size=20, color=ink), Words(shelf.short, colour=ink)],
            tight=True,
            spacing=Space.XS,
        ),
    )
    return tappable(tap, box, selected=is_here)


def need_chip(need: str, words: str, remove: Callable[[str], Any]) -> ft.Control:
    """Give a chosen need, to be taken out at one tap; `words` name it as bystanders may read it."""
    ink = Tone.CALM.ink
    tap = Tap(f"chosen-{need}", _("Take out: {need}", need=words), remove, (need,))
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        padding=ft.Padding.symmetric(horizontal=Space.L),
        bgcolor=Tone.CALM.fill,
        border_radius=Radius.PILL,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(
            [Words(words, colour=ink, lines=1), ft.Icon(ft.Icons.CLOSE, size=20, color=ink)],
            tight=True,
            spacing=Space.S,
        ),
    )
    return tappable(tap, box)


def ask_first(
    pack: Pack, needs: tuple[str, ...], shown: tuple[bool, Callable[[bool], None]]
) -> list[ft.Control]:
    """Give what has to be said or known before these needs are sent anywhere.

    About a private need it is shown at a tap only: whoever came along may read the screen too.
    """
    is_shown, show = shown
    said = [need for need in needs if pack.need(need).ask_first]
    hidden = [need for need in said if is_private(pack, need)]
    texts = dict.fromkeys(
        pack.need(need).ask_first or "" for need in said if is_shown or need not in hidden
    )
    rows: list[ft.Control] = [
        ft.Row([_icon(ft.Icons.HEARING), ft.Container(QuietWords(text, Type.BODY), expand=True)])
        for text in texts
    ]
    if hidden:
        label = _("Hide this") if is_shown else _("Read this first, for your eyes only")
        icon = ft.Icons.VISIBILITY_OFF if is_shown else ft.Icons.VISIBILITY
        rows.append(
            QuietButton(Tap("read-first", label, show, (not is_shown,), icon), is_wide=True)
        )
    return rows


def _icon(icon: ft.IconData) -> ft.Control:
    return ft.Icon(icon, size=22, color=Ink.QUIET)
