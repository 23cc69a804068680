"""A finish or a hand-over half chosen: what is known so far, and what is still to say."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hub_app.core.content import Outcome
from hub_app.core.events import Gain, Referred
from hub_app.core.pack import Pack
from hub_app.ui.strings import _
from hub_app.view.desk import WithMe
from hub_app.view.typed import day_typed

MOST_POUNDS = 1_000_000
TWO_WEEKS = 14
_BETWEEN_DIGITS = str.maketrans("", "", " ,£\u00a0\u202f")


@dataclass(frozen=True)
class Draft:
    """How this stop is to end. `to` is a desk, empty for the queue, None while not chosen.

    `refer_to` is an organisation or a service, for `refer_need`; the day it is due is so many
    days from today, or the day typed when `due_days` is None.
    """

    visit: str
    to: str | None = ""
    is_handover: bool = False
    outcome: str | None = None
    reason: str | None = None
    pounds: str = ""
    source: str = "other"
    is_confirmed: bool = False
    is_yearly: bool = False
    note: str = ""
    refer_to: str = ""
    refer_need: str = ""
    is_agreed: bool = False
    due_days: int | None = TWO_WEEKS
    due_typed: str = ""


def draft_of(pack: Pack, with_me: WithMe, *, is_handover: bool) -> Draft:
    """Give an empty draft; the source of a gain is the service's own, a lone desk is chosen."""
    to: str | None = ""
    if is_handover:
        free = [row.desk for row in with_me.can_take if row.is_free]
        to = free[0] if len(free) == 1 else None
        if len(with_me.can_take) == 1:
            to = with_me.can_take[0].desk
    source = pack.service(with_me.service).gain_source
    need = with_me.here[0] if len(with_me.here) == 1 else ""
    return Draft(with_me.row.visit, to, is_handover, source=source, refer_need=need)


def standing(draft: Draft | None, with_me: WithMe | None) -> Draft | None:
    """Give the draft as long as it is about the family in front; a desk that left is let go."""
    if draft is None or with_me is None or draft.visit != with_me.row.visit:
        return None
    if draft.to and draft.to not in {row.desk for row in with_me.can_take}:
        return replace(draft, to=None if draft.is_handover else "")
    return draft


def pounds_of(text: str) -> int | None:
    """Give the whole pounds somebody typed, 0 for nothing; None when that is no such number."""
    digits = text.translate(_BETWEEN_DIGITS)
    if not digits:
        return 0
    if not digits.isdecimal() or len(digits) > len(str(MOST_POUNDS)):
        return None
    pounds = int(digits)
    return pounds if pounds <= MOST_POUNDS else None


def gains_of(draft: Draft) -> tuple[Gain, ...]:
    """Give the money of a draft: none, or one gain in whole pounds."""
    pounds = pounds_of(draft.pounds)
    if not pounds:
        return ()
    gain = Gain(pounds, draft.source, draft.is_confirmed, draft.is_yearly)
    return (gain,)


def due_of(draft: Draft, today: date) -> date | None:
    """Give the day a referral is due; None while what was typed is no day."""
    if draft.due_days is None:
        return day_typed(draft.due_typed, today)
    return today + timedelta(days=draft.due_days)


def referred_of(draft: Draft, desk: str, today: date) -> Referred | None:
    """Give the referral a desk makes by its draft; None without consent, a name or a day."""
    due = due_of(draft, today)
    if not draft.refer_to or not draft.is_agreed or due is None:
        return None
    return Referred("", desk, draft.refer_to, due.isoformat(), draft.refer_need)


def missing(draft: Draft, outcome: Outcome | None, today: date) -> str:
    """Say what is still to choose before this can end; nothing when all is there."""
    if outcome is None:
        return _("Choose how it went first.")
    if draft.to is None:
        return _("Choose the desk they go to.")
    if outcome.settles == "unmet" and draft.reason is None:
        return _("Choose why nobody could help.")
    if outcome.settles == "referred":
        return _missing_of_referral(draft, today)
    if outcome.asks_gain and pounds_of(draft.pounds) is None:
        return _("Give the money in whole pounds, such as 250, or leave it empty.")
    return ""


def _missing_of_referral(draft: Draft, today: date) -> str:
    if not draft.refer_to:
        return _("Choose who is to help them next.")
    if not draft.is_agreed:
        return _("Ask them, and tick that they agree.")
    if due_of(draft, today) is None:
        return _("Give a day and month, such as 24/12.")
    return ""
