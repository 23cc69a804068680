"""A page whose line dropped and came back shows what is true now, and goes on doing so."""

import flet as ft

from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import use_feed
from hub_app.ui.parts import PrimaryButton, Tap, Words
from tests.support.headless import Tab


class Count:
    def __init__(self) -> None:
        self.feed = Feed()
        self.value = 0

    def up(self) -> None:
        self.value += 1
        self.feed.changed()

    def main(self, page: ft.Page) -> None:
        @component
        def Screen() -> ft.Control:
            use_feed(self.feed)
            return ft.Column(
                [Words(f"count {self.value}"), PrimaryButton(Tap("up", "Up", self.up))]
            )

        open_page(page, self.feed, Screen)


async def test_what_changed_while_the_line_was_down_is_shown_when_it_is_back():
    count = Count()
    async with Tab(count.main) as away, Tab(count.main) as here:
        await away.disconnect()
        await here.click("up")
        await away.connect()
        assert away.sees("count 1")
        await here.click("up")
        await away.settle()
        assert away.sees("count 2")


async def test_a_page_that_is_back_is_given_new_controls_because_its_client_ignores_the_old():
    count = Count()
    async with Tab(count.main) as tab:
        before = {control._i for control in tab.of_type(ft.Text)}
        await tab.disconnect()
        await tab.connect()
        after = {control._i for control in tab.of_type(ft.Text)}
        assert before
        assert after
        assert not before & after


async def test_a_page_that_comes_and_goes_many_times_listens_only_once():
    count = Count()
    async with Tab(count.main) as tab:
        for _time in range(5):
            await tab.disconnect()
            await tab.connect()
        await tab.click("up")
        assert tab.sees("count 1")
        [listeners] = count.feed._pages.values()
        assert len(listeners.callbacks) == 1


async def test_a_page_gets_its_name_and_both_of_its_themes():
    count = Count()
    async with Tab(count.main) as tab:
        assert tab.page.title == "Drop-in Hub"
        assert tab.page.theme is not None
        assert tab.page.dark_theme is not None
        assert tab.page.theme_mode is ft.ThemeMode.SYSTEM
