"""The texts people read in a pack: listing them, and a pack with each one translated."""

from collections.abc import Callable, Iterator
from dataclasses import Field, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from hub_app.core.pack import Pack

Translate = Callable[[str], str]
_T = TypeVar("_T")


def texts(pack: Pack) -> tuple[str, ...]:
    """Every text of a pack that is to be translated, once each, in the pack's order."""
    return tuple(dict.fromkeys(_texts_in(pack)))


def translated(pack: Pack, translate: Translate) -> Pack:
    """The same pack with every text given to `translate`; codes and facts stay as they are."""
    return _translate(pack, translate)


def _texts_in(value: object) -> Iterator[str]:
    for one in _fields(value):
        found: object = getattr(value, one.name)
        for part in _parts(found):
            if is_dataclass(part):
                yield from _texts_in(part)
            elif one.metadata.get("text") and isinstance(part, str):
                yield part


def _translate(value: _T, translate: Translate) -> _T:
    changed: dict[str, Any] = {}
    for one in _fields(value):
        found: object = getattr(value, one.name)
        is_text = bool(one.metadata.get("text"))
        parts = tuple(_part(part, translate, is_text=is_text) for part in _parts(found))
        changed[one.name] = parts if isinstance(found, tuple) else parts[0]
    return cast(_T, replace(cast(Any, value), **changed))


def _part(part: object, translate: Translate, *, is_text: bool) -> object:
    if is_dataclass(part):
        return _translate(part, translate)
    return translate(part) if is_text and isinstance(part, str) else part


def _parts(found: object) -> tuple[object, ...]:
    return cast(tuple[object, ...], found) if isinstance(found, tuple) else (found,)


def _fields(value: object) -> tuple[Field[Any], ...]:
    return fields(cast(Any, value))
