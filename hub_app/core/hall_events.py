"""The facts of the hall: its session, its desks, and who interprets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """The hall opened. `day` is the local date; `opening` counts that day's sessions from 1."""

    day: str
    opening: int = 1
    utc_offset_minutes: int = 0


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The hall closed: nobody is in it any more."""


@dataclass(frozen=True, slots=True)
class SignedOff:
    """The coordinator stands by the counts: nothing more is undone, what may leave may go."""


@dataclass(frozen=True, slots=True)
class DeskExpected:
    """The rota expects a desk today, from and until these moments (milliseconds)."""

    desk: str
    name: str
    services: tuple[str, ...]
    from_at: int
    until_at: int
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class DeskOpened:
    """A desk is here and offers these services; `leaving_at` (milliseconds) if it says until when.

    `organisation` is whose desk it is: the pack's code, or empty for the first service's own.
    """

    desk: str
    name: str
    services: tuple[str, ...]
    organisation: str = ""
    leaving_at: int | None = None


@dataclass(frozen=True, slots=True)
class DeskLeaving:
    """A desk will leave at this moment (milliseconds); None: it stays after all."""

    desk: str
    at: int | None


@dataclass(frozen=True, slots=True)
class DeskOnBreak:
    """A desk went on a break."""

    desk: str


@dataclass(frozen=True, slots=True)
class DeskBack:
    """A desk came back from its break."""

    desk: str


@dataclass(frozen=True, slots=True)
class DeskClosed:
    """A desk has gone for today."""

    desk: str


@dataclass(frozen=True, slots=True)
class InterpretersHere:
    """So many people who interpret this language are in the hall now."""

    language: str
    number: int
