"""The sentences of the desk's screens: whom it has, what was tapped, how a desk is."""

import flet as ft

from hub_app.core.clock import whole_minutes
from hub_app.core.pack import Pack
from hub_app.core.session import Presence
from hub_app.hub import Tap
from hub_app.ui.formats import listed, minutes
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Tone
from hub_app.view.desks import DeskRow
from hub_app.view.handovers import Step
from hub_app.view.people import PersonRow


def icon_of(name: str) -> ft.IconData:
    """Give the icon a pack names; a question mark for a name this version does not have."""
    return getattr(ft.Icons, name.upper(), ft.Icons.HELP_OUTLINE)


def who(row: PersonRow) -> str:
    """Give a ticket with the name, if the family gave one: what is called out."""
    return _("{ticket} {name}", ticket=row.ticket, name=row.name) if row.name else row.ticket


def ago(at: int, now: int) -> str:
    """Say how long ago a moment was."""
    return _ago(whole_minutes(at, now))


def _ago(passed: int) -> str:
    if passed == 0:
        return _("just now")
    return _("{time} ago", time=minutes(passed, is_short=True))


def went_away(presence: Presence, passed: int) -> str:
    """Say that a desk went on its break, or closed, so many minutes ago."""
    what = _("break begun") if presence is Presence.BREAK else _("desk closed")
    return _("{what}, {ago}", what=what, ago=_ago(passed))


def chose(tap: Tap) -> str:
    """Say that somebody called a family that the rule would not have called first."""
    return _("You chose {ticket} over {other}", ticket=tap.ticket, other=tap.over)


def tapped(tap: Tap) -> str:
    """Say what a tap on a visit did."""
    if tap.over:
        return chose(tap)
    said = {
        "arrived": _("{ticket} came in"),
        "triaged": _("{ticket} said what they came for"),
        "called": _("called {ticket}"),
        "started": _("{ticket} sat down"),
        "no_show": _("{ticket} did not come"),
        "held": _("{ticket} put on hold"),
        "resumed": _("{ticket} ready again"),
        "need_added": _("added a need for {ticket}"),
        "finished": _("finished with {ticket}"),
        "unmet": _("what {ticket} can’t get here today"),
        "handover_walking": _("walking {ticket} over"),
        "handover_received": _("{ticket} received"),
        "handover_taken_back": _("offer of {ticket} taken back"),
        "arranged": _("arrangements of {ticket}"),
        "referred": _("{ticket} referred on"),
        "entitlements_checked": _("entitlements of {ticket}"),
        "left": _("{ticket} left"),
        "visit_closed": _("{ticket} seen through"),
        "answered": _("answers of {ticket}"),
        "groups_ticked": _("answers of {ticket}"),
    }
    return said.get(tap.kind, _("last tap on {ticket}")).format(ticket=tap.ticket)


def desk_state(row: DeskRow) -> tuple[str, Tone]:
    """Say whether a desk is free, and how many wait for it."""
    if row.presence is Presence.GONE:
        return _("Gone"), Tone.PLAIN
    if row.presence is Presence.EXPECTED:
        return _("Expected later"), Tone.PLAIN
    waiting = ngettext("{n} waiting", "{n} waiting", row.waiting)
    if row.presence is Presence.BREAK:
        return _("On a break"), Tone.WARN
    if row.is_free and not row.waiting:
        return _("Free"), Tone.GOOD
    if row.is_free:
        return _("Free · {waiting}", waiting=waiting), Tone.GOOD
    if row.is_serving:
        time = minutes(row.serving_minutes, is_short=True)
        busy = _("With {ticket} for {time}", ticket=row.ticket, time=time)
    else:
        busy = _("Has called {ticket}", ticket=row.ticket)
    return (_("{busy} · {waiting}", busy=busy, waiting=waiting) if row.waiting else busy), Tone.CALM


def step_words(step: Step) -> str:
    """Name a step of a hand-over."""
    words = {
        Step.OFFERED: _("Offered"),
        Step.WALKING: _("Walking over"),
        Step.RECEIVED: _("Received"),
    }
    return words[step]


def settled_words(how: str) -> str:
    """Name how a need was settled."""
    words = {
        "met": _("met"),
        "booked": _("booked"),
        "referred": _("referred"),
        "left": _("left"),
        "unmet": _("unmet"),
        "open": _("still open"),
    }
    return words.get(how, how)


def below_name(pack: Pack, row: DeskRow) -> str:
    """Give a desk's services for the line below its name, unless the name says it all."""
    said = services_in_words(pack, row.services)
    return "" if said == row.name else said


def services_in_words(pack: Pack, codes: tuple[str, ...]) -> str:
    """List services by their short names."""
    return listed([pack.service(code).short for code in codes])
