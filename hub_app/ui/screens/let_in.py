"""From a draft to facts: letting a family in, or writing down more for one that is here."""

from collections.abc import Mapping
from dataclasses import replace

import flet as ft

from hub_app.core.events import Answered, Referred
from hub_app.core.visit import Visit
from hub_app.hub import Hub, Wish
from hub_app.ui.formats import listed
from hub_app.ui.page import tell
from hub_app.ui.refusals import done
from hub_app.ui.strings import _, spoken
from hub_app.view.absence import (
    CALL_BACK,
    KEEP,
    NOT_HERE_TODAY,
    Absence,
    call_back_on,
    offer_for,
)
from hub_app.view.arrangements import arranged
from hub_app.view.triage import Draft, absent_needs, plan_rows, undecided, urgent_of

Absences = Mapping[str, Absence]


def answers_of(draft: Draft) -> Answered:
    """Give the optional answers of a draft."""
    return Answered(
        adults=draft.adults,
        children=draft.children,
        language=draft.language,
        area=draft.area,
        visit_type=draft.visit_type,
        heard=draft.heard,
    )


def let_in(hub: Hub, draft: Draft, absent: Absences) -> Visit | None:
    """Let a family in as the draft says; a refusal is told, and gives None.

    Nobody is let in with a need nobody is here for, while nothing is offered for it.
    """
    if _is_undecided(hub, draft, absent, None):
        return None
    wish = Wish(
        draft.needs,
        urgent_of(hub.pack, draft),
        _order(hub, draft, absent, None),
        draft.name,
        answers_of(draft),
        None if draft.arranging is None else arranged(draft.arranging),
    )
    visit = done(hub.arrive(wish))
    if visit is not None:
        _offer(hub, visit.id, draft, (absent, None))
    return visit


def write_down(hub: Hub, visit: Visit, draft: Draft, absent: Absences) -> bool:
    """Add what the draft says to a visit; gives whether all of it was taken."""
    if _is_undecided(hub, draft, absent, visit):
        return False
    urgent, given = urgent_of(hub.pack, draft), answers_of(draft)
    wanted = None if draft.arranging is None else arranged(draft.arranging)
    is_answered = given != Answered()
    order = _order(hub, draft, absent, visit)
    has_said = wanted or is_answered or draft.name or draft.offers
    if wanted is not None and done(hub.arrange(visit.id, wanted)) is None:
        return False
    if draft.needs or urgent or order or not has_said:
        wish = Wish(draft.needs, urgent, order)
        if done(hub.triage(visit.id, wish)) is None:
            return False
    if is_answered and done(hub.answer(visit.id, given)) is None:
        return False
    if draft.name and done(hub.rename(visit.id, draft.name)) is None:
        return False
    return _offer(hub, visit.id, draft, (absent, visit))


def _is_undecided(hub: Hub, draft: Draft, absent: Absences, known: Visit | None) -> bool:
    """Tell which needs have nobody and nothing offered, if there are any; gives whether."""
    left = undecided(hub.pack, draft, absent, known)
    if left:
        tell(ft.context.page, undecided_words(hub, left, absent))
    return bool(left)


def undecided_words(hub: Hub, needs: tuple[str, ...], absent: Absences) -> str:
    """Say what has to be chosen before they get their ticket."""
    pack = spoken().pack(hub.pack)
    services = dict.fromkeys(pack.service(absent[need].service).short for need in needs)
    return _("{services}: say what you offer them instead.", services=listed(tuple(services)))


def _order(hub: Hub, draft: Draft, absent: Absences, known: Visit | None) -> tuple[str, ...]:
    """Give the order a person put in the place of the suggested one; none when it is the same."""
    if not draft.order:
        return ()
    ours = tuple(row.service for row in plan_rows(hub.hall, draft, absent, known))
    plain = replace(draft, order=())
    suggested = tuple(row.service for row in plan_rows(hub.hall, plain, absent, known))
    return ours if ours != suggested else ()


def _offer(hub: Hub, visit: str, draft: Draft, of: tuple[Absences, Visit | None]) -> bool:
    """Write down the needs nobody is here for, with what was offered; call-backs are promised."""
    absent, known = of
    by_offer: dict[str, list[str]] = {}
    for need in absent_needs(hub.pack, draft, absent, known):
        offer = offer_for(draft.offers, need)
        if offer is not None and offer != KEEP:
            by_offer.setdefault(offer, []).append(need)
    for need in by_offer.get(CALL_BACK, ()):
        due = call_back_on(absent[need], hub.today()).isoformat()
        referred = Referred("", "", absent[need].service, due, need, CALL_BACK)
        if done(hub.refer(visit, referred)) is None:
            return False
    return all(
        done(hub.unmet(visit, sorted(needs), NOT_HERE_TODAY, offer)) is not None
        for offer, needs in by_offer.items()
    )
