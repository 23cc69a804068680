"""The bar of the motivated intruder, and how what was let go stands against it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sync.periods import first_day, period_of
from tests.privacy.attackers import ATTACKERS, Attacker, Sight, Talk, talk_of
from tests.privacy.shelves import SECRETS, Class, Shelf, Visits

FEWEST_PEOPLE = 5
HIGHEST_LINK = 0.20
MEAN_LINK = 0.09
LEARNT_FROM = 0.9
LIFT_POINTS = 5.0

NO_TALK = Talk("", "", None)
STAYS_THE_SAME = frozenset(
    {*SECRETS, "person", "postcode", "language", "area", "work", "referral"}
) - {"need", "result", "gain_band", "reason"}


@dataclass
class Guesses:
    """How often the likeliest code was right, beside the one that is usual at that hub."""

    n: int = 0
    right: int = 0
    right_by_split: int = 0
    learnt: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    @property
    def lift_points(self) -> float:
        return 100 * (self.right - self.right_by_split) / self.n if self.n else 0.0

    def add(self, other: "Guesses") -> None:
        self.n += other.n
        self.right += other.right
        self.right_by_split += other.right_by_split
        self.learnt += other.learnt


@dataclass
class Found:
    """What one attacker came to, over every visit that left anything."""

    links: int = 0
    link_sum: float = 0.0
    highest_link: float = 0.0
    guesses: Guesses = field(default_factory=Guesses)
    ruling_out: Guesses = field(default_factory=Guesses)  # leaving out codes it cannot be

    @property
    def mean_link(self) -> float:
        return self.link_sum / self.links if self.links else 0.0


@dataclass(frozen=True)
class Findings:
    """How what was let go stands against the bar, with what each of the four came to."""

    rows: int
    singletons: int
    fewest_people: int
    traced: int
    by_attacker: Mapping[str, Found]

    @property
    def highest_link(self) -> float:
        return max(found.highest_link for found in self.by_attacker.values())

    @property
    def mean_link(self) -> float:
        """The mean of the worst of the four."""
        return max(found.mean_link for found in self.by_attacker.values())

    @property
    def learnt(self) -> int:
        return sum(found.guesses.learnt.total() for found in self.by_attacker.values())

    @property
    def lift_points(self) -> float:
        """The lift over all guesses of all four."""
        return self.together(ruling_out=False).lift_points

    def together(self, *, ruling_out: bool) -> Guesses:
        every = Guesses()
        for found in self.by_attacker.values():
            every.add(found.ruling_out if ruling_out else found.guesses)
        return every

    def misses(self) -> frozenset[str]:
        """Name everything that is not as the bar wants it; nothing when it holds."""
        holds = {
            "singletons": self.singletons == 0,
            "people": self.fewest_people >= FEWEST_PEOPLE,
            "highest link": self.highest_link <= HIGHEST_LINK + 1e-9,
            "mean link": self.mean_link <= MEAN_LINK,
            "learnt": self.learnt == 0,
            "lift": self.lift_points <= LIFT_POINTS,
            "traced": self.traced == 0,
        }
        return frozenset(name for name, held in holds.items() if not held)


def attacked(shelves: Sequence[Shelf], visits: Visits) -> Findings:
    """Let all four look for every visit, and measure what each of them came to."""
    usual = public_split(shelves)
    classes = [each for shelf in shelves for each in shelf.classes]
    found = {each.name: Found() for each in ATTACKERS}
    for shelf in shelves:
        publics = [usual[(*_about(shelf), name)] for name in shelf.names]
        for each in shelf.classes:
            for attacker in ATTACKERS:
                for sight, n in _sights(attacker, shelf, each, visits):
                    _count(found[attacker.name], shelf, each, (sight, n), publics)
    return Findings(
        rows=sum(each.n for each in classes),
        singletons=sum(len(each.people) == 1 for each in classes),
        fewest_people=min(len(each.people) for each in classes),
        traced=traced(shelves),
        by_attacker=found,
    )


def public_split(shelves: Iterable[Shelf]) -> Mapping[tuple[str, ...], Counter[str]]:
    """Give how a fact is split in all that a hub let go of in a quarter: what anybody may read."""
    found: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for shelf in shelves:
        for i, name in enumerate(shelf.names):
            split = found[(*_about(shelf), name)]
            for each in shelf.classes:
                split[each.codes[i]] += each.n
    return found


def traced(shelves: Iterable[Shelf]) -> int:
    """Count people whom something that stays the same from row to row gives away on two dates."""
    behind: dict[object, set[str]] = defaultdict(set)
    periods: dict[object, set[str]] = defaultdict(set)
    for shelf in shelves:
        same = [i for i, name in enumerate(shelf.names) if name in STAYS_THE_SAME]
        for each in shelf.classes if same else ():
            key = (shelf.hub, shelf.kind, tuple((shelf.names[i], each.codes[i]) for i in same))
            behind[key] |= each.people
            periods[key].add(shelf.period)
    return len({p for key, who in behind.items() if len(who) == 1 < len(periods[key]) for p in who})


def _about(shelf: Shelf) -> tuple[str, str, str]:
    day = first_day(shelf.period)
    assert day is not None, shelf.period
    return shelf.hub, shelf.kind, period_of("quarter", day)


def _sights(
    attacker: Attacker, shelf: Shelf, each: Class, visits: Visits
) -> Iterator[tuple[Sight, int]]:
    """Give what is known of the rows in a class, and of how many it is that."""
    if not attacker.hears or not {"need", "result", "reason"} & set(shelf.names):
        yield attacker.sight(shelf.names, each.codes, NO_TALK), each.n
        return
    talks = Counter(talk_of(visits.of[visit]) for visit in each.visits)
    for talk, n in talks.items():
        yield attacker.sight(shelf.names, each.codes, talk), n


def _count(
    found: Found,
    shelf: Shelf,
    each: Class,
    targets: tuple[Sight, int],
    publics: Sequence[Counter[str]],
) -> None:
    sight, n = targets
    match = shelf.search(sight.known)
    link = 1 / len(match.people)
    found.links += n
    found.link_sum += n * link
    found.highest_link = max(found.highest_link, link)
    for i in shelf.secrets:
        if sight.known[i] is None:
            about = (shelf.names[i], each.codes[i])
            split, out = match.split[shelf.names[i]], sight.ruled_out[i]
            _guess(found.guesses, about, n, (split, publics[i]))
            rest = (_without(split, out), _without(publics[i], out)) if out else (split, publics[i])
            _guess(found.ruling_out, about, n, rest)


def _guess(
    guesses: Guesses, fact: tuple[str, str], n: int, splits: tuple[Counter[str], Counter[str]]
) -> None:
    (name, code), (here, usual) = fact, splits
    best = _likeliest(here)
    guesses.n += n
    guesses.right += n * (best == code)
    guesses.right_by_split += n * (_likeliest(usual) == code)
    is_sure = here[best] >= LEARNT_FROM * here.total()
    if is_sure and usual[best] < LEARNT_FROM * usual.total():
        guesses.learnt[name, best] += n


def _without(split: Counter[str], codes: frozenset[str]) -> Counter[str]:
    return Counter({code: n for code, n in split.items() if code not in codes})


def _likeliest(split: Counter[str]) -> str:
    """Give the code with the most rows; of several, the first by name."""
    return min(split, key=lambda code: (-split[code], code))
