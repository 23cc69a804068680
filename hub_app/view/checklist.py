"""The entitlements to go through with one family: those their needs point to first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from hub_app.core.content import Entitlement
from hub_app.core.events import Checked
from hub_app.core.pack import Pack, amount_on

HAS: Final = "has"
NEW_CLAIM: Final = "new_claim"
UNAWARE: Final = "unaware"
NOT_ELIGIBLE: Final = "not_eligible"
NOT_ASKED: Final = "not_asked"
UNCLAIMED: Final = frozenset({NEW_CLAIM, UNAWARE})  # with these it may be said why it was


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One entitlement: what it is worth, as of when, and where the family stands with it.

    `amount` is empty, and `dated` None, when no amount young enough to be shown is known; `as_of`
    is the date in its source's own words. `answer` is None as long as nothing was said.
    """

    code: str
    name: str
    hint: str
    amount: str = ""
    as_of: str = ""
    dated: date | None = None
    answer: str | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """`linked` to what they came for, in that order, then all the `others`, as the pack has them.

    Whatever was answered before stands among the linked: it is never out of sight.
    """

    linked: tuple[CheckRow, ...]
    others: tuple[CheckRow, ...]


def _row(entitlement: Entitlement, line: Checked | None, day: date) -> CheckRow:
    amount = amount_on(entitlement, day)
    return CheckRow(
        code=entitlement.id,
        name=entitlement.name,
        hint=entitlement.hint,
        amount=amount or "",
        as_of=entitlement.as_of if amount else "",
        dated=entitlement.dated if amount else None,
        answer=line.answer if line else None,
        because=line.because if line else None,
    )


def checklist(
    pack: Pack,
    needs: Iterable[str],
    said: Iterable[Checked],
    chosen: Mapping[str, Checked],
    day: date,
) -> Checklist:
    """Give the checklist of a family with these needs (codes), on a day.

    `said` was kept before, `chosen` is what is marked now and counts for more.
    """
    kept = {line.code: line for line in said}
    known = {**kept, **chosen}
    from_needs = (code for need in needs for code in pack.need(need).entitlements)
    linked = dict.fromkeys((*from_needs, *kept))
    others = (one.id for one in pack.entitlements if one.id not in linked)
    return Checklist(
        linked=tuple(_row(pack.entitlement(code), known.get(code), day) for code in linked),
        others=tuple(_row(pack.entitlement(code), known.get(code), day) for code in others),
    )


def answered(
    chosen: Mapping[str, Checked], said: Iterable[Checked], code: str, answer: str
) -> dict[str, Checked]:
    """Give what is marked after a tap on an answer; on the one that stands, it is taken back.

    Back to what was kept before, that is: nothing is ever marked that nobody tapped.
    """
    kept = {line.code: line for line in said}
    after = {line: mark for line, mark in chosen.items() if line != code}
    standing = chosen.get(code) or kept.get(code)
    if standing is not None and standing.answer == answer:
        return after
    was = kept.get(code)
    after[code] = was if was is not None and was.answer == answer else Checked(code, answer)
    return after


def explained(
    chosen: Mapping[str, Checked], said: Iterable[Checked], code: str, because: str | None
) -> dict[str, Checked]:
    """Give what is marked after saying why an entitlement was unclaimed; None takes it back."""
    standing = chosen.get(code) or next((line for line in said if line.code == code), None)
    if standing is None or standing.answer not in UNCLAIMED:
        return dict(chosen)
    return {**chosen, code: Checked(code, standing.answer, because)}


def to_keep(chosen: Mapping[str, Checked], said: Iterable[Checked]) -> tuple[Checked, ...]:
    """Give the marks that say something new; what nobody chose is not among them."""
    kept = set(said)
    return tuple(line for line in chosen.values() if line not in kept)
