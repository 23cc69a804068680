"""Writing down what organisations have agreed: who, what may travel, from when until when."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import flet as ft

from hub_app.core.house import HANDOVER_NOTE
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.formats import full_day
from hub_app.ui.hooks import use_feed, use_kept
from hub_app.ui.parts import Answers, Choice, Field, Head, Scaffold, Section, Tap
from hub_app.ui.parts.calendar import DayChoice, MonthGrid
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.several import Several, Ticks
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.screens.house_words import organisations_words
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.strings import _, ngettext
from hub_app.ui.tokens import Space

_MONTHS = (6, 12, 24)
_OTHER_DAY = "other"


@dataclass(frozen=True)
class AgreementDraft:
    """What is tapped so far; no day yet means today, and a year from then."""

    parties: tuple[str, ...] = ()
    from_day: date | None = None
    until_day: date | None = None


@component
def AgreementFormScreen(running: Running) -> ft.Control:
    """Give the three questions; nothing holds before it is kept."""
    use_feed(running.feed)
    hub, pack, today = running.hub, pack_here(running), running.hub.today()
    draft, keep = use_kept("agreement", AgreementDraft())
    start = draft.from_day or today
    end = draft.until_day or months_on(start, 12)

    async def leave() -> None:
        keep(AgreementDraft())
        await routes.go(routes.AGREEMENTS)

    async def save() -> None:
        days = (start.isoformat(), end.isoformat())
        made = hub.make_agreement(draft.parties, (HANDOVER_NOTE,), *days)
        if done(made) is not None:
            await leave()

    def flip(code: str) -> None:
        left = tuple(one for one in draft.parties if one != code)
        keep(replace(draft, parties=left if code in draft.parties else (*draft.parties, code)))

    def begin(when: date) -> None:
        keep(replace(draft, from_day=when))

    def finish(when: date) -> None:
        keep(replace(draft, until_day=when))

    organisations = tuple((one.id, one.label) for one in pack.organisations)
    why_not = "" if len(draft.parties) > 1 else _("Choose at least two organisations.")
    untils = [(months_on(start, n), _length(n)) for n in _MONTHS]
    body = [
        Section(
            _("Who agreed?"),
            Several(Ticks("party", organisations, draft.parties, flip)),
            hint=_("Two organisations or more."),
        ),
        Section(
            _("What may travel?"),
            Answers(Choice("scope", _scopes(), HANDOVER_NOTE, _stays)),
            hint=_("Only what a family says yes to, each time they are handed over."),
        ),
        Section(
            _("For how long?"),
            Field(_("From"), DayPick("from-day", ((today, _("Today")),), start, begin, key="from")),
            Field(_("Until"), DayPick("until-day", tuple(untils), end, finish, key="until")),
        ),
    ]
    back = Tap("back", _("Back"), leave, (), ft.Icons.ARROW_BACK)
    head = Head(_("Write down an agreement"), back=back, slot=ChipSlot(running))
    saving = Tap("agreement-keep", _("Keep"), save, (), ft.Icons.CHECK, why_not)
    parties = organisations_words(pack, draft.parties)
    hint = _("{parties}, until {day}", parties=parties, day=full_day(end))
    return Scaffold(head, body, foot=Foot(saving, hint=hint))


def _scopes() -> tuple[tuple[str, str], ...]:
    return ((HANDOVER_NOTE, _("The note a family agreed to")),)


def _stays(_code: str | None) -> None:
    """Stay as it is: there is one thing to agree on so far."""


def _length(months: int) -> str:
    years, rest = divmod(months, 12)
    if rest:
        return ngettext("{n} month", "{n} months", months)
    return ngettext("{n} year", "{n} years", years)


def months_on(start: date, months: int) -> date:
    """Give the same day of a later month; the last one of a month that is too short."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


@component
def DayPick(
    name: str,
    offered: tuple[tuple[date, str], ...],
    chosen: date,
    change: Callable[[date], None],
) -> ft.Control:
    """Give a few days in words, and a month for any other."""
    is_open, set_open = ft.use_state(initial=False)

    def choose(code: str | None) -> None:
        if code == _OTHER_DAY:
            set_open(not is_open)
        elif code is not None:
            set_open(False)
            change(date.fromisoformat(code))

    def pick(when: date) -> None:
        set_open(False)
        change(when)

    options = [(when.isoformat(), said) for when, said in offered]
    if chosen not in (when for when, _said in offered):
        options.append((chosen.isoformat(), full_day(chosen)))
    options.append((_OTHER_DAY, _("Another day")))
    parts: list[ft.Control] = [Answers(Choice(name, tuple(options), chosen.isoformat(), choose))]
    if is_open:
        first = min(chosen, *(when for when, _said in offered))
        parts.append(MonthGrid(DayChoice(f"{name}-month", chosen, pick, first), key="month"))
    return ft.Column(parts, tight=True, spacing=Space.M)
