"""Made-up families who come to made-up hubs: seeded, correlated, and known to the tests alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from sync.cutting import NO_SERVICE, Gained, VisitInCodes, gained, half_day

START = date(2025, 9, 29)
SESSIONS_BEFORE = 25  # families who had come before the first session we tell of
WEEKDAYS = (0, 1, 3, 5, 2, 4, 0, 3)

NEEDS = {
    "money": 26, "debt": 9, "food": 12, "energy": 12, "housing": 11, "work": 9, "childcare": 9,
    "school": 6, "health": 5, "other": 4,
}  # fmt: skip
MORE_OFTEN: Mapping[str, Mapping[str, float]] = {
    "lone": {"money": 1.4, "childcare": 1.5, "food": 1.3},
    "baby": {"money": 1.3, "childcare": 1.6, "health": 2.2, "work": 0.5},
    "under25": {"childcare": 1.5, "housing": 1.6, "work": 1.4, "debt": 0.5},
    "three": {"school": 1.8, "food": 1.4, "housing": 1.3},
    "minority": {"housing": 1.4, "other": 2.0, "work": 1.3},
    "disab": {"money": 1.4, "health": 1.8, "energy": 1.2},
}
# What came of a need: mostly advice and appointments, with what each need is likelier to bring.
RESULTS = {
    "claim_or_application": 20, "money_gained": 10, "debt_arrangement": 2, "referral_accepted": 15,
    "appointment_booked": 15, "crisis_help_given": 6, "advice_only": 24, "no_service_today": 8,
}  # fmt: skip
LIKELIER: Mapping[str, Mapping[str, float]] = {
    "money": {"claim_or_application": 2.0, "money_gained": 2.2},
    "debt": {"debt_arrangement": 9.0, "appointment_booked": 1.5},
    "food": {"crisis_help_given": 4.0, "claim_or_application": 0.6},
    "energy": {"money_gained": 1.8, "crisis_help_given": 2.0},
    "housing": {"appointment_booked": 1.6, "no_service_today": 1.6},
    "work": {"referral_accepted": 2.0, "money_gained": 0.3},
    "childcare": {"claim_or_application": 1.4, "referral_accepted": 1.4},
    "school": {"claim_or_application": 1.6},
    "health": {"referral_accepted": 2.0, "no_service_today": 1.8, "money_gained": 0.2},
    "other": {"referral_accepted": 1.8, "advice_only": 1.4},
}
SERVICES: Mapping[str, Sequence[str]] = {
    "money": ("sss", "welfare", "money", "dwp"), "debt": ("money", "council_money"),
    "food": ("welfare", "council_money"), "energy": ("energy",),
    "housing": ("housing", "council_money"), "work": ("work", "dwp"), "childcare": ("childcare",),
    "school": ("council_money", "welfare"), "health": ("health",), "other": ("welfare",),
}  # fmt: skip
SOURCES: Mapping[str, Sequence[str]] = {
    "money": ("scottish", "uk"), "debt": ("debt_written_off",), "food": ("council",),
    "energy": ("energy",), "housing": ("council", "uk"), "work": ("uk",),
    "childcare": ("uk", "scottish"), "school": ("council",), "health": ("scottish",),
    "other": ("other",),
}  # fmt: skip
REASONS: Mapping[str, float] = {
    "not_here_today": 34, "desk_full": 20, "no_time_left": 14, "needs_papers": 12,
    "no_interpreter": 5, "someone_elses_job": 6, "declined": 4, "other": 5,
}  # fmt: skip
HEARD: Mapping[str, float] = {
    "walk_in": 14, "school_or_nursery": 26, "health_visitor_midwife": 12, "jobcentre": 8,
    "friend_family": 22, "social_media_poster": 10, "council": 6, "other": 2,
}  # fmt: skip
LANGUAGES: Mapping[str, float] = {
    "pl": 30, "ar": 18, "ur": 14, "uk": 12, "ro": 9, "zh": 6, "pa": 5, "fa": 4, "ru": 4, "ckb": 2,
    "yue": 2, "lt": 2, "sk": 2, "gd": 0.5,
}  # fmt: skip
_AS_IT_IS: Final[Mapping[str, float]] = {}


@dataclass(frozen=True)
class Hubs:
    """How many made-up hubs, for how long, how busy; how many families say “first ever” wrongly."""

    hubs: int
    weeks: int
    visits: int
    weekly: int = 1
    wrongly_first: float = 0.0


@dataclass(frozen=True)
class Family:
    """Who comes: what never changes about them within a year."""

    person: str
    groups: tuple[str, ...]
    tells_groups: float
    language: str
    area: str
    work: str
    heard: str
    is_new: bool
    postcode: str


@dataclass(frozen=True)
class Come:
    """One visit: what a tablet holds of it, and, for the tests alone, whose it was."""

    hub: str
    told: VisitInCodes
    family: Family

    @property
    def visit(self) -> str:
        return self.told.visit

    @property
    def day(self) -> date:
        return self.told.day


def made_up(seed: int, hubs: Hubs) -> tuple[Come, ...]:
    """Make at least so many visits: families that come back, or not, to their own hub."""
    chance = Random(seed)
    here: list[Come] = []
    each = hubs.visits // hubs.hubs + 1
    for i in range(hubs.hubs):
        here.extend(_one_hub(chance, f"H{i + 1}", i, each, hubs))
    return tuple(here)


def _one_hub(chance: Random, hub: str, i: int, visits: int, hubs: Hubs) -> list[Come]:
    weekdays = [WEEKDAYS[(i + j * 2) % len(WEEKDAYS)] for j in range(hubs.weekly)]
    days = sorted(
        START + timedelta(weeks=week, days=day) for week in range(hubs.weeks) for day in weekdays
    )
    found: list[Come] = []
    while len(found) < visits:
        family = _family(chance, f"{hub}-{len(found)}-{chance.getrandbits(32):x}")
        found.extend(_visits(chance, hub, family, days, hubs))
    return found


def _visits(
    chance: Random, hub: str, family: Family, days: Sequence[date], hubs: Hubs
) -> list[Come]:
    """Give a family’s visits; those before the first of the days were made, and are not told."""
    at = chance.randrange(-SESSIONS_BEFORE * hubs.weekly, len(days))
    is_new, year = family.is_new, 0
    found: list[Come] = []
    while at < len(days):
        if at >= 0:
            april = days[at].year - (days[at].month < 4)
            kind = _visit_type(chance, is_new, april != year)
            if found and chance.random() < hubs.wrongly_first:
                kind = "first_ever"
            found.append(_come(chance, hub, family, days[at], kind))
            year = april
        is_new = False
        if chance.random() < 0.42:
            break
        at += chance.choice((1, 1, 2, 2, 3, 4, 4, 6, 9)) * hubs.weekly
    return found


def _visit_type(chance: Random, is_first: bool, is_new_year: bool) -> str:
    if chance.random() < 0.1:
        return "not_said"
    if is_first:
        return "first_ever"
    return "first_this_year" if is_new_year else "returning"


def _family(chance: Random, person: str) -> Family:
    groups = {"lone"} if chance.random() < 0.34 else set[str]()
    if chance.random() < (0.3 if "lone" in groups else 0.2):
        groups.add("disab")
    if chance.random() < 0.15:
        groups.add("minority")
    if chance.random() < (0.38 if "minority" in groups else 0.18):
        groups.add("three")
    if chance.random() < 0.14:
        groups.add("baby")
    if chance.random() < (0.3 if "baby" in groups else 0.03) and "three" not in groups:
        groups.add("under25")
    is_english = chance.random() > (0.6 if "minority" in groups else 0.015)
    signs = not groups and chance.random() < 0.004
    return Family(
        person,
        tuple(sorted(groups)),
        0.9 if chance.random() < 0.8 else 0.1,
        "bsl" if signs else "en" if is_english else _one(chance, LANGUAGES),
        _one(chance, {"from_this_area": 70, "from_elsewhere": 20, "not_said": 10}),
        _one(chance, {"adult_in_paid_work": 45, "no_adult_in_paid_work": 45, "not_said": 10}),
        _one(chance, HEARD),
        chance.random() < 0.8,
        f"DD{chance.randint(1, 5)} {chance.randint(1, 9)}{chance.choice('ABDEF')}"
        f"{chance.choice('ABDEFGHJLN')}",
    )


def _come(chance: Random, hub: str, family: Family, day: date, visit_type: str) -> Come:
    needs = tuple((n, _one(chance, RESULTS, LIKELIER[n])) for n in _needs(chance, family, day))
    unmet = tuple((n, _reason(chance, family)) for n, r in needs if r == NO_SERVICE)
    seen = (chance.choice(SERVICES[need]) for need, _ in needs if need not in dict(unmet))
    is_answered = chance.random() < 0.88
    groups = ("rather_not_say",) if is_answered else ("not_asked",)
    if is_answered and chance.random() < family.tells_groups:
        groups = family.groups or ("none_of_these",)
    half = half_day(int(chance.triangular(10, 14, 11)))
    told = VisitInCodes(
        visit=f"{chance.getrandbits(64):016x}",
        day=day,
        half_day=half,
        visit_type=visit_type,
        wait_minutes=int(chance.lognormvariate(2.6 if half == "am" else 2.2, 0.8)),
        needs=needs,
        unmet=unmet,
        services=tuple(dict.fromkeys(seen)),
        gained=_gain(chance, needs),
        groups=groups,
        language=family.language,
        referral=family.heard if chance.random() < 0.85 else None,
        area=family.area,
        work=family.work,
    )
    return Come(hub, told, family)


def _needs(chance: Random, family: Family, day: date) -> tuple[str, ...]:
    season = {"energy": 1.8 if day.month in {11, 12, 1, 2} else 0.7}
    season["school"] = 2.5 if day.month in {6, 8} else 0.8
    likelier = dict(season)
    for group in family.groups:
        for need, times in MORE_OFTEN[group].items():
            likelier[need] = likelier.get(need, 1) * times
    several = _one(chance, {"1": 48, "2": 31, "3": 15, "4": 6})
    return tuple(dict.fromkeys(_one(chance, NEEDS, likelier) for _ in range(int(several))))


def _reason(chance: Random, family: Family) -> str:
    return _one(chance, REASONS, {"no_interpreter": 1 if family.language == "en" else 5})


def _gain(chance: Random, needs: Sequence[tuple[str, str]]) -> Gained | None:
    """Give what was gained: mostly where money came of it, now and then where it was claimed."""
    likely = {"money_gained": 0.8, "claim_or_application": 0.2, "debt_arrangement": 0.4}
    from_needs = [need for need, result in needs if chance.random() < likely.get(result, 0)]
    sources = {chance.choice(SOURCES[need]) for need in from_needs}
    pounds = sum(int(chance.lognormvariate(6.4, 1.2)) + 20 for _ in from_needs)
    return gained(pounds, sources.pop() if len(sources) == 1 else "any")


def _one(
    chance: Random, weights: Mapping[str, float], times: Mapping[str, float] = _AS_IT_IS
) -> str:
    codes = list(weights)
    return chance.choices(codes, [weights[code] * times.get(code, 1) for code in codes])[0]
