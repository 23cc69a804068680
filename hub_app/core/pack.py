"""What one place offers and asks, as one value with its lookups."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar

from hub_app.core.content import (
    TEXT,
    Category,
    Choice,
    DayCodes,
    Entitlement,
    Language,
    Need,
    Outcome,
    PriorityQuestions,
    Prompt,
    Service,
    UrgentProtocol,
)
from hub_app.core.pack_search import Index, find, index_of

OTHER = "other"  # the report category for everything that must not be told apart
LONGEST_CODE_SHOWN = 40
OLDEST_AMOUNT_MONTHS = 13  # an amount older than this is not shown (privacy rule for content)


@dataclass(frozen=True, eq=False)
class Pack:
    """Everything one place's hub offers, asks and may report.

    Two packs are equal only when they are the same object, which keeps comparing cheap. A code
    from a newer device is never a fault: lookups answer with a neutral value that shows it.
    """

    id: str
    name: str = field(metadata=TEXT)
    country: str
    council: str
    zone: str  # an IANA zone name, for showing times
    language: str  # the language its texts are written in
    status: str = field(metadata=TEXT)
    services: tuple[Service, ...]
    categories: tuple[Category, ...]
    needs: tuple[Need, ...]
    entitlements: tuple[Entitlement, ...]
    urgent: tuple[UrgentProtocol, ...]
    outcomes: tuple[Outcome, ...]
    unmet_reasons: tuple[Choice, ...]
    prompts: tuple[Prompt, ...]
    priority: PriorityQuestions
    areas: tuple[Choice, ...]
    visit_types: tuple[Choice, ...]
    heard: tuple[Choice, ...]
    work: tuple[Choice, ...]
    access: tuple[Choice, ...]
    organisations: tuple[Choice, ...]
    unclaimed_reasons: tuple[Choice, ...]
    languages: tuple[Language, ...]
    codes: DayCodes

    def need(self, code: str) -> Need:
        """The need with this code; an unknown one is shown by its code and reported as other."""
        return self._needs.get(code) or _unknown_need(code)

    def service(self, code: str) -> Service:
        """The service with this code; an unknown one is shown by its code and not counted."""
        return self._services.get(code) or _unknown_service(code)

    def category(self, code: str) -> Category:
        """The category with this code; an unknown one is shown by its code and is sensitive."""
        name = readable(code)
        unknown = Category(code, name, name, icon="help_outline", is_sensitive=True)
        return self._categories.get(code) or unknown

    def entitlement(self, code: str) -> Entitlement:
        """The entitlement with this code; an unknown one has no amount and no date."""
        return self._entitlements.get(code) or _unknown_entitlement(code)

    def protocol(self, code: str) -> UrgentProtocol:
        """The urgent protocol with this code; an unknown one is private and to be seen now."""
        name = readable(code)
        unknown = UrgentProtocol(code, name, name, "priority_high", 0, (), (), is_private=True)
        return self._urgent.get(code) or unknown

    def outcome(self, code: str) -> Outcome:
        """The outcome with this code; of an unknown one we claim no more than advice."""
        name = readable(code)
        unknown = Outcome(
            code, name, name, "help_outline", result="advice_only", settles="met", asks_gain=False
        )
        return self._outcomes.get(code) or unknown

    def unmet_reason(self, code: str) -> Choice:
        """The reason a need was not met, by its code; an unknown one shows its code."""
        return choice(self.unmet_reasons, code)

    def organisation(self, code: str) -> Choice:
        """An organisation whose people sit at desks here, by its code."""
        return choice(self.organisations, code)

    def group(self, code: str) -> Choice:
        """A priority group, or one of the three answers that are not a group."""
        return choice(self.priority.groups + self.priority.answers, code)

    def spoken(self, code: str) -> Language:
        """The language with this code; an unknown one shows its code, left to right."""
        unknown = Language(code, readable(code), readable(code), "ltr")
        return _by_id(self.languages).get(code) or unknown

    def prompt(self, code: str) -> tuple[str, ...]:
        """The lines a greeter may say at this moment; none when the place has no words for it."""
        found = _by_id(self.prompts).get(code)
        return found.lines if found else ()

    def report_as(self, need_code: str) -> str:
        """The report category a need leaves the hall under; anything unknown is other."""
        return self.need(need_code).report_as

    def services_for(self, need_code: str) -> tuple[Service, ...]:
        """The services that can help with a need, the best one first; none when unknown."""
        return tuple(self.service(code) for code in self.need(need_code).services)

    def needs_for(self, service_code: str) -> tuple[Need, ...]:
        """The needs a service can help with, in the pack's order."""
        return tuple(need for need in self.needs if service_code in need.services)

    def needs_by_category(self) -> tuple[tuple[Category, tuple[Need, ...]], ...]:
        """Every category with its needs, both in the pack's order; none is empty."""
        shelves = ((shelf, self._needs_in(shelf.id)) for shelf in self.categories)
        return tuple((shelf, needs) for shelf, needs in shelves if needs)

    def search(self, words: str) -> tuple[Need, ...]:
        """The needs that any of these words points to, the likeliest first; none for no words."""
        return find(self._index, words)

    def _needs_in(self, category: str) -> tuple[Need, ...]:
        return tuple(need for need in self.needs if need.category == category)

    @cached_property
    def _index(self) -> Index:
        return index_of((need, self._signs(need)) for need in self.needs)

    def _signs(self, need: Need) -> tuple[tuple[int, str], ...]:
        """What a need can be found by, and how strongly each text points to it."""
        services = self.services_for(need.id)
        return (
            (6, need.label),
            *((5 if " " in word else 6, word) for word in need.keywords),
            (6, need.short),
            (3, self.category(need.category).label),
            (2, " ".join(f"{one.name} {one.short}" for one in services)),
            (2, " ".join(self.entitlement(code).name for code in need.entitlements)),
            (1, " ".join(" ".join(one.helps_with) for one in services)),
        )

    @cached_property
    def _needs(self) -> dict[str, Need]:
        return _by_id(self.needs)

    @cached_property
    def _services(self) -> dict[str, Service]:
        return _by_id(self.services)

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return _by_id(self.categories)

    @cached_property
    def _entitlements(self) -> dict[str, Entitlement]:
        return _by_id(self.entitlements)

    @cached_property
    def _urgent(self) -> dict[str, UrgentProtocol]:
        return _by_id(self.urgent)

    @cached_property
    def _outcomes(self) -> dict[str, Outcome]:
        return _by_id(self.outcomes)


