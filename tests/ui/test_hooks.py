"""Screens follow the minutes and the width of their page, and keep what is half entered."""

from dataclasses import dataclass, replace

import flet as ft

from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import PULSE, use_kept, use_tick, use_width
from hub_app.ui.parts import PrimaryButton, Tap, TextBox, Words
from hub_app.ui.tokens import Width, width_of
from tests.support.headless import PHONE, TABLET, Tab

NOON = 1_795_176_000_000


def test_a_phone_is_narrow_an_upright_tablet_medium_and_a_lying_one_wide():
    assert [width_of(w) for w in (390, 800, 1280)] == [Width.NARROW, Width.MEDIUM, Width.WIDE]
    assert width_of(None) is Width.MEDIUM


async def test_a_screen_follows_its_page_from_wide_to_narrow():
    @component
    def Screen() -> ft.Control:
        return Words(use_width().name)

    async with Tab(lambda page: open_page(page, Feed(), Screen), size=TABLET) as tab:
        assert tab.sees("WIDE")
        await tab.resize(*PHONE)
        assert tab.sees("NARROW")


async def test_minutes_pass_on_every_page_with_one_beat_and_no_render_in_between():
    renders: list[int] = []

    @component
    def Screen() -> ft.Control:
        now = use_tick(60)
        renders.append(now)
        return Words(f"minute {now // 60_000 - NOON // 60_000}")

    def main(page: ft.Page) -> None:
        open_page(page, Feed(), Screen)

    PULSE.beat(NOON)
    async with Tab(main) as one, Tab(main) as two:
        before = len(renders)
        for second in range(1, 60):
            PULSE.beat(NOON + second * 1000)
            await one.settle(3)
        assert len(renders) == before
        PULSE.beat(NOON + 61_000)
        await one.settle()
        assert one.sees("minute 1")
        assert two.sees("minute 1")
        assert len(renders) == before + 2


async def test_what_is_half_entered_survives_a_dropped_line_on_its_own_page_only():
    @component
    def Screen() -> ft.Control:
        name, set_name = use_kept("name", "")
        return ft.Column([TextBox("name", "Name", name, set_name), Words(f"Hello {name}")])

    def main(page: ft.Page) -> None:
        open_page(page, Feed(), Screen)

    async with Tab(main) as one, Tab(main) as two:
        await one.type("name", "Amina")
        await one.disconnect()
        await one.connect()
        assert one.sees("Hello Amina")
        assert not two.sees("Amina")


async def test_a_kept_value_may_be_something_that_can_be_called():
    @component
    def Screen() -> ft.Control:
        chosen, choose = use_kept("chosen", str.upper)
        return PrimaryButton(Tap("flip", chosen("Word"), choose, (str.lower,)))

    async with Tab(lambda page: open_page(page, Feed(), Screen)) as tab:
        assert tab.sees("WORD")
        await tab.click("flip")
        assert tab.sees("word")


@dataclass(frozen=True)
class _Draft:
    outcome: str = ""
    to: str = ""
    groups: tuple[str, ...] = ()


async def test_two_taps_before_the_next_render_both_count():
    @component
    def Screen() -> ft.Control:
        draft, keep = use_kept("draft", _Draft(groups=("lone",)))

        def tap_fast() -> None:
            keep(replace(draft, outcome="advice_given"))
            keep(replace(draft, to="money"))
            keep(replace(draft, groups=("lone", "baby")))
            keep(replace(draft, groups=()))

        def tap_and_leave() -> None:
            keep(replace(draft, to="housing"))
            keep(_Draft(groups=("lone",)))

        said = f"{draft.outcome} {draft.to} {draft.groups}"
        fast, leave = Tap("fast", "Fast", tap_fast), Tap("leave", "Leave", tap_and_leave)
        return ft.Column([Words(said), PrimaryButton(fast), PrimaryButton(leave)])

    async with Tab(lambda page: open_page(page, Feed(), Screen)) as tab:
        await tab.click("fast")
        assert tab.sees("advice_given money ('baby',)")
        await tab.click("leave")
        assert tab.sees("  ('lone',)")
