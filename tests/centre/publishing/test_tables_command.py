"""At a terminal: look, publish under a name, and print what is published."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync.centre.publishing.command import add_tables, tables_command
from sync.centre.store import Store
from tests.centre.publishing.halls import QUARTER, Hub, closed, visits

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)


class Terminal:
    """Somebody who types `hub-centre tables …`, and what they read."""

    def __init__(self, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        self._store, self._capsys = store, capsys

    def types(self, *words: str, period: str = QUARTER) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        add_tables(parser.add_subparsers())
        asked = parser.parse_args(["tables", "--period", period, *words])
        code = tables_command(asked, self._store, NOW)
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def terminal(store: Store, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(store, capsys)


def test_no_file_is_made_before_it_is_published(terminal: Terminal, hub: Hub):
    for form in ("--csv", "--json-stat"):
        code, said, why = terminal.types(form)
        assert (code, said) == (1, "")
        assert "--preview" in why


def test_before_it_is_published_it_is_printed_as_what_it_would_be(terminal: Terminal, hub: Hub):
    code, said, why = terminal.types("--json")
    assert code == 0
    assert json.loads(said)["released"] is None
    assert "Nothing of this is published yet" in why


def test_a_preview_is_printed_as_one(terminal: Terminal, hub: Hub):
    code, said, _ = terminal.types("--preview", "--json")
    assert code == 0
    assert json.loads(said)["released"] is None
    assert "A preview" in terminal.types("--preview")[1]


def test_what_is_published_is_printed_the_same_ever_after(terminal: Terminal, hub: Hub):
    code, first, _ = terminal.types("--release", "--by", "Ailsa Rae", "--json")
    assert code == 0
    day = "2026-07-11"
    hub.sends(day, visits(day, "am", "returning", 30), closings=(closed(day, 30),))
    assert terminal.types("--json") == (0, first, "")
    printed = json.loads(first)
    assert printed["released"]["by"] == "Ailsa Rae"
    assert printed["rule"] == "midpoint-6"
    assert all(table["n"] >= 0 and table["caveats"] for table in printed["tables"])


@pytest.mark.parametrize("form", [("--json-stat",), ("--csv",), ()])
def test_every_form_can_be_printed(terminal: Terminal, hub: Hub, form: tuple[str, ...]):
    code, said, why = terminal.types("--preview", *form)
    assert (code, why) == (0, "")
    assert "midpoint-6" in said


def test_a_spreadsheet_goes_to_a_new_file_only(terminal: Terminal, hub: Hub, tmp_path: Path):
    file = tmp_path / "tables.xlsx"
    assert terminal.types("--preview", "--xlsx", str(file))[0] == 0
    assert load_workbook(file).sheetnames[0] == "About"
    code, _, why = terminal.types("--preview", "--xlsx", str(file))
    assert code == 1
    assert "Nothing was changed" in why
    assert terminal.types("--preview", "--xlsx", str(tmp_path / "no" / "x.xlsx"))[0] == 1


@pytest.mark.parametrize("words", [(), ("--preview",), ("--release", "--by", "Ailsa Rae")])
def test_an_open_period_is_refused_with_a_sentence(
    terminal: Terminal, hub: Hub, words: tuple[str, ...]
):
    code, said, why = terminal.types(*words, period="2026-Q4")
    assert (code, said) == (1, "")
    assert why == "October to December 2026 isn’t over. Its tables can be made once it is.\n"


def test_an_empty_centre_says_that_it_is(terminal: Terminal):
    assert terminal.types()[2] == "Nothing has been received here.\n"


def test_of_several_councils_one_has_to_be_named(terminal: Terminal, store: Store, hub: Hub):
    fife = Hub(store, type(hub.place)("S12000047", "H1"))
    fife.sends("2026-07-04", visits("2026-07-04", "am", "returning", 9))
    assert "--council" in terminal.types("--preview")[2]
    assert terminal.types("--preview", "--council", "S12000042")[0] == 0


def test_what_is_no_month_or_quarter_is_said_before_anything_else(terminal: Terminal):
    for period in ("nonsense", "2026", "2026-13", "2026-11-22", ""):
        code, said, why = terminal.types(period=period)
        assert (code, said) == (1, "")
        assert why.startswith("A period is a month, such as 2026-11")
