"""What tablets say to each other: frozen messages, and the bounded text they travel as."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from hub_app.core.clock import MILLIS_LIMIT

MESSAGE_LIMIT = 256 * 1024  # bytes of one message
ROWS_LIMIT = 500  # facts in one message
ORIGINS_LIMIT = 400  # a hall's tablets, and every database any of them ever had
MEMBERS_LIMIT = 100
CARDS_LIMIT = 100  # in one message
CARDS_HELD_LIMIT = 3000
TEXT_LIMIT = 200  # any id or name
NUMBER_LIMIT = 1 << 53  # of a fact, a term, a version: more than any hall ever counts
REVISION_LIMIT = 1 << 60
_STRICT = ConfigDict(strict=True, extra="ignore")  # a newer tablet may say more

Vector = Mapping[str, int]
Term = tuple[int, str]
Mark = tuple[str, int]  # a fact: its origin, and its number there
# origin, n, millis, counter, session, visit, kind, version, body: as the log keeps a fact
Row = tuple[str, int, int, int, str, str | None, str, int, str]
Card = tuple[str, int, str]  # key, revision, text


@checked(frozen=True, config=_STRICT)
class Config:
    """Whose majority grants the lease: the one with the higher (term, version) replaces another."""

    term: Term
    version: int
    members: tuple[str, ...]

    @property
    def id(self) -> tuple[Term, int]:
        """What orders configs."""
        return (self.term, self.version)


@checked(frozen=True, config=_STRICT)
class Alive:
    """The first thing said on a line, and again every two seconds.

    `vector` is the highest n held without a gap, by origin; `tips` the digest of that fact, so that
    two different facts of one number are noticed; `millis` the wall clock; `sees` the origins this
    tablet has a line to; `keeper` who it believes decides on calls. `cards_tip` is the digest of
    the names and notes held, `cards` their revisions where the other side does not know them.
    """

    origin: str
    vector: dict[str, int]
    tips: dict[str, str] = field(default_factory=dict[str, str])
    millis: int = 0
    sees: tuple[str, ...] = ()
    keeper: str | None = None
    cards_tip: str = ""
    cards: dict[str, int] | None = None


@checked(frozen=True, config=_STRICT)
class Facts:
    """Facts the other side lacks: in order, and without a gap within each origin."""

    rows: tuple[Any, ...]  # each is read by the log, so that a bad one is set aside alone


@checked(frozen=True, config=_STRICT)
class Have:
    """What is held here now, said after the commit."""

    vector: dict[str, int]


@checked(frozen=True, config=_STRICT)
class Cards:
    """Names and notes of a session, which are kept sealed on each tablet and never in the log."""

    session: str
    cards: tuple[Card, ...]


@checked(frozen=True, config=_STRICT)
class Ask:
    """A desk asks the keeper for the next family, or for a named one.

    `after` is the last fact of the tablet that asks: the keeper decides once it holds that too.
    """

    id: str
    desk: str
    visit: str | None = None
    after: Mark | None = None


@checked(frozen=True, config=_STRICT)
class Answer:
    """The keeper's answer: the visit that was called, or the refusal.

    `after` is the fact it follows from: the desk is told once its tablet holds that.
    """

    id: str
    visit: str | None = None
    refusal: str | None = None
    after: Mark | None = None


@checked(frozen=True, config=_STRICT)
class LeaseAsked:
    """A candidate, or the keeper again, asks for the lease. `sent` is on its own clock."""

    term: Term
    config: Config
    sent: float


@checked(frozen=True, config=_STRICT)
class LeaseGranted:
    """A voter grants it; `config_id` is the config it now holds, `vector` the facts it holds."""

    term: Term
    config_id: tuple[Term, int]
    sent: float
    vector: dict[str, int]


@checked(frozen=True, config=_STRICT)
class LeaseDenied:
    """A voter does not; with the highest term and the config it knows."""

    term: Term
    config: Config


@checked(frozen=True, config=_STRICT)
class Leaving:
    """The tablet that says this is being shut down."""


@checked(frozen=True, config=_STRICT)
class Removed:
    """The tablet that hears this was removed from the hub: it wipes itself.

    `rows` are the facts of the roster that say so. Without them anybody could have it wiped.
    """

    rows: tuple[Any, ...] = ()


KeeperMessage = LeaseAsked | LeaseGranted | LeaseDenied | Leaving
Message = (
    Alive
    | Facts
    | Have
    | Cards
    | Ask
    | Answer
    | LeaseAsked
    | LeaseGranted
    | LeaseDenied
    | Leaving
    | Removed
)
_READERS: dict[str, TypeAdapter[Any]] = {t.__name__: TypeAdapter(t) for t in get_args(Message)}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What came was no message of ours; why, for the log."""

    why: str


