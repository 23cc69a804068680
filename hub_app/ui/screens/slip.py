"""The slip beside the needs: what was chosen, how full the hall is, who came, a few questions."""

from collections.abc import Callable
from functools import partial

import flet as ft

from hub_app.core.capacity import Fullness, Level
from hub_app.core.content import Choice as PackChoice
from hub_app.core.pack import Pack
from hub_app.ui.parts import (
    Answers,
    Banner,
    Choice,
    Field,
    Heading,
    IconTap,
    QuietWords,
    Tap,
    TextBox,
    Words,
)
from hub_app.ui.screens.draft_taps import DraftTaps
from hub_app.ui.screens.needs import need_chip
from hub_app.ui.screens.phrases import needs_in_words, seen_within
from hub_app.ui.screens.plan import sign_line
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Height, Space, Tone, Type
from hub_app.view.triage import Draft


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


def full_part(full: Fullness) -> list[ft.Control]:
    """Say that the hall would be nearly full, or full, with this party; nothing while it is not."""
    if full.level is None or full.places is None or full.level is Level.GREEN:
        return []
    if full.level is Level.RED:
        people = full.crowd.people
        said = ngettext(
            "The hall is full: {n} person with this family. Ask where they can wait.",
            "The hall is full: {n} people with this family. Ask where they can wait.",
            people,
        )
        line = sign_line(said, Tone.URGENT, ft.Icons.GROUPS_OUTLINED)
        return [ft.Semantics(live_region=True, content=line, key="hall-red")]
    said = ngettext(
        "Nearly full: with this family there is {n} place left.",
        "Nearly full: with this family there are {n} places left.",
        full.places,
    )
    line = sign_line(said, Tone.WARN, ft.Icons.GROUPS_OUTLINED)
    return [ft.Semantics(live_region=True, content=line, key="hall-amber")]


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
