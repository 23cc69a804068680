"""Hubs send batches: each is counted once, wholly, or refused with a reason."""

import gzip
import json
import tracemalloc
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from sync.centre.limits import Pace, Paces
from sync.centre.quarantine import QUOTA, keep
from sync.centre.store import Store
from sync.envelope import Signed, signed
from sync.record import GainTotal, Row, Sealed
from sync.signing import BATCH, MANIFEST
from tests.centre.builders import H2, H3, closing, need, sealed, visits
from tests.centre.lines import JSON, Hall, Line, headers_of, line_to, signer_for

WON = "money_gained"


async def test_a_batch_is_counted_and_counting_it_again_changes_nothing(centre: Line):
    made = sealed([visits(6)], "2026-11-21", closing(dwp=4))
    first, again = await centre.send(made), await centre.send(made)
    assert (first.status_code, first.json()["result"]) == (201, "counted")
    assert (again.status_code, again.json()["result"]) == (200, "already_counted")
    assert first.json()["batch_id"] == again.json()["batch_id"] == made.batch_id
    assert [row["n"] for row in await centre.rows()] == [6]


async def test_the_counts_equal_what_was_sent(centre: Line):
    rows = [
        *(need(n, "food", result, "2026-10") for n, result in ((9, "advice_only"), (7, WON))),
        *(need(n, "debt", result, "2026-10") for n, result in ((5, "advice_only"), (6, WON))),
        *(need(n, code, month="2026-10") for n, code in ((5, "food"), (8, "work"))),
    ]
    await centre.send(sealed(rows, "2026-10"))
    found = await centre.rows(kind="need")
    assert {(row["need"], row.get("result"), row["n"]) for row in found} == {
        (dict(row.facts)["need"], dict(row.facts).get("result"), row.n) for row in rows
    }
    assert {(row["council"], row["hub"], row["period"]) for row in found} == {
        ("S12000042", "H2", "2026-10")
    }


OCTOBER = "2026-10"
ADVICE = [need(n, code, "advice_only", OCTOBER) for n, code in ((9, "food"), (8, "debt"))]


@pytest.mark.parametrize(
    ("rows", "period"),
    [
        ([need(30, "food", WON, OCTOBER)], OCTOBER),
        ([*ADVICE, need(30, "work", WON, OCTOBER)], OCTOBER),
        ([need(41, "food", month=OCTOBER), need(10, "debt", month=OCTOBER)], OCTOBER),
    ],
)
async def test_a_fact_without_company_is_refused_and_not_kept(
    centre: Line, rows: list[Row], period: str
):
    made = sealed(rows, period)
    answer = await centre.send(made)
    assert (answer.status_code, answer.json()["batch_id"]) == (422, made.batch_id)
    assert [each["where"] for each in answer.json()["reasons"]] == ["fragments.need"]
    assert (await centre.rows(), await shelved(centre)) == ([], [])


@pytest.mark.parametrize(
    ("period", "status"),
    [
        ("2026-11-22", 201),
        ("2026-11-23", 201),  # it is tomorrow already where the hub is, or its clock is ahead
        ("2026-11-24", 422),
        ("2026-11", 422),
        ("2026-Q4", 422),
        ("9999-12-31", 422),
    ],
)
async def test_a_period_that_is_not_over_is_refused(centre: Line, period: str, status: int):
    answer = await centre.send(sealed((), period))
    assert answer.status_code == status
    where = [each["where"] for each in answer.json()["reasons"]]
    assert where == ["closed_period"] * (status == 422)
    assert await shelved(centre) == []


async def test_a_later_revision_takes_the_place_of_an_earlier_one_in_any_order(centre: Line):
    second = sealed([visits(6), visits(5, "not_said")], revision=2)
    assert (await centre.send(second)).json()["result"] == "counted"
    assert (await centre.send(sealed([visits(6)]))).json()["result"] == "already_counted"
    assert sorted(row["n"] for row in await centre.rows()) == [5, 6]


@pytest.mark.parametrize(
    ("named", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": ""}, 415),
        ({"content-type": "application/json; charset=latin-1"}, 415),
        ({"content-encoding": "identity"}, 415),
        ({"content-encoding": "zstd"}, 415),
        ({"content-type": "application/json; charset=UTF-8"}, 201),
    ],
)
async def test_only_packed_json_is_looked_at(centre: Line, named: dict[str, str], status: int):
    sent = signed(centre.know(H2), BATCH, H2, sealed([visits(6)]).body)
    answer = await centre.client.post(
        "/v1/batches", content=sent.wire, headers={**headers_of(sent), **named}
    )
    assert answer.status_code == status


