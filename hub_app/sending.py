"""What leaves by one running tablet: sealed when it decides, sent when it should, told on time."""

import logging
from collections.abc import Callable
from datetime import date

from hub_app.core.leaving import Batches
from hub_app.departing import depart, last_day_kept, note_arrival, note_arrivals, signed_off
from hub_app.destroying import (
    DOUBT_SECONDS,
    SEALING_SECONDS,
    destroy_overdue,
    is_all_sealed,
    is_in_doubt,
    is_overdue,
)
from hub_app.lan.node import Node
from hub_app.main import Tablet
from hub_app.telling import next_manifest, status_of, where_everything_is
from hub_app.view.chip import SyncStatus
from sync.courier import Courier, Terms
from sync.endpoint import Receipt
from sync.manifest import Manifest

PATIENCE_SECONDS = 120.0  # so long a batch waits for the keeper to send it, before others do
_log = logging.getLogger(__name__)


class Sending:
    """One tablet’s part in what leaves. The keeper seals, and sends at once; others when it can’t.

    On the one loop. What should be destroyed by now is, before anything is told: first what is due
    is signed off, and all that passes is sealed and taken out. Where this tablet may not seal, that
    waits for whoever may, ten minutes of running at most; and while the date may be wrong
    (`is_in_doubt`) until a person opens a session under it, or the tablet has run for 24 hours.
    """

    def __init__(
        self,
        tablet: Tablet,
        node: Callable[[], Node],
        monotonic: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        """Stand beside a tablet and its node; `changed` is called when `status` is another.

        `monotonic` gives seconds that never go back.
        """
        self._tablet, self._node, self._changed = tablet, node, changed
        self._now = monotonic
        self._courier: Courier | None = None
        self._waits: dict[str, float] = {}  # since when each batch waits here
        self._sendable = frozenset[str]()
        self._taken: Batches | None = None
        self._looked: tuple[object, ...] = ()
        self._session = tablet.hub.session.id
        self._destroyed_on: date | None = None
        self._undestroyed = 0
        self._overdue_since: float | None = None
        self._has_sent = self._is_busy = False
        self._destroy()
        self._left = where_everything_is(tablet)
        self._status = self._known()

    @property
    def terms(self) -> Terms:
        """What the courier goes by."""
        return Terms(self._manifest, self.may_send, self.note)

    def employ(self, courier: Courier) -> None:
        """Have a courier take what leaves."""
        self._courier = courier
        courier.listen(lambda _: self.refresh())

    def status(self) -> SyncStatus:
        """Give what is known of the centre, and of what has left."""
        return self._status

    def may_send(self, batch: str) -> bool:
        """Say whether a batch is to be sent from here: by the keeper at once, by others later."""
        since = self._waits.get(batch)
        return self._node().decides or (
            since is not None and self._now() - since >= PATIENCE_SECONDS
        )

    def _manifest(self) -> Manifest | None:
        """Give what to tell the centre: by whoever sends."""
        is_told = self._node().decides or self._has_sent
        return next_manifest(self._tablet) if is_told and not self._tablet.hub.is_joining else None

    def note(self, receipt: Receipt) -> None:
        """Take notice of what the centre answered, over the line or by hand."""
        self._has_sent = True
        note_arrival(self._tablet, receipt)

    # --- what happens ------------------------------------------------------------------------

    def heard(self) -> None:
        """Take notice of a commit: something was signed off, sealed, confirmed or opened."""
        hub = self._tablet.hub
        if hub.is_blank:
            self._begin_again()
            return
        if hub.session.id != self._session:
            self._session = hub.session.id
            if self._courier is not None and hub.session.is_open:
                self._courier.opened()
        is_signed_off = hub.session.signed_off_at is not None
        now = (hub.session.id if is_signed_off else "", hub.today(), hub.leaving)
        if now != self._looked and (is_signed_off or hub.leaving is not self._taken):
            self.look()

    def _begin_again(self) -> None:
        """Forget everything: the tablet was wiped."""
        if self._looked or any(line.visits for line in self._left.lines):
            self._looked, self._taken, self._session = (), None, ""
            self._left = where_everything_is(self._tablet)
            self.refresh()

    def look(self) -> None:
        """Seal what may leave, take what stands to the outbox, and have what is new sent."""
        hub = self._tablet.hub
        if hub.is_joining or self._is_busy:
            return
        self._is_busy = True  # what is written now is told, and that leads back here
        try:
            note_arrivals(self._tablet)
            refused = depart(self._tablet, self._node().sealing)
            self._destroy()
        finally:
            self._is_busy = False
        if refused is not None:
            _log.warning("nothing sealed: %s", refused.value)
        is_signed_off = hub.session.signed_off_at is not None
        self._looked = (hub.session.id if is_signed_off else "", hub.today(), hub.leaving)
        self._taken = hub.leaving
        self._left = where_everything_is(self._tablet)
        self._count_waits()
        self.refresh()

    def _destroy(self) -> None:
        """Destroy what may be kept no longer: once a day, or until all of that could be done."""
        hub = self._tablet.hub
        is_looked_at = self._destroyed_on == hub.today() and not self._is_some_overdue()
        if hub.is_joining or is_looked_at:
            return
        if is_overdue(self._tablet):
            now = self._now()
            self._overdue_since = now if self._overdue_since is None else self._overdue_since
            self._destroy_after(now - self._overdue_since)
        if not is_overdue(self._tablet):
            self._overdue_since, self._undestroyed = None, 0
            self._destroyed_on = hub.today()

    def _is_some_overdue(self) -> bool:
        """Say whether a session that should be gone was left here, or brought by another tablet."""
        today = self._tablet.hub.today()
        return any(last_day_kept(cut.closing.day) < today for cut in signed_off(self._tablet))

    def _destroy_after(self, waited: float) -> None:
        """Seal what passes, then destroy; `waited` are seconds since this was found overdue."""
        if waited < DOUBT_SECONDS and is_in_doubt(self._tablet):
            return
        sealing, is_late = self._node().sealing, waited >= SEALING_SECONDS
        if sealing.may_seal or is_late:
            self._tablet.hub.sign_off_when_due()
        refused = depart(self._tablet, sealing)
        if is_late or (refused is None and is_all_sealed(self._tablet)):
            self._undestroyed = destroy_overdue(self._tablet, waited)

    def _count_waits(self) -> None:
        """Take notice of since when what waits does so; wake the courier for what is new to it."""
        waiting, now = self._tablet.outbox.waiting_ids(), self._now()
        self._waits = {batch: self._waits.get(batch, now) for batch in waiting}
        sendable = frozenset(batch for batch in waiting if self.may_send(batch))
        if sendable - self._sendable and self._courier is not None:
            self._courier.nudge()
        self._sendable = sendable

    def send_now(self) -> None:
        """Seal what may leave, and have all tried now that waits or was refused: a person asks."""
        self._tablet.outbox.try_again()
        self.look()
        if self._courier is not None:
            self._waits = dict.fromkeys(self._waits, float("-inf"))
            self._courier.nudge()

    def refresh(self) -> None:
        """Tell the screens, should there be anything new to say."""
        now = self._known()
        if now != self._status:
            self._status = now
            self._changed()

    def _known(self) -> SyncStatus:
        courier = None if self._courier is None else self._courier.status
        return status_of(self._tablet, courier, self._left, self._undestroyed)
