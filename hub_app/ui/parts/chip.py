"""The sync chip: the calm truth about what has reached the centre, and the panel behind it."""

from collections.abc import Callable, Mapping
from typing import Any

import flet as ft

from hub_app.ui.component import component, guard
from hub_app.ui.formats import clock
from hub_app.ui.hooks import use_feed, use_width
from hub_app.ui.page import kept_values
from hub_app.ui.parts.kinds import (
    KindLines,
    late_words,
    no_room_words,
    quarantined_words,
    taken_back_words,
)
from hub_app.ui.parts.panels import Panel, use_panel
from hub_app.ui.parts.step import (
    StepChip,
    step_body,
    step_chip_words,
    step_icon,
    step_tone,
    to_tablets,
)
from hub_app.ui.parts.taps import QuietButton, Tap, tappable
from hub_app.ui.parts.urgent import ProtocolsTap
from hub_app.ui.parts.words import Heading, QuietWords, Words
from hub_app.ui.routes import CARRY, go
from hub_app.ui.running import Running
from hub_app.ui.strings import _, ngettext
from hub_app.ui.theme import text_style
from hub_app.ui.tokens import Height, Ink, Radius, Space, Tone, Type, Width
from hub_app.view.chip import Chip, ChipKind, Reach, SyncStatus, chip
from hub_app.view.tablets import InHall, Step

_LOOKS: Mapping[ChipKind, tuple[Tone, ft.IconData]] = {
    ChipKind.REFUSED: (Tone.WARN, ft.Icons.ERROR_OUTLINE),
    ChipKind.NO_ROOM: (Tone.WARN, ft.Icons.SD_CARD_ALERT_OUTLINED),
    ChipKind.KEPT_HERE: (Tone.PLAIN, ft.Icons.CLOUD_OFF_OUTLINED),
    ChipKind.WAITING: (Tone.CALM, ft.Icons.CLOUD_UPLOAD_OUTLINED),
    ChipKind.ALL_HERE: (Tone.GOOD, ft.Icons.CLOUD_DONE_OUTLINED),
    ChipKind.NOTHING_YET: (Tone.PLAIN, ft.Icons.CLOUD_OUTLINED),
}


def status_words(status: SyncStatus, offset_minutes: int) -> str:
    """Say in one sentence how things stand with the centre."""
    return chip_words(chip(status), status.reach, offset_minutes)


def chip_words(shown: Chip, reach: Reach, offset_minutes: int) -> str:
    """Say in one sentence how things stand with the centre; times in the hall's own clock."""
    n = shown.count
    match shown.kind:
        case ChipKind.REFUSED:
            return ngettext(
                "{n} not taken: ask the coordinator", "{n} not taken: ask the coordinator", n
            )
        case ChipKind.NO_ROOM:
            return _("Disk full: ask the coordinator")
        case ChipKind.KEPT_HERE if reach is Reach.NO_CENTRE:
            return ngettext("{n} kept here", "{n} kept here", n)
        case ChipKind.KEPT_HERE:
            return ngettext(
                "Can’t reach the centre. {n} kept here", "Can’t reach the centre. {n} kept here", n
            )
        case ChipKind.WAITING:
            return ngettext("{n} waiting to go", "{n} waiting to go", n)
        case ChipKind.ALL_HERE:
            by = None if shown.at is None else clock(shown.at, offset_minutes)
            return _("All here") if by is None else _("All here by {time}", time=by)
        case ChipKind.NOTHING_YET:
            return _nothing_yet(reach)


def _nothing_yet(reach: Reach) -> str:
    if reach is Reach.NO_CENTRE:
        return _("Kept here")
    if reach is Reach.UNREACHABLE:
        return _("Can’t reach the centre. Nothing is lost")
    return _("Nothing to send yet")


def ChipSlot(running: Running) -> ft.Control:
    """Give the end of the head of any screen: when it cannot wait, the other tablets, the centre.

    Where there is no room for two chips, the one of the centre bears the tablets' sign too.
    """
    ends: list[ft.Control] = [
        ProtocolsTap(running, key="protocols-slot"),
        StepChip(running, key="step-slot"),
        _SyncChip(running, key="chip-slot"),
    ]
    return ft.Row(ends, tight=True, spacing=Space.S)


