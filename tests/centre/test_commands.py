"""What can be asked of `hub-centre` beside running: enrol, people, take, migrate, backup."""

import re
from pathlib import Path

import pytest

from sync.carry import batches_text, read_receipts
from sync.centre import people
from sync.centre.__main__ import main
from sync.centre.people import Role, Who
from sync.centre.reading import Choice
from tests.centre.builders import H2, opened, sealed, visits
from tests.centre.lines import envelope, signer_for

ENROL = ("--council", "S12000042", "--hub", "H2")


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(tmp_path / "centre.db")


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(arguments) == code
    out = capsys.readouterr()
    return out.err if code else out.out


def test_a_hub_and_its_tablets_are_enrolled_and_a_key_revoked(
    data: str, capsys: pytest.CaptureFixture[str]
):
    one, two = signer_for(H2, 1), signer_for(H2, 2)
    text = said(
        capsys,
        *("--data", data, "enrol-hub", *ENROL, "--name", "Linlathen"),
        *("--key", one.public, "--key", two.public),
    )
    assert text.startswith("Linlathen (S12000042/H2) is known here, with these keys:")
    text = said(capsys, "enrol-hub", "--data", data, *ENROL, "--revoke", one.key_id)
    assert f"{one.key_id}, revoked" in text
    assert "Linlathen" in text
    store = opened(data)
    with store.reading() as reading:
        keys = {key.key_id: bool(key.is_revoked) for key in reading.keys(H2)}
    store.close()
    assert keys == {one.key_id: True, two.key_id: False}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--council", "Dundee", "--hub", "H2"), "S12 code"),
        (("--council", "S12000042", "--hub", "h2"), "capital letters"),
        ((*ENROL, "--name", "x" * 61), "60 letters"),
        ((*ENROL, "--name", "a\nb"), "on one line"),
        ((*ENROL, "--key", "AAAA"), "Nothing was changed"),
        ((*ENROL, "--revoke", "x"), "16 letters"),
        ((*ENROL, "--revoke", "0" * 16), "has no key"),
    ],
)
def test_what_cannot_be_enrolled_is_said(
    data: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], why: str
):
    assert why in said(capsys, "--data", data, "enrol-hub", *arguments, code=1)


def test_people_are_added_with_a_passphrase_shown_once_listed_and_removed(
    data: str, capsys: pytest.CaptureFixture[str]
):
    text = said(capsys, "--data", data, "people", "add", "Ailsa", "--role", "publisher")
    found = re.search(r"[0-9a-z]{4}(-[0-9a-z]{4}){4}", text)
    assert found is not None
    store = opened(data)
    with store.reading() as reading:
        assert people.listed(reading.connection) == (Who("Ailsa", Role.PUBLISHER),)
        kept = people.kept_hash(reading.connection, "Ailsa")
    store.close()
    assert kept is not None
    assert people.is_right(found[0], kept)
    again = said(capsys, "--data", data, "people", "add", "Ailsa", "--role", "reader", code=1)
    assert "here already" in again
    assert said(capsys, "--data", data, "people", "list") == "Ailsa: publisher\n"
    said(capsys, "--data", data, "people", "remove", "Ailsa")
    assert said(capsys, "--data", data, "people", "list") == "Nobody has been added.\n"
    assert "nobody" in said(capsys, "--data", data, "people", "remove", "Ailsa", code=1)


def test_the_data_may_be_named_behind_any_command(data: str, capsys: pytest.CaptureFixture[str]):
    said(capsys, "people", "add", "Ailsa", "--role", "reader", "--data", data)
    assert said(capsys, "people", "--data", data, "list") == "Ailsa: reader\n"
    assert said(capsys, "--data", "nowhere.db", "people", "list", "--data", data) == (
        "Ailsa: reader\n"
    )
    said(capsys, "people", "remove", "Ailsa", "--data", data)


def test_a_carried_file_is_taken_from_the_command_line_and_its_receipts_written(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    made = sealed([visits(6)])
    carried, receipts = tmp_path / "out.hub", tmp_path / "back.hub"
    carried.write_text(batches_text([envelope(made)]), encoding="utf-8")
    take = ("--data", data, "take", str(carried), "--receipt", str(receipts))
    assert "no hub that the centre knows" in said(capsys, *take, code=1)
    said(capsys, "--data", data, "enrol-hub", *ENROL, "--key", signer_for(H2).public)
    assert said(capsys, *take) == "Batches: 1 counted.\n"
    assert said(capsys, *take) == "Batches: 1 counted before.\n"
    found = read_receipts(receipts.read_text(encoding="utf-8"))
    assert isinstance(found, tuple)
    assert [each.batch_id for each in found] == [made.batch_id]
    absent = said(capsys, "--data", data, "take", str(tmp_path / "none"), code=1)
    assert absent.endswith("Nothing was changed.\n")


def test_a_copy_holds_what_the_original_holds(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    said(capsys, "--data", data, "migrate")
    said(capsys, "--data", data, "enrol-hub", *ENROL)
    said(capsys, "--data", data, "backup", str(tmp_path / "copy.db"))
    copy = opened(tmp_path / "copy.db")
    with copy.reading() as reading:
        assert [each.place for each in reading.hubs()] == [H2]
        assert reading.counted(Choice()) == ()
    copy.close()
    assert said(capsys, "--data", data, "backup", str(tmp_path / "copy.db"), code=1)


def test_many_workers_on_a_file_and_a_centre_open_to_all_do_not_start(
    data: str, capsys: pytest.CaptureFixture[str]
):
    run = ("--data", data, "--port", "0")
    assert "PostgreSQL" in said(capsys, *run, "--workers", "2", code=1)
    assert "Nobody has been added" in said(capsys, *run, "--host", "0.0.0.0", code=1)  # noqa: S104
    assert "Nobody has been added" in said(capsys, "run", *run, "--proxy", "127.0.0.1", code=1)
