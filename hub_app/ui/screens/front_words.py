"""The words of the front: what comes next for a family, how full it is, who interprets here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hub_app.core.capacity import Fullness, Level
from hub_app.core.clock import MINUTE_MILLIS
from hub_app.core.house import Capacity
from hub_app.core.pack import Pack
from hub_app.core.ranges import Range
from hub_app.core.routing import Because
from hub_app.core.visit import Stage
from hub_app.ui.formats import about_minutes, minutes
from hub_app.ui.parts import Sign
from hub_app.ui.parts.person import Said
from hub_app.ui.screens.desk_why import Here, signs_of, what_is_in_the_way
from hub_app.ui.screens.desk_words import services_in_words, who
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Tone
from hub_app.view.arranged import NOTHING, ArrangedRow
from hub_app.view.front import Ahead, Astray
from hub_app.view.people import PersonRow

LEAVING_SOON_MINUTES = 30
_NOTHING_AHEAD = Ahead()


@dataclass(frozen=True, eq=False)
class Told:
    """What the lines are said with, and now (milliseconds).

    By visit, what is ahead of them and what was arranged.
    """

    here: Here
    now: int
    ahead: Mapping[str, Ahead] = field(default_factory=dict[str, Ahead])
    arranged: Mapping[str, ArrangedRow] = field(default_factory=dict[str, ArrangedRow])


def said_of(told: Told, row: PersonRow, wait: Range | None) -> Said:
    """Give what a family's line says; a wait nobody can tell yet is left out."""
    ahead = told.ahead.get(row.visit, _NOTHING_AHEAD)
    is_waiting = row.stage is Stage.WAITING and not row.is_on_hold
    signs = arranged_signs(told, told.arranged.get(row.visit, NOTHING))
    if ahead.nobody_for:
        services = services_in_words(told.here.pack, ahead.nobody_for)
        said = _("No desk for {services} any more today", services=services)
        signs = (Sign(said, "EVENT_BUSY", Tone.WARN), *signs)
    return Said(
        wanted=services_in_words(told.here.pack, row.services),
        soon=about_minutes(wait) if wait is not None and is_waiting else "",
        note=_note(told, row, ahead),
        arranged=signs,
    )


def arranged_signs(told: Told, arranged: ArrangedRow) -> tuple[Sign, ...]:
    """Give what was arranged as signs; when they must go presses only as it comes near."""
    others = signs_of(told.here, replace(arranged, leave_by=None))
    if arranged.leave_by is None:
        return others
    return (_leaving(arranged.leave_by, told), *others)


def _leaving(leave_by: int, told: Told) -> Sign:
    time = told.here.at(leave_by)
    left = (leave_by - told.now) // MINUTE_MILLIS
    if left < 0:
        return Sign(_("Had to leave by {time}", time=time), "DIRECTIONS_RUN", Tone.WARN)
    if left > LEAVING_SOON_MINUTES:
        return Sign(_("Must leave by {time}", time=time), "DIRECTIONS_RUN")
    said = _("Must leave by {time}: {within}", time=time, within=minutes(left, is_short=True))
    return Sign(said, "DIRECTIONS_RUN", Tone.WARN)


def _note(told: Told, row: PersonRow, ahead: Ahead) -> str:
    if ahead.blocked is None:
        return next_words(told.here.pack, row, ahead)
    arranged = told.arranged.get(row.visit, NOTHING)
    why = what_is_in_the_way(told.here, ahead.blocked, arranged)
    return _("Not called just now. {why}.", why=why)


def next_words(pack: Pack, row: PersonRow, ahead: Ahead) -> str:
    """Say which desk calls them next and why; nothing while others come first."""
    desk = ahead.desk
    if not desk:
        return ""
    match ahead.why:
        case Because.URGENT:
            return _("Next at {desk}: urgent", desk=desk)
        case Because.APPOINTMENT:
            return _("Next at {desk}: their appointment", desk=desk)
        case Because.LEAVING_SOON:
            return _("Next at {desk}: they must leave soon", desk=desk)
        case Because.LAST_STOP:
            return _("Next at {desk}: their last stop", desk=desk)
        case Because.NEEDED_BEFORE:
            other = pack.service(ahead.about).short
            return _("Next at {desk}: needed before {service}", desk=desk, service=other)
        case Because.HERE_LONG:
            here = minutes(row.minutes, is_short=True)
            return _("Next at {desk}: here {time}", desk=desk, time=here)
        case _:
            return _("Next at {desk}", desk=desk)


def astray_words(lost: Astray) -> str:
    """Say that a hand-over has not arrived, and what can be done."""
    return _(
        "{who} was sent from {desk} to {to} {time} ago and is not there yet. Please look for them.",
        who=who(lost.row),
        desk=lost.from_desk,
        to=lost.row.to_desk,
        time=minutes(lost.minutes),
    )


def full_sign(full: Fullness, capacity: Capacity | None) -> Sign:
    """Say how many people are here, and how many the hall still takes."""
    crowd = full.crowd
    people = ngettext("{n} person", "{n} people", crowd.people)
    if capacity is None or full.level is None or full.places is None:
        here = _("{people} here", people=people)
        if crowd.unknown:
            here = _("{people} or more here", people=people)
        return Sign(here, "GROUPS_OUTLINED")
    count = _("{n} of {most} here", n=crowd.people, most=capacity.red)
    if crowd.unknown:
        count = _("at least {n} of {most} here", n=crowd.people, most=capacity.red)
    if full.level is Level.RED:
        return Sign(_("Full: {count}", count=count), "BLOCK", Tone.URGENT)
    places = ngettext("{n} place", "{n} places", full.places)
    words = _("{count} · {places}", count=count, places=places)
    if full.level is Level.AMBER:
        return Sign(_("Nearly full: {count}", count=words), "GROUPS_OUTLINED", Tone.WARN)
    return Sign(words, "GROUPS_OUTLINED", Tone.GOOD)


def interpreters_words(pack: Pack, here: Mapping[str, int]) -> str:
    """Say who interprets in the hall now: `Arabic 2 · Polish 1`."""
    known = [
        _("{language} {n}", language=pack.spoken(code).name, n=number)
        for code, number in here.items()
        if number
    ]
    return " · ".join(known) if known else _("nobody in the hall: by phone or video")
