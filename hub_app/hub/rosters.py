"""Taps about the tablets themselves: pairing, naming and removing, and what a removed one does."""

import logging
from collections.abc import Sequence

from hub_app.core import roster_events as r
from hub_app.core.refusal import Refusal
from hub_app.core.roster import COORDINATOR, Roster, roster_of
from hub_app.core.rules import roster as rules
from hub_app.hub.writer import JOINING, ROSTER, Writer
from hub_app.store.database import DiskFull
from hub_app.store.log import row_of
from hub_app.store.shared import Row, entry_in
from hub_app.store.starting import WIPING

REMOVED_AT = "removed_at"
_log = logging.getLogger(__name__)
_RIGHTS_TOLD = 200  # facts: they fit into one message


class Rosters(Writer):
    """What may be written of paired devices."""

    def pair_device(
        self, me: str, name: str, at: tuple[tuple[str, ...], int], wanted: r.DevicePaired
    ) -> Roster | Refusal:
        """Let a device in; the first time this one (its name and where it listens) goes before."""
        refused = rules.may_invite(self.roster, me)
        if refused is not None:
            return refused
        founding = rules.found(self.roster, me, name, at)
        if founding:
            begun = self._write_roster(founding)
            if isinstance(begun, Refusal):
                return begun
        return self._write_roster(rules.pair(self.roster, me, wanted))

    def may_invite(self, me: str, name: str, role: str) -> Refusal | None:
        """Give what speaks against inviting a device by that name and role; None when nothing."""
        return rules.may_invite(self.roster, me) or rules.sound(name, role)

    def rename_device(self, me: str, device: str, name: str, role: str) -> Roster | Refusal:
        """Give a device another name or role."""
        return self._write_roster(rules.rename(self.roster, me, r.DeviceNamed(device, name, role)))

    def remove_device(self, me: str, device: str) -> Roster | Refusal:
        """Take a device out of the hub."""
        return self._write_roster(rules.remove(self.roster, me, device))

    def removal_of(self, device: str) -> tuple[Row, ...]:
        """Give the facts by which a device can see that it was removed, and by whose right."""
        gone, rights = list[Row](), list[Row]()
        for fact in self._roster_facts:
            match fact.event:
                case r.DeviceRemoved(device=of) if of == device:
                    gone.append(row_of(fact))
                case r.DevicePaired(device=of) | r.DeviceNamed(device=of) as event:
                    if event.role == COORDINATOR or of == device:
                        rights.append(row_of(fact))
                case r.OriginTaken():
                    rights.append(row_of(fact))
                case _:
                    pass
        return (*gone[:1], *rights[:_RIGHTS_TOLD])

    def is_removed_by(self, me: str, rows: Sequence[object]) -> bool:
        """Say whether this device is removed once these facts are heard too; keeps none of them.

        Whoever founded the hub, as far as that is known here, stays its founder.
        """
        held, founder = self.shared.vector, next(iter(self.roster.devices), None)
        read = (entry_in(row) for row in rows)
        new = [f for f in read if f and f.session == ROSTER and f.n > held.get(f.origin, 0)]
        roster = roster_of((*self._roster_facts, *new))
        is_same = founder in (None, next(iter(roster.devices), None))
        known = roster.devices.get(me)
        return is_same and known is not None and known.is_removed

    def listens_at(self, me: str, addresses: tuple[str, ...], port: int) -> None:
        """Write down where this device listens, when that is new."""
        known = self.roster.devices.get(me)
        if known is not None and (known.addresses, known.port) != (addresses, port):
            self._write_roster(r.DeviceAt(me, addresses, port))

    def take_origin(self, me: str) -> None:
        """Say whose this database is, and which letters its tickets bear, unless that is known."""
        origin = self.shared.origin
        if self.roster.is_paired(me) and origin not in self.roster.letters:
            letters = self.roster.letters_for(me, origin)
            self._write_roster(r.OriginTaken(me, letters))

    def join_as(self, me: str) -> None:
        """Write nothing until the roster has come that names this device: it was let in."""
        self.remember(JOINING, me)

    def writers(self) -> frozenset[str]:
        """Give the origins that wrote in this session, as long as it is not signed off."""
        session = self.session
        is_over = session.signed_off_at is not None or not session.id
        return frozenset() if is_over else self._log_file.writers(session.id)

    def go_on_as_new(self, me: str) -> None:
        """Go on under a new origin: this database is behind what it wrote once, or a copy."""
        self._log_file.write_as(self._mint())
        self.take_origin(me)

    @property
    def is_blank(self) -> bool:
        """Whether this tablet has no facts at all, so that it may join a hub."""
        return not self.shared.vector

    @property
    def removed_at(self) -> int | None:
        """When this tablet was removed from its hub (wall milliseconds), if it was."""
        at = self.remembered(REMOVED_AT)
        return None if at is None else int(at)

    def begin_wipe(self) -> None:
        """Remember that this tablet is being wiped, so that the next start would finish it."""
        try:
            self.remember(WIPING, "1")
        except DiskFull:
            _log.warning("disk full: a wipe that is cut off now is not taken up again by itself")

    def finish_wipe(self) -> None:
        """Wipe this tablet if it was switched off in the midst of that. Raises DiskFull."""
        if self.remembered(WIPING) is not None:
            self.wipe()

    def wipe(self) -> None:
        """Destroy everything of the hub on this tablet: keys and names first, then every fact."""
        at = self.wall()
        self._cards.purge()
        self._log_file.forget()
        self._log_file.write_as(self._mint())
        self.shared.forget()
        self._correction = 0
        self._read_all()
        self.remember(REMOVED_AT, str(at))
        self._tell()
