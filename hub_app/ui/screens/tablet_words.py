"""The sentences about the hub’s tablets: who is connected, who has what, whose clock is wrong."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hub_app.core.roster import COORDINATOR, DESK, GREETER
from hub_app.ui.formats import clock, day, listed, minutes, number
from hub_app.ui.parts import Sign
from hub_app.ui.running import Running
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Tone
from hub_app.view.tablet_rows import Heard, heard, is_wrong, on_the_way, out_of_reach
from hub_app.view.tablets import InHall, Step, TabletRow

_MINUTE = 60
_HOUR_MS = 3_600_000
_DAYS_FROM_HOURS = 48
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


def moment_words(running: Running, at: int) -> str:
    """Say when something was by the hall’s clock: a time, with its day if that was not today."""
    try:
        zone = ZoneInfo(running.hub.pack.zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    local = datetime.fromtimestamp(at / 1000, zone)
    time = clock((local.hour * 60 + local.minute) * 60_000)
    if local.date() == running.hub.today():
        return time
    return _("{time} on {day}", time=time, day=day(local.date()))


def off_words(off_ms: int) -> str:
    """Say by how much a clock is wrong: minutes, hours, or days."""
    hours = abs(off_ms) // _HOUR_MS
    if hours < _DAYS_FROM_HOURS:
        return minutes(abs(off_ms) / 60_000)
    return ngettext("{n} day", "{n} days", hours // 24)


def heard_words(row: TabletRow) -> str:
    """Say how a tablet stands with this one."""
    match heard(row):
        case Heard.HERE:
            return _("This tablet")
        case Heard.CONNECTED:
            return _("Connected")
        case Heard.NEVER:
            return _("Not heard since this tablet started")
        case Heard.BEFORE:
            seconds = int(row.heard_seconds or 0)
            if seconds < _MINUTE:
                return ngettext("Last heard {n} s ago", "Last heard {n} s ago", seconds)
            return _("Last heard {time} ago", time=minutes(seconds / _MINUTE))


def lag_words(row: TabletRow) -> str:
    """Say how far a tablet is behind, and never more than is known of it."""
    n, kind = on_the_way(row), heard(row)
    if kind is Heard.HERE:
        return ""
    if kind is Heard.NEVER:
        return _("Nobody knows yet what it has")
    if kind is Heard.BEFORE:
        if not n:
            return _("Had everything when last heard")
        return ngettext("{n} entry waits for it", "{n} entries wait for it", n)
    if not n:
        return _("Has everything")
    return ngettext("{n} entry still on the way", "{n} entries still on the way", n)


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


def truth(in_hall: InHall) -> tuple[str, Tone]:
    """Say how the tablets stand, calmly; that all have the same only when they do."""
    match in_hall.step:
        case Step.ALONE:
            return _("No other tablet belongs to this hub. This one works by itself."), Tone.PLAIN
        case Step.IN_STEP:
            return _("All tablets of this session are connected and have the same."), Tone.GOOD
        case Step.BEHIND:
            said = _("All are connected. Some entries are still on their way; nothing is lost.")
            return said, Tone.CALM
        case Step.SOME_AWAY:
            return _away(in_hall), Tone.WARN
        case Step.CATCHING_UP:
            said = _("This tablet is catching up. Until it has, its lists may be old.")
            return said, Tone.WARN
        case Step.CUT_OFF:
            said = _(
                "This tablet can’t reach the one that decides who is called next. What you enter"
                " is kept and passed on by itself. Call only somebody who is here with you."
            )
            return said, Tone.WARN


def _away(in_hall: InHall) -> str:
    names = [row.name for row in out_of_reach(in_hall)]
    if not names:
        return _("Not all tablets can be reached. Everything is kept, and they catch up.")
    return ngettext(
        "{names} can’t be reached just now. Nothing is lost: it catches up by itself.",
        "{names} can’t be reached just now. Nothing is lost: they catch up by themselves.",
        len(names),
        names=listed(names),
    )


def agreed_words(running: Running, in_hall: InHall) -> str:
    """Say when all tablets last had the same; empty when that is not known."""
    if in_hall.agreed_at is None or in_hall.step is Step.ALONE:
        return ""
    at = moment_words(running, in_hall.agreed_at)
    return _("Everybody had the same at {time}", time=at)


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


def warnings(in_hall: InHall) -> tuple[str, ...]:
    """Give what somebody should do something about: this tablet’s clock, entries that clash."""
    said: list[str] = []
    if is_wrong(in_hall.clock_off_ms):
        said.append(
            _(
                "This tablet’s clock is wrong by {time}; the hub goes by the others."
                " Set it right in the tablet’s own settings.",
                time=off_words(in_hall.clock_off_ms),
            )
        )
    if in_hall.forked:
        said.append(
            ngettext(
                "{n} entry differs between two tablets, as when one was copied from the other."
                " Both are kept. Remove the copied tablet from the hub, then add it as a new one.",
                "{n} entries differ between two tablets, as when one was copied from the other."
                " All are kept. Remove the copied tablet from the hub, then add it as a new one.",
                in_hall.forked,
            )
        )
    if in_hall.unreadable:
        said.append(
            ngettext(
                "{n} entry from another tablet can’t be read here and was put aside. All else"
                " goes on. See that every tablet has the same version of this app.",
                "{n} entries from another tablet can’t be read here and were put aside. All else"
                " goes on. See that every tablet has the same version of this app.",
                in_hall.unreadable,
            )
        )
    return tuple(said)


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
