"""Destroying sessions whose time is over, and what the hub still knows of them afterwards."""

from collections.abc import Iterable

from hub_app.core.house_events import ReferralAcknowledged
from hub_app.core.promised import Promised, promised_in
from hub_app.core.refusal import Refusal
from hub_app.core.rules.undo import UNDO_WINDOW_MILLIS
from hub_app.core.session import Session, fold
from hub_app.hub.writer import HOUSE, Writer
from hub_app.store.database import DiskFull
from hub_app.store.retention import VISITS, LastDay


class Retaining(Writer):
    """What a hub keeps no longer than it may."""

    def overdue(self, last_day: LastDay) -> tuple[str, ...]:
        """Give what to destroy today, oldest first: sessions, and who stands behind rows that left.

        `last_day` gives, for the day of a session, the last on which it may be kept.
        """
        return self._retention.overdue(self.today(), last_day)

    def destroy(self, session: str) -> Refusal | None:
        """Destroy all facts of a session for good, but for promises nobody has acknowledged.

        With no room on the disk all of it is still there, and it has to be tried again.
        """
        open_still = tuple(self._unacknowledged(session))
        try:
            self._retention.destroy(session, open_still)
            self._retention.let_go(self._long_acknowledged())
        except DiskFull:
            return Refusal.DISK_FULL
        finally:
            self.shared.forget()
        if self._ended.id == session:
            self._ended = Session("")
        if self.session.id == session or session.startswith(VISITS):
            self._read_all()
        self._before = None
        self._tell()
        return None

    def _unacknowledged(self, session: str) -> Iterable[Promised]:
        promised = promised_in(fold(session, self._log_file.session(session)))
        return (p for p in promised if p.referred.referral not in self.house.acknowledged)

    def _long_acknowledged(self) -> frozenset[str]:
        """Give the promises somebody acknowledged so long ago that it cannot be undone."""
        settled = self.now() - UNDO_WINDOW_MILLIS
        said = self._log_file.session(HOUSE)
        return frozenset(
            entry.event.referral
            for entry in said
            if isinstance(entry.event, ReferralAcknowledged)
            and entry.stamp.millis < settled
            and entry.event.referral in self.house.acknowledged
        )
