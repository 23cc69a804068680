"""Reading a pack folder into a Pack, or saying clearly what is wrong with it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hub_app.core.content import (
    Category,
    Choice,
    CodePair,
    DayCodes,
    Entitlement,
    Language,
    Need,
    Outcome,
    Phone,
    PriorityQuestions,
    Prompt,
    Service,
    ServiceCode,
    UrgentProtocol,
)
from hub_app.core.pack import Pack
from hub_app.store.pack_checks import disagreements, meant
from hub_app.store.pack_rows import (
    ChoiceRow,
    CodePairRow,
    EntitlementRow,
    PackFiles,
    Row,
    UrgentRow,
)

LARGEST_FILE_BYTES = 1_000_000
MOST_REASONS = 20
_NAMES = tuple(PackFiles.model_fields)  # pack, services, needs, …: one file each

_COMPLAINTS = {
    "missing": "this key is missing.",
    "string_too_long": "this is too long; {max_length} characters at most.",
    "too_long": "there are too many here; {max_length} at most.",
    "too_short": "there must be {min_length} or more here.",
    "string_type": "this must be text.",
    "bool_type": "this must be true or false.",
    "int_type": "this must be a whole number.",
    "tuple_type": "this must be a list, from [ to ].",
    "model_type": "this must be an object, from {{ to }}.",
    "model_attributes_type": "this must be an object, from {{ to }}.",
    "value_error": "{error}.",
}


@dataclass(frozen=True)
class PackRefused:
    """A pack that cannot be used, and why: one sentence a thing, with its file and key."""

    reasons: tuple[str, ...]


def read_pack(folder: Path) -> Pack | PackRefused:
    """The pack in this folder, or every reason (20 at most) why it cannot be used."""
    if not folder.is_dir():
        return PackRefused((f"There is no pack folder at {folder}.",))
    texts: dict[str, str] = {}
    reasons: list[str] = []
    for name in _NAMES:
        text, reason = _text_of(folder / f"{name}.json")
        if reason:
            reasons.append(reason)
        texts[name] = text
    if reasons:
        return PackRefused(tuple(reasons))
    joined = "{" + ",".join(f'"{name}":{text}' for name, text in texts.items()) + "}"
    try:
        files = PackFiles.model_validate_json(joined)
    except ValidationError as error:
        return _refused(_sentence(one) for one in error.errors(include_url=False))
    wrong = tuple(disagreements(files))
    return _refused(wrong) if wrong else _pack(files)


def _refused(reasons: Iterable[str]) -> PackRefused:
    found = tuple(reasons)
    more = len(found) - MOST_REASONS
    shown = found[:MOST_REASONS] + ((f"… and {more} more.",) if more > 0 else ())
    return PackRefused(shown)


def _text_of(path: Path) -> tuple[str, str]:
    """A file's text, or why there is none a pack can use."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            return "", f"{path.name} is larger than a pack file can be (1 MB)."
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return "", f"{path.name} is missing from {path.parent}."
    except UnicodeDecodeError:
        return "", f"{path.name} is damaged: it is not UTF-8 text."
    except OSError as fault:
        return "", f"{path.name} cannot be read: {fault.strerror}."
    reason = _not_an_object(text)
    return text, f"{path.name} {reason}" if reason else ""


def _not_an_object(text: str) -> str:
    """Why this text is not one JSON object, or nothing."""
    try:
        found: object = json.loads(text, object_pairs_hook=_each_once)
    except json.JSONDecodeError as fault:
        return f"is damaged at line {fault.lineno}, column {fault.colno}: it is not JSON there."
    except _Twice as twice:
        return f"has the key ‘{twice}’ twice in one place."
    except (RecursionError, ValueError):
        return "is damaged: it is not JSON a pack can hold."
    return "" if isinstance(found, dict) else "must hold one object, from { to }."


