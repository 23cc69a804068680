"""The building blocks do what they say, for thumbs, for keyboards' keys and for screen readers."""

from collections.abc import Callable

import flet as ft

from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import use_kept
from hub_app.ui.parts import (
    Answers,
    Choice,
    Count,
    Head,
    Panel,
    PrimaryButton,
    Scaffold,
    Stepper,
    Tap,
    Tile,
    Words,
    use_panel,
)
from hub_app.ui.tokens import Height
from tests.support.gallery import make_main
from tests.support.headless import PHONE, TABLET, Tab


def showing(draw: Callable[[], ft.Control]) -> Callable[[ft.Page], None]:
    screen = component(draw)

    def main(page: ft.Page) -> None:
        open_page(page, Feed(), screen)

    return main


def nothing() -> None:
    pass


async def test_everything_that_can_be_tapped_has_a_key_and_is_found_by_it_in_a_browser():
    async with Tab(make_main()) as tab:
        tapped = [c for c in tab.controls() if getattr(c, "on_click", None)]
        found = {s.identifier for s in tab.of_type(ft.Semantics) if s.identifier}
        assert len(tapped) > 10
        assert [c for c in tapped if c.key is None or c.key not in found] == []


async def test_nothing_that_can_be_tapped_is_lower_than_a_thumb():
    async with Tab(make_main(), size=PHONE) as tab:
        tapped = [c for c in tab.controls() if getattr(c, "on_click", None)]
        heights = [getattr(c, "height", 0) for c in tapped]
        assert heights
        assert all(height >= Height.LEAST for height in heights)


async def test_places_are_at_the_side_of_a_tablet_and_at_the_foot_of_a_phone():
    async with Tab(make_main(), size=TABLET) as tab:
        keys = tab.keys()
        assert keys.index("go-front") < keys.index("arrive")
        await tab.resize(*PHONE)
        keys = tab.keys()
        assert keys.index("go-front") > keys.index("arrive")


async def test_a_tile_that_cannot_be_picked_says_why():
    def draw() -> ft.Control:
        return Tile(Tap("housing", "Housing", nothing, why_not="Next here on 21 November"))

    async with Tab(showing(draw)) as tab:
        assert tab.sees("Next here on 21 November")
        assert getattr(tab.find("housing"), "on_click", None) is None


async def test_a_picked_tile_shows_it_by_more_than_a_colour():
    def draw() -> ft.Control:
        chosen, choose = ft.use_state(False)
        tap = Tap("food", "Food", choose, (not chosen,), ft.Icons.KITCHEN)
        return Tile(tap, is_selected=chosen)

    async with Tab(showing(draw)) as tab:
        assert [icon.icon for icon in tab.of_type(ft.Icon)] == [ft.Icons.KITCHEN]
        await tab.click("food")
        assert [icon.icon for icon in tab.of_type(ft.Icon)] == [ft.Icons.CHECK_CIRCLE]
        assert [s.selected for s in tab.of_type(ft.Semantics) if s.identifier == "food"] == [True]


async def test_a_number_stops_at_its_least_and_its_most():
    def draw() -> ft.Control:
        value, change = use_kept("adults", 1)
        return Stepper(Count("adults", "Adults", value, change, least=1, most=2))

    async with Tab(showing(draw)) as tab:
        assert getattr(tab.find("adults-fewer"), "disabled", False)
        await tab.click("adults-more")
        assert tab.sees("2")
        assert getattr(tab.find("adults-more"), "disabled", False)
        await tab.click("adults-fewer")
        assert tab.sees("1")


async def test_an_answer_can_be_given_changed_taken_back_or_skipped():
    answers: list[str | None] = []

    def draw() -> ft.Control:
        chosen, choose = use_kept("first", answers[0] if answers else None)

        def hear(code: str | None) -> None:
            answers.append(code)
            choose(code)

        options = (("yes", "Yes"), ("no", "No"))
        return Answers(Choice("first", options, chosen, hear, "Not asked"))

    async with Tab(showing(draw)) as tab:
        for key in ("first-yes", "first-no", "first-no", "first-skip"):
            await tab.click(key)
        assert answers == ["yes", "no", None, ""]


