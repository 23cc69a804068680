"""What a tap asks of the hub, and what it says of taps that may still be taken back."""

from dataclasses import dataclass, field

from hub_app.core import events as e


@dataclass(frozen=True, slots=True)
class Wish:
    """What a greeter records of an arrival. Everything but the needs is optional.

    A `plan` is the order a person put in the place of the suggested one.
    """

    needs: tuple[str, ...] = ()
    urgent: str | None = None
    plan: tuple[str, ...] = ()
    name: str = ""
    answers: e.Answered = field(default_factory=e.Answered)
    arranged: e.Arranged | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a stop beside its outcome: money, or the reason that nobody could help.

    `note` is what the family agreed may be told to the desk they are handed over to. `referred`
    is who is to act for them from here on, with their consent; an empty id is minted.
    """

    gains: tuple[e.Gain, ...] = ()
    reason: str | None = None
    note: str = ""
    referred: e.Referred | None = None


@dataclass(frozen=True, slots=True)
class Tap:
    """The last tap on a visit that an undo would take back, while there is time.

    `kind` is the first fact of the tap, `desk` the desk (id) that made it, empty if none did.
    `over` is the ticket of the family the rule would have called in the place of this one.
    """

    visit: str
    ticket: str
    kind: str
    at: int
    desk: str = ""
    over: str = ""
