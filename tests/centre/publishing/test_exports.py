"""Whatever form it has, a published table says its rule, its n and what it cannot show."""

import csv
import json
from dataclasses import replace
from io import BytesIO, StringIO
from math import prod

import pytest
from openpyxl import load_workbook

from sync.centre.publishing.audit import Out, decide
from sync.centre.publishing.document import (
    Paper,
    document,
    exact_as_json,
    read_document,
    read_exact,
)
from sync.centre.publishing.exports import csv_of, json_stat, safe
from sync.centre.publishing.masters import Waiting, master
from sync.centre.publishing.rounding import Rule
from sync.centre.publishing.spreadsheets import xlsx
from tests.centre.publishing.halls import SCOPE, made_up


def paper(rule: Rule = Rule.MIDPOINT_6, seed: int = 4) -> Paper:
    exact = made_up(seed, 900)
    made = master(SCOPE, rule, exact, decide([], Out(SCOPE, rule, exact)))
    return Paper(made, 1, "Ailsa Rae", "2026-11-22T15:42:00+00:00")


def test_a_document_reads_back_as_what_was_written():
    for each in (paper(), replace(paper(Rule.HIDE_7_ROUND_5), released_at=None, by="")):
        assert read_document(json.loads(json.dumps(document(each)))) == each
    exact = made_up(1, 300)
    assert read_exact(json.loads(json.dumps(exact_as_json(exact)))) == exact


def test_nothing_that_is_published_holds_a_true_count_of_its_own():
    one = made_up(4, 900)
    cells = {code: dict(counted) for code, counted in one.cells.items()}
    where = next(w for w, n in cells["needs_results"].items() if n % 6 == 1 and n > 6)
    cells["needs_results"][where] += 1
    decided = decide([], Out(SCOPE, Rule.MIDPOINT_6, one))
    other = replace(one, cells=cells)
    assert master(SCOPE, Rule.MIDPOINT_6, one, decided) == master(
        SCOPE, Rule.MIDPOINT_6, other, decided
    )


@pytest.mark.parametrize("rule", Rule)
def test_csv_has_every_cell_with_its_rule_n_and_caveats(rule: Rule):
    made = paper(rule)
    told = list(csv.DictReader(StringIO(csv_of(made))))
    lines = [line for line in told if line["shown"] != "not published"]
    assert len(told) - len(lines) == len(made.master.waiting)
    assert len(lines) == sum(len(table.cells) for table in made.master.tables)
    for line in lines:
        table = made.master.table(line["table"])
        assert table is not None
        assert line["rule"] == rule
        assert int(line["n"]) == table.n
        assert all(caveat in line["caveats"] for caveat in table.caveats)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_csv_runs_nothing_in_a_spreadsheet(text: str):
    assert safe(text) == f"'{text}"
    told = replace(paper(), master=replace(paper().master, scope=replace(SCOPE, hub="-1")))
    assert {line["hub"] for line in csv.DictReader(StringIO(csv_of(told)))} == {"'-1"}


def test_json_stat_is_whole_and_in_order():
    made = paper()
    whole = json.loads(json.dumps(json_stat(made)))
    assert (whole["version"], whole["class"]) == ("2.0", "collection")
    assert len(whole["link"]["item"]) == len(made.master.tables)
    for dataset, table in zip(whole["link"]["item"], made.master.tables, strict=True):
        assert (dataset["version"], dataset["class"]) == ("2.0", "dataset")
        assert len(dataset["id"]) == len(dataset["size"]) == len(dataset["dimension"])
        assert set(dataset["id"]) == set(dataset["dimension"])
        assert len(dataset["value"]) == prod(dataset["size"])
        assert {role for each in dataset["role"].values() for role in each} <= set(dataset["id"])
        for name, size in zip(dataset["id"], dataset["size"], strict=True):
            category = dataset["dimension"][name]["category"]
            assert len(category["index"]) == size
            assert set(category["label"]) == set(category["index"])
        assert sum(value for value in dataset["value"] if value is not None) == table.n
        assert dataset["extension"]["rule"] == "midpoint-6"
        assert dataset["extension"]["n"] == table.n
        assert set(table.caveats) <= set(dataset["note"])
        for at, shown in dataset.get("status", {}).items():
            assert (dataset["value"][int(at)], shown) == (3, "1 to 6")


def test_json_stat_has_each_cell_where_its_codes_say():
    made = paper()
    table = made.master.table("groups_needs")
    assert table is not None
    sets = json_stat(made)["link"]["item"]
    dataset = next(each for each in sets if each["extension"]["code"] == "groups_needs")
    group, need = (dataset["dimension"][fact]["category"]["index"] for fact in ("group", "need"))
    for where, cell in table.cells.items():
        at = group.index(where[0]) * len(need) + need.index(where[1])
        assert dataset["value"][at] == cell.value


def test_a_spreadsheet_has_a_sheet_for_each_table_with_rule_n_and_caveats():
    made = paper()
    waits = (Waiting("areas", "It waits."),)
    book = load_workbook(BytesIO(xlsx(replace(made, master=replace(made.master, waiting=waits)))))
    assert len(book.worksheets) == 1 + len(made.master.tables)
    about = [str(line[0]) for line in book.worksheets[0].values]
    assert any("It waits." in line for line in about)
    for sheet, table in zip(book.worksheets[1:], made.master.tables, strict=True):
        top = [line[0] for line in sheet.values]
        assert top[0] == table.heading
        assert f"n: about {table.n:,}" in top
        assert any("midpoint-6" in str(line) for line in top)
        assert set(table.caveats) <= set(top)
        cells = [cell for line in sheet.iter_rows() for cell in line]
        assert not any(cell.data_type == "f" for cell in cells)


def test_a_spreadsheet_shows_small_counts_in_words_and_large_ones_as_numbers():
    made = paper()
    table = made.master.table("languages")
    assert table is not None
    sheet = load_workbook(BytesIO(xlsx(made)))["Languages"]
    shown = [line[1] for line in sheet.values if line[1] is not None][1:]
    assert shown == [c.text if c.is_small else c.value for c in table.cells.values()]


def test_the_same_tables_give_the_same_files():
    one, other = paper(), paper()
    assert csv_of(one) == csv_of(other)
    assert xlsx(one) == xlsx(other)
    assert json_stat(one) == json_stat(other)
