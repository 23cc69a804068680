"""A browser tab without a browser: Flet's own session, difference and scheduler, in this process.

Everything private we touch in Flet's session for tests is touched here.
"""

import asyncio
import dataclasses
import inspect
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Self, TypeVar

import flet as ft
import msgpack
from flet.components.component import Component
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page, context
from flet.controls.value_types import Prop
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    Message,
    MessageAction,
    RegisterClientResponseBody,
    configure_encode_object_for_msgpack,
)
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

ControlT = TypeVar("ControlT", bound=BaseControl)

_CURRENT: Any = _context_page
_ENCODE = configure_encode_object_for_msgpack(BaseControl)
_AT_FIRST = {
    "web": True,
    "platform": "linux",
    "route": "/",
    "platform_brightness": "light",
    "pwa": False,
    "wasm": False,
    "test": False,
}
TABLET = (1280.0, 800.0)
PHONE = (390.0, 844.0)


class Line(Connection):
    """The line between a session and its tab: encodes as the real one does, keeps what was sent."""

    def __init__(self, tab: "Tab") -> None:
        super().__init__()
        self.loop = asyncio.get_running_loop()
        self.executor = ThreadPoolExecutor(1)
        self.pubsubhub = PubSubHub(loop=self.loop, executor=self.executor)
        self.page_url = "http://127.0.0.1"
        self._tab = tab

    def send_message(self, message: Message) -> None:
        """Encode, keep, and answer what a client would answer."""
        packed: Any = msgpack.packb([message.action.value, message.body], default=_ENCODE)
        self._tab.took(message, len(packed))

    def dispose(self) -> None:
        """End the line's own thread."""
        self.executor.shutdown(wait=False)


