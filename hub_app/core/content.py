"""The kinds of thing a pack is made of: a service, a need, an entitlement, an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Settles = Literal["met", "booked", "referred", "unmet"]
Direction = Literal["ltr", "rtl"]

TEXT: Mapping[str, Any] = {"text": True}  # marks what people read, so that it can be translated


@dataclass(frozen=True)
class Service:
    """Something the hub offers; `report_as` is None when a talk there is never counted by name.

    `after` names the services that must come first, for a family that needs them too.
    """

    id: str
    name: str = field(metadata=TEXT)
    short: str = field(metadata=TEXT)
    icon: str
    helps_with: tuple[str, ...] = field(metadata=TEXT)
    prior_minutes: int  # serving time to expect before this device has learnt its own
    prior_from: str  # "recorded_days" or "guess"
    report_as: str | None
    gain_source: str
    organisation: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Category:
    """A shelf of needs; nothing from a sensitive one leaves the hall by its own name."""

    id: str
    label: str = field(metadata=TEXT)
    short: str = field(metadata=TEXT)
    icon: str
    is_sensitive: bool


@dataclass(frozen=True)
class Need:
    """What a family came for, in a parent's words; `services` has the best one first."""

    id: str
    label: str = field(metadata=TEXT)
    short: str = field(metadata=TEXT)
    category: str
    services: tuple[str, ...]
    entitlements: tuple[str, ...]
    urgent: str | None
    report_as: str
    never_send_detail: bool
    ask_first: str | None = field(metadata=TEXT)
    keywords: tuple[str, ...] = field(metadata=TEXT)


@dataclass(frozen=True)
class Entitlement:
    """Money or help a family may have a right to; a fact with a date and a source."""

    id: str
    name: str = field(metadata=TEXT)
    paid_by: str = field(metadata=TEXT)
    amount: str = field(metadata=TEXT)
    as_of: str  # as the source says it, for people
    dated: date | None  # the first day the amount can have been true, for rules
    hint: str = field(metadata=TEXT)
    source: str
    confidence: str
    check_locally: bool


@dataclass(frozen=True)
class Phone:
    """Whom to ring; `number` is None when the place has to fill in its own."""

    who: str = field(metadata=TEXT)
    number: str | None
    note: str | None = field(metadata=TEXT)


@dataclass(frozen=True)
class UrgentProtocol:
    """What a greeter does when it cannot wait; a private one is never shown in a queue."""

    id: str
    title: str = field(metadata=TEXT)
    short: str = field(metadata=TEXT)
    icon: str
    seen_within_minutes: int
    steps: tuple[str, ...] = field(metadata=TEXT)
    phones: tuple[Phone, ...]
    is_private: bool


@dataclass(frozen=True)
class Outcome:
    """How a stop ended: `label` for the worker, `told` for the family, `result` for the record."""

    id: str
    label: str = field(metadata=TEXT)
    told: str = field(metadata=TEXT)
    icon: str
    result: str
    settles: Settles
    asks_gain: bool


@dataclass(frozen=True)
class Choice:
    """One answer that can be ticked; `short` is for tight places."""

    id: str
    label: str = field(metadata=TEXT)
    short: str = field(metadata=TEXT)


@dataclass(frozen=True)
class Language:
    """A language families speak; `own_name` is how its speakers write it."""

    id: str
    name: str = field(metadata=TEXT)
    own_name: str
    direction: Direction


@dataclass(frozen=True)
class Prompt:
    """Words a greeter may say, line by line."""

    id: str
    lines: tuple[str, ...] = field(metadata=TEXT)


@dataclass(frozen=True)
class PriorityQuestions:
    """How the priority groups are asked about: the words and the rules, never a default."""

    intro: str = field(metadata=TEXT)
    how: str = field(metadata=TEXT)
    groups: tuple[Choice, ...]
    answers: tuple[Choice, ...]  # none of these · rather not say · not asked: three answers
    rules: tuple[str, ...] = field(metadata=TEXT)


@dataclass(frozen=True)
class ServiceCode:
    """A recorded day's word for a need, and the service and need it stands for here."""

    code: str
    service: str
    need: str


@dataclass(frozen=True)
class CodePair:
    """A recorded day's word and ours."""

    code: str
    means: str


@dataclass(frozen=True)
class DayCodes:
    """The table that lets recorded days be played; a word that is not in it gives None."""

    services: tuple[ServiceCode, ...]
    groups: tuple[CodePair, ...]
    areas: tuple[CodePair, ...]
    returning: tuple[CodePair, ...]
    interpreter: tuple[CodePair, ...]

    def service(self, code: str) -> ServiceCode | None:
        """The service and need a recorded need code stands for, or None."""
        return next((row for row in self.services if row.code == code), None)

    def group(self, code: str) -> str | None:
        """The priority group a recorded word stands for, or None."""
        return _meaning(self.groups, code)

    def area(self, code: str) -> str | None:
        """The area answer a recorded word stands for, or None."""
        return _meaning(self.areas, code)

    def visit_type(self, code: str) -> str | None:
        """The visit type the recorded `returning` column stands for, or None."""
        return _meaning(self.returning, code)

    def language(self, code: str) -> str | None:
        """The language answer the recorded `interpreter` column stands for, or None."""
        return _meaning(self.interpreter, code)


def _meaning(pairs: Iterable[CodePair], code: str) -> str | None:
    return next((pair.means for pair in pairs if pair.code == code), None)
