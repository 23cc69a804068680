"""The words of the wall board and of a family's page, as small pieces of escaped HTML."""

from dataclasses import dataclass
from html import escape

from hub_app.core.session import Session
from hub_app.ui.formats import clock, in_steps
from hub_app.ui.strings import _, ngettext
from hub_app.view.board import BoardView, CallRow, FamilyView, Way, Where

_FITS = ((0, "quiet"), (3, "few"), (8, "some"), (15, "many"))  # calls that fit the wall, and how


@dataclass(frozen=True, slots=True)
class Look:
    """What a page shows at one moment: HTML by the id of its place, and a title.

    `kind` is a word for the style sheet. `may_change` is False on a page that is of no more use.
    """

    kind: str
    title: str
    parts: dict[str, str]
    may_change: bool = True


def board_look(view: BoardView, session: Session, now: int, *, is_cut_off: bool = False) -> Look:
    """Give the wall board as it looks `now`, in the language spoken here.

    Cut off, this tablet does not hear of every call: whoever waits is told to listen.
    """
    quiet = _("Goodbye") if view.has_closed else _("Welcome")
    title = _("Now calling") if view.calls else quiet
    parts = {
        "about": escape(title),
        "clock": clock(now, session.utc_offset_minutes) if session.id else "",
        "calls": "".join(_call(row) for row in view.calls) or _quiet(view),
        "lately": _lately(view.lately),
        "waiting": escape(_listen() if is_cut_off and view.is_open else _waiting(view)),
        "said": escape(_said(view.calls[0])) if view.calls else "",
    }
    return Look(_density(view), title, parts)


def _density(view: BoardView) -> str:
    return next((kind for most, kind in _FITS if len(view.calls) <= most), "crowd")


def _quiet(view: BoardView) -> str:
    if view.is_open:
        said = (_("Please take a seat."), _("Your ticket will show here."))
    elif view.has_closed:
        said = (_("We are closed now."), _("Thank you for coming."))
    else:
        said = (_("We are not open yet."), _("It won’t be long."))
    return f"<li><b>{escape(said[0])}</b><br>{escape(said[1])}</li>"


def _listen() -> str:
    return _("Some calls may not show here. Please listen for your ticket.")


def _waiting(view: BoardView) -> str:
    if not view.is_open:
        return ""
    if not view.waiting:
        return _("Nobody is waiting.")
    return ngettext("{n} family is waiting.", "{n} families are waiting.", view.waiting)


def _call(row: CallRow) -> str:
    notes = [_("called again")] if row.is_again else []
    if row.way is Way.WALKED:
        notes.append(_("we walk with you"))
    note = f"<small>{escape(', '.join(notes))}</small>" if notes else ""
    return (
        f'<li class="{row.way.value}" data-ticket="{escape(row.ticket)}">'
        f'<b class="ticket">{_apart(row.ticket)}</b><i aria-hidden="true"></i>'
        f'<span class="desk"><b>{_desk(row)}</b>{note}</span></li>'
    )


def _desk(row: CallRow) -> str:
    return _apart(row.desk or _("Welcome desk"))


def _lately(rows: tuple[CallRow, ...]) -> str:
    if not rows:
        return ""
    title = _("Called before")
    called = "".join(f"<li><b>{_apart(row.ticket)}</b> {_desk(row)}</li>" for row in rows)
    return f"<h2>{escape(title)}</h2><ul>{called}</ul>"


def _apart(text: str) -> str:
    """Give a name that keeps its own direction whatever stands round it."""
    return f"<bdi>{escape(text)}</bdi>"


def _said(row: CallRow) -> str:
    return _("{ticket}: {sentence}", ticket=row.ticket, sentence=_go_to(row.desk))


def family_look(view: FamilyView, *, is_cut_off: bool = False) -> Look:
    """Give a family's page, in the language spoken here; `is_cut_off` as for the wall board."""
    then = _cut_off(view) if is_cut_off and view.where is Where.QUEUE else _then(view)
    sentence = _where(view)
    parts = {
        "ticket": _ticket(view.ticket),
        "where": escape(sentence),
        "then": "".join(f"<p>{escape(said)}</p>" for said in then),
    }
    title = _("Ticket {ticket}", ticket=view.ticket) if view.ticket else _("Drop-in Hub")
    return Look(view.where.value, title, parts, view.may_change)


