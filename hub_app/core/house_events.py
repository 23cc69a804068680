"""The facts of the house: what holds from one session to the next, in codes and days."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RotaSet:
    """Somebody is expected: first at `starts` (local, 2026-01-06T10:00) for `minutes`.

    `rule` is a recurrence rule of RFC 5545, empty for once; `without` and `also` are days.
    """

    entry: str
    name: str
    services: tuple[str, ...]
    starts: str
    minutes: int
    rule: str = ""
    organisation: str = ""
    without: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    on_holidays: bool = False


@dataclass(frozen=True, slots=True)
class RotaEnded:
    """From this day on nobody is expected by that entry of the rota."""

    entry: str
    day: str


@dataclass(frozen=True, slots=True)
class DayOff:
    """The hub stays shut on this day."""

    day: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class DayOn:
    """The hub opens on this day after all, also when it is a holiday."""

    day: str


@dataclass(frozen=True, slots=True)
class CapacitySet:
    """How many people the hall takes: full from `red`, a warning from `amber`; 0, 0 is no limit."""

    amber: int
    red: int


@dataclass(frozen=True, slots=True)
class AgreementMade:
    """These organisations agreed what may travel with a hand-over, from one day until another."""

    agreement: str
    parties: tuple[str, ...]
    scope: tuple[str, ...]
    from_day: str
    until_day: str


@dataclass(frozen=True, slots=True)
class AgreementEnded:
    """An agreement holds no more, from this day on."""

    agreement: str
    day: str


@dataclass(frozen=True, slots=True)
class ReferralAcknowledged:
    """Whoever a family was referred to has said they have it."""

    referral: str


HouseEvent = (
    RotaSet
    | RotaEnded
    | DayOff
    | DayOn
    | CapacitySet
    | AgreementMade
    | AgreementEnded
    | ReferralAcknowledged
)
