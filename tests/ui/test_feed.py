"""The feed tells every open page of a change: once a turn, from any thread, and only the living."""

import asyncio
import gc

import flet as ft

from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import use_feed
from hub_app.ui.parts import Words
from tests.support.headless import Tab


class Renders:
    """A screen on a feed that counts its renders."""

    def __init__(self) -> None:
        self.feed = Feed()
        self.count = 0

    def main(self, page: ft.Page) -> None:
        @component
        def Screen() -> ft.Control:
            self.count += 1
            return Words(f"version {use_feed(self.feed)}")

        open_page(page, self.feed, Screen)


async def test_many_changes_in_one_turn_are_told_once():
    renders = Renders()
    async with Tab(renders.main) as tab:
        before = renders.count
        heard: list[int] = []
        renders.feed.listen(tab.page, heard.append)
        for _change in range(50):
            renders.feed.changed()
        await tab.settle()
        assert tab.sees("version 50")
        assert heard == [50]
        assert renders.count == before + 1


async def test_a_change_before_any_page_is_open_is_what_the_first_page_shows():
    renders = Renders()
    renders.feed.changed()
    async with Tab(renders.main) as tab:
        assert tab.sees("version 1")


async def test_a_change_between_a_render_and_its_listening_is_not_missed():
    feed = Feed()

    @component
    def Screen() -> ft.Control:
        return Words(f"version {use_feed(feed)}")

    def main(page: ft.Page) -> None:
        open_page(page, Feed(), Screen)
        feed.changed()  # before any effect of the first render has run

    async with Tab(main) as tab:
        assert tab.sees("version 1")


async def test_a_change_said_in_another_thread_reaches_the_pages():
    renders = Renders()
    async with Tab(renders.main) as tab:
        await asyncio.to_thread(renders.feed.changed)
        await tab.settle()
        assert tab.sees("version 1")


async def test_a_page_that_was_closed_is_told_no_more_and_held_no_longer():
    renders = Renders()
    async with Tab(renders.main) as staying:
        async with Tab(renders.main):
            assert renders.feed.pages == 2
        assert renders.feed.pages == 1
        before = renders.count
        renders.feed.changed()
        await staying.settle()
        assert renders.count == before + 1


async def test_a_page_that_vanished_without_a_word_is_dropped_at_the_next_change():
    renders = Renders()
    async with Tab(renders.main) as staying:
        await _open_and_forget(renders)
        gc.collect()
        renders.feed.changed()
        await staying.settle()
        assert renders.feed.pages == 1


async def _open_and_forget(renders: Renders) -> None:
    gone = Tab(renders.main)
    await gone.__aenter__()
    gone.forget()
    await gone.settle()


async def test_a_listener_that_fails_keeps_nothing_from_the_others():
    feed = Feed()
    heard: list[int] = []

    def fail(_version: int) -> None:
        raise RuntimeError("planned")

    def main(page: ft.Page) -> None:
        open_page(page, feed, component(lambda: Words("page")))

    async with Tab(main, may_fail=True) as one, Tab(main) as two:
        feed.listen(one.page, fail)
        feed.listen(one.page, heard.append)
        feed.listen(two.page, heard.append)
        feed.changed()
        await one.settle()
        assert heard == [1, 1]


async def test_who_stops_listening_hears_no_more_and_may_stop_twice():
    feed = Feed()
    heard: list[int] = []

    def main(page: ft.Page) -> None:
        open_page(page, feed, component(lambda: Words("page")))

    async with Tab(main) as tab:
        stop = feed.listen(tab.page, heard.append)
        feed.changed()
        await tab.settle()
        stop()
        stop()
        feed.changed()
        await tab.settle()
        assert heard == [1]


def test_a_change_after_the_loop_has_ended_harms_nobody():
    renders = Renders()

    async def open_and_close() -> None:
        async with Tab(renders.main):
            pass

    asyncio.run(open_and_close())
    renders.feed.changed()
    assert renders.feed.version == 1
