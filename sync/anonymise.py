"""The only place that sees a visit and a record: it cuts visits into rows that cannot be joined."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from hub_app.core.answers import Answers
from hub_app.core.counts import contacts_of
from hub_app.core.events import Gain
from hub_app.core.pack import Pack
from hub_app.core.session import Session
from hub_app.core.visit import OPEN, Visit
from hub_app.core.waits import wait_minutes
from sync.record import CONTACT_SERVICES, VOCABULARY, Closing, Fragment

NO_SERVICE = "no_service_today"
_WAIT_BANDS = ((10, "0-10"), (20, "11-20"), (40, "21-40"))
_GAIN_BANDS = ((499, "1-499"), (1999, "500-1999"))
_GROUP_ANSWERS = {"none": ("none_of_these",), "rather_not_say": ("rather_not_say",)}


def _known(field: str, code: str | None, otherwise: str) -> str:
    """Give a code the record names; anything else, also from a newer tablet, is not told apart."""
    return code if code in VOCABULARY[field] else otherwise


def _band(bands: tuple[tuple[int, str], ...], amount: int, above: str) -> str:
    return next((name for top, name in bands if amount <= top), above)


def _half_day(session: Session, visit: Visit) -> str:
    zone_offset = timedelta(minutes=session.utc_offset_minutes)
    local = datetime.fromtimestamp(visit.arrived_at / 1000, UTC) + zone_offset
    return "am" if local.hour < 12 else "pm"


def _results(pack: Pack, visit: Visit) -> tuple[tuple[str, str], ...]:
    """Give the visit's pairs of need category and result, each once; what was left got none."""
    pairs = (
        (
            _known("need", pack.report_as(need.code), "other"),
            _known("result", pack.outcome(need.outcome).result, "advice_only")
            if need.outcome is not None and need.settled != OPEN
            else NO_SERVICE,
        )
        for need in visit.needs
    )
    return tuple(dict.fromkeys(pairs))


def _groups(answers: Answers) -> tuple[str, ...]:
    if answers.groups_answer is None:
        return ("not_asked",)
    fixed = _GROUP_ANSWERS.get(answers.groups_answer)
    if fixed is not None:
        return fixed
    ticked = dict.fromkeys(g for g in answers.groups if g in VOCABULARY["group"])
    return tuple(ticked) or ("rather_not_say",)


def _services(pack: Pack, visit: Visit) -> tuple[str, ...]:
    """Give the services seen, under the names they may be counted by; private ones have none."""
    named = (pack.service(service).report_as for service in contacts_of(visit))
    return tuple(dict.fromkeys(name for name in named if name in CONTACT_SERVICES))


def _source(gains: tuple[Gain, ...]) -> str:
    sources = {_known("gain_source", gain.source, "other") for gain in gains}
    return sources.pop() if len(sources) == 1 else "any"


def _rows(
    pack: Pack, session: Session, visit: Visit, answers: Answers
) -> Iterator[tuple[str, Mapping[str, str], int]]:
    """Cut one visit: (kind, facts, pounds), every fact a code the record names."""
    visit_type = _known("visit_type", answers.visit_type, "not_said")
    end = visit.arrived_at if visit.ended_at is None else visit.ended_at
    waited = wait_minutes(visit, end)
    yield "visit", {"half_day": _half_day(session, visit), "visit_type": visit_type}, 0
    yield "wait", {"wait_band": _band(_WAIT_BANDS, waited, "41+")}, 0
    results, groups = _results(pack, visit), _groups(answers)
    for need, result in results:
        yield "need", {"need": need, "result": result}, 0
    for service in _services(pack, visit) or ("none_seen",):
        yield "service", {"service": service}, 0
    for group in groups:
        for need in dict.fromkeys(need for need, _ in results):
            yield "priority_need", {"group": group, "need": need}, 0
        for result in dict.fromkeys(result for _, result in results):
            yield "priority_result", {"group": group, "result": result}, 0
    gains = tuple(gain for stop in visit.stops for gain in stop.gains if gain.pounds > 0)
    if gains:
        pounds = sum(gain.pounds for gain in gains)
        band = _band(_GAIN_BANDS, pounds, "2000+")
        yield "gain", {"gain_band": band, "gain_source": _source(gains)}, pounds
    language = answers.language or visit.language
    if language is not None:
        yield "language", {"language": _known("language", language, "another_language")}, 0
    if answers.heard is not None:
        yield "referral", {"referral": _known("referral", answers.heard, "other")}, 0
    yield "area", {"area": _known("area", answers.area, "not_said")}, 0
    if visit_type.startswith("first"):  # counted once a year: on the first visit of it
        yield "work_status", {"work": _known("work", answers.work, "not_said")}, 0


def fragments_of(session: Session, pack: Pack) -> tuple[Fragment, ...]:
    """Cut every visit of a session into fragments; their `visit` is a key for this device only."""
    day = date.fromisoformat(session.day)
    cut: list[Fragment] = []
    for visit in session.visits.values():
        answers = session.answers.get(visit.id, Answers())
        is_first = answers.visit_type == "first_ever"
        for kind, facts, pounds in _rows(pack, session, visit, answers):
            cut.append(Fragment(kind, visit.id, day, is_first, facts, pounds))
    return tuple(cut)


def closing_of(session: Session, pack: Pack) -> Closing:
    """Give the closing count of a session: what anybody in the hall could see."""
    contacts = dict.fromkeys(CONTACT_SERVICES, 0)
    for visit in session.visits.values():
        for service in _services(pack, visit):
            contacts[service] += 1
    seen = {service: n for service, n in contacts.items() if n}
    return Closing(date.fromisoformat(session.day), session.opening, len(session.visits), seen)