def readable(code: str) -> str:
    """A code as a person would read it: `rent_deposit` gives `Rent deposit`."""
    words = " ".join(code[: LONGEST_CODE_SHOWN + 1].replace("_", " ").replace("-", " ").split())
    if len(words) > LONGEST_CODE_SHOWN:
        words = words[: LONGEST_CODE_SHOWN - 1] + "…"
    return words[:1].upper() + words[1:]


def choice(choices: Iterable[Choice], code: str) -> Choice:
    """The choice with this code; an unknown one shows its code."""
    found = next((one for one in choices if one.id == code), None)
    return found or Choice(code, readable(code), readable(code))


def amount_on(entitlement: Entitlement, day: date) -> str | None:
    """The amount, if it is dated and at most thirteen months old on that day; else None."""
    dated = entitlement.dated
    if dated is None:
        return None
    months = (day.year - dated.year) * 12 + day.month - dated.month
    return entitlement.amount if months <= OLDEST_AMOUNT_MONTHS else None


class _Coded(Protocol):
    @property
    def id(self) -> str: ...


_C = TypeVar("_C", bound=_Coded)


def _by_id(rows: Iterable[_C]) -> dict[str, _C]:
    return {row.id: row for row in rows}


def _unknown_need(code: str) -> Need:
    name = readable(code)
    return Need(
        id=code, label=name, short=name, category=OTHER, services=(), entitlements=(),
        urgent=None, report_as=OTHER, never_send_detail=True, ask_first=None, keywords=(),
    )  # fmt: skip


def _unknown_service(code: str) -> Service:
    name = readable(code)
    return Service(
        id=code, name=name, short=name, icon="help_outline", helps_with=(),
        prior_minutes=20, prior_from="guess", report_as=None, gain_source=OTHER,
    )  # fmt: skip


def _unknown_entitlement(code: str) -> Entitlement:
    return Entitlement(
        id=code, name=readable(code), paid_by="", amount="", as_of="", dated=None,
        hint="", source="", confidence="unknown", check_locally=True,
    )  # fmt: skip
