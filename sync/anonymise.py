"""The only place that sees a visit and a record: it cuts visits into rows that cannot be joined."""

from datetime import UTC, date, datetime, timedelta

from hub_app.core.answers import Answers
from hub_app.core.counts import contacts_of
from hub_app.core.events import Gain
from hub_app.core.pack import Pack
from hub_app.core.session import Session
from hub_app.core.visit import OPEN, UNMET, Visit
from hub_app.core.waits import wait_minutes
from sync.cutting import NO_SERVICE, Gained, VisitInCodes, cut, gained, half_day
from sync.record import CONTACT_SERVICES, VOCABULARY, Closing, Fragment

_GROUP_ANSWERS = {"none": ("none_of_these",), "rather_not_say": ("rather_not_say",)}


def _known(field: str, code: str | None, otherwise: str) -> str:
    """Give a code the record names; anything else, also from a newer tablet, is not told apart."""
    return code if code in VOCABULARY[field] else otherwise


def _hour(session: Session, visit: Visit) -> int:
    zone_offset = timedelta(minutes=session.utc_offset_minutes)
    return (datetime.fromtimestamp(visit.arrived_at / 1000, UTC) + zone_offset).hour


def _results(pack: Pack, visit: Visit) -> tuple[tuple[str, str], ...]:
    """Give the visit's pairs of need category and result; what was left got none."""
    return tuple(
        (
            _category(pack, need.code),
            _known("result", pack.outcome(need.outcome).result, "advice_only")
            if need.outcome is not None and need.settled != OPEN
            else NO_SERVICE,
        )
        for need in visit.needs
    )


def _unmet(pack: Pack, visit: Visit) -> tuple[tuple[str, str], ...]:
    """Give the pairs of need category and reason of what nobody here could serve."""
    return tuple(
        (_category(pack, need.code), _known("reason", need.reason, "other"))
        for need in visit.needs
        if need.settled == UNMET
    )


def _category(pack: Pack, need: str) -> str:
    return _known("need", pack.report_as(need), "other")


def _groups(answers: Answers) -> tuple[str, ...]:
    if answers.groups_answer is None:
        return ("not_asked",)
    fixed = _GROUP_ANSWERS.get(answers.groups_answer)
    if fixed is not None:
        return fixed
    ticked = tuple(group for group in answers.groups if group in VOCABULARY["group"])
    return ticked or ("rather_not_say",)


def _services(pack: Pack, visit: Visit) -> tuple[str, ...]:
    """Give the services seen, under the names they may be counted by; private ones have none."""
    named = (pack.service(service).report_as for service in contacts_of(visit))
    return tuple(dict.fromkeys(name for name in named if name in CONTACT_SERVICES))


def _gained(visit: Visit) -> Gained | None:
    gains: list[Gain] = [gain for stop in visit.stops for gain in stop.gains if gain.pounds > 0]
    sources = {_known("gain_source", gain.source, "other") for gain in gains}
    source = sources.pop() if len(sources) == 1 else "any"
    return gained(sum(gain.pounds for gain in gains), source)


def _in_codes(pack: Pack, session: Session, visit: Visit) -> VisitInCodes:
    """Say one visit in the record's codes."""
    answers = session.answers.get(visit.id, Answers())
    language = answers.language or visit.language
    heard = answers.heard
    return VisitInCodes(
        visit=visit.id,
        day=date.fromisoformat(session.day),
        half_day=half_day(_hour(session, visit)),
        visit_type=_known("visit_type", answers.visit_type, "not_said"),
        wait_minutes=wait_minutes(
            visit, visit.arrived_at if visit.ended_at is None else visit.ended_at
        ),
        needs=_results(pack, visit),
        unmet=_unmet(pack, visit),
        services=_services(pack, visit),
        gained=_gained(visit),
        groups=_groups(answers),
        language=None if language is None else _known("language", language, "another_language"),
        referral=None if heard is None else _known("referral", heard, "other"),
        area=_known("area", answers.area, "not_said"),
        work=_known("work", answers.work, "not_said"),
    )


def fragments_of(session: Session, pack: Pack) -> tuple[Fragment, ...]:
    """Cut every visit of a session into fragments; their `visit` is a key for this device only."""
    visits = session.visits.values()
    return tuple(each for visit in visits for each in cut(_in_codes(pack, session, visit)))


def closing_of(session: Session, pack: Pack) -> Closing:
    """Give the closing count of a session: what anybody in the hall could see."""
    contacts = dict.fromkeys(CONTACT_SERVICES, 0)
    for visit in session.visits.values():
        for service in _services(pack, visit):
            contacts[service] += 1
    seen = {service: n for service, n in contacts.items() if n}
    return Closing(date.fromisoformat(session.day), session.opening, len(session.visits), seen)
