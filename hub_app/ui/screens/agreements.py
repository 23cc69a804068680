"""The register of agreements: who may share what with whom, until when, and what is over."""

from collections.abc import Callable
from datetime import date

import flet as ft

from hub_app.core.house import HANDOVER_NOTE
from hub_app.core.pack import Pack
from hub_app.ui import routes
from hub_app.ui.component import component, memo
from hub_app.ui.formats import full_day, listed
from hub_app.ui.hooks import use_feed, use_width
from hub_app.ui.latest import use_latest
from hub_app.ui.parts import (
    EmptyState,
    Head,
    Panel,
    Pill,
    QuietButton,
    QuietWords,
    Scaffold,
    Section,
    Tap,
    Words,
    use_panel,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.screens.desk_queue import Lines
from hub_app.ui.screens.house_words import organisations_words
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Fill, Ink, Radius, Space, Tone, Type, Width
from hub_app.view.house import AgreementRow, Standing, agreement_rows


@component
def AgreementsScreen(running: Running) -> ft.Control:
    """Give the register, and the ways to add to it and to end what is in it."""
    use_feed(running.feed)
    hub, pack, today = running.hub, pack_here(running), running.hub.today()
    asked, set_asked = ft.use_state("")
    ask = use_latest(set_asked)
    rows = agreement_rows(hub.house, today)

    def close() -> None:
        set_asked("")

    def end() -> None:
        set_asked("")
        done(hub.end_agreement(asked, today.isoformat()))

    row = next((one for one in rows if one.agreement == asked), None)
    use_panel(_ending(row, pack, end, close) if row is not None else None)
    head = Head(
        _("Agreements"),
        _("What organisations let travel with a family who is handed over."),
        Tap("back", _("Back"), routes.go, (routes.HOUSE,), ft.Icons.ARROW_BACK),
        ChipSlot(running),
    )
    parts = (
        (_("They hold"), [row for row in rows if row.standing is not Standing.OVER]),
        (_("Over"), [row for row in rows if row.standing is Standing.OVER]),
    )
    body: list[ft.Control] = [
        Section(title, Lines([_line(row, pack, ask) for row in shown]))
        for title, shown in parts
        if shown
    ]
    if not rows:
        said = _(
            "There is no agreement yet. Without one, a hand-over between two organisations carries"
            " the ticket and the need, and nothing else."
        )
        body = [EmptyState(said, ft.Icons.HANDSHAKE_OUTLINED)]
    add = Tap("agreement-add", _("Write down an agreement"), routes.go, (_FORM,), ft.Icons.ADD)
    return Scaffold(head, body, foot=Foot(add))


_FORM = routes.AGREEMENT_FORM


def scope_words(scope: tuple[str, ...]) -> str:
    """Say what may travel; what only a newer tablet knows is not named."""
    words = {HANDOVER_NOTE: _("the note a family agreed to")}
    known = [words[code] for code in scope if code in words]
    return listed(known) if known else _("something this tablet does not know yet")


def _line(row: AgreementRow, pack: Pack, ask: Callable[[str], None]) -> ft.Control:
    parties = organisations_words(pack, row.parties)
    return AgreementLine(row, parties, ask, key=f"agreement-{row.agreement}")


@memo
def AgreementLine(row: AgreementRow, parties: str, ask: Callable[[str], None]) -> ft.Control:
    """Show one agreement; one that holds can be ended."""
    is_over = row.standing is Standing.OVER
    ink = Ink.QUIET if is_over else Ink.BODY
    lines: list[ft.Control] = [Words(parties, Type.LEAD, colour=ink)]
    lines.append(QuietWords(_("May travel: {what}", what=scope_words(row.scope)), Type.BODY))
    lines.append(QuietWords(_span(row.from_day, row.until_day), Type.BODY))
    words = ft.Column(lines, tight=True, spacing=Space.XS, expand=True)
    sign = _sign(row)
    aside = [] if sign is None else [sign]
    if not is_over:
        aside.append(QuietButton(Tap(f"end-{row.agreement}", _("End it"), ask, (row.agreement,))))
    content: ft.Control = ft.Row([words, *aside], spacing=Space.M)
    if use_width() is Width.NARROW:
        below = ft.Row(aside, wrap=True, spacing=Space.M, run_spacing=Space.S)
        content = ft.Column([ft.Row([words]), below], tight=True, spacing=Space.M)
    return ft.Container(
        padding=Space.L,
        bgcolor=Fill.SUNK if is_over else Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CARD,
        content=content,
    )


def _span(first: date, last: date) -> str:
    return _("From {start} until {end}", start=full_day(first), end=full_day(last))


def _sign(row: AgreementRow) -> ft.Control | None:
    match row.standing:
        case Standing.SOON:
            said = ngettext("Runs out: {n} day left", "Runs out: {n} days left", row.days_left)
            return Pill(said, Tone.WARN, ft.Icons.SCHEDULE)
        case Standing.LATER:
            return Pill(_("Not begun yet"), Tone.PLAIN, ft.Icons.SCHEDULE)
        case Standing.OVER if row.ended is not None:
            return Pill(
                _("Ended on {day}", day=full_day(row.ended)), Tone.PLAIN, ft.Icons.LOCK_OUTLINE
            )
        case Standing.OVER:
            return Pill(_("Has run out"), Tone.PLAIN, ft.Icons.LOCK_OUTLINE)
        case _:
            return None


def _ending(
    row: AgreementRow, pack: Pack, sure: Callable[[], None], close: Callable[[], None]
) -> Panel:
    return Panel(
        _("End this agreement?"),
        [
            Words(organisations_words(pack, row.parties)),
            QuietWords(_("From now on no note travels between them. Notes on their way stay.")),
        ],
        close,
        (Tap("end-sure", _("Yes, end it"), sure), Tap("end-not", _("Not now"), close)),
    )
