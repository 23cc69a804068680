"""A motivated intruder who is told more than one could know finds nobody in what is let go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest

from sync.record import K_MIN
from tests.privacy.bar import FEWEST_PEOPLE, HIGHEST_LINK, Findings, attacked
from tests.privacy.controls import CONTROLS
from tests.privacy.families import made_up
from tests.privacy.letting_go import (
    Look,
    additions,
    after_every_month,
    let_go,
    shelved,
)
from tests.privacy.trials import (
    SMALL,
    TRIALS,
    VISITS,
    beyond,
    findings,
    of_additions,
    of_control,
    small_hall,
    trial,
)

# A difference of five rows has no mean to speak of, and no split of its own: one in five is all.
OF_A_WHOLE = frozenset({"mean link", "lift"})


@pytest.fixture(scope="module", params=TRIALS)
def seed(request: pytest.FixtureRequest) -> int:
    """All tests of one seed run together: its visits are made and let go only once."""
    return request.param


def went(looks: Iterable[Look]) -> Mapping[object, list[str]]:
    found: dict[object, list[str]] = defaultdict(list)
    for look in looks:
        for each in look.rows:
            found[look.hub, each.row.kind, each.row.facts].extend(each.visits)
    return {key: sorted(visits) for key, visits in found.items()}


def test_nobody_is_found_in_a_small_hall_that_looks_after_every_session():
    _, visits, looks = small_hall(late=True)
    found = attacked(shelved(looks, visits), visits)
    assert found.misses() <= {"lift"}, told(found)  # of so few visits a lift is mostly chance
    added = [attacked(shelves, visits) for shelves in additions(looks, visits)]
    assert added
    assert all(each.misses() <= OF_A_WHOLE for each in added)


def test_looking_once_a_month_lets_go_of_the_very_rows_that_looking_after_every_session_does():
    comes, _, looks = small_hall(late=False)
    assert went(let_go(comes, after_every_month(comes))) == went(looks)


def test_the_maker_makes_the_same_families_from_the_same_seed_and_others_from_another():
    assert made_up(9, SMALL) == made_up(9, SMALL)
    assert made_up(9, SMALL) != made_up(10, SMALL)


@pytest.mark.slow
def test_nobody_is_found_in_ten_thousand_visits(seed: int):
    found = findings(seed)
    assert len(trial(seed).comes) >= VISITS
    assert found.misses() == frozenset(), told(found)


@pytest.mark.slow
def test_the_difference_of_two_revisions_tells_no_more_than_what_left_at_once(seed: int):
    added = of_additions(seed)
    assert added
    for each in added:
        assert each.misses() <= OF_A_WHOLE, told(each)
        assert each.mean_link <= HIGHEST_LINK + 1e-9
        assert each.fewest_people >= FEWEST_PEOPLE == K_MIN


@pytest.mark.slow
def test_each_control_misses_the_bar(seed: int):
    for name, (_, misses) in CONTROLS.items():
        found = of_control(seed, name)
        assert misses <= found.misses(), (name, told(found))


@pytest.mark.slow
def test_sharper_attacks_than_the_bar_asks_for_find_as_little_as_we_say(seed: int):
    found = beyond(seed)
    assert found.ruling_out.percent <= 1.5
    assert found.elimination.percent <= 12
    assert found.common_codes.percent <= 2


def told(found: Findings) -> str:
    attackers = {
        name: (round(each.mean_link, 3), round(each.guesses.lift_points, 1), each.guesses.learnt)
        for name, each in found.by_attacker.items()
    }
    points = f"{found.lift_points:.1f} points"
    return f"{sorted(found.misses())}: {found.fewest_people} people, {points}, {attackers}"
