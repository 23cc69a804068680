"""Rules for the hall as a whole: opening and closing the session and its desks."""

from dataclasses import replace

from hub_app.core import events as e
from hub_app.core.refusal import Refusal
from hub_app.core.session import Desk, Presence, Session

INTERPRETERS_LIMIT = 30


def desk_here(session: Session, desk_id: str) -> Desk | Refusal:
    """Give a desk that is here, in an open session."""
    desk = session.desks.get(desk_id)
    if desk is None:
        return Refusal.NO_SUCH_DESK
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    return desk if desk.presence is Presence.HERE else Refusal.DESK_NOT_HERE


def open_session(
    session: Session | None, day: str, opening: int, utc_offset_minutes: int
) -> e.SessionOpened | Refusal:
    """Open the hall; one session at a time."""
    if session is not None and session.is_open:
        return Refusal.SESSION_ALREADY_OPEN
    return e.SessionOpened(day, opening, utc_offset_minutes)


def close_session(session: Session) -> e.SessionClosed | Refusal:
    """Close the hall once nobody is in it: everybody must have an end that can be counted."""
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    if session.here:
        return Refusal.SOMEBODY_STILL_HERE
    return e.SessionClosed()


def sign_off(session: Session) -> e.SignedOff | Refusal:
    """Stand by the closing counts; from here on nothing is undone."""
    if session.closed_at is None:
        return Refusal.SOMEBODY_STILL_HERE if session.here else Refusal.SESSION_NOT_OPEN
    if session.signed_off_at is not None:
        return Refusal.SESSION_SIGNED_OFF
    return e.SignedOff()


def open_desk(session: Session, opened: e.DeskOpened) -> e.DeskOpened | Refusal:
    """Say that a desk is here and what it offers; a desk may come back with other services."""
    offered = tuple(dict.fromkeys(opened.services))
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    if not offered or not opened.name:
        return Refusal.DESK_OFFERS_NOTHING
    known = session.desks.get(opened.desk)
    if known is not None and known.presence in (Presence.HERE, Presence.BREAK):
        return Refusal.DESK_ALREADY_OPEN
    return replace(opened, services=offered)


def leaving(session: Session, desk_id: str, at: int | None, now: int) -> e.DeskLeaving | Refusal:
    """Say when a desk that is around will leave (milliseconds), or that it stays after all."""
    desk = session.desks.get(desk_id)
    if desk is None:
        return Refusal.NO_SUCH_DESK
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    if desk.presence is Presence.GONE:
        return Refusal.DESK_NOT_HERE
    return Refusal.BAD_TIME if at is not None and at < now else e.DeskLeaving(desk_id, at)


def interpreters(session: Session, language: str, number: int) -> e.InterpretersHere | Refusal:
    """Say how many who interpret a language are in the hall; with none, it is by telephone."""
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    is_sound = language and 0 <= number <= INTERPRETERS_LIMIT
    return e.InterpretersHere(language, number) if is_sound else Refusal.BAD_NUMBER


def take_break(session: Session, desk_id: str) -> e.DeskOnBreak | Refusal:
    """Let a desk with nobody in front of it go on a break."""
    desk = desk_here(session, desk_id)
    if isinstance(desk, Refusal):
        return desk
    return e.DeskOnBreak(desk_id) if session.at_desk(desk_id) is None else Refusal.DESK_BUSY


def come_back(session: Session, desk_id: str) -> e.DeskBack | Refusal:
    """Bring a desk back from its break."""
    desk = session.desks.get(desk_id)
    if desk is None:
        return Refusal.NO_SUCH_DESK
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    return e.DeskBack(desk_id) if desk.presence is Presence.BREAK else Refusal.DESK_NOT_ON_BREAK


def close_desk(session: Session, desk_id: str) -> e.DeskClosed | Refusal:
    """Let a desk with nobody in front of it go for today; who is on the way to it waits again."""
    desk = session.desks.get(desk_id)
    if desk is None:
        return Refusal.NO_SUCH_DESK
    if not session.is_open:
        return Refusal.SESSION_NOT_OPEN
    if desk.presence is Presence.GONE:
        return Refusal.DESK_NOT_HERE
    return e.DeskClosed(desk_id) if session.at_desk(desk_id) is None else Refusal.DESK_BUSY
