"""What has passed the gate is kept for ever, travels the same each time, and is settled once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.endpoint import Receipt, Result
from sync.envelope import unpack
from sync.manifest import Manifest, period_sum, read_manifest
from sync.outbox import Outbox, Refused, Totals
from sync.record import Number, Place, Sealed
from sync.signing import BATCH, MANIFEST, is_signed, signer_of
from tests.sync.outboxes import (
    BAD,
    HUB,
    SIGNER,
    a_batch,
    a_day,
    all_of,
    inside,
    opened,
    said,
    taken,
)


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    outbox = opened()
    yield outbox
    outbox.close()


def test_a_batch_waits_packed_and_signed(outbox: Outbox):
    (sealed,) = taken(outbox, a_day(0))
    (envelope,) = outbox.waiting()
    assert unpack(envelope.wire) == sealed.body
    assert (envelope.batch_id, envelope.period) == (sealed.batch_id, sealed.period)
    assert (envelope.place, envelope.revision) == (HUB, 1)
    assert is_signed(SIGNER.public, BATCH, HUB, envelope.wire, envelope.signature)
    assert outbox.batches() == (sealed,)


def test_the_same_bytes_travel_each_time_and_after_the_receipt_too(tmp_path: Path):
    outbox = opened(tmp_path / "outbox.db")
    (sealed,) = taken(outbox, a_day(0))
    first = outbox.waiting()
    outbox.close()
    again = opened(tmp_path / "outbox.db")
    assert again.waiting() == first
    again.settle(said(sealed))
    again.again([sealed.period])
    assert again.waiting() == first
    again.close()


def test_a_tablet_with_a_new_key_signs_with_that_one(tmp_path: Path):
    outbox = opened(tmp_path / "outbox.db")
    taken(outbox, a_day(0))
    (before,) = outbox.waiting()
    outbox.close()
    other = signer_of(Ed25519PrivateKey.generate())
    again = Outbox.open(tmp_path / "outbox.db", other)
    assert isinstance(again, Outbox)
    (after,) = again.waiting()
    assert after.wire == before.wire
    assert is_signed(other.public, BATCH, HUB, after.wire, after.signature)
    again.close()


def test_the_oldest_period_goes_first_a_day_before_its_month_and_quarter(outbox: Outbox):
    periods = ("2026-12", "2026-Q4", "2026-10", "2026-12-31", "2026-10-03", "2027-01-02")
    taken(outbox, *map(a_batch, periods))
    found = [envelope.period for envelope in outbox.waiting()]
    assert found == ["2026-10-03", "2026-10", "2026-12-31", "2026-12", "2026-Q4", "2027-01-02"]
    assert [sealed.period for sealed in outbox.batches()] == found


def test_what_is_taken_twice_or_under_another_number_is_there_once(outbox: Outbox):
    taken(outbox, a_day(0), a_batch("2026-10"))
    outbox.settle(said(a_day(0)))
    before = all_of(outbox)
    renumbered = a_batch("2026-10", number=Number(5, 9))
    assert renumbered.body != a_batch("2026-10").body
    taken(outbox, renumbered, a_day(0), a_day(0))
    assert all_of(outbox) == before
    outbox.settle(said(renumbered))
    assert outbox.totals() == Totals(settled=2)


def test_a_later_revision_takes_the_place_of_all_that_were_not_counted(outbox: Outbox):
    first, second, third = (a_batch("2026-10", revision) for revision in (1, 2, 3))
    taken(outbox, first)
    outbox.settle(said(first))
    taken(outbox, second)
    outbox.settle(said(second, Result.REFUSED, BAD))
    taken(outbox, third)
    assert outbox.totals() == Totals(waiting=1, settled=1, superseded=1)
    assert [each.batch_id for each in outbox.waiting()] == [third.batch_id]
    assert outbox.refused() == ()
    assert outbox.batches() == (third,)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_revisions_may_come_in_any_order(outbox: Outbox, order: tuple[int, ...]):
    for revision in order:
        taken(outbox, a_batch("2026-10", revision))
    assert [each.revision for each in outbox.waiting()] == [3]
    assert outbox.totals().superseded == 2
    assert outbox.standing(HUB) == {"2026-10": a_batch("2026-10", 3).batch_id}


def test_what_the_hub_no_longer_stands_by_does_not_go(outbox: Outbox):
    """Two halves of a hall had sealed apart; they met, and the log decided."""
    lower, one, other = a_batch("2026-10"), a_batch("2026-10", 2), a_batch("2026-10", 2, n=8)
    taken(outbox, lower, one, other)
    outbox.withdraw([one.batch_id, "nobody"])
    assert [each.batch_id for each in outbox.waiting()] == [other.batch_id]
    taken(outbox, lower, other)
    assert outbox.batches() == (other,)
    outbox.withdraw([other.batch_id])
    assert (outbox.batches(), outbox.sums(HUB)) == ((), ())
    taken(outbox, lower, one)
    assert [each.batch_id for each in outbox.waiting()] == [one.batch_id]
    outbox.settle(said(one))
    outbox.withdraw([one.batch_id])
    assert outbox.totals() == Totals(settled=1, superseded=2)


def test_what_is_no_batch_of_a_hub_is_passed_over(outbox: Outbox):
    strange = (Sealed(str(i), "2026-10", 1, body) for i, body in enumerate((b"", b"{}", b"[1]")))
    taken(outbox, *strange, a_day(0))
    assert len(outbox.waiting()) == 1


def test_a_batch_of_a_newer_version_goes_as_it_is_and_no_manifest_tells_of_it(outbox: Outbox):
    newer = replace(a_day(0), body=a_day(0).body.replace(b'"0.2"', b'"0.3"'))
    taken(outbox, newer, a_day(1))
    assert unpack(outbox.waiting()[0].wire) == newer.body
    assert [each.period for each in outbox.sums(HUB)] == [a_day(1).period]


# ------------------------------------------------------------------------------------- receipts


@pytest.mark.parametrize("result", [Result.COUNTED, Result.ALREADY_COUNTED])
def test_a_receipt_settles_its_batch_and_nothing_undoes_it(outbox: Outbox, result: Result):
    one, _ = taken(outbox, a_day(0), a_day(1))
    assert outbox.settle(said(one, result)) is None
    before = all_of(outbox)
    for other in Result:
        outbox.settle(said(one, other, BAD))
        outbox.settle(said(a_day(5), other))
        outbox.settle(Receipt(None, other))
    assert all_of(outbox) == before
    assert outbox.totals() == Totals(waiting=1, settled=1)
    assert outbox.arrived() == {one.batch_id: Result.COUNTED}


@pytest.mark.parametrize("result", [Result.REFUSED, Result.QUARANTINED])
def test_what_was_not_counted_is_shown_with_its_reasons(outbox: Outbox, result: Result):
    one, other = taken(outbox, a_day(0), a_day(1))
    outbox.settle(said(one, result, BAD))
    shown = Refused(one.batch_id, one.period, 1, BAD, result is Result.QUARANTINED)
    assert outbox.refused() == (shown,)
    assert [each.batch_id for each in outbox.waiting()] == [other.batch_id]
    assert outbox.arrived() == {one.batch_id: result}
    outbox.again([one.period])
    assert outbox.refused() == (shown,)


@pytest.mark.parametrize("result", [Result.REFUSED, Result.QUARANTINED])
def test_what_a_person_put_right_at_the_centre_is_settled_after_all(outbox: Outbox, result: Result):
    one, other = taken(outbox, a_day(0), a_day(1))
    for each in (one, other):
        outbox.settle(said(each, result, BAD))
    outbox.settle(said(one, Result.ALREADY_COUNTED))
    outbox.agree(HUB, [period_sum(inside(other.body).load)])
    assert (outbox.refused(), outbox.totals()) == ((), Totals(settled=2))


def test_a_sum_settles_only_the_very_batch_it_is_of(outbox: Outbox):
    (sealed,) = taken(outbox, a_batch("2026-10", 2))
    right = period_sum(inside(sealed.body).load)
    wrong = (replace(right, revision=1), replace(right, period="2026-11"))
    outbox.agree(HUB, [*wrong, period_sum(inside(a_batch("2026-10", 2, n=9).body).load)])
    outbox.agree(Place(HUB.council, "H3"), [right])
    assert outbox.totals().waiting == 1
    outbox.agree(HUB, [right])
    assert outbox.totals().settled == 1


def test_what_the_centre_lacks_waits_again_in_its_latest_revision(outbox: Outbox):
    first, second, day = a_batch("2026-10"), a_batch("2026-10", 2), a_day(0)
    for each in taken(outbox, first, second, day):
        outbox.settle(said(each))
    outbox.again(["2026-10", "2026-11"])
    assert [each.batch_id for each in outbox.waiting()] == [second.batch_id]


def test_what_other_tablets_heard_settles_but_not_what_was_asked_for_again(outbox: Outbox):
    one, other = taken(outbox, a_day(0), a_day(1))
    receipts = (said(one), said(other))
    outbox.hear(receipts)
    assert outbox.totals().settled == 2
    outbox.again([one.period])
    outbox.hear(receipts)
    assert [each.batch_id for each in outbox.waiting()] == [one.batch_id]
    outbox.settle(said(one))
    assert outbox.totals().settled == 2


def test_a_manifest_goes_signed_and_says_what_stands(outbox: Outbox):
    for sealed in taken(outbox, a_batch("2026-10"), a_batch("2026-10", 2), a_day(0)):
        outbox.settle(said(sealed))
    sums = tuple(period_sum(inside(each.body).load) for each in (a_day(0), a_batch("2026-10", 2)))
    assert outbox.sums(HUB) == sums
    assert outbox.sums(Place(HUB.council, "H3")) == ()
    letter = outbox.letter(Manifest(HUB, 1, periods=sums))
    assert is_signed(SIGNER.public, MANIFEST, HUB, letter.wire, letter.signature)
    body = unpack(letter.wire)
    assert isinstance(body, bytes)
    told = read_manifest(body)
    assert isinstance(told, Manifest)
    assert set(told.periods) == set(sums)


def test_a_batch_that_is_not_here_is_a_fault(outbox: Outbox):
    with pytest.raises(KeyError):
        outbox.envelope("nobody")
