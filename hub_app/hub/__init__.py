"""The hub in its running form, the only writer of the log: it decides, appends, folds, tells."""

from hub_app.core.refusal import Refusal
from hub_app.core.rules.undo import last_tap, undo
from hub_app.core.session import Session
from hub_app.hub.at_desks import AtDesks
from hub_app.hub.families import Families
from hub_app.hub.hall import Halls
from hub_app.hub.houses import Houses
from hub_app.hub.leaving import LeavingBatches
from hub_app.hub.receiving import Receiving
from hub_app.hub.retaining import Retaining
from hub_app.hub.rosters import Rosters
from hub_app.hub.wish import Came, Tap, Wish

__all__ = ["Came", "Hub", "Tap", "Wish"]


class Hub(Families, AtDesks, Halls, Houses, Receiving, Rosters, Retaining, LeavingBatches):
    """One running hub on one tablet. Every method either writes facts or gives a refusal."""

    def undo_visit(self, visit: str) -> Session | Refusal:
        """Take back the last tap on a visit."""
        standing = self._fold.standing(visit)
        restored = self._fold.without(visit, (entry.id for entry in last_tap(standing)))
        event = undo(self.session, standing, restored, self.now())
        return self._write(visit, event) or self.session

    def undo_desk(self, desk: str) -> Session | Refusal:
        """Take back the last change of a desk's own presence."""
        standing = self._fold.standing_of_desk(desk)
        return self._write(None, undo(self.session, standing, None, self.now())) or self.session

    def undo_close(self) -> Session | Refusal:
        """Open the hall again after a close by mistake."""
        standing = self._fold.standing_of_session()
        return self._write(None, undo(self.session, standing, None, self.now())) or self.session
