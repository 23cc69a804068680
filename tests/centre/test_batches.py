"""Hubs send batches: each is counted once, wholly, or refused with a reason."""

import itertools
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync.centre.counts import Choice
from sync.centre.ledger import Ledger
from sync.record import GainTotal, Place
from tests.centre.builders import JSON, Line, batch_of, closing, need, opened, sealed, visits

BIG = b'{"note":"' + b"x" * 300_000 + b'"}'


async def test_a_batch_is_counted_and_counting_it_again_changes_nothing(centre: Line):
    made = sealed([visits(6)], closed=closing(dwp=4))
    first, again = await centre.send(made), await centre.send(made)
    assert (first.status_code, first.json()["result"]) == (201, "counted")
    assert (again.status_code, again.json()["result"]) == (200, "already_counted")
    assert first.json()["batch_id"] == again.json()["batch_id"] == made.batch_id
    assert [row["n"] for row in await centre.rows()] == [6]


async def test_the_counts_equal_what_was_sent(centre: Line):
    rows = [need(9, "food", "advice_only"), need(5, "food"), need(7, "debt", "money_gained")]
    await centre.send(sealed(rows, "2026-11"))
    found = await centre.rows(kind="need")
    assert {(row["need"], row.get("result"), row["n"]) for row in found} == {
        (dict(row.facts)["need"], dict(row.facts).get("result"), row.n) for row in rows
    }
    assert {(row["council"], row["hub"], row["period"]) for row in found} == {
        ("S12000042", "H2", "2026-11")
    }


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", BIG, 415),
        ("", b"{}", 415),
        ("application/json; charset=latin-1", b"{}", 415),
        ("application/json", BIG, 413),
        ("application/json", b'{"a":1,"a":2}', 400),
        ("application/json", b'{"a":NaN}', 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b"", 400),
        ("application/json; charset=UTF-8", b"{}", 422),
    ],
)
async def test_each_check_has_its_own_answer_and_a_sentence(
    centre: Line, kind: str, body: bytes, status: int
):
    answer = await centre.client.post(
        "/v1/batches", content=body, headers={"content-type": kind} if kind else {}
    )
    assert answer.status_code == status
    receipt = answer.json()
    assert (receipt["batch_id"], receipt["result"]) == (None, "refused")
    assert all(reason["why"].endswith(".") for reason in receipt["reasons"])
    assert receipt["reasons"]


async def test_a_body_sent_in_parts_is_stopped_when_it_grows_too_large(centre: Line):
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b" " * 1024

    answer = await centre.client.post("/v1/batches", content=parts(), headers=JSON)
    assert answer.status_code == 413


async def test_a_compressed_body_is_not_taken(centre: Line):
    headers = {**JSON, "content-encoding": "gzip"}
    answer = await centre.client.post("/v1/batches", content=sealed().body, headers=headers)
    assert answer.status_code == 415


async def test_one_bad_row_and_nothing_of_its_batch_is_counted(centre: Line):
    raw = json.loads(sealed([visits(6), visits(7, "first_ever")], closed=closing()).body)
    raw["fragments"]["visit"][1]["n"] = 4
    answer = await centre.client.post("/v1/batches", content=json.dumps(raw), headers=JSON)
    assert answer.status_code == 422
    (reason,) = answer.json()["reasons"]
    assert (reason["kind"], reason["index"], reason["where"]) == ("visit", 1, "fragments.visit.1.n")
    assert await centre.rows() == []
    assert "Nothing has come in yet" in await centre.page()


async def test_a_row_counted_in_one_batch_is_refused_in_another_with_all_that_came_with_it(
    centre: Line,
):
    await centre.send(sealed([visits(6)]))
    answer = await centre.send(sealed([visits(9, "first_ever"), visits(5)], closed=closing()))
    assert answer.status_code == 422
    assert [(each["kind"], each["index"]) for each in answer.json()["reasons"]] == [("visit", 1)]
    assert [row["n"] for row in await centre.rows()] == [6]
    assert (await centre.client.get("/v1/sessions")).json() == {"sessions": []}


async def test_good_rows_sealed_again_without_the_refused_ones_are_counted(centre: Line):
    await centre.send(sealed([visits(6)]))
    await centre.send(sealed([visits(9, "first_ever"), visits(5)]))
    answer = await centre.send(sealed([visits(9, "first_ever")]))
    assert answer.status_code == 201
    assert sorted(row["n"] for row in await centre.rows()) == [6, 9]


async def test_a_session_closed_again_with_the_same_counts_is_one_session(centre: Line):
    await centre.send(sealed(closed=closing(dwp=4)))
    again = await centre.send(sealed([visits(6)], closed=closing(dwp=4, energy=0)))
    other = await centre.send(sealed([visits(8, "not_said")], closed=closing(13, dwp=4)))
    assert (again.status_code, other.status_code) == (201, 422)
    assert [each["where"] for each in other.json()["reasons"]] == ["closing"]
    (session,) = (await centre.client.get("/v1/sessions")).json()["sessions"]
    assert (session["visits"], session["contacts"]) == (12, {"dwp": 4})


async def test_the_evening_opening_of_a_day_is_a_session_of_its_own(centre: Line):
    await centre.send(sealed(closed=closing(12)))
    await centre.send(sealed(closed=closing(8, opening=2)))
    sessions = (await centre.client.get("/v1/sessions")).json()["sessions"]
    assert [(each["opening"], each["visits"]) for each in sessions] == [(2, 8), (1, 12)]


async def test_two_gain_totals_for_a_quarter_are_one_too_many(centre: Line):
    for pounds, status in ((4_000, 201), (5_000, 422)):
        total = GainTotal("2026-Q3", pounds, 11)
        assert (await centre.send(sealed((), "2026-Q3", total=total))).status_code == status
    totals = (await centre.client.get("/v1/counts")).json()["gain_totals"]
    assert [each["pounds_nearest_100"] for each in totals] == [4_000]


def test_any_order_and_any_repetition_of_deliveries_ends_in_the_same_counts(tmp_path):
    made = [
        batch_of(sealed([visits(6)], closed=closing(dwp=3))),
        batch_of(sealed([need(9, "food")], "2026-11")),
        batch_of(sealed([visits(5)], hub=Place("S12000042", "H3"))),
    ]
    ends = set()
    for number, order in enumerate(itertools.permutations([*made, made[0]])):
        ledger = opened(tmp_path / f"{number}.db")
        for batch in order:
            ledger.receive(batch, heard_at=0)
        with ledger.reading() as reading:
            ends.add((reading.counted(Choice()), str(reading.sessions(Choice()))))
        ledger.close()
    assert len(ends) == 1


def test_eight_deliveries_of_one_batch_at_once_are_counted_once(ledger: Ledger, tmp_path):
    batch = batch_of(sealed([visits(6)], closed=closing()))
    other = opened(tmp_path / "centre.db")  # as a second process would
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda n: (ledger, other)[n % 2].receive(batch, n), range(8)))
    other.close()
    assert sorted(receipt.result for receipt in receipts) == ["already_counted"] * 7 + ["counted"]
    with ledger.reading() as reading:
        assert [each.row.n for each in reading.counted(Choice())] == [6]
