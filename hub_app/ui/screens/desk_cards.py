"""The middle of a desk's screen: whom to call, who was called, who is being served."""

from dataclasses import replace

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.ui.formats import minutes
from hub_app.ui.parts import (
    Card,
    EmptyState,
    Pill,
    QuietWords,
    Signs,
    Tap,
    TicketCode,
    Words,
)
from hub_app.ui.screens.desk_away import expected, gone, last_minutes, on_break
from hub_app.ui.screens.desk_cut_off import here_with_me
from hub_app.ui.screens.desk_look import Actions, Look, Main, MainCard, Openers
from hub_app.ui.screens.desk_why import signs_of, why_next
from hub_app.ui.screens.desk_words import services_in_words, settled_words
from hub_app.ui.strings import _
from hub_app.ui.tokens import Ink, Radius, Space, Tone, Type
from hub_app.view.desk import NextRow, WithMe, other_services
from hub_app.view.people import PersonRow

_CALL_NEXT = "call-next"


def main_of(look: Look, openers: Openers) -> Main:
    """Give the middle of the screen for how the desk stands now, and among the other tablets."""
    main = _main(look, openers)
    if look.asked is not None:
        asked = _("The other tablets are being asked.")
        return replace(main, primary=replace(main.primary, label=_("Calling …"), why_not=asked))
    if look.cut_off is not None and main.primary.key == _CALL_NEXT:
        return replace(main, primary=here_with_me(look, openers.pick))
    return main


def _main(look: Look, openers: Openers) -> Main:
    with_me = look.view.with_me
    if with_me is not None and with_me.row.stage is Stage.CALLED:
        return _called(look, with_me)
    if with_me is not None:
        return _serving(look, with_me, openers)
    match look.view.desk.presence:
        case Presence.BREAK:
            return on_break(look)
        case Presence.GONE:
            return gone(look)
        case Presence.EXPECTED:
            return expected(look)
        case Presence.HERE if look.view.times.is_last_minutes:
            return last_minutes(look)
        case Presence.HERE:
            return _free(look, look.view.next)


def _free(look: Look, following: NextRow | None) -> Main:
    icon = ft.Icons.CAMPAIGN_OUTLINED
    if following is None:
        text = _("Nobody is waiting for this desk. Whoever is sent here appears by themselves.")
        nobody = _("Nobody is waiting for this desk.")
        if look.view.queue:
            text = _("Those who wait can’t start just now: the list says why.")
            nobody = _("You can still choose somebody by name.")
        primary = Tap(_CALL_NEXT, _("Call next"), look.taps.call_next, (), icon, nobody)
        return Main(Card(EmptyState(text, ft.Icons.CHAIR_OUTLINED)), primary)
    row = following.row
    missed = _missed_words(row.missed)
    quiet = [missed] if missed else []
    if len(look.view.desk.services) > 1:
        service = look.pack.service(following.service).short
        quiet.insert(0, _("For {service}.", service=service))
    others = other_services(look.view, row)
    if others:
        quiet.append(_("Also here for {services}.", services=services_in_words(look.pack, others)))
    card = MainCard(
        "next-card",
        _who(row, _("Next")),
        Words(why_next(look.here, following), Type.LEAD),
        *Signs(signs_of(look.here, following.arranged)),
        *(QuietWords(line, Type.BODY) for line in quiet),
    )
    label = _("Call {ticket}", ticket=row.ticket)
    return Main(card, Tap(_CALL_NEXT, label, look.taps.call_next, (), icon))


def _called(look: Look, with_me: WithMe) -> Main:
    row = with_me.row
    start = Tap("start", _("They are here"), look.taps.start, (row.visit,), ft.Icons.CHECK)
    if look.asked is not None:  # it may still be taken back: nobody is to be called out yet
        return Main(MainCard("called-card", _who(row, _("Calling …"))), start)
    since = (
        _("Called just now.")
        if row.step_minutes == 0
        else _("Called {time} ago.", time=minutes(row.step_minutes))
    )
    what_if = (
        _("If they do not come, they keep their place.")
        if row.missed == 0
        else _("They missed a call before. If they do not come, they go behind the others.")
    )
    card = MainCard(
        "called-card",
        _who(row, _("Called")),
        Words(since, Type.LEAD),
        *Signs(signs_of(look.here, with_me.arranged)),
        *([QuietWords(look.chose, Type.BODY)] if look.chose else []),
        QuietWords(what_if, Type.BODY),
        Actions(
            look,
            Tap(
                "no-show",
                _("They did not come"),
                look.taps.no_show,
                (row.visit,),
                ft.Icons.PERSON_OFF_OUTLINED,
            ),
            _hold(look, row),
        ),
    )
    return Main(card, start)