@component
def _SyncChip(running: Running) -> ft.Control:
    use_feed(running.feed)
    width = use_width()
    is_open, set_open = ft.use_state(initial=False)
    status, in_hall = running.status(), running.tablets.status()
    is_paired = in_hall.step is not Step.ALONE
    bears_both = is_paired and width is Width.NARROW
    shown = chip(status)
    words = status_words(status, running.hub.session.utc_offset_minutes)

    def close() -> None:
        set_open(False)

    panel = None
    if is_open:
        panel = _panel(running, status, words, close)
        panel = _and_tablets(running, in_hall, panel) if bears_both else panel
    use_panel(panel)
    tone, icon = _LOOKS[shown.kind]
    tone = Tone.WARN if bears_both and step_tone(in_hall) is Tone.WARN else tone
    row: list[ft.Control] = [ft.Icon(icon, size=22, color=tone.ink)]
    has_words = width is Width.WIDE or (width is Width.MEDIUM and not is_paired)
    if has_words:
        has_room = width is Width.WIDE and not is_paired
        brief = "" if has_room else _brief(shown, status.reach)
        row.append(Words(brief or words, Type.SMALL, colour=tone.ink))
    elif shown.count:
        row.append(Words(str(shown.count), Type.SMALL, colour=tone.ink))
    if bears_both:
        row.append(step_icon(in_hall, tone))
    both = _("{some} · {more}", some=step_chip_words(in_hall), more=words) if bears_both else words
    tap = Tap("sync-chip", both, set_open, (True,))
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        padding=ft.Padding.symmetric(horizontal=Space.M if bears_both else Space.L),
        bgcolor=tone.fill,
        border_radius=Radius.PILL,
        tooltip=None if has_words else both,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(row, tight=True, spacing=Space.S),
    )
    return tappable(tap, box)


def _brief(shown: Chip, reach: Reach) -> str:
    """Give less than the whole sentence, where there is little room; empty for no less."""
    match shown.kind:
        case ChipKind.REFUSED:
            return ngettext("{n} not taken", "{n} not taken", shown.count)
        case ChipKind.NO_ROOM:
            return _("Disk full")
        case ChipKind.KEPT_HERE if reach is Reach.UNREACHABLE:
            return ngettext("{n} kept here", "{n} kept here", shown.count)
        case ChipKind.NOTHING_YET if reach is Reach.UNREACHABLE:
            return _("Can’t reach the centre")
        case _:
            return ""


def _and_tablets(running: Running, in_hall: InHall, panel: Panel) -> Panel:
    """Give the panel of the centre with that of the tablets before it."""
    body = [*step_body(running, in_hall), Heading(panel.title), *panel.body]
    taps = (to_tablets(panel.close), *panel.taps)
    return Panel(_("The tablets of this hall"), body, panel.close, taps)


def _panel(running: Running, status: SyncStatus, words: str, close: Callable[[], Any]) -> Panel:
    is_paired = running.tablets.status().step is not Step.ALONE
    body: list[ft.Control] = [Words(words, Type.LEAD), *map(Words, _said(status))]
    if status.reach is Reach.NO_CENTRE:
        stays = _("No centre is set up. Everything stays on this tablet.")
        if is_paired:
            stays = _("No centre is set up. Everything stays on the tablets of this hall.")
        body.append(Words(stays))
    if status.unknown_key:
        body += _unknown(status.unknown_key)
    if status.may_carry:
        body.append(QuietButton(carry_tap(close), is_wide=True))
    if status.held:
        body.append(
            Words(
                ngettext(
                    "{n} visit is still here, at least in part. Why, and until when, is below.",
                    "{n} visits are still here, at least in part. Why, and until when, is below.",
                    status.held,
                )
            )
        )
    if any(line.visits for line in status.lines):
        body.append(KindLines(status))
    else:
        body.append(QuietWords(_("Counts go after a session is closed and signed off."), Type.BODY))
    never = _("No name, note or ticket ever leaves this tablet.")
    if is_paired:
        never = _("No name, note or ticket ever leaves the tablets of this hall.")
    body.append(QuietWords(never))
    taps = (
        Tap("send-now", _("Try now"), running.send_now),
        Tap("sync-close", _("Close"), close),
    )
    has_centre = status.reach is not Reach.NO_CENTRE
    return Panel(_("What has gone to the centre"), body, close, taps if has_centre else taps[1:])


def _unknown(key: str) -> list[ft.Control]:
    """Say that the centre does not know this tablet, with the key that somebody adds there."""
    words = _(
        "The centre does not know this tablet, so it takes nothing from it. Everything is kept and"
        " nothing is lost. Ask whoever looks after the centre to add this key there:"
    )
    style = text_style(Type.SMALL, Ink.BODY)
    return [Words(words), ft.Text(key, key="unknown-key", selectable=True, style=style)]


def _said(status: SyncStatus) -> list[str]:
    """Give what somebody has to know or do, a sentence each."""
    said: list[str] = []
    if status.refused:
        said.append(
            _(
                "The centre did not take something. It is kept here and nothing is lost."
                " The coordinator can see it on the closing screen."
            )
        )
    if status.quarantined:
        said.append(quarantined_words(status.quarantined))
    if status.undestroyed:
        said.append(no_room_words(status.undestroyed))
    if status.late:
        said.append(late_words(status.late))
    if status.taken_back:
        said.append(taken_back_words(status.taken_back))
    return said


def carry_tap(close: Callable[[], Any] | None = None) -> Tap:
    """Give the way to carry what waits to the centre by hand; `close` shuts what it stands in."""

    async def carry() -> None:
        if close is not None:
            close()
        page = ft.context.page
        kept_values(page)[f"from-{CARRY}"] = page.route  # so that *back* leads there again
        await go(CARRY)

    return Tap("carry-open", _("Carry it by hand"), carry, (), ft.Icons.QR_CODE_2)
