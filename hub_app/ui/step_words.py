"""The sentences about how the tablets stand that every screen of the staff may say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hub_app.ui.formats import clock, day, listed, minutes
from hub_app.ui.running import Running
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Tone
from hub_app.view.tablet_rows import Heard, heard, is_wrong, on_the_way, out_of_reach
from hub_app.view.tablets import InHall, Step, TabletRow

_MINUTE = 60
_HOUR_MS = 3_600_000
_DAYS_FROM_HOURS = 48


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
    days = hours // 24
    return ngettext("{n} day", "{n} days", days)


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


def truth(in_hall: InHall) -> tuple[str, Tone]:
    """Say how the tablets stand, calmly; that all have the same only when they do."""
    if in_hall.is_stranger:
        said = _(
            "This tablet is a copy of another one, and no part of the hub by itself. Nothing on it"
            " is lost: let it join the hub like a new one."
        )
        return said, Tone.WARN
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
