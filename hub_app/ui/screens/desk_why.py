"""Why somebody is next at a desk, what is in the way of others, and what was arranged with them."""

from dataclasses import dataclass, replace

from hub_app.core.pack import Pack
from hub_app.core.routing import Because, Block
from hub_app.ui.formats import clock, minutes
from hub_app.ui.parts import Sign
from hub_app.ui.strings import _
from hub_app.ui.tokens import Tone
from hub_app.view.arranged import ArrangedRow
from hub_app.view.desk import InTheWay, NextRow


@dataclass(frozen=True)
class Here:
    """What these sentences are said with: the pack, and the offset of the hall's clock."""

    pack: Pack
    offset_minutes: int = 0

    def at(self, millis: int | None) -> str:
        """Give a time of day; empty for none."""
        return "" if millis is None else clock(millis, self.offset_minutes)

    def service(self, code: str) -> str:
        """Give a service's short name; empty for none."""
        return self.pack.service(code).short if code else ""


def why_next(here: Here, row: NextRow) -> str:
    """Say in one plain sentence why this family is next."""
    match row.why:
        case Because.URGENT:
            return _("Next because it is urgent. Here for {time}.", time=minutes(row.row.minutes))
        case Because.APPOINTMENT:
            at = here.at(row.arranged.appointment_at)
            return _("Next because their appointment is at {time}.", time=at)
        case Because.LEAVING_SOON:
            at = here.at(row.arranged.leave_by)
            return _("Next because they must leave by {time}.", time=at)
        case Because.LAST_STOP:
            return _("Next because this is the last thing they are here for.")
        case Because.NEEDED_BEFORE:
            other = here.service(row.about)
            return _("Next because they need this before {service}.", service=other)
        case Because.HERE_LONG if row.is_longest:
            return _("Next because they are here longest: {time}.", time=minutes(row.row.minutes))
        case Because.HERE_LONG:
            return _("Next because they are here {time}.", time=minutes(row.row.minutes))
        case Because.FREE_NOW:
            return _("Next because this desk is free now.")


def what_is_in_the_way(here: Here, way: InTheWay, arranged: ArrangedRow) -> str:
    """Say in a few words why a family is not called by turn now."""
    match way.block:
        case Block.AFTER:
            return _("After {service} first", service=here.service(way.first))
        case Block.NOT_YET:
            return _("Appointment at {time}", time=here.at(arranged.appointment_at))
        case Block.NO_INTERPRETER:
            language = here.pack.spoken(arranged.interpreter).name
            return _("Waiting for the {language} interpreter", language=language)
        case Block.PAST_LEAVE_BY:
            at = here.at(arranged.leave_by)
            return _("Would not be done before they must leave at {time}", time=at)
        case Block.MISSES_APPOINTMENT:
            at = here.at(arranged.appointment_at)
            return _("Would miss their appointment at {time}", time=at)


_ACCESS_ICONS = {
    "quiet": "VOLUME_OFF_OUTLINED",
    "step_free": "ACCESSIBLE",
    "buggy": "STROLLER_OUTLINED",
    "hearing_loop": "HEARING",
}


def what_else(way: InTheWay, arranged: ArrangedRow) -> ArrangedRow:
    """Give the arrangements that `what_is_in_the_way` has not said already."""
    match way.block:
        case Block.AFTER:
            return arranged
        case Block.NO_INTERPRETER:
            return replace(arranged, interpreter="")
        case Block.PAST_LEAVE_BY:
            return replace(arranged, leave_by=None)
        case Block.NOT_YET | Block.MISSES_APPOINTMENT:
            return replace(arranged, appointment_at=None)


def signs_of(here: Here, arranged: ArrangedRow) -> tuple[Sign, ...]:
    """Give what was arranged with a family as signs: times first, then who interprets, access."""
    signs: list[Sign] = []
    if arranged.leave_by is not None:
        words = _("Must leave by {time}", time=here.at(arranged.leave_by))
        signs.append(Sign(words, "DIRECTIONS_RUN", Tone.WARN))
    if arranged.appointment_at is not None:
        at, service = here.at(arranged.appointment_at), here.service(arranged.appointment_service)
        words = _("Appointment {time} · {service}", time=at, service=service)
        signs.append(Sign(words, "EVENT_OUTLINED", Tone.CALM))
    if arranged.interpreter:
        language = here.pack.spoken(arranged.interpreter).name
        words = (
            _("{language} interpreter, in the hall", language=language)
            if arranged.is_in_hall
            else _("{language} interpreter, by phone", language=language)
        )
        signs.append(Sign(words, "TRANSLATE", Tone.CALM))
    known = {choice.id: choice.short for choice in here.pack.access}
    signs += [
        Sign(known.get(code, code), _ACCESS_ICONS.get(code, "ACCESSIBILITY_NEW"))
        for code in arranged.access
    ]
    return tuple(signs)