def _ticket(ticket: str) -> str:
    if not ticket:
        return ""
    title = _("Your ticket")
    return f'<small>{escape(title)}</small><b class="ticket">{_apart(ticket)}</b>'


def _isolated(desk: str) -> str:
    return f"\u2068{desk}\u2069"  # a name keeps its own direction inside a sentence


def _go_to(desk: str) -> str:
    if not desk:
        return _("Please come to the welcome desk.")
    return _("Please go to {desk}.", desk=_isolated(desk))


def _where(view: FamilyView) -> str:
    desk = _isolated(view.desk)
    match view.where:
        case Where.CALLED:
            return _go_to(view.desk)
        case Where.WITH:
            return _("You are with {desk}.", desk=desk) if view.desk else _("You are with us now.")
        case Where.OFFERED:
            named = _("Next is {desk}. We will walk you there.", desk=desk)
            return named if view.desk else _("We will walk you to the next desk.")
        case Where.WALKED:
            named = _("We are walking you to {desk}.", desk=desk)
            return named if view.desk else _("We are walking you to the next desk.")
        case _:
            return _PLAIN[view.where]()


_PLAIN = {
    Where.NOTHING: lambda: _("There is nothing to show here now."),
    Where.GOODBYE: lambda: _("We are closed now. Goodbye, and thank you for coming."),
    Where.TO_BE_ASKED: lambda: _("Please take a seat. We will come and ask what you need."),
    Where.QUEUE: lambda: _("You are in the queue."),
    Where.ASIDE: lambda: _("We are keeping your place."),
    Where.DONE: lambda: _("All done for today. Bye for now!"),
}


def _then(view: FamilyView) -> list[str]:
    """Give the lines below: what to do, how long, how much is left."""
    match view.where:
        case Where.NOTHING:
            return [_("Do you have a ticket? Please ask at the welcome desk. We are glad to help.")]
        case Where.ASIDE:
            return [_("Tell us at the welcome desk when you are ready.")]
        case Where.QUEUE:
            missed = [_("We called you and did not see you. We will call you again.")]
            return [
                *(missed if view.has_missed else ()),
                _wait(view.wait_minutes),
                *_left_in_all(view.stops_left),
                _("We will call your ticket here and on the board."),
            ]
        case Where.CALLED | Where.WITH | Where.OFFERED | Where.WALKED:
            return [_left_after(view.stops_left)]
        case _:
            return []


def _cut_off(view: FamilyView) -> list[str]:
    """Give the lines below for who waits while this tablet may not hear that they are called."""
    return [*_left_in_all(view.stops_left), _listen()]


def _wait(wait: tuple[int, int] | None) -> str:
    if wait is None:
        return _("We can’t say yet how long.")
    low, high = in_steps(*wait)
    if high < 2:
        return _("It should be any moment now.")
    if low == high:
        return _("It may be about {n} minutes.", n=high)
    return _("It may be {low} to {high} minutes.", low=low, high=high)


def _left_in_all(stops: int) -> list[str]:
    if not stops:
        return []
    return [ngettext("You have {n} desk to see.", "You have {n} desks to see.", stops)]


def _left_after(stops: int) -> str:
    if not stops:
        return _("This is your last desk for today.")
    return ngettext("After this, {n} more desk.", "After this, {n} more desks.", stops)


def stopped_board() -> str:
    """Say that the wall board no longer follows the hall."""
    return _("This board has stopped.")


def stopped_page() -> str:
    """Say that a family's page no longer follows the hall."""
    return _("This page has stopped.")


def ask_us() -> str:
    """Say whom to ask while a page has stopped."""
    return _("Please ask at the welcome desk.")


def trying_again() -> str:
    """Say that nobody has to mend a page that has stopped."""
    return _("It will start again by itself.")
