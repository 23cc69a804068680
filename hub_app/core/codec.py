"""Events to and from the text the log keeps, so that what we do not know survives untouched."""

import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from hub_app.core import events
from hub_app.core.events import Event, Unknown

VERSION = 1
_Reader = Callable[[object], Any]


class _Unreadable(ValueError):
    """A body does not have the shape its kind promises."""


def _kind_of(event_type: type) -> str:
    name = event_type.__name__
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


def _exactly(wanted: type) -> _Reader:
    def read(value: object) -> object:
        if type(value) is not wanted:
            raise _Unreadable(f"expected {wanted.__name__}")
        if isinstance(value, str):
            value.encode()  # half a surrogate pair could never be written again
        return value

    return read


def _reader(hint: Any) -> _Reader:
    """Give the function that turns a JSON value into a field of this type, or raises."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        present = _reader(next(a for a in inner if a is not type(None)))
        return lambda value: None if value is None else present(value)
    if origin is tuple:
        each = _reader(inner[0])

        def read_tuple(value: object) -> tuple[Any, ...]:
            if not isinstance(value, list):
                raise _Unreadable("expected a list")
            return tuple(each(item) for item in cast(list[object], value))

        return read_tuple
    if is_dataclass(hint):
        return _dataclass_reader(cast(type, hint))
    return _exactly(hint)


def _dataclass_reader(wanted: type) -> _Reader:
    hints = get_type_hints(wanted)
    readers = {field.name: _reader(hints[field.name]) for field in fields(wanted)}

    def read(value: object) -> Any:
        if not isinstance(value, dict):
            raise _Unreadable("expected an object")
        body = cast(dict[str, object], value)
        known = {name: read(body[name]) for name, read in readers.items() if name in body}
        try:
            return wanted(**known)
        except TypeError as missing:
            raise _Unreadable(str(missing)) from None

    return read


_TYPES: dict[str, type] = {_kind_of(t): t for t in get_args(events.Event) if t is not Unknown}
_READERS: dict[str, _Reader] = {kind: _dataclass_reader(t) for kind, t in _TYPES.items()}
_KINDS: dict[type, str] = {t: kind for kind, t in _TYPES.items()}
KINDS = tuple(_READERS)


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in cast(tuple[object, ...], value)]
    return value


def encode(event: Event) -> tuple[str, int, str]:
    """Give the kind, version and canonical JSON body of an event."""
    if isinstance(event, Unknown):
        raise TypeError("an unknown event is passed on as it came, never written anew")
    body = json.dumps(_plain(event), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _KINDS[type(event)], VERSION, body


def decode(kind: str, version: int, body: str) -> Event:
    """Give the event of a body; `Unknown` when the kind is new, or the body not what we know it as.

    A newer version of a kind only ever adds fields with defaults, so it is read as ours; what we
    do not know stays in the raw body.
    """
    reader = _READERS.get(kind)
    if reader is None or version < 1:
        return Unknown(kind)
    try:
        return cast(Event, reader(json.loads(body)))
    except (ValueError, RecursionError):
        return Unknown(kind)
