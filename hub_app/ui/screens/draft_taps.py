"""The taps on one half-entered arrival, the same at every render so that tiles keep their memo."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from hub_app.core.events import Answered
from hub_app.core.pack import Pack
from hub_app.core.refusal import Refusal
from hub_app.core.rules.family import PARTY_LIMIT
from hub_app.core.text import NAME_LIMIT
from hub_app.core.triage import suggest
from hub_app.core.visit import Visit
from hub_app.hub import Hub, Wish
from hub_app.ui.refusals import done
from hub_app.view.triage import Draft, marked, plan_rows, toggled, urgent_of

NOT_HERE_TODAY = "not_here_today"


class DraftTaps:
    """Changes one draft. `at` tells it, at each render, where the draft stands and is kept."""

    def __init__(self) -> None:
        """Begin with nothing entered."""
        self.draft = Draft()
        self.have: frozenset[str] = frozenset()
        self._keep: Callable[[Draft], Any] = lambda _draft: None

    def at(self, draft: Draft, have: frozenset[str], keep: Callable[[Draft], Any]) -> None:
        """Stand where the render stands; `have` are the needs the visit has open already."""
        self.draft, self.have, self._keep = draft, have, keep

    def _put(self, draft: Draft) -> None:
        self.draft = draft  # two taps may come before the next render
        self._keep(draft)

    def toggle(self, need: str) -> None:
        """Choose a need, or take it out again."""
        if need in self.have:
            done(Refusal.NEED_ALREADY_OPEN)
        else:
            self._put(toggled(self.draft, need))

    def mark(self, pack: Pack, protocol: str) -> None:
        """Mark the arrival with an urgent protocol."""
        if any(pack.need(need).urgent == protocol for need in self.have):
            self._put(replace(self.draft, marked=protocol, is_calm=False))
        else:
            self._put(marked(pack, self.draft, protocol))

    def calm(self) -> None:
        """Say that it can wait after all."""
        self._put(replace(self.draft, marked=None, is_calm=True))

    def note_unmet(self, needs: Iterable[str]) -> None:
        """Note that nobody here can help with these needs today, or take that back."""
        given, noted = frozenset(needs), self.draft.unmet
        self._put(replace(self.draft, unmet=noted - given if given <= noted else noted | given))

    def answer(self, question: str, answer: str | None) -> None:
        """Keep the answer to an optional question; None takes it back to *not asked*."""
        self._put(replace(self.draft, **{question: answer}))

    def count(self, who: str, number: int | None) -> None:
        """Keep how many adults or children came; None is *not asked*."""
        kept = None if number is None or number < 0 else min(number, PARTY_LIMIT)
        self._put(replace(self.draft, **{who: kept}))

    def call_them(self, name: str) -> None:
        """Keep the name to call them by."""
        self._put(replace(self.draft, name=name[:NAME_LIMIT]))

    def clear(self) -> None:
        """Begin again with nothing entered."""
        self._put(Draft())


def answers_of(draft: Draft) -> Answered:
    """Give the optional answers of a draft."""
    return Answered(
        adults=draft.adults,
        children=draft.children,
        language=draft.language,
        area=draft.area,
        visit_type=draft.visit_type,
        heard=draft.heard,
    )


def let_in(hub: Hub, draft: Draft) -> Visit | None:
    """Let a family in as the draft says; a refusal is told, and gives None."""
    urgent = urgent_of(hub.pack, draft)
    plan = tuple(stop.service for stop in plan_rows(hub.hall, draft))
    wish = Wish(draft.needs, urgent, plan, draft.name, answers_of(draft))
    visit = done(hub.arrive(wish))
    if visit is not None and draft.unmet:
        done(hub.unmet(visit.id, sorted(draft.unmet), NOT_HERE_TODAY))
    return visit


def write_down(hub: Hub, visit: Visit, draft: Draft) -> bool:
    """Add what the draft says to a visit; gives whether all of it was taken."""
    urgent, given = urgent_of(hub.pack, draft), answers_of(draft)
    is_answered = given != Answered()
    has_more = bool(draft.needs or urgent or not (is_answered or draft.name))
    if has_more:
        needs = [*(need.code for need in visit.open_needs), *draft.needs]
        plan = suggest(hub.hall, needs).services
        if done(hub.triage(visit.id, Wish(draft.needs, urgent, plan))) is None:
            return False
    if is_answered and done(hub.answer(visit.id, given)) is None:
        return False
    if draft.name and done(hub.rename(visit.id, draft.name)) is None:
        return False
    if draft.unmet:
        return done(hub.unmet(visit.id, sorted(draft.unmet), NOT_HERE_TODAY)) is not None
    return True
