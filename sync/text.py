"""JSON as bytes: the one canonical way we write it, and the strict way we read it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Never, cast

PARTS_MAX: Final = 50_000  # the largest batch has 2,000, the largest manifest 24,000


@dataclass(frozen=True)
class NotJson:
    """Bytes that are not one strict JSON value, and why, as a sentence."""

    why: str


class _NotStrictError(ValueError):
    """Stops the JSON reader where the text is not strict; never leaves this file."""


_CANONICAL: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def canonical(value: object) -> bytes:
    """Give the one canonical JSON of a value: sorted keys, no spaces, UTF-8."""
    return _CANONICAL.encode(value).encode()


def canonical_each(values: Sequence[object]) -> list[bytes]:
    """Give the canonical JSON of each of many values, in far less time than one by one."""
    kinds = set(map(type, values))
    for kind, opens, closes in ((dict, b"{", b"}"), (list, b"[", b"]")):
        if kinds == {kind}:
            parts = canonical(values)[2:-2].split(closes + b"," + opens)
            if len(parts) == len(values):  # else a text has in it what stands between two of them
                return [opens + part + closes for part in parts]
    return [canonical(each) for each in values]


def parse(body: bytes, parts_max: int = PARTS_MAX) -> object | NotJson:
    """Read strict JSON (RFC 8259): UTF-8, finite numbers, no name twice, no deep nesting.

    Of more commas than `parts_max` nothing is read: each may stand for kilobytes once it is.
    """
    if body.count(b",") > parts_max:
        return NotJson("There are more parts in this JSON than in anything of ours.")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return NotJson("This is not UTF-8 text.")
    try:
        value: object = json.loads(text, object_pairs_hook=_once_each, parse_constant=_not_finite)
        if "\\u" in text:  # the one way to write half of a letter, which nobody could pass on
            json.dumps(value, ensure_ascii=False).encode()
    except _NotStrictError as stop:
        return NotJson(str(stop))
    except RecursionError:
        return NotJson("This JSON is nested too deeply to be a batch.")
    except ValueError:  # also a number of more digits than Python will read
        return NotJson("This is not JSON.")
    return value


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _NotStrictError("A name is given twice in one JSON object.")
    return found


def _not_finite(_: str) -> Never:
    raise _NotStrictError("A number here is not finite; JSON has no NaN and no Infinity.")


def as_object(value: object) -> dict[str, object] | None:
    """Give a JSON object as a mapping of names, or None when the value is not one."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object]:
    """Give a JSON array as a list; an empty one when the value is not an array."""
    return cast("list[object]", value) if isinstance(value, list) else []
