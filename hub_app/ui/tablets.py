"""What the screens ask of the other tablets: calls, pairing, and how everybody stands."""

from typing import Protocol

from hub_app.core.refusal import Refusal
from hub_app.core.visit import Visit
from hub_app.view.tablets import InHall, Invitation, Joined


class Tablets(Protocol):
    """The other tablets, as the screens see them. Every method is called on the pages' loop."""

    def status(self) -> InHall:
        """Give how this tablet stands with the others; the feed changes whenever this does."""
        ...

    async def call_next(self, desk: str) -> Visit | Refusal:
        """Call whoever is next for a desk; Refusal.CUT_OFF when nobody who decides can be asked."""
        ...

    async def call(self, desk: str, visit: str) -> Visit | Refusal:
        """Call a named family for a desk; Refusal.CUT_OFF as before."""
        ...

    def take_over(self) -> None:
        """Let this tablet decide on calls: a person says that no other does."""
        ...

    def invitation(self) -> Invitation | None:
        """Give the invitation that holds now, or was used last; None when there is none."""
        ...

    async def invite(self, name: str, role: str) -> Invitation | Refusal:
        """Begin an invitation for one tablet, in the place of any other."""
        ...

    def end_invitation(self) -> None:
        """Take the invitation back, or put the one that was used aside."""
        ...

    async def join(self, said: str, address: str = "") -> Joined | str:
        """Join a hub by what was scanned, pasted or typed; a sentence when it cannot be."""
        ...

    def rename(self, device: str, name: str, role: str) -> Refusal | None:
        """Give a device another name or role."""
        ...

    def remove(self, device: str) -> Refusal | None:
        """Take a device out: its line is cut, and it wipes itself when it hears of it."""
        ...

    def wipe(self) -> None:
        """Destroy everything of the hub on this very tablet."""
        ...