def to_text(message: Message) -> str:
    """Give a message as the text it travels as."""
    kind = type(message).__name__
    body = _READERS[kind].dump_python(message, mode="json")
    return json.dumps([kind, body], ensure_ascii=False, separators=(",", ":"))


def from_text(text: str | bytes) -> Message | Unreadable:
    """Give the message a text stands for. Never raises: what cannot be read is said to be so."""
    if len(text) > MESSAGE_LIMIT:
        return Unreadable("too long")
    try:
        said: object = json.loads(text)
    except (ValueError, RecursionError):
        return Unreadable("not JSON")
    if not isinstance(said, list) or len(cast(list[object], said)) != 2:
        return Unreadable("not a message")
    kind, body = cast(list[object], said)
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        return Unreadable("an unknown kind of message")
    try:
        # Through text again, because strict JSON knows tuples that strict Python does not.
        message = reader.validate_json(json.dumps(body))
    except (ValidationError, ValueError, RecursionError):
        return Unreadable(f"not a whole {kind}")
    return cast(Message, message) if _is_bounded(message) else Unreadable(f"too much in a {kind}")


def _is_bounded(message: Message) -> bool:
    match message:
        case Alive():
            cards = message.cards or {}
            return (
                _are_counted(message.vector)
                and max(len(message.tips), len(message.sees)) <= ORIGINS_LIMIT
                and 0 <= message.millis < MILLIS_LIMIT
                and len(cards) <= CARDS_HELD_LIMIT
                and all(0 <= revision < REVISION_LIMIT for revision in cards.values())
            )
        case Have():
            return _are_counted(message.vector)
        case Facts() | Removed():
            return len(message.rows) <= ROWS_LIMIT
        case Cards():
            return len(message.cards) <= CARDS_LIMIT and all(
                0 <= revision < REVISION_LIMIT for _, revision, _ in message.cards
            )
        case LeaseGranted():
            term, version = message.config_id
            is_sent = math.isfinite(message.sent) and _are_numbers((version,))
            return is_sent and _are_terms(message.term, term) and _are_counted(message.vector)
        case LeaseAsked() | LeaseDenied():
            is_sent = isinstance(message, LeaseDenied) or math.isfinite(message.sent)
            return is_sent and _are_terms(message.term) and _is_config(message.config)
        case Ask() | Answer():
            after = message.after or ("", 0)
            words = (message.id, message.visit or "", after[0])
            return all(len(word) <= TEXT_LIMIT for word in words) and _are_numbers(after[1:])
        case Leaving():
            return True


def _are_numbers(numbers: Iterable[int]) -> bool:
    return all(0 <= number < NUMBER_LIMIT for number in numbers)


def _are_counted(vector: Vector) -> bool:
    return len(vector) <= ORIGINS_LIMIT and _are_numbers(vector.values())


def _are_terms(*terms: Term) -> bool:
    return all(len(device) <= TEXT_LIMIT and _are_numbers((count,)) for count, device in terms)


def _is_config(config: Config) -> bool:
    members = config.members
    is_small = len(members) <= MEMBERS_LIMIT and all(len(each) <= TEXT_LIMIT for each in members)
    return is_small and _are_terms(config.term) and _are_numbers((config.version,))