class _Twice(Exception):
    """A JSON object names one key two times."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key[:40])
        found[key] = value
    return found


def _sentence(error: ErrorDetails) -> str:
    """One of pydantic's findings as a sentence with the file and the key."""
    name, *keys = error["loc"]
    where = _where(keys)
    if error["type"] == "extra_forbidden":
        return f"{name}.json, {where}: a pack has no such key."
    at = f"{name}.json, {where}" if where else f"{name}.json"
    return f"{at}: {_complaint(error)}"


def _where(keys: Iterable[int | str]) -> str:
    path = ""
    for key in keys:
        shown = key if isinstance(key, int) else key[:40]
        path += f"[{shown}]" if isinstance(key, int) else f".{shown}"
    return path.lstrip(".")


def _complaint(error: ErrorDetails) -> str:
    known: dict[str, Any] = error.get("ctx", {})
    if error["type"] == "literal_error":
        wrong, offered = str(error["input"])[:40], str(known["expected"]).replace("'", "")
        return f"this must be {offered}.{meant(wrong, offered.replace(' or', ',').split(', '))}"
    said = _COMPLAINTS.get(error["type"])
    if said is None:
        return f"{error['msg'][:1].lower()}{error['msg'][1:200]}."
    return said.format_map(known)


def _fields(row: Row) -> dict[str, Any]:
    return dict(row)


def _choices(rows: Iterable[ChoiceRow]) -> tuple[Choice, ...]:
    return tuple(Choice(row.id, row.label, row.short) for row in rows)


def _pairs(rows: Iterable[CodePairRow]) -> tuple[CodePair, ...]:
    return tuple(CodePair(row.code, row.means) for row in rows)


def _entitlement(row: EntitlementRow) -> Entitlement:
    fields = _fields(row)
    fields["dated"] = date.fromisoformat(f"{row.dated}-01") if row.dated else None
    return Entitlement(**fields)


def _protocol(row: UrgentRow) -> UrgentProtocol:
    fields = _fields(row)
    fields["phones"] = tuple(Phone(**_fields(phone)) for phone in row.phones)
    return UrgentProtocol(**fields)


def _priority(files: PackFiles) -> PriorityQuestions:
    row = files.people.priority
    groups, answers = _choices(row.groups), _choices(row.answers)
    return PriorityQuestions(row.intro, row.how, groups, answers, row.rules)


def _codes(files: PackFiles) -> DayCodes:
    return DayCodes(
        services=tuple(ServiceCode(**_fields(row)) for row in files.codes.services),
        groups=_pairs(files.codes.groups),
        areas=_pairs(files.codes.areas),
        returning=_pairs(files.codes.returning),
        interpreter=_pairs(files.codes.interpreter),
    )


def _pack(files: PackFiles) -> Pack:
    people, pack = files.people, files.pack
    return Pack(
        id=pack.id,
        name=pack.name,
        country=pack.country,
        council=pack.council,
        zone=pack.zone,
        language=pack.language,
        status=pack.status,
        services=tuple(Service(**_fields(row)) for row in files.services.services),
        categories=tuple(Category(**_fields(row)) for row in files.needs.categories),
        needs=tuple(Need(**_fields(row)) for row in files.needs.needs),
        entitlements=tuple(_entitlement(row) for row in files.entitlements.entitlements),
        urgent=tuple(_protocol(row) for row in files.urgent.urgent),
        outcomes=tuple(Outcome(**_fields(row)) for row in files.outcomes.outcomes),
        unmet_reasons=_choices(files.outcomes.unmet_reasons),
        prompts=tuple(Prompt(row.id, row.lines) for row in people.prompts),
        priority=_priority(files),
        areas=_choices(people.areas),
        visit_types=_choices(people.visit_types),
        heard=_choices(people.heard),
        work=_choices(people.work),
        access=_choices(people.access),
        organisations=_choices(files.services.organisations),
        unclaimed_reasons=_choices(files.outcomes.unclaimed_reasons),
        languages=tuple(Language(**_fields(row)) for row in people.languages),
        codes=_codes(files),
    )
