"""Two tablets' logs, and the messages that make them one: with no line but a list."""

import pytest

from hub_app.core import events as e
from hub_app.lan.exchange import WINDOW, Exchange
from hub_app.lan.messages import (
    MESSAGE_LIMIT,
    ROWS_LIMIT,
    Alive,
    Facts,
    Have,
    Unreadable,
    from_text,
    to_text,
)
from hub_app.store.log import Fact
from tests.store.test_shared import NOON, Kept, table


class Side(Kept):
    """One tablet, and what it knows of one other."""

    def __init__(self, origin: str) -> None:
        super().__init__(origin)
        self.exchange = Exchange(self.shared)

    def alive(self, *sees: str) -> Alive:
        vector = dict(self.shared.vector)
        return Alive(self.log.origin, vector, self.shared.tips(), NOON, tuple(sees))

    def take(self, facts: Facts) -> Have:
        self.shared.receive(facts.rows, NOON)
        return Have(dict(self.shared.vector))


def talk(here: Side, there: Side, sent: tuple[Facts, ...]) -> int:
    """Let one side take what the other sent, and go on until nothing more is; count messages."""
    waiting, count = list(sent), 0
    while waiting:
        count += 1
        waiting += here.exchange.hear_have(there.take(waiting.pop(0)))
    return count


@pytest.fixture
def pair() -> tuple[Side, Side]:
    return Side("a"), Side("b")


def test_nothing_is_sent_to_somebody_who_has_not_spoken(pair: tuple[Side, Side]):
    here, _ = pair
    here.write("A1")
    assert here.exchange.push() == ()


def test_a_tablet_that_was_away_all_day_is_brought_up_in_a_few_messages(pair: tuple[Side, Side]):
    here, there = pair
    here.write(*(f"A{n}" for n in range(3 * ROWS_LIMIT + 7)))
    count = talk(here, there, here.exchange.hear_alive(there.alive()))
    assert table(there) == table(here)
    assert count == 4
    assert here.exchange.lacks == 0


def test_a_slow_peer_is_not_buried(pair: tuple[Side, Side]):
    here, there = pair
    here.write(*(f"A{n}" for n in range((WINDOW + 3) * ROWS_LIMIT)))
    first = here.exchange.hear_alive(there.alive())
    assert len(first) == WINDOW
    assert here.exchange.push() == ()


def test_what_is_written_here_goes_out_at_once_and_only_once(pair: tuple[Side, Side]):
    here, there = pair
    here.exchange.hear_alive(there.alive())
    here.write("A1")
    (sent,) = here.exchange.push()
    assert [row[1] for row in sent.rows] == [1]
    assert here.exchange.push() == ()
    talk(here, there, (sent,))
    assert here.exchange.push() == ()


def test_others_facts_are_left_to_those_who_wrote_them_where_these_have_a_line(
    pair: tuple[Side, Side],
):
    here, there = pair
    third = Side("c")
    third.write("C1")
    here.exchange.hear_alive(there.alive("c"))
    here.shared.receive(third.rows(), NOON)
    assert here.exchange.push() == ()
    here.exchange.hear_alive(there.alive())  # it lacks it still, and has no line to c
    far = Side("d")
    here.exchange.hear_alive(far.alive())
    third.write("C2")
    here.shared.receive(third.rows(), NOON)
    (passed_on,) = here.exchange.push()
    assert [row[0] for row in passed_on.rows] == ["c"]


def test_no_fact_goes_back_to_the_tablet_that_wrote_it(pair: tuple[Side, Side]):
    here, there = pair
    here.exchange.hear_alive(there.alive())
    there.write("B1")
    here.shared.receive(there.rows(), NOON)
    assert here.exchange.push() == ()


def test_what_a_peer_lacks_still_when_it_speaks_again_is_sent_whoever_wrote_it(
    pair: tuple[Side, Side],
):
    here, there = pair
    third = Side("c")
    third.write("C1")
    here.shared.receive(third.rows(), NOON)
    talk(here, there, here.exchange.hear_alive(there.alive("c")))
    assert table(there) == table(third)


def test_facts_that_were_lost_on_the_way_are_sent_again(pair: tuple[Side, Side]):
    here, there = pair
    here.exchange.hear_alive(there.alive())
    here.write("A1", "A2")
    here.exchange.push()  # and the line swallows it
    here.exchange.hear_alive(there.alive())  # perhaps it is only slow
    talk(here, there, here.exchange.hear_alive(there.alive()))
    assert table(there) == table(here)


def test_a_peer_that_was_restored_is_sent_what_it_had_once(pair: tuple[Side, Side]):
    here, there = pair
    here.write("A1", "A2", "A3")
    talk(here, there, here.exchange.hear_alive(there.alive()))
    restored = Side("b")
    talk(here, restored, here.exchange.hear_alive(restored.alive()))
    assert table(restored) == table(here)


def test_two_facts_of_one_number_are_noticed_from_what_peers_say(pair: tuple[Side, Side]):
    here, there = pair
    here.write("A1")
    twin = Kept("a")
    twin.shared.wrote(twin.log.append([Fact("s", "A9", e.Left())], NOON))
    there.shared.receive(twin.rows(), NOON)
    assert here.exchange.forked(there.alive()) == {"a"}
    assert here.exchange.forked(there.alive()) == frozenset()  # told once
    assert here.shared.forks == 1


def test_every_message_of_facts_fits(pair: tuple[Side, Side]):
    here, there = pair
    bodies = [("z", n, NOON, n, "s", "v", "odd", 1, "é" * 16_000) for n in range(1, 60)]
    here.shared.receive(bodies, NOON)
    sent = here.exchange.hear_alive(there.alive())
    assert all(len(to_text(facts).encode()) < MESSAGE_LIMIT for facts in sent)
    talk(here, there, sent)
    assert table(there) == table(here)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", "[1,2]", '["Facts"]', '["Facts",{}]', '["Have",{"vector":{"a":"1"}}]',
     '["Alive",{"origin":1,"vector":{}}]', '["Nobody",{}]', "[" * 100_000,
     "x" * (MESSAGE_LIMIT + 1),
     '["LeaseAsked",{"term":[1],"config":null,"sent":0}]', '["Have",{"vector":{"a":1e400}}]'],
)  # fmt: skip
def test_what_is_no_message_is_said_to_be_so(text: str):
    assert isinstance(from_text(text), Unreadable)
