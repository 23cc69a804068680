"""Every house rule is kept by our own files, and is seen to catch a file that breaks it."""

from functools import cache
from pathlib import Path

import pytest

from tests.house import homes, proof, shape, words
from tests.house.planted import BROKEN, KEPT
from tests.house.source import ROOT, Rule, Source, sources

RULES = {rule.says: rule for rule in (*homes.RULES, *words.RULES, *shape.RULES, *proof.RULES)}


@cache
def ours() -> tuple[Source, ...]:
    # The planted examples break every rule on purpose.
    return tuple(source for source in sources(ROOT) if source.path != "tests/house/planted.py")


def planted(folder: Path, name: str, text: str) -> list[Source]:
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return list(sources(folder))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_our_own_files_keep_the_rule(rule: Rule):
    found = [str(finding) for source in ours() for finding in rule.find(source)]
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize(("says", "name", "text"), BROKEN)
def test_a_file_that_breaks_the_rule_is_found(says: str, name: str, text: str, tmp_path: Path):
    [source] = planted(tmp_path / "clone", name, text)
    assert [finding.path for finding in RULES[says].find(source)] == [name]


@pytest.mark.parametrize(("says", "name", "text"), KEPT)
def test_a_near_miss_is_left_alone(says: str, name: str, text: str, tmp_path: Path):
    [source] = planted(tmp_path / "clone", name, text)
    assert list(RULES[says].find(source)) == []


def test_every_rule_has_a_file_that_breaks_it():
    assert {says for says, _, _ in BROKEN} == set(RULES)


def test_files_in_caches_and_environments_are_not_ours(tmp_path: Path):
    assert planted(tmp_path / "clone", ".venv/lib/x.py", "import time\n") == []


def test_the_list_of_words_is_read_from_the_document():
    listed = words.listed()
    assert ("waiting", "list") in listed.phrases
    assert "handle" in listed.function_starts
    assert "data" in listed.type_ends


def test_an_exception_needs_its_row_in_the_document(tmp_path: Path):
    table = "| name | reason |\n| --- | --- |\n| `site_map` | a map of the ground |\n"
    document = tmp_path / "words.md"
    document.write_text(table, encoding="utf-8")
    assert words.listed(document).exceptions == {"site_map"}
