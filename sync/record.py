"""What may leave a hub: how a batch is sealed, and how a stranger’s bytes are read as one."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID, uuid5

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sync.codes import (
    ALPHA,
    CONTACT_SERVICES,
    DAY,
    K_MIN,
    KINDS,
    L_MIN,
    LADDER,
    MONTH,
    PERIOD_FIELDS,
    QUARTER,
    SCHEMA_VERSION,
    SENSITIVE,
    VOCABULARY,
)
from sync.periods import field_of, is_over, last_day, period_of
from sync.text import NotJson, as_list, as_object, canonical, canonical_each, parse
from sync.values import Closing, Fragment, GainTotal, Load, Number, Place, Row
from sync.wire import OURS, Batch

__all__ = [
    "ALPHA",
    "CONTACT_SERVICES",
    "DAY",
    "KINDS",
    "K_MIN",
    "LADDER",
    "L_MIN",
    "MONTH",
    "PERIOD_FIELDS",
    "QUARTER",
    "SCHEMA_VERSION",
    "SENSITIVE",
    "VOCABULARY",
    "Batch",
    "Closing",
    "Fragment",
    "GainTotal",
    "Load",
    "Number",
    "Place",
    "Reason",
    "Row",
    "Sealed",
    "Unreadable",
    "field_of",
    "is_over",
    "last_day",
    "period_of",
    "read",
    "seal",
]

REASONS_MAX: Final = 200  # an answer stays small; what is not named now is named next time
_BATCH_IDS: Final = UUID("b0d2b3a6-4f0c-4f3e-9a57-0d1e6c0f4a21")  # the name space of their ids
_NOT_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {}
_NOT_CONTENT: Final = frozenset({"batch_id", "epoch", "n"})
_PLAIN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_SENTENCES: Final = {
    "extra_forbidden": "The record has no such field.",
    "missing": "This field is missing.",
    "too_long": "There are more of these than one batch may carry.",
}


@dataclass(frozen=True)
class Sealed:
    """A batch fixed for ever: its id, what it is about, and its bytes as canonical JSON."""

    batch_id: str
    period: str
    revision: int
    body: bytes


@dataclass(frozen=True)
class Reason:
    """Why a part of a batch can’t be counted: where, a sentence, and the row if it is one."""

    where: str
    why: str
    kind: str | None = None
    index: int | None = None


@dataclass(frozen=True)
class Unreadable:
    """Bytes that are not a batch we may count; `is_json` is False when they are not even JSON."""

    reasons: tuple[Reason, ...]
    is_json: bool = True


def seal(hub: Place, number: Number, load: Load) -> Sealed:
    """Fix a set of rows for ever; the same set, in any order, gives the same id and bytes.

    The id is made of the content alone: sealed again under another number it is the same batch.
    A batch that the centre could not read is a fault here (ValueError), before it can leave.
    """
    content: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "council": hub.council,
        "hub": hub.hub,
        "epoch": number.epoch,
        "n": number.n,
        "closed_period": load.period,
        "revision": load.revision,
        "gate": {"k": K_MIN, "alpha": ALPHA, "l": L_MIN, "version": SCHEMA_VERSION},
        "fragments": _fragments(load.rows, load.gain_total),
    }
    if load.closings:
        content["closings"] = [_closing(each) for each in sorted(load.closings, key=_opening)]
    batch_id = _id_of(content)
    body = canonical({**content, "batch_id": batch_id})
    seen = read(body)
    if isinstance(seen, Unreadable):
        worst = seen.reasons[0]
        raise ValueError(f"may not leave: {worst.where}: {worst.why}")  # noqa: TRY004
    return Sealed(batch_id, load.period, load.revision, body)


def read(body: bytes) -> Batch | Unreadable:
    """Read bytes as a batch, or say for each bad part why it may not be counted.

    Beyond the JSON Schema of the record, a batch carries only rows of its own closed period, a
    row once, and an id made of its content.
    """
    content = parse(body)
    if isinstance(content, NotJson):
        return Unreadable((Reason("", content.why),), is_json=False)
    try:
        batch = Batch.model_validate(content)
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_input=False)
        return Unreadable(tuple(_reason(each) for each in found[:REASONS_MAX]))
    reasons = (*_out_of_period(batch), *_given_twice(batch))
    texts = {kind: batch.texts_of_kind(kind) for kind in KINDS}
    if not reasons and batch.batch_id != _id_of(as_object(content) or {}, texts):
        reasons = (Reason("batch_id", "This id was not made from what the batch holds."),)
    return Unreadable(reasons[:REASONS_MAX]) if reasons else batch


def _opening(closing: Closing) -> int:
    return closing.opening


def _closing(closing: Closing) -> dict[str, object]:
    return {
        "day": closing.day.isoformat(),
        "opening": closing.opening,
        "visits": closing.visits,
        "contacts": dict(closing.contacts),
    }


def _fragments(rows: Iterable[Row], gain_total: GainTotal | None) -> dict[str, object]:
    found: dict[str, list[dict[str, str | int]]] = {}
    for row in sorted(rows):
        found.setdefault(row.kind, []).append({**dict(row.facts), "n": row.n})
    if gain_total is not None:
        found["gain_total"] = [asdict(gain_total)]
    return dict(found)


def _id_of(content: Mapping[str, object], texts: Mapping[str, tuple[str, ...]] = _NOT_KNOWN) -> str:
    """Make the id of a batch from its content: the order of rows and keys makes no difference.

    `texts` are the rows of a kind as canonical JSON, where they are known.
    """
    fragments = as_object(content["fragments"]) or {}
    lists = {kind: as_list(rows) for kind, rows in fragments.items()}
    plain = {
        kind: sorted(texts.get(kind) or [row.decode() for row in canonical_each(rows)])
        for kind, rows in lists.items()
        if rows
    }
    rest = {name: value for name, value in content.items() if name not in _NOT_CONTENT}
    rest["closings"] = sorted(canonical(each).decode() for each in as_list(rest.get("closings")))
    digest = hashlib.sha256(canonical({**rest, "fragments": plain})).hexdigest()
    name = f"{content['council']}/{content['hub']}/{content['closed_period']}/{digest}"
    return str(uuid5(_BATCH_IDS, name))


def _out_of_period(batch: Batch) -> Iterator[Reason]:
    for kind in KINDS:
        for index, row in enumerate(batch.of_kind(kind)):
            if row.facts[0][1] != batch.closed_period:
                where = f"fragments.{kind}.{index}.{row.facts[0][0]}"
                yield Reason(where, "This row is not about the batch’s own period.", kind, index)
    total = batch.gain_total
    if total is not None and total.quarter != batch.closed_period:
        why = "A gain total travels with its own quarter."
        yield Reason("fragments.gain_total.0.quarter", why)
    for index, closing in enumerate(batch.closings):
        if closing.day != batch.closed_period:
            yield Reason(f"closings.{index}.day", "A closing count travels with its own day.")


def _given_twice(batch: Batch) -> Iterator[Reason]:
    for kind in KINDS:
        rows = batch.of_kind(kind)
        if len({row.facts for row in rows}) == len(rows):
            continue
        seen: set[tuple[tuple[str, str], ...]] = set()
        for index, row in enumerate(rows):
            if row.facts in seen:
                where = f"fragments.{kind}.{index}"
                yield Reason(where, "The same row is given twice in this batch.", kind, index)
            seen.add(row.facts)
    openings = [closing.opening for closing in batch.closings]
    if len(set(openings)) < len(openings):
        yield Reason("closings", "The same session is closed twice in this batch.")


def _reason(fault: ErrorDetails) -> Reason:
    """Turn a validation error into a sentence that never repeats what was sent."""
    place = fault["loc"]
    name = str(fault.get("ctx", {}).get("name", "")) if fault["type"] == OURS else ""
    why = (
        fault["msg"]
        if fault["type"] == OURS
        else _SENTENCES.get(fault["type"], "This value is not one the record allows.")
    )
    where = ".".join(_plain(each) for each in (*place, name) if each != "")
    match place:
        case ("fragments", str(kind), int(index), *_) if kind in KINDS:
            return Reason(where, why, kind, index)
        case _:
            return Reason(where, why)


def _plain(part: str | int) -> str:
    """Show a name only when it looks like a field: a stranger’s key could be anything."""
    text = str(part)
    return text if isinstance(part, int) or _PLAIN_NAME.fullmatch(text) else "…"
