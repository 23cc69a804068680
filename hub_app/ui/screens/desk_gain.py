"""The money that came of a stop: whole pounds, expected or confirmed, once or every year."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import flet as ft

from hub_app.core.vocabulary import VOCABULARY
from hub_app.ui.component import guard_value
from hub_app.ui.parts import Answers, Choice, QuietButton, Section, Tap, Words
from hub_app.ui.parts.choices import PickBox
from hub_app.ui.screens.desk_draft import Draft, pounds_of
from hub_app.ui.strings import _
from hub_app.ui.theme import text_style
from hub_app.ui.tokens import Edge, Fill, Ink, Radius, Space, Tone, Type

_FIELD_WIDTH = 260
_SHUT = False


def Pick(tap: Tap, *, is_selected: bool = False, hint: str = "") -> ft.Control:
    """Give one of several to pick as a low line: an icon if it has one, words, a hint below."""
    ink = Tone.CALM.ink if is_selected else Ink.BODY
    icon = ft.Icons.CHECK_CIRCLE if is_selected else tap.icon
    words: list[ft.Control] = [Words(tap.label, colour=ink, lines=1 if hint else 2)]
    if hint:
        words.append(Words(hint, Type.SMALL, colour=ink, lines=1))
    row: list[ft.Control] = [ft.Column(words, tight=True, spacing=0, expand=True)]
    if icon is not None:
        row.insert(0, ft.Icon(icon, size=24, color=ink))
    return PickBox(tap, ft.Row(row, spacing=Space.M), is_chosen=is_selected)


def use_gain_section(draft: Draft, keep: Callable[[Draft | None], None]) -> ft.Control:
    """Ask what money came of it; it may stay empty. A hook: call it at every render.

    The source is the service's own until somebody opens the others.
    """
    is_open, set_open = ft.use_state(_SHUT)

    def set_pounds(text: str) -> None:
        keep(replace(draft, pounds=text))

    def set_sure(code: str | None) -> None:
        keep(replace(draft, is_confirmed=code == "confirmed" if code else draft.is_confirmed))

    def set_often(code: str | None) -> None:
        keep(replace(draft, is_yearly=code == "yearly" if code else draft.is_yearly))

    def set_source(code: str | None) -> None:
        set_open(_SHUT)
        keep(replace(draft, source=code or draft.source))

    sure = (("expected", _("Expected")), ("confirmed", _("Confirmed")))
    often = (("once", _("Once")), ("yearly", _("Every year")))
    is_sure, is_often = draft.is_confirmed, draft.is_yearly
    source = source_words(draft.source)
    other = Tap("gain-other", _("From: {source}", source=source), set_open, (not is_open,))
    parts: list[ft.Control] = [
        ft.Row(
            [
                _pounds_field(draft.pounds, set_pounds),
                Answers(Choice("gain-sure", sure, sure[is_sure][0], set_sure)),
                Answers(Choice("gain-often", often, often[is_often][0], set_often)),
                QuietButton(other),
            ],
            wrap=True,
            spacing=Space.L,
            run_spacing=Space.M,
        )
    ]
    if is_open:
        sources = tuple((code, source_words(code)) for code in VOCABULARY["gain_source"])
        choice = Choice("gain-source", sources, draft.source, set_source)
        parts.append(Answers(choice))
    hint = _("Leave it empty when there is none, or it is not known yet.")
    return Section(_("Money that came of it"), *parts, hint=hint)


def _pounds_field(value: str, change: Callable[[str], None]) -> ft.Control:
    wrong = _("Whole pounds, such as 250") if pounds_of(value) is None else None
    field = ft.TextField(
        key="gain-pounds",
        label=_("Whole pounds"),
        value=value,
        on_change=guard_value(change),
        keyboard_type=ft.KeyboardType.NUMBER,
        prefix_icon=ft.Icons.CURRENCY_POUND,
        error=wrong,
        width=_FIELD_WIDTH,
        max_length=None,
        **field_look(),
    )
    return ft.Semantics(key="gain-pounds", identifier="gain-pounds", content=field)


def field_look() -> dict[str, Any]:
    """Give what a field to type in looks like."""
    return {
        "filled": True,
        "fill_color": Fill.CARD,
        "border": {
            ft.ControlState.FOCUSED: _edge(Ink.ACTION, 2),
            ft.ControlState.DEFAULT: _edge(Edge.CONTROL, 1),
        },
        "text_style": text_style(Type.LEAD),
        "label_style": text_style(Type.BODY, Ink.QUIET),
        "content_padding": Space.L,
    }


def _edge(colour: str, width: int) -> ft.OutlineInputBorder:
    return ft.OutlineInputBorder(border_radius=Radius.CONTROL, side=ft.BorderSide(width, colour))


def source_words(code: str) -> str:
    """Name where a gain comes from."""
    words = {
        "scottish": _("Scottish benefits"),
        "uk": _("UK benefits"),
        "council": _("Council"),
        "energy": _("Energy"),
        "debt_written_off": _("Debt written off"),
        "other": _("Other"),
    }
    return words.get(code, code)
