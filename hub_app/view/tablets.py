"""What every screen may say of the other tablets, as frozen values: who is here, how far behind."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """How this tablet stands with the others, in order of what matters most to the reader."""

    CUT_OFF = "cut_off"  # nobody decides on calls that this tablet can reach
    CATCHING_UP = "catching_up"  # facts are on their way to us
    SOME_AWAY = "some_away"  # we can call, but somebody of this session is out of reach
    BEHIND = "behind"  # somebody in reach does not have all of ours yet
    IN_STEP = "in_step"  # everybody of this session is in reach and holds the same
    ALONE = "alone"  # no other tablet is paired


@dataclass(frozen=True, slots=True)
class TabletRow:
    """One paired tablet as this one sees it.

    `heard_seconds` is the time since it was last heard, None if never since the start. `lacks` is
    how many of the facts held here it is not known to hold, `has_more` how many it holds that are
    not here. `clock_ahead_ms` is how far its clock is ahead of this tablet's, None if unknown.
    """

    device: str
    name: str
    role: str
    is_me: bool = False
    is_linked: bool = False
    is_keeper: bool = False
    is_in_session: bool = False
    heard_seconds: float | None = None
    lacks: int = 0
    has_more: int = 0
    clock_ahead_ms: int | None = None


@dataclass(frozen=True, slots=True)
class InHall:
    """How the tablets of the hall stand, as this one knows it. Never IN_STEP when not.

    `agreed_at` is when all that are part of this session last held the same facts (wall
    milliseconds). `keeper` is the device that decides on calls; `may_take_over`: nobody does, and a
    person may decide that this tablet shall. `caught_up` and `to_catch_up` count facts while this
    tablet catches up. `clock_off_ms` is how far this tablet's own clock is from what the others
    agree on. `forked` counts facts of which two different ones bear one number, `unreadable` those
    set aside because nobody could keep them as they came.
    """

    step: Step = Step.ALONE
    tablets: tuple[TabletRow, ...] = ()
    keeper: str | None = None
    may_take_over: bool = False
    agreed_at: int | None = None
    caught_up: int = 0
    to_catch_up: int = 0
    clock_off_ms: int = 0
    forked: int = 0
    unreadable: int = 0
    removed_at: int | None = None  # this tablet was removed from its hub, and is empty since then
    is_stranger: bool = False  # a copy of a paired tablet: it must be paired itself

    @property
    def may_call(self) -> bool:
        """Whether calls by turn are decided by somebody this tablet can reach."""
        return self.step is not Step.CUT_OFF

    @property
    def me(self) -> TabletRow | None:
        """The row of this very tablet, once it is paired with any other."""
        return next((row for row in self.tablets if row.is_me), None)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a coordinator's screen shows to let one tablet in.

    `qr` is the text of the picture, `code` what is typed where there is no camera (shown as it is),
    `address` where the other tablet finds this one should it ask. `until_seconds` is how long it
    still holds. `is_code_spent`: a wrong code was typed, so only the picture is still good. Once
    used, `joined` is the name of who came and `word` what both screens show.
    """

    qr: str
    code: str
    address: str
    name: str
    role: str
    until_seconds: float
    joined: str = ""
    joined_device: str = ""
    word: str = ""
    is_code_spent: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of joining a hub: who let this tablet in, as what, and the word on both screens."""

    by: str
    name: str
    role: str
    word: str
