"""What an ending may need beside its outcome: whom they are referred to, a note that travels."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import flet as ft

from hub_app.core.text import NOTE_LIMIT
from hub_app.ui.component import guard_value
from hub_app.ui.formats import day
from hub_app.ui.parts import QuietWords, Section, Tap, TextBox, Words
from hub_app.ui.parts.grid import Grid
from hub_app.ui.screens.desk_draft import Draft, due_of
from hub_app.ui.screens.desk_gain import Pick, field_look
from hub_app.ui.screens.desk_look import Look
from hub_app.ui.screens.desk_words import services_in_words
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Tone, Type, Width

DUE_DAYS = (7, 14, 28)
_ACROSS = {Width.NARROW: 2, Width.MEDIUM: 2, Width.WIDE: 4}
_SHUT = False
_Keep = Callable[[Draft | None], None]


def use_referral_sections(look: Look, draft: Draft, keep: _Keep, width: Width) -> list[ft.Control]:
    """Ask who is to help next, their consent, and by when. A hook: call it at every render."""
    is_open, set_open = ft.use_state(_SHUT)

    def set_to(code: str) -> None:
        keep(replace(draft, refer_to=code))

    def agree() -> None:
        keep(replace(draft, is_agreed=not draft.is_agreed))

    def set_days(days: int | None) -> None:
        keep(replace(draft, due_days=days))

    def set_typed(text: str) -> None:
        keep(replace(draft, due_days=None, due_typed=text))

    across = _ACROSS[width]
    taps = [
        Tap(f"refer-{code}", name, set_to, (code,))
        for code, name in _whom(look, draft, with_services=is_open)
    ]
    picks = [Pick(tap, is_selected=tap.given[0] == draft.refer_to) for tap in taps]
    if not is_open:
        more = Tap("refer-more", _("A service of a hub"), set_open, (True,), ft.Icons.EXPAND_MORE)
        picks.append(Pick(more))
    yes = _("They agree: we may contact this service about them")
    agreed = Tap("refer-agreed", yes, agree, (), ft.Icons.CHECK_BOX_OUTLINE_BLANK)
    today = look.taps.hub.today()
    return [
        Section(_("Who is to help them next?"), Grid(picks, across)),
        Section(_("Did they say yes?"), Pick(agreed, is_selected=draft.is_agreed)),
        Section(_("By when?"), *_when(draft, today, (set_days, set_typed), across)),
    ]


def _whom(look: Look, draft: Draft, *, with_services: bool) -> list[tuple[str, str]]:
    """Give whom they can be referred to: organisations, and services when asked for."""
    pack = look.pack
    is_short = look.is_narrow
    found = {one.id: one.short if is_short else one.label for one in pack.organisations}
    for service in pack.services:
        if with_services or service.id == draft.refer_to:
            found.setdefault(service.id, service.short if is_short else service.name)
    return list(found.items())


def _when(
    draft: Draft,
    today: date,
    sets: tuple[Callable[[int | None], None], Callable[[str], None]],
    across: int,
) -> list[ft.Control]:
    set_days, set_typed = sets
    picks = [
        Pick(
            Tap(f"due-{days}", _in_weeks(days), set_days, (days,)),
            is_selected=draft.due_days == days,
            hint=day(today + timedelta(days=days)),
        )
        for days in DUE_DAYS
    ]
    other = Tap("due-other", _("Another day"), set_days, (None,))
    is_typed = draft.due_days is None
    picks.append(Pick(other, is_selected=is_typed, hint=_("You type it")))
    parts = [Grid(picks, across)]
    if is_typed:
        due = due_of(draft, today)
        label = _("Day and month, such as 24/12")
        parts.append(ft.Row([TextBox("due-typed", label, draft.due_typed, set_typed)]))
        parts.append(QuietWords(day(due) if due else _("No day yet"), Type.BODY))
    return parts


def _in_weeks(days: int) -> str:
    weeks = days // 7
    return ngettext("In {n} week", "In {n} weeks", weeks)


def NoteSection(look: Look, draft: Draft, keep: _Keep) -> ft.Control:
    """Give the field for what may travel with a hand-over, or say that nothing may."""
    hub = look.taps.hub
    ours, theirs = look.taps.desk, draft.to or ""
    if not hub.may_carry_note(ours, theirs):
        return ft.Container(
            Words(_no_agreement(look, ours, theirs), colour=Tone.PLAIN.ink), key="no-agreement"
        )

    def change(text: str) -> None:
        keep(replace(draft, note=text[:NOTE_LIMIT]))

    n = NOTE_LIMIT - len(draft.note)
    left = ngettext("{n} letter left", "{n} letters left", n)
    field = ft.TextField(
        key="handover-note",
        label=_("Only what the parent agreed to share"),
        value=draft.note,
        on_change=guard_value(change),
        multiline=True,
        min_lines=2,
        max_lines=4,
        max_length=NOTE_LIMIT,
        counter=ft.Text(""),
        **field_look(),
    )
    note = ft.Semantics(key="handover-note", identifier="handover-note", content=field)
    hint = _("Read it out to them first. Leave it empty when there is nothing.")
    return Section(_("A note that goes with them"), note, QuietWords(left), hint=hint)


def _no_agreement(look: Look, ours: str, theirs: str) -> str:
    names = [_whose(look, desk) for desk in (ours, theirs)]
    return _("Ticket and need only: no agreement between {one} and {other}.",
             one=names[0], other=names[1])  # fmt: skip


def _whose(look: Look, desk: str) -> str:
    """Give whose desk it is, in words: the organisation, or its services when nobody said."""
    hub = look.taps.hub
    code = hub.organisation_of(desk)
    if code:
        return look.pack.organisation(code).short
    known = hub.session.desks.get(desk)
    return services_in_words(look.pack, known.services) if known else ""
