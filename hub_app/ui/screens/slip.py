"""The slip beside the needs: what was chosen, where to go and why, who came, a few questions."""

from collections.abc import Callable
from functools import partial

import flet as ft

from hub_app.core.content import Choice as PackChoice
from hub_app.core.pack import Pack
from hub_app.core.triage import PlanWhy
from hub_app.ui.parts import (
    Answers,
    Banner,
    Choice,
    Field,
    Heading,
    IconTap,
    Pill,
    QuietButton,
    QuietWords,
    Tap,
    TextBox,
    Words,
)
from hub_app.ui.screens.draft_taps import DraftTaps
from hub_app.ui.screens.needs import need_chip
from hub_app.ui.screens.phrases import needs_in_words, seen_within, sign_of, why_there
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Fill, Height, Radius, Space, Tone, Type
from hub_app.view.triage import Draft, StopRow


def chips(pack: Pack, draft: Draft, taps: DraftTaps) -> list[ft.Control]:
    """Give what was chosen so far, each to be taken out again."""
    words = [needs_in_words(pack, [need]) for need in draft.needs]
    return [
        need_chip(need, said[:1].upper() + said[1:], taps.toggle)
        for need, said in zip(draft.needs, words, strict=True)
    ]


def urgent_banner(
    pack: Pack, urgent: str, look: Callable[[str], object], calm: Callable[[], object]
) -> ft.Control:
    """Say that it is urgent and how soon, never about what; with the protocol at one tap."""
    soon = seen_within(pack.protocol(urgent).seen_within_minutes)
    return Banner(
        _("Urgent. {soon}.", soon=soon),
        Tone.URGENT,
        (
            Tap("protocol-open", _("What to do"), look, (urgent,)),
            Tap("urgent-off", _("It can wait"), calm),
        ),
    )


def plan_part(pack: Pack, stops: tuple[StopRow, ...], draft: Draft, taps: DraftTaps) -> ft.Control:
    """Give the suggested stops in order, each with its reason in a sentence."""
    rows = [_stop(pack, number, stop, draft, taps) for number, stop in enumerate(stops, start=1)]
    return ft.Column(
        [Heading(_("Where to go")), *rows],
        tight=True,
        spacing=Space.S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _stop(pack: Pack, number: int, stop: StopRow, draft: Draft, taps: DraftTaps) -> ft.Control:
    tone, icon = sign_of(stop)
    service = pack.service(stop.service).short
    place = service if stop.desk in ("", service) else f"{service} · {stop.desk}"
    lines: list[ft.Control] = [
        Words(f"{number}. {place}", Type.LEAD),
        QuietWords(_("for {needs}", needs=needs_in_words(pack, stop.needs))),
    ]
    is_noted = set(stop.needs) <= draft.unmet
    if is_noted:
        lines.append(Pill(_("Will be noted: not here today"), Tone.PLAIN, ft.Icons.EDIT_NOTE))
    else:
        lines.append(_sign(why_there(stop), tone, icon))
    if stop.why is PlanWhy.NOT_HERE:
        label = _("Keep waiting instead") if is_noted else _("Note as unmet: not here today")
        tap = Tap(f"unmet-{stop.service}", label, taps.note_unmet, (stop.needs,))
        lines.append(QuietButton(tap, is_wide=True))
    return ft.Container(
        key=f"stop-{stop.service}",
        padding=Space.M,
        bgcolor=Fill.PAPER,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        content=ft.Column(
            lines,
            tight=True,
            spacing=Space.XS,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    )


def _sign(text: str, tone: Tone, icon: ft.IconData) -> ft.Control:
    """Give a sentence with its sign; unlike a pill it may run over several lines."""
    return ft.Container(
        bgcolor=tone.fill,
        border_radius=Radius.CONTROL,
        padding=ft.Padding.symmetric(horizontal=Space.M, vertical=Space.XS),
        content=ft.Row(
            spacing=Space.S,
            controls=[
                ft.Icon(icon, size=20, color=tone.ink),
                ft.Container(Words(text, Type.SMALL, colour=tone.ink), expand=True),
            ],
        ),
    )


def party_part(draft: Draft, taps: DraftTaps) -> ft.Control:
    """Give the two counts of who came; unset says *not asked*."""
    return ft.Column(
        [
            Heading(_("Who came")),
            _count(_("Adults"), "adults", draft.adults, 1, taps),
            _count(_("Children"), "children", draft.children, 0, taps),
        ],
        tight=True,
        spacing=Space.XS,
    )


def _count(label: str, who: str, value: int | None, least: int, taps: DraftTaps) -> ft.Control:
    """Give one count: fewer than `least` takes it back to *not asked*."""
    key = f"party-{who}"
    fewer_to = None if value is None or value <= least else value - 1
    if value is None and least == 0:
        fewer_to = 0  # one tap says that none came
    can_lower = value is not None or least == 0
    fewer = Tap(
        f"{key}-fewer",
        _("{label}: one fewer", label=label),
        taps.count,
        (who, fewer_to),
        ft.Icons.REMOVE,
        "" if can_lower else _("Not asked."),
    )
    more_to = (value + 1) if value is not None else max(1, least)
    more = Tap(
        f"{key}-more", _("{label}: one more", label=label), taps.count, (who, more_to), ft.Icons.ADD
    )
    shown = QuietWords(_("not asked")) if value is None else Words(str(value), Type.HEADING)
    return ft.Row(
        spacing=Space.XS,
        controls=[
            ft.Container(Words(label), expand=True),
            IconTap(fewer),
            ft.Container(shown, key=key, width=Height.LEAST + 16, alignment=ft.Alignment.CENTER),
            IconTap(more),
        ],
    )


def questions_part(pack: Pack, draft: Draft, taps: DraftTaps) -> list[ft.Control]:
    """Give the optional questions: each can be left alone, and an answer taken back."""
    own = tuple((one.id, one.own_name) for one in pack.languages)
    return [
        _question(_("Have they been before?"), "visit_type", _pairs(pack.visit_types), draft, taps),
        _question(_("Where are they from?"), "area", _pairs(pack.areas), draft, taps),
        _question(_("How did they hear of us?"), "heard", _pairs(pack.heard), draft, taps),
        _question(_("Which language suits them?"), "language", own, draft, taps),
        Field(
            _("A name to call"),
            TextBox("call-name", _("Name to call"), draft.name, taps.call_them),
            hint=_("Only if they like. It is deleted when the session closes."),
        ),
    ]


_Options = tuple[tuple[str, str], ...]


def _pairs(choices: tuple[PackChoice, ...]) -> _Options:
    return tuple((one.id, one.label) for one in choices)


def _question(
    label: str, question: str, options: _Options, draft: Draft, taps: DraftTaps
) -> ft.Control:
    chosen: str | None = getattr(draft, question)
    change = partial(taps.answer, question)
    return Field(label, Answers(Choice(f"ask-{question}", options, chosen, change)))
