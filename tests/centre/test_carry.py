"""Batches that were carried to the centre are counted, and the receipts go back the same way."""

import json

import httpx
import pytest

from sync.carry import batch_pieces, batches_text, read_receipts
from sync.centre.people import Role
from sync.centre.store import Store
from sync.endpoint import Receipt, Result
from tests.centre.builders import H2, H3, sealed, visits
from tests.centre.lines import Hall, Line, envelope, line_to

OURS = {"sec-fetch-site": "same-origin"}
MADE = (sealed([visits(6)]), sealed([visits(9, day="2026-11-14")], "2026-11-14"))


def results(answer: httpx.Response) -> dict[str | None, Result]:
    receipts = read_receipts(answer.text)
    assert isinstance(receipts, tuple)
    assert all(isinstance(each, Receipt) for each in receipts)
    return {each.batch_id: each.result for each in receipts}


async def test_a_carried_file_is_counted_once_and_its_receipts_come_back(centre: Line):
    centre.know(H2)
    text = batches_text(envelope(each) for each in MADE)
    first = await centre.client.post("/carry", files={"file": ("out.hub", text)}, headers=OURS)
    assert first.status_code == 200
    assert first.headers["content-disposition"] == 'attachment; filename="receipts.json"'
    assert results(first) == {each.batch_id: Result.COUNTED for each in MADE}
    again = await centre.client.post("/carry", files={"file": ("out.hub", text)}, headers=OURS)
    assert set(results(again).values()) == {Result.ALREADY_COUNTED}
    assert sorted(row["n"] for row in await centre.rows()) == [6, 9]


async def test_the_pieces_of_a_series_may_be_brought_as_lines_in_any_order(centre: Line):
    centre.know(H2)
    series = batch_pieces(envelope(each) for each in MADE)
    lines = "\r\n".join((*reversed(series), series[0]))
    answer = await centre.client.post(
        "/carry", files={"file": ("", b""), "text": (None, lines)}, headers=OURS
    )
    assert results(answer) == {each.batch_id: Result.COUNTED for each in MADE}


async def test_a_programme_may_post_the_text_itself(centre: Line):
    centre.know(H2)
    text = batches_text([envelope(MADE[0])])
    headers = {**OURS, "content-type": "application/json"}
    answer = await centre.client.post("/carry", content=text, headers=headers)
    assert results(answer) == {MADE[0].batch_id: Result.COUNTED}


async def test_a_strangers_batch_among_others_is_left_out_and_gets_no_receipt(centre: Line):
    centre.know(H2)
    text = batches_text([envelope(MADE[0]), envelope(sealed([visits(7)], hub=H3), H3)])
    answer = await centre.client.post("/carry", files={"file": ("f", text)}, headers=OURS)
    assert results(answer) == {MADE[0].batch_id: Result.COUNTED}
    alone = batches_text([envelope(MADE[0], tablet=9)])
    answer = await centre.client.post("/carry", files={"file": ("f", alone)}, headers=OURS)
    assert answer.status_code == 422
    assert "1 not taken: no hub that the centre knows has signed them" in answer.text


@pytest.mark.parametrize("text", ["", "{}", "hello", "HUB1.X", json.dumps({"carried": "x"})])
async def test_what_no_hub_wrote_is_said_to_be_so(centre: Line, text: str):
    answer = await centre.client.post("/carry", files={"file": ("f", text)}, headers=OURS)
    assert answer.status_code == 400
    assert "<h1>" in answer.text


async def test_only_somebody_who_is_signed_in_may_bring_a_file(embedded: Store):
    async with line_to(embedded, Hall(is_alone=False)) as line:
        line.know(H2)
        text = batches_text([envelope(MADE[0])])
        sent = {"files": {"file": ("f", text)}, "headers": OURS}
        assert (await line.client.post("/carry", **sent)).status_code == 401
        await line.sign_in("Ailsa", Role.READER)
        assert (await line.client.post("/carry", **sent)).status_code == 200
