"""The session's numbers as plain lines: to read out, to copy, to print."""

from collections.abc import Iterator
from datetime import date

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.session import Session
from hub_app.ui.formats import clock, day, number, pounds
from hub_app.ui.page import tell
from hub_app.ui.parts import Card, QuietButton, Section, Tap
from hub_app.ui.screens.close_sums import area_words, need_parts, services_of
from hub_app.ui.strings import _
from hub_app.ui.theme import text_style
from hub_app.ui.tokens import Type
from hub_app.view.close import CloseView


def NumbersSection(session: Session, view: CloseView, pack: Pack) -> ft.Control:
    """Give the numbers as text that can be selected, copied and printed anywhere."""
    text = "\n".join(numbers(session, view, pack))
    copy = Tap("copy-numbers", _("Copy the numbers"), copy_text, (text,), ft.Icons.COPY)
    plain = ft.Text(text, key="numbers", selectable=True, style=text_style(Type.BODY))
    return Section(_("Numbers to print"), Card(plain, ft.Row([QuietButton(copy)])))


async def copy_text(text: str) -> None:
    """Put a text on the clipboard of whoever tapped, and say so."""
    page = ft.context.page
    await ft.Clipboard().set(text)
    tell(page, _("The numbers are copied. Paste them into a letter or a mail to print them."))


def numbers(session: Session, view: CloseView, pack: Pack) -> Iterator[str]:
    """Give the closing counts line by line, in plain words."""
    counts, offset = view.counts, session.utc_offset_minutes
    start, end = clock(session.opened_at or 0, offset), clock(session.closed_at or 0, offset)
    when = day(date.fromisoformat(session.day))
    yield _("{day}, {start} to {end}", day=when, start=start, end=end)
    yield _(
        "Families: {visits} came = {closed} seen through + {left} left",
        visits=number(counts.visits),
        closed=number(counts.closed),
        left=number(counts.left),
    )
    yield _("People counted: {n}", n=number(counts.people))
    yield _("Needs: {sum}", sum=_sum(need_parts(counts.needs)))
    for code in services_of(view, pack):
        sums = counts.needs_by_service.get(code)
        said = _sum(need_parts(sums)) if sums else _("none")
        contacts = number(counts.contacts.get(code, 0))
        name = pack.service(code).short
        yield _("{service}: sat down {n}; needs {sum}", service=name, n=contacts, sum=said)
    for code, n in counts.groups.items():
        yield _("{group}: {n}", group=pack.group(code).short, n=number(n))
    yield _("Family questions not asked: {n}", n=number(counts.groups_not_asked))
    for code, n in counts.area.items():
        yield _("Area, {area}: {n}", area=area_words(pack, code), n=number(n))
    yield _("Money that came of it: {amount}", amount=pounds(counts.gain_total))


def _sum(parts: tuple[tuple[int, str], ...]) -> str:
    (total, _word), *rest = parts
    said = " + ".join(f"{number(n)} {word}" for n, word in rest if n)
    return f"{number(total)} = {said}" if said else number(total)
