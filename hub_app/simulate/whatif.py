"""What if: another greeter, another desk, a service on another weekday."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hub_app.simulate.instance import Coming, Desk, Instance, Service

WEEK: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
_NAMES: dict[str, str] = dict(
    zip(WEEK, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), strict=True)
)
_DESK = re.compile(r"(?P<service>[\w -]{1,40})(?P<more>[+-][1-9])")
_MOVE = re.compile(r"(?P<service>[\w -]{1,40}):(?P<day>\w{1,12})")


@dataclass(frozen=True, slots=True)
class Changes:
    """What is tried: more people at the welcome, desks by service, services to weekdays."""

    greeters: int = 0
    desks: tuple[tuple[str, int], ...] = ()
    moves: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is tried at all."""
        return bool(self.greeters or self.desks or self.moves)

    @property
    def title(self) -> str:
        """What is tried, in a few words."""
        tried = [
            *(["one more greeter"] if self.greeters else []),
            *(f"{service}{more:+d}" for service, more in self.desks),
            *(f"{service} on {_NAMES[day]}" for service, day in self.moves),
        ]
        return f"What if: {', '.join(tried)}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is tried, and what is assumed for it."""
        said: list[str] = []
        if self.greeters:
            said.append("One more person at the welcome.")
        for service, more in self.desks:
            count = "One desk" if abs(more) == 1 else f"{abs(more)} desks"
            said.append(f"{count} {'more' if more > 0 else 'fewer'} for {service}, every session.")
        said.extend(
            f"{service} sits on {_NAMES[day]} only, with the desks it has that day. The sessions"
            " are taken as Monday to Friday, week after week. On other days its needs go unmet and"
            f" count so; those families come again on the next {_NAMES[day]}, at the same time,"
            " for that need."
            for service, day in self.moves
        )
        return tuple(said)


@dataclass(frozen=True, slots=True)
class BadChange:
    """Why something cannot be tried: one sentence."""

    sentence: str


def read_changes(
    desks: Iterable[str], moves: Iterable[str], *, has_second_greeter: bool
) -> Changes | BadChange:
    """Read changes as a person writes them: `money+1`, `housing:thu`."""
    more: list[tuple[str, int]] = []
    for text in desks:
        found = _DESK.fullmatch(text.strip())
        if found is None:
            return BadChange(f"--desk is written as money+1 or money-1, not {text!r}.")
        more.append((_plain(found["service"]), int(found["more"])))
    moved: list[tuple[str, str]] = []
    for text in moves:
        found = _MOVE.fullmatch(text.strip())
        day = found["day"].lower()[:3] if found else ""
        if found is None or day not in WEEK:
            return BadChange(
                f"--move is written as housing:thu, a service and a weekday from mon to fri,"
                f" not {text!r}."
            )
        moved.append((_plain(found["service"]), day))
    if len({service for service, _ in moved}) < len(moved):
        return BadChange("--move can send a service to one weekday only.")
    return Changes(int(has_second_greeter), tuple(more), tuple(moved))


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _place(day: Instance, service: str) -> int | None:
    names = [_plain(one.name) for one in day.services]
    return names.index(service) if service in names else None


def changed(days: Sequence[Instance], changes: Changes) -> tuple[Instance, ...] | BadChange:
    """Give the same days with the changes made, or say which cannot be."""
    bad = _impossible(days, changes)
    if bad:
        return BadChange(bad)
    made = [replace(day, greeters=day.greeters + changes.greeters) for day in days]
    for service, more in changes.desks:
        made = [_with_desks(day, service, more) for day in made]
    for service, weekday in changes.moves:
        made = _moved(made, service, WEEK.index(weekday))
    return tuple(made)


def _impossible(days: Sequence[Instance], changes: Changes) -> str | None:
    for service in (*dict(changes.desks), *dict(changes.moves)):
        if all(_place(day, service) is None for day in days):
            offered = sorted({one.name for day in days for one in day.services})
            return f"No session here offers {service!r}. They offer {', '.join(offered)}."
    for _, weekday in changes.moves:
        if len(days) <= WEEK.index(weekday):
            return (
                f"The sessions are taken as Monday, Tuesday and so on, and there are only"
                f" {len(days)}: nothing can move to a {_NAMES[weekday]}."
            )
    return None


def _with_desks(day: Instance, service: str, more: int) -> Instance:
    place = _place(day, service)
    if place is None:
        return day
    if more > 0:
        return replace(day, desks=(*day.desks, *[Desk(place, ((0.0, day.close),))] * more))
    its = [desk for desk in day.desks if desk.service == place]
    others = [desk for desk in day.desks if desk.service != place]
    return replace(day, desks=(*others, *its[:more]))


def _without(day: Instance, service: str) -> Instance:
    """The day with nobody there for a service: whoever needs it hears so at the welcome."""
    place = _place(day, service)
    if place is None:
        return day
    others = tuple(desk for desk in day.desks if desk.service != place)
    families = (
        replace(family, appointment=None)
        if family.appointment is not None and family.appointment[0] == place
        else family
        for family in day.families
    )
    return replace(day, desks=others, families=tuple(families))


def _moved(days: Sequence[Instance], service: str, weekday: int) -> list[Instance]:
    made: list[Instance] = []
    away: list[tuple[Instance, Coming]] = []
    for at, day in enumerate(days):
        if at % len(WEEK) == weekday:
            made.append(_joined(day, service, away))
            away = []
        else:
            made.append(_without(day, service))
            place = _place(day, service)
            away.extend((day, one) for one in day.families if _is_turned_away(one, place))
    return made


def _is_turned_away(family: Coming, place: int | None) -> bool:
    return place in family.needs and not family.stays_away


def _joined(day: Instance, service: str, away: Sequence[tuple[Instance, Coming]]) -> Instance:
    """The weekday on which the service sits, with the families who were turned away before."""
    if not away:
        return day
    if _place(day, service) is None:
        home = away[0][0]
        offered = home.services[_place(home, service) or 0]
        added = Service(offered.name, (), offered.history, offered.prior_minutes, offered.mean)
        desk = Desk(len(day.services), ((0.0, day.close),))
        day = replace(day, services=(*day.services, added), desks=(*day.desks, desk))
    spoken = {one.language for one in day.interpreters}
    brought = {
        one.language: replace(one, windows=((0.0, day.close),))
        for home, _ in away
        for one in home.interpreters
        if one.language not in spoken
    }
    came = [_coming_again(family, home, day, service) for home, family in away]
    return replace(
        day,
        interpreters=(*day.interpreters, *brought.values()),
        families=tuple(sorted((*day.families, *came), key=lambda one: one.arrive)),
    )


def _coming_again(family: Coming, home: Instance, day: Instance, service: str) -> Coming:
    """The same family on another day, for one need; nothing of theirs is later than the doors."""
    was, now = _place(home, service) or 0, _place(day, service) or 0
    earlier = max(0.0, family.arrive - (day.last_arrival or day.close))
    appointment = family.appointment
    has_appointment = appointment is not None and appointment[0] == was
    return replace(
        family,
        arrive=family.arrive - earlier,
        needs=(now,),
        minutes={now: family.minutes[was]},
        leave_by=None if family.leave_by is None else family.leave_by - earlier,
        appointment=(now, appointment[1] - earlier) if appointment and has_appointment else None,
        misses=frozenset({now} if was in family.misses else ()),
        handover=None,
    )
