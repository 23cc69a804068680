"""The plain pages as a browser is given them: shut, never kept, live, bounded, telling nothing."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub_app.core.events import Answered
from hub_app.ui.app import make_main
from hub_app.ui.board import Beside, Lines, PlainPages
from hub_app.ui.serve import Serving, listen, make_app, serve
from hub_app.view.tablets import InHall, Step
from tests.support.hall import done
from tests.support.headless import Tab
from tests.ui.conftest import ROOT
from tests.ui.screens.running_hall import RunningHall

PORT = 4242
HERE = f"http://127.0.0.1:{PORT}"
Message = MutableMapping[str, Any]


class Plain(RunningHall):
    """A hall with its plain pages behind the fence, as they are served; no beat by itself."""

    def __init__(self, cache: Path, beat_seconds: float = 3600) -> None:
        super().__init__()
        self.wait: tuple[int, int] | None = None
        beside = Beside(lambda _: self.wait, lambda: not self.tablets.status().may_call)
        self.pages = PlainPages(self.hub, ROOT / "assets", beside=beside, beat_seconds=beat_seconds)
        self.served = Serving(
            make_main(self.running), ROOT / "assets", cache, "b", self.clock.millis, self.pages
        )
        self.app = make_app(self.served, PORT)

    async def get(self, path: str, method: str = "GET", host: str = HERE) -> httpx.Response:
        """Ask for a page."""
        over = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=over, base_url=host) as asking:
            return await asking.request(method, path)

    @asynccontextmanager
    async def line(self, path: str) -> AsyncIterator["Heard"]:
        """Follow a page; leaving the block is a phone that goes away."""
        heard = Heard(path)
        following = asyncio.ensure_future(self.app(heard.scope, heard.receive, heard.send))
        try:
            yield heard
        finally:
            heard.gone.set()
            await asyncio.wait_for(following, 10)


class Heard:
    """What one open page was sent."""

    def __init__(self, path: str) -> None:
        path, _, query = path.partition("?")
        headers = [(b"host", HERE.removeprefix("http://").encode())]
        self.scope: Message = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "scheme": "http",
            "headers": headers,
        }
        self.gone = asyncio.Event()
        self._sent: asyncio.Queue[Message] = asyncio.Queue()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self._sent.put_nowait(message)

    async def next(self) -> tuple[str, Any]:
        """Wait for the next event: its name and what it holds; ("", None) at the line's end."""
        while True:
            message = await asyncio.wait_for(self._sent.get(), 10)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                return "", None
            text = message.get("body", b"").decode()
            if found := re.fullmatch(r"event: (\w+)\ndata: (.*)\n\n", text):
                return found[1], json.loads(found[2])


@pytest.fixture
def hall(tmp_path: Path) -> Plain:
    return Plain(tmp_path)


def in_words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>|[\u2068\u2069]", " ", html))


# what a page is made of


@pytest.mark.parametrize("path", ["/board", "/t/{token}", "/t/nobody"])
async def test_a_page_is_never_kept_tells_nobody_and_runs_no_script_but_ours(hall: Plain, path):
    hall.desk("Blue", "money")
    token = hall.family("debt_bills").token
    page = await hall.get(path.format(token=token))
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in page.text
    assert "unsafe" not in page.text
    assert re.findall(r"<script(?! src=\"/board\.js\"></script>)", page.text) == []
    assert re.findall(r"\s(on\w+|style)=", page.text) == []
    addresses = re.findall(r"(?:src|href|data-live)=\"([^\"]*)\"", page.text)
    assert [known for known in addresses if not re.match(r"/\w|\?lang=|$", known)] == []
    assert "$" not in page.text


async def test_what_it_needs_is_small_and_on_this_device(hall: Plain):
    page = await hall.get("/board")
    files = [await hall.get(path) for path in re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page.text)]
    assert {each.status_code for each in files} == {200}
    assert len(page.content) + sum(len(each.content) for each in files) < 20_000
    assert "http" not in "".join(each.text for each in files if each.url.path != "/icons/hub.svg")


async def test_a_desks_name_is_shown_as_it_is_written(hall: Plain):
    desk = hall.desk('<b onclick="x">R&D', "money")
    done(hall.hub.call(desk, hall.family("debt_bills").id))
    page = await hall.get("/board")
    assert "<b onclick" not in page.text
    assert "&lt;b onclick=&quot;x&quot;&gt;R&amp;D" in page.text


async def test_without_scripts_a_page_looks_again_by_itself(hall: Plain):
    again = '<noscript><meta http-equiv="refresh"'
    assert again in (await hall.get("/board")).text
    assert again in (await hall.get(f"/t/{hall.family().token}")).text
    assert again not in (await hall.get("/t/nobody")).text


