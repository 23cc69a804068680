"""What every screen is handed: the hub, the feed of its changes, and the truth about the centre."""

from collections.abc import Callable
from dataclasses import dataclass

from hub_app.core.ranges import Range
from hub_app.hub import Hub
from hub_app.ui.feed import Feed
from hub_app.ui.tablets import Tablets
from hub_app.view.chip import SyncStatus


def _nobody_can_say(_visit: str) -> Range | None:
    return None


@dataclass(frozen=True, eq=False)
class Running:
    """One running tablet as the screens see it.

    `feed` changes after every commit and whenever `status` or `tablets.status()` would say
    something else; `send_now` asks for whatever may leave to be sealed and tried at once. `address`
    is where a phone in the hall finds this hub, with its last slash. `wait` gives how long a visit
    (id) is likely to wait for its next call, `stay` until all is done: minutes from now, or None
    when nobody can say.
    """

    hub: Hub
    feed: Feed
    status: Callable[[], SyncStatus]
    send_now: Callable[[], None]
    tablets: Tablets
    address: str = ""
    wait: Callable[[str], Range | None] = _nobody_can_say
    stay: Callable[[str], Range | None] = _nobody_can_say
