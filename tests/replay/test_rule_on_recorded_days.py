"""Recorded days through the plan and the rule: every call is the one the rule would make."""

from datetime import date
from pathlib import Path

import pytest

from hub_app.clocks import SetClock
from hub_app.core.events import Called, Triaged
from hub_app.core.queue import next_for
from hub_app.core.room import MINUTE, family_of, may_start
from hub_app.core.routing import Because, points
from hub_app.core.session import fold
from hub_app.core.visit import Visit
from hub_app.replay.play import Player, set_at
from hub_app.replay.recorded import RecordedDay, read_day
from tests.support.hall import done, hall_in, scotland

DATA = Path(__file__).parents[1] / "data"
DAYS = ("quiet", "base", "busy", "surge")


class Watch:
    """Stands beside a hub and looks at every fact it writes."""

    def __init__(self, folder: Path, recorded: RecordedDay) -> None:
        self.clock = SetClock("Europe/London")
        self.clock.set(self.clock.at(date(2026, 1, 5), 8 * 60))
        self.hall = hall_in(folder, self.clock)
        done(self.hall.hub.close_session())
        done(self.hall.hub.sign_off())
        self.hub = self.hall.hub
        self.player = Player(self.hub, self.clock, set_at(recorded, date(2026, 1, 6), self.clock))
        self.reasons: list[str] = []
        self.before = self.hub.hall
        self.calls: dict[str, int] = {}

    def play(self) -> None:
        self.hub.listen(self.look)
        self.player.open()
        for _ in self.player.play():
            pass

    def look(self) -> None:
        before, self.before = self.before, self.hub.hall
        for visit in self.hub.session.here:
            if visit.called_at is not None and self.calls.get(visit.id) != visit.called_at:
                self.calls[visit.id] = visit.called_at
                self._was_right(visit, before.session.visits[visit.id])
        for desk in self.hub.session.desks.values():
            if self.hub.session.at_desk(desk.id) is None:
                assert may_start(desk, self.hub.now())

    def _was_right(self, visit: Visit, was: Visit) -> None:
        before = self.hub.session.desks[visit.desk or ""]
        room, now = self.before.room, self.hub.now()
        line = [was, *(v for v in self.hub.session.here if v.id != visit.id)]
        choice = next_for(line, before, room, now)
        assert choice is not None
        assert (choice.visit, choice.service) == (visit.id, visit.service)
        worth = points(now / MINUTE, family_of(was, now), choice.service, room)[0]
        for other in line:
            for need in other.open_needs:
                if other.stage.value == "waiting" and need.service in before.services:
                    found = points(now / MINUTE, family_of(other, now), need.service, room)[0]
                    assert found <= worth + 1e-9
        self.reasons.append(choice.why)


@pytest.mark.slow
@pytest.mark.parametrize("name", DAYS)
def test_every_call_of_a_recorded_day_is_the_rules_own(name: str, tmp_path: Path):
    recorded = read_day(DATA / f"hub_day_{name}_seed1000.csv", scotland())
    assert isinstance(recorded, RecordedDay)
    watch = Watch(tmp_path, recorded)
    watch.play()
    log, session = watch.hall.log, watch.hub.session
    facts = [entry.event for entry in log.session(session.id)]
    called = [event for event in facts if isinstance(event, Called)]
    assert called
    assert [event.why for event in called] == watch.reasons
    assert all(event.instead_of is None for event in called)
    assert {Because.LAST_STOP, Because.HERE_LONG} <= {*watch.reasons}
    planned = [event for event in facts if isinstance(event, Triaged)]
    assert all(set(event.plan) == {line.service for line in event.needs} for event in planned)
    assert not any(event.plan_by_person for event in planned)
    assert fold(session.id, log.session(session.id)).visits == session.visits