class Tab:
    """One open page, and what a person sees and does there.

    `async with Tab(main) as tab: await tab.click("call-next")`. Leaving it fails when a render or
    a handler of this page failed, however calmly the page took it, or when a change arrived for a
    control this page does not have, being meant for another. Say `may_fail` where that is it.
    """

    def __init__(
        self,
        main: Callable[[ft.Page], Any],
        *,
        size: tuple[float, float] = TABLET,
        route: str = "/",
        may_fail: bool = False,
    ) -> None:
        self._main = main
        self._first = {**_AT_FIRST, "width": size[0], "height": size[1], "route": route}
        self.sent: list[MessageAction] = []
        self.bytes_sent = 0
        self.strays: list[int] = []
        self.failures: list[str] = []
        self.calls: list[tuple[str, Any]] = []
        self._may_fail = may_fail
        self._ear = _Ear(self)

    async def __aenter__(self) -> Self:
        line = Line(self)
        self.session = Session(line)
        self.page = self.session.page
        logging.getLogger("hub_app.ui").addHandler(self._ear)
        self.session.apply_page_patch(self._first)
        self._in_page(self._register)
        await asyncio.create_task(self._begin())
        await self.settle()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        logging.getLogger("hub_app.ui").removeHandler(self._ear)
        line = self.session.connection
        self.session.close()
        await self.settle()
        if line is not None:
            line.dispose()
        if kind is None:
            assert not self.strays, f"changes for controls this page does not have: {self.strays}"
            assert self._may_fail or not self.failures, self.failures

    # what a person sees

    def controls(self) -> Iterator[BaseControl]:
        """Give every control on the page, dialogs too, as shown: components unwrapped."""
        yield from _walk(self.page, set())

    def of_type(self, kind: type[ControlT]) -> list[ControlT]:
        """Give the controls of one type, in order."""
        return [control for control in self.controls() if isinstance(control, kind)]

    def texts(self) -> list[str]:
        """Give every text that can be read, in order: words, button labels, field labels."""
        found: list[str] = []
        for control in self.controls():
            for name in ("value", "content", "label", "title"):
                value = getattr(control, name, None)
                if isinstance(value, str) and value and not isinstance(control, ft.Semantics):
                    found.append(value)
        return found

    def sees(self, words: str) -> bool:
        """Say whether these words can be read somewhere on the page."""
        return any(words in text for text in self.texts())

    def has(self, key: str) -> bool:
        """Say whether anything on the page has this key."""
        return any(control.key == key for control in self.controls())

    def find(self, key: str) -> BaseControl:
        """Give the one control with this key: inside its Semantics, if it is wrapped."""
        found = [control for control in self.controls() if control.key == key]
        inner = [
            control
            for control in found
            if not isinstance(control, ft.MergeSemantics | ft.Semantics)
        ] or found
        assert len(inner) == 1, f"{len(inner)} controls have the key {key!r}: {self.keys()}"
        return inner[0]

    def keys(self) -> list[str]:
        """Give every key on the page once, in order."""
        return list(dict.fromkeys(str(c.key) for c in self.controls() if c.key is not None))

    # what a person does

    async def click(self, key: str) -> None:
        """Tap the control with this key. It must not be greyed out."""
        control = self.find(key)
        assert not getattr(control, "disabled", False), f"{key!r} is greyed out"
        assert getattr(control, "on_click", None), f"nothing happens when {key!r} is tapped"
        await self.fire(control, "click")

    async def type(self, key: str, text: str, *, enter: bool = False) -> None:
        """Type into the field with this key, and press Enter if asked."""
        field = self.find(key)
        self.session.apply_patch(field._i, {"value": text})
        await self.fire(field, "change", text)
        if enter:
            await self.fire(self.find(key), "submit", text)

    async def dismiss(self) -> None:
        """Tap beside the open panel."""
        panels = [d for d in self.of_type(ft.AlertDialog) if d.open]
        assert len(panels) == 1, f"{len(panels)} panels are open"
        self.session.apply_patch(panels[0]._i, {"open": False})
        await self.fire(panels[0], "dismiss")

    async def resize(self, width: float, height: float) -> None:
        """Turn or change the screen."""
        self.session.apply_page_patch({"width": width, "height": height})
        await self.fire(self.page, "resize", {"width": width, "height": height})

    async def fire(self, control: BaseControl, name: str, data: Any = None) -> None:
        """Send an event as the client does: in a task, hence a context, of its own."""
        await asyncio.create_task(self.session.dispatch_event(control._i, name, data))
        await self.settle()

    # what happens to its line

    async def disconnect(self) -> None:
        """Lose the line."""
        await asyncio.create_task(self.session.disconnect(3600))
        await self.settle()

    def forget(self) -> None:
        """Go without a word: nobody will ever close this session."""
        logging.getLogger("hub_app.ui").removeHandler(self._ear)
        session: Any = self.session
        session._Session__updates_task.cancel()
        self.session.connection.dispose()
        del self.session, self.page

    async def connect(self) -> None:
        """Get the line back: the whole page is sent again, then Flet says `connect`."""
        line = Line(self)
        self._in_page(self._register, line)
        await asyncio.create_task(self.session.connect(line))
        await self.settle()

    async def settle(self, turns: int = 25) -> None:
        """Let everything that is due on the loop happen."""
        for _turn in range(turns):
            await asyncio.sleep(0)

    def took(self, message: Message, size: int) -> None:
        """Take a message from the line, as the client would."""
        self.sent.append(message.action)
        self.bytes_sent += size
        body: Any = message.body
        match message.action:
            case MessageAction.PATCH_CONTROL:
                # A client drops a change for a control it does not have. So must a test.
                if body.id not in self.session.index:
                    self.strays.append(body.id)
            case MessageAction.SESSION_CRASHED:
                self.failures.append(body.message)
            case MessageAction.INVOKE_METHOD:
                self.calls.append((body.name, body.args))
                asyncio.get_running_loop().call_soon(self._answer, body)
            case _:
                pass

    def _answer(self, call: Any) -> None:
        self.session.handle_invoke_method_results(call.control_id, call.call_id, None, None)
        if call.name == "push_route":
            route = call.args["route"]
            self.session.apply_page_patch({"route": route})
            self._moving = asyncio.create_task(
                self.session.dispatch_event(self.page._i, "route_change", {"route": route})
            )

    async def _begin(self) -> None:
        _CURRENT.set(self.page)
        context.reset_auto_update()
        given = self._main(self.page)
        if inspect.isawaitable(given):
            await given
        await self.session.after_event(self.page)

    def _register(self, line: Line | None = None) -> None:
        patch = self.session.page if line else self.session.get_page_patch()
        body = RegisterClientResponseBody(session_id=self.session.id, page_patch=patch, error="")
        (line or self.session.connection).send_message(Message(MessageAction.REGISTER_CLIENT, body))

    def _in_page(self, fn: Callable[..., None], *args: Any) -> None:
        token = _CURRENT.set(self.page)
        fn(*args)
        _CURRENT.reset(token)


class _Ear(logging.Handler):
    """Hears what failed on one page: a calm page says so only in the log."""

    def __init__(self, tab: Tab) -> None:
        super().__init__(logging.ERROR)
        self._tab = tab

    def emit(self, record: logging.LogRecord) -> None:
        if _CURRENT.get() is self._tab.page:
            self._tab.failures.append(self.format(record))


def _walk(node: Any, seen: set[int]) -> Iterator[BaseControl]:
    if isinstance(node, list | tuple):
        for child in node:
            yield from _walk(child, seen)
        return
    parts = _parts_of(type(node))
    if parts is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, BaseControl) and not isinstance(node, Component):
        yield node
    for name, is_sparse in parts:
        part = node._values.get(name) if is_sparse else getattr(node, name, None)
        if part is not None and not isinstance(part, _PLAIN):
            yield from _walk(part, seen)


_PLAIN = (str, int, float)


@cache
def _parts_of(kind: type) -> tuple[tuple[str, bool], ...] | None:
    """Give where values of a type may hold controls; None when they hold none.

    With each goes whether Flet keeps it only where it differs from what every such control has.
    """
    if not dataclasses.is_dataclass(kind) or issubclass(kind, type):
        return None
    names = [f.name for f in dataclasses.fields(kind) if not f.metadata.get("skip")]
    return tuple(
        (name, isinstance(inspect.getattr_static(kind, name, None), Prop))
        for name in names
        if name != "_parent"
    )
