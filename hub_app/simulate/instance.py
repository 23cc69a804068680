"""One day as it will turn out: who comes, what they need, who is at which desk, and the chances."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub_app.core.routing import INTERPRETED

FORMAT = "hub-instance/1"
Window = tuple[float, float]  # from, until: minutes since opening


@dataclass(frozen=True, slots=True)
class Service:
    """One service. The app may know all but `mean` and `spread`, the truth behind its minutes.

    `after` are the services that must come first; `history` are past serving times in minutes.
    """

    name: str
    after: tuple[int, ...]
    history: tuple[float, ...]
    prior_minutes: float
    mean: float = 0.0
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: the service it offers and when somebody is at it."""

    service: int
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One interpreter, and when they are in the hall."""

    language: str
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """A need that only comes to light at a desk: where, what for, and the minutes it will take."""

    at: int
    to: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Coming:
    """One family that will come, with what nobody knows beforehand.

    The app may know `arrive`, `needs`, `language`, `is_urgent`, `leave_by` and `appointment`. The
    rest is how it turns out: minutes of triage, of serving by service, of patience; whether they
    go without a word, which first calls they miss, and whether they come at all.
    """

    arrive: float
    needs: tuple[int, ...]
    triage: float
    minutes: Mapping[int, float]
    patience: float
    language: str | None = None
    is_urgent: bool = False
    leave_by: float | None = None
    appointment: tuple[int, float] | None = None
    is_silent: bool = False
    misses: frozenset[int] = frozenset()
    handover: Handover | None = None
    stays_away: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One day in one hall; times are minutes since opening, services are known by position."""

    size: str
    seed: int
    close: float
    last_arrival: float
    greeters: int
    services: tuple[Service, ...]
    desks: tuple[Desk, ...]
    interpreters: tuple[Interpreter, ...]
    families: tuple[Coming, ...]
    interpreted: float = INTERPRETED
