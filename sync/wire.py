"""A batch as it travels: pydantic holds its form, the ladder and the vocabulary hold each row."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from itertools import product
from operator import attrgetter
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator
from pydantic_core import PydanticCustomError

from sync.codes import (
    ALPHA,
    CONTACT_SERVICES,
    DAY,
    K_MIN,
    L_MIN,
    LADDER,
    PERIOD_FIELDS,
    QUARTER,
    VOCABULARY,
    Step,
)
from sync.periods import field_of
from sync.text import as_object
from sync.values import Closing, GainTotal, Load, Number, Place, Row

OURS: Final = "record"  # the type of an error whose sentence is ours
CONTRIBUTORS_MIN: Final = 10
COUNT_MAX: Final = 1_000_000  # no hub receives so many; also well inside a database integer
OPENINGS_MAX: Final = 9
EPOCH_MAX: Final = 2**53 - 1  # what every JSON reader can hold (RFC 8259, 6)
REVISION_MAX: Final = 999
POUNDS_MAX: Final = 1_000_000_000

Facts = tuple[tuple[str, str], ...]

_STEPS: Final[Mapping[str, Mapping[frozenset[str], Step]]] = {
    kind: {frozenset((*step, "n")): step for step in steps} for kind, steps in LADDER.items()
}
# By step: the facts that may stand behind its period, ready-made, by their codes.
_FACTS: Final[Mapping[Step, Mapping[tuple[object, ...], Facts]]] = {
    step: {
        codes: tuple(zip(step[1:], codes, strict=True))
        for codes in product(*(VOCABULARY[name] for name in step[1:]))
    }
    for steps in LADDER.values()
    for step in steps
}


def _row(kind: str, value: object) -> Row:
    raw = as_object(value)
    if raw is None:
        raise _bad("A row must be a JSON object.")
    step = _STEPS[kind].get(frozenset((*raw, "n")))
    if step is None:
        strange = sorted({*raw} - {"n"} - {name for step in LADDER[kind] for name in step})
        raise _bad("These facts don’t make a row of this kind.", strange[0] if strange else "")
    period = (step[0], _fact(step[0], raw[step[0]]))
    try:
        facts = _FACTS[step].get(tuple([raw[name] for name in step[1:]]))
    except TypeError:  # a list or an object where a code should be
        facts = None
    if facts is None:
        facts = tuple((name, _fact(name, raw[name])) for name in step[1:])
    n = raw.get("n")
    if type(n) is not int:  # not isinstance: True is an int to Python
        raise _bad("A row needs n, a whole number of visits.", "n")
    if not K_MIN <= n <= COUNT_MAX:
        raise _bad(f"A row counts at least {K_MIN} visits, and not more than a hub can.", "n")
    return Row(kind, (period, *facts), n)


def _fact(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _bad("This must be text.", name)
    if name in PERIOD_FIELDS:
        if field_of(value) != name:
            raise _bad(f"This is not a {name} in the calendar.", name)
    elif value not in VOCABULARY[name]:
        raise _bad("This code is not in the record’s list.", name)
    return value


def _bad(why: str, name: str = "") -> PydanticCustomError:
    return PydanticCustomError(OURS, "{why}", {"why": why, "name": name})


def _period(value: object) -> str:
    if not isinstance(value, str) or field_of(value) is None:
        raise _bad("This is not a day, month or quarter in the calendar.")
    return value


def _contacts(value: object) -> Mapping[str, int]:
    raw = as_object(value)
    if raw is None:
        raise _bad("Desk contacts must be a JSON object.")
    found: dict[str, int] = {}
    for service, n in raw.items():
        if service not in CONTACT_SERVICES:
            raise _bad("This service is not in the record’s list.", service)
        if type(n) is not int or not 0 <= n <= COUNT_MAX:
            raise _bad("Desk contacts are whole numbers, nought or more.", service)
        found[service] = n
    return found


Count = Annotated[int, Field(ge=0, le=COUNT_MAX)]


class Wire(BaseModel):
    """A part of a batch as it travels: nothing coerced, nothing extra, nothing changed after."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class GateWire(Wire):
    """The rules the hub’s gate says it held to; never looser than ours."""

    k: int = Field(ge=K_MIN, le=COUNT_MAX)
    alpha: float = Field(ge=0, le=ALPHA)
    l: int = Field(ge=L_MIN, le=COUNT_MAX)  # noqa: E741  the record's own name for it
    version: Literal["0.2"]


