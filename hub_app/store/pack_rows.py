"""The shape of a pack's files on disk: what may stand in them, and how long it may be."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _is_code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise ValueError("a code is small letters, digits and _, 40 at most, a letter first")
    return text


def _is_plain(text: str) -> str:
    if not text.strip() or text != text.strip():
        raise ValueError("there must be text here, with no spaces around it")
    if any(c in _HIDDEN or unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text):
        raise ValueError("this must be one line of text, with no hidden characters")
    return text


def _is_month(text: str) -> str:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise ValueError("this must be a month such as 2026-04")
    return text


def _is_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("this must be a day such as 2026-11-22") from None
    return text


Code = Annotated[str, StringConstraints(max_length=40), AfterValidator(_is_code)]
Foreign = Annotated[str, StringConstraints(max_length=40), AfterValidator(_is_plain)]
Short = Annotated[str, StringConstraints(max_length=24), AfterValidator(_is_plain)]
Name = Annotated[str, StringConstraints(max_length=90), AfterValidator(_is_plain)]
Line = Annotated[str, StringConstraints(max_length=400), AfterValidator(_is_plain)]
Codes = Annotated[tuple[Code, ...], Field(max_length=30)]
Lines = Annotated[tuple[Line, ...], Field(max_length=30)]
Words = Annotated[tuple[Name, ...], Field(max_length=40)]


class Row(BaseModel):
    """One thing in a file: nothing it does not name, nothing of the wrong kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ServiceRow(Row):
    """One service."""

    id: Code
    name: Name
    short: Short
    icon: Code
    helps_with: Lines
    prior_minutes: Annotated[int, Field(ge=1, le=240)]
    prior_from: Literal["recorded_days", "guess"]
    report_as: Code | None
    gain_source: Code
    organisation: Code
    after: Codes


class CategoryRow(Row):
    """One category of needs."""

    id: Code
    label: Name
    short: Short
    icon: Code
    is_sensitive: bool


class NeedRow(Row):
    """One need."""

    id: Code
    label: Name
    short: Short
    category: Code
    services: Annotated[Codes, Field(min_length=1)]
    entitlements: Codes
    urgent: Code | None
    report_as: Code
    never_send_detail: bool
    ask_first: Line | None
    keywords: Words


class EntitlementRow(Row):
    """One entitlement."""

    id: Code
    name: Name
    paid_by: Name
    amount: Line
    as_of: Name
    dated: Annotated[str, StringConstraints(max_length=7), AfterValidator(_is_month)] | None
    hint: Line
    source: Line
    confidence: Code
    check_locally: bool


class PhoneRow(Row):
    """Whom to ring."""

    who: Name
    number: Short | None
    note: Name | None


class UrgentRow(Row):
    """One urgent protocol."""

    id: Code
    title: Name
    short: Short
    icon: Code
    seen_within_minutes: Annotated[int, Field(ge=0, le=180)]
    steps: Annotated[Lines, Field(min_length=1)]
    phones: Annotated[tuple[PhoneRow, ...], Field(max_length=12)]
    is_private: bool


class OutcomeRow(Row):
    """One way a stop can end."""

    id: Code
    label: Name
    told: Name
    icon: Code
    result: Code
    settles: Literal["met", "booked", "referred", "unmet"]
    asks_gain: bool


class ChoiceRow(Row):
    """One answer."""

    id: Code
    label: Name
    short: Short


class LanguageRow(Row):
    """One language."""

    id: Code
    name: Name
    own_name: Name
    direction: Literal["ltr", "rtl"]


class PromptRow(Row):
    """Words a greeter may say."""

    id: Code
    lines: Annotated[Lines, Field(min_length=1)]


class PriorityRow(Row):
    """The priority groups and how to ask."""

    intro: Line
    how: Line
    groups: tuple[ChoiceRow, ...]
    answers: tuple[ChoiceRow, ...]
    rules: Lines


class ServiceCodeRow(Row):
    """A recorded day's need code."""

    code: Foreign
    service: Code
    need: Code


class CodePairRow(Row):
    """A recorded day's word and ours."""

    code: Foreign
    means: Code


class PackFile(Row):
    """What stands in pack.json."""

    format: Literal[1]
    id: Code
    name: Name
    country: Annotated[str, StringConstraints(max_length=6, pattern=r"^[A-Z]{2}(-[A-Z]{2,3})?$")]
    council: Annotated[str, StringConstraints(max_length=12, pattern=r"^[A-Z0-9]{2,12}$")]
    zone: Name
    language: Annotated[str, StringConstraints(max_length=8, pattern=r"^[a-z]{2,3}$")]
    checked: Annotated[str, StringConstraints(max_length=10), AfterValidator(_is_day)]
    status: Line


class ServicesFile(Row):
    """What stands in services.json."""

    services: Annotated[tuple[ServiceRow, ...], Field(min_length=1, max_length=60)]
    organisations: Annotated[tuple[ChoiceRow, ...], Field(min_length=1, max_length=60)]


class NeedsFile(Row):
    """What stands in needs.json."""

    categories: Annotated[tuple[CategoryRow, ...], Field(min_length=1, max_length=40)]
    needs: Annotated[tuple[NeedRow, ...], Field(min_length=1, max_length=500)]


class EntitlementsFile(Row):
    """What stands in entitlements.json."""

    entitlements: Annotated[tuple[EntitlementRow, ...], Field(max_length=300)]


class UrgentFile(Row):
    """What stands in urgent.json."""

    urgent: Annotated[tuple[UrgentRow, ...], Field(max_length=60)]


class OutcomesFile(Row):
    """What stands in outcomes.json."""

    outcomes: Annotated[tuple[OutcomeRow, ...], Field(min_length=1, max_length=40)]
    unmet_reasons: Annotated[tuple[ChoiceRow, ...], Field(min_length=1, max_length=40)]
    unclaimed_reasons: Annotated[tuple[ChoiceRow, ...], Field(min_length=1, max_length=40)]


class PeopleFile(Row):
    """What stands in people.json."""

    prompts: Annotated[tuple[PromptRow, ...], Field(max_length=40)]
    priority: PriorityRow
    areas: tuple[ChoiceRow, ...]
    visit_types: tuple[ChoiceRow, ...]
    heard: tuple[ChoiceRow, ...]
    work: tuple[ChoiceRow, ...]
    access: tuple[ChoiceRow, ...]
    languages: Annotated[tuple[LanguageRow, ...], Field(min_length=1, max_length=200)]


class CodesFile(Row):
    """What stands in codes.json."""

    about: Lines
    services: tuple[ServiceCodeRow, ...]
    groups: tuple[CodePairRow, ...]
    areas: tuple[CodePairRow, ...]
    returning: tuple[CodePairRow, ...]
    interpreter: tuple[CodePairRow, ...]


class PackFiles(Row):
    """Every file of a pack, read."""

    pack: PackFile
    services: ServicesFile
    needs: NeedsFile
    entitlements: EntitlementsFile
    urgent: UrgentFile
    outcomes: OutcomesFile
    people: PeopleFile
    codes: CodesFile
