"""Rules for the roster: who may pair, name and remove devices."""

from hub_app.core import roster_events as r
from hub_app.core.refusal import Refusal
from hub_app.core.roster import COORDINATOR, ROLES, Roster
from hub_app.core.text import clean_name


def found(
    roster: Roster, me: str, name: str, at: tuple[tuple[str, ...], int]
) -> tuple[r.RosterEvent, ...]:
    """Begin the roster with the device that pairs the first other one; nothing when it has begun.

    `at` is where it listens: addresses and port.
    """
    if roster.devices:
        return ()
    return (
        r.OriginTaken(me, 0),
        r.DevicePaired(me, clean_name(name) or "1", COORDINATOR, 0, *at),
    )


def sound(name: str, role: str) -> Refusal | None:
    """Give what is wrong with a device's name or role; None when nothing is."""
    return None if clean_name(name) and role in ROLES else Refusal.BAD_NAME


def may_invite(roster: Roster, me: str) -> Refusal | None:
    """Give what speaks against this device letting others in; None when nothing does."""
    if roster.devices and roster.role_of(me) != COORDINATOR:
        return Refusal.NOT_COORDINATOR
    return None


def pair(roster: Roster, me: str, wanted: r.DevicePaired) -> r.DevicePaired | Refusal:
    """Let a device in, with letters for its tickets that nobody else has.

    One that was removed is not let in again: it comes back as another device, once it is empty.
    """
    refused = may_invite(roster, me) or sound(wanted.name, wanted.role)
    if refused is not None:
        return refused
    known = roster.devices.get(wanted.device)
    if known is not None and known.is_removed:
        return Refusal.NO_SUCH_DEVICE  # it would be told to wipe itself as soon as it is here
    # Only one tablet gives the short ones, or two that are cut off would give the same.
    is_founder = next(iter(roster.devices), me) == me
    letters = roster.free_letters() if is_founder else roster.letters_for("", wanted.device)
    name = clean_name(wanted.name)
    return r.DevicePaired(wanted.device, name, wanted.role, letters, wanted.addresses, wanted.port)


def rename(roster: Roster, me: str, wanted: r.DeviceNamed) -> r.DeviceNamed | Refusal:
    """Give a device another name or role; the last coordinator stays one."""
    refused = _about(roster, me, wanted.device) or sound(wanted.name, wanted.role)
    if refused is not None:
        return refused
    if wanted.role != COORDINATOR and _is_last_coordinator(roster, wanted.device):
        return Refusal.LAST_COORDINATOR
    return r.DeviceNamed(wanted.device, clean_name(wanted.name), wanted.role)


def remove(roster: Roster, me: str, device: str) -> r.DeviceRemoved | Refusal:
    """Take a device out of the hub; somebody who may let others in must be left."""
    refused = _about(roster, me, device)
    if refused is not None:
        return refused
    if _is_last_coordinator(roster, device):
        return Refusal.LAST_COORDINATOR
    return r.DeviceRemoved(device)


def _about(roster: Roster, me: str, device: str) -> Refusal | None:
    if roster.role_of(me) != COORDINATOR:
        return Refusal.NOT_COORDINATOR
    return None if roster.is_paired(device) else Refusal.NO_SUCH_DEVICE


def _is_last_coordinator(roster: Roster, device: str) -> bool:
    others = (d for d in roster.paired if d.role == COORDINATOR and d.id != device)
    return roster.role_of(device) == COORDINATOR and next(others, None) is None
