"""Batches that were carried to the centre are counted, and the receipts go back the same way."""

import base64
import json
from dataclasses import replace
from datetime import date

import httpx
import pytest

from sync.carry import batch_pieces, batches_text, read_receipts
from sync.centre import told as kept
from sync.centre.http_carry import BEING_READ
from sync.centre.people import Role
from sync.centre.store import Store
from sync.endpoint import Receipt, Result
from sync.envelope import signed
from sync.manifest import Manifest, SessionTold, manifest_body, period_sum
from sync.record import Place
from sync.signing import BATCH, MANIFEST, Signer
from tests.centre.builders import DAY, H2, H3, batch_of, closing, sealed, visits
from tests.centre.lines import Hall, Line, envelope, line_to, signer_for

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


async def test_what_a_carried_hub_says_it_has_is_heard_once_its_key_is_known(centre: Line):
    made = sealed([visits(6)], DAY, closing(8))
    sessions = (SessionTold(date.fromisoformat(DAY), 1, 8),)
    told = Manifest(H2, 7, sessions, (period_sum(batch_of(made).load),), {"2026-Q4": 2}, n=1)

    async def bring(told: Manifest, signer: Signer, place: Place = H2) -> httpx.Response:
        letter = signed(signer, MANIFEST, place, manifest_body(told))
        text = batches_text([envelope(made)], letter)
        return await centre.client.post("/carry", files={"file": ("f", text)}, headers=OURS)

    def said() -> Manifest | None:
        with centre.store.reading() as reading:
            return kept.of(reading.connection, H2)

    centre.know(H2)
    for strange, signer in (
        (told, signer_for(H2, 9)),
        (replace(told, place=H3), signer_for(H2)),
        (replace(told, sessions=(SessionTold(date(2027, 1, 1), 1, 8),)), signer_for(H2)),
    ):
        answer = await bring(strange, signer)
        assert set(results(answer)) == {made.batch_id}  # the batch is taken all the same
        assert said() is None
    assert "not said since" in await centre.page()
    await bring(told, signer_for(H2))
    heard = said()
    assert heard is not None
    assert heard.waiting == {"2026-Q4": 2}
    assert "Everything these hubs counted is here" in await centre.page()


async def test_of_two_files_at_once_the_second_is_asked_to_wait(centre: Line):
    centre.know(H2)
    text = batches_text([envelope(MADE[0])])
    with BEING_READ:
        answer = await centre.client.post("/carry", files={"file": ("f", text)}, headers=OURS)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
        assert "bring yours again" in answer.text
    answer = await centre.client.post("/carry", files={"file": ("f", text)}, headers=OURS)
    assert results(answer) == {MADE[0].batch_id: Result.COUNTED}


async def test_a_strangers_batch_is_not_even_opened(centre: Line):
    sent = signed(signer_for(H3), BATCH, H3, b'{"a":[' + b"[]," * 600_000 + b"[]]}")
    about = {
        "batch_id": "x",
        "period": "2026-11",
        "revision": 1,
        "council": "S12000042",
        "hub": "H3",
    }
    told = {**about, "key_id": sent.key_id, "signature": sent.signature}
    told["wire"] = base64.b64encode(sent.wire).decode()
    text = json.dumps({"carried": "batches 1", "batches": [told, told]})
    answer = await centre.client.post("/carry", files={"file": ("f", text)}, headers=OURS)
    assert answer.status_code == 422
    assert "2 not taken: no hub that the centre knows has signed them" in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--b\r\n\r\n--b--"),
        ("multipart/form-data; boundary*=b'", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\n" * 200_000),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"a: b\r\n" * 200_000),
        (
            "multipart/mixed; boundary=b",
            b'--b\r\ncontent-type: multipart/mixed; boundary="b"\r\n\r\n',
        ),
        ("message/rfc822", b"content-type: message/rfc822\r\n\r\n" * 2_000),
        ("application/json", b'{"carried":"batches 1","batches":[' + b"[]," * 5_000_000 + b"[]]}"),
        ("", b'{"carried":"batches 1","batches":[]}'),
    ],
)
async def test_a_form_spoilt_on_purpose_is_no_form(centre: Line, kind: str, body: bytes):
    headers = {**OURS, "content-type": kind}
    answer = await centre.client.post("/carry", content=body, headers=headers)
    assert answer.status_code == 400
    assert "not something a hub or a centre wrote" in answer.text
