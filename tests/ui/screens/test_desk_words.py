"""The golden sentences of a desk: why somebody is next, what is in the way, what was arranged."""

from collections.abc import Callable

import pytest

from hub_app.core.events import Arranged
from hub_app.core.visit import Visit
from hub_app.ui.screens.desk_walk import receipt_words
from hub_app.ui.screens.desk_why import Here, signs_of, what_is_in_the_way, why_next
from hub_app.view.desk import DeskView, desk_view
from tests.support.hall import MINUTE, done, need_for
from tests.ui.screens.running_hall import PACK, RunningHall

Situation = Callable[[RunningHall], str]


def _look(hall: RunningHall, desk: str) -> tuple[Here, DeskView]:
    view = desk_view(hall.hub.hall, desk, hall.hub.names)
    return Here(PACK, view.times.utc_offset_minutes), view


def _comes(hall: RunningHall, *services: str, urgent: str | None = None) -> Visit:
    return hall.family(*(need_for(service) for service in services), urgent=urgent)


def _arranged(hall: RunningHall, visit: Visit, **what: object) -> None:
    done(hall.hub.arrange(visit.id, Arranged(**what)))  # type: ignore[arg-type]


def _in(hall: RunningHall, minutes: int) -> int:
    return hall.hub.now() + minutes * MINUTE


def _urgent(hall: RunningHall) -> str:
    _comes(hall, "housing", urgent="homeless_tonight")
    hall.pass_minutes(12)
    return hall.desk("Housing", "housing")


def _due(hall: RunningHall) -> str:
    visit = _comes(hall, "housing", "energy")
    _arranged(hall, visit, appointment_service="housing", appointment_at=_in(hall, 15))
    hall.pass_minutes(12)
    return hall.desk("Housing", "housing")


def _leaving(hall: RunningHall) -> str:
    _arranged(hall, _comes(hall, "housing"), leave_by=_in(hall, 45))
    return hall.desk("Housing", "housing")


def _last_stop(hall: RunningHall) -> str:
    _comes(hall, "housing")
    hall.pass_minutes(3)
    return hall.desk("Housing", "housing")


def _needed_before(hall: RunningHall) -> str:
    hall.desk("Money advice", "money")
    _comes(hall, "welfare", "money")
    return hall.desk("Welfare rights", "welfare")


def _longest(hall: RunningHall) -> str:
    _comes(hall, "housing")
    hall.pass_minutes(42)
    return hall.desk("Housing", "housing")


def _long(hall: RunningHall) -> str:
    _comes(hall, "housing", "energy", "money")  # here longer, but with much still to come
    hall.pass_minutes(3)
    _comes(hall, "housing")
    hall.pass_minutes(42)
    return hall.desk("Housing", "housing")


def _free(hall: RunningHall) -> str:
    _comes(hall, "housing", "energy")
    return hall.desk("Housing", "housing")


WHY: dict[str, tuple[Situation, str]] = {
    "urgent": (_urgent, "Next because it is urgent. Here for 12 minutes."),
    "appointment": (_due, "Next because their appointment is at 13:45."),
    "leaving soon": (_leaving, "Next because they must leave by 14:15."),
    "last stop": (_last_stop, "Next because this is the last thing they are here for."),
    "needed before": (_needed_before, "Next because they need this before Money advice."),
    "here longest": (_longest, "Next because they are here longest: 42 minutes."),
    "here long": (_long, "Next because they are here 42 minutes."),
    "free now": (_free, "Next because this desk is free now."),
}


@pytest.mark.parametrize("name", WHY)
def test_why_somebody_is_next_is_said_in_one_plain_sentence(name: str):
    hall = RunningHall()
    situation, sentence = WHY[name]
    here, view = _look(hall, situation(hall))
    assert view.next is not None
    assert why_next(here, view.next) == sentence


def _after(hall: RunningHall) -> str:
    hall.desk("Welfare rights", "welfare")
    _comes(hall, "welfare", "money")
    return hall.desk("Money advice", "money")


def _not_yet(hall: RunningHall) -> str:
    visit = _comes(hall, "housing")
    _arranged(hall, visit, appointment_service="housing", appointment_at=_in(hall, 60))
    return hall.desk("Housing", "housing")


def _no_interpreter(hall: RunningHall) -> str:
    hall.hub.interpreters("pl", 1)
    busy = hall.serving(hall.desk("Energy", "energy"), need_for("energy"))
    _arranged(hall, busy, interpreter="pl")
    _arranged(hall, _comes(hall, "housing"), interpreter="pl")
    return hall.desk("Housing", "housing")


def _past_leave_by(hall: RunningHall) -> str:
    _arranged(hall, _comes(hall, "housing"), leave_by=_in(hall, 5))
    return hall.desk("Housing", "housing")


def _misses_appointment(hall: RunningHall) -> str:
    visit = _comes(hall, "housing", "energy")
    _arranged(hall, visit, appointment_service="energy", appointment_at=_in(hall, 10))
    return hall.desk("Housing", "housing")


IN_THE_WAY: dict[str, tuple[Situation, str]] = {
    "after": (_after, "After Welfare rights first"),
    "not yet": (_not_yet, "Appointment at 14:30"),
    "no interpreter": (_no_interpreter, "Waiting for the Polish interpreter"),
    "past leave-by": (_past_leave_by, "Would not be done before they must leave at 13:35"),
    "misses appointment": (_misses_appointment, "Would miss their appointment at 13:40"),
}


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_what_is_in_the_way_of_somebody_is_said_in_a_few_words(name: str):
    hall = RunningHall()
    situation, sentence = IN_THE_WAY[name]
    here, view = _look(hall, situation(hall))
    assert view.next is None
    ((visit, way),) = view.blocked.items()
    assert what_is_in_the_way(here, way, view.arranged[visit]) == sentence


def test_arrangements_are_said_times_first():
    hall = RunningHall()
    visit, housing = _comes(hall, "housing"), hall.desk("Housing", "housing")
    hall.hub.interpreters("pl", 1)
    _arranged(
        hall,
        visit,
        interpreter="pl",
        access=("buggy",),
        leave_by=_in(hall, 75),
        appointment_service="housing",
        appointment_at=_in(hall, 30),
    )
    here, view = _look(hall, housing)
    said = [sign.words for sign in signs_of(here, view.arranged[visit.id])]
    assert said == [
        "Must leave by 14:45",
        "Appointment 14:00 · Housing",
        "Polish interpreter, in the hall",
        "Buggy",
    ]
    hall.hub.interpreters("pl", 0)
    here, view = _look(hall, housing)
    assert "Polish interpreter, by phone" in [
        sign.words for sign in signs_of(here, view.arranged[visit.id])
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "Received after 0 seconds"),
        (1, "Received after 1 second"),
        (40, "Received after 40 seconds"),
        (120, "Received after 2 minutes"),
    ],
)
def test_how_long_a_handover_took_is_said_as_people_do(seconds: int, said: str):
    assert receipt_words(seconds) == said