async def test_a_body_sent_in_parts_is_stopped_when_it_grows_too_large(centre: Line):
    drawn = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal drawn
        while drawn < 1000:
            drawn += 1
            yield b" " * 1024

    headers = {**JSON, "content-encoding": "gzip"}
    answer = await centre.client.post("/v1/batches", content=parts(), headers=headers)
    assert answer.status_code == 413
    assert drawn < 300


# Whose it is


async def post_wrong(line: Line, sent: Signed, **headers: str) -> int:
    answer = await line.post(sent, **headers)
    if answer.status_code == 401:
        assert answer.json()["why"].endswith(".")
        assert sent.key_id not in answer.text
    return answer.status_code


async def test_what_nobody_we_know_has_signed_is_dropped(centre: Line):
    body = sealed([visits(6)]).body
    ours = centre.know(H2)
    good = signed(ours, BATCH, H2, body)
    other = signed(centre.know(H3), BATCH, H2, body)
    altered = Signed(H2, good.key_id, good.signature, good.wire[:-1] + b"\x01")
    wrong = {
        "a key nobody enrolled": await post_wrong(
            centre, signed(signer_for(H2, 9), BATCH, H2, body)
        ),
        "another hub’s key": await post_wrong(centre, other),
        "another hub’s name": await post_wrong(centre, good, hub="S12000042/H3"),
        "a name of no form": await post_wrong(centre, good, hub="H2"),
        "a byte altered": await post_wrong(centre, altered),
        "signed as something else": await post_wrong(centre, signed(ours, MANIFEST, H2, body)),
        "no signature": await post_wrong(centre, good, **{"hub-signature": ""}),
        "a signature of no form": await post_wrong(centre, good, **{"hub-signature": "=?"}),
        "a long signature": await post_wrong(centre, good, **{"hub-signature": "A" * 5000}),
        "another key’s name": await post_wrong(centre, good, **{"hub-key": "0" * 16}),
    }
    assert set(wrong.values()) == {401}
    assert await centre.rows() == []
    assert (await centre.client.get("/v1/quarantine")).json() == {"quarantine": []}
    assert await post_wrong(centre, good) == 201


async def test_a_revoked_key_sends_nothing_more_and_another_tablet_does(centre: Line):
    made = sealed([visits(6)])
    sent = signed(centre.know(H2, 1), BATCH, H2, made.body)
    centre.store.revoke(H2, sent.key_id)
    assert await post_wrong(centre, sent) == 401
    assert (await centre.send(made, tablet=2)).status_code == 201


async def test_a_batch_of_another_hub_than_the_one_that_signed_it_is_refused(centre: Line):
    answer = await centre.send(sealed([visits(6)], hub=H3), place=H2)
    assert answer.status_code == 422
    assert answer.json()["result"] == "refused"
    assert await centre.rows() == []


async def test_the_same_number_with_something_else_in_it_is_refused(centre: Line):
    first = sealed([visits(6)])
    raw = json.loads(first.body)
    other = json.loads(sealed([visits(7, day="2026-11-20")], "2026-11-20").body)
    other["n"], other["epoch"] = raw["n"], raw["epoch"]
    await centre.send(first)
    answer = await centre.send_bytes(json.dumps(other).encode())
    assert answer.status_code == 422
    assert [row["n"] for row in await centre.rows()] == [6]


# What it is


def changed(made: Sealed, **fields: Any) -> bytes:
    return json.dumps({**json.loads(made.body), **fields}).encode()


async def test_one_bad_row_and_nothing_of_its_batch_is_counted_or_kept(centre: Line):
    raw = json.loads(sealed([visits(6), visits(7, "first_ever")], "2026-11-21", closing()).body)
    raw["fragments"]["visit"][1]["n"] = 4
    answer = await centre.send_bytes(json.dumps(raw).encode())
    assert answer.status_code == 422
    assert answer.json()["batch_id"] == raw["batch_id"]
    (reason,) = answer.json()["reasons"]
    assert (reason["kind"], reason["index"], reason["where"]) == ("visit", 1, "fragments.visit.1.n")
    assert await centre.rows() == []
    assert (await centre.client.get("/v1/quarantine")).json() == {"quarantine": []}


