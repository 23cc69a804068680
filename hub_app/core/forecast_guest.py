"""Who is in one future: guests with what is left to them, and those who interpret."""

from collections.abc import Mapping, Sequence

from hub_app.core.forecast_outlook import NEVER
from hub_app.core.forecast_scores import NOTHING, Open
from hub_app.core.forecast_sketch import Window
from hub_app.core.routing import Family


class Guest:
    """Somebody in one future.

    `gone_at` is when they lose patience; the hall sees them until `seems_here_until`. `is_known`
    are those of the sketch, `waits` those of them whose next call is asked for.
    """

    __slots__ = (
        "base",
        "family",
        "gone_at",
        "has_clock",
        "is_known",
        "open",
        "place",
        "seems_here_until",
        "services",
        "waits",
    )

    def __init__(self, place: int, family: Family, base: float) -> None:
        self.place = place
        self.family = family
        self.base = base
        self.services = family.services
        self.has_clock = family.leave_by is not None or family.appointment is not None
        self.is_known = self.waits = False
        self.gone_at = self.seems_here_until = NEVER
        self.open: Open = NOTHING


class _Interpreter:
    """One interpreter in one future."""

    __slots__ = ("begins", "busy_until", "ends")

    def __init__(self, window: Window) -> None:
        self.begins, self.ends = window
        self.busy_until = -NEVER

    def is_free(self, minute: float) -> bool:
        return self.begins <= minute < self.ends and self.busy_until <= minute


class Interpreters:
    """All interpreters in one future; a language that is not listed has no limit."""

    def __init__(self, here: Mapping[str, Sequence[Window]]) -> None:
        self._here = {
            language: [_Interpreter(window) for window in sorted(windows)]
            for language, windows in here.items()
        }

    def may_talk(self, language: str | None, minute: float) -> bool:
        """Say whether no interpreter is needed, or one is free."""
        if language is None or language not in self._here:
            return True
        return any(one.is_free(minute) for one in self._here[language])

    def take(self, language: str | None, minute: float, until: float) -> None:
        """Keep one of them busy, when one is needed and free."""
        free = (one for one in self._here.get(language or "", ()) if one.is_free(minute))
        one = next(free, None)
        if one is not None:
            one.busy_until = until
