"""What comes back over the line is trusted as far as it names our batch, and no further."""

import pytest

from sync.endpoint import Answer, ManifestAnswer, NotAllowed, Receipt, Result, Unreachable
from sync.envelope import Envelope, signed
from sync.http import ANSWER_MAX_BYTES, BadAddress, HttpEndpoint
from sync.manifest import Differences, Manifest, PeriodSum, manifest_body, rows_sum
from sync.record import Reason
from sync.signing import BATCH, MANIFEST, is_signed
from tests.sync import fake_line
from tests.sync.fake_line import a_line, always, count, count_and_hang_up, refuse, say
from tests.sync.outboxes import HUB, SIGNER, a_day

BODY = a_day(0).body
_PACKED = signed(SIGNER, BATCH, HUB, BODY)
SEALED = Envelope(
    HUB, SIGNER.key_id, _PACKED.signature, _PACKED.wire, a_day(0).batch_id, a_day(0).period, 1
)
MISSED = PeriodSum("2026-11", 1, rows_sum(()))
TOLD = signed(SIGNER, MANIFEST, HUB, manifest_body(Manifest(HUB, 7, periods=(MISSED,))))
OURS = {"batch_id": SEALED.batch_id, "result": "counted", "reasons": []}
ANOTHER = {**OURS, "batch_id": "00000000-0000-5000-8000-000000000000"}
ANSWERED = Unreachable(is_answered=True)


def endpoint(address: str, patience_seconds: float = 5.0) -> HttpEndpoint:
    found = HttpEndpoint.at(address, patience_seconds)
    assert isinstance(found, HttpEndpoint), found
    return found


async def answer_to(told: fake_line.Answer | None, envelope: Envelope = SEALED) -> Answer:
    async with a_line(told) as line, endpoint(line.address) as centre:
        return await centre.deliver(envelope)


async def test_the_sealed_bytes_travel_as_they_are():
    async with a_line() as line, endpoint(line.address) as centre:
        assert await centre.deliver(SEALED) == Receipt(SEALED.batch_id, Result.COUNTED)
        assert await centre.deliver(SEALED) == Receipt(SEALED.batch_id, Result.ALREADY_COUNTED)
    assert line.offered == [BODY, BODY]
    assert line.wires == [SEALED.wire, SEALED.wire]
    assert line.heads[0].startswith("POST /v1/batches HTTP/1.1")


async def test_what_travels_says_whose_it_is():
    async with a_line() as line, endpoint(line.address) as centre:
        await centre.deliver(SEALED)
        await centre.tell(TOLD)
    for head, kind, wire in zip(line.heads, (BATCH, MANIFEST), line.wires, strict=True):
        named = dict(each.split(": ", 1) for each in head.splitlines()[1:] if each)
        said = {name.lower(): value for name, value in named.items()}
        assert (said["content-type"], said["content-encoding"]) == ("application/json", "gzip")
        assert (said["hub"], said["hub-key"]) == ("S12000042/H2", SIGNER.key_id)
        assert is_signed(SIGNER.public, kind, HUB, wire, said["hub-signature"])


async def test_a_centre_under_a_path_of_its_own_is_found_there():
    async with a_line() as line, endpoint(f" {line.address}/hubs/ ") as centre:
        assert isinstance(await centre.deliver(SEALED), Receipt)
    assert line.heads[0].startswith("POST /hubs/v1/batches ")


async def test_a_refusal_comes_with_its_reasons():
    answer = await answer_to(refuse())
    reason = Reason("there", "Not so.", "need", 3)
    assert answer == Receipt(SEALED.batch_id, Result.REFUSED, (reason,))


async def test_what_the_centre_could_not_read_is_in_quarantine():
    answer = await answer_to(refuse(202, "quarantined"))
    reason = Reason("there", "Not so.", "need", 3)
    assert answer == Receipt(SEALED.batch_id, Result.QUARANTINED, (reason,))
    no_id = {"batch_id": None, "result": "quarantined"}
    assert await answer_to(always(say(202, no_id))) == Receipt(None, Result.QUARANTINED)


async def test_a_refusal_of_what_could_not_be_read_needs_no_id():
    wire = {"batch_id": None, "result": "refused", "reasons": []}
    assert await answer_to(always(say(413, wire))) == Receipt(None, Result.REFUSED)


@pytest.mark.parametrize("status", [400, 413, 415, 422])
async def test_a_final_answer_without_a_reason_is_final_all_the_same(status: int):
    answer = await answer_to(always(say(status, b"<h1>No</h1>")))
    assert isinstance(answer, Receipt)
    assert (answer.batch_id, answer.result) == (SEALED.batch_id, Result.REFUSED)
    assert answer.reasons[0].kind is None


