"""What was promised to families: that somebody who is not here is to act by a day."""

from dataclasses import dataclass

from hub_app.core.events import Referred
from hub_app.core.session import Session


@dataclass(frozen=True, slots=True)
class Promised:
    """A referral or a call-back of one visit: the day it was agreed, the ticket, and what it is."""

    day: str
    ticket: str
    referred: Referred
    is_acknowledged: bool = False


def promised_in(session: Session) -> tuple[Promised, ...]:
    """Give every referral and call-back of one session, as if nobody had acknowledged any."""
    return tuple(
        Promised(session.day, visit.ticket, referred)
        for visit in session.visits.values()
        for referred in visit.referrals
    )
