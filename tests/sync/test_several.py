"""Several batches in one request: as safe as one by one, in fewer."""

from collections.abc import Iterator

import pytest

from sync.envelope import SEVERAL_MOST, read_several, several_body
from sync.outbox import Outbox
from sync.record import Place
from sync.text import canonical, canonical_each
from tests.sync.fake_line import a_line, count_and_hang_up
from tests.sync.nights import Night, courier_of, fill, to
from tests.sync.outboxes import opened


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    outbox = opened()
    yield outbox
    outbox.close()


async def test_what_waits_goes_together_oldest_first(outbox: Outbox):
    fill(outbox, *range(7))
    async with a_line() as line:
        line.knows_several = True
        async with to(line) as endpoint:
            await courier_of(outbox, endpoint, Night()).drain()
    assert line.together == [7]
    assert line.periods() == sorted(line.periods())
    assert (len(line.counted), outbox.totals().settled, outbox.totals().waiting) == (7, 7, 0)


async def test_one_alone_and_whatever_follows_a_silence_go_one_by_one(outbox: Outbox):
    fill(outbox, 1)
    async with a_line(count_and_hang_up) as line:
        line.knows_several = True
        async with to(line) as endpoint:
            courier = courier_of(outbox, endpoint, Night())
            await courier.drain()
            fill(outbox, 2, 3)
            await courier.drain()
    assert line.together == []
    assert (len(line.counted), outbox.totals().waiting) == (3, 0)


def test_the_body_is_read_as_it_was_written_and_nothing_else_is(outbox: Outbox):
    fill(outbox, 1, 2)
    sent = outbox.waiting()
    place, key_id = sent[0].place, sent[0].key_id
    found = read_several(several_body(sent), place, key_id)
    assert found is not None
    assert [(each.wire, each.signature) for each in found] == [
        (each.wire, each.signature) for each in sent
    ]
    too_many = several_body([sent[0]] * (SEVERAL_MOST + 1))
    for body in (b"", b"{}", b"[]", b'{"batches":[]}', b'{"batches":[],"batches":[]}', too_many):
        assert read_several(body, Place("S12000042", "H2"), key_id) is None


@pytest.mark.parametrize(
    "values",
    [
        [],
        [{}],
        [{}, {}],
        [{"a": {"b": 1}}, {"c": "},{"}],
        [{"a": "},{"}, 1, {"b": 2}],
        [["a", {"b": 1}, 5], []],
        [["],["], [[1], [2]]],
        [1, "b"],
    ],
)
def test_many_values_are_written_as_each_is_alone(values: list[object]):
    assert canonical_each(values) == [canonical(each) for each in values]
