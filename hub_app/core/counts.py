"""What a session adds up to: the sums a coordinator signs, and that must agree with each other."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub_app.core.session import Session
from hub_app.core.visit import LEFT, OPEN, UNMET, Need, Stage, Visit


@dataclass(frozen=True, slots=True)
class NeedSums:
    """Needs opened, and how they were settled: opened = all the others added up."""

    opened: int
    met: int
    booked: int
    referred: int
    left: int
    unmet: int
    open: int

    @property
    def difference(self) -> int:
        """What does not add up; none, always."""
        parts = self.met + self.booked + self.referred + self.left + self.unmet + self.open
        return self.opened - parts


@dataclass(frozen=True, slots=True)
class Counts:
    """The closing counts of a session. Mappings are by pack code; gains are whole pounds."""

    visits: int
    closed: int
    left: int
    here: int
    people: int
    needs: NeedSums
    needs_by_service: Mapping[str, NeedSums]
    contacts: Mapping[str, int]
    groups: Mapping[str, int]
    groups_not_asked: int
    area: Mapping[str, int]
    gain_total: int
    left_unserved: int

    @property
    def difference(self) -> int:
        """Visits that are neither closed, left nor here; none, always."""
        return self.visits - self.closed - self.left - self.here


def _sums(needs: Iterable[Need]) -> NeedSums:
    how = Counter(need.settled for need in needs)
    return NeedSums(
        opened=sum(how.values()),
        met=how["met"],
        booked=how["booked"],
        referred=how["referred"],
        left=how[LEFT],
        unmet=how[UNMET],
        open=how[OPEN],
    )


def contacts_of(visit: Visit) -> tuple[str, ...]:
    """Give the services a family sat down with, each once, in order."""
    return tuple(dict.fromkeys(stop.service for stop in visit.stops))


def gain_of(visit: Visit) -> int:
    """Give the pounds that came of a visit."""
    return sum(gain.pounds for stop in visit.stops for gain in stop.gains)


def count(session: Session) -> Counts:
    """Add a session up."""
    visits = tuple(session.visits.values())
    needs = [need for visit in visits for need in visit.needs]
    services = sorted({need.service for need in needs})
    answers = session.answers.values()
    stages = Counter(visit.stage for visit in visits)
    ended = stages[Stage.CLOSED] + stages[Stage.LEFT]
    return Counts(
        visits=len(visits),
        closed=stages[Stage.CLOSED],
        left=stages[Stage.LEFT],
        here=len(visits) - ended,
        people=sum((v.adults or 0) + (v.children or 0) for v in visits),
        needs=_sums(needs),
        needs_by_service={s: _sums(n for n in needs if n.service == s) for s in services},
        contacts=dict(sorted(Counter(s for v in visits for s in contacts_of(v)).items())),
        groups=dict(sorted(Counter(g for a in answers for g in a.groups).items())),
        groups_not_asked=sum(a.groups_answer is None for a in answers),
        area=dict(sorted(Counter(a.area or "not_said" for a in answers).items())),
        gain_total=sum(gain_of(v) for v in visits),
        left_unserved=sum(v.stage is Stage.LEFT and not v.stops for v in visits),
    )
