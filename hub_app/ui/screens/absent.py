"""When nobody is here for a need today: when somebody is, and what can be offered instead."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial

import flet as ft

from hub_app.hub import Hub
from hub_app.ui.formats import clock, short_day
from hub_app.ui.parts import Answers, Choice, QuietWords, Words
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.screens.draft_taps import DraftTaps
from hub_app.ui.screens.needs import Away
from hub_app.ui.screens.phrases import needs_in_words
from hub_app.ui.screens.plan import boxed, sign_line
from hub_app.ui.strings import _
from hub_app.ui.tokens import Tone, Width
from hub_app.view.absence import (
    CALL_BACK,
    KEEP,
    NEXT_DATE,
    SIGNPOST,
    Absence,
    absences,
    absent_services,
    offer_for,
)

Absences = Mapping[str, Absence]
_NOBODY_COMES: Mapping[str, date | None] = {}


def use_absences(hub: Hub) -> Absences:
    """Give who is not here for which need. A hook: the rota is read again only when it changed."""
    gone = absent_services(hub.hall)

    def look_up() -> Mapping[str, date | None]:
        return {service: hub.next_date(service) for service in gone} if gone else _NOBODY_COMES

    days = ft.use_memo(look_up, [gone, hub.house, hub.today()])
    return absences(hub.hall, days)


def absences_now(hub: Hub) -> Absences:
    """Give who is not here for which need, outside a render."""
    gone = absent_services(hub.hall)
    return absences(hub.hall, {service: hub.next_date(service) for service in gone})


def when_words(here: Here, absence: Absence, width: Width) -> str:
    """Say when somebody is here for a need, as a tile has room for."""
    if absence.from_at is not None:
        return _("From {time}", time=clock(absence.from_at, here.offset_minutes))
    if absence.next_day is None:
        return _("Not here today")
    day = short_day(absence.next_day)
    if width is Width.NARROW:
        return _("Next: {day}", day=day)
    return _("Not today. Next: {day}", day=day)


def away(here: Here, absent: Absences, width: Width) -> Away:
    """Give what the tiles say of the needs that cannot be helped with now."""
    return tuple(
        (absence.need, when_words(here, absence, width), absence.is_for_today)
        for absence in absent.values()
    )


def absent_part(
    here: Here, needs: Iterable[str], absent: Absences, taps: DraftTaps
) -> list[ft.Control]:
    """Give a card for each service nobody is here for today, with what can be offered."""
    by_service: dict[str, list[str]] = {}
    for need in needs:
        by_service.setdefault(absent[need].service, []).append(need)
    return [_card(here, tuple(codes), absent[codes[0]], taps) for codes in by_service.values()]


def _card(here: Here, needs: tuple[str, ...], absence: Absence, taps: DraftTaps) -> ft.Control:
    chosen = {offer_for(taps.draft.offers, need) for need in needs}
    [offer] = chosen if len(chosen) == 1 else [None]
    place = here.service(absence.service)
    said = _("{place} is not here today.", place=place)
    if absence.next_day is not None:
        day = short_day(absence.next_day)
        said = _("{place} is not here today. Next here: {day}.", place=place, day=day)
    lines: list[ft.Control] = [
        sign_line(said, Tone.WARN, ft.Icons.EVENT_BUSY),
        QuietWords(_("for {needs}", needs=needs_in_words(here.pack, needs))),
    ]
    key, options = f"offer-{absence.service}", offers_for(absence)
    if offer is None:
        lines.append(Words(_("What do you offer them instead?")))
    else:
        options = tuple(each for each in options if each[0] == offer)
    lines.append(Answers(Choice(key, options, offer, partial(taps.offer, needs))))
    return boxed(lines, f"absent-{absence.service}")


def offers_for(absence: Absence) -> tuple[tuple[str, str], ...]:
    """Give what can be offered for an absence, as (code, words)."""
    come: list[tuple[str, str]] = []
    if absence.next_day is not None:
        come.append((NEXT_DATE, _("Come back {day}", day=short_day(absence.next_day))))
    return (
        *come,
        (CALL_BACK, _("Call back")),
        (SIGNPOST, _("Tell where to go")),
        (KEEP, _("Wait in case")),
    )
