"""The tablets of the hub: how each one stands, and what a coordinator may do about them."""

from collections.abc import Callable

import flet as ft

from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_tick, use_width
from hub_app.ui.latest import use_latest
from hub_app.ui.parts import (
    Banner,
    EmptyState,
    Head,
    QuietWords,
    Scaffold,
    Section,
    Tap,
    use_panel,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.grid import Grid
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.screens.house_words import way_back
from hub_app.ui.screens.tablet_row import Draft, TabletCard, TabletLine
from hub_app.ui.screens.tablet_words import caught_up_words, row_signs, row_words
from hub_app.ui.screens.tablets_panels import NOTHING, About, Asked, TabletTaps, panel_for
from hub_app.ui.step_words import agreed_words, truth, warnings
from hub_app.ui.strings import _
from hub_app.ui.tokens import Fill, Space, Tone, Type, Width
from hub_app.view.tablet_rows import (
    caught_up_share,
    in_order,
    may_manage,
    row_of,
)
from hub_app.view.tablets import InHall, Invitation, Step, TabletRow

_TICK_SECONDS = 5


@component
def TabletsScreen(running: Running) -> ft.Control:
    """Give how the tablets stand, one line for each, and what can be done about them."""
    use_feed(running.feed)
    use_tick(_TICK_SECONDS)  # also shows an invitation that was used meanwhile
    asked, ask = ft.use_state(NOTHING)
    in_hall, invited = running.tablets.status(), running.tablets.invitation()
    may = may_manage(in_hall)

    def change(device: str) -> None:
        row = row_of(in_hall, device)
        if row is not None:
            ask(Asked(About.CHANGE, device, Draft(row.name, row.role)))

    def take_over() -> None:
        ask(Asked(About.TAKE_OVER))

    use_panel(panel_for(TabletTaps(running.tablets, asked, ask), in_hall))
    on_change = use_latest(change)
    lines: list[ft.Control] = [
        TabletCard(_line(row, may_change=may), on_change, key=f"line-{row.device}")
        for row in in_order(in_hall)
    ]
    body = [_truth(running, in_hall, use_latest(take_over))]
    if invited is not None and may:
        body.append(_invited(invited))
    wrong: list[ft.Control] = [Banner(said, Tone.WARN) for said in warnings(in_hall)]
    if wrong:
        body.append(ft.Column(wrong, tight=True, spacing=Space.S))
    if lines:
        across = 2 if use_width() is Width.WIDE else 1
        body.append(Section(_("Tablets of this hub"), Grid(lines, across)))
    else:
        said = _(
            "With a second tablet both show one queue, with no internet, and each goes on by"
            " itself when the other is away."
        )
        body.append(EmptyState(said, ft.Icons.DEVICES_OUTLINED))
    head = Head(
        _("Tablets"),
        _("Every tablet holds the whole queue."),
        Tap("back", _("Back"), routes.go, (way_back(routes.TABLETS, routes.HOUSE),), _BACK),
        ChipSlot(running),
    )
    return Scaffold(head, body, foot=_foot(in_hall, may=may))


_BACK = ft.Icons.ARROW_BACK


def _foot(in_hall: InHall, *, may: bool) -> ft.Control:
    if in_hall.is_stranger:
        return Foot(Tap("join", _("Join the hub"), routes.go, (routes.JOIN,), ft.Icons.LOGIN))
    if may:
        return Foot(Tap("tablet-add", _("Add a tablet"), routes.go, (routes.INVITE,), ft.Icons.ADD))
    said = _("A coordinator’s tablet can add, change and remove tablets.")
    return QuietWords(said, Type.BODY)


def _line(row: TabletRow, *, may_change: bool) -> TabletLine:
    return TabletLine(
        row.device, row.name, row.role, row_words(row), row_signs(row), row.is_me, may_change
    )


def _truth(running: Running, in_hall: InHall, take_over: Callable[[], None]) -> ft.Control:
    said, tone = truth(in_hall)
    taps = (Tap("take-over", _("Decide here who is called next"), take_over),)
    parts: list[ft.Control] = [Banner(said, tone, taps if in_hall.may_take_over else ())]
    if in_hall.step is Step.CATCHING_UP:
        parts.append(CatchingUp(in_hall))
    agreed = agreed_words(running, in_hall)
    if agreed:
        parts.append(QuietWords(agreed, Type.BODY))
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(parts, tight=True, spacing=Space.S, horizontal_alignment=stretch)


def CatchingUp(in_hall: InHall) -> ft.Control:
    """Give how far this tablet has caught up: a bar, and in words once it is known of how much."""
    words = caught_up_words(in_hall)
    parts: list[ft.Control] = [
        ft.ProgressBar(
            key="catching-up",
            value=caught_up_share(in_hall),
            color=Fill.ACTION,
            bgcolor=Fill.RAISED,
            bar_height=Space.S,
            border_radius=Space.XS,
            semantics_label=_("Catching up"),
        )
    ]
    if words:
        parts.append(QuietWords(words, Type.BODY))
    return ft.Column(parts, tight=True, spacing=Space.S)


def _invited(invited: Invitation) -> ft.Control:
    if invited.joined:
        said = _("{name} joined. Compare the word on both screens.", name=invited.joined)
        tap = Tap("invite-compare", _("Compare it now"), routes.go, (routes.INVITE,))
        return Banner(said, Tone.WARN, (tap,))
    said = _("{name} is invited and has not joined yet.", name=invited.name)
    if invited.is_code_spent:
        said = _(
            "A wrong code was typed for {name}, so its code is spent. Make a new one.",
            name=invited.name,
        )
    tap = Tap("invite-show", _("Show the invitation"), routes.go, (routes.INVITE,))
    return Banner(said, Tone.WARN if invited.is_code_spent else Tone.PLAIN, (tap,))
