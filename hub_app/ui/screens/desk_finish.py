"""The step that ends a stop: how it went, the money that came of it, and where they go next."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import flet as ft

from hub_app.core.content import Outcome
from hub_app.ui.component import component
from hub_app.ui.formats import minutes
from hub_app.ui.hooks import use_width
from hub_app.ui.parts import Head, QuietButton, Scaffold, Section, Tap, Tile
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.grid import Grid
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_cut_off import GoOnBanner
from hub_app.ui.screens.desk_draft import Draft, missing
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.screens.desk_gain import Pick, use_gain_section
from hub_app.ui.screens.desk_look import Look
from hub_app.ui.screens.desk_refer import NoteSection, use_referral_sections
from hub_app.ui.screens.desk_words import desk_state, icon_of, services_in_words, who
from hub_app.ui.strings import _
from hub_app.ui.tokens import Width
from hub_app.view.desk import WithMe
from hub_app.view.desks import DeskRow

_LEAVING_SAID = 30  # minutes before it leaves, a desk's time is said where it is chosen
_COLUMNS = {Width.NARROW: 1, Width.MEDIUM: 2, Width.WIDE: 4}


@dataclass(frozen=True)
class Step:
    """One look at an ending: the desk, the family in front, the draft, and what keeps a new one."""

    look: Look
    with_me: WithMe
    draft: Draft
    keep: Callable[[Draft | None], None]
    checklist: Callable[[], None]

    @property
    def outcome(self) -> Outcome | None:
        """The outcome chosen, if one is."""
        code = self.draft.outcome
        return self.look.pack.outcome(code) if code else None

    @property
    def to_name(self) -> str:
        """The name of the desk chosen, empty when they go to none."""
        takers = (row for row in self.with_me.can_take if row.desk == self.draft.to)
        return next((row.name for row in takers), "")

    def set_outcome(self, code: str | None) -> None:
        """Choose how it went; the same again takes it back."""
        chosen = None if code == self.draft.outcome else code
        self.keep(replace(self.draft, outcome=chosen))

    def set_to(self, desk: str) -> None:
        """Choose where they go: a desk, or the queue when empty."""
        self.keep(replace(self.draft, to=desk))

    def set_reason(self, reason: str) -> None:
        """Choose why nobody could help."""
        self.keep(replace(self.draft, reason=reason))

    def cancel(self) -> None:
        """Go back to serving."""
        self.keep(None)

    def confirm(self) -> None:
        """End the stop as chosen; the draft stays when it is refused."""
        if self.look.taps.end(self.draft):
            self.keep(None)


@component
def Ending(running: Running, step: Step) -> ft.Control:
    """Show the step that ends a stop; with at most three taps when nothing else is open."""
    width = use_width()
    row = step.with_me.row
    what = _("Hand over in person") if step.draft.is_handover else _("Finish")
    back = Tap(
        "ending-back",
        _("Back to {ticket}", ticket=row.ticket),
        step.cancel,
        (),
        ft.Icons.ARROW_BACK,
    )
    gain = use_gain_section(step.draft, step.keep)
    referral = use_referral_sections(step.look, step.draft, step.keep, width)
    body = GoOnBanner(step.look, step.to_name)
    if step.draft.is_handover:
        body.append(_where(step, width))
    body.append(_how(step, width))
    chosen = step.outcome
    if chosen is not None and chosen.settles == "unmet":
        body.append(_why_unmet(step, width))
    if chosen is not None and chosen.settles == "referred":
        body += referral
    if chosen is not None and chosen.asks_gain:
        body.append(gain)
    if chosen is not None and step.with_me.later and not step.draft.is_handover:
        body.append(_where(step, width))
    if step.draft.to:
        body.append(NoteSection(step.look, step.draft, step.keep))
    label, icon = _("Entitlements"), ft.Icons.FACT_CHECK_OUTLINED
    body.append(ft.Row([QuietButton(Tap("checklist", label, step.checklist, (), icon))]))
    head = Head(who(row), what, back, ChipSlot(running))
    return Scaffold(head, body, foot=_foot(step))


def _how(step: Step, width: Width) -> ft.Control:
    outcomes = step.look.pack.outcomes
    chosen = step.draft.outcome
    is_narrow = width is Width.NARROW
    asks_more = step.outcome is not None and step.outcome.settles == "referred"
    is_folded = asks_more or (is_narrow and chosen is not None)
    shown = [one for one in outcomes if one.id == chosen] if is_folded else list(outcomes)
    draw = Pick if is_narrow or is_folded else Tile  # eight tiles would fill a phone twice
    picks = [
        draw(
            Tap(f"outcome-{one.id}", one.label, step.set_outcome, (one.id,), icon_of(one.icon)),
            is_selected=one.id == chosen,
        )
        for one in shown
    ]
    service = step.look.pack.service(step.with_me.service).short
    hint = _("Tap it again to choose another.") if is_folded else ""
    across = min(2, _COLUMNS[width]) if is_folded else _COLUMNS[width]
    return Section(
        _("How did it go at {service}?", service=service), Grid(picks, across), hint=hint
    )


def _why_unmet(step: Step, width: Width) -> ft.Control:
    picks = [
        Pick(
            Tap(f"reason-{one.id}", one.label, step.set_reason, (one.id,)),
            is_selected=one.id == step.draft.reason,
        )
        for one in step.look.pack.unmet_reasons
    ]
    return Section(_("Why could nobody help?"), Grid(picks, _COLUMNS[width]))


def _where(step: Step, width: Width) -> ft.Control:
    """Ask where they go: to a desk in person, or back to the queue when it is a finish."""
    with_me, draft = step.with_me, step.draft
    picks = [_desk_pick(step, row) for row in with_me.can_take]
    if not draft.is_handover:
        label = _("Back to the queue")
        queue = Tap("to-queue", label, step.set_to, ("",), ft.Icons.CHAIR_OUTLINED)
        picks.insert(0, Pick(queue, is_selected=draft.to == "", hint=_("Place kept")))
    services = services_in_words(
        step.look.pack, tuple(dict.fromkeys(line.service for line in with_me.later))
    )
    hint = ""
    if with_me.nobody_for:
        gone = services_in_words(step.look.pack, with_me.nobody_for)
        hint = _("Not here today: {services}.", services=gone)
    title = _("Also here for {services}. Where now?", services=services)
    return Section(title, Grid(picks, _COLUMNS[width]), hint=hint)


def _desk_pick(step: Step, row: DeskRow) -> ft.Control:
    words, _tone = desk_state(row)
    left = row.leaving_minutes
    if left is not None and left < _LEAVING_SAID:
        words = _("{state} · leaves in {time}", state=words, time=minutes(left, is_short=True))
    tap = Tap(
        f"hand-over-{row.desk}",
        _("Walk them to {desk}", desk=row.name),
        step.set_to,
        (row.desk,),
        ft.Icons.DIRECTIONS_WALK,
    )
    return Pick(tap, is_selected=step.draft.to == row.desk, hint=words)


def _foot(step: Step) -> ft.Control:
    with_me, draft = step.with_me, step.draft
    why_not = missing(draft, step.outcome, step.look.taps.hub.today())
    label, hint = _("Finish"), _("Nothing else is open, so their visit ends here.")
    icon = ft.Icons.TASK_ALT
    if draft.to:
        label = _("Hand over to {desk}", desk=step.to_name)
        hint, icon = _("They keep their place until they are received."), ft.Icons.DIRECTIONS_WALK
    elif draft.is_handover:
        label, icon = _("Hand over"), ft.Icons.DIRECTIONS_WALK
    elif with_me.later:
        label, hint = _("Finish, back to the queue"), _("They keep their place.")
    return Foot(Tap("finish-confirm", label, step.confirm, (), icon, why_not), hint=hint)
