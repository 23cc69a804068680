"""What every screen is handed: the hub, the feed of its changes, and the truth about the centre."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from hub_app.core.ranges import Range
from hub_app.hub import Hub
from hub_app.ui.feed import Feed
from hub_app.ui.tablets import Tablets
from hub_app.view.carry import Brought, Unread
from hub_app.view.chip import SyncStatus


class Carry(Protocol):
    """What somebody can carry to the centre by hand, and bring back from it."""

    def pieces(self) -> tuple[str, ...]:
        """Give all that waits, as the texts of a series of QR codes; the same until that changes.

        Each says which of how many it is, so that they may be read in any order. Empty when nothing
        waits. Asked for at every change of the page, so it is worked out once.
        """
        ...

    def file(self) -> bytes:
        """Give all that waits, as one file any device can deliver."""
        ...

    def is_receipt(self, text: str) -> bool:
        """Say whether a text looks like a receipt or a part of one; asked of every picture."""
        ...

    def take_receipt(self, text: str) -> Brought | Unread:
        """Take in what the centre answered; safe to repeat, and in any order of parts."""
        ...


class _Nothing:
    def pieces(self) -> tuple[str, ...]:
        return ()

    def file(self) -> bytes:
        return b""

    def is_receipt(self, text: str) -> bool:
        return not text

    def take_receipt(self, text: str) -> Brought | Unread:
        return Unread.NO_RECEIPT if text else Brought()


NOTHING_TO_CARRY: Final[Carry] = _Nothing()


def _nobody_can_say(_visit: str) -> Range | None:
    return None


@dataclass(frozen=True, eq=False)
class Running:
    """One running tablet as the screens see it.

    `feed` changes after every commit and whenever `status` or `tablets.status()` would say
    something else; `send_now` asks for whatever may leave to be sealed and tried at once. `address`
    is where a phone in the hall finds this hub, with its last slash. `wait` gives how long a visit
    (id) is likely to wait for its next call, `stay` until all is done: minutes from now, or None
    when nobody can say. `carry` is for a hub that has no line to the centre.
    """

    hub: Hub
    feed: Feed
    status: Callable[[], SyncStatus]
    send_now: Callable[[], None]
    tablets: Tablets
    address: str = ""
    wait: Callable[[str], Range | None] = _nobody_can_say
    stay: Callable[[str], Range | None] = _nobody_can_say
    carry: Carry = NOTHING_TO_CARRY
