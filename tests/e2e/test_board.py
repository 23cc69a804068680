"""The wall and a phone in a real browser: live, honest when the hub is gone, and back by itself."""

import asyncio
import socket
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from hub_app import config
from hub_app.clocks import SystemClock
from hub_app.hub import Hub, Wish
from hub_app.main import Tablet, mint, open_tablet
from hub_app.ui.app import make_main
from hub_app.ui.board import PlainPages
from hub_app.ui.feed import Feed
from hub_app.ui.running import Running
from hub_app.ui.serve import Serving, listen, serve
from hub_app.view.chip import SyncStatus
from sync.record import Place
from tests.support.alone import Alone
from tests.support.browser import Window
from tests.support.hall import done, scotland

pytestmark = pytest.mark.browser
_STALE_MILLIS = 9_000


class Served:
    """A real hub that serves on a port, can stop, and can start again on the same one."""

    def __init__(self, folder: Path) -> None:
        pack = scotland()
        opened = open_tablet(folder, pack, SystemClock(pack.zone), Place(pack.council, "STORY"))
        assert isinstance(opened, Tablet)
        self.tablet, self.port = opened, 0
        done(self.hub.open_session())

    @property
    def hub(self) -> Hub:
        return self.tablet.hub

    async def start(self) -> str:
        """Begin to serve; gives the address."""
        listening = listen(self.port)
        assert isinstance(listening, socket.socket)
        self.port = listening.getsockname()[1]
        up: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        running = Running(self.hub, Feed(), SyncStatus, lambda: None, Alone(self.hub))
        assets, cache = config.assets(), self.tablet.files.cache
        plain = PlainPages(self.hub, assets)
        main, now = make_main(running), self.tablet.clock.millis
        serving = Serving(main, assets, cache, mint(), now, plain)
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(
            serve(serving, listening, up=up.set_result, stop=self._stop)
        )
        return await asyncio.wait_for(up, 30)

    async def stop(self) -> None:
        """Stop serving; the hub itself stays as it is."""
        self._stop.set()
        await asyncio.wait_for(self._running, 30)


async def _says(page: Page, place: str, words: str) -> None:
    await expect(page.locator(place)).to_contain_text(words)
    await expect(page.locator(place)).to_be_visible()


async def _stands_still(page: Page) -> None:
    await expect(page.locator("#stopped")).to_be_visible()
    await expect(page.locator("#now")).to_be_hidden()


async def test_the_wall_and_a_phone_follow_a_family_and_never_show_what_is_no_longer_so(
    tmp_path: Path, browser: Browser
) -> None:
    served = Served(tmp_path / "hub")
    url, hub = await served.start(), served.hub
    money = done(hub.open_desk("Money advice", ["money"]))
    childcare = done(hub.open_desk("Childcare", ["childcare"]))
    async with Window(browser) as board, Window(browser, (390, 844)) as phone:
        wall, hand = board.page, phone.page
        await board.open(url)
        await board.tap("role-board")
        await wall.wait_for_url("**/board")
        await wall.clock.install()
        await hand.clock.install()
        await wall.reload()
        await _says(wall, "#calls", "Please take a seat.")
        visit = done(hub.arrive(Wish(("debt_bills", "care_nursery"))))
        await hand.goto(f"{url}t/{visit.token}")
        await _says(hand, "#where", "You are in the queue.")
        await _says(wall, "#waiting", "1 family is waiting.")

        done(hub.call(money, visit.id))
        await _says(wall, "#calls .ticket", visit.ticket)
        await _says(wall, "#calls .desk", "Money advice")
        await _says(hand, "#where", "Money advice")
        done(hub.start(money, visit.id))
        done(hub.hand_over(money, visit.id, childcare, "advice_given"))
        done(hub.walk(visit.id))
        await _says(wall, "#calls .walked .desk", "Childcare")
        await _says(hand, "#where", "Childcare")

        await served.stop()
        for page in (wall, hand):
            await page.clock.fast_forward(_STALE_MILLIS)
            await _stands_still(page)
        await _says(wall, "#stopped", "This board has stopped.")
        done(hub.receive(childcare, visit.id))
        await served.start()
        for page in (wall, hand):
            await page.clock.fast_forward(_STALE_MILLIS)
            await expect(page.locator("#stopped")).to_be_hidden()
        await _says(wall, "#lately", "Childcare")
        await expect(wall.locator("#calls .ticket")).to_have_count(0)
        await _says(hand, "#where", "You are with")

        done(hub.leave(visit.id))
        done(hub.close_session())
        await _says(hand, "#where", "Goodbye")
        await _says(wall, "#calls", "We are closed now.")
        for window in (board, phone):
            assert window.off_origin(url) == []
            assert window.complaints == []
    await served.stop()
    served.tablet.close()


async def test_a_board_whose_script_never_came_stops_showing_calls_all_the_same(
    tmp_path: Path, browser: Browser
) -> None:
    served = Served(tmp_path / "hub")
    url, hub = await served.start(), served.hub
    desk = done(hub.open_desk("Money advice", ["money"]))
    done(hub.call(desk, done(hub.arrive(Wish(("debt_bills",)))).id))
    async with Window(browser) as board:
        await board.page.route("**/board.js", lambda route: route.abort())
        await board.page.goto(f"{url}board")
        await _says(board.page, "#calls", "Money advice")
        burn = "document.getAnimations().forEach(fuse => { fuse.currentTime = 13000; })"
        await board.page.evaluate(burn)
        await _stands_still(board.page)
    await served.stop()
    served.tablet.close()
