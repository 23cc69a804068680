"""What leaves, folded from facts: one chain, the same in any order, whatever anybody wrote."""

import zlib
from base64 import b64encode
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from hub_app.core import codec
from hub_app.core import leaving_events as l
from hub_app.core import roster_events as r
from hub_app.core.clock import Stamp
from hub_app.core.events import Entry, Event
from hub_app.core.leaving import Arrival, batches_of, in_parts, packed, unpacked
from hub_app.core.roster import COORDINATOR, DESK, Roster, roster_of

ADA, BEA = "a" * 64, "b" * 64
DAY, MONTH = "2026-11-21", "2026-11"


def facts(*said: tuple[str, Event], at: int = 0) -> list[Entry]:
    made: list[Entry] = []
    for millis, (origin, event) in enumerate(said, at):
        n = 1 + at + sum(entry.origin == origin for entry in made)
        kind, version, body = codec.encode(event)
        stamp = Stamp(millis, 0, origin)
        made.append(Entry(origin, n, stamp, "leaving", None, event, kind, version, body))
    return made


def sealed(seal: str, after: str = "", revision: int = 1, **more: object) -> l.BatchSealed:
    about = {"period": DAY, "term": 1, "keeper": ADA, "body": packed(seal.encode()), **more}
    return l.BatchSealed(seal, f"batch {seal}", revision=revision, after=after, **about)  # type: ignore[arg-type]


def chain(*said: tuple[str, Event], roster: Roster | None = None) -> list[str]:
    return [each.seal for each in batches_of(facts(*said), roster or Roster()).confirmed]


def test_what_is_confirmed_stands_in_the_order_of_its_seals():
    said = (
        ("oa", sealed("one")),
        ("oa", sealed("two", "one", 2)),
        ("oa", l.BatchConfirmed("one")),
    )
    batches = batches_of(facts(*said), Roster())
    assert [each.seal for each in batches.confirmed] == ["one"]
    assert [each.seal for each in batches.pending] == ["two"]
    assert (batches.tip, batches.sealed_by) == ("one", {"oa": 2})
    assert chain(*said, ("oa", l.BatchConfirmed("two"))) == ["one", "two"]
    assert chain(*said[:2], ("oa", l.BatchConfirmed("two"))) == ["one", "two"]


def test_of_a_period_the_highest_revision_stands_and_none_twice():
    said = (
        ("oa", sealed("one")),
        ("oa", sealed("again", "one", 1)),
        ("oa", sealed("two", "one", 2)),
        *(("oa", l.BatchConfirmed(seal)) for seal in ("one", "again", "two")),
    )
    batches = batches_of(facts(*said), Roster())
    assert [each.seal for each in batches.confirmed] == ["one", "two"]
    assert batches.latest[DAY].seal == "two"
    assert batches.astray == {"batch again"}


def test_the_pending_seal_of_the_highest_term_is_gone_on_with():
    said = (
        ("oa", sealed("old", term=1)),
        ("ob", sealed("new", term=2, keeper=BEA)),
        ("oa", sealed("next", "old", 2, term=1)),
    )
    assert [each.seal for each in batches_of(facts(*said), Roster()).pending] == ["new"]
    upheld = (*said, ("oa", l.BatchUpheld("old", 3, ADA)))
    assert [each.seal for each in batches_of(facts(*upheld), Roster()).pending] == ["old", "next"]


def test_of_two_that_were_confirmed_apart_the_earlier_stands_or_what_the_centre_counted():
    said = (
        ("oa", sealed("here")),
        ("ob", sealed("there")),
        ("oa", l.BatchConfirmed("here")),
        ("ob", l.BatchConfirmed("there")),
    )
    assert chain(*said) == ["here"]
    assert batches_of(facts(*said), Roster()).astray == {"batch there"}
    assert chain(*said, ("ob", l.BatchArrived("batch there", "counted"))) == ["there"]


def test_what_the_centre_counted_of_the_other_side_stands_besides():
    said = (
        ("oa", sealed("here")),
        ("ob", sealed("there", period=MONTH)),
        ("oa", l.BatchConfirmed("here")),
        ("ob", l.BatchConfirmed("there")),
        ("oa", l.BatchArrived("batch here", "counted")),
        ("ob", l.BatchArrived("batch there", "counted")),
    )
    batches = batches_of(facts(*said), Roster())
    assert [each.seal for each in batches.confirmed] == ["here", "there"]
    assert batches.tip == "here"
    assert not batches.astray


