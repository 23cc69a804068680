"""The entitlement checklist of one family: one tap for each row, one save."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import flet as ft

from hub_app.core.events import Checked
from hub_app.ui.component import component, guard, memo
from hub_app.ui.formats import month
from hub_app.ui.hooks import use_width
from hub_app.ui.parts import Head, QuietButton, QuietWords, Scaffold, Section, Tap, Words, tappable
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.choices import PickBox
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_cut_off import GoOnBanner
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.screens.desk_look import Look
from hub_app.ui.screens.desk_words import who
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Fill, Height, Ink, Radius, Space, Tone, Type, Width
from hub_app.view.checklist import (
    HAS,
    NEW_CLAIM,
    NOT_ASKED,
    NOT_ELIGIBLE,
    UNAWARE,
    UNCLAIMED,
    CheckRow,
    answered,
    checklist,
    explained,
    to_keep,
)

_Choices = tuple[tuple[str, str], ...]
_YEAR_AND_MONTH = len("2026-04")
_ANSWER_WIDTH = 132
_ANSWER_SHARE = 4  # of twelve columns: three in a row on a narrow page


@dataclass(frozen=True)
class Marks:
    """What is marked so far for one visit, and whether the rest of the list is open."""

    visit: str
    lines: tuple[Checked, ...] = ()
    is_open: bool = False

    @property
    def chosen(self) -> dict[str, Checked]:
        """The marks by entitlement."""
        return {line.code: line for line in self.lines}


NO_MARKS: Marks | None = None


class MarkTaps:
    """The taps on the rows, the same at every render so that rows keep their memo."""

    def __init__(self) -> None:
        """Begin with nothing marked."""
        self.marks, self.said = Marks(""), tuple[Checked, ...]()
        self._keep: Callable[[Marks | None], None] = lambda _marks: None

    def at(
        self, marks: Marks, said: tuple[Checked, ...], keep: Callable[[Marks | None], None]
    ) -> None:
        """Stand where the render stands; `said` is what was kept before."""
        self.marks, self.said, self._keep = marks, said, keep

    def _put(self, chosen: dict[str, Checked]) -> None:
        self.marks = replace(self.marks, lines=tuple(chosen.values()))
        self._keep(self.marks)  # two taps may come before the next render

    def answer(self, code: str, answer: str) -> None:
        """Mark where they stand with one; the same again takes it back."""
        self._put(answered(self.marks.chosen, self.said, code, answer))

    def explain(self, code: str, because: str | None) -> None:
        """Say why it was not claimed; None takes it back."""
        self._put(explained(self.marks.chosen, self.said, code, because))

    def turn(self) -> None:
        """Open or fold the rest of the list."""
        self.marks = replace(self.marks, is_open=not self.marks.is_open)
        self._keep(self.marks)

    def close(self) -> None:
        """Go back without keeping anything new."""
        self._keep(None)


@dataclass(frozen=True)
class Checking:
    """One look at a checklist: the desk, the family in front, the marks, and what keeps them."""

    look: Look
    marks: Marks
    keep: Callable[[Marks | None], None]


def answers() -> _Choices:
    """Give the five answers, each in a few words."""
    return (
        (HAS, _("Has it")),
        (NEW_CLAIM, _("New claim today")),
        (UNAWARE, _("Did not know")),
        (NOT_ELIGIBLE, _("Can’t get it")),
        (NOT_ASKED, _("Not asked")),
    )


def worth(row: CheckRow) -> str:
    """Say what an entitlement is worth and since when that holds; nothing when nobody is sure."""
    if not row.amount:
        return ""
    return _("{amount}, {when}", amount=row.amount, when=_when(row.as_of, row.dated))


def _when(as_of: str, dated: date | None) -> str:
    is_month = dated is not None and as_of == dated.isoformat()[:_YEAR_AND_MONTH]
    return month(dated) if is_month and dated else as_of


@component
def ChecklistScreen(running: Running, checking: Checking) -> ft.Control:
    """Show the entitlements to go through with the family in front of this desk."""
    width, look, marks = use_width(), checking.look, checking.marks
    taps = cast(MarkTaps, ft.use_ref(MarkTaps).current)
    hub, with_me = look.taps.hub, look.view.with_me
    known = hub.session.answers.get(marks.visit)
    said = known.entitlements if known else ()
    taps.at(marks, said, checking.keep)
    codes = with_me and (*with_me.here, *(n.need for n in with_me.later))
    shown = checklist(look.pack, codes or (), said, marks.chosen, hub.today())
    fresh = to_keep(marks.chosen, said)

    def save() -> None:
        if look.taps.check(marks.visit, fresh):
            checking.keep(None)

    reasons = tuple((one.id, one.short) for one in look.pack.unclaimed_reasons)

    def lines(rows: tuple[CheckRow, ...]) -> ft.Control:
        made = [
            CheckLine(row, taps, answers(), reasons, width, key=f"check-{row.code}") for row in rows
        ]
        stretch = ft.CrossAxisAlignment.STRETCH
        return ft.Column(
            cast(list[ft.Control], made), tight=True, spacing=Space.M, horizontal_alignment=stretch
        )

    body = GoOnBanner(look)
    if shown.linked:
        hint = _("Tap what they say. Whatever you leave is not asked, and is not kept.")
        body.append(Section(_("These go with what they came for"), lines(shown.linked), hint=hint))
    body.append(_rest(marks, len(shown.others), taps))
    if marks.is_open:
        body.append(lines(shown.others))
    ticket = with_me.row.ticket if with_me else ""
    label = _("Back to {ticket}", ticket=ticket)
    back = Tap("checklist-back", label, taps.close, (), ft.Icons.ARROW_BACK)
    title = who(with_me.row) if with_me else ""
    head = Head(title, _("Entitlements"), back, ChipSlot(running))
    why_not = "" if fresh else _("Nothing new is marked.")
    keep = Tap("checklist-save", _("Save"), save, (), ft.Icons.CHECK, why_not)
    hint = ngettext("{n} answer to keep.", "{n} answers to keep.", len(fresh))
    return Scaffold(head, body, foot=Foot(keep, hint=hint))


def _rest(marks: Marks, n: int, taps: MarkTaps) -> ft.Control:
    icon = ft.Icons.EXPAND_LESS if marks.is_open else ft.Icons.EXPAND_MORE
    label = ngettext("{n} more entitlement", "{n} more entitlements", n)
    return QuietButton(Tap("checklist-rest", label, taps.turn, (), icon), is_wide=True)


@memo
def CheckLine(
    row: CheckRow, taps: MarkTaps, choices: _Choices, reasons: _Choices, width: Width
) -> ft.Control:
    """Show one entitlement with its five answers, and why it was unclaimed where that fits."""
    words: list[ft.Control] = [Words(row.name, Type.LEAD)]
    amount = worth(row)
    if amount:
        words.append(QuietWords(amount))
    about = ft.Column(words, tight=True, spacing=0)
    buttons = [_answer(row, taps, choice, width) for choice in choices]
    inside: list[ft.Control] = [about, _side_by_side(buttons, width)]
    if width is Width.WIDE:
        inside = [ft.Row([ft.Container(about, expand=True), inside[1]], spacing=Space.L)]
    if row.answer in UNCLAIMED:
        inside.append(_because(row, taps, reasons))
    return ft.Semantics(
        container=True,
        content=ft.Container(
            ft.Column(
                inside,
                tight=True,
                spacing=Space.M,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            padding=Space.M,
            bgcolor=Fill.CARD,
            border=ft.Border.all(1, Edge.HAIRLINE),
            border_radius=Radius.CARD,
        ),
    )


def _side_by_side(buttons: list[ft.Control], width: Width) -> ft.Control:
    """Give the five answers in one row, in two on a narrow page."""
    if width is Width.NARROW:
        shares: list[ft.Control] = [ft.Container(one, col=_ANSWER_SHARE) for one in buttons]
        return ft.ResponsiveRow(shares, spacing=Space.S, run_spacing=Space.S)
    if width is Width.MEDIUM:
        even: list[ft.Control] = [ft.Container(one, expand=True) for one in buttons]
        return ft.Row(even, spacing=Space.S)
    return ft.Row(buttons, spacing=Space.S, tight=True)


def _answer(row: CheckRow, taps: MarkTaps, choice: tuple[str, str], width: Width) -> ft.Control:
    code, label = choice
    is_chosen = row.answer == code
    is_default = row.answer is None and code == NOT_ASKED
    fill = Tone.CALM.fill if is_chosen else (Fill.SUNK if is_default else Fill.CARD)
    ink = Tone.CALM.ink if is_chosen else (Ink.QUIET if is_default else Ink.BODY)
    tap = Tap(_key("check", row, code), label, taps.answer, (row.code, code))
    said = Words(label, Type.SMALL, colour=ink, lines=2)
    said.text_align = ft.TextAlign.CENTER
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        width=_ANSWER_WIDTH if width is Width.WIDE else None,
        alignment=ft.Alignment.CENTER,
        padding=ft.Padding.symmetric(horizontal=Space.S),
        bgcolor=fill,
        border=ft.Border.all(2 if is_chosen else 1, Ink.ACTION if is_chosen else Edge.CONTROL),
        border_radius=Radius.CONTROL,
        on_click=guard(tap.act, *tap.given),
        content=said,
    )
    return tappable(tap, box, selected=is_chosen)


def _key(kind: str, row: CheckRow, code: str) -> str:
    return f"{kind}-{row.code}-{code}"


def _because(row: CheckRow, taps: MarkTaps, reasons: _Choices) -> ft.Control:
    """Ask why it was not claimed before; it may stay open."""
    chips = [_reason(row, taps, one) for one in reasons]
    return ft.Column(
        [
            QuietWords(_("Not claimed until now because …")),
            ft.Row(chips, wrap=True, spacing=Space.S, run_spacing=Space.S),
        ],
        tight=True,
        spacing=Space.S,
    )


def _reason(row: CheckRow, taps: MarkTaps, reason: tuple[str, str]) -> ft.Control:
    code, label = reason
    is_chosen = row.because == code
    ink = Tone.CALM.ink if is_chosen else Ink.BODY
    given = (row.code, None if is_chosen else code)
    tap = Tap(_key("because", row, code), label, taps.explain, given)
    content = ft.Row([Words(label, Type.SMALL, colour=ink)], tight=True)
    return PickBox(tap, content, is_chosen=is_chosen, fill=Fill.PAPER)
