"""Reading a recorded day, whole and strictly, before anything of it is played."""

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hub_app.core.events import Line
from hub_app.core.pack import Pack

COLUMNS = (
    "visit",
    "arrive_min",
    "triage_min",
    "needs",
    "service_min",
    "priority_groups",
    "area",
    "returning",
    "interpreter",
    "gain_gbp",
    "fuel_gbp",
    "patience_min",
)
LONGEST_MINUTES = 24 * 60.0
SHOWN = 40
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class RecordedVisit:
    """One line of a recorded day: minutes since opening, needs and how long each takes, answers.

    `minutes` are serving minutes, one for each of `lines`; money is in whole pounds.
    """

    arrive: float
    triage: float
    lines: tuple[Line, ...]
    minutes: tuple[float, ...]
    groups: tuple[str, ...]
    area: str
    visit_type: str
    language: str
    gain: int
    fuel: int
    patience: float


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """A recorded day in order of arrival, under the name of its file."""

    name: str
    visits: tuple[RecordedVisit, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The services its people came for, in order of code."""
        return tuple(sorted({line.service for visit in self.visits for line in visit.lines}))


@dataclass(frozen=True, slots=True)
class BadDay:
    """Why a file is not a recorded day we can play: one sentence, with file, line and column."""

    sentence: str


class _Wrong(Exception):
    """A cell, or the file, is not as it should be."""


def _need(is_so: bool, otherwise: str) -> None:  # noqa: FBT001 reads as an assertion
    if not is_so:
        raise _Wrong(otherwise)


def _once(visit: str, line: int, seen: dict[str, int]) -> None:
    before = seen.setdefault(visit, line)
    _need(before == line, f"column visit: {_shown(visit)} stands on line {before} already.")


def _shown(text: str) -> str:
    return f"‘{text}’" if len(text) <= SHOWN else f"‘{text[:SHOWN]}…’"


def _number(text: str, most: float = LONGEST_MINUTES) -> float:
    try:
        number = float(text)
    except ValueError:
        raise _Wrong(f"{_shown(text)} is not a number.") from None
    if not math.isfinite(number) or not 0 <= number <= most:
        raise _Wrong(f"{_shown(text)} is not a number from 0 to {most:g}.")
    return number


def _pounds(text: str) -> int:
    pounds = _number(text, 10_000_000)
    if pounds != int(pounds):
        raise _Wrong(f"{_shown(text)} is not in whole pounds.")
    return int(pounds)


def _parts(text: str) -> list[str]:
    return text.split("|") if text else []


def _known(meaning: _Value | None, code: str, codes: Iterator[str]) -> _Value:
    if meaning is None:
        raise _Wrong(f"{_shown(code)} is not a code this pack knows. It knows {', '.join(codes)}.")
    return meaning


class _Row:
    """One row of the file, cell by cell, naming the column of whatever is wrong."""

    def __init__(self, cells: dict[str, str], pack: Pack) -> None:
        self._cells, self._pack = cells, pack

    def read(self, column: str, reader: Callable[[str], _Value]) -> _Value:
        try:
            return reader(self._cells[column].strip())
        except _Wrong as wrong:
            raise _Wrong(f"column {column}: {wrong}") from None

    def lines(self, text: str) -> tuple[Line, ...]:
        codes = self._pack.codes
        if not text:
            raise _Wrong("nobody comes without a need; write at least one code.")
        found = [
            _known(codes.service(code), code, (row.code for row in codes.services))
            for code in _parts(text)
        ]
        if len({row.need for row in found}) != len(found):
            raise _Wrong("the same need stands there twice.")
        return tuple(Line(row.need, row.service) for row in found)

    def groups(self, text: str) -> tuple[str, ...]:
        codes = self._pack.codes
        return tuple(
            _known(codes.group(code), code, (pair.code for pair in codes.groups))
            for code in _parts(text)
        )

    def area(self, text: str) -> str:
        codes = self._pack.codes
        return _known(codes.area(text), text, (pair.code for pair in codes.areas))

    def visit_type(self, text: str) -> str:
        codes = self._pack.codes
        return _known(codes.visit_type(text), text, (pair.code for pair in codes.returning))

    def language(self, text: str) -> str:
        codes = self._pack.codes
        return _known(codes.language(text), text, (pair.code for pair in codes.interpreter))

    def minutes(self, text: str) -> tuple[float, ...]:
        return tuple(_number(part) for part in _parts(text))

    def visit(self) -> RecordedVisit:
        lines = self.read("needs", self.lines)
        minutes = self.read("service_min", self.minutes)
        if len(minutes) != len(lines):
            raise _Wrong(
                f"column service_min: {len(minutes)} serving times stand there for"
                f" {len(lines)} needs."
            )
        return RecordedVisit(
            arrive=self.read("arrive_min", _number),
            triage=self.read("triage_min", _number),
            lines=lines,
            minutes=minutes,
            groups=self.read("priority_groups", self.groups),
            area=self.read("area", self.area),
            visit_type=self.read("returning", self.visit_type),
            language=self.read("interpreter", self.language),
            gain=self.read("gain_gbp", _pounds),
            fuel=self.read("fuel_gbp", _pounds),
            patience=self.read("patience_min", _number),
        )


def _rows(path: Path, pack: Pack) -> Iterator[RecordedVisit]:
    line, seen = 1, dict[str, int]()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.reader(file, strict=True)
            header = [name.strip() for name in next(table, list[str]())]
            missing = [name for name in COLUMNS if name not in header]
            _need(not missing, f"column {''.join(missing[:1])}: it is missing from the first line.")
            for cells in table:
                line = table.line_num
                wrong = f"{len(cells)} cells stand there for {len(header)} columns."
                _need(len(cells) == len(header), wrong)
                row = dict(zip(header, cells, strict=True))
                _once(row["visit"], line, seen)
                yield _Row(row, pack).visit()
    except csv.Error as fault:
        raise _Wrong(f"line {line + 1}: this is not a CSV table ({fault}).") from None
    except UnicodeDecodeError:
        raise _Wrong(f"line {line + 1}: this is not UTF-8 text.") from None
    except _Wrong as wrong:
        raise _Wrong(f"line {line}, {wrong}") from None


def read_day(path: Path, pack: Pack) -> RecordedDay | BadDay:
    """Read a recorded day with the pack's table of codes, or say what is wrong and where."""
    try:
        visits = sorted(_rows(path, pack), key=lambda visit: visit.arrive)
    except _Wrong as wrong:
        return BadDay(f"{path}, {wrong}")
    except OSError as fault:
        return BadDay(f"{path} cannot be read ({(fault.strerror or 'unknown').lower()}).")
    if not visits:
        return BadDay(f"{path}, line 1, column visit: the day has no visits.")
    return RecordedDay(path.name, tuple(visits))
