"""The taps on one half-entered arrival, the same at every render so that tiles keep their memo."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from hub_app.core.pack import Pack
from hub_app.core.refusal import Refusal
from hub_app.core.rules.family import PARTY_LIMIT
from hub_app.core.text import NAME_LIMIT
from hub_app.ui.refusals import done
from hub_app.view.absence import offering
from hub_app.view.arrangements import NOTHING_YET, Arranging
from hub_app.view.triage import Draft, enquired, gone_first, marked, toggled


@dataclass(frozen=True)
class Known:
    """What is known of a family that is here already: its open needs, and what stands arranged."""

    needs: frozenset[str] = frozenset()
    arranged: Arranging = NOTHING_YET


class DraftTaps:
    """Changes one draft. `at` tells it, at each render, where the draft stands and is kept."""

    def __init__(self) -> None:
        """Begin with nothing entered."""
        self.draft = Draft()
        self.have: frozenset[str] = frozenset()
        self._arranged = NOTHING_YET
        self._keep: Callable[[Draft], Any] = lambda _draft: None

    def at(self, draft: Draft, keep: Callable[[Draft], Any], known: Known) -> None:
        """Stand where the render stands."""
        self.draft, self.have, self._arranged = draft, known.needs, known.arranged
        self._keep = keep

    @property
    def arranging(self) -> Arranging:
        """What stands arranged, as it was changed."""
        return self._arranged if self.draft.arranging is None else self.draft.arranging

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

    def offer(self, needs: Iterable[str], offer: str | None) -> None:
        """Say what is offered for needs nobody is here for; None takes that back."""
        self._put(replace(self.draft, offers=offering(self.draft.offers, needs, offer)))

    def enquire(self, answer: str) -> None:
        """Keep the answer to the routine enquiry: yes, no or skipped."""
        self._put(enquired(self.draft, answer))

    def go_first(self, service: str, order: tuple[str, ...]) -> None:
        """Put one stop first, whatever we suggest; the rest stays in the order shown."""
        self._put(replace(self.draft, order=gone_first(order, service)))

    def as_suggested(self) -> None:
        """Go back to the order we suggest."""
        self._put(replace(self.draft, order=()))

    def arrange(self, change: Callable[..., Arranging], *given: Any) -> None:
        """Change what a plan must respect: `change` gets what stands arranged, then the rest."""
        self._put(replace(self.draft, arranging=change(self.arranging, *given)))

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
