"""One peer and this tablet: what each still lacks of the other's facts, sent in order."""

import json
from collections.abc import Mapping

from hub_app.lan.messages import ROWS_LIMIT, Alive, Facts, Have, Row
from hub_app.store.shared import Shared

WINDOW = 4  # messages of facts on their way at one time: a slow peer is not buried
_ROOM = 240 * 1024  # bytes of one message of facts


class Exchange:
    """What is known of one peer's log for as long as a line to it is up."""

    def __init__(self, shared: Shared) -> None:
        """Begin with a peer of whom nothing is known yet: nothing is sent before it spoke."""
        self._shared = shared
        self.theirs: Mapping[str, int] = {}
        self.origin = ""
        self.is_met = False
        self._sent: dict[str, int] = {}
        self._target: dict[str, int] = {}
        self._sees: frozenset[str] = frozenset()
        self._unanswered = 0
        self._has_moved = True
        self._checked: dict[str, tuple[int, str]] = {}

    @property
    def lacks(self) -> int:
        """How many of the facts held here the peer is not known to hold."""
        return missing(self._shared.vector, self.theirs)

    @property
    def has_more(self) -> int:
        """How many facts the peer holds that are not here."""
        return missing(self.theirs, self._shared.vector)

    def hear_alive(self, said: Alive) -> tuple[Facts, ...]:
        """Take in what a peer says it holds; gives the facts to send it now: all that it lacks."""
        if not self._has_moved or not self.is_met:
            # Nothing was answered since it last spoke: what was on its way is lost.
            self._unanswered, self._sent = 0, dict(said.vector)
        self.is_met, self._has_moved = True, self._unanswered == 0
        self.origin = said.origin
        self._sees = frozenset((said.origin, *said.sees))  # its own facts go back to nobody
        self._learn(said.vector)
        self._target = dict(self._shared.vector)
        return self.push()

    def hear_have(self, said: Have) -> tuple[Facts, ...]:
        """Take in that a peer has committed; gives the facts to send it next."""
        before = dict(self.theirs)
        self._unanswered = max(0, self._unanswered - 1)
        self._has_moved = True
        self._learn(said.vector)
        return self.push() if before != said.vector else ()

    def _learn(self, vector: Mapping[str, int]) -> None:
        self.theirs = dict(vector)
        if self._unanswered == 0:
            self._sent = dict(vector)
        else:
            for origin, n in vector.items():
                self._sent[origin] = max(n, self._sent.get(origin, 0))

    def push(self) -> tuple[Facts, ...]:
        """Give what the peer lacks and should have now, as far as the window allows.

        That is this tablet's own facts; those of tablets the peer has no line to; and whatever it
        lacked when it last spoke. Others' facts are left to those who wrote them.
        """
        if not self.is_met:
            return ()
        found = list[Facts]()
        while self._unanswered < WINDOW:
            rows = _fitting(self._shared.after(self._sent, ROWS_LIMIT, self._wanted()))
            if not rows:
                break
            for row in rows:
                self._sent[row[0]] = row[1]
            self._unanswered += 1
            found.append(Facts(rows))
        return tuple(found)

    def _wanted(self) -> list[str]:
        ours = self._shared.vector
        return [
            origin
            for origin, n in ours.items()
            if n > (sent := self._sent.get(origin, 0))
            and (
                origin == self._shared.origin
                or origin not in self._sees
                or self._target.get(origin, 0) > sent
            )
        ]

    def forked(self, said: Alive) -> frozenset[str]:
        """Give the origins of which the peer holds another last fact than is held here."""
        found = set[str]()
        for origin, tip in said.tips.items():
            mark = (said.vector.get(origin, 0), tip)
            if self._checked.get(origin) == mark or mark[0] > self._shared.vector.get(origin, 0):
                continue
            self._checked[origin] = mark
            if self._shared.differs(origin, *mark):
                found.add(origin)
        return frozenset(found)


def missing(held: Mapping[str, int], by: Mapping[str, int]) -> int:
    """Give how many facts the holder of one vector has that the holder of another lacks."""
    if held == by:  # as it is nearly always, and this is asked often
        return 0
    return sum(max(0, n - by.get(origin, 0)) for origin, n in held.items())


def _fitting(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Give as many of these rows, from the first on, as fit into one message."""
    room = _ROOM
    for count, row in enumerate(rows):
        room -= len(json.dumps(row, ensure_ascii=False).encode())
        if room < 0 and count:
            return rows[:count]
    return rows
