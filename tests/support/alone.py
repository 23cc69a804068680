"""The other tablets as a screen is told of them: as a test says, with nobody on the line."""

import asyncio

from hub_app.core.refusal import Refusal
from hub_app.core.visit import Visit
from hub_app.hub import Hub
from hub_app.view.tablets import InHall, Invitation, Joined


class Alone:
    """A tablet by itself. `in_hall` is what its screens are told; calls go to its own hub.

    `until` is what an answer to a call or a join waits for, `refuses` that it is to be that nobody
    is there. `refusal` is what comes of inviting, naming and removing; `fails`: joining breaks.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.in_hall = InHall()
        self.asked: list[tuple[str, ...]] = []
        self.invited: Invitation | None = None
        self.until: asyncio.Event | None = None
        self.refuses = self.fails = False
        self.refusal: Refusal | None = None
        self.answer: Joined | str = "No other tablet was found there."

    def status(self) -> InHall:
        return self.in_hall

    async def call_next(self, desk: str) -> Visit | Refusal:
        self.asked.append(("call_next", desk))
        return self._hub.call_next(desk) if await self._is_answered() else Refusal.CUT_OFF

    async def call(self, desk: str, visit: str) -> Visit | Refusal:
        self.asked.append(("call", desk, visit))
        return self._hub.call(desk, visit) if await self._is_answered() else Refusal.CUT_OFF

    async def _is_answered(self) -> bool:
        if self.until is not None:
            await self.until.wait()
        return self.in_hall.may_call and not self.refuses

    def take_over(self) -> None:
        self.asked.append(("take_over",))

    def invitation(self) -> Invitation | None:
        return self.invited

    async def invite(self, name: str, role: str) -> Invitation | Refusal:
        if self.refusal is not None:
            return self.refusal
        qr, at = "DIH1:" + "QUJD" * 30, "192.168.1.20:9765"
        self.invited = Invitation(qr, "K7QF-2M9X", at, name, role, 300.0)
        return self.invited

    def end_invitation(self) -> None:
        self.invited = None

    async def join(self, said: str, address: str = "") -> Joined | str:
        self.asked.append(("join", said, address))
        if self.until is not None:
            await self.until.wait()
        if self.fails:
            raise OSError("planned")
        return self.answer

    def rename(self, device: str, name: str, role: str) -> Refusal | None:
        self.asked.append(("rename", device, name, role))
        return self.refusal

    def remove(self, device: str) -> Refusal | None:
        self.asked.append(("remove", device))
        return self.refusal

    def wipe(self) -> None:
        self._hub.wipe()
