"""What other tablets bring: their facts, and the names and notes that are kept apart from them."""

import logging
import zlib
from collections.abc import Iterable, Sequence

from hub_app.core import events as e
from hub_app.core.clock import TRUSTED_AHEAD_MILLIS
from hub_app.core.roster import roster_of
from hub_app.core.session import Fold, fold
from hub_app.core.text import clean_name, clean_note
from hub_app.hub.writer import (
    HOUSE,
    LEAVING,
    ROSTER,
    Writer,
    current_fold,
    is_leaving,
)
from hub_app.store.cards import KEY_LIMIT, TIES, is_note, note_of
from hub_app.store.database import DiskFull
from hub_app.store.retention import VISITS
from hub_app.store.shared import Received

CARD_LIMIT = 2_000  # characters of a note
_log = logging.getLogger(__name__)


class Receiving(Writer):
    """What a tablet takes in from its peers."""

    _revisions: dict[str, int]  # of the names and notes kept here

    def take_in(self, rows: Sequence[object]) -> Received:
        """Keep the facts a peer sent that are new here, fold them, tell everybody.

        Raises DiskFull when there is no room; then nothing of them is kept.
        """
        came = self.shared.receive(rows, self.now())
        if came.entries:
            self._take(came.entries)
            self._tell()
        return came

    def _take(self, entries: Sequence[e.Entry]) -> None:
        was_open, stood = self.session.is_open, self.session.id
        try:
            self._fold_in(entries)
        except Exception:  # noqa: BLE001
            # The fold is total; should it stumble all the same, one fact must not stop a hall.
            _log.exception("a fact from another tablet could not be folded; it is kept")
            self._fold_one_by_one()
        self._settle(was_open=was_open)
        if self.session.id == stood:
            self._known_servings = None

    def _fold_in(self, entries: Sequence[e.Entry]) -> None:
        by_session: dict[str, list[e.Entry]] = {}
        for entry in entries:
            by_session.setdefault(entry.session, []).append(entry)
        house, roster = by_session.pop(HOUSE, None), by_session.pop(ROSTER, None)
        if house:
            self.house = self._house.add(house)
        if roster:
            self._roster_facts.extend(roster)
            self.roster = roster_of(self._roster_facts)
        for scope in [s for s in by_session if s == LEAVING or s.startswith(VISITS)]:
            self._leaving_facts.extend(filter(is_leaving, by_session.pop(scope)))
        stood = self.session.id
        ours = by_session.pop(stood, None)
        if ours:
            self._fold.add(ours)
        others = [session for session in by_session if session]  # without a name: set aside
        if others:
            self._stand_on(current_fold(self._log_file))
            self._before = None
            self._learn_late((*others, stood))

    def _learn_late(self, sessions: Iterable[str]) -> None:
        """Learn from sessions that were signed off elsewhere, or of which more is known now."""
        signed = {session for _, session in self._log_file.signed_off_after(0)}
        late = [session for session in sessions if session in signed and session != self.session.id]
        for known in late:
            self._learn(fold(known, self._log_file.session(known)))
        if late:
            self._look_back()

    def _fold_one_by_one(self) -> None:
        """Fold this session again, leaving out each fact on which the fold stumbles."""
        fresh = Fold(self.session.id)
        for entry in self._log_file.session(self.session.id):
            before = fresh
            try:
                fresh.add((entry,))
            except Exception:  # noqa: BLE001 what it is cannot be known
                _log.exception("fact %s is left out of the fold", entry.id)
                fresh = before
        self._fold = fresh

    # --- names and notes ---------------------------------------------------------------------

    def _read_cards(self) -> None:
        super()._read_cards()
        # Kept at hand: they are sealed, and after every commit each peer is compared with them.
        is_any = self._names or self._notes
        self._revisions = self._cards.revisions(self.session.id) if is_any else {}

    def card_revisions(self) -> dict[str, int]:
        """Give which revision of each name and note of the open session is kept here."""
        return dict(self._revisions) if self.session.is_open else {}

    def cards_tip(self) -> str:
        """Give the digest of the names and notes kept here, by which peers see a difference."""
        known = self.card_revisions()
        return f"{zlib.crc32(repr(sorted(known.items())).encode()):08x}" if known else ""

    def cards_for(
        self, theirs: dict[str, int], *, with_notes: bool
    ) -> tuple[tuple[str, int, str], ...]:
        """Give the names (and notes) of the open session that are newer than what a peer holds."""
        newer = {
            key: revision
            for key, revision in (self._revisions.items() if self.session.is_open else ())
            if revision > theirs.get(key, 0) and (with_notes or not is_note(key))
        }
        texts = self._cards.names(self.session.id) if newer else {}
        return tuple((key, newer[key], text) for key, text in sorted(texts.items()) if key in newer)

    def take_cards(self, session: str, cards: Iterable[tuple[str, int, str]]) -> None:
        """Keep names and notes a peer sent, for as long as that session is open here."""
        if session != self.session.id or not self.session.is_open:
            return  # a tablet that slept through the close brings nobody's name back
        latest = (self.now() + TRUSTED_AHEAD_MILLIS) * TIES  # of names given later nobody knows yet
        sound = [
            (key, revision, _clean(key, text))
            for key, revision, text in cards
            if 0 < revision <= latest and self._is_about_somebody(key)
        ]
        unheard = [card for card in sound if not self._has_card(*card)]  # several peers bring one
        try:
            is_new = bool(unheard) and self._cards.take(session, unheard)
        except (DiskFull, OSError):
            _log.warning("names from another tablet not kept: the disk is full")
            return
        if is_new:
            self._read_cards()
            self._tell()

    def _is_about_somebody(self, key: str) -> bool:
        """Say whether a name or a note is about a family of this session, for a desk of it.

        What comes before its family is left out; it is brought again.
        """
        visit, desk = note_of(key) if is_note(key) else (key, None)
        if desk is not None and desk not in self.session.desks:
            return False
        return len(key) <= KEY_LIMIT and bool(visit) and self._fold.latest(visit) is not None

    def _has_card(self, key: str, revision: int, text: str) -> bool:
        held = self._notes.get(note_of(key)) if is_note(key) else self._names.get(key)
        return self._revisions.get(key) == revision and held == text


def _clean(key: str, text: str) -> str:
    return clean_note(text[:CARD_LIMIT]) if is_note(key) else clean_name(text[:CARD_LIMIT])