@pytest.mark.parametrize("status", [401, 403])
async def test_a_centre_that_does_not_know_us_needs_a_person(status: int):
    assert await answer_to(always(say(status))) == NotAllowed()


@pytest.mark.parametrize(
    "answer",
    [
        say(200, b"<html>Welcome to the hotel. Please log in.</html>"),
        say(302, OURS, location="http://127.0.0.1:1/"),
        say(200, ANOTHER),
        say(200, {**OURS, "batch_id": None}),
        say(200, {**OURS, "result": "refused"}),
        say(201, {**OURS, "result": "eaten"}),
        say(204, b""),
        say(404, {"detail": "Not Found"}),
        say(422, {**ANOTHER, "result": "refused"}),
        say(500, {**OURS, "result": "refused"}),
        say(200, {**OURS, "result": "quarantined"}),
        say(202, OURS),
        say(201, OURS, content_encoding="gzip")[:-5] + b"\xff" * 5,
        say(201, b" " * (ANSWER_MAX_BYTES + 1)),
        say(201, {**OURS, "reasons": [{"why": "x" * 5000}]}),
    ],
)
async def test_an_answer_that_is_not_about_our_batch_tells_us_nothing(answer: bytes):
    assert await answer_to(always(answer)) == ANSWERED


# ------------------------------------------------------------------------------------- manifest


async def told(answer: fake_line.Answer | None) -> ManifestAnswer:
    async with a_line(answer) as line, endpoint(line.address) as centre:
        return await centre.tell(TOLD)


async def test_the_centre_names_what_it_lacks_and_what_it_knows_more_of():
    assert await told(count) == Differences(again=("2026-11",))
    more = {"again": [], "more": ["2026-10-03"], "something": "new"}
    assert await told(always(say(200, more))) == Differences(more=("2026-10-03",))


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (say(401), NotAllowed()),
        (say(403), NotAllowed()),
        (say(404), ANSWERED),
        (say(200, b"<html>Log in"), ANSWERED),
        (say(200, {"again": "2026-11"}), ANSWERED),
        (say(200, {"again": ["DROP TABLE"]}), ANSWERED),
        (say(200, {"again": ["2026-11-07"] * 5000}), ANSWERED),
        (say(201, {"again": []}), ANSWERED),
        (say(503, {"again": []}, retry_after="7"), Unreachable(7.0)),
        (b"", Unreachable()),
    ],
)
async def test_an_answer_that_is_no_list_of_differences_tells_us_nothing(
    answer: bytes, known: ManifestAnswer
):
    assert await told(always(answer)) == known


# ------------------------------------------------------------------------------- lines in trouble


@pytest.mark.parametrize(
    "told",
    [
        always(b"HTTP/1.1 201 .\r\ncontent-length: 999\r\n\r\n{"),
        always(b"SSH-2.0-OpenSSH\r\n\r\n"),
        always(b""),
        count_and_hang_up,
    ],
)
async def test_a_cut_line_tells_us_nothing(told: fake_line.Answer):
    assert await answer_to(told) == Unreachable()


async def test_nobody_listening_tells_us_nothing():
    async with a_line() as line:
        address = line.address
    async with endpoint(address) as centre:
        assert await centre.deliver(SEALED) == Unreachable()


async def test_a_line_that_hangs_is_given_up_and_the_next_try_is_more_patient():
    async with a_line(None, None) as line, endpoint(line.address, 0.02) as centre:
        assert await centre.deliver(SEALED) == Unreachable()
        assert await centre.deliver(SEALED) == Unreachable()
        assert centre._patience == pytest.approx(0.08)
        line.script = []
        centre._patience = 5.0
        assert isinstance(await centre.deliver(SEALED), Receipt)
        assert centre._patience == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("7", 7.0),
        ("Sat, 03 Oct 2026 10:02:00 GMT", 120.0),
        ("Sat, 03 Oct 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("٣", None),
        ("nan", None),
        ("9" * 400, None),
    ],
)
async def test_a_busy_centre_says_when_to_come_back(asked: str, seconds: float | None):
    headers = f"HTTP/1.1 503 .\r\nretry-after: {asked}\r\n"
    date_line = "date: Sat, 03 Oct 2026 10:00:00 GMT\r\ncontent-length: 0\r\n\r\n"
    answer = await answer_to(always((headers + date_line).encode()))
    assert answer == Unreachable(retry_after=seconds)


async def test_a_proxy_named_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert isinstance(await answer_to(count), Receipt)


@pytest.mark.parametrize(
    "address",
    ["", "centre", "ftp://centre.example", "http://", "http://x:port", "http://[::1", "\0"],
)
def test_an_address_that_is_none_is_a_sentence(address: str):
    assert HttpEndpoint.at(address) is BadAddress.NOT_HTTP
