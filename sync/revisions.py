"""What one revision of a period may differ by from another: by nothing that tells of few."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from sync.company import alone
from sync.record import K_MIN, Closing, Load, Reason, Row

_FEWER: Final = "A row that has been counted is missing here, or counts fewer."
_FEW_MORE: Final = f"A row counts more than was counted, but by fewer than {K_MIN}."
_ALONE: Final = "What is added to the rows that have been counted gives a fact away."
_NO_CLOSING: Final = "A closing count that has been counted is missing here."
_CLOSING: Final = (
    f"A closing count differs from what was counted by fewer than {K_MIN} visits, or by fewer than"
    f" {K_MIN} contacts at a service."
)
_GAIN_TOTAL: Final = "The gain total is another than was counted."


def why_not_after(now: Load, before: Load) -> Reason | None:
    """Say why a load may not take the place of an earlier one that has left; None when it may.

    Whoever sees both sees what they differ by. So no row may count fewer, nor be missing; what is
    added to rows is as many as any row needs, and in company; a closing count is as it was, or one
    that `may_follow`; a gain total is as it was. Further closings, and a first total, are welcome.
    """
    return _rows(now, before) or _closings(now, before) or _gain_total(now, before)


def _rows(now: Load, before: Load) -> Reason | None:
    more = Counter({(each.kind, each.facts): each.n for each in now.rows})
    more.subtract({(each.kind, each.facts): each.n for each in before.rows})
    for (kind, _), n in more.items():
        if n < 0:
            return Reason(f"fragments.{kind}", _FEWER, kind)
        if 0 < n < K_MIN:
            return Reason(f"fragments.{kind}", _FEW_MORE, kind)
    added = (Row(*named, n) for named, n in more.items() if n)
    return next((Reason(f"fragments.{kind}", _ALONE, kind) for kind, _ in alone(added)), None)


def _closings(now: Load, before: Load) -> Reason | None:
    here = {each.opening: each for each in now.closings}
    for old in before.closings:
        new = here.get(old.opening)
        if new is None:
            return Reason("closings", _NO_CLOSING)
        if not _is_same(old, new) and not may_follow(old, new):
            return Reason("closings", _CLOSING)
    return None


def _gain_total(now: Load, before: Load) -> Reason | None:
    if before.gain_total in (None, now.gain_total):
        return None
    return Reason("fragments.gain_total", _GAIN_TOTAL)


def may_follow(old: Closing, new: Closing) -> bool:
    """Say whether a count may take the place of one that has left.

    What two of them differ by tells of the families that came late: that must be as many as any row
    needs, at every service.
    """
    more = [
        _at(new.contacts, each) - _at(old.contacts, each) for each in {*old.contacts, *new.contacts}
    ]
    return new.visits - old.visits >= K_MIN and all(n == 0 or n >= K_MIN for n in more)


def _is_same(old: Closing, new: Closing) -> bool:
    services = {*old.contacts, *new.contacts}
    return old.visits == new.visits and all(
        _at(old.contacts, each) == _at(new.contacts, each) for each in services
    )


def _at(contacts: Mapping[str, int], service: str) -> int:
    return contacts.get(service, 0)
