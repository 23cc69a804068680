"""On foot: what waits leaves by file or paper, and what came back settles it, once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub_app.__main__ import main
from hub_app.carrying import Carrying
from hub_app.config import Files
from hub_app.view.carry import Brought, Unread
from sync.carry import read_batches, read_receipts, receipt_pieces, receipts_text
from sync.endpoint import Receipt, Result
from sync.outbox import Outbox
from sync.signing import Signer, open_signer
from tests.sync.fake_line import a_line, always, count, say
from tests.sync.outboxes import BAD, a_day, said, taken

STRANGE = said(a_day(9))
Said = pytest.CaptureFixture[str]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    outbox = outbox_of(Files(tmp_path))
    taken(outbox, a_day(0), a_day(1), a_day(2))
    outbox.close()
    return Files(tmp_path)


@pytest.fixture
def outbox(files: Files) -> Iterator[Outbox]:
    outbox = outbox_of(files)
    yield outbox
    outbox.close()


def outbox_of(files: Files) -> Outbox:
    signer = open_signer(files.signing)
    assert isinstance(signer, Signer)
    outbox = Outbox.open(files.outbox, signer)
    assert isinstance(outbox, Outbox)
    return outbox


def test_the_pictures_are_the_same_until_what_waits_changes(outbox: Outbox):
    carrying = Carrying(outbox, print)
    first = carrying.pieces()
    assert read_batches("\n".join(first)) == outbox.waiting()
    assert carrying.pieces() is first
    assert read_batches(carrying.file().decode()) == outbox.waiting()
    outbox.settle(said(a_day(0)))
    assert read_batches("\n".join(carrying.pieces())) == outbox.waiting()


def test_a_receipt_settles_what_it_speaks_of_and_may_be_brought_twice(outbox: Outbox):
    heard: list[Receipt] = []
    carrying = Carrying(outbox, heard.append)
    receipts = (said(a_day(0)), said(a_day(1), Result.REFUSED, BAD), STRANGE)
    for _ in range(2):
        assert carrying.take_receipt(receipts_text(receipts)) == Brought(arrived=1, not_taken=1)
    assert heard == [*receipts[:2], *receipts[:2]]
    assert [each.batch_id for each in outbox.waiting()] == [a_day(2).batch_id]


def test_a_receipt_in_parts_says_how_many_are_missing_in_any_order(outbox: Outbox):
    carrying = Carrying(outbox, print)
    many = [said(a_day(week)) for week in range(60)]
    first, *rest = receipt_pieces(many)
    assert len(rest) > 1
    for n, piece in enumerate(reversed(rest)):
        assert carrying.is_receipt(piece)
        for _ in range(2):
            assert carrying.take_receipt(piece) == Brought(missing=len(rest) - n)
    assert carrying.take_receipt(first) == Brought(arrived=3)


def test_a_new_series_of_parts_takes_the_place_of_one_half_read(outbox: Outbox):
    carrying = Carrying(outbox, print)
    many = [said(a_day(week)) for week in range(60)]
    carrying.take_receipt(receipt_pieces(many)[0])
    assert carrying.take_receipt(receipt_pieces([said(a_day(0))])[0]) == Brought(arrived=1)


def test_what_is_no_receipt_of_ours_changes_nothing(outbox: Outbox):
    carrying = Carrying(outbox, print)
    for text in ("", "A12", *carrying.pieces(), '{"carried":"receipts 1"}', "CENTRE1.A.1.1.A.A"):
        assert carrying.take_receipt(text) is Unread.NO_RECEIPT
    assert carrying.take_receipt(receipts_text([STRANGE])) is Unread.OTHER_HUB
    outbox._conn.execute("PRAGMA query_only = on")
    assert carrying.take_receipt(receipts_text([said(a_day(0))])) is Unread.NO_ROOM
    assert len(outbox.waiting()) == 3


# --------------------------------------------------------------------------------- the commands


def test_carry_writes_a_file_or_a_page_and_leaves_everything_waiting(
    files: Files, outbox: Outbox, capsys: Said
):
    out, page = files.folder / "carried.json", files.folder / "carried.html"
    assert main(["carry", "--data", str(files.folder), "--out", str(out)]) == 0
    assert read_batches(out.read_text("utf-8")) == outbox.waiting()
    assert main(["carry", "--data", str(files.folder), "--pictures", str(page)]) == 0
    pieces = Carrying(outbox, print).pieces()
    assert page.read_text("utf-8").count("<svg") == len(pieces)
    assert "3 batches" in capsys.readouterr().out
    assert len(outbox.waiting()) == 3


def test_carry_says_when_nothing_waits_and_when_there_is_no_outbox(
    files: Files, outbox: Outbox, capsys: Said
):
    for week in range(3):
        outbox.settle(said(a_day(week)))
    assert main(["carry", "--data", str(files.folder), "--out", "x"]) == 0
    assert capsys.readouterr().out == "Nothing waits.\n"
    nowhere = str(files.folder / "nowhere")
    assert main(["carry", "--data", nowhere, "--out", "x"]) == 1
    assert "no outbox" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (receipts_text([STRANGE]), "speaks of no batch of this hub"),
        ("Dear hub", "not something a hub or a centre wrote"),
        ("\x00" * 50, "not something a hub or a centre wrote"),
    ],
)
def test_a_receipt_of_something_else_is_a_sentence(
    files: Files, capsys: Said, text: str, told: str
):
    path = files.folder / "receipt"
    path.write_text(text, "utf-8")
    assert main(["carry", "--data", str(files.folder), "--receipt", str(path)]) == 1
    assert told in capsys.readouterr().err


async def delivered(*arguments: str) -> int:
    return await asyncio.to_thread(main, ["deliver", *arguments])


async def test_delivered_from_another_device_it_is_counted_and_the_receipt_settles_it(
    files: Files, outbox: Outbox, tmp_path: Path, capsys: Said
):
    carried, receipt = tmp_path / "carried.json", tmp_path / "receipt.json"
    shown = tmp_path / "receipt.html"
    carried.write_bytes(Carrying(outbox, print).file())
    async with a_line(count, count, always(b""), count) as line:
        told = ("--centre", line.address, "--receipt", str(receipt), "--pictures", str(shown))
        assert await delivered(str(carried), *told) == 1
        assert "Deliver the same file again" in capsys.readouterr().err
        found = read_receipts(receipt.read_text("utf-8"))
        assert isinstance(found, tuple)
        assert [each.batch_id for each in found] == [a_day(0).batch_id, a_day(1).batch_id]
        assert await delivered(str(carried), *told) == 0
    assert shown.read_text("utf-8").count("<svg") == 1
    assert "1 of 1" in shown.read_text("utf-8")
    assert len(line.counted) == 3
    assert line.wires[:3] == [each.wire for each in outbox.waiting()]
    assert main(["carry", "--data", str(files.folder), "--receipt", str(receipt)]) == 0
    assert "Arrived: 3 batches" in capsys.readouterr().out
    assert outbox.totals().settled == 3


async def test_a_receipt_that_cannot_be_written_is_said_after_what_was_delivered(
    outbox: Outbox, tmp_path: Path, capsys: Said
):
    carried, nowhere = tmp_path / "carried.json", tmp_path / "nowhere" / "receipt"
    carried.write_bytes(Carrying(outbox, print).file())
    async with a_line(count, count, count) as line:
        told = ("--centre", line.address, "--receipt", str(nowhere))
        assert await delivered(str(carried), *told) == 1
    said = capsys.readouterr()
    assert said.out == "Counted: 3 batches.\n"
    assert f"{nowhere} cannot be written." in said.err
    assert "Deliver the same file again for the receipt: nothing counts twice." in said.err


def test_a_receipt_that_is_not_there_is_named_once(files: Files, capsys: Said):
    path = str(files.folder / "nothing")
    assert main(["carry", "--data", str(files.folder), "--receipt", path]) == 1
    assert capsys.readouterr().err == f"{path} cannot be read.\n"


async def test_a_centre_that_does_not_know_the_hub_is_named(
    outbox: Outbox, tmp_path: Path, capsys: Said
):
    pieces = tmp_path / "scanned.txt"
    pieces.write_text("\n".join(reversed(Carrying(outbox, print).pieces())), "utf-8")
    async with a_line(always(say(401))) as line:
        assert await delivered(str(pieces), "--centre", line.address) == 1
    assert "does not know the key" in capsys.readouterr().err


@pytest.mark.parametrize("centre", ["ftp://centre", ""])
def test_a_wrong_address_or_file_is_a_sentence(
    files: Files, outbox: Outbox, capsys: Said, centre: str
):
    carried = files.folder / "carried"
    assert main(["deliver", str(carried), "--centre", centre]) == 1
    carried.write_bytes(Carrying(outbox, print).file())
    assert main(["deliver", str(carried), "--centre", centre]) == 1
    assert capsys.readouterr().err.count("\n") == 2


def test_the_key_is_made_once_and_shown(tmp_path: Path, capsys: Said):
    folder = tmp_path / "hub"
    assert main(["key", "--data", str(folder)]) == 0
    shown = capsys.readouterr().out
    signer = open_signer(Files(folder).signing)
    assert isinstance(signer, Signer)
    enrols = "hub-centre enrol-hub --data FILE --council S12000042 --hub CODE --name NAME --key "
    assert f"{enrols}{signer.public}\n" in shown
    assert shown.count(signer.public) == 1
    assert f"by {signer.key_id}, which is not the key." in shown
    assert main(["key", "--data", str(folder)]) == 0
    assert capsys.readouterr().out == shown
    Files(folder).signing.write_bytes(b"spoilt")
    assert main(["key", "--data", str(folder)]) == 1
