"""A batch as it travels: pydantic holds its form, the ladder and the vocabulary hold each row."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property, partial
from itertools import chain, product
from operator import itemgetter
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

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
from sync.text import as_list, as_object, canonical
from sync.values import Closing, GainTotal, Load, Number, Place, Row

OURS: Final = "record"  # the type of an error whose sentence is ours
CONTRIBUTORS_MIN: Final = 10
COUNT_MAX: Final = 1_000_000  # no hub receives so many; also well inside a database integer
OPENINGS_MAX: Final = 9
EPOCH_MAX: Final = 2**53 - 1  # what every JSON reader can hold (RFC 8259, 6)
REVISION_MAX: Final = 999
POUNDS_MAX: Final = 1_000_000_000

Facts = tuple[tuple[str, str], ...]


class Rows(NamedTuple):
    """The rows of one kind in the order they came, and the canonical JSON of each."""

    rows: tuple[Row, ...] = ()
    texts: tuple[str, ...] = ()


class _Known(NamedTuple):
    """Facts that may stand behind a period, and a row of them as canonical JSON but for two gaps.

    The gaps are the period and n, in the order of the alphabet.
    """

    facts: Facts
    text: str


class _Shape(NamedTuple):
    """A step of the ladder: its period, and all the facts it may have, by what `codes_of` gives."""

    field: str
    names: tuple[str, ...]
    codes_of: Callable[[Mapping[str, object]], object]
    every: Mapping[object, _Known]
    is_period_first: bool


def _shape(step: Step) -> _Shape:
    field, *names = step
    codes_of: Callable[[Mapping[str, object]], object] = itemgetter(*names) if names else _no_codes
    every: dict[object, _Known] = {}
    for codes in product(*(VOCABULARY[name] for name in names)):
        facts = dict(zip(names, codes, strict=True))
        every[codes_of(facts)] = _known(field, facts)
    return _Shape(field, tuple(names), codes_of, every, field < "n")


def _no_codes(_: Mapping[str, object]) -> object:
    return ()


def _known(field: str, facts: Mapping[str, str]) -> _Known:
    blank = canonical({**facts, field: "%s", "n": None}).decode()
    return _Known(tuple(facts.items()), blank.replace('"n":null', '"n":%d'))


# By kind, and by the names a row may have in the order of the alphabet, which is how we write it.
_SHAPES: Final[Mapping[str, Mapping[tuple[str, ...], _Shape]]] = {
    kind: {tuple(sorted((*step, "n"))): _shape(step) for step in steps}
    for kind, steps in LADDER.items()
}


def _rows(kind: str, value: object) -> Rows:
    """Read the rows of one kind; each that is none is named in the error, by its place."""
    given = as_list(value)
    if given is not value:
        raise _bad("The rows of a kind must be a JSON array.")
    rows: list[Row] = []
    texts: list[str] = []
    bad: list[InitErrorDetails] = []
    for index, raw in enumerate(given):
        try:
            row, text = _row(kind, raw)
        except PydanticCustomError as why:
            bad.append(InitErrorDetails(type=why, loc=(index,), input=None))
        else:
            rows.append(row)
            texts.append(text)
    if bad:
        raise ValidationError.from_exception_data(kind, bad)
    return Rows(tuple(rows), tuple(texts))


def _row(kind: str, value: object) -> tuple[Row, str]:
    raw = as_object(value)
    if raw is None:
        raise _bad("A row must be a JSON object.")
    shapes = _SHAPES[kind]
    shape = shapes.get(tuple(raw)) or shapes.get(tuple(sorted({*raw, "n"})))
    if shape is None:
        strange = sorted({*raw} - {"n"} - {name for step in LADDER[kind] for name in step})
        raise _bad("These facts don’t make a row of this kind.", strange[0] if strange else "")
    field, names, codes_of, every, is_period_first = shape
    period = _fact(field, raw[field])
    try:
        known = every.get(codes_of(raw))
    except TypeError:  # a list or an object where a code should be
        known = None
    facts, text = known or _known(field, {name: _fact(name, raw[name]) for name in names})
    n = raw.get("n")
    if type(n) is not int:  # not isinstance: True is an int to Python
        raise _bad("A row needs n, a whole number of visits.", "n")
    if not K_MIN <= n <= COUNT_MAX:
        raise _bad(f"A row counts at least {K_MIN} visits, and not more than a hub can.", "n")
    gaps = (period, n) if is_period_first else (n, period)
    return Row(kind, ((field, period), *facts), n), text % gaps


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


# JSON’s array comes as a list, and is kept as a tuple: the one thing that is turned into another.
_Listed: Final = partial(Field, strict=False)

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

    visit: Annotated[Rows, PlainValidator(partial(_rows, "visit"))] = Rows()
    wait: Annotated[Rows, PlainValidator(partial(_rows, "wait"))] = Rows()
    need: Annotated[Rows, PlainValidator(partial(_rows, "need"))] = Rows()
    service: Annotated[Rows, PlainValidator(partial(_rows, "service"))] = Rows()
    priority_need: Annotated[Rows, PlainValidator(partial(_rows, "priority_need"))] = Rows()
    priority_result: Annotated[Rows, PlainValidator(partial(_rows, "priority_result"))] = Rows()
    gain: Annotated[Rows, PlainValidator(partial(_rows, "gain"))] = Rows()
    language: Annotated[Rows, PlainValidator(partial(_rows, "language"))] = Rows()
    referral: Annotated[Rows, PlainValidator(partial(_rows, "referral"))] = Rows()
    area: Annotated[Rows, PlainValidator(partial(_rows, "area"))] = Rows()
    work_status: Annotated[Rows, PlainValidator(partial(_rows, "work_status"))] = Rows()
    unmet: Annotated[Rows, PlainValidator(partial(_rows, "unmet"))] = Rows()
    gain_total: Annotated[tuple[GainTotalWire, ...], _Listed(max_length=1)] = ()


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
    closings: Annotated[tuple[ClosingWire, ...], _Listed(max_length=OPENINGS_MAX)] = ()

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
        rows = tuple(sorted(self.rows))
        return Load(self.closed_period, self.revision, rows, self.closing_counts, self.gain_total)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every row, in kind order and, within a kind, in the order it came."""
        return tuple(chain.from_iterable(self.of_kind(kind) for kind in LADDER))

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
        return self._told(kind).rows

    def texts_of_kind(self, kind: str) -> tuple[str, ...]:
        """The canonical JSON of each row of one kind, in the order they came."""
        return self._told(kind).texts

    def _told(self, kind: str) -> Rows:
        told: Rows = getattr(self.fragments, kind)
        return told
