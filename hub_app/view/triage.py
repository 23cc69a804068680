"""What a greeter has entered about an arrival so far, and where the hall can help with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hub_app.core.events import Line
from hub_app.core.forecast_quick import Guess
from hub_app.core.pack import Pack
from hub_app.core.ranges import Range, at_a_glance
from hub_app.core.room import Hall
from hub_app.core.routing import Block
from hub_app.core.stops import PlannedStop, PlanWhy
from hub_app.core.triage import NEW, Whose, lines_of, planned, suggest, urgent_needs
from hub_app.core.visit import NOTHING_ARRANGED, Arrangements, Visit
from hub_app.core.visit_fold import as_arranged
from hub_app.view.absence import KEEP, Absence, Offers, offer_for, offering
from hub_app.view.arrangements import Arranging, arranged

ROUTINE_NEED: Final = "money_check"  # what a yes to the routine enquiry is for
ENQUIRY: Final = "routine_enquiry"


@dataclass(frozen=True, slots=True)
class Draft:
    """An arrival half entered. None is *not asked*, and nothing is asked for anybody.

    `marked` is the protocol a greeter chose by hand; `is_calm` takes back the urgency that a need
    brings with it; `offers` say what is offered where nobody is here today; `order` is the order
    of services a greeter put in the place of ours; `enquiry` is yes, no or skipped; `arranging` is
    None while nobody touched what stands arranged.
    """

    needs: tuple[str, ...] = ()
    marked: str | None = None
    is_calm: bool = False
    offers: Offers = ()
    order: tuple[str, ...] = ()
    enquiry: str | None = None
    arranging: Arranging | None = None
    adults: int | None = None
    children: int | None = None
    area: str | None = None
    visit_type: str | None = None
    heard: str | None = None
    language: str | None = None
    name: str = ""

    @property
    def is_begun(self) -> bool:
        """Whether anything has been entered."""
        return self != Draft()


@dataclass(frozen=True, slots=True)
class StopRow:
    """One stop of a plan: the service and needs (codes), the desk's name, families ahead, and why.

    `is_busy` says that the desk has somebody with it now; `soon` is how long until they are called
    in this plan, in minutes, None when nobody can say; `before` the stop just before this one and
    `after` the service that must come first, else empty; `expected_from` when a desk that is not
    here yet is expected, `is_late` when that has gone by. `block` is what their arrangements say
    against it: `leave_by`, `appointment_at` (of this stop) and `interpreter` are theirs.
    """

    service: str
    needs: tuple[str, ...]
    desk: str
    ahead: int
    is_busy: bool
    why: PlanWhy
    soon: Range | None = None
    before: str = ""
    after: str = ""
    expected_from: int | None = None
    is_late: bool = False
    is_urgent: bool = False
    block: Block | None = None
    leave_by: int | None = None
    appointment_at: int | None = None
    interpreter: str | None = None


def toggled(draft: Draft, need: str) -> Draft:
    """Give the draft with a need chosen, or taken out when it was."""
    if need not in draft.needs:
        return replace(draft, needs=(*draft.needs, need), is_calm=False)
    needs = tuple(code for code in draft.needs if code != need)
    enquiry = None if need == ROUTINE_NEED else draft.enquiry
    return replace(
        draft, needs=needs, offers=offering(draft.offers, (need,), None), enquiry=enquiry
    )


def enquired(draft: Draft, answer: str) -> Draft:
    """Give the draft with the answer to the routine enquiry: a yes brings its need."""
    if answer == "yes" and ROUTINE_NEED not in draft.needs:
        draft = toggled(draft, ROUTINE_NEED)
    return replace(draft, enquiry=answer)


def is_to_ask(pack: Pack, draft: Draft, have: Iterable[str] = ()) -> bool:
    """Say whether the routine enquiry is still to be made: the pack has it, and nobody has."""
    is_known = any(need.id == ROUTINE_NEED for need in pack.needs)
    is_wanted = ROUTINE_NEED in (*draft.needs, *have)
    return bool(pack.prompt(ENQUIRY)) and is_known and not is_wanted and draft.enquiry is None


def marked(pack: Pack, draft: Draft, protocol: str) -> Draft:
    """Give the draft under an urgent protocol, with a need that stands for it if none does."""
    needs = draft.needs
    if not any(pack.need(code).urgent == protocol for code in needs):
        needs = (*needs, *need_for(pack, protocol))
    return replace(draft, needs=needs, marked=protocol, is_calm=False)


def need_for(pack: Pack, protocol: str) -> tuple[str, ...]:
    """Give the need that stands for an urgent protocol; none when the pack has none."""
    return tuple(need.id for need in pack.needs if need.urgent == protocol)[:1]


def urgent_of(pack: Pack, draft: Draft) -> str | None:
    """Give the protocol the arrival is under: the one marked, else the soonest its needs bring."""
    if draft.marked is not None:
        return draft.marked
    brought = [code for n in draft.needs if (code := pack.need(n).urgent) is not None]
    if draft.is_calm or not brought:
        return None
    return min(brought, key=lambda code: pack.protocol(code).seen_within_minutes)


def is_private(pack: Pack, need: str) -> bool:
    """Say whether a need may not be named on a screen a bystander could read."""
    known = pack.need(need)
    return (
        known.never_send_detail
        or pack.category(known.category).is_sensitive
        or (known.urgent is not None and pack.protocol(known.urgent).is_private)
    )


def absent_needs(
    pack: Pack, draft: Draft, absent: Mapping[str, Absence], known: Visit | None = None
) -> tuple[str, ...]:
    """Give the needs of a draft, and those open already, that nobody is here for today.

    One that is new and urgent is not among them: its protocol says what to do.
    """
    urgent = urgent_needs(pack, draft.needs, urgent_of(pack, draft))
    have = tuple(need.code for need in known.open_needs) if known else ()
    return tuple(
        need
        for need in dict.fromkeys((*draft.needs, *have))
        if need not in urgent and (absence := absent.get(need)) is not None and absence.is_for_today
    )


def undecided(
    pack: Pack, draft: Draft, absent: Mapping[str, Absence], known: Visit | None = None
) -> tuple[str, ...]:
    """Give the newly chosen needs nobody is here for, and for which nothing is offered yet."""
    wanted = absent_needs(pack, draft, absent, known)
    return tuple(n for n in wanted if n in draft.needs and offer_for(draft.offers, n) is None)


def stop_rows(
    hall: Hall, lines: Iterable[Line], whose: Whose = NEW, wait: Range | None = None
) -> tuple[StopRow, ...]:
    """Give the stops for these needs as rows, in a person's order or the suggested one.

    `wait` is how long until their next call, where more is known of it than a first guess.
    """
    return _rows(hall, planned(hall, lines, whose), whose, wait)


def whose_of(pack: Pack, draft: Draft, known: Visit | None = None) -> Whose:
    """Give whose plan a draft is for: what is urgent, arranged, and put in order by a person."""
    have = tuple(need.code for need in known.open_needs) if known else ()
    protocol = urgent_of(pack, draft) or (known.urgent if known else None)
    return Whose(
        visit=known.id if known else "",
        urgent=urgent_needs(pack, (*have, *draft.needs), protocol),
        arranged=_arranged(draft, known),
        order=draft.order,
    )


def _arranged(draft: Draft, known: Visit | None) -> Arrangements:
    if draft.arranging is not None:
        return as_arranged(arranged(draft.arranging))
    return known.arrangements if known else NOTHING_ARRANGED


def plan_rows(
    hall: Hall,
    draft: Draft,
    absent: Mapping[str, Absence],
    known: Visit | None = None,
    wait: Range | None = None,
) -> tuple[StopRow, ...]:
    """Give the stops of a draft, beside what the visit has open; what nobody is here for is out.

    Unless they stay in case somebody comes. `wait` is until the next call of the known visit.
    """
    gone = frozenset(
        need
        for need in absent_needs(hall.pack, draft, absent, known)
        if offer_for(draft.offers, need) != KEEP
    )
    have = lines_of(known) if known else ()
    whose = whose_of(hall.pack, draft, known)
    lines = suggest(hall, (need for need in draft.needs if need not in gone), whose).lines
    wanted = [line for line in (*have, *lines) if line.need not in gone]
    return stop_rows(hall, wanted, whose, None if draft.needs else wait)


def gone_first(order: Iterable[str], service: str) -> tuple[str, ...]:
    """Give an order of services with one of them put first."""
    return (service, *(other for other in order if other != service))


def _soon(stop: PlannedStop, wait: Range | None, before: Range | None) -> Range | None:
    """Give how soon a stop can be: never sooner than the one before it."""
    if wait is not None and before is None:
        return wait
    if stop.starts_in is None:
        return None
    found = at_a_glance(Guess(stop.starts_in, stop.service))
    if found is None or before is None:
        return found
    low, likely = max(found.low, before.low), max(found.likely, before.likely)
    return Range(low, likely, max(found.high, before.high))


def _rows(
    hall: Hall, stops: Iterable[PlannedStop], whose: Whose, wait: Range | None
) -> tuple[StopRow, ...]:
    rows: list[StopRow] = []
    arranged_for, before = whose.arranged, ""
    soon: Range | None = None
    for stop in stops:
        found = _soon(stop, wait, soon)
        soon = found or soon
        desk = hall.session.desks.get(stop.desk or "")
        is_expected = stop.why is PlanWhy.EXPECTED
        is_theirs = arranged_for.appointment_service == stop.service
        row = StopRow(
            stop.service,
            stop.needs,
            desk.name if desk else "",
            stop.waiting,
            stop.is_busy,
            stop.why,
            soon=found,
            before=before,
            after=stop.after,
            expected_from=stop.expected_from if is_expected else None,
            is_late=is_expected and (stop.expected_from or 0) <= hall.now,
            is_urgent=not whose.urgent.isdisjoint(stop.needs),
            block=stop.block,
            leave_by=arranged_for.leave_by,
            appointment_at=arranged_for.appointment_at if is_theirs else None,
            interpreter=arranged_for.interpreter,
        )
        rows.append(row)
        before = stop.service
    return tuple(rows)
