"""A pack folder becomes a Pack, or clear sentences about what is wrong with it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from hub_app.core.pack import Pack
from hub_app.core.vocabulary import VOCABULARY
from hub_app.store.packs import PackRefused, read_pack
from sync.record import VOCABULARY as RECORDED

ROOT = Path(__file__).parents[2]
SCOTLAND = ROOT / "assets/packs/scotland"
TESTLAND = ROOT / "tests/data/packs/testland"
Change = Callable[[dict[str, Any]], object]


def scotland() -> Pack:
    pack = read_pack(SCOTLAND)
    assert isinstance(pack, Pack), pack
    return pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A Scottish pack that may be spoilt."""
    return Path(shutil.copytree(SCOTLAND, tmp_path / "pack"))


def reasons(folder: Path) -> tuple[str, ...]:
    answer = read_pack(folder)
    assert isinstance(answer, PackRefused), "the pack was taken"
    return answer.reasons


def changed(folder: Path, name: str, change: Change) -> tuple[str, ...]:
    path = folder / name
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return reasons(folder)


def put(*keys: Any) -> Change:
    """A change that puts the last value where the keys before it lead."""

    def change(content: dict[str, Any]) -> None:
        here: Any = content
        for key in keys[:-2]:
            here = here[key]
        here[keys[-2]] = keys[-1]

    return change


# ------------------------------------------------------------------------------------ Scotland


def test_the_scottish_pack_is_whole() -> None:
    pack = scotland()
    assert (len(pack.needs), len(pack.services), len(pack.entitlements)) == (72, 13, 32)
    assert (len(pack.urgent), len(pack.outcomes), len(pack.priority.groups)) == (12, 8, 6)
    assert (pack.zone, pack.language, pack.council) == ("Europe/London", "en", "S12000042")
    assert all(need.keywords for need in pack.needs)
    assert all(one.source and one.as_of for one in pack.entitlements)


def test_every_icon_is_one_the_screens_can_draw() -> None:
    pack = scotland()
    for row in (*pack.services, *pack.categories, *pack.urgent, *pack.outcomes):
        assert hasattr(ft.Icons, row.icon.upper()), row


def test_our_vocabulary_is_the_record_s() -> None:
    for field in ("need", "result", "language", "referral", "area", "visit_type", "work"):
        assert set(VOCABULARY[field]) == set(RECORDED[field]), field
    assert {*VOCABULARY["service"], "none_seen"} == set(RECORDED["service"])
    assert {*VOCABULARY["group"], *VOCABULARY["group_answer"]} == set(RECORDED["group"])
    assert {*VOCABULARY["gain_source"], "any"} == set(RECORDED["gain_source"])


def test_the_scottish_pack_has_a_word_for_every_recorded_code() -> None:
    pack = scotland()
    said = {
        "result": {one.result for one in pack.outcomes},
        "group": {one.id for one in pack.priority.groups},
        "group_answer": {one.id for one in pack.priority.answers},
        "language": {one.id for one in pack.languages},
        "referral": {one.id for one in pack.heard},
        "area": {one.id for one in pack.areas},
        "visit_type": {one.id for one in pack.visit_types},
        "work": {one.id for one in pack.work},
        "service": {one.report_as for one in pack.services} - {None},
        "need": {one.report_as for one in pack.needs},
    }
    assert said == {field: set(VOCABULARY[field]) for field in said}


def test_a_need_that_must_stay_in_the_hall_reports_as_other() -> None:
    pack = scotland()
    private = {one.id for one in pack.urgent if one.is_private}
    for need in pack.needs:
        is_sensitive = pack.category(need.category).is_sensitive or need.urgent in private
        assert need.report_as == "other" or not (is_sensitive or need.never_send_detail), need.id
    stays = {"health_drink_drugs", "safe_home", "family_split", "move_status", "debt_lender"}
    assert {pack.need(code).never_send_detail for code in stays} == {True}


def test_safeguarding_is_never_counted_as_a_service() -> None:
    assert {scotland().service(code).report_as for code in ("lead", "legal", "greeter")} == {None}


