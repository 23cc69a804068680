"""A pack answers every question about a code, also about one it has never seen."""

from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_app.core.content import Choice
from hub_app.core.pack import Pack, amount_on, choice, readable
from hub_app.core.pack_texts import texts, translated
from hub_app.core.vocabulary import VOCABULARY
from hub_app.store.packs import read_pack

ROOT = Path(__file__).parents[2]


def scotland() -> Pack:
    pack = read_pack(ROOT / "assets/packs/scotland")
    assert isinstance(pack, Pack), pack
    return pack


PACK = scotland()


def found(words: str, pack: Pack = PACK) -> list[str]:
    return [need.id for need in pack.search(words)]


def test_a_parent_s_own_words_find_the_need() -> None:
    asked = {
        "school clothes": "school_clothes",
        "uniform": "school_clothes",
        "top up": "energy_low",
        "nappies": "food_baby",
        "no food": "food_today",
        "nowhere to sleep": "housing_tonight",
        "sheriff": "debt_sheriff",
        "debt": "debt_bills",
        "visa": "move_status",
        "bus pass": "school_bus",
        "mould": "energy_cold",
        "job": "work_start",
        "dentist": "health_gp",
        "interpreter": "lang_interpreter",
    }
    assert {words: found(words)[0] for words in asked} == asked


def test_a_meter_finds_the_three_energy_needs_that_have_one() -> None:
    assert found("meter")[:3] == ["energy_off", "energy_low", "energy_bill"]


def test_search_does_not_mind_case_accents_or_apostrophes() -> None:
    assert found("MÉTER") == found("meter")
    assert found("childs disability") == found("child’s disability") == found("child's disability")


def test_the_beginning_of_a_word_is_enough() -> None:
    assert found("unif")[0] == "school_clothes"


def test_a_whole_word_comes_before_the_beginning_of_a_longer_one() -> None:
    assert found("work").index("work_start") < found("work").index("safe_child")


def test_a_service_and_an_entitlement_find_the_needs_they_are_for() -> None:
    assert set(found("jobcentre")) >= {"money_uc_new", "money_uc_problem"}
    assert "energy_discount" in found("warm home discount")[:2]


def test_nothing_typed_and_nothing_known_find_nothing() -> None:
    assert found("") == found("  ,.! ") == found("qqqq") == []


@given(st.text(max_size=80))
def test_any_text_may_be_searched_for(words: str) -> None:
    assert set(PACK.search(words)) <= set(PACK.needs)


def test_a_megabyte_typed_into_search_is_answered() -> None:
    assert isinstance(PACK.search("meter " * 170_000), tuple)


@given(st.text(max_size=60))
def test_an_unknown_code_is_shown_and_never_a_fault(code: str) -> None:
    known = {row.id for row in PACK.needs}
    if code in known:
        return
    need = PACK.need(code)
    assert need.id == code
    assert need.label == readable(code)
    assert PACK.report_as(code) == "other"
    assert need.never_send_detail
    assert PACK.services_for(code) == ()
    for lookup in (PACK.service, PACK.category, PACK.entitlement, PACK.protocol, PACK.outcome):
        assert lookup(code).id == code
    for lookup in (PACK.unmet_reason, PACK.group, PACK.spoken):
        assert lookup(code).id == code


def test_a_code_from_a_newer_device_can_be_read() -> None:
    assert PACK.need("rent_deposit").label == "Rent deposit"
    assert PACK.service("dentist-van").short == "Dentist van"
    assert len(readable("x" * 1_000_000)) == 40


def test_an_unknown_service_is_not_counted_and_an_unknown_outcome_claims_only_advice() -> None:
    assert PACK.service("dentist_van").report_as is None
    outcome = PACK.outcome("cured")
    assert (outcome.result, outcome.settles, outcome.asks_gain) == ("advice_only", "met", False)


def test_an_unknown_urgent_protocol_is_private_and_now() -> None:
    protocol = PACK.protocol("flood")
    assert (protocol.title, protocol.seen_within_minutes, protocol.is_private) == ("Flood", 0, True)


