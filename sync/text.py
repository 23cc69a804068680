"""JSON as bytes: the one canonical way we write it, and the strict way we read it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Never, cast


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
    for kind, (opens, closes) in ((dict, "{}"), (list, "[]")):
        if values and all(type(each) is kind for each in values):
            parts = canonical(values)[2:-2].split(f"{closes},{opens}".encode())
            if len(parts) == len(values):  # else a text has in it what stands between two of them
                return [b"%b%b%b" % (opens.encode(), part, closes.encode()) for part in parts]
    return [canonical(each) for each in values]


def parse(body: bytes) -> object | NotJson:
    """Read strict JSON (RFC 8259): UTF-8, finite numbers, no name twice, no deep nesting."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return NotJson("This is not UTF-8 text.")
    try:
        value: object = json.loads(text, object_pairs_hook=_once_each, parse_constant=_not_finite)
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
