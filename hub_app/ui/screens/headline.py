"""The whole plan in one line: where next and why, and when the rest."""

from collections.abc import Sequence

from hub_app.core.routing import Block
from hub_app.core.stops import PlanWhy
from hub_app.ui.formats import about_minutes
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.strings import _
from hub_app.view.triage import StopRow


def headline(here: Here, stops: Sequence[StopRow]) -> str:
    """Say the whole plan, empty for none: `Energy next: free now. Housing: in a few minutes`."""
    if not stops:
        return ""
    return " ".join([_next(here, stops[0]), *(_later(here, stop) for stop in stops[1:])])


def _next(here: Here, stop: StopRow) -> str:
    place = here.service(stop.service)
    if stop.block is Block.NOT_YET:
        time = here.at(stop.appointment_at)
        return _("{place} next: at {time}, as arranged.", place=place, time=time)
    if stop.block is Block.NO_INTERPRETER:
        language = here.pack.spoken(stop.interpreter or "").name
        return _(
            "{place} next, when who interprets {language} is free.", place=place, language=language
        )
    if stop.block is not None or stop.after:
        return _later(here, stop)
    if stop.is_urgent and stop.why is PlanWhy.FREE_NOW:
        return _("{place} next: urgent, and free now.", place=place)
    if stop.is_urgent and stop.why is PlanWhy.WAITING:
        return _("{place} next: urgent, so before others.", place=place)
    return _next_in_turn(here, stop, place)


def _next_in_turn(here: Here, stop: StopRow, place: str) -> str:
    match stop.why:
        case PlanWhy.FREE_NOW:
            return _("{place} next: free now.", place=place)
        case PlanWhy.WAITING if stop.soon is not None:
            return _("{place} next: {soon}.", place=place, soon=about_minutes(stop.soon))
        case PlanWhy.WAITING:
            return _("{place} next: they wait their turn.", place=place)
        case PlanWhy.EXPECTED if not stop.is_late:
            return _("{place} next: from {time}.", place=place, time=here.at(stop.expected_from))
        case PlanWhy.ON_BREAK:
            return _("{place} next: after its break.", place=place)
        case PlanWhy.BY_GREETER:
            return _("{place} next: you can help.", place=place)
        case PlanWhy.NOT_HERE:
            return _("{place} is not here today.", place=place)
        case _:
            return _("{place} next: when its desk opens.", place=place)


def _later(here: Here, stop: StopRow) -> str:
    place = here.service(stop.service)
    if stop.why is PlanWhy.NOT_HERE:
        return _("{place} is not here today.", place=place)
    if stop.after:
        return _("{place} after {service}.", place=place, service=here.service(stop.after))
    match stop.block:
        case Block.NOT_YET:
            time = here.at(stop.appointment_at)
            return _("{place} at {time}, as arranged.", place=place, time=time)
        case Block.PAST_LEAVE_BY:
            return _("{place} would end after they must leave.", place=place)
        case Block.MISSES_APPOINTMENT:
            return _("{place} after their appointment.", place=place)
        case _:
            return _later_in_turn(here, stop, place)


def _later_in_turn(here: Here, stop: StopRow, place: str) -> str:
    match stop.why:
        case PlanWhy.EXPECTED if not stop.is_late:
            return _("{place} from {time}.", place=place, time=here.at(stop.expected_from))
        case PlanWhy.ON_BREAK:
            return _("{place} after its break.", place=place)
        case PlanWhy.BY_GREETER:
            return _("{place}: you can help.", place=place)
        case PlanWhy.NOBODY_YET | PlanWhy.EXPECTED:
            return _("{place} when its desk opens.", place=place)
        case _ if stop.soon is not None:
            return _("{place}: {soon}.", place=place, soon=about_minutes(stop.soon))
        case _:
            return _("{place} after that.", place=place)