def test_the_first_service_for_a_need_is_the_best() -> None:
    assert [one.id for one in PACK.services_for("energy_off")] == ["energy", "council_money"]


def test_a_service_knows_the_needs_it_helps_with() -> None:
    assert {"legal" in need.services for need in PACK.needs_for("legal")} == {True}
    assert [need.id for need in PACK.needs_for("legal")] == [
        "family_split",
        "move_status",
        "move_nopublic",
    ]


def test_every_need_stands_on_exactly_one_shelf() -> None:
    shelved = [need for _, needs in PACK.needs_by_category() for need in needs]
    assert sorted(need.id for need in shelved) == sorted(need.id for need in PACK.needs)
    assert len(PACK.needs_by_category()) == 13


def test_a_language_has_a_direction() -> None:
    assert {one.id for one in PACK.languages if one.direction == "rtl"} == {"ar", "ur", "fa", "ckb"}
    assert PACK.spoken("pl").own_name == "Polski"


def test_an_amount_is_shown_for_thirteen_months() -> None:
    payment = PACK.entitlement("scp")
    assert payment.dated == date(2026, 4, 1)
    assert amount_on(payment, date(2026, 11, 22)) == payment.amount
    assert amount_on(payment, date(2027, 5, 31)) == payment.amount
    assert amount_on(payment, date(2027, 6, 1)) is None


def test_an_amount_with_no_date_is_not_shown() -> None:
    assert amount_on(PACK.entitlement("ema"), date(2026, 11, 22)) is None


def test_a_choice_shows_its_label_or_its_code() -> None:
    answers = (Choice("yes", "Yes, please", "Yes"),)
    assert choice(answers, "yes").label == "Yes, please"
    assert choice(answers, "may_be").label == "May be"


def test_a_prompt_the_place_has_no_words_for_is_silent() -> None:
    assert PACK.prompt("opening")
    assert PACK.prompt("farewell") == ()


def test_a_recorded_word_means_ours_or_nothing() -> None:
    codes = PACK.codes
    work = codes.service("EMPLOY")
    assert work is not None
    assert (work.service, work.need) == ("work", "work_start")
    assert (codes.group("large3plus"), codes.area("out")) == ("three", "from_elsewhere")
    assert (codes.visit_type("0"), codes.visit_type("1")) == ("first_ever", "returning")
    assert (codes.language("0"), codes.language("1")) == ("en", "another_language")
    assert codes.service("PLUMBER") is codes.group("tall") is codes.area("up") is None


def test_a_translated_pack_differs_in_every_text_and_in_nothing_else() -> None:
    loud = translated(PACK, lambda text: text + "!")
    assert {text + "!" for text in texts(PACK)} == set(texts(loud))
    assert translated(loud, lambda text: text[:-1]).needs == PACK.needs
    assert [need.id for need in loud.needs] == [need.id for need in PACK.needs]
    assert loud.codes == PACK.codes
    assert loud.languages[1].own_name == "Polski"
    assert loud.need("school_clothes").report_as == "school"


def test_a_translated_pack_is_searched_in_its_own_language() -> None:
    words = {"I need help with school clothes": "Potrzebuję ubrań do szkoły"}
    polish = translated(PACK, lambda text: words.get(text, text))
    assert found("ubran", polish) == ["school_clothes"]


def test_only_texts_people_read_are_translated() -> None:
    read = set(texts(PACK))
    assert "I want Scottish Child Payment" in read
    assert not read & {
        "money_scp",
        "savings",
        "claim_or_application",
        "0808 800 4444",
        "Europe/London",
    }


@pytest.mark.parametrize("words", ["need", "group", "referral", "gain_source"])
def test_no_code_stands_twice_in_the_vocabulary(words: str) -> None:
    assert len(set(VOCABULARY[words])) == len(VOCABULARY[words])


def test_a_pack_cannot_be_changed() -> None:
    def frozen(value: Any) -> bool:
        inner = [getattr(value, one.name) for one in fields(value)]
        parts = [part for item in inner for part in (item if isinstance(item, tuple) else (item,))]
        return type(value).__dataclass_params__.frozen and all(
            frozen(part) for part in parts if is_dataclass(part)
        )

    assert frozen(PACK)
