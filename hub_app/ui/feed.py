"""Tells every open page of a change, each in its own context, once for many in one turn."""

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import flet as ft

from hub_app.ui.page import in_page, revive, steady

log = logging.getLogger(__name__)

Listener = Callable[[int], object]


@dataclass
class _Listeners:
    page: ft.Page
    callbacks: list[Listener] = field(default_factory=list[Listener])


class Feed:
    """From one source of change to all open pages: attach a page, listen, say `changed`."""

    def __init__(self) -> None:
        self._version = 0
        self._pages: dict[str, _Listeners] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_due = False
        self._lock = threading.Lock()

    @property
    def version(self) -> int:
        """How many changes there have been."""
        return self._version

    @property
    def pages(self) -> int:
        """How many pages are attached."""
        return len(self._pages)

    def attach(self, page: ft.Page) -> None:
        """Let this page listen until it is closed. Call on the loop all pages live on."""
        self._loop = asyncio.get_running_loop()
        session_id = page.session.id
        if session_id in self._pages:
            return
        self._pages[session_id] = _Listeners(page)
        # Flet runs no clean-up of effects when a page closes.
        steady(page).listen("close", lambda: self._drop(session_id))

    def listen(self, page: ft.Page, callback: Listener) -> Callable[[], None]:
        """Call `callback` with the new version at every change; give what ends that."""
        self.attach(page)
        callbacks = self._pages[page.session.id].callbacks
        callbacks.append(callback)

        def stop() -> None:
            if callback in callbacks:
                callbacks.remove(callback)

        return stop

    def changed(self) -> None:
        """Say that something changed. Any thread may; many calls in one turn are told once."""
        with self._lock:
            self._version += 1
            if self._is_due or self._loop is None:
                return
            self._is_due = True
        try:
            self._loop.call_soon_threadsafe(self._tell)
        except RuntimeError:  # the loop is closed: nobody is left to tell
            self._is_due = False

    def _tell(self) -> None:
        with self._lock:
            self._is_due = False
            version = self._version
        for session_id, listeners in tuple(self._pages.items()):
            page = listeners.page
            if _is_gone(page):
                self._drop(session_id)
                continue
            _tell_one(page, partial(_revive, page), version)
            for callback in tuple(listeners.callbacks):
                _tell_one(page, callback, version)

    def _drop(self, session_id: str) -> None:
        self._pages.pop(session_id, None)


def _is_gone(page: ft.Page) -> bool:
    try:
        return page.session is None
    except RuntimeError:  # so says Flet when a session was dropped and nobody closed it
        return True


def _revive(page: ft.Page, _version: int) -> None:
    revive(page)


def _tell_one(page: ft.Page, callback: Listener, version: int) -> None:
    try:
        in_page(page, callback, version)
    except Exception:  # one page's trouble is not the next page's
        log.exception("a page could not be told of a change")
