"""What a greeter may say: the welcome, the enquiry that is made of everyone, one thing more."""

import flet as ft

from hub_app.core.pack import Pack
from hub_app.ui.parts import (
    Heading,
    IconTap,
    PrimaryButton,
    QuietButton,
    QuietWords,
    Tap,
    Together,
    Words,
)
from hub_app.ui.screens.draft_taps import DraftTaps
from hub_app.ui.screens.plan import boxed
from hub_app.ui.strings import _
from hub_app.ui.tokens import Type
from hub_app.view.triage import ENQUIRY, is_to_ask

_NAME = "{name}"


def opening(pack: Pack) -> list[ft.Control]:
    """Give what to say first, while nothing is chosen; a hint where the pack has no words."""
    lines = pack.prompt("opening") or (_("Tap all they need. Several is fine."),)
    named = (line.replace(_NAME, _("(your name)")) for line in lines)
    return [QuietWords(line, Type.BODY) for line in named]


def enquiry_part(pack: Pack, taps: DraftTaps, more: Tap, *, is_long: bool) -> list[ft.Control]:
    """Give the routine enquiry as a card, with one tap for each answer; then what to say after.

    `more` shows all its words, `is_long` says that it has.
    """
    draft = taps.draft
    if is_to_ask(pack, draft, taps.have):
        return [_card(pack, taps, more, is_long=is_long)]
    if draft.enquiry == "no":
        return _said(pack.prompt("if_no"))
    return _said(pack.prompt("one_more")) if draft.needs else []


def _card(pack: Pack, taps: DraftTaps, more: Tap, *, is_long: bool) -> ft.Control:
    words = pack.prompt(ENQUIRY)
    yes = Tap("enquiry-yes", _("Yes, please"), taps.enquire, ("yes",))
    no = Tap("enquiry-no", _("No"), taps.enquire, ("no",))
    skip = Tap("enquiry-skip", _("Skip"), taps.enquire, ("skipped",))
    lines: list[ft.Control] = [
        ft.Row([ft.Container(Heading(_("We ask everyone")), expand=True), IconTap(more)]),
        *(Words(line) for line in (words if is_long else words[:1])),
        Together(PrimaryButton(yes), QuietButton(no), QuietButton(skip)),
    ]
    return boxed(lines, "enquiry")


def _said(lines: tuple[str, ...]) -> list[ft.Control]:
    return [
        ft.Row(
            [
                ft.Icon(ft.Icons.FORMAT_QUOTE, size=22),
                ft.Container(QuietWords(line, Type.BODY), expand=True),
            ]
        )
        for line in lines
    ]
