"""What must be respected with a family, as whoever meets it next needs to see it."""

from dataclasses import dataclass

from hub_app.core.session import Session
from hub_app.core.visit import NOTHING_ARRANGED, Visit


@dataclass(frozen=True, slots=True)
class ArrangedRow:
    """A family's arrangements: codes, empty for none, and times in milliseconds.

    `is_in_hall` says that somebody who interprets their language is here; else it is by telephone.
    """

    interpreter: str = ""
    is_in_hall: bool = False
    access: tuple[str, ...] = ()
    leave_by: int | None = None
    appointment_service: str = ""
    appointment_at: int | None = None


NOTHING = ArrangedRow()


def arranged_row(session: Session, visit: Visit) -> ArrangedRow:
    """Give what was arranged with a family; a plain row when nothing was."""
    arranged = visit.arrangements
    if arranged == NOTHING_ARRANGED:
        return NOTHING
    language = arranged.interpreter or ""
    return ArrangedRow(
        interpreter=language,
        is_in_hall=session.interpreters.get(language, 0) > 0,
        access=arranged.access,
        leave_by=arranged.leave_by,
        appointment_service=arranged.appointment_service or "",
        appointment_at=arranged.appointment_at,
    )
