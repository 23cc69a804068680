"""The words the front’s screens share: where to go and why, who is meant, what day it is."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.triage import PlanWhy
from hub_app.ui.formats import listed
from hub_app.ui.running import Running
from hub_app.ui.strings import _, ngettext, spoken
from hub_app.ui.tokens import Tone
from hub_app.view.triage import StopRow, is_private


def pack_here(running: Running) -> Pack:
    """Give the pack in the language this page speaks."""
    return spoken().pack(running.hub.pack)


def today(running: Running) -> date:
    """Give today's date where the hub is; UTC's when the pack names a zone nobody knows."""
    try:
        zone = ZoneInfo(running.hub.pack.zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return datetime.fromtimestamp(running.hub.now() / 1000, zone).date()


def needs_in_words(pack: Pack, needs: Iterable[str]) -> str:
    """List needs as a screen others can see may name them: a private one is only said to be one."""
    words = (_("something private") if is_private(pack, n) else pack.need(n).short for n in needs)
    return listed(tuple(dict.fromkeys(words)))


def why_there(stop: StopRow) -> str:
    """Say in one sentence how soon a stop can be, and why it stands where it does."""
    match stop.why:
        case PlanWhy.FREE_NOW:
            return _("Free now.")
        case PlanWhy.ON_BREAK:
            return _("On a break just now. They will be called when it is back.")
        case PlanWhy.NOT_HERE:
            return _("Not here today.")
        case _ if not stop.ahead:
            return _("With somebody now. They are next.")
        case _:
            return ngettext(
                "{n} family waits there before them.",
                "{n} families wait there before them.",
                stop.ahead,
            )


_SIGNS: dict[PlanWhy, tuple[Tone, ft.IconData]] = {
    PlanWhy.FREE_NOW: (Tone.GOOD, ft.Icons.CHECK_CIRCLE_OUTLINE),
    PlanWhy.WAITING: (Tone.CALM, ft.Icons.SCHEDULE),
    PlanWhy.ON_BREAK: (Tone.WARN, ft.Icons.COFFEE_OUTLINED),
    PlanWhy.NOT_HERE: (Tone.WARN, ft.Icons.EVENT_BUSY),
}


def sign_of(stop: StopRow) -> tuple[Tone, ft.IconData]:
    """Give the tone and icon that go with `why_there`."""
    return _SIGNS[stop.why]


def seen_within(minutes_within: int) -> str:
    """Say how soon somebody under an urgent protocol is to be seen."""
    if minutes_within == 0:
        return _("See them now")
    return ngettext("See them within {n} minute", "See them within {n} minutes", minutes_within)
