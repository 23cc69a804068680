"""What a gate lets go, run after run, the centre may take: whole, and in place of what it has."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from sync.company import alone
from sync.departures import departures
from sync.record import GainTotal, Load, Row
from sync.revisions import why_not_after
from tests.sync.made_up_halls import AFTER_ALL, Hall, Run, halls, made_up, runs_of, todays


def sent_by(runs: Iterable[Run]) -> dict[str, list[Load]]:
    """Give every revision of every period, as a hub seals them run after run."""
    sent: dict[str, list[Load]] = defaultdict(list)
    for run in runs:
        left = {period: loads[-1] for period, loads in sent.items()}
        for each in departures(run.verdict, (), left):
            sent[each.load.period].append(each.load)
    return sent


def is_taken_in_any_order(loads: Sequence[Load]) -> bool:
    is_whole = not any([*alone(each.rows)] for each in loads)
    return is_whole and all(
        why_not_after(later, before) is None for before, later in combinations(loads, 2)
    )


@given(halls, st.lists(todays, min_size=1, max_size=4), st.integers(0, 2**32))
def test_whatever_a_gate_lets_go_may_be_taken(hall: Hall, days: list[date], seed: int):
    sent = sent_by(runs_of(hall, [*days, AFTER_ALL], seed))
    assert all(map(is_taken_in_any_order, sent.values()))


def test_that_is_so_of_a_full_hall_whose_visits_come_late():
    days = [date(2026, month, 8) for month in (9, 10, 11, 12)]
    sent = sent_by(runs_of(made_up(5, 400, 26), [*days, AFTER_ALL], 3))
    revisions = Counter(len(loads) for loads in sent.values())
    assert sum(revisions[n] for n in revisions if n > 1) > 3
    assert all(map(is_taken_in_any_order, sent.values()))


def test_a_refusal_names_the_kind_it_is_about():
    area = Row("area", (("month", "2026-10"), ("area", "not_said")), 9)
    before = Load("2026-10", 1, (area,))
    for n in (8, 10, 13):
        reason = why_not_after(Load("2026-10", 2, (area._replace(n=n),)), before)
        assert reason is not None
        assert (reason.where, reason.kind) == ("fragments.area", "area")
    total = Load("2026-Q3", 1, (), (), GainTotal("2026-Q3", 900, 12))
    reason = why_not_after(Load("2026-Q3", 2, ()), total)
    assert reason is not None
    assert reason.where == "fragments.gain_total"