def draw_with_panel() -> ft.Control:
    is_open, set_open = ft.use_state(False)
    count, set_count = ft.use_state(0)
    panel = Panel(
        "Did they leave?",
        [Words(f"asked {count}"), Stepper(Count("times", "Times", count, set_count))],
        lambda: set_open(False),
        (Tap("yes", "Yes", set_open, (False,)),),
    )
    use_panel(panel if is_open else None)
    return PrimaryButton(Tap("ask", "Ask", set_open, (True,)))


def is_asking(tab: Tab) -> bool:
    return any(panel.open for panel in tab.of_type(ft.AlertDialog))


async def test_a_panel_opens_changes_while_it_is_open_and_closes_by_its_own_tap():
    async with Tab(showing(draw_with_panel)) as tab:
        await tab.click("ask")
        await tab.click("times-more")
        assert is_asking(tab)
        assert tab.sees("asked 1")
        await tab.click("yes")
        assert not is_asking(tab)


async def test_a_panel_closes_by_a_tap_beside_it_and_opens_again():
    async with Tab(showing(draw_with_panel)) as tab:
        for _time in range(2):
            await tab.click("ask")
            assert is_asking(tab)
            await tab.dismiss()
            assert not is_asking(tab)


async def test_an_open_panel_is_still_there_once_when_the_line_is_back():
    def draw() -> ft.Control:
        is_open, set_open = use_kept("open", False)
        panel = Panel("Left?", [Words("asked")], lambda: set_open(False))
        use_panel(panel if is_open else None)
        return PrimaryButton(Tap("ask", "Ask", set_open, (True,)))

    async with Tab(showing(draw)) as tab:
        await tab.click("ask")
        await tab.disconnect()
        await tab.connect()
        assert [panel.open for panel in tab.of_type(ft.AlertDialog)].count(True) == 1


async def test_a_screen_has_one_title_and_its_foot_stays_when_the_body_scrolls():
    def draw() -> ft.Control:
        foot = PrimaryButton(Tap("foot", "Next", nothing))
        return Scaffold(
            Head("Front", back=Tap("back", "Back", nothing)), [Words("body")], foot=foot
        )

    async with Tab(showing(draw)) as tab:
        levels = [s.heading_level for s in tab.of_type(ft.Semantics) if s.heading_level]
        assert levels == [1]
        [body] = tab.of_type(ft.ListView)
        assert not any(control.key == "foot" for control in body.controls)
        assert tab.has("back")


async def test_on_a_phone_the_head_gives_a_long_line_the_whole_width():
    long = "Whoever is on the rota is expected by itself when the session opens."

    def draw() -> ft.Control:
        return Scaffold(Head("Who comes when", long), [Words("body")])

    def beside_title(tab: Tab) -> list[str]:
        columns = [c for c in tab.of_type(ft.Column) if isinstance(c.controls[0], ft.Semantics)]
        return [t.value for c in columns for t in c.controls if isinstance(t, ft.Text)]

    async with Tab(showing(draw), size=PHONE) as tab:
        assert tab.sees(long)
        assert beside_title(tab) == []
        await tab.resize(*TABLET)
        assert beside_title(tab) == [long]


def order_of(tab: Tab, *keys: str) -> list[str]:
    """The keys in the order in which they stand on the page."""
    found = [c.key for c in tab.of_type(ft.FilledButton)]
    return [key for key in found if key in keys]


def draw_with_a_way_out() -> ft.Control:
    close = nothing
    taps = (Tap("yes", "Yes", draw_with_a_way_out), Tap("no", "Not now", close))
    use_panel(Panel("Did they leave?", [Words("asked")], close, taps))
    return Words("page")


async def test_what_is_done_next_is_above_the_way_out_on_a_phone_and_last_in_a_row():
    async with Tab(showing(draw_with_a_way_out), size=PHONE) as tab:
        assert order_of(tab, "yes", "no") == ["yes", "no"]
        await tab.resize(*TABLET)
        assert order_of(tab, "yes", "no") == ["no", "yes"]


async def test_a_panel_with_nothing_but_a_way_out_does_not_press_for_it():
    def draw() -> ft.Control:
        use_panel(Panel("Done", [Words("said")], nothing, (Tap("no", "Close", nothing),)))
        return PrimaryButton(Tap("main", "Main", nothing))

    async with Tab(showing(draw)) as tab:
        fills = {c.key: c.style.bgcolor for c in tab.of_type(ft.FilledButton) if c.style}
        assert fills["no"] != fills["main"]
