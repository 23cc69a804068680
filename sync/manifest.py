"""What a hub says it has, as sums, so that the centre can say what never reached it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sync.codes import DAY, QUARTER
from sync.periods import field_of
from sync.record import Reason, Unreadable
from sync.text import NotJson, canonical, canonical_each, parse
from sync.values import Closing, GainTotal, Load, Place, Row
from sync.wire import COUNT_MAX, EPOCH_MAX, OPENINGS_MAX, REVISION_MAX

SESSIONS_MAX: Final = 400  # the latest: more than a year of them
PERIODS_MAX: Final = 4_000  # ten years of a hub that opens on every day
QUARTERS_MAX: Final = 80
EPOCHS_MAX: Final = 400  # databases that ever wrote of a hub; its tablets hold fewer
REASONS_MAX: Final = 20
_WHOLE: Final = 2**64
_WHY: Final = "This value is not one a manifest allows."


@dataclass(frozen=True)
class RowsSum:
    """How many rows, and the xor and the sum (mod 2**64) of their hashes.

    Together they find what was lost, doubled, altered or swapped, whatever the order; the count
    alone misses a swap, the xor alone a doubled pair.
    """

    rows: int
    xor: int
    sum: int


@dataclass(frozen=True)
class PeriodSum:
    """What one revision of a period holds, as a sum."""

    period: str
    revision: int
    sum: RowsSum


@dataclass(frozen=True, order=True)
class SessionTold:
    """A session the hub had: `visits` by its closing count, None until that was sealed.

    `late`: families who came to light after the count had gone, less the visits taken back since.
    """

    day: date
    opening: int
    visits: int | None
    late: int = 0


@dataclass(frozen=True)
class Manifest:
    """What a hub says it has: sessions, what it sealed, and visits held or destroyed by quarter.

    `n` counts the manifests of one epoch, from 1. `knows` tells by epoch how many facts of what
    leaves (batches, receipts, destroyed sessions; never of a visit) stand behind this one. Both are
    empty in what an older version tells.
    """

    place: Place
    epoch: int
    sessions: tuple[SessionTold, ...] = ()
    periods: tuple[PeriodSum, ...] = ()
    waiting: Mapping[str, int] = field(default_factory=dict[str, int])
    destroyed: Mapping[str, int] = field(default_factory=dict[str, int])
    n: int = 0
    knows: Mapping[int, int] = field(default_factory=dict[int, int])

    def knows_less(self, knows: Mapping[int, int]) -> bool:
        """Say whether whoever knows so much knows all that stands behind this one, and more.

        A database that was put back writes under a new epoch, which nobody knows but it. So does a
        tablet that has not joined its hub yet; but nothing at all stands behind what that one says.
        """
        if self.knows and not any(self.knows.values()):
            return any(knows.values())
        here = {self.epoch: 0, **self.knows}
        return here != knows and all(knows.get(epoch, -1) >= n for epoch, n in here.items())


@dataclass(frozen=True)
class Differences:
    """Periods the centre lacks or has otherwise, and periods it knows more of than the hub."""

    again: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


def rows_sum(rows: Iterable[Row | Closing | GainTotal]) -> RowsSum:
    """Sum up rows; closing counts and gain totals count as rows of their own."""
    count, xor, total = 0, 0, 0
    for told in canonical_each([_told(row) for row in rows]):
        digest = hashlib.sha256(told).digest()
        value = int.from_bytes(digest[:8], "big")
        count, xor, total = count + 1, xor ^ value, (total + value) % _WHOLE
    return RowsSum(count, xor, total)


def period_sum(load: Load) -> PeriodSum:
    """Sum up everything one revision of a period holds."""
    total = () if load.gain_total is None else (load.gain_total,)
    return PeriodSum(load.period, load.revision, rows_sum((*load.rows, *load.closings, *total)))


def _told(row: Row | Closing | GainTotal) -> list[object]:
    match row:
        case Row():
            return [row.kind, dict(row.facts), row.n]
        case Closing():
            about = {DAY: row.day.isoformat(), "opening": str(row.opening)}
            return ["closing", about, row.visits, dict(row.contacts)]
        case GainTotal():
            about = {QUARTER: row.quarter}
            return ["gain_total", about, row.pounds_nearest_100, row.contributors]


def differences(told: Manifest, held: Mapping[str, PeriodSum]) -> Differences:
    """Compare what a hub says it sealed with what the centre holds, by period.

    A lower revision at the centre is a lack; a higher one, or a period the hub does not name,
    is more than the hub knows.
    """
    ours = {each.period: each for each in told.periods}
    again = (
        each.period
        for each in told.periods
        if (seen := held.get(each.period)) is None
        or seen.revision < each.revision
        or (seen.revision == each.revision and seen.sum != each.sum)
    )
    more = (
        period
        for period, seen in held.items()
        if period not in ours or seen.revision > ours[period].revision
    )
    return Differences(tuple(sorted(again)), tuple(sorted(more)))


# --- as it travels -----------------------------------------------------------------------------


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


_Count = Annotated[int, Field(ge=0, le=COUNT_MAX)]
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]  # no JSON reader need hold 64 bits
_Facts = Annotated[int, Field(ge=0, le=EPOCH_MAX)]
_Epoch = Annotated[str, Field(pattern=r"^[0-9]{1,16}$")]  # of an object: a name is text
_ByQuarter = Annotated[dict[str, _Count], Field(max_length=QUARTERS_MAX)]


class _SessionWire(_Wire):
    day: Annotated[str, Field(max_length=10)]
    opening: int = Field(ge=1, le=OPENINGS_MAX)
    visits: _Count | None
    late: int = Field(ge=-COUNT_MAX, le=COUNT_MAX)


class _PeriodWire(_Wire):
    period: Annotated[str, Field(max_length=10)]
    revision: int = Field(ge=1, le=REVISION_MAX)
    rows: _Count
    xor: _Hash
    sum: _Hash


class _ManifestWire(_Wire):
    manifest: Literal["1"]
    council: Annotated[str, Field(pattern=r"^S12[0-9]{6}$")]
    hub: Annotated[str, Field(pattern=r"^[A-Z0-9-]{2,12}$")]
    epoch: int = Field(ge=0, le=EPOCH_MAX)
    sessions: Annotated[tuple[_SessionWire, ...], Field(max_length=SESSIONS_MAX)]
    periods: Annotated[tuple[_PeriodWire, ...], Field(max_length=PERIODS_MAX)]
    waiting: _ByQuarter
    destroyed: _ByQuarter
    n: _Facts = 0
    knows: Annotated[dict[_Epoch, _Facts], Field(max_length=EPOCHS_MAX)] = {}


def manifest_body(manifest: Manifest) -> bytes:
    """Give a manifest as canonical JSON; of more sessions or periods than fit, the latest."""
    sessions = sorted(manifest.sessions)[-SESSIONS_MAX:]
    periods = sorted(manifest.periods, key=lambda each: each.period)[-PERIODS_MAX:]
    return canonical(
        {
            "manifest": "1",
            "council": manifest.place.council,
            "hub": manifest.place.hub,
            "epoch": manifest.epoch,
            "sessions": [
                {
                    "day": each.day.isoformat(),
                    "opening": each.opening,
                    "visits": each.visits,
                    "late": each.late,
                }
                for each in sessions
            ],
            "periods": [
                {
                    "period": each.period,
                    "revision": each.revision,
                    "rows": each.sum.rows,
                    "xor": f"{each.sum.xor:016x}",
                    "sum": f"{each.sum.sum:016x}",
                }
                for each in periods
            ],
            "waiting": dict(manifest.waiting),
            "destroyed": dict(manifest.destroyed),
            "n": manifest.n,
            "knows": {str(epoch): n for epoch, n in manifest.knows.items()},
        }
    )


def read_manifest(body: bytes) -> Manifest | Unreadable:
    """Read bytes as a manifest, or say where they are none; what was sent is never repeated."""
    content = parse(body)
    if isinstance(content, NotJson):
        return Unreadable((Reason("", content.why),), is_json=False)
    try:
        wire = _ManifestWire.model_validate_json(body)
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_input=False, include_context=False)
        return Unreadable(tuple(_reason(each["loc"]) for each in found[:REASONS_MAX]))
    reasons = tuple(_out_of_calendar(wire))[:REASONS_MAX]
    return Unreadable(reasons) if reasons else _manifest(wire)


def _reason(where: tuple[str | int, ...]) -> Reason:
    known = _ManifestWire.model_fields
    first = next((each for each in where[:1] if isinstance(each, str) and each in known), "…")
    return Reason(".".join((first, *(str(each) for each in where[1:] if type(each) is int))), _WHY)


def _out_of_calendar(wire: _ManifestWire) -> Iterable[Reason]:
    """Name what the form allows and the calendar does not, and what is told twice."""
    days = [(each.day, each.opening) for each in wire.sessions]
    periods = [each.period for each in wire.periods]
    if any(field_of(day) != DAY for day, _ in days):
        yield Reason("sessions", "A session is of a day in the calendar.")
    if any(field_of(period) is None for period in periods):
        yield Reason("periods", "This is not a day, month or quarter in the calendar.")
    if len(set(days)) < len(days) or len(set(periods)) < len(periods):
        yield Reason("", "Something is told twice in this manifest.")
    for name, given in (("waiting", wire.waiting), ("destroyed", wire.destroyed)):
        if any(field_of(each) != QUARTER for each in given):
            yield Reason(name, "Visits are told by quarter.")


def _manifest(wire: _ManifestWire) -> Manifest:
    return Manifest(
        Place(wire.council, wire.hub),
        wire.epoch,
        tuple(
            SessionTold(date.fromisoformat(each.day), each.opening, each.visits, each.late)
            for each in wire.sessions
        ),
        tuple(
            PeriodSum(
                each.period,
                each.revision,
                RowsSum(each.rows, int(each.xor, 16), int(each.sum, 16)),
            )
            for each in wire.periods
        ),
        wire.waiting,
        wire.destroyed,
        wire.n,
        {int(epoch): n for epoch, n in wire.knows.items()},
    )
