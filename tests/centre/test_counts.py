"""Whoever asks gets the counts they asked for, as JSON or as a spreadsheet can safely read."""

import csv
from io import StringIO

import pytest

from sync.record import GainTotal, Place, Row
from tests.centre.builders import closing, need, sealed, visits
from tests.centre.lines import Line

ODD = Place("S12000049", "-1-2")


@pytest.fixture
async def full(centre: Line) -> Line:
    await centre.send(sealed([visits(6)], "2026-11-21", closing(dwp=4, energy=2)))
    centre.hold(sealed([need(9, "food")], "2026-11"))
    centre.hold(sealed([need(5, "debt", month="2026-08")], "2026-08"))
    centre.hold(sealed((), "2026-Q4", total=GainTotal("2026-Q4", 4_000, 12)))
    wait = Row("wait", (("day", "2026-11-20"), ("wait_band", "11-20")), 7)
    await centre.send(sealed([wait], "2026-11-20", hub=ODD), place=ODD)
    return centre


@pytest.mark.parametrize(
    ("asked", "ns"),
    [
        ({}, [5, 6, 7, 9]),
        ({"hub": "H2"}, [5, 6, 9]),
        ({"hub": "S12000042/H2"}, [5, 6, 9]),
        ({"hub": "S12000049/H2"}, []),
        ({"hub": "NOBODY"}, []),
        ({"hub": "", "period": ""}, [5, 6, 7, 9]),
        ({"period": "2026-11-21"}, [6]),
        ({"period": "2026-11"}, [6, 7, 9]),
        ({"period": "2026-Q4"}, [6, 7, 9]),
        ({"period": "2026-Q3"}, [5]),
        ({"kind": "need"}, [5, 9]),
        ({"kind": "need", "period": "2026-Q4", "hub": "H2"}, [9]),
    ],
)
async def test_a_choice_gives_its_part_and_no_more(
    full: Line, asked: dict[str, str], ns: list[int]
):
    assert sorted(row["n"] for row in await full.rows(**asked)) == ns
    text = (await full.client.get("/v1/counts", params={**asked, "format": "csv"})).text
    assert sorted(int(line["n"]) for line in csv.DictReader(StringIO(text))) == ns


@pytest.mark.parametrize(
    "asked",
    [
        "hub=h2",
        "hub=H2%0D%0ASet-Cookie:x",
        "period=2026-13",
        "period=0000",
        "period=yesterday",
        "kind=names",
        "format=xlsx",
        "perod=2026-11",
        "hub=H2&hub=H3",
    ],
)
async def test_what_cannot_be_asked_for_is_said_in_a_sentence(full: Line, asked: str):
    answer = await full.client.get(f"/v1/counts?{asked}")
    assert answer.status_code == 400
    assert answer.json()["why"].endswith(".")


async def test_no_cell_of_a_spreadsheet_begins_a_formula(full: Line):
    for path in ("/v1/counts", "/v1/sessions"):
        await full.send(sealed((), "2026-11-21", closing(), hub=ODD), place=ODD)
        answer = await full.client.get(path, params={"format": "csv"})
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        lines = list(csv.reader(StringIO(answer.text)))
        assert any("'-1-2" in line for line in lines)
        assert not [cell for line in lines for cell in line if cell[:1] in "=+-@\t\r" and cell]


async def test_a_band_that_looks_like_a_date_is_also_said_in_words(full: Line):
    text = (await full.client.get("/v1/counts", params={"kind": "wait", "format": "csv"})).text
    (line,) = csv.DictReader(StringIO(text))
    assert (line["wait_band"], line["meaning"]) == ("11-20", "11 to 20 minutes")


async def test_sessions_come_with_a_column_for_each_service(full: Line):
    text = (await full.client.get("/v1/sessions", params={"format": "csv"})).text
    (line,) = csv.DictReader(StringIO(text))
    assert (line["day"], line["visits"], line["dwp"], line["energy"], line["health"]) == (
        *("2026-11-21", "12", "4", "2"),
        "0",
    )


async def test_a_gain_total_comes_with_the_counts_of_its_quarter(full: Line):
    async def totals(**asked: str) -> list[int]:
        found = (await full.client.get("/v1/counts", params=asked)).json()["gain_totals"]
        return [each["pounds_nearest_100"] for each in found]

    assert await totals() == await totals(period="2026-Q4", kind="gain") == [4_000]
    assert await totals(period="2026-11") == await totals(kind="need") == []
