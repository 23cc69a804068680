"""What the screens about tablets read from a status: order, lag, clocks, who may do what."""

from enum import StrEnum

from hub_app.core.roster import COORDINATOR
from hub_app.view.tablets import InHall, Step, TabletRow

CLOCK_OFF_MS = 5 * 60_000  # from here on a clock that is wrong is said to be
_SCANNED = "DIH1:"  # how the text of an invitation's picture begins


class Heard(StrEnum):
    """How a tablet stands with this one."""

    HERE = "here"  # it is this very tablet
    CONNECTED = "connected"
    BEFORE = "before"  # heard since this tablet started, and not now
    NEVER = "never"


class Arriving(StrEnum):
    """How far a tablet is that has just joined a hub."""

    WAITING = "waiting"  # for the first line to the others
    COMING = "coming"  # what the others have is on its way
    THERE = "there"


def heard(row: TabletRow) -> Heard:
    """Say how a tablet stands with this one."""
    if row.is_me:
        return Heard.HERE
    if row.is_linked:
        return Heard.CONNECTED
    return Heard.NEVER if row.heard_seconds is None else Heard.BEFORE


def in_order(in_hall: InHall) -> tuple[TabletRow, ...]:
    """Give this tablet, then all others by name: a line never moves because a tablet goes away."""
    return tuple(
        sorted(in_hall.tablets, key=lambda row: (not row.is_me, row.name.casefold(), row.device))
    )


def row_of(in_hall: InHall, device: str) -> TabletRow | None:
    """Give the row of one device; None when it is no part of the hub any more."""
    return next((row for row in in_hall.tablets if row.device == device), None)


def on_the_way(row: TabletRow) -> int:
    """Count what a tablet and this one do not both have yet. Never negative."""
    return max(0, row.lacks) + max(0, row.has_more)


def is_wrong(off_ms: int | None) -> bool:
    """Say whether a clock is so far off that somebody should set it."""
    return off_ms is not None and abs(off_ms) > CLOCK_OFF_MS


def out_of_reach(in_hall: InHall) -> tuple[TabletRow, ...]:
    """Give the tablets of this session that this one does not hear, by name."""
    return tuple(
        row
        for row in in_order(in_hall)
        if row.is_in_session and not row.is_me and not row.is_linked
    )


def may_manage(in_hall: InHall) -> bool:
    """Say whether this tablet may add and remove others: a coordinator’s, or one not paired yet."""
    return in_hall.me is None or in_hall.me.role == COORDINATOR


def is_last_coordinator(in_hall: InHall, row: TabletRow) -> bool:
    """Say whether no other tablet could add and remove any, were it not for this one."""
    others = [r for r in in_hall.tablets if r.role == COORDINATOR and r.device != row.device]
    return row.role == COORDINATOR and not others


def caught_up_share(in_hall: InHall) -> float | None:
    """Give how much of what was missing here has come, 0 to 1; None while nobody knows."""
    if in_hall.to_catch_up <= 0:
        return None
    return min(1.0, max(0.0, in_hall.caught_up / in_hall.to_catch_up))


def arriving(in_hall: InHall) -> Arriving:
    """Say how far a tablet is that has just joined: there only once it holds what others hold."""
    if in_hall.step is Step.CATCHING_UP:
        return Arriving.COMING
    linked = [row for row in in_hall.tablets if row.is_linked and not row.is_me]
    if not linked:
        return Arriving.WAITING
    return Arriving.COMING if any(row.has_more > 0 for row in linked) else Arriving.THERE


def last_scan(said: str) -> str:
    """Give the latest scan where a scanner wrote one behind another; anything else as it is."""
    begins = said.rfind(_SCANNED)
    return said[begins:].strip() if begins > 0 else said.strip()


def is_scan(said: str) -> bool:
    """Say whether this came from an invitation’s picture, and not from somebody’s fingers."""
    return said.startswith(_SCANNED)
