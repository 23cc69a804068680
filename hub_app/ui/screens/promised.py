"""What was promised to families and nobody has said yet that they have: the overdue ones first."""

from collections.abc import Callable, Sequence
from datetime import date

import flet as ft

from hub_app.core.pack import Pack
from hub_app.ui import routes
from hub_app.ui.component import component, memo
from hub_app.ui.formats import day, full_day
from hub_app.ui.hooks import use_feed, use_tick, use_width
from hub_app.ui.latest import use_latest
from hub_app.ui.parts import (
    EmptyState,
    Head,
    Pill,
    QuietButton,
    QuietWords,
    Scaffold,
    Section,
    Tap,
    Together,
    Words,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.person import LineTicket
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_foot import Undo
from hub_app.ui.screens.desk_queue import Lines
from hub_app.ui.screens.house_words import day_words, promised_words, way_back
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Fill, Radius, Space, Tone, Width
from hub_app.view.house import PromisedRow, promised_view

_TICK_SECONDS = 60
_SHOWN_DONE = 10
_NOBODY: PromisedRow | None = None


@component
def PromisedScreen(running: Running) -> ft.Control:
    """Give every promise nobody has acknowledged, and the latest that somebody has."""
    use_feed(running.feed)
    use_tick(_TICK_SECONDS)
    hub, pack, today = running.hub, pack_here(running), running.hub.today()
    last, set_last = ft.use_state(_NOBODY)
    view = promised_view(hub.promised(), today)
    rows = {row.referral: row for row in view.open}

    def acknowledge(referral: str) -> None:
        if done(hub.acknowledge(referral)) is not None:
            set_last(rows.get(referral))

    def undo(referral: str) -> None:
        if done(hub.undo_acknowledge(referral)) is not None:
            set_last(None)

    has_it = use_latest(acknowledge)
    parts = (
        (_("Overdue"), view.overdue),
        (_("Due today"), view.today),
        (_("Due later"), view.later),
    )
    body: list[ft.Control] = [
        Section(title, PromisedLines(shown, pack, today, has_it)) for title, shown in parts if shown
    ]
    if not body:
        said = _(
            "Nothing is waiting. Referrals and call-backs appear here until somebody has them."
        )
        body.append(EmptyState(said, ft.Icons.TASK_ALT))
    if view.acknowledged:
        body.append(_done(view.acknowledged, pack))
    back_to = way_back(routes.PROMISED, routes.HOUSE)
    head = Head(
        _("Promised to families"),
        _("Pass each one on, then say that they have it."),
        Tap("back", _("Back"), routes.go, (back_to,), ft.Icons.ARROW_BACK),
        ChipSlot(running),
    )
    foot = None
    if last is not None:
        said = _("{ticket}: they have it", ticket=last.ticket)
        foot = ft.Row([Undo(Tap("undo", said, undo, (last.referral,)), said)])
    return Scaffold(head, body, foot=foot)


def PromisedLines(
    rows: Sequence[PromisedRow], pack: Pack, today: date, has_it: Callable[[str], object]
) -> ft.Control:
    """Give promises as lines, each with the one tap that says somebody has it."""
    return Lines(
        [
            PromisedLine(
                row,
                (promised_words(pack, row), _when(row, today)),
                has_it,
                is_late=row.due is None or row.due < today,
                key=f"promised-{row.referral}",
            )
            for row in rows
        ]
    )


def _when(row: PromisedRow, today: date) -> str:
    promised = _("Promised on {day}", day=day(row.day)) if row.day else ""
    due = _("due {day}", day=day_words(row.due, today)) if row.due else _("due day not known")
    return _("{promised}, {due}", promised=promised, due=due) if promised else due


@memo
def PromisedLine(
    row: PromisedRow, texts: tuple[str, str], has_it: Callable[[str], object], *, is_late: bool
) -> ft.Control:
    """Show one promise: the ticket, whom it went to, by when; never a name."""
    is_roomy = use_width() is not Width.NARROW
    what, when = texts
    lines: list[ft.Control] = [Words(what), QuietWords(when)]
    if is_late:
        late = Pill(_("Overdue"), Tone.WARN, ft.Icons.ERROR_OUTLINE)
        lines.append(ft.Row([late], wrap=True))
    words = ft.Column(lines, tight=True, spacing=Space.XS, expand=True)
    label = _("They have it")
    button = QuietButton(
        Tap(f"have-{row.referral}", label, has_it, (row.referral,), ft.Icons.CHECK)
    )
    head = [LineTicket(row.ticket), words]
    content: ft.Control = ft.Row([*head, button], spacing=Space.M)
    if not is_roomy:
        stacked = [ft.Row(head, spacing=Space.M), Together(button)]
        content = ft.Column(stacked, tight=True, spacing=Space.S)
    box = ft.Container(
        padding=Space.M,
        bgcolor=Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        content=content,
    )
    return ft.Semantics(container=True, content=box)


def _done(rows: Sequence[PromisedRow], pack: Pack) -> ft.Control:
    lines: list[ft.Control] = [
        QuietWords(
            _(
                "{ticket}, {day}: {what}",
                ticket=row.ticket,
                day=full_day(row.day) if row.day else "–",
                what=promised_words(pack, row),
            )
        )
        for row in rows[-_SHOWN_DONE:]
    ]
    return Section(_("They have it"), ft.Column(lines, tight=True, spacing=Space.XS))
