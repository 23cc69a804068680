"""Finding the other tablets on the hall's network: our own addresses, and who announces theirs."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, cast

import ifaddr
from zeroconf import Error as ZeroconfError
from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from hub_app.lan.lines import Address
from hub_app.lan.pairing_code import ADDRESS_LIMIT, is_local, is_port, local_only

SERVICE: Final = "_dropin-hub._tcp.local."
SHORT: Final = 16  # characters of a device id that are announced; its certificate proves the rest
LOOPBACK: Final = "127.0.0.1"
LOOK_SECONDS: Final = 10.0  # between looks at our own addresses: a tablet changes its Wi-Fi
AGAIN_SECONDS: Final = 60.0  # after a network refused us
SEEN_LIMIT: Final = 200  # whoever shouts more names than that is not listened to
ASKED_LIMIT: Final = 20  # names looked up at once
ANSWER_MILLIS: Final = 3_000

_NAME = re.compile(rf"([0-9a-f]{{{SHORT}}})\.{re.escape(SERVICE)}")
_log = logging.getLogger(__name__)


def own_addresses() -> tuple[str, ...]:
    """Give this machine's addresses on local networks, six at most; itself is the last of them."""
    try:
        adapters = tuple(ifaddr.get_adapters())
    except OSError as fault:  # what a telephone may refuse to tell
        _log.debug("our own addresses are not told: %s", fault)
        adapters = ()
    found = [str(ip.ip) for adapter in adapters for ip in adapter.ips if ip.is_IPv4]
    return in_order(found)


def in_order(addresses: Iterable[str]) -> tuple[str, ...]:
    """Give the local ones of these addresses, the likeliest first and the loopback last."""
    found = dict.fromkeys(one for one in addresses if is_local(one) and one != LOOPBACK)
    # Link-local ones (169.254…) are what a machine takes that was given none.
    likely = sorted(found, key=lambda one: one.startswith(("169.254.", "127.")))
    return *likely[: ADDRESS_LIMIT - 1], LOOPBACK


class Discovery:
    """Announces this tablet by mDNS and listens for the others; without mDNS, it does nothing."""

    def __init__(
        self,
        device: str,
        changed: Callable[[], None],
        own: Callable[[], tuple[str, ...]] = own_addresses,
    ) -> None:
        """Speak for `device`; `changed` is called on the loop when `seen` has changed."""
        self._short, self._changed, self._own = device[:SHORT], changed, own
        self._seen: dict[str, tuple[Address, ...]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self._is_refused = False

    def seen(self) -> Mapping[str, tuple[Address, ...]]:
        """Give where others said they listen, by the first 16 characters of their device ids.

        Anybody can say anything there: it is worth a try, and no more.
        """
        return self._seen

    async def run(self, port: int) -> None:
        """Announce that we listen on `port`, and listen for others, until cancelled."""
        while True:
            try:
                await self._announce(port, self._own())
            except (OSError, ZeroconfError) as fault:
                if not self._is_refused:
                    _log.warning("tablets are not found by mDNS here: %s", fault)
                self._is_refused = True
                await asyncio.sleep(AGAIN_SECONDS)

    async def _announce(self, port: int, own: tuple[str, ...]) -> None:
        """Announce these addresses, and listen on their networks, for as long as they are ours."""
        outward = [one for one in own if one != LOOPBACK] or [LOOPBACK]
        zeroconf = AsyncZeroconf(interfaces=outward, ip_version=IPVersion.V4Only)
        browser = AsyncServiceBrowser(zeroconf.zeroconf, SERVICE, handlers=[self._noticed])
        try:
            announced = AsyncServiceInfo(
                SERVICE, f"{self._short}.{SERVICE}", port, parsed_addresses=outward,
                server=f"{self._short}.local.",
            )  # fmt: skip
            # Cooperating: or anybody who took our name first could keep us from announcing it.
            register: Callable[..., Awaitable[object]] = cast(
                Any, zeroconf.zeroconf
            ).async_register_service
            await register(announced, cooperating_responders=True)
            self._is_refused = False
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                if self._own() != own:
                    return
        finally:
            for task in self._asking:
                task.cancel()
            await browser.async_cancel()
            await zeroconf.async_close()

    # --- others --------------------------------------------------------------------------

    def _noticed(
        self,
        zeroconf: Zeroconf,
        service_type: str,  # noqa: ARG002 the library gives all four by keyword
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        """Hear of a name, on the loop."""
        short = _NAME.fullmatch(name)
        if short is None or short[1] == self._short:
            return
        if state_change is ServiceStateChange.Removed:
            self.lost(short[1])
        elif len(self._asking) < ASKED_LIMIT:
            task = asyncio.create_task(self._ask(zeroconf, short[1], name))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask(self, zeroconf: Zeroconf, short: str, name: str) -> None:
        asked = AsyncServiceInfo(SERVICE, name)
        with contextlib.suppress(OSError, ZeroconfError):
            if await asked.async_request(zeroconf, ANSWER_MILLIS):
                self.found(short, asked.parsed_addresses(IPVersion.V4Only), asked.port or 0)

    def found(self, short: str, ips: Iterable[str], port: int) -> None:
        """Take it that a tablet said it listens there; nothing outside local networks counts."""
        where = tuple((ip, port) for ip in local_only(ips) if is_port(port))
        is_room = short in self._seen or len(self._seen) < SEEN_LIMIT
        if where and is_room and self._seen.get(short) != where:
            self._seen[short] = where
            self._changed()

    def lost(self, short: str) -> None:
        """Forget where a tablet listens: it said goodbye, or was not heard for long."""
        if self._seen.pop(short, None) is not None:
            self._changed()
