"""The other tablets of the hall, as this one's screens use them: lines, calls, pairing."""

import asyncio
import json
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from hub_app.core.refusal import Refusal
from hub_app.core.roster_events import DevicePaired
from hub_app.core.visit import Visit
from hub_app.hub import Hub
from hub_app.lan import identity as identities
from hub_app.lan.discovery import LOOPBACK, SHORT, Discovery
from hub_app.lan.identity import Identity, IdentityRefused
from hub_app.lan.invitation import Invitations, Invited
from hub_app.lan.joining import Inviting
from hub_app.lan.lines import Address, Means, PortTaken
from hub_app.lan.links import Book, Links
from hub_app.lan.messages import Removed
from hub_app.lan.node import Node
from hub_app.lan.pairing import Welcome
from hub_app.lan.pairing_code import QrCode, read_address, read_entry
from hub_app.lan.pairing_refused import PairRefused
from hub_app.lan.standing import is_stranger
from hub_app.store.database import DiskFull
from hub_app.view.tablets import InHall, Invitation, Joined

TICK_SECONDS = 0.25
_VIA = "joined_via"
_ADDRESSES = TypeAdapter(tuple[str, tuple[tuple[str, int], ...]])
_ROSTER_SECONDS = 4.0
_TRIES = 12  # addresses a typed code is tried at
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Where:
    """Where a tablet keeps its identity, and where it listens: `host` is an address of its own.

    `name` is what it is called until somebody names it.
    """

    folder: Path
    host: str
    port: int
    name: str


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds a tablet: its own addresses, and the words its people read.

    `sentence` gives what a person is told for a refusal's value, or a PairRefused's. `is_found`
    says whether it announces itself by mDNS and listens for others. `wiping` is called when this
    tablet is wiped, before any of its facts is. `hub` names the hub: no other's tablet is let in.
    """

    own: Callable[[], tuple[str, ...]]
    sentence: Callable[[str], str] = str
    is_found: bool = False
    wiping: Callable[[], None] = lambda: None
    hub: str = ""


class Tablets:
    """The lines of one tablet to all others. On the one loop; `run` never gives up."""

    def __init__(
        self,
        hub: Hub,
        where: Where,
        around: Around,
        means: Means,
        changed: Callable[[], None],
    ) -> None:
        """Stand beside a hub; `changed` is called when `status` would say something else."""
        self._hub, self._where, self._around, self._means = hub, where, around, means
        self._changed = changed
        self._chance = random.Random(means.chance())  # noqa: S311 patience, not a key
        self._used: Invitation | None = None
        self._shown: Invitation | None = None
        self._port = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: asyncio.Task[None] | None = None  # of lines from before this was wiped
        self._is_over = asyncio.Event()
        self._opening = asyncio.Lock()  # a look round and a person may both ask for it at once
        try:
            hub.finish_wipe()
        except DiskFull:
            _log.error("disk full: what is left of the hub this tablet was removed from stays")
        self._begin()
        self._told = self.status()

    def _begin(self) -> None:
        """Become the device this folder's identity makes us; a new one where there is none."""
        found = identities.load(self._where.folder)
        if isinstance(found, IdentityRefused):
            _log.error("this tablet works alone: %s", found.value)
        self._me: Identity | None = None if isinstance(found, IdentityRefused) else found
        me = "" if self._me is None else self._me.device
        self.node = Node(self._hub, me, self._means.monotonic, self._chance, self._send)
        self.node.wiping, self.node.wiped = self._wiping, self._wiped
        self.node.drop = self._drop
        self._links: Links | None = None
        self._discovery = Discovery(me, lambda: None, self._around.own)
        if self._me is not None:
            book = Book(self._paired, self._removed, self._removal)
            self._links = Links(self._me, self.node, book, self._means)
            self._invitations = Invitations(self._me.device)
            self._links.inviting = Inviting(self._invitations, self._enrol)
            self._links.addresses, self._links.hub = self._around.own, self._around.hub
            self._discovery = Discovery(me, self._links.poke, self._around.own)

    def _send(self, device: str, message: object) -> None:
        if self._links is not None:
            self._links.send(device, message)  # type: ignore[arg-type]

    def _drop(self, device: str) -> None:
        if self._links is not None:
            self._links.drop(device)

    # --- who may be spoken to ----------------------------------------------------------------

    def _paired(self) -> Mapping[str, tuple[Address, ...]]:
        """Give where every paired device was last known to listen, and where it was seen."""
        seen, found = self._discovery.seen(), dict[str, tuple[Address, ...]]()
        roster, me = self._hub.roster, self.node.me
        for device in roster.paired:
            if device.id != me:
                told = tuple((ip, device.port) for ip in device.addresses if device.port)
                found[device.id] = (*seen.get(device.id[:SHORT], ()), *told)
        if not roster.devices or self._hub.is_joining:  # whoever let us in brings the roster
            via = self._via()
            if via is not None:
                found[via[0]] = (*found.get(via[0], ()), *via[1])
        return found

    def _removed(self) -> tuple[str, ...]:
        return tuple(d.id for d in self._hub.roster.devices.values() if d.is_removed)

    def _removal(self, device: str) -> Removed:
        return Removed(self._hub.removal_of(device))

    def _via(self) -> tuple[str, tuple[Address, ...]] | None:
        kept = self._hub.remembered(_VIA)
        try:
            return None if kept is None else _ADDRESSES.validate_json(kept)
        except ValidationError:
            return None

    @property
    def _has_others(self) -> bool:
        return len(self._hub.roster.paired) > 1 or self._via() is not None

    # --- for as long as the tablet runs ------------------------------------------------------

    async def run(self) -> None:
        """Speak with the others for as long as the tablet runs."""
        while not self._is_over.is_set():
            try:
                if self._has_others:
                    await self._listen()
                self.node.tick()
                self._say_what_changed()
            except Exception:  # noqa: BLE001 a tablet that fell silent unseen would be worse
                _log.exception("a look at the other tablets stumbled; it goes on")
            await asyncio.sleep(TICK_SECONDS)

    def _say_what_changed(self) -> None:
        now = self.status()
        if now != self._told:
            self._told = now
            self._changed()

    async def _listen(self) -> bool:
        """Let others reach this tablet, from now on; on another port where ours is taken."""
        async with self._opening:
            if self._links is not None and not self._port:
                await self._open_door(self._links)
        if self._port and self.node.me:
            self._hub.listens_at(self.node.me, self._around.own(), self._port)
        return self._port != 0

    async def _open_door(self, links: Links) -> None:
        for port in (self._where.port, 0):
            listening = await links.listen(self._where.host, port)
            if isinstance(listening, PortTaken):
                continue
            self._port = listening
            forever = [links.run()]
            if self._around.is_found:
                forever.append(self._discovery.run(listening))
            self._tasks += [asyncio.create_task(each) for each in forever]
            return

    async def close(self) -> None:
        """Say goodbye to everybody; takes about a second at most."""
        self._is_over.set()
        self.node.close()
        await self._hang_up()
        if self._ending is not None:
            await self._ending

    async def _hang_up(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._links is not None:
            await self._links.close()
        self._port = 0

    # --- calls -------------------------------------------------------------------------------

    def status(self) -> InHall:
        """Give how this tablet stands with the others."""
        return self.node.status()

    async def call_next(self, desk: str) -> Visit | Refusal:
        """Call whoever is next for a desk; Refusal.CUT_OFF when nobody who decides can be asked."""
        return await self._call(desk, None)

    async def call(self, desk: str, visit: str) -> Visit | Refusal:
        """Call a named family for a desk; Refusal.CUT_OFF as before."""
        return await self._call(desk, visit)

    async def _call(self, desk: str, visit: str | None) -> Visit | Refusal:
        answer: asyncio.Future[Visit | Refusal] = asyncio.get_running_loop().create_future()

        def done(came: Visit | Refusal) -> None:
            if not answer.done():
                answer.set_result(came)

        self.node.call(desk, visit, done)
        return await answer

    def take_over(self) -> None:
        """Let this tablet decide on calls: a person says that no other does."""
        self.node.take_over()
        self._say_what_changed()

    # --- letting others in -------------------------------------------------------------------

    def invitation(self) -> Invitation | None:
        """Give the invitation that holds now, or was used last; None when there is none."""
        if self._used is not None:
            return self._used
        if self._shown is None or self._me is None:
            return None
        now = self._invitations.standing(self._means.monotonic())
        return now and replace(
            self._shown, until_seconds=now.seconds_left, is_code_spent=now.is_code_used
        )

    async def invite(self, name: str, role: str) -> Invitation | Refusal:
        """Begin an invitation for one tablet, in the place of any other."""
        self.end_invitation()
        refused = self._hub.may_invite(self.node.me, name, role)
        if refused is not None:
            return refused
        if not await self._listen():
            return Refusal.CUT_OFF
        own = self._around.own()
        now = self._means.monotonic()
        made = await asyncio.to_thread(
            self._invitations.invite, Invited(name, role), own, self._port, now
        )
        if isinstance(made, PairRefused):
            return Refusal.CUT_OFF
        at = f"{own[0]}:{self._port}"
        shown = Invitation(made.text, made.code, at, made.invited.name, role, made.until - now)
        self._shown = shown
        return shown

    def end_invitation(self) -> None:
        """Take the invitation back, or put the one that was used aside."""
        if self._me is not None:
            self._invitations.withdraw()
        self._shown = self._used = None

    def _enrol(self, came: Welcome) -> bool | PairRefused:
        """Write whom an invitation let in into the roster; say whether that is kept."""
        here = (self._around.own(), self._port)
        paired = DevicePaired(came.device, came.name, came.role, 0, came.addresses, came.port)
        kept = self._hub.pair_device(self.node.me, self._where.name, here, paired)
        if isinstance(kept, Refusal):
            return PairRefused.WAS_REMOVED if kept is Refusal.NO_SUCH_DEVICE else False
        if self._shown is not None:
            joined = {"joined": came.name, "joined_device": came.device, "word": came.word}
            self._used = replace(self._shown, **joined)
        if self._links is not None:
            self._links.poke()
        self._changed()
        return True

    # --- joining -----------------------------------------------------------------------------

    async def join(self, said: str, address: str = "") -> Joined | str:
        """Join a hub by what was scanned, pasted or typed; a sentence when it cannot be."""
        came = await self._join(said, address)
        return came if isinstance(came, Joined) else self._around.sentence(came.value)

    async def _join(self, said: str, address: str) -> Joined | Refusal | PairRefused:
        if not (self._hub.is_blank or is_stranger(self._hub, self.node.me)):
            return Refusal.HAS_ITS_OWN_FACTS
        entry = read_entry(said)
        if isinstance(entry, PairRefused):
            return entry
        if not await self._listen() or self._links is None:
            return PairRefused.NOT_ON_A_NETWORK
        addresses = self._to_try(address)
        if isinstance(addresses, PairRefused):
            return addresses
        came = await self._links.pair(said, addresses)
        if isinstance(came, PairRefused):
            return came
        if not self._hub.is_blank and came.inviter not in self._hub.roster.devices:
            return Refusal.HAS_ITS_OWN_FACTS  # a copy, but of another hub's tablet
        where = tuple((ip, came.port) for ip in came.addresses)
        if isinstance(entry, QrCode):
            where = (*where, *((ip, entry.port) for ip in entry.addresses))
        kept = tuple(dict.fromkeys((*where, *addresses)))
        self._hub.join_as(self.node.me)
        self._hub.remember(_VIA, json.dumps([came.inviter, kept]))
        self._links.poke()
        self._changed()
        by = await self._name_of(came.inviter)
        return Joined(by, came.name, came.role, came.word)

    async def _name_of(self, device: str) -> str:
        """Give the name of who let us in, once the roster has come; empty if it takes too long."""
        for _ in range(round(_ROSTER_SECONDS / TICK_SECONDS)):
            if device in self._hub.roster.devices:
                break
            await asyncio.sleep(TICK_SECONDS)
        known = self._hub.roster.devices.get(device)
        return "" if known is None else known.name

    def _to_try(self, address: str) -> tuple[Address, ...] | PairRefused:
        """Give where to try a typed code: where a person says, or wherever a tablet was seen."""
        if address.strip():
            read = read_address(address, self._where.port)
            return read if isinstance(read, PairRefused) else (read,)
        seen = (each for found in self._discovery.seen().values() for each in found)
        return tuple(dict.fromkeys((*seen, (LOOPBACK, self._where.port))))[:_TRIES]

    # --- the roster --------------------------------------------------------------------------

    def rename(self, device: str, name: str, role: str) -> Refusal | None:
        """Give a device another name or role."""
        done = self._hub.rename_device(self.node.me, device, name, role)
        return done if isinstance(done, Refusal) else None

    def remove(self, device: str) -> Refusal | None:
        """Take a device out: its line is cut, and it wipes itself when it hears of it."""
        done = self._hub.remove_device(self.node.me, device)
        if isinstance(done, Refusal):
            return done
        self._drop(device)
        return None

    def wipe(self) -> None:
        """Destroy everything of the hub on this very tablet."""
        self._wiping()
        self._hub.wipe()
        self._wiped()

    def _wiping(self) -> None:
        """Forget which device this is before anything else: it may be switched off any moment."""
        self._hub.begin_wipe()
        try:
            identities.wipe(self._where.folder)
        except OSError:
            _log.exception("who this tablet was cannot be destroyed yet")
        self._around.wiping()

    def _wiped(self) -> None:
        """Be another device from here on, which nobody knows."""
        identities.wipe(self._where.folder)
        old, tasks = self._links, self._tasks
        self._tasks, self._port = [], 0
        self.end_invitation()
        self.node.close()
        self._begin()
        self._ending = asyncio.create_task(_end(old, tasks))
        self._changed()


async def _end(links: Links | None, tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if links is not None:
        await links.close()
