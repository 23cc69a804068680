"""What is known of one family in the hall: how soon, the plan and why, what was promised them."""

from datetime import date

import flet as ft

from hub_app.core.events import Referred
from hub_app.core.pack import Pack
from hub_app.core.recurring import read_day
from hub_app.core.visit import Stage
from hub_app.ui.formats import about_minutes, day, minutes
from hub_app.ui.parts import QuietWords, Sign, Signs, Words
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.screens.front_words import Told, arranged_signs
from hub_app.ui.screens.phrases import needs_in_words, pack_here
from hub_app.ui.screens.reasons import why_there
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space, Tone
from hub_app.view.arranged import arranged_row
from hub_app.view.people import PersonRow
from hub_app.view.ticket import ticket_view
from hub_app.view.triage import StopRow, is_private


def facts_of(running: Running, row: PersonRow) -> list[ft.Control]:
    """Give what the panel of a family says, the most pressing first. No private need is named."""
    pack = pack_here(running)
    found = Signs(_signs(running, row))
    if row.services:
        services = services_in_words(pack, row.services)
        needs = needs_in_words(pack, row.needs)
        found.append(QuietWords(_("For {services}: {needs}.", services=services, needs=needs)))
    if row.stage is Stage.WALKING:
        found.append(Words(_walking(row)))
    found += _how_long(running, row)
    found += _plan(running, row)
    found += _promised(running, row)
    return found


def _signs(running: Running, row: PersonRow) -> tuple[Sign, ...]:
    hub = running.hub
    arranged = arranged_row(hub.session, hub.session.visits[row.visit])
    signs = arranged_signs(Told(_here(running), hub.now()), arranged)
    if row.urgent is None:
        return signs
    return (Sign(_("Urgent"), "PRIORITY_HIGH", Tone.URGENT), *signs)


def _here(running: Running) -> Here:
    return Here(pack_here(running), running.hub.session.utc_offset_minutes)


def _walking(row: PersonRow) -> str:
    time = minutes(row.step_minutes)
    return _("On the way to {desk} for {time}.", desk=row.to_desk, time=time)


def _is_wait_told(row: PersonRow) -> bool:
    """Whether the panel says how long until they are called: their first stop then does not."""
    return row.stage is Stage.WAITING and not row.is_on_hold


def _how_long(running: Running, row: PersonRow) -> list[ft.Control]:
    said: list[str] = []
    if _is_wait_told(row):
        said.append(
            _("Until they are called: {soon}.", soon=about_minutes(running.wait(row.visit)))
        )
    stay = running.stay(row.visit)
    if stay is not None and row.services:
        said.append(_("Until all is done: {soon}.", soon=about_minutes(stay)))
    return [Words(line) for line in said]


def _plan(running: Running, row: PersonRow) -> list[ft.Control]:
    view = ticket_view(running.hub.hall, row.visit, running.wait(row.visit))
    if view is None or not view.stops or row.stage not in (Stage.WAITING, Stage.ARRIVED):
        return []
    here = _here(running)
    is_told = _is_wait_told(row)
    stops = enumerate(view.stops, start=1)
    lines = [_stop(here, n, stop, is_timed=n > 1 or not is_told) for n, stop in stops]
    return [ft.Column(lines, key="plan", tight=True, spacing=Space.XS)]


def _stop(here: Here, place: int, stop: StopRow, *, is_timed: bool) -> ft.Control:
    name, why = stop.desk or here.service(stop.service), why_there(here, stop, is_timed=is_timed)
    return Words(_("{place}. {desk}: {why}", place=place, desk=name, why=why))


def _promised(running: Running, row: PersonRow) -> list[ft.Control]:
    hub, pack = running.hub, pack_here(running)
    referrals = hub.session.visits[row.visit].referrals
    lines = [
        Words(_referred(pack, one, is_done=one.referral in hub.house.acknowledged))
        for one in referrals
    ]
    return [ft.Column(list(lines), key="promised", tight=True, spacing=Space.XS)] if lines else []


def _referred(pack: Pack, one: Referred, *, is_done: bool) -> str:
    names = {"to": _whom(pack, one), "day": _day(one.due)}
    if one.kind == "call_back":
        if is_done:
            return _("To be called back by {to}: they have it.", **names)
        return _("To be called back by {to}, until {day}.", **names)
    if is_done:
        return _("Referred to {to}: they have it.", **names)
    return _("Referred to {to}, who act until {day}.", **names)


def _whom(pack: Pack, one: Referred) -> str:
    if one.need and is_private(pack, one.need):
        return _("somebody, about something private")
    if any(known.id == one.to for known in pack.organisations):
        return pack.organisation(one.to).short
    return pack.service(one.to).short


def _day(iso: str) -> str:
    known: date | None = read_day(iso)
    return iso if known is None else day(known)
