"""What if: the days change in what was asked, and in nothing else."""

from dataclasses import replace

import pytest

from hub_app.simulate.generate import generate
from hub_app.simulate.instance import Coming, Instance
from hub_app.simulate.whatif import BadChange, Changes, changed, read_changes

WEEK = tuple(generate("typical", seed) for seed in range(1, 6))
HOUSING = [one.name for one in WEEK[0].services].index("housing")


def asked(*desks: str, move: str = "", greeter: bool = False) -> Changes:
    found = read_changes(desks, [move] if move else [], has_second_greeter=greeter)
    assert isinstance(found, Changes), found
    return found


def made(days: tuple[Instance, ...], changes: Changes) -> tuple[Instance, ...]:
    found = changed(days, changes)
    assert isinstance(found, tuple), found
    return found


def for_housing(day: Instance) -> list[Coming]:
    return [one for one in day.families if HOUSING in one.needs and not one.stays_away]


def is_there(day: Instance) -> bool:
    return any(desk.service == HOUSING for desk in day.desks)


def test_nothing_asked_is_nothing_changed() -> None:
    assert not asked()
    assert made(WEEK, asked()) == WEEK


def test_a_second_greeter_and_a_desk_are_there_in_every_session() -> None:
    for before, after in zip(WEEK, made(WEEK, asked("Baby-Bank+2", greeter=True)), strict=True):
        assert after.greeters == before.greeters + 1
        assert after.desks[: len(before.desks)] == before.desks
        added = after.desks[len(before.desks) :]
        assert [after.services[desk.service].name for desk in added] == ["baby_bank"] * 2
        assert all(desk.windows == ((0.0, after.close),) for desk in added)
        assert after.families == before.families


def test_the_last_desk_taken_away_leaves_a_service_nobody_can_be_called_to() -> None:
    after = made(WEEK, asked("housing-9"))
    assert not any(is_there(day) for day in after)


def test_a_service_that_moves_is_there_on_its_weekday_only() -> None:
    after = made(WEEK, asked(move="housing:thu"))
    assert [is_there(day) for day in after] == [False, False, False, True, False]
    assert [day.services for day in after] == [day.services for day in WEEK]


def test_whoever_is_turned_away_comes_again_on_that_weekday_for_that_need() -> None:
    after = made(WEEK, asked(move="housing:thu"))
    came = [one for one in after[3].families if one not in WEEK[3].families]
    assert {family.needs for family in came} == {(HOUSING,)}
    turned_away = [family for day in WEEK[:3] for family in for_housing(day)]
    assert len(after[3].families) == len(WEEK[3].families) + len(turned_away)
    minutes = sorted(family.minutes[HOUSING] for family in came)
    assert minutes == sorted(family.minutes[HOUSING] for family in turned_away)
    arrivals = [family.arrive for family in after[3].families]
    assert arrivals == sorted(arrivals)
    assert arrivals[-1] <= WEEK[3].last_arrival


def test_those_turned_away_on_friday_come_in_the_next_week() -> None:
    after = made(WEEK * 2, asked(move="housing:mon"))
    more = [len(a.families) - len(b.families) for a, b in zip(after, WEEK * 2, strict=True)]
    turned_away = sum(len(for_housing(day)) for day in WEEK[1:])
    assert more == [0, 0, 0, 0, 0, turned_away, 0, 0, 0, 0]


def test_a_service_comes_with_its_first_family_where_nobody_asked_for_it_before() -> None:
    small = generate("small", 1)
    after = made((*WEEK[:3], small), asked(move="housing:thu"))
    assert after[3].services[-1].name == "housing"
    assert after[3].desks[-1].service == len(small.services)


def test_an_interpreter_comes_along_where_the_hall_has_none() -> None:
    silent = replace(WEEK[3], interpreters=())
    speaking = [
        replace(family, language="ar") if HOUSING in family.needs else family
        for family in WEEK[0].families
    ]
    days = (replace(WEEK[0], families=tuple(speaking)), *WEEK[1:3], silent)
    after = made(days, asked(move="housing:thu"))
    assert "ar" in {one.language for one in after[3].interpreters}


@pytest.mark.parametrize(
    ("desks", "moves", "said"),
    [
        (["money"], [], "--desk is written as"),
        (["money+0"], [], "--desk is written as"),
        ([], ["housing"], "--move is written as"),
        ([], ["housing:sun"], "mon to fri"),
        ([], ["housing:thu", "housing:mon"], "one weekday only"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(desks: list[str], moves: list[str], said: str) -> None:
    found = read_changes(desks, moves, has_second_greeter=False)
    assert isinstance(found, BadChange)
    assert said in found.sentence


@pytest.mark.parametrize(
    ("days", "changes", "said"),
    [
        (
            WEEK,
            Changes(desks=(("taxi", 1),)),
            "No session here offers 'taxi'. They offer baby_bank",
        ),
        (WEEK[:3], Changes(moves=(("housing", "thu"),)), "there are only 3"),
    ],
)
def test_what_these_sessions_do_not_have_is_one_sentence(
    days: tuple[Instance, ...], changes: Changes, said: str
) -> None:
    found = changed(days, changes)
    assert isinstance(found, BadChange)
    assert said in found.sentence


def test_what_is_assumed_is_said() -> None:
    said = " ".join(asked("money+1", move="housing:thu", greeter=True).sentences)
    assert "One more person at the welcome." in said
    assert "One desk more for money" in said
    assert "on the next Thursday" in said
