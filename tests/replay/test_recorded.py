"""A recorded day is read whole and strictly, or refused with file, line and column."""

from pathlib import Path

import pytest

from hub_app.config import pack_folder
from hub_app.core.pack import Pack
from hub_app.replay.recorded import COLUMNS, BadDay, RecordedDay, read_day
from hub_app.store.packs import read_pack

DATA = Path(__file__).parents[1] / "data"
ROW = ["1", "0.8", "2", "DWP|SSS", "10|12", "lone", "in", "1", "0", "0", "150", "30"]
GOOD = dict(zip(COLUMNS, ROW, strict=True))


@pytest.fixture(scope="module")
def pack() -> Pack:
    found = read_pack(pack_folder())
    assert isinstance(found, Pack)
    return found


def written(folder: Path, **changes: str) -> Path:
    path = folder / "day.csv"
    cells = [{**GOOD, "visit": "2", **changes}[name] for name in COLUMNS]
    path.write_text("\n".join([",".join(COLUMNS), ",".join(GOOD.values()), ",".join(cells)]))
    return path


def refused(path: Path, pack: Pack) -> str:
    day = read_day(path, pack)
    assert isinstance(day, BadDay)
    assert day.sentence.startswith(str(path))
    assert "\n" not in day.sentence
    return day.sentence


@pytest.mark.parametrize("name", ["quiet", "base", "busy", "surge"])
def test_every_recorded_day_can_be_read(name: str, pack: Pack) -> None:
    path = DATA / f"hub_day_{name}_seed1000.csv"
    day = read_day(path, pack)
    assert isinstance(day, RecordedDay)
    assert len(day.visits) == len(path.read_text().splitlines()) - 1


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("visit", "1", "‘1’ stands on line 2 already"),
        ("needs", "DWP|TAXI", "‘TAXI’ is not a code"),
        ("needs", "", "nobody comes without a need"),
        ("needs", "DWP|DWP", "twice"),
        ("priority_groups", "lone|old", "‘old’"),
        ("area", "north", "‘north’"),
        ("returning", "2", "‘2’"),
        ("interpreter", "yes", "‘yes’"),
        ("arrive_min", "-1", "not a number from 0"),
        ("arrive_min", "nan", "not a number from 0"),
        ("triage_min", "soon", "not a number"),
        ("service_min", "10", "1 serving times stand there for 2 needs"),
        ("gain_gbp", "1.5", "whole pounds"),
        ("patience_min", "1e9", "not a number from 0"),
    ],
)
def test_a_cell_we_cannot_use_is_named_by_file_line_and_column(
    column: str, cell: str, said: str, tmp_path: Path, pack: Pack
) -> None:
    sentence = refused(written(tmp_path, **{column: cell}), pack)
    assert f"line 3, column {column}:" in sentence
    assert said in sentence


def test_a_cell_of_a_megabyte_is_refused_in_a_short_sentence(tmp_path: Path, pack: Pack) -> None:
    assert len(refused(written(tmp_path, area="x" * 100_000), pack)) < 400
    assert len(refused(written(tmp_path, area="x" * 1_000_000), pack)) < 400


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "column visit: it is missing"),
        (b"visit,needs\n1,DWP\n", "column arrive_min: it is missing"),
        (",".join(COLUMNS).encode() + b"\n", "the day has no visits"),
        (",".join(COLUMNS).encode() + b"\n1,2\n", "2 cells stand there for 12 columns"),
        (b"\xff\xfe\x00\x01" * 9, "not UTF-8"),
        (b'visit,"arr', "not a CSV table"),
    ],
)
def test_a_file_that_is_not_a_day_is_refused(
    content: bytes, said: str, tmp_path: Path, pack: Pack
) -> None:
    path = tmp_path / "day.csv"
    path.write_bytes(content)
    assert said in refused(path, pack)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, pack: Pack) -> None:
    path = tmp_path / "nothing.csv"
    assert refused(path, pack) == f"{path} cannot be read (no such file or directory)."
    assert "cannot be read" in refused(tmp_path, pack)
