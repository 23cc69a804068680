"""Two open pages never get each other's changes, and one page's trouble stays its own."""

from typing import Any

import flet as ft

from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import use_feed, use_signal
from hub_app.ui.page import in_page, revive, steady, tell
from hub_app.ui.parts import PrimaryButton, Tap, Words
from hub_app.ui.strings import strings_in
from tests.support.headless import Tab


class Count:
    """A number many pages show, changed by a tap on any of them."""

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


def plain(page: ft.Page) -> None:
    open_page(page, Feed(), component(lambda: Words("a quiet page")))


async def test_a_tap_on_one_page_is_seen_on_the_others_and_goes_astray_on_none():
    count = Count()
    async with Tab(count.main) as front, Tab(count.main) as desk, Tab(count.main) as close:
        await front.click("up")
        await desk.settle()
        assert [tab.sees("count 1") for tab in (front, desk, close)] == [True, True, True]
        await desk.click("up")
        await front.settle()
        assert [tab.sees("count 2") for tab in (front, desk, close)] == [True, True, True]


async def test_running_something_in_a_page_leaves_the_caller_on_its_own():
    async with Tab(plain) as front, Tab(plain) as desk:
        seen: list[Any] = []

        def look() -> None:
            seen.append(in_page(desk.page, lambda: ft.context.page))
            seen.append(ft.context.page)

        in_page(front.page, look)
        assert seen[0] is desk.page
        assert seen[1] is front.page


async def test_a_sentence_can_be_told_twice():
    async with Tab(plain) as tab:
        tell(tab.page, "Kept here.")
        tell(tab.page, "Kept here.")
        await tab.settle()
        assert tab.texts().count("Kept here.") == 2


async def test_a_sentence_goes_by_itself_even_when_it_offers_something_to_tap():
    async with Tab(plain) as tab:
        tell(tab.page, "They stay away.", action=ft.SnackBarAction(label="Undo"))
        await tab.settle()
        [bar] = tab.of_type(ft.SnackBar)
        assert bar.persist is False


async def test_an_update_that_cannot_be_sent_does_not_end_the_ones_after_it():
    @component
    def Screen() -> ft.Control:
        count, set_count = ft.use_state(0)

        def up() -> None:
            set_count(lambda old: old + 1)

        # Flet refuses such a field only once it works out what to send.
        field = ft.TextField(key="field", max_lines=-1 if count == 1 else 1)
        return ft.Column([field, Words(f"count {count}"), PrimaryButton(Tap("up", "Up", up))])

    async with Tab(lambda page: open_page(page, Feed(), Screen), may_fail=True) as tab:
        await tab.click("up")
        assert tab.sees("Part of this screen could not be shown.")
        await tab.click("up")
        assert tab.sees("count 2")


async def test_a_handler_without_a_guard_cannot_cover_the_page_in_red():
    def fail() -> None:
        raise RuntimeError("planned")

    @component
    def Screen() -> ft.Control:
        return ft.Button("Break", key="fail", on_click=fail)

    async with Tab(lambda page: open_page(page, Feed(), Screen), may_fail=True) as tab:
        await tab.click("fail")
        assert tab.sees("That did not work.")
        assert all("planned" not in text for text in tab.texts())


async def test_a_page_whose_updates_have_ended_gets_them_back_at_the_next_change():
    count = Count()
    async with Tab(count.main) as front, Tab(count.main) as desk:
        session: Any = desk.session
        session._Session__updates_task.cancel()
        await desk.settle()
        await front.click("up")
        await desk.settle()
        assert desk.sees("count 1")


async def test_updates_brought_back_from_another_page_still_belong_to_their_own():
    count = Count()
    async with Tab(count.main) as front, Tab(count.main) as desk:
        session: Any = desk.session
        session._Session__updates_task.cancel()
        await desk.settle()
        in_page(front.page, revive, desk.page)
        await front.click("up")
        await desk.settle()
        assert desk.sees("count 1")


async def test_many_parts_of_a_page_hear_one_signal_and_a_failing_one_stops_no_other():
    heard: list[str] = []

    def fail() -> None:
        raise RuntimeError("planned")

    async with Tab(plain, may_fail=True) as tab:
        signals = steady(tab.page)
        signals.listen("resize", lambda: heard.append("first"))
        signals.listen("resize", fail)
        stop = signals.listen("resize", lambda: heard.append("last"))
        await tab.resize(800, 1280)
        stop()
        await tab.resize(1280, 800)
        assert heard == ["first", "last", "first"]


async def test_a_part_that_has_gone_hears_no_signal():
    heard: list[str] = []

    @component
    def Part() -> ft.Control:
        use_signal("resize", lambda: heard.append("part"))
        return Words("part")

    @component
    def Screen() -> ft.Control:
        is_shown, show = ft.use_state(True)
        hide = PrimaryButton(Tap("hide", "Hide", show, (False,)))
        return ft.Column([Part(), hide] if is_shown else [hide])

    async with Tab(lambda page: open_page(page, Feed(), Screen)) as tab:
        await tab.resize(800, 1280)
        await tab.click("hide")
        await tab.resize(1280, 800)
        assert heard == ["part"]


async def test_a_page_in_a_language_written_from_the_right_reads_from_the_right():
    def main(page: ft.Page) -> None:
        open_page(page, Feed(), component(lambda: Words("words")), strings_in("ar"))

    async with Tab(main) as tab, Tab(plain) as other:
        assert tab.page.rtl == (strings_in("ar").direction == "rtl")
        assert not other.page.rtl
        locale = tab.page.locale_configuration  # panels follow this
        assert locale is not None
        assert locale.current_locale == ft.Locale("ar")
        assert other.page.locale_configuration is None
