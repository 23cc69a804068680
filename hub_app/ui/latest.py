"""A function that stays the same from render to render, so that rows given it keep their memo."""

from collections.abc import Callable
from typing import Any, cast

import flet as ft


class _Latest:
    """Calls whatever the latest render said."""

    def __init__(self) -> None:
        self.act: Callable[..., Any] | None = None

    def call(self, *given: Any) -> Any:
        """Do what the latest render said."""
        return None if self.act is None else self.act(*given)


def use_latest(act: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function equal at every render that does what `act` of the latest one does."""
    ref = ft.use_ref(_Latest)
    kept = cast(_Latest, ref.current)
    kept.act = act
    return kept.call
