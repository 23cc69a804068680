"""The greeter’s screen: the hall at a glance, a family at one tap, nothing that gives them away."""

import pytest

from hub_app.core.events import GroupsTicked
from hub_app.core.visit import Stage
from hub_app.ui.app import make_main
from hub_app.ui.formats import minutes
from tests.support.headless import PHONE, TABLET, Tab
from tests.ui.screens.running_hall import PACK, RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


def tab(hall, **how):
    return Tab(make_main(hall.running), **{"route": "/front", **how})


def order(page):
    shown = page.keys()
    return [key for key in shown if key.startswith("person-")]


async def test_an_empty_hall_says_what_to_do(hall):
    async with tab(hall) as page:
        assert page.sees("Nobody is here just now.")
        assert page.sees("No desk is here yet.")
        assert page.has("new-arrival")


@pytest.mark.parametrize("size", [PHONE, TABLET, (800.0, 1280.0)])
async def test_a_new_arrival_is_one_tap_away_at_every_size(hall, size):
    for _n in range(30):
        hall.family("housing_rent")
    async with tab(hall, size=size) as page:
        await page.click("new-arrival")
        assert page.page.route == "/triage"


async def test_the_urgent_come_first_and_it_is_said_in_words(hall):
    early = hall.family("housing_rent")
    late = hall.family("food_today", urgent="no_food")
    async with tab(hall) as page:
        assert order(page) == [f"person-{late.id}", f"person-{early.id}"]
        assert page.sees("Urgent")


async def test_a_row_shows_the_ticket_the_name_the_wait_and_for_whom(hall):
    family = hall.family("housing_rent", "energy_bill", name="Amina")
    hall.pass_minutes(12)
    async with tab(hall) as page:
        for words in (
            family.ticket,
            "Amina",
            minutes(12, is_short=True),
            "for Housing and Energy advice",
        ):
            assert page.sees(words), page.texts()


async def test_a_desk_is_seen_free_serving_on_a_break_and_gone(hall):
    free, busy = hall.desk("Housing", "housing"), hall.desk("Energy", "energy")
    tea, gone = hall.desk("Nurse", "health"), hall.desk("Work", "work")
    hall.hub.take_break(tea)
    hall.hub.close_desk(gone)
    family = hall.family("energy_bill")
    hall.family("energy_bill")
    hall.hub.call(busy, family.id)
    hall.hub.start(busy, family.id)
    hall.pass_minutes(12)
    async with tab(hall) as page:
        assert page.has(f"desk-card-{free}")
        served = f"{family.ticket} · {minutes(12, is_short=True)}"  # short, as in a line
        for words in ("Free", served, "1 waiting", "On a break", "Gone"):
            assert page.sees(words), page.texts()
        assert page.sees("with Energy")


async def test_no_need_is_ever_named_on_the_front(hall):
    for need in PACK.needs:
        hall.family(need.id)
    async with tab(hall) as page:
        said = "\n".join(text for text in page.texts() if text != "Interpreters")
    names = [n.label for n in PACK.needs] + [n.short for n in PACK.needs]
    services = {s.short for s in PACK.services}
    assert [name for name in names if name in said and name not in services] == []


async def test_why_it_is_urgent_is_never_on_the_front(hall):
    for one in PACK.urgent:
        [need] = [n.id for n in PACK.needs if n.urgent == one.id][:1]
        hall.family(need, urgent=one.id)
    async with tab(hall) as page:
        for one in PACK.urgent:
            assert not page.sees(one.short)
            assert not page.sees(one.title)


async def test_a_private_need_is_not_named_even_when_the_row_is_opened(hall):
    family = hall.family("safe_home", "housing_rent")
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        assert page.sees("something private")
        assert page.sees("Rent arrears")
        assert not page.sees("Safe at home")


async def test_groups_and_area_are_nowhere_on_the_front(hall):
    family = hall.family("housing_rent")
    hall.hub.tick_groups(family.id, GroupsTicked("ticked", ("lone", "baby")))
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        for group in PACK.priority.groups:
            assert not page.sees(group.label)
            assert not page.sees(group.short)


