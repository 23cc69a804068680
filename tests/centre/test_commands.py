"""What can be asked of `hub-centre` beside running: enrol, people, take, migrate, backup."""

import os
import re
import stat
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
        (("--council", "S12000042", "--hub", "h2"), "capital letters, digits and dashes"),
        ((*ENROL, "--forget"), "is not known here"),
        ((*ENROL, "--forget", "--name", "Linlathen"), "goes alone"),
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


def enrolled(data: str) -> dict[str, list[str]]:
    """The hubs that a centre knows, each with the ids of its keys."""
    store = opened(data)
    with store.reading() as reading:
        found = {
            f"{each.place.council}/{each.place.hub}": [
                key.key_id for key in reading.keys(each.place)
            ]
            for each in reading.hubs()
        }
    store.close()
    return found


def test_a_key_that_another_hub_has_is_refused(data: str, capsys: pytest.CaptureFixture[str]):
    key = signer_for(H2)
    enrol = ("--data", data, "enrol-hub", "--council", "S12000042")
    said(capsys, *enrol, "--hub", "H2", "--key", key.public)
    said(capsys, *enrol, "--hub", "H2", "--key", key.public)  # again, of the same hub
    why = said(capsys, *enrol, "--hub", "A-1", "--key", key.public, code=1)
    assert "is one of S12000042/H2. Nothing was changed." in why
    said(capsys, *enrol, "--hub", "H2", "--revoke", key.key_id)
    assert "is one of" in said(capsys, *enrol, "--hub", "A-1", "--key", key.public, code=1)
    assert enrolled(data) == {"S12000042/H2": [key.key_id]}


def test_a_council_the_centre_has_not_seen_is_asked_about(
    data: str, capsys: pytest.CaptureFixture[str]
):
    enrol = ("--data", data, "enrol-hub")
    said(capsys, *enrol, *ENROL)  # the first is taken as it is
    why = said(capsys, *enrol, "--council", "S12000043", "--hub", "H9", code=1)
    assert "S12000043, which is no council that we know" in why
    assert "Dundee City (S12000042)" in why
    assert "--new-council" in why
    fife = ("--council", "S12000047", "--hub", "H9")
    assert "No hub of Fife (S12000047)" in said(capsys, *enrol, *fife, code=1)
    assert enrolled(data).keys() == {"S12000042/H2"}
    said(capsys, *enrol, *fife, "--new-council")
    said(capsys, *enrol, *fife, "--name", "Cupar")  # it is known now
    assert enrolled(data).keys() == {"S12000042/H2", "S12000047/H9"}


def test_a_hub_of_which_nothing_came_is_forgotten_with_its_keys(
    data: str, capsys: pytest.CaptureFixture[str]
):
    key = signer_for(H2)
    enrol = ("--data", data, "enrol-hub", *ENROL)
    said(capsys, *enrol, "--key", key.public)
    assert said(capsys, *enrol, "--forget") == "S12000042/H2 is forgotten, and its keys with it.\n"
    assert enrolled(data) == {}
    said(capsys, "--data", data, "enrol-hub", *ENROL[:3], "H3", "--key", key.public)


def test_a_hub_that_was_heard_is_not_forgotten(data: str, capsys: pytest.CaptureFixture[str]):
    enrol = ("--data", data, "enrol-hub", *ENROL)
    said(capsys, *enrol, "--key", signer_for(H2).public)
    store = opened(data)
    store.heard(H2, 1)
    store.close()
    assert "has sent something" in said(capsys, *enrol, "--forget", code=1)
    assert enrolled(data) == {"S12000042/H2": [signer_for(H2).key_id]}


@pytest.mark.parametrize(
    "command",
    [
        ("people", "list"),
        ("people", "add", "Ann", "--role", "reader"),
        ("people", "remove", "Ann"),
        ("take", "carried.json"),
        ("backup", "copy.db"),
        ("tables", "--period", "2026-01", "--preview"),
    ],
)
@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_mistyped_file_is_said_to_be_absent_and_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], form: str
):
    absent = tmp_path / "nope" / "typo.db"
    why = said(capsys, "--data", form.format(absent), *command, code=1)
    assert why == f"There is no file {absent}. Nothing was changed.\n"
    assert not absent.parent.exists()


@pytest.mark.parametrize("command", [("enrol-hub", *ENROL), ("migrate",)])
def test_whatever_may_make_a_centre_says_when_it_made_one(
    data: str, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
):
    made = f"There was no file {data}: it was made now.\n"
    assert said(capsys, "--data", data, *command).endswith(made)
    assert made not in said(capsys, "--data", data, *command)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights elsewhere")
@pytest.mark.parametrize("command", [("migrate",), ("run", "--port", "0", "--workers", "2")])
def test_a_file_of_an_older_version_is_made_its_owners_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
):
    path = tmp_path / "centre.db"
    main(["--data", str(path), "migrate"])
    path.chmod(0o644)
    store = opened(path)
    store.heard(H2, 1)  # what lies beside it has the file’s own rights
    main(["--data", str(path), *command])
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    store.close()
    assert modes == dict.fromkeys(("centre.db", "centre.db-wal", "centre.db-shm"), 0o600)


def test_people_are_added_with_a_passphrase_shown_once_listed_and_removed(
    data: str, capsys: pytest.CaptureFixture[str]
):
    said(capsys, "--data", data, "migrate")
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
    said(capsys, "migrate", "--data", data)
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
    said(capsys, "--data", data, "migrate")
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