async def test_a_packed_body_beyond_all_bounds_is_refused_in_little_memory(centre: Line):
    bomb = gzip.compress(b" " * 40_000_000, mtime=0)
    assert len(bomb) < 256 * 1024
    signer = centre.know(H2)
    sent = Signed(H2, signer.key_id, signer.sign(BATCH, H2, bomb), bomb)
    tracemalloc.start()
    answer = await centre.post(sent)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 422
    assert answer.json()["result"] == "refused"
    assert most < 8_000_000
    assert (await centre.client.get("/v1/quarantine")).json() == {"quarantine": []}


@pytest.mark.parametrize(
    ("body", "batch_id"),
    [
        (b'{"a":1,"a":2}', None),
        (b'{"a":NaN}', None),
        (b"[" * 100_000, None),
        (b"", None),
        (b"{}", None),
        (changed(sealed([visits(6)]), schema_version="0.9", moon="full"), "its own"),
    ],
)
async def test_what_a_hub_we_know_sends_and_we_cannot_read_waits_for_a_person(
    centre: Line, body: bytes, batch_id: str | None
):
    first, again = await centre.send_bytes(body), await centre.send_bytes(body)
    assert first.status_code == again.status_code == 202
    assert first.json()["result"] == "quarantined"
    assert (first.json()["batch_id"] is None) is (batch_id is None)
    (kept,) = (await centre.client.get("/v1/quarantine")).json()["quarantine"]
    assert (kept["place"], kept["why"][-1]) == ({"council": "S12000042", "hub": "H2"}, ".")
    assert await centre.rows() == []


async def test_bytes_that_are_not_packed_as_they_say_wait_too(centre: Line):
    signer = centre.know(H2)
    sent = Signed(H2, signer.key_id, signer.sign(BATCH, H2, b"plain"), b"plain")
    assert (await centre.post(sent)).status_code == 202


async def test_two_gain_totals_for_a_quarter_in_one_revision_are_one_too_many(centre: Line):
    for pounds, status in ((4_000, 201), (5_000, 422)):
        total = GainTotal("2026-Q3", pounds, 11)
        assert (await centre.send(sealed((), "2026-Q3", total=total))).status_code == status
    totals = (await centre.client.get("/v1/counts")).json()["gain_totals"]
    assert [each["pounds_nearest_100"] for each in totals] == [4_000]


def spoilt(body: bytes, chance: Random) -> bytes:
    """A batch with a few bytes changed, left out, or put in twice."""
    for _ in range(chance.randint(1, 4)):
        at, n = chance.randrange(len(body)), chance.randint(1, 9)
        body = chance.choice(
            (
                body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :],
                body[:at] + body[at + n :],
                body[: at + n] + body[at:],
            )
        )
    return body


async def test_whatever_a_hub_sends_is_answered_and_nothing_spoilt_is_counted(centre: Line):
    chance, body = Random(7), sealed([visits(6), visits(9, "not_said")], revision=2).body
    answers = [await centre.send_bytes(spoilt(body, chance)) for _ in range(120)]
    assert {answer.status_code for answer in answers} <= {200, 201, 202, 422, 429}
    assert all(answer.headers["content-type"] == "application/json" for answer in answers)
    counted = [answer for answer in answers if answer.status_code == 201]
    assert len(counted) <= 1  # its number alone was changed: it is the same batch
    assert sorted(row["n"] for row in await centre.rows()) in ([], [6, 9])


# The shelf


async def too_new(line: Line, number: int) -> int:
    body = changed(sealed([visits(6)]), schema_version="0.9", number=number)
    return (await line.send_bytes(body)).status_code


async def test_one_hub_cannot_fill_the_shelf_and_another_is_not_kept_from_it(centre: Line):
    assert {await too_new(centre, number) for number in range(QUOTA)} == {202}
    body = changed(sealed([visits(6)]), schema_version="0.9", number=QUOTA)
    answer = await centre.send_bytes(body)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
    assert (await centre.send_bytes(body, place=H3)).status_code == 202
    assert (await centre.send(sealed([visits(6)]))).status_code == 201


