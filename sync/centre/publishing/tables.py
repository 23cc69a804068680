"""Which tables are published of a period, what one count in each is, and its true cells."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Protocol

from sync.centre.reading import Choice, GainHeard, SessionHeld
from sync.codes import DAY, LADDER, MONTH, QUARTER, VOCABULARY
from sync.labels import FACT_LABELS, code_label, period_label
from sync.periods import field_of, first_day, period_of
from sync.values import Row

NOT_BROKEN_DOWN: Final = "not_broken_down"

Where = tuple[str, ...]  # a code for each fact of a table, in its order


@dataclass(frozen=True)
class Scope:
    """What a release is about: a closed month or quarter of a council, or of one of its hubs."""

    council: str
    period: str
    hub: str | None = None


@dataclass(frozen=True)
class Shape:
    """A table: its rows’ kind, the facts that make its cells, and what one count in it is.

    `coarser` has the facts it may be told by when it can’t be told by all: each lot is a part of
    the one before.
    """

    code: str
    kind: str
    facts: tuple[str, ...]
    heading: str
    one_count: str
    caveats: tuple[str, ...] = ()
    coarser: tuple[tuple[str, ...], ...] = ()

    @property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Give the facts it may be told by, the finest first."""
        return (self.facts, *self.coarser)


@dataclass(frozen=True)
class View:
    """A table that holds sums of another’s published cells, by some of its facts."""

    code: str
    of: str
    facts: tuple[str, ...]
    heading: str


_SEVERAL: Final = "A family may be in several groups, so groups must not be added up."

SHAPES: Final = (
    Shape(
        "visits",
        "visit",
        (MONTH, "half_day", "visit_type"),
        "Visits by month, time of day and whether they had been before",
        "One for each visit of a family.",
        ("“First time” is what a family said; no family is known again.",),
        coarser=((MONTH, "visit_type"), ("visit_type",), ()),
    ),
    Shape(
        "needs_results",
        "need",
        ("need", "result"),
        "Needs and what came of them",
        "One for each different need and result of a visit.",
        coarser=(("need",), ()),
    ),
    Shape(
        "groups_needs",
        "priority_need",
        ("group", "need"),
        "Priority family groups and their needs",
        "One for each group a family ticked and each need of its visit.",
        (_SEVERAL, "Families ticked groups themselves, or none; nobody guessed."),
        coarser=(("group",),),
    ),
    Shape(
        "groups_results",
        "priority_result",
        ("group", "result"),
        "Priority family groups and what came of it",
        "One for each group a family ticked and each result of its visit.",
        (_SEVERAL, "Families ticked groups themselves, or none; nobody guessed."),
        coarser=(("group",),),
    ),
    Shape(
        "unmet",
        "unmet",
        ("need", "reason"),
        "Needs that could not be met, and why",
        "One for each need of a visit that nobody there could serve that day, and its reason.",
        ("Which service would have served a need is the hub’s to say: its list of needs does.",),
        coarser=(("reason",), ()),
    ),
    Shape(
        "services",
        "service",
        ("service",),
        "Desk contacts by service",
        "One for each service that a visit was served by, or one for a visit that met none.",
        ("Who sits at which desk is plain to anybody in the hall; these counts hide nothing.",),
    ),
    Shape("waits", "wait", ("wait_band",), "Waits", "One for each visit."),
    Shape(
        "gains",
        "gain",
        ("gain_band", "gain_source"),
        "Money gained",
        "One for each visit where money was gained.",
        ("A visit is told by how much was gained, or else by where it came from, never by both.",),
        coarser=((),),
    ),
    Shape("areas", "area", ("area",), "Where people came from", "One for each visit."),
    Shape(
        "languages",
        "language",
        ("language",),
        "Languages",
        "One for each visit whose language is known.",
    ),
    Shape(
        "referrals",
        "referral",
        ("referral",),
        "How people heard",
        "One for each visit that said.",
    ),
    Shape(
        "paid_work",
        "work_status",
        ("work",),
        "Paid work",
        "One for each family’s first visit of the year.",
    ),
)
VIEWS: Final = (
    View("visits_by_month", "visits", (MONTH, "half_day"), "Visits by month and time of day"),
    View("first_visits", "visits", ("visit_type",), "First visits"),
    View("needs", "needs_results", ("need",), "Needs"),
    View("results", "needs_results", ("result",), "What came of it"),
    View("unmet_needs", "unmet", ("need",), "Needs that could not be met"),
    View("unmet_reasons", "unmet", ("reason",), "Why needs could not be met"),
)
SHAPE_OF: Final[Mapping[str, Shape]] = {shape.code: shape for shape in SHAPES}


@dataclass(frozen=True)
class Exact:
    """What a scope really came to. It never leaves the centre.

    `cells` has the true counts above nought by table and place in it; `visits` the closing counts
    by month; `pounds` the gain totals added up, None when there are none.
    """

    cells: Mapping[str, Mapping[Where, int]]
    visits: Mapping[str, int]
    pounds: int | None = None

    def of(self, table: str) -> Mapping[Where, int]:
        """Give the true counts of one table."""
        return self.cells.get(table, {})

    @property
    def all_visits(self) -> int:
        """How many visits the closing counts come to."""
        return sum(self.visits.values())


