"""The entitlements of a family: what its needs point to first, and what is marked on them."""

from datetime import date

from hub_app.core.events import Checked
from hub_app.view.checklist import answered, checklist, explained, to_keep
from tests.support.hall import scotland

PACK = scotland()
TODAY = date(2026, 11, 22)
NOTHING: dict[str, Checked] = {}


def test_those_linked_to_the_needs_come_first_each_once_then_all_others():
    shown = checklist(PACK, ("money_scp", "housing_rent", "money_scp"), (), {}, TODAY)
    assert [row.code for row in shown.linked] == ["scp", "bsg", "bsf", "dhp", "uc"]
    every = [row.code for row in (*shown.linked, *shown.others)]
    assert sorted(every) == sorted(one.id for one in PACK.entitlements)


def test_nothing_is_answered_for_anybody():
    shown = checklist(PACK, ("money_scp",), (), {}, TODAY)
    assert {row.answer for row in (*shown.linked, *shown.others)} == {None}


def test_an_amount_is_shown_with_its_date_until_it_is_too_old():
    def scp(day: date) -> tuple[str, str, date | None]:
        row = checklist(PACK, ("money_scp",), (), {}, day).linked[0]
        return row.amount, row.as_of, row.dated

    fresh = ("£28.20 a week for each child under 16", "2026-04", date(2026, 4, 1))
    assert scp(date(2027, 5, 31)) == fresh
    assert scp(date(2027, 6, 1)) == ("", "", None)


def test_an_answer_of_before_stays_in_sight_and_a_new_mark_counts_for_more():
    said = (Checked("whd", "has"),)
    shown = checklist(PACK, ("money_scp",), said, {"scp": Checked("scp", "unaware")}, TODAY)
    assert {row.code: row.answer for row in shown.linked if row.answer} == {
        "scp": "unaware",
        "whd": "has",
    }
    again = checklist(PACK, (), said, {"whd": Checked("whd", "not_asked")}, TODAY)
    assert [row.answer for row in again.linked] == ["not_asked"]


def test_the_same_tap_again_takes_a_mark_back():
    once = answered(NOTHING, (), "scp", "has")
    assert once == {"scp": Checked("scp", "has")}
    assert answered(once, (), "scp", "has") == {}
    assert answered(once, (), "scp", "unaware") == {"scp": Checked("scp", "unaware")}


def test_not_asked_is_kept_only_when_somebody_chose_it():
    assert to_keep(answered(NOTHING, (), "scp", "not_asked"), ()) == (Checked("scp", "not_asked"),)
    assert to_keep(NOTHING, ()) == ()


def test_only_what_is_new_is_kept():
    said = (Checked("scp", "has"), Checked("cb", "unaware", "worried"))
    chosen = answered(NOTHING, said, "scp", "unaware")
    chosen = answered(chosen, said, "scp", "has")  # and back to what was kept before
    assert to_keep(chosen, said) == ()
    chosen = answered(chosen, said, "cb", "new_claim")
    assert to_keep(chosen, said) == (Checked("cb", "new_claim"),)


def test_why_it_was_unclaimed_belongs_to_new_claims_and_to_the_unaware_alone():
    marked = answered(NOTHING, (), "scp", "new_claim")
    why = explained(marked, (), "scp", "form_too_hard")
    assert why["scp"] == Checked("scp", "new_claim", "form_too_hard")
    assert explained(why, (), "scp", None)["scp"] == Checked("scp", "new_claim")
    has = answered(why, (), "scp", "has")
    assert has["scp"] == Checked("scp", "has")
    assert explained(has, (), "scp", "worried") == has
    assert explained(NOTHING, (), "scp", "worried") == {}


def test_what_was_said_before_can_be_explained_now():
    said = (Checked("cb", "unaware"),)
    assert to_keep(explained(NOTHING, said, "cb", "worried"), said) == (
        Checked("cb", "unaware", "worried"),
    )
