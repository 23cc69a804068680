"""The words the front’s screens share: what day it is, who may be named, how soon."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hub_app.core.pack import Pack
from hub_app.ui.formats import listed
from hub_app.ui.running import Running
from hub_app.ui.strings import _, ngettext, spoken
from hub_app.view.triage import is_private


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


def seen_within(minutes_within: int) -> str:
    """Say how soon somebody under an urgent protocol is to be seen."""
    if minutes_within == 0:
        return _("See them now")
    return ngettext("See them within {n} minute", "See them within {n} minutes", minutes_within)
