"""The other desks of the hall beside a desk's own: who is free to walk somebody to."""

import flet as ft

from hub_app.core.session import Session
from hub_app.ui.parts import Card, Section
from hub_app.ui.parts.person import CardLook, CardShape, DeskCard
from hub_app.ui.screens.desk_look import Look
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.strings import _
from hub_app.view.desks import desk_rows


def OtherDesks(look: Look, session: Session) -> list[ft.Control]:
    """Give a line for each other desk that is or was to be here; nothing where there is none."""
    line = CardLook(look.here.offset_minutes, CardShape.LINE)
    lines: list[ft.Control] = [
        DeskCard(row, services_in_words(look.pack, row.services), line, key=f"other-{row.desk}")
        for row in desk_rows(session, look.view.times.now)
        if row.desk != look.view.desk.desk
    ]
    return [Section(_("The other desks"), Card(*lines))] if lines else []
