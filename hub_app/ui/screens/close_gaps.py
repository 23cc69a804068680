"""The second step of closing: people not counted yet, and what was not asked, never guessed."""

from collections.abc import Callable

import flet as ft

from hub_app.ui.component import component, memo
from hub_app.ui.hooks import use_kept
from hub_app.ui.parts import (
    Count,
    Pill,
    PrimaryButton,
    QuietButton,
    QuietWords,
    Section,
    Stepper,
    Tap,
    Words,
)
from hub_app.ui.parts.person import LineTicket
from hub_app.ui.screens.desk_queue import Lines
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Fill, Radius, Space, Tone
from hub_app.view.close import Gaps
from hub_app.view.people import PersonRow

KeepParty = Callable[[str, int, int], object]
_NOBODY: tuple[int, int] = (0, 0)
_SHUT = False


@component
def GapsSection(gaps: Gaps, keep_party: KeepParty) -> ft.Control:
    """Show what is missing: steppers for people not counted, the rest as plain information."""
    is_open, set_open = use_kept("party-open", _SHUT)
    parts: list[ft.Control] = []
    n = len(gaps.party)
    if n == 0:
        counted = Pill(_("Everybody is counted."), Tone.GOOD, ft.Icons.CHECK_CIRCLE)
        parts.append(ft.Row([counted], wrap=True))
    else:
        said = ngettext(
            "{n} family: it is not known how many came.",
            "{n} families: it is not known how many came.",
            n,
        )
        parts.append(Words(said))
        if is_open:
            lines = [PartyLine(row, keep_party, key=f"party-{row.visit}") for row in gaps.party]
            parts.append(Lines(lines))
        label = _("Leave it") if is_open else _("Count them now")
        icon = ft.Icons.EXPAND_LESS if is_open else ft.Icons.GROUPS_OUTLINED
        toggle = Tap("party-open", label, set_open, (not is_open,), icon)
        parts.append(ft.Row([QuietButton(toggle)]))
    not_asked = _not_asked(gaps)
    if not_asked:
        parts.append(ft.Column([QuietWords(line) for line in not_asked], tight=True, spacing=0))
    return Section(_("2. What is missing"), *parts, hint=_("Fill in what you know; never guess."))


def _not_asked(gaps: Gaps) -> list[str]:
    asked = (
        (gaps.visit_type, _("whether they came before")),
        (gaps.area, _("where they come from")),
        (gaps.language, _("which language they speak")),
        (gaps.heard, _("how they heard of us")),
        (gaps.groups, _("about their family")),
    )
    return [
        ngettext(
            "{n} family was not asked {what}.", "{n} families were not asked {what}.", n, what=what
        )
        for n, what in asked
        if n
    ]


@memo
def PartyLine(row: PersonRow, keep_party: KeepParty) -> ft.Control:
    """Show the steppers of one family; nothing is written until it is kept."""
    (adults, children), set_party = use_kept(f"party-{row.visit}", _NOBODY)

    def set_adults(n: int) -> None:
        set_party((n, children))

    def set_children(n: int) -> None:
        set_party((adults, n))

    why_not = "" if adults + children else _("Nobody counted yet.")
    keep = Tap(
        f"party-keep-{row.visit}",
        _("Keep"),
        keep_party,
        (row.visit, adults, children),
        None,
        why_not,
    )
    adults_count = Count(f"party-adults-{row.visit}", _("Adults"), adults, set_adults)
    children_count = Count(f"party-children-{row.visit}", _("Children"), children, set_children)
    return ft.Container(
        padding=Space.M,
        bgcolor=Fill.CARD,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        content=ft.Column(
            [
                ft.Row(
                    [
                        LineTicket(row.ticket),
                        ft.Container(Words(row.name, lines=1), expand=True),
                        PrimaryButton(keep) if not why_not else QuietButton(keep),
                    ],
                    spacing=Space.M,
                ),
                Stepper(adults_count),
                Stepper(children_count),
            ],
            tight=True,
            spacing=Space.S,
        ),
    )
