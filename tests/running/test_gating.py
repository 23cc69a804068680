"""`hub-app gate` and `hub-app explain-batch` as a stranger meets them."""

import gzip
import json
import re
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from hub_app.cli import main
from sync.carry import batch_pieces, batches_text
from sync.record import KINDS, VOCABULARY, Load, Number, Place, Row, Sealed, seal
from sync.visits_file import FIELDS
from tests.sync.made_up_visits import made_up_lines
from tests.sync.outboxes import SIGNER, opened, taken

PAPER = Path(__file__).parents[2] / "docs" / "gate.md"
HUB = Place("S12000042", "H2")


def run(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str, str]:
    code = main(command)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    path = tmp_path / "visits.jsonl"
    path.write_bytes(b"\n".join(made_up_lines(1, 500)) + b"\n")
    return path


def a_batch() -> Sealed:
    rows = (Row("wait", (("month", "2026-11"), ("wait_band", "0-10")), 9),)
    return seal(HUB, Number(1, 1), Load("2026-11", 1, rows))


def test_one_json_object_is_printed_and_nothing_else(
    visits: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "gate", "--visits", str(visits), "--json", "--trace")
    told = json.loads(out)
    assert (code, err, list(told["kinds"])) == (0, "", list(KINDS))
    assert told["kinds"]["visit"]["rows"][0]["visits"]


@pytest.mark.parametrize("listed", [FIELDS, *map(frozenset, VOCABULARY.values()), frozenset(KINDS)])
def test_the_paper_names_every_field_and_code(listed: frozenset[str]) -> None:
    words = set(re.findall(r"[\w+-]+", PAPER.read_text()))
    assert listed <= words


def test_without_json_it_is_a_table_with_sentences(
    visits: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "gate", "--visits", str(visits), "--on", "2026-11-20")
    assert code == 0
    assert "Hub H2: " in out
    assert "as it stands in the evening of 20 November 2026" in out
    assert "waiting for more like them until 31 December 2026" in out
    assert '"v1"' not in out
    _, traced, _ = run(capsys, "gate", "--visits", str(visits), "--trace")
    assert '"v1"' in traced


def test_visits_are_read_from_standard_input(
    visits: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole, _ = run(capsys, "gate", "--visits", str(visits), "--json")
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(visits.read_bytes())))
    assert run(capsys, "gate", "--visits", "-", "--json") == (0, whole, "")


def test_bad_lines_are_named_and_nothing_is_printed(
    visits: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with visits.open("ab") as more:
        more.write(b'{"visit": 1}\n{\n')
    code, out, err = run(capsys, "gate", "--visits", str(visits), "--json")
    assert (code, out) == (1, "")
    assert "line 501: hub is a short text or a whole number." in err
    assert "line 502: This is not JSON." in err
    code, out, err = run(capsys, "gate", "--visits", str(visits) + "x")
    assert (code, out) == (1, "")
    assert "can’t be read" in err


def test_what_is_not_read_is_said(visits: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = json.loads(visits.read_bytes().split(b"\n")[0])
    visits.write_text(json.dumps({**line, "surname": "Żak"}))
    code, out, err = run(capsys, "gate", "--visits", str(visits), "--json")
    assert (code, err) == (0, "Not read: 'surname'.\n")
    assert "Żak" not in out


def test_a_batch_is_explained_from_every_shape_it_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outbox = opened()
    taken(outbox, a_batch())
    (envelope,) = outbox.waiting()
    shapes = {
        "plain": a_batch().body,
        "indented": json.dumps(json.loads(a_batch().body), indent=2).encode(),
        "packed": gzip.compress(a_batch().body),
        "carried": batches_text([envelope]).encode(),
        "pieces": "\n".join(batch_pieces([envelope])).encode(),
    }
    said: set[str] = set()
    for name, content in shapes.items():
        (tmp_path / name).write_bytes(content)
        code, out, err = run(capsys, "explain-batch", str(tmp_path / name))
        assert (code, err) == (0, ""), name
        said.add(out)
    (out,) = said
    assert "Dundee City, hub H2, about November 2026" in out
    assert "     9  Up to 10 minutes" in out
    assert "Not in it: names" in out
    assert SIGNER.key_id not in out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not something"),
        (b"hello", "not something"),
        (b"\x1f\x8bhello", "not gzip"),
        (b'{"fragments": {}}', "schema_version: This field is missing."),
        (a_batch().body.replace(b'"n":9', b'"n":4'), "A row counts at least 5 visits"),
        (gzip.compress(a_batch().body)[:-9], "end before they are whole"),
    ],
)
def test_a_file_that_is_no_batch_is_a_sentence_and_a_failure(
    content: bytes, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    code, out, err = run(capsys, "explain-batch", str(path))
    assert (code, out) == (1, "")
    assert why in err
    assert main(["explain-batch", str(path) + "x"]) == 1


def test_a_batch_that_may_not_leave_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = (("month", "2026-11"), ("need", "food"), ("result", "advice_only"))
    alone = seal(HUB, Number(1, 1), Load("2026-11", 1, (Row("need", facts, 9),)))
    (tmp_path / "alone").write_bytes(alone.body)
    code, out, _ = run(capsys, "explain-batch", str(tmp_path / "alone"))
    assert code == 1
    assert "It may NOT leave" in out


def test_an_empty_file_is_no_failure_for_nothing_would_leave(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "visits.jsonl"
    empty.touch()
    told = run(capsys, "gate", "--visits", str(empty))
    assert told == (0, "There is no visit in this file, so nothing would leave.\n", "")
