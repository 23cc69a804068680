"""A first guess at every wait, quick enough for a tap; the look forward comes after it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from hub_app.core.forecast_chance import Lasting
from hub_app.core.forecast_outlook import NEVER, Outlook
from hub_app.core.forecast_sketch import Desk, Sketch
from hub_app.core.routing import EARLY, LAST_MINUTES, WALK

_ELSEWHERE: Final = 0.75  # of somebody's other stops may come before the one in this queue


class Guess(NamedTuple):
    """The wait that is likely, in minutes, and what for."""

    minutes: float
    service: str


class _InLine(NamedTuple):
    """Somebody in one queue, the best first: points below nought, place, minutes of work."""

    points_down: float
    place: int
    work: float


class _Tap(NamedTuple):
    """A desk's time for one service: from when, and how much of it."""

    since: float
    share: float


def quick(sketch: Sketch) -> dict[str, Guess]:
    """Guess the wait of everybody who is not being served; of who is left out we can't say yet.

    For each service the work of those with more points is poured over its desks, from the minute
    in which each is free. Grows as families × desks.
    """
    outlook = Outlook(sketch)
    lines: dict[str, list[_InLine]] = {service: [] for service in outlook.offered}
    guesses: list[list[Guess]] = [[] for _ in outlook.present]
    for place, present in enumerate(outlook.present):
        if not outlook.is_served(present):
            _line_up(outlook, place, lines, guesses[place])
    taps, spoken = _taps(outlook, lines), _spoken_from(outlook)
    for service, line in lines.items():
        ahead = 0.0
        for one in sorted(line):
            language = outlook.present[one.place].family.interpreter or ""
            free = max(_poured(taps[service], ahead), spoken.get(language, sketch.now))
            if free < NEVER:
                guesses[one.place].append(Guess(free - sketch.now, service))
            ahead += one.work
    named = zip(outlook.present, guesses, strict=True)
    return {present.family.id: min(found) for present, found in named if found}


def _line_up(
    outlook: Outlook, place: int, lines: dict[str, list[_InLine]], guesses: list[Guess]
) -> None:
    """Put one family into each queue it may be called from; guess at once for an appointment."""
    family, now, scores = outlook.present[place].family, outlook.sketch.now, outlook.scores
    services = tuple(sorted(set(family.services)))
    open_ = scores.open(services, is_interpreted=family.interpreter is not None)
    for service, weight in open_.stops.items():
        if service not in lines:
            continue
        added = scores.by_the_clock(now, family, service, (services, open_))
        if added is not None:
            points = scores.base(family) + weight.points + added
            work = (weight.minutes + WALK) / max(1.0, _ELSEWHERE * len(services))
            lines[service].append(_InLine(-points, place, work))
        elif family.appointment is not None and family.appointment[0] == service:
            guesses.append(Guess(max(0.0, family.appointment[1] - EARLY - now), service))


def _taps(outlook: Outlook, lines: dict[str, list[_InLine]]) -> dict[str, list[_Tap]]:
    """Give from when on each service's desks have time, the first first."""
    taps: dict[str, list[_Tap]] = {service: [] for service in lines}
    for desk, lasting in zip(outlook.desks, outlook.running, strict=True):
        wanted = [service for service in desk.services if lines.get(service)]
        since = _free_at(outlook.sketch, desk, lasting)
        for service in wanted:
            taps[service].append(_Tap(since, 1 / len(wanted)))
    return {
        service: sorted(tap for tap in found if tap.since < NEVER)
        for service, found in taps.items()
    }


def _free_at(sketch: Sketch, desk: Desk, lasting: Lasting | None) -> float:
    """Give when a desk may start with somebody."""
    at = sketch.now
    if desk.running is not None:
        takes = sketch.habits.missed_for if lasting is None else lasting.mean()
        at = max(at, desk.running.since + takes)
    starts = [max(at, start) for start, end in desk.windows if max(at, start) < end - LAST_MINUTES]
    return min((start for start in starts if start < sketch.close), default=NEVER)


def _spoken_from(outlook: Outlook) -> dict[str, float]:
    """Give from when on somebody is free to interpret each language."""
    now = outlook.sketch.now
    free = {
        language: sorted(max(now, start) for start, end in windows if end > now)
        for language, windows in outlook.sketch.interpreters.items()
    }
    for desk, lasting in zip(outlook.desks, outlook.running, strict=True):
        if lasting is not None and desk.running is not None:
            here = free.get(outlook.speakers.get(desk.running.family or "", ""))
            if here:
                here[0] = max(now, desk.running.since + lasting.mean())
                here.sort()
    return {language: here[0] if here else NEVER for language, here in free.items()}


def _poured(taps: Sequence[_Tap], work: float) -> float:
    """Give the minute in which this much work has begun to be done and somebody is free."""
    rate, done, at = 0.0, 0.0, NEVER
    for tap in taps:
        if rate and done + rate * (tap.since - at) >= work:
            break
        done += rate * (tap.since - at) if rate else 0.0
        rate, at = rate + tap.share, tap.since
    return at + (work - done) / rate if rate else NEVER
