"""The golden sentences: what a greeter reads of each stop, and of the whole plan, word for word."""

from dataclasses import replace

import pytest

from hub_app.core.ranges import Range
from hub_app.core.routing import Block
from hub_app.core.stops import PlanWhy
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.screens.headline import headline
from hub_app.ui.screens.reasons import sign_of, why_there
from hub_app.view.triage import StopRow
from tests.support.hall import DAY, scotland
from tests.ui.screens.running_hall import RunningHall

CLOCK = RunningHall().clock
ELEVEN, TWO = CLOCK.at(DAY, 11 * 60), CLOCK.at(DAY, 14 * 60)
HERE = Here(scotland())
FREE = StopRow("energy", ("energy_bill",), "Table 1", 0, is_busy=False, why=PlanWhy.FREE_NOW)
QUEUE = replace(FREE, why=PlanWhy.WAITING, ahead=2, soon=Range(6, 12, 14))
BREAK = replace(FREE, why=PlanWhy.ON_BREAK)
EXPECTED = replace(FREE, why=PlanWhy.EXPECTED, expected_from=ELEVEN)
LATE = replace(EXPECTED, is_late=True)
GONE = replace(FREE, why=PlanWhy.NOT_HERE, desk="")
SHUT = replace(GONE, why=PlanWhy.NOBODY_YET)
MINE = replace(GONE, service="greeter", why=PlanWhy.BY_GREETER)
NEXT = replace(FREE, why=PlanWhy.WAITING, is_busy=True, soon=Range(0, 0, 3))
MONEY = replace(
    FREE, service="money", needs=("debt_bills",), soon=Range(21, 31, 38), before="energy"
)
DUE = replace(FREE, appointment_at=TWO)

SENTENCES = (
    # situation, what is said of the stop, what is said of it when it is next
    (FREE, "Free now.", "Energy advice next: free now."),
    (
        QUEUE,
        "2 families wait there before them: about 5 to 15 minutes.",
        "Energy advice next: about 5 to 15 minutes.",
    ),
    (
        replace(QUEUE, ahead=1, soon=None),
        "1 family waits there before them: we can’t say yet.",
        "Energy advice next: they wait their turn.",
    ),
    (
        NEXT,
        "With somebody now. They are next: in a few minutes.",
        "Energy advice next: in a few minutes.",
    ),
    (
        BREAK,
        "On a break just now. They will be called when it is back.",
        "Energy advice next: after its break.",
    ),
    (EXPECTED, "Not here yet: from 11:00.", "Energy advice next: from 11:00."),
    (LATE, "Expected at 11:00, and not here yet.", "Energy advice next: when its desk opens."),
    (
        GONE,
        "Not here today. They stay in case somebody comes.",
        "Energy advice is not here today.",
    ),
    (
        replace(GONE, is_urgent=True),
        "Not here today. Stay with them, and do what it says under ‘What to do’.",
        "Energy advice is not here today.",
    ),
    (
        SHUT,
        "No desk has opened yet. They keep their place until one does.",
        "Energy advice next: when its desk opens.",
    ),
    (MINE, "You can help with this here and now.", "Welcome next: you can help."),
    (
        replace(MONEY, after="welfare"),
        "After Welfare rights, which has to come first.",
        "Money advice after Welfare rights.",
    ),
    (
        replace(FREE, block=Block.NO_INTERPRETER, interpreter="pl"),
        "Free now, but who interprets Polish is with another family.",
        "Energy advice next, when who interprets Polish is free.",
    ),
    (
        replace(MONEY, block=Block.PAST_LEAVE_BY, leave_by=TWO),
        "Would end after they must leave at 14:00.",
        "Money advice would end after they must leave.",
    ),
    (
        replace(DUE, why=PlanWhy.WAITING, block=Block.NOT_YET),
        "Their appointment is at 14:00.",
        "Energy advice next: at 14:00, as arranged.",
    ),
    (DUE, "Their appointment at 14:00 comes before others.", "Energy advice next: free now."),
    (
        replace(MONEY, block=Block.MISSES_APPOINTMENT),
        "After their appointment: there is too little time before it.",
        "Money advice after their appointment.",
    ),
    (
        replace(FREE, is_urgent=True),
        "Urgent, and free now.",
        "Energy advice next: urgent, and free now.",
    ),
    (
        replace(NEXT, is_urgent=True),
        "Urgent: they are next when the desk is free.",
        "Energy advice next: urgent, so before others.",
    ),
    (
        replace(QUEUE, is_urgent=True, ahead=1),
        "Urgent: 1 family that is urgent too comes before them.",
        "Energy advice next: urgent, so before others.",
    ),
    (MONEY, "Free now, so straight after Energy advice.", "Money advice next: free now."),
)  # fmt: skip

LATER = (
    (MONEY, "Money advice: about 20 to 40 minutes."),
    (replace(MONEY, soon=None, why=PlanWhy.WAITING), "Money advice after that."),
    (replace(MONEY, soon=Range(40, 55, 64)), "Money advice: about 40 minutes to 1 hour 5 min."),
    (BREAK, "Energy advice after its break."),
    (EXPECTED, "Energy advice from 11:00."),
    (LATE, "Energy advice when its desk opens."),
    (SHUT, "Energy advice when its desk opens."),
    (MINE, "Welcome: you can help."),
    (GONE, "Energy advice is not here today."),
    (replace(DUE, block=Block.NOT_YET), "Energy advice at 14:00, as arranged."),
)


@pytest.mark.parametrize(("stop", "said", "_next"), SENTENCES)
def test_a_stop_says_why_it_stands_there(stop, said, _next):
    assert why_there(HERE, stop) == said
    assert all(sign_of(stop))


@pytest.mark.parametrize(("stop", "_said", "first"), SENTENCES)
def test_the_plan_says_where_next_and_why(stop, _said, first):
    assert headline(HERE, [stop]) == first


@pytest.mark.parametrize(("stop", "said"), LATER)
def test_the_plan_says_when_the_rest(stop, said):
    housing = replace(FREE, service="housing")
    assert headline(HERE, [housing, stop]) == f"Housing next: free now. {said}"


def test_nothing_chosen_is_no_plan():
    assert headline(HERE, []) == ""


def test_beside_a_narrower_range_no_minutes_are_said():
    assert why_there(HERE, QUEUE, is_timed=False) == "2 families wait there before them."
    assert why_there(HERE, NEXT, is_timed=False) == "With somebody now. They are next."
