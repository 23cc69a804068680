"""One tablet of the hub as a line, and the questions what it is called and used for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from hub_app.core.text import NAME_LIMIT, clean_name
from hub_app.ui.component import memo
from hub_app.ui.hooks import use_width
from hub_app.ui.parts import (
    Answers,
    Choice,
    Field,
    IconTap,
    QuietButton,
    QuietWords,
    Sign,
    Signs,
    Tap,
    TextBox,
    Words,
)
from hub_app.ui.screens.tablet_words import role_words, roles
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Fill, Ink, Radius, Space, Tone, Type, Width

_ICONS = {
    "coordinator": ft.Icons.CHECKLIST,
    "greeter": ft.Icons.WAVING_HAND_OUTLINED,
    "desk": ft.Icons.TABLE_RESTAURANT_OUTLINED,
}


@dataclass(frozen=True)
class TabletLine:
    """What a tablet's line shows, in words, so that it is drawn again only when they change."""

    device: str
    name: str
    role: str
    below: str
    signs: tuple[Sign, ...]
    is_me: bool
    may_change: bool


@dataclass(frozen=True)
class Draft:
    """A name and a role for a tablet, as far as they are chosen."""

    name: str = ""
    role: str = ""

    @property
    def why_not(self) -> str:
        """What is missing before it can be kept; empty when nothing is."""
        if not clean_name(self.name):
            return _("Give the tablet a name.")
        return "" if role_words(self.role) else _("Choose what it is used for.")


@memo
def TabletCard(line: TabletLine, change: Callable[[str], Any]) -> ft.Control:
    """Show one tablet; a coordinator's tablet offers to change it."""
    is_narrow = use_width() is Width.NARROW
    texts: list[ft.Control] = [Words(line.name, Type.LEAD, lines=2)]
    if line.below:
        texts.append(QuietWords(line.below, Type.BODY))
    icon = ft.Icon(_ICONS.get(line.role, ft.Icons.TABLET_ANDROID), size=28, color=Ink.QUIET)
    words = ft.Column(texts, tight=True, spacing=Space.XS, expand=True)
    row: list[ft.Control] = [icon, words]
    if line.may_change:
        label = _("Change {name}", name=line.name) if is_narrow else _("Change")
        key = f"tablet-change-{line.device}"
        tap = Tap(key, label, change, (line.device,), ft.Icons.EDIT if is_narrow else None)
        row.append(IconTap(tap) if is_narrow else QuietButton(tap))
    parts: list[ft.Control] = [ft.Row(row, spacing=Space.M), *Signs(line.signs)]
    return ft.Container(
        key=f"tablet-{line.device}",
        padding=Space.M if is_narrow else Space.L,
        bgcolor=Fill.CARD,
        border=ft.Border.all(
            2 if line.is_me else 1, Tone.CALM.fill if line.is_me else Edge.HAIRLINE
        ),
        border_radius=Radius.CARD,
        content=ft.Column(parts, tight=True, spacing=Space.M),
    )


@memo
def DraftForm(draft: Draft, keep: Callable[[Draft], Any]) -> ft.Control:
    """Ask what a new tablet is called and used for; drawn again only for what is typed in it."""
    return ft.Column(NameAndRole(draft, keep), tight=True, spacing=Space.L)


def NameAndRole(
    draft: Draft, keep: Callable[[Draft], Any], *, is_role_fixed: bool = False
) -> list[ft.Control]:
    """Give the two questions about a tablet: what it is called, and what it is used for."""

    def name(typed: str) -> None:
        keep(replace(draft, name=typed[:NAME_LIMIT]))

    def role(code: str | None) -> None:
        keep(replace(draft, role=code or draft.role))

    hint = _("Only a coordinator’s tablet adds, changes and removes others.")
    if is_role_fixed:
        hint = _("This is the only coordinator’s tablet, so it stays one.")
    options = tuple(one for one in roles() if not is_role_fixed or one[0] == draft.role)
    answers = Answers(Choice("tablet-role", options, draft.role or None, role))
    box = TextBox("tablet-name", _("Name of the tablet"), draft.name, name)
    return [
        ft.Row([ft.Container(box, expand=True)]),  # as wide as the panel it is in
        Field(_("What is it used for?"), answers, hint),
    ]
