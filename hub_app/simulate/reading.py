"""Days from a file: one JSON object a line, read whole and strictly, and written the same way."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from hub_app.simulate.instance import (
    FORMAT,
    Coming,
    Desk,
    Handover,
    Instance,
    Interpreter,
    Service,
    Window,
)

LONGEST = 7 * 24 * 60.0  # minutes; nothing of one day lies further off
MOST = 10_000  # of anything in one day
_SHOWN = 40
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class BadInstance:
    """Why this is not a day we can live through: one sentence, with the key that is wrong."""

    sentence: str


class _Wrong(Exception):
    """Something is not as it should be; says what, under which key."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One value of the file, and the keys that lead to it."""

    value: object
    path: str = ""

    def wrong(self, why: str) -> _Wrong:
        return _Wrong(f"key {self.path}: {why}" if self.path else why)

    def _not(self, kind: str) -> _Wrong:
        text = json.dumps(self.value, ensure_ascii=False, default=str)
        return self.wrong(f"{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'} is not {kind}.")

    def fields(self) -> Mapping[str, Any]:
        value: Any = self.value
        if not isinstance(value, dict):
            raise self._not("an object")
        return cast(dict[str, Any], value)

    def __getitem__(self, key: str) -> "_Part":
        inside = self.path and self.path + "."
        if key not in self.fields():
            raise _Wrong(f"key {inside}{key}: it is missing.")
        return _Part(self.fields()[key], inside + key)

    def get(self, key: str, otherwise: object = None) -> "_Part":
        return self[key] if key in self.fields() else _Part(otherwise, key)

    def each(self, read: Callable[["_Part"], _Value]) -> tuple[_Value, ...]:
        value: Any = self.value
        if not isinstance(value, list):
            raise self._not("a list")
        items = cast(list[object], value)
        if len(items) > MOST:
            raise self.wrong(f"{len(items)} are more than {MOST}.")
        return tuple(read(_Part(item, f"{self.path}.{at}")) for at, item in enumerate(items))

    def maybe(self, read: Callable[["_Part"], _Value]) -> _Value | None:
        return None if self.value is None else read(self)

    def number(self, least: float = 0.0, most: float = LONGEST) -> float:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._not("a number")
        if not least <= value <= most:  # also says no to what is not a number at all
            raise self._not(f"a number from {least:g} to {most:g}")
        return value

    def minutes(self) -> float:
        return self.number()

    def any_minute(self) -> float:
        return self.number(-LONGEST)

    def above_nought(self) -> float:
        number = self.number()
        if not number:
            raise self._not("above nought")
        return number

    def whole(self, least: int, most: int) -> int:
        value = self.number(least, most)
        if value != int(value):
            raise self._not("a whole number")
        return int(value)

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self._not("text")
        return self.value

    def is_so(self) -> bool:
        if not isinstance(self.value, bool):
            raise self._not("true or false")
        return self.value

    def pair(self) -> tuple["_Part", "_Part"]:
        two = self.each(lambda part: part)
        if len(two) != 2:
            raise self._not("a list of two")
        return two[0], two[1]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of a day with so many services."""

    services: int

    def service(self, part: _Part) -> int:
        if isinstance(part.value, str) and part.value.isdecimal():  # as a key it is text
            part = _Part(int(part.value), part.path)
        return part.whole(0, self.services - 1)

    def window(self, part: _Part) -> Window:
        begins, ends = part.pair()
        window = begins.any_minute(), ends.any_minute()
        if window[0] > window[1]:
            raise part.wrong("it ends before it begins.")
        return window

    def offered(self, part: _Part) -> Service:
        return Service(
            name=part["name"].text(),
            after=part["after"].each(self.service),
            history=part["history"].each(_Part.minutes),
            prior_minutes=part["prior_mean"].above_nought(),
            mean=part.get("mean", 0).minutes(),
            spread=part.get("logsd", 0).minutes(),
        )

    def desk(self, part: _Part) -> Desk:
        windows = part["shifts"].each(self.window)
        return Desk(self.service(part["service"]), windows)

    def interpreter(self, part: _Part) -> Interpreter:
        return Interpreter(part["lang"].text(), part["shifts"].each(self.window))

    def appointment(self, part: _Part) -> tuple[int, float]:
        service, minute = part.pair()
        return self.service(service), minute.any_minute()

    def handover(self, part: _Part) -> Handover:
        to = self.service(part["to"])
        return Handover(self.service(part["from"]), to, part["dur"].minutes())

    def family(self, part: _Part) -> Coming:
        needs, serving = part["needs"].each(self.service), part["dur"]
        minutes = {self.service(_Part(k, serving.path)): serving[k] for k in serving.fields()}
        for need in needs:
            if need not in minutes:
                raise serving.wrong(f"there are no minutes for service {need}.")
        return Coming(
            arrive=part["arrive"].minutes(),
            needs=needs,
            triage=part["triage"].minutes(),
            minutes={service: part.minutes() for service, part in minutes.items()},
            patience=part["patience"].minutes(),
            language=part.get("lang").maybe(_Part.text),
            is_urgent=part.get("crisis", otherwise=False).is_so(),
            leave_by=part.get("leave_by").maybe(_Part.any_minute),
            appointment=part.get("appt").maybe(self.appointment),
            is_silent=part.get("silent", otherwise=False).is_so(),
            misses=frozenset(part.get("missed", []).each(self.service)),
            handover=part.get("handover").maybe(self.handover),
            stays_away=part.get("no_show", otherwise=False).is_so(),
        )


def read_instance(text: str) -> Instance | BadInstance:
    """Read one day, or say in a sentence which key is wrong.

    Keys that we do not know are passed over. What only decides how the day turns out may be
    missing: then nothing unusual happens. The order of desks and families is their number.
    """
    try:
        return _instance(_Part(_loaded(text)))
    except _Wrong as wrong:
        return BadInstance(str(wrong))


def read_instances(path: Path) -> Iterator[Instance | BadInstance]:
    """Read a file of days, one a line, empty lines passed over; a bad line does not end it."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig") as file:
            for line, text in enumerate(file, start=1):
                if text.strip():
                    found = read_instance(text)
                    if isinstance(found, BadInstance):
                        found = BadInstance(f"{path}, line {line}, {found.sentence}")
                    yield found
    except UnicodeDecodeError:
        yield BadInstance(f"{path}, line {line + 1}: this is not UTF-8 text.")
    except OSError as fault:
        yield BadInstance(f"{path} cannot be read ({(fault.strerror or 'unknown').lower()}).")


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _Wrong("this is not JSON.") from None


