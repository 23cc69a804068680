"""The page a parent fills in with the tablet turned round: six groups, all optional, once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from hub_app.core.events import GroupsTicked
from hub_app.core.pack import Pack
from hub_app.ui import routes
from hub_app.ui.component import component, guard
from hub_app.ui.hooks import use_feed, use_kept, use_width
from hub_app.ui.parts import (
    Answers,
    BigButton,
    Choice,
    EmptyState,
    Field,
    Head,
    QuietButton,
    Scaffold,
    Tap,
    Words,
    tappable,
)
from hub_app.ui.parts.grid import Grid
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Fill, Ink, Radius, Space, Tone, Type, Width

NONE, RATHER_NOT, TICKED = "none", "rather_not_say", "ticked"


@dataclass(frozen=True)
class Ticks:
    """What is ticked so far; nothing is ticked for anybody."""

    answer: str | None = None
    groups: tuple[str, ...] = ()
    work: str | None = None
    is_done: bool = False


@component
def GroupsScreen(running: Running, visit: str) -> ft.Control:
    """Give the page; what was ticked before is never shown again."""
    use_feed(running.feed)
    ticks, keep = use_kept(f"groups-{visit}", Ticks())
    pack, width = pack_here(running), use_width()

    async def leave() -> None:
        keep(Ticks())
        await routes.go(routes.FRONT)

    def give() -> None:
        ticked = GroupsTicked(ticks.answer or "", ticks.groups, ticks.work)
        if done(running.hub.tick_groups(visit, ticked)) is not None:
            keep(Ticks(is_done=True))

    if ticks.is_done:
        back = Tap("groups-back", _("Back to the front"), leave)
        said = _("Thank you. Please hand the tablet back.")
        return Scaffold(
            Head(""), [EmptyState(said, ft.Icons.FAVORITE_OUTLINE)], foot=BigButton(back)
        )
    skip = Tap("groups-skip", _("Skip"), leave)
    why_not = "" if ticks.answer else _("Tick what fits you, or skip.")
    thanks = Tap("groups-give", _("Done"), give, (), ft.Icons.CHECK, why_not)
    foot = ft.Row(
        spacing=Space.M,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[QuietButton(skip), ft.Container(BigButton(thanks), expand=True)],
    )
    return Scaffold(Head(_("About your family")), _ask(pack, ticks, keep, width), foot=foot)


def _ask(pack: Pack, ticks: Ticks, keep: Callable[[Ticks], Any], width: Width) -> list[ft.Control]:
    def flip(code: str) -> None:
        left = tuple(one for one in ticks.groups if one != code)
        groups = left if code in ticks.groups else (*ticks.groups, code)
        keep(replace(ticks, groups=groups, answer=TICKED if groups else None))

    def say(answer: str) -> None:
        is_again = ticks.answer == answer
        keep(replace(ticks, groups=(), answer=None if is_again else answer))

    def set_work(code: str | None) -> None:
        keep(replace(ticks, work=code))

    rows = [
        _tick(Tap(f"group-{one.id}", one.label, flip, (one.id,)), is_on=one.id in ticks.groups)
        for one in pack.priority.groups
    ]
    apart = [
        _tick(Tap(f"group-{answer}", pack.group(code).label, say, (answer,)), is_on=is_on)
        for answer, code in ((NONE, "none_of_these"), (RATHER_NOT, "rather_not_say"))
        for is_on in (ticks.answer == answer,)
    ]
    work = Choice("work", tuple((one.id, one.label) for one in pack.work), ticks.work, set_work)
    across = 2 if width is Width.WIDE else 1
    return [
        Words(pack.priority.intro, Type.LEAD),
        Grid(rows, across),
        Grid(apart, across),
        Field(_("Does an adult at home have paid work?"), Answers(work)),
    ]


def _tick(tap: Tap, *, is_on: bool) -> ft.Control:
    """Give one sentence to tick, with a box that is empty until somebody taps it."""
    ink = Tone.CALM.ink if is_on else Ink.BODY
    icon = ft.Icons.CHECK_BOX if is_on else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    box = ft.Container(
        key=tap.key,
        ink=True,
        padding=Space.L,
        bgcolor=Tone.CALM.fill if is_on else Fill.CARD,
        border=ft.Border.all(2 if is_on else 1, Ink.ACTION if is_on else Edge.CONTROL),
        border_radius=Radius.CONTROL,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(
            [
                ft.Icon(icon, size=28, color=ink),
                ft.Container(Words(tap.label, Type.LEAD, colour=ink), expand=True),
            ],
            spacing=Space.L,
        ),
    )
    return tappable(tap, box, selected=is_on)