async def test_nothing_can_be_written_and_no_other_site_may_look(hall: Plain):
    token = hall.family("debt_bills").token
    for path in ("/board", f"/t/{token}"):
        assert (await hall.get(path, "POST")).status_code == 405
        assert (await hall.get(path, host="http://evil.example")).status_code == 403
    for path in ("/board/live", f"/t/{token}/live"):
        assert (await hall.get(path, "HEAD")).status_code == 200
    assert (await hall.get("/board.html")).status_code == 404
    assert (await hall.get("/waiting.html")).status_code == 404


# the wall board


async def test_the_board_says_who_is_called_where_to_and_how_many_wait(hall: Plain):
    desk = hall.desk("Money advice", "money")
    done(hall.hub.call(desk, hall.family("debt_bills").id))
    hall.family("debt_bills")
    hall.family()
    board = in_words((await hall.get("/board")).text)
    assert "A1 Money advice" in board
    assert "2 families are waiting." in board
    assert "13:30" in board


async def test_before_anybody_is_called_and_after_the_doors_shut_it_is_calm(hall: Plain):
    assert "Please take a seat." in (await hall.get("/board")).text
    done(hall.hub.close_session())
    board = in_words((await hall.get("/board")).text)
    assert "We are closed now." in board
    assert "waiting." not in board


async def test_the_tile_of_the_first_screen_turns_this_tab_into_the_board(hall: Plain):
    async with Tab(make_main(hall.running)) as page:
        await page.click("role-board")
        assert page.calls[-1][0] == "launch_url"
        assert page.calls[-1][1]["url"] == "/board"


# one family's page


async def test_a_familys_page_says_where_they_are_and_how_much_is_left_but_not_of_what(hall: Plain):
    desk = hall.desk("Money advice", "money")
    visit = hall.family("debt_bills", "care_nursery", name="Amina")
    waiting = in_words((await hall.get(f"/t/{visit.token}")).text)
    assert "A1 You are in the queue. We can’t say yet how long. You have 2 desks to see." in waiting
    hall.wait = (10, 20)
    assert "It may be 10 to 20 minutes." in (await hall.get(f"/t/{visit.token}")).text
    done(hall.hub.call(desk, visit.id))
    page = (await hall.get(f"/t/{visit.token}")).text
    assert "Please go to Money advice . After this, 1 more desk." in in_words(page)
    for secret in ("Amina", "debt", "care", "ursery", visit.id):
        assert secret not in page.replace(visit.token, "")


LISTEN = "Some calls may not show here. Please listen for your ticket."


async def test_cut_off_it_tells_who_waits_to_listen_in_the_place_of_a_time(hall: Plain):
    desk = hall.desk("Money advice", "money")
    visit = hall.family("debt_bills")
    hall.wait = (9, 38)
    calm = in_words((await hall.get(f"/t/{visit.token}")).text)
    assert "It may be 5 to 40 minutes." in calm  # in the steps the ticket says
    hall.tablets.in_hall = InHall(Step.CUT_OFF)
    waiting = in_words((await hall.get(f"/t/{visit.token}")).text)
    assert LISTEN in waiting
    assert "It may be" not in waiting
    assert "قد لا تظهر" in (await hall.get(f"/t/{visit.token}?lang=ar")).text
    done(hall.hub.call(desk, visit.id))
    assert LISTEN not in in_words((await hall.get(f"/t/{visit.token}")).text)


async def test_the_wall_says_so_too_while_the_session_is_open_and_no_longer(hall: Plain):
    hall.family("debt_bills")
    assert "1 family is waiting." in in_words((await hall.get("/board")).text)
    hall.tablets.in_hall = InHall(Step.CUT_OFF)
    cut_off = in_words((await hall.get("/board")).text)
    assert LISTEN in cut_off
    assert "1 family is waiting." not in cut_off
    hall.tablets.in_hall = InHall(Step.SOME_AWAY)  # all calls are made on this side
    assert LISTEN not in in_words((await hall.get("/board")).text)


async def test_it_speaks_the_familys_language_or_the_one_they_ask_for(hall: Plain):
    visit = hall.family("debt_bills")
    token = visit.token
    assert '<html lang="en" dir="ltr">' in (await hall.get(f"/t/{token}")).text
    arabic = (await hall.get(f"/t/{token}?lang=ar")).text
    assert '<html lang="ar" dir="rtl">' in arabic
    assert f'data-live="/t/{token}/live?lang=ar"' in arabic
    assert '<a href="?lang=en" lang="en" dir="ltr">English</a>' in arabic
    assert '<html lang="en"' in (await hall.get(f"/t/{token}?lang=../../x")).text
    own = done(hall.hub.answer(visit.id, Answered(language="ar")))
    assert '<html lang="ar"' in (await hall.get(f"/t/{own.token}")).text
    assert '<html lang="en"' in (await hall.get(f"/t/{own.token}?lang=en")).text


