"""The harness itself catches what a browser would suffer in silence."""

import flet as ft
import pytest

from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.page import in_page
from hub_app.ui.parts import PrimaryButton, Tap, Words
from tests.support.headless import Tab


def plain(page: ft.Page) -> None:
    @component
    def Screen() -> ft.Control:
        return ft.Column(
            [Words("hello"), PrimaryButton(Tap("no", "No", print, why_not="Not now."))]
        )

    open_page(page, Feed(), Screen)


async def test_a_change_sent_to_the_wrong_page_is_caught():
    setters = []

    @component
    def Screen() -> ft.Control:
        count, set_count = ft.use_state(0)
        setters.append(set_count)
        return ft.Text(f"count {count}")

    async def change_the_other() -> None:
        async with Tab(plain) as front, Tab(lambda page: open_page(page, Feed(), Screen)):
            in_page(front.page, setters[0], 1)
            await front.settle()

    with pytest.raises(AssertionError, match="does not have"):
        await change_the_other()


async def test_a_failing_render_is_caught_although_the_page_takes_it_calmly():
    @component
    def Screen() -> ft.Control:
        raise ValueError("planned")

    with pytest.raises(AssertionError, match="planned"):
        async with Tab(lambda page: open_page(page, Feed(), Screen)):
            pass


async def test_what_is_greyed_out_cannot_be_tapped():
    async with Tab(plain) as tab:
        assert tab.sees("Not now.")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("no")


async def test_what_is_not_there_cannot_be_tapped():
    async with Tab(plain) as tab:
        with pytest.raises(AssertionError, match="0 controls have the key 'nothing'"):
            await tab.click("nothing")
