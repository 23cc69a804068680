"""A render or a handler that fails leaves the page standing, and says so calmly."""

import asyncio
from collections.abc import Callable

import flet as ft
from flet.messaging.protocol import MessageAction

from hub_app.ui.component import component, guard, guard_value, memo
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import use_feed
from hub_app.ui.parts import PrimaryButton, Tap, TextBox, Words
from tests.support.headless import Tab


def showing(screen: Callable[..., ft.Control]) -> Callable[[ft.Page], None]:
    def main(page: ft.Page) -> None:
        open_page(page, Feed(), screen)

    return main


class Shelf:
    """Something that can be in order or not, and a feed that tells of it."""

    def __init__(self) -> None:
        self.feed = Feed()
        self.is_broken = False

    def set_broken(self, is_broken: bool) -> None:
        self.is_broken = is_broken
        self.feed.changed()


def shelf_screen(shelf: Shelf) -> Callable[..., ft.Control]:
    @component
    def Part() -> ft.Control:
        use_feed(shelf.feed)
        if shelf.is_broken:
            raise ValueError("planned")
        return Words("the part is here")

    @component
    def Screen() -> ft.Control:
        count, set_count = ft.use_state(0)
        up = PrimaryButton(Tap("up", f"tapped {count}", set_count, (count + 1,)))
        return ft.Column([Part(), up])

    return Screen


async def test_a_render_that_fails_becomes_a_card_and_the_rest_of_the_page_lives_on():
    shelf = Shelf()
    async with Tab(showing(shelf_screen(shelf)), may_fail=True) as tab:
        shelf.set_broken(True)
        await tab.settle()
        assert tab.sees("Part of this screen could not be shown. What you saved is safe.")
        await tab.click("up")
        assert tab.sees("tapped 1")


async def test_trying_again_after_the_cause_is_gone_brings_the_part_back():
    shelf = Shelf()
    async with Tab(showing(shelf_screen(shelf)), may_fail=True) as tab:
        shelf.set_broken(True)
        await tab.settle()
        shelf.is_broken = False
        await tab.click("try-again-Part")
        assert tab.sees("the part is here")


async def test_the_next_change_alone_brings_the_part_back():
    shelf = Shelf()
    async with Tab(showing(shelf_screen(shelf)), may_fail=True) as tab:
        shelf.set_broken(True)
        await tab.settle()
        shelf.set_broken(False)
        await tab.settle()
        assert tab.sees("the part is here")


async def test_a_page_whose_first_render_fails_still_opens():
    shelf = Shelf()
    shelf.is_broken = True
    async with Tab(showing(shelf_screen(shelf)), may_fail=True) as tab:
        assert tab.has("try-again-Part")
        await tab.click("up")
        assert tab.sees("tapped 1")


async def test_a_tap_that_fails_becomes_a_sentence_as_often_as_it_is_tapped():
    def fail() -> None:
        raise RuntimeError("planned")

    @component
    def Screen() -> ft.Control:
        return PrimaryButton(Tap("fail", "Break", fail))

    async with Tab(showing(Screen), may_fail=True) as tab:
        await tab.click("fail")
        await tab.click("fail")
        told = [text for text in tab.texts() if text.startswith("That did not work.")]
        assert len(told) == 2
        assert tab.has("fail")


async def test_a_tap_that_is_awaited_may_fail_too():
    async def fail_later() -> None:
        await asyncio.sleep(0)
        raise RuntimeError("planned")

    @component
    def Screen() -> ft.Control:
        return ft.Button("Break", key="fail", on_click=guard(fail_later))

    async with Tab(showing(Screen), may_fail=True) as tab:
        await tab.click("fail")
        assert tab.sees("That did not work.")


async def test_a_guarded_handler_is_calm_on_a_page_that_is_not_steady_too():
    def fail() -> None:
        raise RuntimeError("planned")

    @component
    def Screen() -> ft.Control:
        return ft.Button("Break", key="fail", on_click=guard(fail))

    async with Tab(lambda page: page.render(Screen), may_fail=True) as tab:
        await tab.click("fail")
        assert tab.sees("That did not work.")
        assert MessageAction.SESSION_CRASHED not in tab.sent


async def test_what_is_typed_reaches_the_handler_after_what_it_was_given():
    heard: list[tuple[str, str]] = []

    def hear(who: str, words: str) -> None:
        heard.append((who, words))

    @component
    def Screen() -> ft.Control:
        return ft.TextField(key="name", on_change=guard_value(hear, "front"))

    async with Tab(showing(Screen)) as tab:
        await tab.type("name", "Amina")
        assert heard == [("front", "Amina")]


async def test_a_memoised_row_renders_again_only_when_what_it_is_given_changed():
    rendered: list[str] = []

    class Desk:
        def call(self, code: str) -> None:
            rendered.append(f"called {code}")

    desk = Desk()

    def _row(code: str, on_call: Callable[[str], None]) -> ft.Control:
        rendered.append(code)
        return PrimaryButton(Tap(f"call-{code}", code, on_call, (code,)))

    row = memo(_row)

    @component
    def Screen() -> ft.Control:
        last, set_last = ft.use_state("A2")
        rows = [row(code, desk.call, key=code) for code in ("A1", last)]
        return ft.Column([*rows, PrimaryButton(Tap("more", "More", set_last, ("A3",)))])

    async with Tab(showing(Screen)) as tab:
        await tab.click("more")
        assert rendered == ["A1", "A2", "A3"]
        await tab.click("call-A3")
        assert rendered[-1] == "called A3"


async def test_a_field_keeps_what_is_typed_while_its_screen_renders():
    @component
    def Screen() -> ft.Control:
        name, set_name = ft.use_state("")
        return ft.Column([TextBox("name", "Name", name, set_name), Words(f"Hello {name}")])

    async with Tab(showing(Screen)) as tab:
        await tab.type("name", "Zoë Żak")
        assert tab.sees("Hello Zoë Żak")
