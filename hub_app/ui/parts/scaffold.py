"""The frame of every screen: header, places to go, body, and what is done next at the foot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import flet as ft

from hub_app.ui.component import guard
from hub_app.ui.hooks import use_width
from hub_app.ui.parts.taps import IconTap, Tap, tappable
from hub_app.ui.parts.words import Heading, QuietWords, Words
from hub_app.ui.tokens import Edge, Fill, Height, Ink, Radius, Space, Tone, Type, Width

RAIL_WIDTH = 116
_BESIDE = 30  # so many letters fit beside the title on a narrow page; more have a line of their own


@dataclass(frozen=True)
class Head:
    """The top of a screen: title, a line below it, the way back, a slot at the end.

    `under` stays in sight below it while the body scrolls.
    """

    title: str
    below: str = ""
    back: Tap | None = None
    slot: ft.Control | None = None
    under: ft.Control | None = None


def Scaffold(
    head: Head,
    body: Sequence[ft.Control],
    places: Sequence[Tap] = (),
    here: str = "",
    foot: ft.Control | None = None,
) -> ft.Control:
    """Give a whole screen. Call it in a component's render: it follows the page's width.

    `places` are where one can go (at most five), `here` the key of the one shown: a rail at the
    side when wide, a bar at the foot when narrow. `body` scrolls; `foot` does not.
    """
    width = use_width()
    gap = Space.L if width is Width.NARROW else Space.XL
    under = [ft.Container(head.under, padding=_under(gap))] if head.under else []
    if width is Width.NARROW and len(head.below) > _BESIDE:
        under.insert(0, ft.Container(QuietWords(head.below), padding=_under(gap)))
        head = replace(head, below="")
    column: list[ft.Control] = [
        _header(head, gap, Type.HEADING if width is Width.NARROW else Type.TITLE),
        *under,
        ft.Container(
            expand=True,
            alignment=ft.Alignment.TOP_CENTER,
            content=ft.ListView(
                list(body),
                spacing=Space.XL,
                padding=ft.Padding.only(left=gap, right=gap, top=Space.S, bottom=Space.XL),
                expand=True,
            ),
        ),
    ]
    if foot is not None:
        column.append(_footer(foot, gap))
    if places and width is Width.NARROW:
        column.append(_bar(places, here))
    stretch = ft.CrossAxisAlignment.STRETCH  # the line above a foot is as wide as the page
    main: ft.Control = ft.Column(column, spacing=0, expand=True, horizontal_alignment=stretch)
    if places and width is not Width.NARROW:
        main = ft.Row([_rail(places, here), main], spacing=0, expand=True)
    return ft.SafeArea(
        expand=True,
        content=ft.Container(main, bgcolor=Fill.PAPER, expand=True),
    )


def _under(gap: int) -> ft.Padding:
    return ft.Padding.only(left=gap, right=gap, bottom=Space.M)


def _header(head: Head, gap: int, kind: Type) -> ft.Control:
    titles: list[ft.Control] = [Heading(head.title, kind, level=1)]
    if head.below:
        titles.append(QuietWords(head.below))
    row: list[ft.Control] = [ft.Column(titles, tight=True, spacing=0, expand=True)]
    if head.back is not None:
        row.insert(0, IconTap(head.back))
    if head.slot is not None:
        row.append(head.slot)
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=gap, vertical=Space.M),
        content=ft.Row(row, spacing=Space.M),
    )


def _footer(foot: ft.Control, gap: int) -> ft.Control:
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=gap, vertical=Space.M),
        border=ft.Border.only(top=ft.BorderSide(1, Edge.HAIRLINE)),
        content=foot,
    )


def _rail(places: Sequence[Tap], here: str) -> ft.Control:
    return ft.Container(
        width=RAIL_WIDTH,
        bgcolor=Fill.SUNK,
        padding=Space.S,
        content=ft.Column([_place(tap, tap.key == here) for tap in places], spacing=Space.S),
    )


def _bar(places: Sequence[Tap], here: str) -> ft.Control:
    return ft.Container(
        bgcolor=Fill.SUNK,
        padding=Space.XS,
        content=ft.Row(
            [ft.Container(_place(tap, tap.key == here), expand=True) for tap in places],
            spacing=Space.XS,
        ),
    )


def _place(tap: Tap, is_here: bool) -> ft.Control:  # noqa: FBT001
    ink = Tone.CALM.ink if is_here else Ink.QUIET
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.BIG,
        border_radius=Radius.CONTROL,
        bgcolor=Tone.CALM.fill if is_here else None,
        alignment=ft.Alignment.CENTER,
        on_click=guard(tap.act, *tap.given),
        content=ft.Column(
            [
                ft.Icon(tap.icon or ft.Icons.CIRCLE_OUTLINED, color=ink, size=24),
                Words(tap.label, Type.SMALL, colour=ink, lines=1),
            ],
            tight=True,
            spacing=2,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )
    return tappable(tap, box, selected=is_here)