class Counts(Protocol):
    """One unchanging view of what the ledger holds."""

    def sums(self, choice: Choice) -> tuple[Row, ...]:
        """Give the rows of all chosen hubs and periods added up, without their period."""
        ...

    def sessions(self, choice: Choice) -> tuple[SessionHeld, ...]:
        """Give the sessions chosen."""
        ...

    def gain_totals(self, choice: Choice) -> tuple[GainHeard, ...]:
        """Give the gain totals of the quarters chosen."""
        ...


def exact(counts: Counts, scope: Scope) -> Exact:
    """Add up what the ledger holds of a scope, for every table that is published."""
    whole = Choice(scope.council, scope.hub, scope.period)
    cells: dict[str, dict[Where, int]] = {shape.code: {} for shape in SHAPES}
    by_kind = {shape.kind: shape for shape in SHAPES}
    left = _added(counts.sums(whole))
    for month in months_of(scope.period):
        named = Choice(scope.council, scope.hub, month, "visit")
        for (kind, facts), n in _added(counts.sums(named)).items():
            left[kind, facts] -= n
            _enter(cells, by_kind[kind], {**dict(facts), MONTH: month}, n)
    for (kind, facts), n in left.items():
        if kind in by_kind:  # a newer hub’s kind is in no table of this centre
            _enter(cells, by_kind[kind], dict(facts), n)
    visits: dict[str, int] = defaultdict(int)
    for held in counts.sessions(whole):
        visits[period_of(MONTH, held.closing.day)] += held.closing.visits
    pounds = [heard.total.pounds_nearest_100 for heard in counts.gain_totals(whole)]
    return Exact(cells, dict(sorted(visits.items())), sum(pounds) if pounds else None)


def _added(rows: Iterable[Row]) -> dict[tuple[str, tuple[tuple[str, str], ...]], int]:
    """Add up rows that say the same but for their period."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], int] = defaultdict(int)
    for row in rows:
        facts = tuple(fact for fact in row.facts if fact[0] not in (DAY, MONTH, QUARTER))
        found[row.kind, facts] += row.n
    return found


def _enter(
    cells: Mapping[str, dict[Where, int]], shape: Shape, facts: Mapping[str, str], n: int
) -> None:
    if n:
        where = tuple(facts.get(fact, NOT_BROKEN_DOWN) for fact in shape.facts)
        table = cells[shape.code]
        table[where] = table.get(where, 0) + n


def months_of(period: str) -> tuple[str, ...]:
    """Give the months of a month or a quarter, in order."""
    begins = first_day(period)
    if begins is None or field_of(period) == DAY:
        raise ValueError(f"{period} is not a month or a quarter")
    if field_of(period) == MONTH:
        return (period,)
    return tuple(period_of(MONTH, begins.replace(month=begins.month + i)) for i in range(3))


def codes_of(fact: str, period: str) -> tuple[str, ...]:
    """Give every code a fact may have in a table of that period, “not broken down” last."""
    named = months_of(period) if fact == MONTH else VOCABULARY[fact]
    return (*named, NOT_BROKEN_DOWN)


def places_in(shape: Shape, period: str) -> tuple[Where, ...]:
    """Give every cell that a table of that period may have, whatever was counted."""
    told = _told(shape.kind, shape.facts, is_month=field_of(period) == MONTH)
    every = product(*(codes_of(fact, period) for fact in shape.facts))
    return tuple(
        where for where in every if tuple(code != NOT_BROKEN_DOWN for code in where) in told
    )


def less_told(shape: Shape, cells: Mapping[Where, int], told: Sequence[str]) -> dict[Where, int]:
    """Add up true counts until only some of a table’s facts are told; the others are not."""
    found: dict[Where, int] = defaultdict(int)
    for where, n in cells.items():
        pairs = zip(shape.facts, where, strict=True)
        found[tuple(code if fact in told else NOT_BROKEN_DOWN for fact, code in pairs)] += n
    return dict(found)


def only(shape: Shape, where: Where, told: Sequence[str]) -> Where:
    """Give the codes of the facts that are told."""
    return tuple(code for fact, code in zip(shape.facts, where, strict=True) if fact in told)


def _told(kind: str, facts: Sequence[str], *, is_month: bool) -> frozenset[tuple[bool, ...]]:
    """Say which of a table’s facts the steps of a ladder name together."""
    steps = [step for step in LADDER[kind] if not (is_month and step[0] == QUARTER)]
    named = [{*step, MONTH} if step[0] == DAY else {*step} for step in steps]
    return frozenset(tuple(fact in names for fact in facts) for names in named)


def fact_heading(fact: str) -> str:
    """Name a fact as the heading of a column."""
    return {MONTH: "Month", "reason": "Why not"}.get(fact) or FACT_LABELS.get(fact, fact)


def code_heading(fact: str, code: str) -> str:
    """Say a code of a table in words."""
    if code == NOT_BROKEN_DOWN:
        return "Not broken down further"
    return period_label(code) if fact == MONTH else code_label(fact, code)
