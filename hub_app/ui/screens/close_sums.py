"""The third step of closing: what the session adds up to, shown so that anybody can check it."""

from collections.abc import Sequence

import flet as ft

from hub_app.core.counts import NeedSums
from hub_app.core.pack import Pack, choice
from hub_app.ui.formats import number, pounds
from hub_app.ui.hooks import use_width
from hub_app.ui.parts import Card, Pill, QuietWords, Section, Words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Edge, Space, Tone, Type, Width
from hub_app.view.close import CloseView

_NUMBER_WIDTH = 76


def SumsSection(view: CloseView, pack: Pack, title: str) -> ft.Control:
    """Give the sums with their signs. Call it in a render: it follows the page's width."""
    width = use_width()
    counts = view.counts
    families = (
        (counts.visits, _("came")),
        (counts.closed, _("seen through")),
        (counts.left, _("left")),
        (counts.here, _("still here")),
    )
    people = ngettext("{n} person was counted.", "{n} people were counted.", counts.people)
    unserved = ngettext(
        "{n} family left without seeing anybody.",
        "{n} families left without seeing anybody.",
        counts.left_unserved,
    )
    left = f"{people} {unserved}" if counts.left_unserved else people
    return Section(
        title,
        ft.Row([adds_up_sign(view)], wrap=True),
        Card(_sum(_("Families"), families, is_right=not counts.difference), QuietWords(left)),
        Card(
            _sum(_("Needs"), need_parts(counts.needs), is_right=not counts.needs.difference),
            *_by_service(view, pack, width),
        ),
        _others(view, pack, width),
    )


def adds_up_sign(view: CloseView) -> ft.Control:
    """Say plainly whether every sum that must be zero is."""
    if view.adds_up:
        return Pill(_("Everything adds up."), Tone.GOOD, ft.Icons.CHECK_CIRCLE)
    text = _("The sums do not add up. Do not sign off; ask for help.")
    return Pill(text, Tone.WARN, ft.Icons.ERROR_OUTLINE)


def need_parts(sums: NeedSums) -> tuple[tuple[int, str], ...]:
    """Give the needs opened, then the ways they were settled, with their words."""
    return (
        (sums.opened, _("opened")),
        (sums.met, _("met")),
        (sums.booked, _("booked")),
        (sums.referred, _("referred")),
        (sums.left, _("left")),
        (sums.unmet, _("unmet")),
        (sums.open, _("still open")),
    )


def _sum(title: str, parts: Sequence[tuple[int, str]], *, is_right: bool) -> ft.Control:
    """Give a sum as it is said: the whole, then its parts; parts of none are left out."""
    total, *rest = parts
    shown = [part for part in rest if part[0]] or rest[:1]
    blocks: list[ft.Control] = [_block(*total)]
    for place, part in enumerate(shown):
        blocks += [Words("=" if place == 0 else "+", Type.HEADING), _block(*part)]
    icon = ft.Icons.CHECK if is_right else ft.Icons.ERROR_OUTLINE
    ink = Tone.GOOD.ink if is_right else Tone.WARN.ink
    blocks.append(ft.Icon(icon, color=ink, size=24))
    return ft.Column(
        [
            Words(title, Type.LEAD),
            ft.Row(
                blocks,
                wrap=True,
                spacing=Space.L,
                run_spacing=Space.S,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
            ),
        ],
        tight=True,
        spacing=Space.S,
    )


def _block(n: int, word: str) -> ft.Control:
    return ft.Column([Words(number(n), Type.TITLE), QuietWords(word)], tight=True, spacing=0)


def services_of(view: CloseView, pack: Pack) -> tuple[str, ...]:
    """Give every service with a need or a contact, in the pack's order, then what is unknown."""
    counts = view.counts
    wanted = {*counts.needs_by_service, *counts.contacts}
    known = [service.id for service in pack.services if service.id in wanted]
    return (*known, *sorted(wanted.difference(known)))


_NONE = NeedSums(0, 0, 0, 0, 0, 0, 0)


def _by_service(view: CloseView, pack: Pack, width: Width) -> list[ft.Control]:
    services = services_of(view, pack)
    if not services:
        return []
    by_service = view.counts.needs_by_service
    rows = [(pack.service(code).short, by_service.get(code, _NONE)) for code in services]
    if width is Width.NARROW:
        return [_said(name, sums) for name, sums in rows]
    shown = len(need_parts(_NONE)) - (0 if view.counts.needs.open else 1)  # open needs come last
    heads = [word for _n, word in need_parts(_NONE)[:shown]]
    lines = [_table_row(_("By service"), heads, is_head=True)]
    lines += [
        _table_row(name, [number(n) if n else "–" for n, _word in need_parts(sums)[:shown]])
        for name, sums in rows
    ]
    return [ft.Column(lines, tight=True, spacing=0)]


def _said(name: str, sums: NeedSums) -> ft.Control:
    (opened, _word), *parts = need_parts(sums)
    said = " + ".join(f"{n} {word}" for n, word in parts if n)
    text = f"{opened} = {said}" if said else str(opened)
    return ft.Column([Words(name), QuietWords(text)], tight=True, spacing=0)


def _table_row(name: str, cells: Sequence[str], *, is_head: bool = False) -> ft.Control:
    kind = Type.SMALL if is_head else Type.BODY
    row: list[ft.Control] = [ft.Container(Words(name, kind, lines=1), expand=True)]
    row += [
        ft.Container(
            Words(cell, kind, lines=1), width=_NUMBER_WIDTH, alignment=ft.Alignment.CENTER_RIGHT
        )
        for cell in cells
    ]
    return ft.Container(
        ft.Row(row, spacing=0),
        padding=ft.Padding.symmetric(vertical=Space.S),
        border=ft.Border.only(bottom=ft.BorderSide(1, Edge.HAIRLINE)),
    )


def _others(view: CloseView, pack: Pack, width: Width) -> ft.Control:
    """Give the sums that stand alone: desk contacts, groups, areas and money."""
    counts = view.counts
    contacts = [(pack.service(code).short, n) for code, n in counts.contacts.items()]
    groups = [(pack.group(code).short, n) for code, n in counts.groups.items()]
    if counts.groups_not_asked:
        groups.append((_("not asked"), counts.groups_not_asked))
    area = [(area_words(pack, code), n) for code, n in counts.area.items()]
    cards = [
        _list(_("Desk contacts"), contacts, _("Families who sat down with a service.")),
        _list(_("Priority family groups"), groups, _("A family may be in several.")),
        _list(_("Where they come from"), area),
        Card(
            Words(_("Money that came of it"), Type.LEAD),
            Words(pounds(counts.gain_total), Type.TITLE),
            QuietWords(_("Expected and confirmed together.")),
        ),
    ]
    across = {Width.NARROW: 12, Width.MEDIUM: 6, Width.WIDE: 3}[width]
    return ft.ResponsiveRow(
        [ft.Container(card, col=across) for card in cards],
        spacing=Space.M,
        run_spacing=Space.M,
    )


def area_words(pack: Pack, code: str) -> str:
    """Name an area; *not said* is one."""
    return _("not said") if code == "not_said" else choice(pack.areas, code).short


def _list(title: str, rows: Sequence[tuple[str, int]], hint: str = "") -> ft.Control:
    lines: list[ft.Control] = [
        ft.Row([ft.Container(Words(name), expand=True), Words(number(n))]) for name, n in rows
    ]
    if not lines:
        lines = [QuietWords(_("None."))]
    if hint:
        lines.append(QuietWords(hint))
    return Card(Words(title, Type.LEAD), *lines)
