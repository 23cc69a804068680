"""What every screen is handed: the hub, the feed of its changes, and the truth about the centre."""

from collections.abc import Callable
from dataclasses import dataclass

from hub_app.hub import Hub
from hub_app.ui.feed import Feed
from hub_app.view.chip import SyncStatus


@dataclass(frozen=True, eq=False)
class Running:
    """One running tablet as the screens see it.

    `feed` changes after every commit and whenever `status` would say something else; `send_now`
    asks for whatever may leave to be sealed and tried at once.
    """

    hub: Hub
    feed: Feed
    status: Callable[[], SyncStatus]
    send_now: Callable[[], None]