def test_each_recorded_service_stands_for_a_plain_need_of_its_own() -> None:
    pack = scotland()
    assert [row.code for row in pack.codes.services] == [
        "SSS", "DWP", "HOUSING", "MONEY", "ENERGY", "EMPLOY", "CHILDCARE", "HEALTH",
    ]  # fmt: skip
    for row in pack.codes.services:
        need = pack.need(row.need)
        assert (need.services[0], need.urgent, need.never_send_detail) == (row.service, None, False)


# ------------------------------------------------------------------------------- another country


def test_another_country_s_pack_loads_without_code() -> None:
    pack = read_pack(TESTLAND)
    assert isinstance(pack, Pack), pack
    assert (pack.name, pack.language, pack.zone) == ("Testland", "de", "Europe/Berlin")
    assert [need.id for need in pack.search("MIETE")] == ["miete"]
    assert pack.search("burgergeld")[0].id == "geld_antrag"
    assert pack.report_as("gewalt") == "other"


# ---------------------------------------------------------------------------------- damaged packs


def test_a_service_nobody_offers_is_named_with_its_place_and_a_suggestion(folder: Path) -> None:
    said = changed(folder, "needs.json", put("needs", 3, "services", 1, "hosuing"))
    assert said[0].startswith("needs.json, needs[3].services[1]: there is no service called ")
    assert said[0].endswith("‘hosuing’. Did you mean ‘housing’?")
    assert len(said) == 1


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("needs.json", put("needs", 0, "category", "x"), "needs[0].category: there is no category"),
        ("needs.json", put("needs", 0, "urgent", "fire"), "needs[0].urgent: there is no urgent"),
        ("needs.json", put("needs", 0, "entitlements", ["x"]), "entitlements[0]: there is no"),
        ("needs.json", put("needs", 0, "report_as", "drugs"), "report_as: there is no report"),
        ("needs.json", put("needs", 1, "id", "money_check"), "[1]: ‘money_check’ is here twice"),
        ("needs.json", put("needs", 0, "services", []), "services: there must be 1 or more here."),
        ("needs.json", put("needs", 0, "services", ["dwp", "dwp"]), "the same code is here twice"),
        ("needs.json", put("needs", 0, "label", ""), "needs[0].label: there must be text here"),
        ("needs.json", put("needs", 0, "label", 7), "needs[0].label: this must be text."),
        ("needs.json", put("needs", 0, "label", "a\nb"), "label: this must be one line of text"),
        ("needs.json", put("needs", 0, "label", "a\u202eb"), "label: this must be one line"),
        ("needs.json", put("needs", 0, "short", "x" * 25), "short: this is too long; 24 char"),
        ("needs.json", put("needs", 0, "label", "x" * 900_000), "this is too long; 90 characters"),
        ("needs.json", put("needs", 0, "never_send_detail", "no"), "this must be true or false."),
        ("needs.json", put("needs", 0, "colour", "red"), "[0].colour: a pack has no such key."),
        ("needs.json", put("needs", 0, "nothing"), "needs[0]: this must be an object"),
        ("needs.json", put("needs", {}), "needs.json, needs: this must be a list"),
        ("pack.json", put("zone", "Europe/Londn"), "Did you mean ‘Europe/London’?"),
        ("pack.json", put("zone", "../../etc/passwd"), "zone: there is no time zone"),
        ("pack.json", put("id", "../x"), "pack.json, id: a code is small letters"),
        ("pack.json", put("format", 2), "pack.json, format: this must be 1."),
        ("pack.json", put("checked", "yesterday"), "checked: this must be a day"),
        ("services.json", put("services", 1, "report_as", "dpw"), "Did you mean ‘dwp’?"),
        ("services.json", put("services", 1, "prior_minutes", 0), "prior_minutes: "),
        ("services.json", put("services", 1, "organisation", "dpw"), "Did you mean ‘dwp’?"),
        ("services.json", put("services", 5, "after", ["money"]), "come before itself."),
        ("services.json", put("services", 1, "gain_source", "lottery"), "no source of a gain"),
        ("outcomes.json", put("outcomes", 0, "result", "cured"), "there is no result called"),
        ("outcomes.json", put("outcomes", 0, "settles", "unmet"), "settles as ‘met’."),
        ("outcomes.json", put("outcomes", 0, "settles", "mett"), "Did you mean ‘met’?"),
        ("entitlements.json", put("entitlements", 0, "dated", "2026-13"), "must be a month"),
        ("people.json", put("priority", "groups", 0, "id", "tall"), "priority.groups[0].id: there"),
        ("people.json", put("priority", "answers", []), "‘not_asked’ is missing"),
        ("people.json", put("areas", 0, "id", "here"), "areas[0].id: there is no recorded area"),
        ("codes.json", put("services", 0, "need", "money_uc_new"), "goes to ‘dwp’ first."),
        ("codes.json", put("services", 1, "need", "money_stopped"), "choose a plain need."),
        ("codes.json", put("groups", 0, "means", "lonely"), "Did you mean ‘lone’?"),
        ("urgent.json", put("urgent", 0, "steps", []), "steps: there must be 1 or more here."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_file_and_key(
    folder: Path, name: str, change: Change, sentence: str
) -> None:
    said = changed(folder, name, change)
    hits = [one for one in said if sentence in one]
    assert hits, said
    assert hits[0].startswith(name)
    assert all(len(one) < 300 for one in said)


@pytest.mark.parametrize("code", ["safe_home", "move_status", "family_split", "health_drink_drugs"])
def test_a_sensitive_need_may_not_leave_by_its_own_name(folder: Path, code: str) -> None:
    def name_it(content: dict[str, Any]) -> None:
        need = next(row for row in content["needs"] if row["id"] == code)
        need.update(report_as="health", never_send_detail=False)

    said = changed(folder, "needs.json", name_it)
    assert len(said) == 2
    assert all(f"‘{code}’ is sensitive" in one for one in said)


def test_a_pack_cannot_declare_safety_harmless(folder: Path) -> None:
    def declare(content: dict[str, Any]) -> None:
        for row in content["categories"]:
            row["is_sensitive"] = False

    assert "‘safety’ must be sensitive." in " ".join(changed(folder, "needs.json", declare))


def test_a_missing_key_is_named(folder: Path) -> None:
    said = changed(folder, "needs.json", lambda content: content["needs"][4].pop("label"))
    assert said == ("needs.json, needs[4].label: this key is missing.",)


def test_a_missing_folder_and_a_missing_file_are_named(folder: Path, tmp_path: Path) -> None:
    assert reasons(tmp_path / "nowhere") == (f"There is no pack folder at {tmp_path / 'nowhere'}.",)
    (folder / "urgent.json").unlink()
    assert reasons(folder) == (f"urgent.json is missing from {folder}.",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"needs": [', "needs.json is damaged at line 1, column 12"),
        (b"", "needs.json is damaged at line 1, column 1"),
        (b"\xff\xfe\x00", "needs.json is damaged: it is not UTF-8 text."),
        (b"[]", "needs.json must hold one object"),
        (b'{"needs": 1, "needs": 2}', "needs.json has the key ‘needs’ twice in one place."),
        (b"[" * 100_000, "needs.json is damaged"),
        (b'{"needs": ' + b"9" * 5000 + b"}", "needs.json is damaged"),
        (b" " * 1_000_001, "needs.json is larger than a pack file can be (1 MB)."),
    ],
)
def test_a_damaged_file_is_one_clear_sentence(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "needs.json").write_bytes(content)
    said = reasons(folder)
    assert len(said) == 1
    assert said[0].startswith(sentence)


def test_a_thousand_mistakes_are_not_a_thousand_sentences(folder: Path) -> None:
    def spoil(content: dict[str, Any]) -> None:
        for need in content["needs"]:
            need["services"] = ["nobody"]

    said = changed(folder, "needs.json", spoil)
    assert len(said) == 21
    assert said[-1].startswith("… and ")


def test_every_file_with_a_fault_is_reported_at_once(folder: Path) -> None:
    (folder / "codes.json").unlink()
    (folder / "pack.json").write_text("{", "utf-8")
    assert len(reasons(folder)) == 2
