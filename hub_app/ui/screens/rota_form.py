"""Putting somebody on the rota, or changing them, in a few taps and no typing that must be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.pattern import NTHS, pattern_of
from hub_app.core.text import NAME_LIMIT
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.formats import day, full_day, weekday
from hub_app.ui.hooks import use_feed, use_kept, use_width
from hub_app.ui.parts import (
    Answers,
    Choice,
    Field,
    Head,
    QuietButton,
    Scaffold,
    Section,
    Tap,
    TextBox,
)
from hub_app.ui.parts.calendar import DayChoice, MonthGrid
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.several import Dial, DialRow, Nudge, Several, Ticks
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.screens.house_words import nth_words, pattern_words, span_words, time_words
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.screens.rota_draft import (
    DAY,
    HOUR,
    QUARTER,
    Often,
    RotaDraft,
    begin_at,
    draft_of,
    end_at,
    fact_of,
    first_day,
    first_days,
    name_of,
    new_draft,
)
from hub_app.ui.strings import _
from hub_app.ui.tokens import Space, Width

_Keep = Callable[[RotaDraft], None]
_NO_DRAFT: RotaDraft | None = None
_OTHER_DAY = "other"


@component
def RotaFormScreen(running: Running, entry: str = "") -> ft.Control:
    """Give the questions, and what they come to in one sentence beside the way to keep it."""
    use_feed(running.feed)
    hub, pack, today = running.hub, pack_here(running), running.hub.today()
    kept, keep = use_kept(f"rota-draft-{entry}", _NO_DRAFT)
    known = hub.house.rota.get(entry)
    fresh = new_draft(hub.house, today) if known is None else draft_of(known, pack.zone)
    draft = replace(kept or fresh, known=known)
    back_to = routes.rota_entry(entry) if known else routes.ROTA

    async def leave() -> None:
        keep(None)
        await routes.go(back_to)

    async def save() -> None:
        fact = done(fact_of(draft, pack, today))
        if fact is not None and done(hub.set_rota(fact)) is not None:
            await leave()

    title = _("Put somebody on the rota") if known is None else _("Change the rota")
    head = Head(
        title, "", Tap("back", _("Back"), leave, (), ft.Icons.ARROW_BACK), ChipSlot(running)
    )
    why_not = _why_not(draft, pack, today)
    saving = Tap("rota-keep", _("Keep"), save, (), ft.Icons.CHECK, why_not)
    body = [
        _who(draft, keep, pack),
        Section(_("How often do they come?"), *_often(draft, keep, (pack, today))),
        Section(_("From when until when?"), _times(draft, keep)),
    ]
    if draft.often is not Often.ONCE:  # who names a single day means it, on a holiday too
        body.append(Section(_("More"), *_more(draft, keep, today)))
    return Scaffold(head, body, foot=Foot(saving, hint=_summary(draft, pack, today)))


def _why_not(draft: RotaDraft, pack: Pack, today: date) -> str:
    if not draft.services:
        return _("Choose at least one service.")
    if not name_of(draft, pack).strip():
        return _("Give the desk a name.")
    if draft.often not in (Often.ONCE, Often.AS_IT_IS) and not draft.weekdays:
        return _("Choose the day of the week.")
    return "" if first_day(draft, pack, today) else _("Choose the day.")


def _summary(draft: RotaDraft, pack: Pack, today: date) -> str:
    first = first_day(draft, pack, today)
    if first is None:
        return ""
    pattern = draft.pattern
    if draft.often is Often.AS_IT_IS and draft.known is not None:
        pattern = pattern_of(draft.known.rule, draft.known.starts, pack.zone)
    span = span_words(draft.from_minute, draft.until_minute)
    return _("{often}, {span}", often=pattern_words(pattern, first), span=span)


# --- who -----------------------------------------------------------------------------------------


def _who(draft: RotaDraft, keep: _Keep, pack: Pack) -> ft.Control:
    def flip(code: str) -> None:
        left = tuple(one for one in draft.services if one != code)
        keep(replace(draft, services=left if code in draft.services else (*draft.services, code)))

    def name(typed: str) -> None:
        keep(replace(draft, typed=typed))

    def whose(code: str | None) -> None:
        keep(replace(draft, organisation=code))

    services = tuple((one.id, one.short) for one in pack.services)
    organisations = tuple((one.id, one.short) for one in pack.organisations)
    suggested = pack.service(draft.services[0]).organisation if draft.services else None
    chosen = draft.organisation or suggested or None
    return Section(
        _("What do they help with?"),
        Several(Ticks("service", services, draft.services, flip)),
        TextBox("rota-name", _("Name of the desk"), name_of(draft, pack)[:NAME_LIMIT], name),
        Field(_("Who sends them?"), Answers(Choice("from", organisations, chosen, whose))),
    )


# --- how often -----------------------------------------------------------------------------------


def _often(draft: RotaDraft, keep: _Keep, about: tuple[Pack, date]) -> list[ft.Control]:
    pack, today = about
    labels = {
        Often.WEEKLY: _("Every week"),
        Often.SECOND_WEEK: _("Every second week"),
        Often.MONTHLY: _("Once a month"),
        Often.ONCE: _("Just once"),
    }
    if draft.known is not None and draft_of(draft.known, pack.zone).often is Often.AS_IT_IS:
        labels[Often.AS_IT_IS] = _("As it is now")

    def often(code: str | None) -> None:
        if code is not None:
            first = draft.known.starts.date() if draft.known and code == Often.AS_IT_IS else None
            keep(replace(draft, often=Often(code), first=first))

    options = tuple((str(one), label) for one, label in labels.items())
    shown: list[ft.Control] = [Answers(Choice("often", options, draft.often, often))]
    if draft.often is Often.MONTHLY:
        shown.append(_nth(draft, keep))
    if draft.often not in (Often.ONCE, Often.AS_IT_IS):
        shown.append(_weekdays(draft, keep))
    if draft.often is not Often.AS_IT_IS:
        shown.append(FirstDay(draft, keep, (pack, today), key=f"first-{draft.often}"))
    return shown


def _nth(draft: RotaDraft, keep: _Keep) -> ft.Control:
    def choose(code: str | None) -> None:
        if code is not None:
            keep(replace(draft, nth=int(code), first=None))

    options = tuple((str(n), _("The {nth}", nth=nth_words(n))) for n in NTHS)
    return Field(_("Which of the month?"), Answers(Choice("nth", options, str(draft.nth), choose)))


def _weekdays(draft: RotaDraft, keep: _Keep) -> ft.Control:
    def flip(code: str) -> None:
        n, now = int(code), draft.weekdays
        days = tuple(sorted({*now} ^ {n})) if draft.often is not Often.MONTHLY else (n,)
        keep(replace(draft, weekdays=days, first=None))

    options = tuple((str(n), weekday(n)) for n in range(7))
    chosen = tuple(str(n) for n in draft.pattern.weekdays)
    return Field(_("Which day?"), Several(Ticks("weekday", options, chosen, flip)))


@component
def FirstDay(draft: RotaDraft, keep: _Keep, about: tuple[Pack, date]) -> ft.Control:
    """Give the first days that fit, and a month to choose any other from."""
    pack, today = about
    is_open, set_open = ft.use_state(draft.often is Often.ONCE and draft.first is None)
    suggested = first_days(draft, pack, today)
    chosen = first_day(draft, pack, today)
    shown = suggested if chosen is None or chosen in suggested else (chosen, *suggested[:2])

    def choose(code: str | None) -> None:
        if code == _OTHER_DAY:
            set_open(not is_open)
        elif code is not None:
            keep(replace(draft, first=date.fromisoformat(code)))

    def pick(when: date) -> None:
        set_open(False)
        keep(replace(draft, first=when))

    options = [(one.isoformat(), _said(one, today)) for one in shown]
    options.append((_OTHER_DAY, _("Another day")))
    first = chosen.isoformat() if chosen else None
    label = _("Which day?") if draft.often is Often.ONCE else _("From which day on?")
    parts: list[ft.Control] = [Answers(Choice("first", tuple(options), first, choose))]
    if is_open:
        parts.append(MonthGrid(DayChoice("first-day", chosen, pick, today), key="first-month"))
    return Field(label, ft.Column(parts, tight=True, spacing=Space.M))


def _said(one: date, today: date) -> str:
    return full_day(one) if one < today or (one - today).days > 300 else day(one)


# --- times ---------------------------------------------------------------------------------------


def _times(draft: RotaDraft, keep: _Keep) -> ft.Control:
    def begin(minute: int) -> None:
        keep(begin_at(draft, minute))

    def end(minute: int) -> None:
        keep(end_at(draft, minute))

    start, finish = draft.from_minute, draft.until_minute
    dials = [
        Field(_("From"), DialRow(_clock_dial("from-time", start, begin))),
        Field(_("Until"), DialRow(_clock_dial("until-time", finish, end))),
    ]
    if use_width() is Width.NARROW:
        return ft.Column(dials, tight=True, spacing=Space.M)
    return ft.Row(dials, spacing=Space.XXL, wrap=True, run_spacing=Space.M)


def _clock_dial(key: str, minute: int, change: Callable[[int], None]) -> Dial:
    return Dial(
        key,
        time_words(minute % DAY),
        (
            Nudge(f"{key}-hour-less", _("−1 h"), _("One hour earlier"), minute - HOUR),
            Nudge(f"{key}-less", _("−15"), _("15 minutes earlier"), minute - QUARTER),
        ),
        (
            Nudge(f"{key}-more", _("+15"), _("15 minutes later"), minute + QUARTER),
            Nudge(f"{key}-hour-more", _("+1 h"), _("One hour later"), minute + HOUR),
        ),
        change,
    )


# --- more ----------------------------------------------------------------------------------------


def _more(draft: RotaDraft, keep: _Keep, today: date) -> list[ft.Control]:
    shown: list[ft.Control] = [_holidays(draft, keep)]
    if draft.often is not Often.AS_IT_IS:
        shown.append(LastDay(draft, keep, today, key="last-day"))
    return shown


def _holidays(draft: RotaDraft, keep: _Keep) -> ft.Control:
    def choose(code: str | None) -> None:
        keep(replace(draft, on_holidays=code == "yes"))

    options = (("no", _("No")), ("yes", _("Yes")))
    chosen = "yes" if draft.on_holidays else "no"
    answers = Answers(Choice("on-holidays", options, chosen, choose))
    return Field(_("Do they come on public holidays too?"), answers)


@component
def LastDay(draft: RotaDraft, keep: _Keep, today: date) -> ft.Control:
    """Give the choice between no end and a last day, with a month to choose it from."""
    is_open, set_open = ft.use_state(initial=False)

    def pick(when: date) -> None:
        set_open(False)
        keep(replace(draft, last_day=when))

    def forget() -> None:
        set_open(False)
        keep(replace(draft, last_day=None))

    label = _("Until further notice")
    if draft.last_day is not None:
        label = _("Until {day}", day=full_day(draft.last_day))
    opening = Tap("last-open", label, set_open, (not is_open,), ft.Icons.EVENT_OUTLINED)
    row = [QuietButton(opening)]
    if draft.last_day is not None:
        row.append(QuietButton(Tap("last-none", _("No end"), forget)))
    parts: list[ft.Control] = [ft.Row(row, wrap=True, spacing=Space.S)]
    if is_open:
        choice = DayChoice("last", draft.last_day, pick, max(today, draft.first or today))
        parts.append(MonthGrid(choice, key="last-month"))
    return Field(_("For how long?"), ft.Column(parts, tight=True, spacing=Space.M))
