"""What a session leaves behind: call-backs to pass on before closing, and the way to what lasts."""

from collections.abc import Callable
from datetime import date

import flet as ft

from hub_app.core.pack import Pack
from hub_app.ui import routes
from hub_app.ui.parts import QuietButton, Section, Tap, Together
from hub_app.ui.screens.house import promised_hint
from hub_app.ui.screens.house_words import go_from
from hub_app.ui.screens.promised import PromisedLines
from hub_app.ui.strings import _, ngettext
from hub_app.view.house import PromisedRow, PromisedView


def PassOnSection(
    rows: tuple[PromisedRow, ...], pack: Pack, today: date, has_it: Callable[[str], object]
) -> ft.Control:
    """Give the call-backs of today that nobody has said they have."""
    hint = ngettext(
        "{n} family was told that somebody calls back. Tell whoever is to do it.",
        "{n} families were told that somebody calls back. Tell whoever is to do it.",
        len(rows),
    )
    lines = PromisedLines(rows, pack, today, has_it)
    return Section(_("To pass on before closing"), lines, hint=hint)


def BeyondSection(view: PromisedView) -> ft.Control:
    """Give the ways to what outlasts the session: what was promised, and how this hall is set."""
    promised = Tap(
        "close-promised",
        _("Promised to families"),
        go_from,
        (routes.CLOSE, routes.PROMISED),
        ft.Icons.FORWARD_TO_INBOX_OUTLINED,
    )
    house = Tap(
        "close-house",
        _("This hall"),
        go_from,
        (routes.CLOSE, routes.HOUSE),
        ft.Icons.HOME_WORK_OUTLINED,
    )
    said = _("Referrals and call-backs: {how}.", how=promised_hint(view))
    buttons = Together(QuietButton(promised), QuietButton(house))
    return Section(_("Beyond today"), buttons, hint=said)
