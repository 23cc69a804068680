"""How often one address or one hub may ask: a burst, then a steady pace, in bounded memory."""

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Final

KEYS_MOST: Final = 10_000  # whoever was heard longest ago is forgotten first
_IPV6_HOST_BITS: Final = 64  # one household or hall is given at least this many addresses


@dataclass(frozen=True)
class Pace:
    """So many at once, and after that so many a second."""

    burst: int
    per_second: float


@dataclass(frozen=True)
class Paces:
    """How often who may ask; None: as often as they like."""

    # Many hubs may stand behind one address, a council’s; each of them has its own pace beside it.
    address: Pace | None = Pace(600, 20.0)
    hub: Pace | None = Pace(60, 2.0)
    # A passphrase has 100 bits of chance in it: this is for the machine’s sake, not for the secret.
    tries_of_name: Pace = Pace(5, 1 / 60)
    tries_of_address: Pace = Pace(20, 1 / 10)


class Limit:
    """A pace for each of many keys, kept in memory by this process alone."""

    def __init__(self, pace: Pace | None, most: int = KEYS_MOST) -> None:
        self._pace = pace
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._one_at_a_time = Lock()

    def wait(self, key: str, now: float) -> float:
        """Give nought and count one; or, when it comes too soon, the seconds until it may.

        `now` is monotonic, in seconds.
        """
        if self._pace is None:
            return 0.0
        with self._one_at_a_time:
            left, at = self._left.pop(key, (float(self._pace.burst), now))
            left = min(self._pace.burst, left + max(0.0, now - at) * self._pace.per_second)
            if len(self._left) >= self._most:
                self._left.popitem(last=False)
            if left < 1:
                self._left[key] = (left, now)
                return (1 - left) / self._pace.per_second
            self._left[key] = (left - 1, now)
            return 0.0


class Limits:
    """The limits of one running centre."""

    def __init__(self, paces: Paces) -> None:
        self.address = Limit(paces.address)
        self.hub = Limit(paces.hub)
        self.tries_of_name = Limit(paces.tries_of_name)
        self.tries_of_address = Limit(paces.tries_of_address)


def address_key(host: str | None) -> str:
    """Give what an address is counted under: a network of IPv6 hosts counts as one."""
    try:
        found = ip_address(host or "")
    except ValueError:
        return "elsewhere"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"{int(found) >> _IPV6_HOST_BITS:x}"
    return str(found)
