"""Calls, so that two desks never get one family: decided by the keeper, confirmed by a majority."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hub_app.core.events import Entry
from hub_app.core.refusal import Refusal
from hub_app.core.visit import AT_DESK, Visit
from hub_app.hub import Hub
from hub_app.lan.confirming import is_held
from hub_app.lan.keeper import Keeper
from hub_app.lan.messages import Answer, Ask, Mark, Message, Term
from hub_app.lan.peer import Peer

PATIENCE_SECONDS = 4.0  # so long a desk waits for an answer
CONFIRM_SECONDS = 2.5  # so long the keeper waits for a majority to have the call
_REMEMBERED = 500  # answers given lately, should a question come twice

Done = Callable[[Visit | Refusal], None]


@dataclass(frozen=True, slots=True)
class Line:
    """What calls need of the world: monotonic seconds, a way to say things, and fresh ids."""

    now: Callable[[], float]
    send: Callable[[str, Message], None]
    mint: Callable[[], str]


@dataclass
class _Asked:
    """A desk of this tablet waits for an answer. `of` is who was asked; empty: nobody yet.

    `answer` has come, but not yet the fact it follows from.
    """

    ask: Ask
    done: Done
    until: float
    of: str = ""
    answer: Answer | None = None


@dataclass
class _Early:
    """A desk of another tablet asked, but not all that it had written before is here yet."""

    ask: Ask
    done: Done
    until: float


@dataclass
class _Called:
    """A call written here that not enough tablets are known to have yet."""

    visit: str
    desk: str
    fact: Entry
    term: Term | None
    done: Done
    until: float


class Calls:
    """The calls of one tablet: those its desks ask for, and those it decides for others."""

    def __init__(
        self,
        hub: Hub,
        keeper: Keeper,
        peers: Mapping[str, Peer],
        line: Line,
    ) -> None:
        """Stand beside a hub and its keeper; `peers` are those that can be reached now."""
        self._hub, self._keeper, self._peers = hub, keeper, peers
        self._now, self._send, self._mint = line.now, line.send, line.mint
        self._asked: dict[str, _Asked] = {}
        self._early: list[_Early] = []
        self._called: list[_Called] = []
        self._answered: OrderedDict[str, Answer | None] = OrderedDict()
        self._doubtful = {fact: set[str]() for fact in hub.own_calls()}

    def ask(self, desk: str, visit: str | None, done: Done) -> None:
        """Have a family called for a desk of this tablet; `done` is called exactly once."""
        ask = Ask(self._mint(), desk, visit, self._last())
        self._asked[ask.id] = _Asked(ask, done, self._now() + PATIENCE_SECONDS)
        self._pass_on()

    def _pass_on(self) -> None:
        """Put every question nobody was asked yet to whoever decides now."""
        now = self._now()
        keeper = self._keeper.known(now)
        for asked in [each for each in self._asked.values() if not each.of]:
            if asked.of or asked.ask.id not in self._asked:
                continue  # one answer led to the next question, and back here
            if self._holds():
                del self._asked[asked.ask.id]
                self._decide(asked.ask, asked.done)
            elif keeper in self._peers and keeper is not None:
                asked.of = keeper
                self._send(keeper, asked.ask)

    def _holds(self) -> bool:
        holds = self._keeper.holds(self._now(), self._hub.shared.vector)
        return holds and not self._hub.is_joining  # who joins held it alone, until a moment ago

    def _last(self) -> Mark:
        shared = self._hub.shared
        return shared.origin, shared.vector.get(shared.origin, 0)

    def _has(self, mark: Mark | None) -> bool:
        return mark is None or self._hub.shared.vector.get(mark[0], 0) >= mark[1]

    # --- as the one who decides --------------------------------------------------------------

    def hear_ask(self, device: str, ask: Ask) -> None:
        """Decide for a desk at another tablet; the same question gets the same answer."""
        if ask.id in self._answered:
            known = self._answered[ask.id]
            if known is not None:
                self._send(device, known)
            return
        self._answered[ask.id] = None
        while len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)

        def answer(came: Visit | Refusal) -> None:
            if isinstance(came, Refusal):
                said = Answer(ask.id, refusal=came.value)
            else:
                said = Answer(ask.id, came.id, after=self._last())
            self._answered[ask.id] = said
            if came is Refusal.CUT_OFF:
                del self._answered[ask.id]  # nothing was decided: asked again, it may be
            if device in self._peers:
                self._send(device, said)

        self._early.append(_Early(ask, answer, self._now() + CONFIRM_SECONDS))
        self._decide_early()

    def _decide_early(self) -> None:
        """Decide for each desk of whose tablet everything is here that it had when it asked.

        Before, it might seem to be busy with a family it has long finished with.
        """
        for early in [each for each in self._early if self._has(each.ask.after)]:
            if early not in self._early:
                continue
            self._early.remove(early)
            if self._holds():
                self._decide(early.ask, early.done)
            else:
                early.done(Refusal.CUT_OFF)

    def _decide(self, ask: Ask, done: Done) -> None:
        called = self._hub.call_for(ask.desk, ask.visit)
        if isinstance(called, Refusal):
            done(called)
            return
        visit, fact = called
        if isinstance(self._as_called(visit.id, ask.desk), Refusal):
            self._hub.take_back_call(fact)
            done(Refusal.ALREADY_CALLED)
            return
        until = self._now() + CONFIRM_SECONDS
        self._called.append(_Called(visit.id, ask.desk, fact, self._keeper.term, done, until))
        self.settle()

    def _as_called(self, visit: str, desk: str) -> Visit | Refusal:
        """Give a family as it stands, called for that desk; a refusal when it is not, or no more.

        A call from before a restart may come to light late, and stand in the way of a newer one.
        """
        known = self._hub.session.visits.get(visit)
        if known is None:
            return Refusal.NO_SUCH_VISIT
        return known if known.stage in AT_DESK and known.desk == desk else Refusal.ALREADY_CALLED

    def settle(self) -> None:
        """Answer what enough tablets are known to hold by now, and ask what could not be asked.

        Enough is a majority, each bound to this keeper still and in the term in which it decided:
        whoever decides next has asked one of them, and knows of the call.
        """
        for called in tuple(self._called):
            is_majority = is_held(self._keeper, self._peers, called.fact, self._now())
            is_same = called.term == self._keeper.term and called in self._called
            if is_majority and is_same and self._holds():
                self._called.remove(called)
                came = self._as_called(called.visit, called.desk)
                if isinstance(came, Refusal):
                    self._hub.take_back_call(called.fact)
                called.done(came)
        self._hub.await_confirmation(called.visit for called in self._called)
        self._decide_early()
        self._tell_answers()
        self._pass_on()

    def meet(self, device: str, vector: Mapping[str, int]) -> None:
        """Take back calls from before a restart that, as peers show, no majority ever had.

        Whoever asked for them was never answered, and somebody else may have been called since.
        """
        members = self._keeper.members
        for fact, lackers in tuple(self._doubtful.items()):
            if vector.get(fact.origin, 0) < fact.n and device in members:
                lackers.add(device)
            if 2 * (len(members) - len(lackers)) <= len(members):
                del self._doubtful[fact]
                self._hub.take_back_call(fact)

    # --- as the one who asks -----------------------------------------------------------------

    def hear_answer(self, device: str, answer: Answer) -> None:
        """Take in what the keeper decided."""
        asked = self._asked.get(answer.id)
        if asked is None or asked.of != device:
            return
        if answer.refusal == Refusal.CUT_OFF.value:
            asked.of = ""  # it decides no more, or not yet: whoever does is asked at the next tick
            return
        asked.answer = answer
        self._tell_answers()

    def _tell_answers(self) -> None:
        """Tell each desk its answer once the call itself is here, so that it can begin."""
        for asked in tuple(self._asked.values()):
            answer = asked.answer
            if answer is None or not self._has(answer.after):
                continue
            if self._asked.pop(answer.id, None) is not None:
                if answer.visit is None:
                    asked.done(_refusal(answer.refusal))
                else:
                    asked.done(self._as_called(answer.visit, asked.ask.desk))

    def lost(self, device: str) -> None:
        """Take notice that a device cannot be reached: what it was asked is asked again."""
        for asked in self._asked.values():
            if asked.of == device and asked.answer is None:
                asked.of = ""

    def close(self) -> None:
        """Answer every desk that still waits: this tablet is going, or begins anew."""
        asked = tuple(self._asked.values())
        self._asked.clear()
        for each in asked:
            each.done(Refusal.CUT_OFF)

    def tick(self, now: float) -> None:
        """Give up what has waited too long: a call nobody confirmed is taken back."""
        for called in [each for each in self._called if now >= each.until]:
            if called in self._called:
                self._called.remove(called)
                self._hub.take_back_call(called.fact)
                called.done(Refusal.CUT_OFF)
        self._hub.await_confirmation(called.visit for called in self._called)
        for early in [each for each in self._early if now >= each.until]:
            if early in self._early:
                self._early.remove(early)
                early.done(Refusal.CUT_OFF)
        for asked in [each for each in self._asked.values() if now >= each.until]:
            if self._asked.pop(asked.ask.id, None) is not None:
                asked.done(Refusal.CUT_OFF)
        self._pass_on()


def _refusal(said: str | None) -> Refusal:
    """Give the refusal a peer named; a newer one's that is not known here as *cut off*."""
    try:
        return Refusal(said)
    except ValueError:
        return Refusal.CUT_OFF
