"""After the sign-off: what has gone to the centre, what is held here and why, what was refused."""

import flet as ft

from hub_app.ui.formats import clock
from hub_app.ui.parts import Banner, Card, QuietButton, QuietWords, Section, Words
from hub_app.ui.parts.chip import carry_tap, status_words
from hub_app.ui.parts.kinds import (
    KindLines,
    late_words,
    no_room_words,
    quarantined_words,
    taken_back_words,
)
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Space, Tone, Type
from hub_app.view.chip import ChipKind, Reach, SyncStatus, chip


def SentSection(status: SyncStatus, offset_minutes: int) -> ft.Control:
    """Give the truth about what left, so that gone, held and destroyed add up by kind."""
    is_all = chip(status).kind is ChipKind.ALL_HERE
    icon = ft.Icons.CLOUD_DONE_OUTLINED if is_all else ft.Icons.CLOUD_OUTLINED
    ink = Tone.GOOD.ink if is_all else Tone.PLAIN.ink
    words = status_words(status, offset_minutes)
    head = ft.Row(
        [ft.Icon(icon, color=ink), ft.Container(Words(words, Type.LEAD), expand=True)],
        spacing=Space.M,
    )
    parts: list[ft.Control] = [head]
    if status.undestroyed:
        parts.append(Banner(no_room_words(status.undestroyed), Tone.WARN))
    parts += [QuietWords(text, Type.BODY) for text in _explained(status, offset_minutes)]
    if status.may_carry:
        parts.append(QuietButton(carry_tap(), is_wide=True))
    if status.lines:
        parts.append(KindLines(status))
    return Section(_("What has gone to the centre"), Card(*parts))


def _explained(status: SyncStatus, offset_minutes: int) -> list[str]:
    said: list[str] = []
    if status.settled_at is not None and (status.waiting or status.refused):
        time = clock(status.settled_at, offset_minutes)
        said.append(_("The centre last answered at {time}.", time=time))
    if status.waiting and status.reach is Reach.UNREACHABLE:
        said.append(_("They go by themselves when there is a line. You can switch off safely."))
    if status.refused:
        said.append(
            ngettext(
                "The centre did not take {n}. It is kept here; nothing is lost. Tell whoever looks"
                " after the centre.",
                "The centre did not take {n}. They are kept here; nothing is lost. Tell whoever"
                " looks after the centre.",
                status.refused,
            )
        )
    if status.quarantined:
        said.append(quarantined_words(status.quarantined))
    if status.late:
        said.append(late_words(status.late))
    if status.taken_back:
        said.append(taken_back_words(status.taken_back))
    if status.held:
        said.append(
            _(
                "Held here: fewer than five are alike so far, so somebody could be recognised; or"
                " their month is not over. They go when that is safe, and not before."
            )
        )
    return said