def test_once_the_centre_has_a_batch_no_later_answer_takes_that_back():
    said = (("oa", l.BatchArrived("b", "refused", "Why.")), ("ob", l.BatchArrived("b", "counted")))
    late = (*said, ("oa", l.BatchArrived("b", "refused")))
    assert batches_of(facts(*said[:1]), Roster()).arrived["b"] == Arrival("refused", "Why.")
    assert batches_of(facts(*late), Roster()).arrived["b"] == Arrival("counted")


def test_only_devices_of_the_hub_are_heard():
    roster = roster_of(
        facts(
            ("oa", r.OriginTaken(ADA, 0)),
            ("oa", r.DevicePaired(ADA, "Door", COORDINATOR, 0)),
            ("oa", r.DevicePaired(BEA, "Desk", DESK, 1)),
            ("ob", r.OriginTaken(BEA, 1)),
        )
    )
    said = (("strange", sealed("theirs")), ("strange", l.BatchConfirmed("theirs")))
    ours = (("ob", sealed("ours")), ("oa", l.BatchConfirmed("ours")))
    late = facts(*said, *ours, at=50)
    assert [each.seal for each in batches_of(late, roster).confirmed] == ["ours"]
    assert chain(*said) == ["theirs"]


def test_the_visits_behind_a_batch_come_in_parts_from_whoever_sealed_it():
    text = packed(bytes(range(256)) * 300)
    first, *rest = (l.BatchVisits("one", n, part) for n, part in enumerate(in_parts(text * 40)))
    assert rest
    said = [*(("oa", part) for part in (first, *rest)), ("oa", sealed("one"))]
    spoilt = ("ob", l.BatchVisits("one", 0, "!"))
    known = batches_of(facts(spoilt, *said), Roster())
    assert known.pending[0].visits == text * 40
    assert batches_of(facts(*said[1:]), Roster()).pending[0].visits == ""
    assert batches_of(facts(said[-1]), Roster()).pending[0].visits == ""


def test_packed_text_is_unpacked_within_bounds_and_nothing_else_is():
    assert unpacked(packed(b"rows" * 999)) == b"rows" * 999
    assert unpacked(packed(b"rows" * 999), 100) is None
    bomb = b64encode(zlib.compress(bytes(1 << 26), 9)).decode()
    assert unpacked(bomb) is None
    for text in ("", "é", "====", "AAAA", packed(b"x")[:-4], packed(b"x") + "AAAA"):
        assert unpacked(text) is None


_NAMES = st.sampled_from(("", "one", "two", "three"))
_TERMS = st.integers(-1, 3)
_EVENTS = st.one_of(
    st.builds(
        l.BatchSealed,
        *(_NAMES, _NAMES, st.sampled_from((DAY, MONTH, "?"))),
        *(st.integers(-1, 3), _NAMES, _TERMS, st.sampled_from((ADA, BEA)), st.text(max_size=4)),
    ),
    st.builds(l.BatchVisits, _NAMES, st.integers(-1, 2), st.text(max_size=4)),
    st.builds(l.BatchUpheld, _NAMES, _TERMS, st.sampled_from((ADA, BEA))),
    st.builds(l.BatchConfirmed, _NAMES),
    st.builds(l.BatchArrived, _NAMES, st.sampled_from(("counted", "already_counted", "odd"))),
    st.builds(r.DeviceRemoved, _NAMES),
)


@given(st.lists(st.tuples(st.sampled_from(("oa", "ob")), _EVENTS), max_size=14), st.randoms())
def test_the_fold_never_raises_and_knows_no_order_of_coming(said, chance):
    known = facts(*said)
    first = batches_of(known, Roster())
    chance.shuffle(known)
    assert batches_of(known, Roster()) == first
    names = [(each.period, each.revision) for each in first.confirmed]
    assert len(set(names)) == len(names)


def test_a_few_facts_in_every_order_are_one_chain():
    known = facts(
        ("oa", sealed("one")),
        ("ob", sealed("two", "one", 2)),
        ("ob", l.BatchConfirmed("one")),
        ("oa", l.BatchConfirmed("two")),
        ("oa", l.BatchArrived("batch one", "counted")),
    )
    assert len({repr(batches_of(each, Roster())) for each in permutations(known)}) == 1