async def shelved(line: Line) -> list[str]:
    kept = (await line.client.get("/v1/quarantine")).json()["quarantine"]
    return [each["id"] for each in kept]


async def test_an_operator_discards_with_a_reason_and_it_does_not_come_again(centre: Line):
    body = changed(sealed([visits(6)]), schema_version="0.9")
    await centre.send_bytes(body)
    (named,) = await shelved(centre)
    nameless = await centre.submit(f"/quarantine/{named}/discard", why=" ")
    assert nameless.status_code == 400
    done = await centre.submit(f"/quarantine/{named}/discard", why="A tablet on trial")
    assert (done.status_code, done.headers["location"]) == (303, "/quarantine")
    assert await shelved(centre) == []
    assert (await centre.submit(f"/quarantine/{named}/discard", why="again")).status_code == 404
    assert (await centre.send_bytes(body)).json()["result"] == "refused"


async def test_what_waits_can_be_tried_again_and_stays_until_it_can_be_read(centre: Line):
    await centre.send_bytes(changed(sealed([visits(6)]), schema_version="0.9"))
    (named,) = await shelved(centre)
    tried = await centre.submit(f"/quarantine/{named}/again")
    assert tried.headers["location"] == "/quarantine?tried=quarantined"
    assert await shelved(centre) == [named]
    assert (await centre.submit("/quarantine/0000/again")).status_code == 404


async def test_what_a_revoked_key_signed_is_not_counted_from_the_shelf_either(centre: Line):
    signer = centre.know(H2)
    sent = signed(signer, BATCH, H2, sealed([visits(6)]).body)
    with centre.store.writing() as connection:
        assert keep(connection, sent, "Too new.", 0) is None
    assert centre.store.revoke(H2, signer.key_id)
    (named,) = await shelved(centre)
    tried = await centre.submit(f"/quarantine/{named}/again")
    assert tried.headers["location"] == "/quarantine?tried=stranger"
    assert "has been revoked" in await centre.page("/quarantine", tried="stranger")
    assert (await shelved(centre), await centre.rows()) == ([named], [])


async def test_what_a_later_version_can_read_is_counted_from_the_shelf(centre: Line):
    made = sealed([visits(6)])
    sent = signed(centre.know(H2), BATCH, H2, made.body)
    with centre.store.writing() as connection:  # as an older version would have left it
        assert keep(connection, sent, "Too new.", 0) is None
    (named,) = await shelved(centre)
    tried = await centre.submit(f"/quarantine/{named}/again")
    assert tried.headers["location"] == "/quarantine?tried=counted"
    assert await shelved(centre) == []
    assert [row["n"] for row in await centre.rows()] == [6]
    assert (await centre.send(made)).json()["result"] == "already_counted"


# How often


async def test_a_hub_may_send_a_burst_and_then_at_its_pace(embedded: Store):
    paces = Paces(address=None, hub=Pace(3, 2.0))
    async with line_to(embedded, paces=paces) as line:
        made = sealed([visits(6)])
        answers = [(await line.send(made)).status_code for _ in range(4)]
        assert answers == [201, 200, 200, 429]
        late = await line.send(made)
        assert (late.headers["retry-after"], late.json()["why"][-1]) == ("1", ".")
        assert (await line.send(sealed([visits(6)], hub=H3), place=H3)).status_code == 201
        line.hall.go_on(0.5)
        assert [(await line.send(made)).status_code for _ in range(2)] == [200, 429]


async def test_a_stranger_cannot_use_up_what_a_hub_may_send(embedded: Store):
    async with line_to(embedded, paces=Paces(address=None, hub=Pace(1, 1.0))) as line:
        line.know(H2)
        strange = signed(signer_for(H2, 9), BATCH, H2, b"{}")
        assert [await post_wrong(line, strange) for _ in range(5)] == [401] * 5
        assert (await line.send(sealed([visits(6)]))).status_code == 201


async def test_an_address_that_asks_too_much_waits_and_others_do_not(embedded: Store):
    paces, hall = Paces(address=Pace(2, 1.0), hub=None), Hall()
    async with line_to(embedded, hall, paces) as line:
        asked = [(await line.client.get("/v1/health")).status_code for _ in range(3)]
        assert asked == [200, 200, 429]
        hall.go_on(1)
        assert (await line.client.get("/v1/health")).status_code == 200
