"""Who in the hall can help with what was asked: each desk with how soon, above the needs found."""

from collections.abc import Mapping

import flet as ft

from hub_app.core.session import Presence
from hub_app.ui.formats import clock, short_day
from hub_app.ui.parts import Card, Heading, Pill, QuietWords, Words
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Space, Tone, Type
from hub_app.view.absence import Absence
from hub_app.view.who_here import WhoHere, WhoRow


def who_part(here: Here, found: WhoHere, absent: Mapping[str, Absence]) -> list[ft.Control]:
    """Give the desks that can help, or say that none is here and when one will be."""
    lines = [_row(here, row) for row in found.rows]
    if found.absent:
        lines.insert(0, QuietWords(_nobody(here, found, absent.get(found.need)), Type.BODY))
    if not lines:
        return []
    return [Card(Heading(_("Who here can help")), *lines, key="who-here")]


def _nobody(here: Here, found: WhoHere, absence: Absence | None) -> str:
    place = here.service(found.absent)
    if absence is None or absence.next_day is None:
        return _("Nobody from {place} is here today.", place=place)
    day, place = short_day(absence.next_day), here.service(absence.service)
    return _("Nobody from {place} is here today. Next here: {day}.", place=place, day=day)


def _row(here: Here, row: WhoRow) -> ft.Control:
    said, tone, icon = stands(here, row)
    services = services_in_words(here.pack, row.services)
    names: list[ft.Control] = [Words(row.name, Type.LEAD, lines=1)]
    if services != row.name:
        names.append(QuietWords(services))
    return ft.Row(
        key=f"who-{row.desk}",
        spacing=Space.M,
        controls=[
            ft.Column(names, tight=True, spacing=0, expand=True),
            Pill(said, tone, icon),
        ],
    )


def stands(here: Here, row: WhoRow) -> tuple[str, Tone, ft.IconData]:
    """Say how a desk that can help stands: words, tone and icon."""
    if row.presence is Presence.EXPECTED:
        if row.expected_from is None:
            return _("Expected"), Tone.CALM, ft.Icons.UPCOMING_OUTLINED
        time = clock(row.expected_from, here.offset_minutes)
        return _("Expected at {time}", time=time), Tone.CALM, ft.Icons.UPCOMING_OUTLINED
    if row.presence is Presence.BREAK:
        return _("On a break"), Tone.WARN, ft.Icons.COFFEE_OUTLINED
    if row.is_leaving:
        return _("Leaves now"), Tone.WARN, ft.Icons.LOGOUT
    if row.waiting:
        said = ngettext("{n} waiting", "{n} waiting", row.waiting)
        return said, Tone.CALM, ft.Icons.SCHEDULE
    if row.is_busy:
        return _("With somebody now"), Tone.CALM, ft.Icons.PEOPLE_OUTLINE
    return _("Free now"), Tone.GOOD, ft.Icons.CHECK_CIRCLE_OUTLINE
