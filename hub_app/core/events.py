"""The facts a session is made of: frozen values in the past tense, with codes and times only."""

from dataclasses import dataclass

from hub_app.core.clock import Stamp
from hub_app.core.hall_events import (
    DeskBack,
    DeskClosed,
    DeskExpected,
    DeskLeaving,
    DeskOnBreak,
    DeskOpened,
    InterpretersHere,
    SessionClosed,
    SessionOpened,
    SignedOff,
)
from hub_app.core.house_events import HouseEvent
from hub_app.core.leaving_events import LeavingEvent
from hub_app.core.roster_events import RosterEvent

# --- one family's visit ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrived:
    """A family came in. Every answer is optional: None is *not asked*."""

    ticket: str
    token: str
    adults: int | None = None
    children: int | None = None
    language: str | None = None
    area: str | None = None
    visit_type: str | None = None
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """Optional answers given later; None leaves what was said before."""

    adults: int | None = None
    children: int | None = None
    language: str | None = None
    area: str | None = None
    visit_type: str | None = None
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One need and the service that is to help with it."""

    need: str
    service: str


@dataclass(frozen=True, slots=True)
class Triaged:
    """What they came for today, whether it is urgent (a protocol's code), the suggested order.

    `plan_by_person`: somebody put another order in the place of the suggested one.
    """

    needs: tuple[Line, ...]
    plan: tuple[str, ...] = ()
    urgent: str | None = None
    plan_by_person: bool = False


@dataclass(frozen=True, slots=True)
class Arranged:
    """What a plan for this family must respect; the whole of it, in place of what was before.

    `interpreter` is a language; `access` holds quiet, step_free, buggy, hearing_loop; times are
    milliseconds.
    """

    interpreter: str | None = None
    access: tuple[str, ...] = ()
    leave_by: int | None = None
    appointment_service: str | None = None
    appointment_at: int | None = None


@dataclass(frozen=True, slots=True)
class NeedAdded:
    """One more need came up."""

    need: str
    service: str


@dataclass(frozen=True, slots=True)
class Called:
    """A desk asked for this family; `why` is the rule's reason.

    `instead_of` is the visit the rule would have called: somebody chose this one over it.
    `is_cut_off`: nobody else could be asked, and the family stood in front of the desk.
    """

    desk: str
    service: str
    why: str = ""
    instead_of: str | None = None
    is_cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """They sat down. `service` says for what, to a tablet that never heard of the call."""

    desk: str
    service: str | None = None


@dataclass(frozen=True, slots=True)
class ClashSeen:
    """A desk has read that it and another had called this family at one time."""

    desk: str


@dataclass(frozen=True, slots=True)
class NoShow:
    """They were called and did not come."""

    desk: str


@dataclass(frozen=True, slots=True)
class Held:
    """A desk let them step aside; their place is kept and nobody calls them by turn."""

    desk: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """They are ready again."""


@dataclass(frozen=True, slots=True)
class HandoverOffered:
    """A desk asked another by name to take this family on, in person.

    `has_note`: a note the parent agreed to goes with them, sealed apart from the log.
    """

    desk: str
    to: str
    service: str
    has_note: bool = False


@dataclass(frozen=True, slots=True)
class HandoverWalking:
    """Somebody is walking them over."""


@dataclass(frozen=True, slots=True)
class HandoverReceived:
    """The other desk has them: they sat down there, for `service`."""

    desk: str
    service: str | None = None


@dataclass(frozen=True, slots=True)
class HandoverTakenBack:
    """A desk took the offer back before they were received: they wait, with their place kept."""

    desk: str


@dataclass(frozen=True, slots=True)
class Gain:
    """Money that came of it, in whole pounds."""

    pounds: int
    source: str = "other"
    is_confirmed: bool = False
    is_yearly: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """A stop ended, its needs met, booked, referred or unmet. No `desk`: the greeter helped."""

    desk: str
    service: str
    outcome: str
    settles: str = "met"
    gains: tuple[Gain, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Unmet:
    """Nobody here could help with these needs today, why, and what was offered instead.

    `offered` is next_date, signpost or call_back; empty when nothing was.
    """

    needs: tuple[str, ...]
    reason: str
    offered: str = ""


@dataclass(frozen=True, slots=True)
class Referred:
    """With the family's consent somebody outside, or not here today, is to act by `due` (a day).

    `kind` is referral or call_back; `to` a service or an organisation; `need` what it is about.
    """

    referral: str
    desk: str
    to: str
    due: str
    need: str = ""
    kind: str = "referral"


@dataclass(frozen=True, slots=True)
class Checked:
    """One entitlement and where the family stands with it.

    `answer` is has, new_claim, unaware, not_eligible or not_asked; `because` why it is unclaimed.
    """

    code: str
    answer: str
    because: str | None = None


@dataclass(frozen=True, slots=True)
class EntitlementsChecked:
    """Where a family stands with its entitlements; never part of the visit a rule can see."""

    lines: tuple[Checked, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """They went away with needs still open; from which desk, if they had sat down at one."""

    desk: str = ""


@dataclass(frozen=True, slots=True)
class VisitClosed:
    """Nothing of this visit is open any more."""


@dataclass(frozen=True, slots=True)
class GroupsTicked:
    """What the parent ticked about their family; never part of the visit a rule can see.

    `groups` holds pack codes; `answer` is ticked, none or rather_not_say; `work` is a pack code.
    """

    answer: str
    groups: tuple[str, ...] = ()
    work: str | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """These events (as origin:n) are taken back."""

    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact a newer tablet wrote: kept and passed on as it came, never applied."""

    kind: str


Event = (
    SessionOpened
    | SessionClosed
    | SignedOff
    | DeskExpected
    | DeskOpened
    | DeskLeaving
    | DeskOnBreak
    | DeskBack
    | DeskClosed
    | InterpretersHere
    | Arrived
    | Answered
    | Triaged
    | Arranged
    | NeedAdded
    | Called
    | Started
    | ClashSeen
    | NoShow
    | Held
    | Resumed
    | HandoverOffered
    | HandoverWalking
    | HandoverReceived
    | HandoverTakenBack
    | Finished
    | Unmet
    | Referred
    | EntitlementsChecked
    | Left
    | VisitClosed
    | GroupsTicked
    | HouseEvent
    | RosterEvent
    | LeavingEvent
    | Undone
    | Unknown
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its place in the log. `raw` is the body exactly as its origin wrote it."""

    origin: str
    n: int
    stamp: Stamp
    session: str
    visit: str | None
    event: Event
    kind: str
    version: int
    raw: str

    @property
    def id(self) -> str:
        """The event's name in the whole hub: origin and number."""
        return f"{self.origin}:{self.n}"