def _instance(day: _Part) -> Instance:
    if day["format"].value != FORMAT:
        raise day["format"].wrong(f"we can read {FORMAT}.")
    reader = _Reader(len(day["services"].each(lambda part: part)))
    services = day["services"].each(reader.offered)
    _check_order(day["services"], services)
    return Instance(
        size=day.get("size", "").text(),
        seed=day.get("seed", 0).whole(-(2**63), 2**63),
        close=day["close"].above_nought(),
        last_arrival=day.get("last_admission", day["close"].value).minutes(),
        greeters=day["greeters"].whole(1, MOST),
        services=services,
        desks=day["desks"].each(reader.desk),
        interpreters=day["interpreters"].each(reader.interpreter),
        families=day["parents"].each(reader.family),
        interpreted=day["lang_slow"].above_nought(),
    )


def _check_order(part: _Part, services: tuple[Service, ...]) -> None:
    """See that no service has to come before itself, however far round."""
    done: set[int] = set()
    while len(done) < len(services):
        ready = {
            s for s, one in enumerate(services) if s not in done and done.issuperset(one.after)
        }
        if not ready:
            left = ", ".join(str(s) for s in range(len(services)) if s not in done)
            raise part.wrong(f"services {left} wait for each other.")
        done |= ready


def as_json(day: Instance) -> dict[str, Any]:
    """Give a day as `read_instance` reads it; what nobody may know beforehand is in it too."""
    return {
        "format": FORMAT,
        "size": day.size,
        "seed": day.seed,
        "close": day.close,
        "last_admission": day.last_arrival,
        "greeters": day.greeters,
        "lang_slow": day.interpreted,
        "services": [
            {
                "id": number,
                "name": one.name,
                "mean": one.mean,
                "logsd": one.spread,
                "after": list(one.after),
                "history": list(one.history),
                "prior_mean": one.prior_minutes,
            }
            for number, one in enumerate(day.services)
        ],
        "desks": [
            {"id": number, "service": one.service, "shifts": [list(w) for w in one.windows]}
            for number, one in enumerate(day.desks)
        ],
        "interpreters": [
            {"id": number, "lang": one.language, "shifts": [list(w) for w in one.windows]}
            for number, one in enumerate(day.interpreters)
        ],
        "parents": [_family_as_json(number, one) for number, one in enumerate(day.families)],
    }


def _family_as_json(number: int, one: Coming) -> dict[str, Any]:
    moved = one.handover
    return {
        "id": number,
        "arrive": one.arrive,
        "needs": list(one.needs),
        "lang": one.language,
        "crisis": one.is_urgent,
        "leave_by": one.leave_by,
        "appt": list(one.appointment) if one.appointment else None,
        "triage": one.triage,
        "dur": {str(service): minutes for service, minutes in one.minutes.items()},
        "patience": one.patience,
        "silent": one.is_silent,
        "missed": [service for service in one.needs if service in one.misses],
        "handover": moved and {"from": moved.at, "to": moved.to, "dur": moved.minutes},
        "no_show": one.stays_away,
    }
