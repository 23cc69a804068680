"""The roster: every device that was ever paired with this hub, folded from facts."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from hub_app.core import events as e
from hub_app.core import roster_events as r
from hub_app.core.clock import Stamp
from hub_app.core.session import standing
from hub_app.core.tickets import LETTERS

COORDINATOR = "coordinator"
GREETER = "greeter"
DESK = "desk"
ROLES = (COORDINATOR, GREETER, DESK)
DEVICE_LENGTH = 64  # of a SHA-256 in hex
_ONE_LETTER = len(LETTERS)
_TWO_LETTERS = _ONE_LETTER * _ONE_LETTER


@dataclass(frozen=True, slots=True)
class Device:
    """One paired device. `letters` is the index its first database's tickets begin with."""

    id: str
    name: str
    role: str
    letters: int
    addresses: tuple[str, ...] = ()
    port: int = 0
    is_removed: bool = False


@dataclass(frozen=True)
class Roster:
    """Every device ever paired, in the order they joined, and whose database each origin is.

    `letters` gives each origin the index of its tickets' letters: no two origins have one index.
    `founded` is when the first device paired itself, None before.
    """

    devices: Mapping[str, Device] = field(default_factory=lambda: MappingProxyType({}))
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    letters: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    founded: Stamp | None = None

    @property
    def paired(self) -> tuple[Device, ...]:
        """The devices that are part of the hub now."""
        return tuple(device for device in self.devices.values() if not device.is_removed)

    def counts(self, entry: e.Entry) -> bool:
        """Say whether a fact was written by a device of this hub, or before it had more than one.

        What a tablet alone wrote, also under an origin from before it was restored, is the hub’s.
        """
        device = self.origins.get(entry.origin)
        is_early = self.founded is None or entry.stamp < self.founded
        return is_early if device is None else device in self.devices

    def is_paired(self, device: str) -> bool:
        """Say whether a device is part of the hub now."""
        known = self.devices.get(device)
        return known is not None and not known.is_removed

    def role_of(self, device: str) -> str:
        """Give what a paired device is used for; empty for any other."""
        return self.devices[device].role if self.is_paired(device) else ""

    def free_letters(self) -> int:
        """Give the lowest index no device and no origin has."""
        used = {*self.letters.values(), *(device.letters for device in self.devices.values())}
        return next(index for index in range(len(used) + 1) if index not in used)

    def letters_for(self, device: str, origin: str) -> int:
        """Give the index an origin of a device should take.

        A device's first origin takes what the device was given when it was paired. A later one (a
        restored tablet, perhaps cut off from everybody) takes two letters by its own random id, so
        that no two such are likely to meet, and both are told apart should they.
        """
        known, taken = self.devices.get(device), set(self.letters.values())
        if known is not None and known.letters not in taken:
            return known.letters
        taken |= {each.letters for each in self.devices.values()}
        first = int(hashlib.sha256(origin.encode()).hexdigest()[:8], 16)
        span = _TWO_LETTERS
        tries = (_ONE_LETTER + (first + step) % span for step in range(span))
        return next((index for index in tries if index not in taken), max(taken) + 1)


def roster_of(entries: Iterable[e.Entry]) -> Roster:
    """Fold the roster's facts. Never raises; the same for any order in which they came.

    Only coordinators pair, name and remove: what another device's database says of that does not
    count. The first device to be paired paired itself.
    """
    known = standing(entries)
    whose = {k.origin: k.event.device for k in known if isinstance(k.event, r.OriginTaken)}
    may = _coordinators(known, whose)
    devices: dict[str, Device] = {}
    letters: dict[str, int] = {}
    for entry in known:
        speaker = whose.get(entry.origin, "")
        device = _after(devices, entry.event, speaker, may_say=speaker in may)
        if device is not None:
            devices[device.id] = device
        if isinstance(entry.event, r.OriginTaken) and entry.event.letters >= 0:
            is_free = entry.event.letters not in letters.values()
            if is_free:  # of two that took one while cut off the earlier keeps it
                letters[entry.origin] = entry.event.letters
    founded = min((k.stamp for k in known if _founds(k.event, whose.get(k.origin))), default=None)
    kept = (MappingProxyType(devices), MappingProxyType(whose), MappingProxyType(letters))
    return Roster(*kept, founded)


def _founds(event: e.Event, speaker: str | None) -> bool:
    return isinstance(event, r.DevicePaired) and event.device == speaker


def _coordinators(known: Iterable[e.Entry], whose: Mapping[str, str]) -> frozenset[str]:
    """Give every device that is or was a coordinator: the founder, and whom one of them made it.

    Read without regard to order, so that a clock that is wrong takes nobody's right away.
    """
    said = [
        (whose.get(k.origin, ""), k.event)
        for k in known
        if isinstance(k.event, r.DevicePaired | r.DeviceNamed)
    ]
    founder = (event.device for speaker, event in said if _founds(event, speaker))
    may = set[str](tuple(founder)[:1])
    for _ in said:  # each round may find whom the last one's finds made coordinators
        may |= {e.device for speaker, e in said if e.role == COORDINATOR and speaker in may}
    return frozenset(may)


def _after(
    devices: Mapping[str, Device], event: e.Event, speaker: str, *, may_say: bool
) -> Device | None:
    """Give a device as it stands after a fact about it; None when that does not count."""
    match event:
        case r.DevicePaired() if may_say:
            # Known already: it never heard that it was let in, and was paired again.
            known = devices.get(event.device)
            is_removed = known is not None and known.is_removed
            letters = event.letters if known is None else known.letters
            who = (event.device, event.name, event.role, letters)
            return Device(*who, event.addresses, event.port, is_removed)
        case r.DeviceNamed() if may_say and event.device in devices:
            return replace(devices[event.device], name=event.name, role=event.role)
        case r.DeviceRemoved() if may_say and event.device in devices:
            return replace(devices[event.device], is_removed=True)
        case r.DeviceAt() if event.device in devices and speaker == event.device:
            return replace(devices[event.device], addresses=event.addresses, port=event.port)
        case _:
            return None
