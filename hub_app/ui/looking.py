"""Looks through a tablet's camera for a code; imported late, as it needs the extra `camera`."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

import flet as ft
import flet_camera as fc

from hub_app.ui.component import guard
from hub_app.ui.page import in_page
from hub_app.ui.scanning import texts_in

log = logging.getLogger(__name__)

T = TypeVar("T")

LOOKS: Final = 300  # pictures; after about two minutes nobody is there any more
_REST_SECONDS = 0.2  # between two pictures
_ASKED_SECONDS = 120.0  # a person may have to allow it first
_BEGIN_SECONDS = 20.0
_PICTURE_SECONDS = 10.0
_TRIES = 3  # the first picture of some cameras fails
_LONGEST = 400  # characters; ours has about a hundred
# Of any version: that an invitation is too new is said by whoever reads it.
_OURS = re.compile(r"DIH[1-9][0-9]{0,3}:")
_ORDER = (fc.CameraLensDirection.BACK, fc.CameraLensDirection.EXTERNAL)  # then whatever there is


class End(StrEnum):
    """Why a look is over."""

    READ = "read"
    PUT_DOWN = "put_down"  # by a person, or because the page has gone
    TOO_LONG = "too_long"
    NO_CAMERA = "no_camera"
    NOT_ALLOWED = "not_allowed"
    NOT_WORKING = "not_working"


@dataclass(frozen=True)
class Sight:
    """How far a look has come. `sees_another`: there is a code, and it is not what is sought."""

    is_on: bool = False
    has_other_cameras: bool = False
    sees_another: bool = False
    end: End | None = None


class _Over(Exception):
    def __init__(self, end: End) -> None:
        super().__init__(end)
        self.end = end


def is_ours(text: str) -> bool:
    """Say whether this is the text of an invitation to a hub, of this version or another."""
    return len(text) <= _LONGEST and _OURS.match(text) is not None


class Looking:
    """Takes a picture a few times a second, and reads it, until it holds what is sought.

    `show` is told how far it has come. Once that has an `end` the camera is to leave the page,
    which switches it off; after `End.READ`, `on_text` is given what was read. No picture is kept,
    logged or sent any further.
    """

    def __init__(
        self,
        page: ft.Page,
        on_text: Callable[[str], Any],
        show: Callable[[Sight], object],
        is_sought: Callable[[str], bool] = is_ours,
    ) -> None:
        self._page, self._on_text, self._show, self._is_sought = page, on_text, show, is_sought
        self.camera = fc.Camera(key="camera")
        self._sight = Sight()
        self._chosen = 0
        self._is_wanted, self._is_answer_due = True, False
        self._task: asyncio.Future[None] | None = None

    def begin(self) -> None:
        """Switch the camera on. It is on the page by now."""
        self._task = in_page(self._page, lambda: asyncio.ensure_future(guard(self._run)()))

    def turn(self) -> None:
        """Look through the next camera."""
        self._chosen += 1

    def put_down(self) -> None:
        """Stop looking: somebody has seen enough, or the page has lost its line."""
        self._end(End.PUT_DOWN)

    def left(self) -> None:
        """Take notice that the camera has left the page."""
        self._is_wanted = False
        if self._is_answer_due:
            # Flet 1.0.5 cuts the line of a page that answers for a control it has just dropped.
            # So this one stays known until it has answered; the index is weak, and forgets it then.
            index: Any = self._page.session.index
            index[self.camera._i] = self.camera  # noqa: SLF001

    def _end(self, end: End) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self._say(replace(self._sight, end=end))

    def _say(self, sight: Sight) -> None:
        if sight != self._sight:
            self._sight = sight
            self._show(sight)

    async def _run(self) -> None:
        try:
            text = await self._read()
        except _Over as over:
            self._end(over.end)
            return
        except Exception:
            self._end(End.NOT_WORKING)
            raise
        self._end(End.READ)
        await guard(self._on_text, text)()

    async def _read(self) -> str:
        """Give the first of what is sought that is seen. Raises _Over when none is."""
        found = await self._answer(self.camera.get_available_cameras(), _ASKED_SECONDS)
        if not found:
            raise _Over(End.NO_CAMERA)
        cameras = sorted(found, key=_place)
        through = -1
        for _look in range(LOOKS):
            if through != self._chosen:
                through = self._chosen
                await self._switch_on(cameras[through % len(cameras)])
                self._say(Sight(is_on=True, has_other_cameras=len(cameras) > 1))
            texts = await asyncio.to_thread(texts_in, await self._picture())
            self._go_on()
            sought = next(filter(self._is_sought, texts), None)
            if sought is not None:
                return sought
            if texts:
                self._say(replace(self._sight, sees_another=True))
            await self._rest()
        raise _Over(End.TOO_LONG)

    async def _switch_on(self, camera: fc.CameraDescription) -> None:
        size = fc.ResolutionPreset.HIGH
        beginning = self.camera.initialize(camera, size, enable_audio=False)
        await self._answer(beginning, _BEGIN_SECONDS)

    async def _picture(self) -> bytes:
        for tries_left in reversed(range(_TRIES)):
            try:
                return await self._answer(self.camera.take_picture(), _PICTURE_SECONDS)
            except _Over:
                if not tries_left or not self._is_wanted:
                    raise
            await self._rest()
        raise AssertionError("the last try gives or raises")

    async def _answer(self, call: Awaitable[T], seconds: float) -> T:
        """Give what the page answers. Raises _Over when it can’t, or nobody wants it any more."""
        self._is_answer_due = True
        try:
            async with asyncio.timeout(seconds):
                answer = await call
        except (RuntimeError, TimeoutError) as fault:
            log.info("the camera did not answer: %s", fault)
            raise _Over(_why(fault)) from fault
        finally:
            self._is_answer_due = False
        self._go_on()
        return answer

    async def _rest(self) -> None:
        await asyncio.sleep(_REST_SECONDS)
        self._go_on()

    def _go_on(self) -> None:
        if not self._is_wanted:
            raise _Over(End.PUT_DOWN)


def _place(camera: fc.CameraDescription) -> int:
    return next((i for i, side in enumerate(_ORDER) if side is camera.lens_direction), len(_ORDER))


def _why(fault: Exception) -> End:
    """Read the reason out of what a browser says: it comes in no form but words."""
    said = str(fault).casefold()
    if any(word in said for word in ("denied", "notallowed", "permission")):
        return End.NOT_ALLOWED
    return End.NO_CAMERA if "notfound" in said else End.NOT_WORKING