async def test_a_token_cannot_be_told_from_one_that_never_was(hall: Plain):
    visit = hall.family("debt_bills")
    done(hall.hub.leave(visit.id))
    assert "Bye for now!" in (await hall.get(f"/t/{visit.token}")).text
    hall.pass_minutes(10)
    paths = [f"/t/{known}" for known in (visit.token, "nobody", visit.ticket, "", "a/b", "%F0")]
    pages = [await hall.get(path) for path in paths]
    assert {page.status_code for page in pages} == {404}
    assert len({(page.content, str(page.headers)) for page in pages}) == 1
    assert "Please ask at the welcome desk." in pages[0].text
    lines = [await hall.get(f"/t/{known}/live") for known in (visit.token, "nobody")]
    assert len({(line.status_code, line.content, str(line.headers)) for line in lines}) == 1


async def test_after_the_session_a_page_says_goodbye_and_nothing_else(hall: Plain):
    visit = hall.family("debt_bills")
    done(hall.hub.leave(visit.id))
    done(hall.hub.close_session())
    page, other = [await hall.get(f"/t/{known}") for known in (visit.token, "nobody")]
    assert "Goodbye, and thank you for coming." in page.text
    assert visit.ticket not in page.text.replace(visit.token, "")
    assert page.text.replace(visit.token, "") == other.text.replace("nobody", "")
    done(hall.hub.sign_off())
    last, other = [(await hall.get(f"/t/{known}")).text for known in (visit.token, "nobody")]
    assert last == other
    assert 'data-live=""' in last


# live


async def test_a_page_hears_of_a_change_at_once(hall: Plain):
    desk, visit = hall.desk("Money advice", "money"), hall.family("debt_bills")
    async with hall.line("/board/live") as board, hall.line(f"/t/{visit.token}/live") as phone:
        assert (await board.next())[1]["kind"] == "quiet"
        assert (await phone.next())[1]["kind"] == "queue"
        done(hall.hub.call(desk, visit.id))
        name, look = await board.next()
        assert (name, look["kind"], look["at"]) == ("look", "few", hall.clock.millis())
        assert "Money advice" in look["parts"]["calls"]
        assert (await phone.next())[1]["kind"] == "called"


async def test_while_nothing_changes_a_page_hears_a_heartbeat(tmp_path: Path):
    hall = Plain(tmp_path, beat_seconds=0.001)
    async with hall.line("/board/live") as board:
        assert (await board.next())[0] == "look"
        assert await board.next() == ("beat", hall.clock.millis())
        hall.clock.set(hall.clock.millis() + 60_000)
        name, look = await board.next()
        while name == "beat":
            name, look = await board.next()
        assert look["parts"]["clock"] == "13:31"


async def test_a_page_that_is_of_no_more_use_is_told_and_let_go(hall: Plain):
    visit = hall.family("debt_bills")
    async with hall.line(f"/t/{visit.token}/live?lang=en") as phone:
        await phone.next()
        done(hall.hub.leave(visit.id))
        assert (await phone.next())[1]["kind"] == "done"
        done(hall.hub.close_session())
        assert (await phone.next())[1]["kind"] == "goodbye"
        done(hall.hub.sign_off())
        names = [(await phone.next())[0] for _ in range(3)]
        assert names[-2:] == ["end", ""]
    assert len(hall.pages.families) == 0


async def test_a_phone_that_goes_away_is_counted_out(hall: Plain):
    async with hall.line("/board/live") as board:
        await board.next()
        assert len(hall.pages.boards) == 1
    assert len(hall.pages.boards) == 0


def test_there_are_never_more_lines_than_we_can_feed_and_the_oldest_goes_first():
    lines = Lines(most=3, most_each=2)
    one, two, three = (lines.open(key) for key in "aab")
    four = lines.open("a")
    assert [line.is_over for line in (one, two, three, four)] == [True, False, False, False]
    lines.open("c")
    assert two.is_over
    assert len(lines) == 3
    lines.close(two)
    lines.close(two)
    assert len(lines) == 3


async def test_a_hub_that_stops_lets_its_open_pages_go_without_a_complaint(
    hall: Plain, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    listening = listen(0)
    assert isinstance(listening, socket.socket)
    up: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    running = asyncio.create_task(serve(hall.served, listening, up=up.set_result, stop=stop))
    url = await asyncio.wait_for(up, 30)
    async with httpx.AsyncClient() as asking, asking.stream("GET", f"{url}board/live") as board:
        lines = board.aiter_lines()
        with suppress(StopAsyncIteration):
            while not (await anext(lines)).startswith("data:"):
                pass
        stop.set()
        await asyncio.wait_for(running, 30)
    assert len(hall.pages.boards) == 0
    assert [record.message for record in caplog.records if "Cancel" in record.message] == []