class GainTotalWire(Wire):
    """A quarter’s rounded gains. The draft’s optional month is refused: see ADR “the record”."""

    quarter: Annotated[str, PlainValidator(partial(_fact, QUARTER))]
    pounds_nearest_100: int = Field(ge=0, le=POUNDS_MAX, multiple_of=100)
    contributors: int = Field(ge=CONTRIBUTORS_MIN, le=COUNT_MAX)


class ClosingWire(Wire):
    """The closing count of one session."""

    day: Annotated[str, PlainValidator(partial(_fact, DAY))]
    opening: int = Field(ge=1, le=OPENINGS_MAX)
    visits: Count
    contacts: Annotated[Mapping[str, int], PlainValidator(_contacts)]


class FragmentsWire(Wire):
    """The rows of a batch by kind, as they travel."""

    visit: tuple[Annotated[Row, PlainValidator(partial(_row, "visit"))], ...] = ()
    wait: tuple[Annotated[Row, PlainValidator(partial(_row, "wait"))], ...] = ()
    need: tuple[Annotated[Row, PlainValidator(partial(_row, "need"))], ...] = ()
    service: tuple[Annotated[Row, PlainValidator(partial(_row, "service"))], ...] = ()
    priority_need: tuple[Annotated[Row, PlainValidator(partial(_row, "priority_need"))], ...] = ()
    priority_result: tuple[
        Annotated[Row, PlainValidator(partial(_row, "priority_result"))], ...
    ] = ()
    gain: tuple[Annotated[Row, PlainValidator(partial(_row, "gain"))], ...] = ()
    language: tuple[Annotated[Row, PlainValidator(partial(_row, "language"))], ...] = ()
    referral: tuple[Annotated[Row, PlainValidator(partial(_row, "referral"))], ...] = ()
    area: tuple[Annotated[Row, PlainValidator(partial(_row, "area"))], ...] = ()
    work_status: tuple[Annotated[Row, PlainValidator(partial(_row, "work_status"))], ...] = ()
    unmet: tuple[Annotated[Row, PlainValidator(partial(_row, "unmet"))], ...] = ()
    gain_total: Annotated[tuple[GainTotalWire, ...], Field(max_length=1)] = ()


class Batch(Wire):
    """A batch as it travels: all that has left of one period of one hub, as it stands now."""

    schema_version: Literal["0.2"]
    batch_id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    council: Annotated[str, Field(pattern=r"^S12[0-9]{6}$")]
    hub: Annotated[str, Field(pattern=r"^[A-Z0-9-]{2,12}$")]
    epoch: int = Field(ge=0, le=EPOCH_MAX)
    n: int = Field(ge=1, le=EPOCH_MAX)
    closed_period: Annotated[str, PlainValidator(_period)]
    revision: int = Field(ge=1, le=REVISION_MAX)
    gate: GateWire
    fragments: FragmentsWire
    closings: Annotated[tuple[ClosingWire, ...], Field(max_length=OPENINGS_MAX)] = ()

    @property
    def place(self) -> Place:
        """The hub this batch is from."""
        return Place(self.council, self.hub)

    @property
    def number(self) -> Number:
        """Which batch of its hub this is."""
        return Number(self.epoch, self.n)

    @property
    def load(self) -> Load:
        """All that it carries, as values."""
        rows = tuple(sorted(self.rows, key=attrgetter("kind", "facts", "n")))
        return Load(self.closed_period, self.revision, rows, self.closing_counts, self.gain_total)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, in kind order and, within a kind, in the order it came."""
        return tuple(row for kind in LADDER for row in self.of_kind(kind))

    @property
    def closing_counts(self) -> tuple[Closing, ...]:
        """The closing counts as values, by opening; none for a month or a quarter."""
        return tuple(
            Closing(date.fromisoformat(seen.day), seen.opening, seen.visits, seen.contacts)
            for seen in sorted(self.closings, key=lambda each: each.opening)
        )

    @property
    def gain_total(self) -> GainTotal | None:
        """The quarter’s gain total as a value, or None."""
        return next(
            (
                GainTotal(each.quarter, each.pounds_nearest_100, each.contributors)
                for each in self.fragments.gain_total
            ),
            None,
        )

    def of_kind(self, kind: str) -> tuple[Row, ...]:
        """The rows of one kind, in the order they came."""
        rows: tuple[Row, ...] = getattr(self.fragments, kind)
        return rows
