"""Serves the wall board and each family's page: small, plain, live, and to be looked at only."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from hub_app.hub import Hub
from hub_app.ui import board_words as words
from hub_app.ui.board_words import Look
from hub_app.ui.strings import SOURCE, Strings, languages, speaking, strings_in
from hub_app.view.board import Waits, board_view, family_view, nothing_known

BEAT_SECONDS = 3.0  # a page that has heard nothing for eight says that it has stopped
_AGAIN_MILLIS = 2000
_BOARDS, _PAGES, _PAGES_EACH = 16, 256, 3
_KEEP_NOTHING = {"Cache-Control": "no-store"}
_WITHOUT_SCRIPTS = '<noscript><meta http-equiv="refresh" content="5"></noscript>'
# Flutter's page needs more than this; a browser that is given two policies obeys both.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'"
)

Draw = Callable[[], Look]


@dataclass(eq=False)
class Line:
    """One open page that is kept up to date; `key` says which page it is."""

    key: str
    news: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False

    def end(self) -> None:
        """Let the page go, at its next turn."""
        self.is_over = True
        self.news.set()


class Lines:
    """Every open line of one kind: never more than `most`, nor `most_each` with the same key.

    One too many ends the oldest, not the newest: that one is often a phone that has walked off.
    """

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._open: list[Line] = []

    def __len__(self) -> int:
        return len(self._open)

    def open(self, key: str) -> Line:
        """Take in one more line."""
        alike = [line for line in self._open if line.key == key]
        if len(alike) >= self._most_each:
            self._drop(alike[0])
        elif len(self._open) >= self._most:
            self._drop(self._open[0])
        line = Line(key)
        self._open.append(line)
        return line

    def close(self, line: Line) -> None:
        """Forget a line that has ended; twice does no harm."""
        if line in self._open:
            self._open.remove(line)

    def _drop(self, line: Line) -> None:
        line.end()
        self._open.remove(line)

    def tell(self) -> None:
        """Have every page looked at again."""
        for line in self._open:
            line.news.set()

    def end(self) -> None:
        """Let all of them go."""
        for line in tuple(self._open):
            self._drop(line)


@dataclass(frozen=True)
class Beside:
    """What the pages ask of others than the hub.

    `waits` gives a visit's range; `is_cut_off` says whether calls are decided where this tablet
    does not hear of them. Both are asked at every beat.
    """

    waits: Waits = nothing_known
    is_cut_off: Callable[[], bool] = lambda: False


HUB_ALONE: Final = Beside()


class PlainPages:
    """`/board` for the wall and `/t/<token>` for a family, of one hub; they write nothing."""

    def __init__(
        self,
        hub: Hub,
        assets: Path,
        *,
        language: str = SOURCE,
        beside: Beside = HUB_ALONE,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        """Follow a hub. `language` is for whoever asks for none."""
        self._hub, self._language, self._beat = hub, language, beat_seconds
        self._beside = beside
        self.boards = Lines(_BOARDS, _BOARDS)
        self.families = Lines(_PAGES, _PAGES_EACH)
        self._languages = languages()
        self._board = _shell(assets, "board")
        self._family = _shell(assets, "waiting")
        hub.listen(self.changed)

    def changed(self) -> None:
        """Show what is new on every open page. Call on the loop they live on."""
        self.boards.tell()
        self.families.tell()

    def end(self) -> None:
        """Let every open page go: the hub stops."""
        self.boards.end()
        self.families.end()

    def routes(self) -> list[Route]:
        """Give the addresses; nothing else may stand below them."""
        return [
            Route("/board", self._show_board),
            Route("/board/live", self._follow_board),
            Route("/t/{token}/live", self._follow_family),
            Route("/t/{token:path}", self._show_family),
            Route("/board.html", _not_a_page),
            Route("/waiting.html", _not_a_page),
        ]

    # --- the wall board ------------------------------------------------------------------------

    def _look_at_board(self, strings: Strings) -> Look:
        session, now = self._hub.told, self._hub.now()
        view = board_view(self._hub.pack, session, now)
        with speaking(strings):
            return words.board_look(view, session, now, is_cut_off=self._beside.is_cut_off())

    async def _show_board(self, request: Request) -> Response:
        strings = self._spoken(request)
        live = f"/board/live?lang={strings.language}"
        return _page(self._board, strings, self._look_at_board(strings), live)

    async def _follow_board(self, request: Request) -> Response:
        strings = self._spoken(request)
        return self._live(request, self.boards, "", lambda: self._look_at_board(strings))

    # --- one family's page ---------------------------------------------------------------------

    def _look_at_family(self, token: str, request: Request) -> tuple[Look, Strings]:
        hub = self._hub
        view = family_view(hub.pack, hub.told, token, hub.now(), self._beside.waits)
        strings = self._spoken(request, view.language)
        with speaking(strings):
            return words.family_look(view, is_cut_off=self._beside.is_cut_off()), strings

    async def _show_family(self, request: Request) -> Response:
        token = request.path_params["token"]
        look, strings = self._look_at_family(token, request)
        live = f"/t/{quote(token, safe='')}/live?lang={strings.language}"
        others = self._other_languages(strings) if look.may_change else ""
        return _page(self._family, strings, look, live if look.may_change else "", others=others)

    async def _follow_family(self, request: Request) -> Response:
        token = request.path_params["token"]
        return self._live(
            request, self.families, token, lambda: self._look_at_family(token, request)[0]
        )

    def _other_languages(self, strings: Strings) -> str:
        spoken = [self._hub.pack.spoken(code) for code in self._languages]
        return "".join(
            f'<a href="?lang={one.id}" lang="{one.id}" dir="{one.direction}">'
            f"{escape(one.own_name)}</a>"
            for one in spoken
            if one.id != strings.language
        )

    # --- both ----------------------------------------------------------------------------------

    def _spoken(self, request: Request, own: str | None = None) -> Strings:
        """Give the language asked for, else the family's own, else the hub's."""
        asked = (request.query_params.get("lang"), own, self._language)
        known = (code for code in asked if code in self._languages)
        return strings_in(next(known, SOURCE))

    def _live(self, request: Request, lines: Lines, key: str, draw: Draw) -> Response:
        if request.method == "HEAD":
            return Response(media_type="text/event-stream", headers=_KEEP_NOTHING)
        return _Live(lines, key, lambda line: self._events(line, draw))

    async def _events(self, line: Line, draw: Draw) -> AsyncIterator[str]:
        """Give what is new as soon as it is, and a heartbeat while nothing is."""
        yield f"retry: {_AGAIN_MILLIS}\n\n"
        shown: Look | None = None
        while not line.is_over:
            line.news.clear()
            look = draw()
            if look != shown:
                shown = look
                news = {"at": self._hub.now(), "kind": look.kind, "title": look.title}
                yield _event("look", {**news, "parts": look.parts})
            else:
                yield _event("beat", self._hub.now())
            if not look.may_change:
                yield _event("end", self._hub.now())
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(line.news.wait(), self._beat)


class _Live(Response):
    """A line of server-sent events that is always counted out again, however it ended."""

    def __init__(
        self, lines: Lines, key: str, events: Callable[[Line], AsyncIterator[str]]
    ) -> None:
        super().__init__()
        self._lines, self._key, self._events = lines, key, events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = self._lines.open(self._key)
        try:
            answer = StreamingResponse(
                self._events(line), media_type="text/event-stream", headers=_KEEP_NOTHING
            )
            await answer(scope, receive, send)
        finally:
            self._lines.close(line)


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _shell(assets: Path, name: str) -> Template:
    return Template((assets / "web" / f"{name}.html").read_text(encoding="utf-8"))


def _page(shell: Template, strings: Strings, look: Look, live: str, others: str = "") -> Response:
    """Put a look into its page. One that has nothing to follow is the same for everybody."""
    with speaking(strings):
        fixed = {
            "stopped_board": escape(words.stopped_board()),
            "stopped_page": escape(words.stopped_page()),
            "ask_us": escape(words.ask_us()),
            "trying_again": escape(words.trying_again()),
        }
    body = shell.substitute(
        look.parts,
        **fixed,
        policy=_POLICY,
        language=strings.language,
        direction=strings.direction,
        title=escape(look.title),
        kind=look.kind,
        live=escape(live),
        refresh=_WITHOUT_SCRIPTS if live else "",
        others=others,
    )
    status = 404 if look.kind == "nothing" else 200
    return Response(body, status, _KEEP_NOTHING, "text/html; charset=utf-8")


async def _not_a_page(_request: Request) -> Response:
    return Response(status_code=404)
