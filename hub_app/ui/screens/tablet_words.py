"""The sentences about the hub’s tablets: who is connected, who has what, whose clock is wrong."""

from hub_app.core.roster import COORDINATOR, DESK, GREETER
from hub_app.ui.formats import number
from hub_app.ui.parts import Sign
from hub_app.ui.step_words import heard_words, lag_words, off_words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Tone
from hub_app.view.tablet_rows import Heard, heard, is_wrong, out_of_reach
from hub_app.view.tablets import InHall, Step, TabletRow

_MINUTE = 60
_HOUR_MS = 3_600_000
_DAY_HOURS = 24
_DAYS_FROM_HOURS = 2 * _DAY_HOURS
_LTR, _END = "\u2066", "\u2069"  # the isolates of Unicode UAX #9


def left_to_right(text: str) -> str:
    """Keep a code or an address in its own order, whichever way the screen reads."""
    return f"{_LTR}{text}{_END}"


def role_words(role: str) -> str:
    """Say what a tablet is used for."""
    words = {COORDINATOR: _("Coordinator"), GREETER: _("Front"), DESK: _("At a desk")}
    return words.get(role, "")


def roles() -> tuple[tuple[str, str], ...]:
    """Give each role with its words, to choose from."""
    return tuple((role, role_words(role)) for role in (DESK, GREETER, COORDINATOR))


def clock_words(off_ms: int) -> str:
    """Say how wrong another tablet’s clock is, as seen from here."""
    by = off_words(off_ms)
    if off_ms > 0:
        return _("Its clock is {time} ahead", time=by)
    return _("Its clock is {time} behind", time=by)


def row_signs(row: TabletRow) -> tuple[Sign, ...]:
    """Give the signs of a tablet’s line: how it is heard, what it decides, a clock that is off."""
    looks = {
        Heard.HERE: ("TABLET_ANDROID", Tone.CALM),
        Heard.CONNECTED: ("WIFI", Tone.GOOD),
        Heard.BEFORE: ("WIFI_OFF", Tone.WARN if row.is_in_session else Tone.PLAIN),
        Heard.NEVER: ("WIFI_OFF", Tone.PLAIN),
    }
    icon, tone = looks[heard(row)]
    signs = [Sign(heard_words(row), icon, tone)]
    if row.is_keeper:
        signs.append(Sign(_("Decides who is called next"), "CAMPAIGN_OUTLINED", Tone.CALM))
    if not row.is_me and row.clock_ahead_ms is not None and is_wrong(row.clock_ahead_ms):
        signs.append(Sign(clock_words(row.clock_ahead_ms), "SCHEDULE", Tone.WARN))
    return tuple(signs)


def row_words(row: TabletRow) -> str:
    """Say in a line what a tablet is used for, and how far it is behind."""
    used, lag = role_words(row.role), lag_words(row)
    return _("{some} · {more}", some=used, more=lag) if used and lag else used or lag


def caught_up_words(in_hall: InHall) -> str:
    """Say how much of what was missing here has come; empty while nobody knows how much that is."""
    if in_hall.to_catch_up <= 0:
        return ""
    return ngettext(
        "{some} of {all} entry is here",
        "{some} of {all} entries are here",
        in_hall.to_catch_up,
        some=number(in_hall.caught_up),
        all=number(in_hall.to_catch_up),
    )


def house_hint(in_hall: InHall) -> str:
    """Say in few words how the tablets stand."""
    if in_hall.step is Step.ALONE:
        return _("Only this one")
    away = len(out_of_reach(in_hall))
    if away:
        return ngettext("{n} can’t be reached", "{n} can’t be reached", away)
    words = {
        Step.CUT_OFF: _("Cut off from the others"),
        Step.CATCHING_UP: _("Catching up"),
        Step.SOME_AWAY: _("Not all can be reached"),
        Step.BEHIND: _("All connected"),
        Step.IN_STEP: _("All have the same"),
    }
    return words[in_hall.step]


def removal_words(row: TabletRow) -> str:
    """Say what removing a tablet loses, by when it was last heard."""
    match heard(row):
        case Heard.CONNECTED if not row.has_more:
            return _("It is connected, and has passed on everything.")
        case Heard.CONNECTED:
            return ngettext(
                "It is connected. {n} of its entries is not here yet, and would be lost.",
                "It is connected. {n} of its entries are not here yet, and would be lost.",
                row.has_more,
            )
        case Heard.BEFORE:
            return _(
                "{heard}. What was entered there since then, and not passed on, is lost.",
                heard=heard_words(row),
            )
        case _:
            return _(
                "It was not heard since this tablet started. What was entered there, and not"
                " passed on, is lost."
            )


def countdown(seconds: float) -> str:
    """Give the time left in minutes and seconds, such as `4:32`. Never negative."""
    whole = max(0, int(seconds))
    return f"{whole // _MINUTE}:{whole % _MINUTE:02d}"


def spoken_word(word: str) -> str:
    """Give the word two screens show, in large letters and in its own order."""
    return left_to_right(word.upper())
