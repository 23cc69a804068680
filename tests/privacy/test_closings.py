"""What closing counts, which go whole, tell when the rows are taken from them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from sync.codes import CONTACT_SERVICES, DAY, LADDER, SENSITIVE
from sync.cutting import cut
from sync.departures import departures
from sync.gate import Verdict
from sync.record import K_MIN, Closing, Load
from tests.privacy.families import Come
from tests.privacy.letting_go import Look
from tests.privacy.trials import late_hall, small_hall

OPEN_TO_THE_HALL = {"half_day", "visit_type", "wait_band", "service"}


def contacts(comes: Iterable[Come]) -> Mapping[tuple[date, str], int]:
    """Give the closing counts’ desk contacts: what anybody who stood in the hall could count."""
    return Counter((come.day, service) for come in comes for service in come.told.services)


def left_by_day(looks: Iterable[Look], kind: str) -> Mapping[tuple[str, ...], int]:
    found: Counter[tuple[str, ...]] = Counter()
    for look in looks:
        for each in look.rows:
            if each.row.kind == kind and each.row.facts[0][0] == DAY:
                found[tuple(code for _, code in each.row.facts)] += each.row.n
    return found


def test_no_step_of_a_day_carries_a_fact_that_could_not_be_seen_in_the_hall():
    by_day = {
        name for steps in LADDER.values() for step in steps if step[0] == DAY for name in step
    }
    assert by_day - {DAY} == OPEN_TO_THE_HALL
    assert not by_day & SENSITIVE


def test_taking_the_rows_of_a_day_from_its_closing_count_leaves_contacts_the_hall_saw():
    comes, _, looks = small_hall(late=False)
    left = left_by_day(looks, "service")
    rest = {
        (day, service): n - left.get((day.isoformat(), service), 0)
        for (day, service), n in contacts(comes).items()
    }
    assert min(rest.values()) == 0  # a service is all there, or not at all
    small = [n for n in rest.values() if n]
    assert small  # so few that they are known to the very number: docs/privacy.md says so
    assert {service for _, service in rest} <= set(CONTACT_SERVICES)


def test_no_count_of_visits_says_how_many_rows_a_secret_was_cut_into():
    cuts = [Counter(each.kind for each in cut(come.told)) for come in small_hall(late=False).comes]
    once_a_visit = {kind for kind in LADDER if {its[kind] for its in cuts} == {1}}
    secret = {kind for kind, steps in LADDER.items() if SENSITIVE & {n for s in steps for n in s}}
    assert once_a_visit  # of these the rows that stayed here are known to the number
    assert not once_a_visit & secret


def test_two_revisions_of_a_period_differ_by_nothing_or_by_five():
    comes, _, looks = small_hall(late=True)
    left: dict[str, Load] = {}
    differences = 0
    for look in looks:
        closings = counted([come for come in comes if late_hall()[come.visit] < look.day])
        for each in departures(Verdict(look.rows, (), ()), closings, left):
            before = left.get(each.load.period, Load(each.load.period, 0, ()))
            if before.revision:
                differences += 1
                assert all(n >= K_MIN for n in between(before, each.load))
            left[each.load.period] = each.load
    assert differences


def counted(comes: Iterable[Come]) -> list[Closing]:
    here = list(comes)
    met = contacts(here)
    return [
        Closing(day, 1, n, {service: met[day, service] for service in CONTACT_SERVICES})
        for day, n in sorted(Counter(come.day for come in here).items())
    ]


def between(before: Load, after: Load) -> list[int]:
    """Give every number in which two revisions differ, as the centre’s own staff could."""
    rows = {(row.kind, row.facts): row.n for row in after.rows}
    rows.update(
        {k: rows.get(k, 0) - n for k, n in {(r.kind, r.facts): r.n for r in before.rows}.items()}
    )
    found = list(rows.values())
    for old, new in zip(before.closings, after.closings, strict=True):
        found.append(new.visits - old.visits)
        found.extend(new.contacts[service] - old.contacts[service] for service in new.contacts)
    return [n for n in found if n]
