"""The facts of the roster: which devices are paired, and which database each of them writes as."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DevicePaired:
    """A device joined the hub. `device` is its certificate's SHA-256 fingerprint in hex.

    `letters` is the index of the letters of its tickets; `addresses` and `port` are where it
    listened when it joined.
    """

    device: str
    name: str
    role: str
    letters: int
    addresses: tuple[str, ...] = ()
    port: int = 0


@dataclass(frozen=True, slots=True)
class DeviceNamed:
    """A device has another name or role from here on."""

    device: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DeviceAt:
    """A device listens here now."""

    device: str
    addresses: tuple[str, ...]
    port: int


@dataclass(frozen=True, slots=True)
class DeviceRemoved:
    """A device is no part of the hub any more: nobody speaks with it, and it wipes itself."""

    device: str


@dataclass(frozen=True, slots=True)
class OriginTaken:
    """The database that wrote this fact is this device's; its tickets bear these letters."""

    device: str
    letters: int


RosterEvent = DevicePaired | DeviceNamed | DeviceAt | DeviceRemoved | OriginTaken