def _serving(look: Look, with_me: WithMe, openers: Openers) -> Main:
    row, pack = with_me.row, look.pack
    why_not = "" if with_me.can_take else _nobody_to_take(look, with_me)
    time = minutes(row.step_minutes, is_short=True) if row.step_minutes else _("just now")
    card = MainCard(
        "serving-card",
        _who(row, _("With you"), Pill(time, Tone.PLAIN, ft.Icons.SCHEDULE)),
        *Signs(signs_of(look.here, with_me.arranged)),
        *([Note(with_me.note)] if with_me.note else []),
        *_needs(pack, with_me),
        Actions(
            look,
            Tap("add-need", _("Add a need"), openers.add_need, (), ft.Icons.ADD),
            Tap(
                "hand-over",
                _("Hand over in person"),
                openers.hand_over,
                (),
                ft.Icons.DIRECTIONS_WALK,
                why_not,
            ),
            Tap(
                "checklist", _("Entitlements"), openers.checklist, (), ft.Icons.FACT_CHECK_OUTLINED
            ),
            _hold(look, row),
        ),
    )
    finish = Tap("finish", _("Finish"), openers.finish, (), ft.Icons.TASK_ALT)
    return Main(card, finish)


def Note(text: str) -> ft.Control:
    """Give what the parent agreed to share with this desk."""
    ink = Tone.CALM.ink
    about = Words(_("They agreed to share this with you"), Type.SMALL, colour=ink)
    words = [about, Words(text, colour=ink)]
    icon = ft.Icon(ft.Icons.STICKY_NOTE_2_OUTLINED, size=24, color=ink)
    column = ft.Column([*words], tight=True, spacing=Space.XS, expand=True)
    return ft.Container(
        ft.Row([icon, column], spacing=Space.M, vertical_alignment=ft.CrossAxisAlignment.START),
        key="note",
        bgcolor=Tone.CALM.fill,
        border_radius=Radius.CONTROL,
        padding=Space.M,
    )


def _nobody_to_take(look: Look, with_me: WithMe) -> str:
    if not with_me.later:
        return _("Nothing else is open for them. Add a need first.")
    services = services_in_words(
        look.pack, tuple(dict.fromkeys(line.service for line in with_me.later))
    )
    return _("No desk for {services} is here just now.", services=services)


def _needs(pack: Pack, with_me: WithMe) -> list[ft.Control]:
    """Give the needs in words: what this stop is for, what else is open, what is done."""
    parts: list[ft.Control] = []
    if with_me.here:
        lines = [_line(pack.need(code).label, ft.Icons.CIRCLE, Ink.ACTION) for code in with_me.here]
        parts.append(_group(_("What they came for"), lines))
    if with_me.later:
        lines = [
            _line(
                _(
                    "{need} · {service}",
                    need=pack.need(line.need).label,
                    service=pack.service(line.service).short,
                ),
                ft.Icons.CIRCLE_OUTLINED,
                Ink.QUIET,
            )
            for line in with_me.later
        ]
        parts.append(_group(_("Also open"), lines))
    if with_me.done:
        lines = [
            _line(
                _("{need} · {how}", need=pack.need(code).label, how=settled_words(how)),
                ft.Icons.CHECK,
                Ink.QUIET,
            )
            for code, how in with_me.done
        ]
        parts.append(_group(_("Done"), lines))
    return parts


def _group(title: str, lines: list[ft.Control]) -> ft.Control:
    return ft.Column([QuietWords(title), *lines], tight=True, spacing=Space.XS)


def _line(text: str, icon: ft.IconData, colour: str) -> ft.Control:
    mark = ft.Container(ft.Icon(icon, size=14, color=colour), padding=ft.Padding.only(top=6))
    return ft.Row(
        [mark, ft.Container(Words(text), expand=True)],
        spacing=Space.S,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _missed_words(missed: int) -> str:
    if missed == 0:
        return ""
    return _("They missed a call.") if missed == 1 else _("They missed {n} calls.", n=missed)


def _who(row: PersonRow, state: str, pill: ft.Control | None = None) -> ft.Control:
    """Give the big ticket with the name beside it, and the word for how they stand."""
    signs: list[ft.Control] = [QuietWords(state)]
    if row.urgent is not None:
        signs.append(Pill(_("Urgent"), Tone.URGENT, ft.Icons.PRIORITY_HIGH))
    if pill is not None:
        signs.append(pill)
    name = [Words(row.name, Type.TITLE, lines=2)] if row.name else []
    return ft.Row(
        [
            TicketCode(row.ticket),
            ft.Column(
                [ft.Row(signs, wrap=True, spacing=Space.S, run_spacing=Space.XS), *name],
                tight=True,
                spacing=Space.XS,
                expand=True,
            ),
        ],
        spacing=Space.L,
    )


def _hold(look: Look, row: PersonRow) -> Tap:
    label = _("They step out")
    return Tap("hold", label, look.taps.hold, (row.visit,), ft.Icons.PAUSE)