async def test_an_arrival_on_one_tablet_is_on_the_other_at_once(hall):
    async with tab(hall) as one, tab(hall) as other:
        await one.click("new-arrival")
        await one.click("need-housing_rent")
        await one.click("give-ticket")
        [visit] = hall.session.visits.values()
        assert other.has(f"person-{visit.id}")


async def test_a_tap_changes_one_row_and_no_other(hall):
    families = [hall.family("housing_rent") for _n in range(40)]
    async with tab(hall) as page:
        before = page.bytes_sent
        hall.hub.rename(families[7].id, "Amina")
        await page.settle()
        assert page.sees("Amina")
        assert page.bytes_sent - before < 3000


async def test_leaving_is_told_and_can_be_undone_from_just_gone(hall):
    family = hall.family("housing_rent")
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        await page.click(f"left-{family.id}")
        assert page.sees(f"{family.ticket} left.")
    async with tab(hall) as page:
        assert page.sees("Just gone (1)")
        await page.click(f"person-{family.id}")
        await page.click("undo")
        assert hall.visit(family).stage is Stage.WAITING


async def test_a_name_is_kept_only_when_it_is_saved(hall):
    family = hall.family("housing_rent")
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        assert not page.has("save-name")
        await page.type("name", "Amina")
        assert not hall.hub.names
        await page.click("save-name")
        assert hall.hub.names == {family.id: "Amina"}


async def test_enter_saves_a_name(hall):
    family = hall.family("housing_rent")
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        await page.type("name", "Amina", enter=True)
        assert hall.hub.names == {family.id: "Amina"}


async def test_enter_with_nothing_typed_takes_no_name_away(hall):
    family = hall.family("housing_rent")
    hall.hub.rename(family.id, "Amina")
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        await page.fire(page.find("name"), "submit", "Amina")
        assert hall.hub.names == {family.id: "Amina"}


async def test_somebody_on_hold_can_be_taken_off_it(hall):
    desk, family = hall.desk("Housing", "housing"), hall.family("housing_rent")
    hall.hub.call_next(desk)
    hall.hub.hold(desk, family.id)
    async with tab(hall) as page:
        assert page.sees("On hold")
        await page.click(f"person-{family.id}")
        await page.click("resume")
        assert not hall.visit(family).is_on_hold


async def test_a_refusal_is_told_and_the_page_goes_on(hall):
    family = hall.family("housing_rent")
    async with tab(hall) as page:
        await page.click(f"person-{family.id}")
        left = page.find(f"left-{family.id}")
        hall.hub.leave(family.id)
        await page.fire(left, "click")
        assert page.sees("This visit has ended already.") or page.sees("Just gone")
        await page.click("new-arrival")
        assert page.has("need-search")


async def test_somebody_not_yet_asked_is_asked_from_their_row(hall):
    family = hall.family()
    async with tab(hall) as page:
        assert page.sees("Not yet asked (1)")
        await page.click(f"person-{family.id}")
        await page.click("triage-now")
        assert page.page.route == f"/triage/{family.id}"
        await page.click("need-housing_rent")
        await page.click("give-ticket")
        assert hall.visit(family).stage is Stage.WAITING


async def test_a_half_entered_arrival_can_be_carried_on(hall):
    async with tab(hall) as page:
        await page.click("new-arrival")
        await page.click("need-housing_rent")
        await page.click("back")
        assert page.sees("half entered")
        await page.click("go-on")
        assert page.has("chosen-housing_rent")


async def test_a_new_arrival_begins_with_nothing_of_the_family_before(hall):
    async with tab(hall) as page:
        await page.click("new-arrival")
        await page.click("need-safe_home")
        await page.click("back")
        await page.click("new-arrival")
        assert not page.has("chosen-safe_home")


async def test_on_a_phone_the_time_stands_below_the_ticket_and_desks_are_brief(hall):
    desk = hall.desk("Welcome", "greeter", "lead")
    family = hall.family("housing_rent")
    hall.pass_minutes(7)
    async with tab(hall, size=PHONE) as page:
        texts = page.texts()
        assert texts[texts.index(family.ticket) + 1] == "7 min"
        assert page.has(f"desk-card-{desk}")
        assert not page.sees("Welcome and Hub lead")
