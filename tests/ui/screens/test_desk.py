"""What a desk sees and can do, from nobody waiting to the family served."""

import flet as ft
import pytest

from hub_app.core.events import Arranged
from hub_app.core.session import Presence
from hub_app.core.visit import Stage
from hub_app.ui.screens.desk import DeskScreen
from tests.support.hall import MINUTE
from tests.support.headless import PHONE, Tab
from tests.ui.screens.running_hall import RunningHall


@pytest.fixture
def hall(tmp_path):
    return RunningHall(tmp_path)


@pytest.fixture
def housing(hall):
    return hall.desk("Housing", "housing")


def desk_tab(hall, desk, **how):
    return Tab(hall.screen(DeskScreen, desk), **how)


async def test_an_empty_desk_says_that_nobody_waits_and_cannot_call(hall, housing):
    async with desk_tab(hall, housing) as tab:
        assert tab.sees("Nobody is waiting for this desk.")
        with pytest.raises(AssertionError, match="greyed out"):
            await tab.click("call-next")


async def test_an_arrival_appears_as_next_with_the_reason(hall, housing):
    async with desk_tab(hall, housing) as tab:
        family = hall.family("housing_rent", name="Amina")
        hall.pass_minutes(42)
        await tab.settle()
        assert tab.sees("Amina")
        assert tab.sees("Next because they are here longest: 42 minutes.")
        assert tab.sees(f"Call {family.ticket}")


async def test_the_urgent_come_first_and_it_says_so(hall, housing):
    hall.family("housing_rent")
    urgent = hall.family("housing_tonight", urgent="homeless_tonight")
    async with desk_tab(hall, housing) as tab:
        assert tab.sees("Next because it is urgent.")
        await tab.click("call-next")
        assert hall.visit(urgent).stage is Stage.CALLED


async def test_call_and_start_lead_to_the_needs_in_words(hall, housing):
    family = hall.family("housing_rent", "money_scp")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        hall.pass_minutes(3)
        await tab.settle()
        assert tab.sees("Called 3 minutes ago.")
        assert not tab.sees(hall.hub.pack.need("housing_rent").label)
        await tab.click("start")
        assert hall.visit(family).stage is Stage.SERVING
        assert tab.sees(hall.hub.pack.need("housing_rent").label)
        assert tab.sees("Also open")


async def test_a_queue_is_never_read_by_need(hall, housing):
    hall.family("housing_rent")
    hall.family("housing_evict")
    async with desk_tab(hall, housing) as tab:
        for need in ("housing_rent", "housing_evict"):
            assert not tab.sees(hall.hub.pack.need(need).label)
            assert not tab.sees(hall.hub.pack.need(need).short)


async def test_who_misses_a_call_keeps_their_place_and_the_second_time_goes_behind(hall, housing):
    first = hall.family("housing_rent")
    hall.pass_minutes(1)
    second = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        assert tab.sees("If they do not come, they keep their place.")
        await tab.click("no-show")
        assert tab.sees("They missed a call.")
        assert tab.sees(f"Call {first.ticket}")
        hall.pass_minutes(1)
        await tab.click("call-next")
        assert tab.sees("they go behind the others")
        await tab.click("no-show")
        await tab.click("call-next")
        assert hall.visit(second).stage is Stage.CALLED


async def test_hold_keeps_the_place_and_frees_the_desk(hall, housing):
    family = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        await tab.click("start")
        await tab.click("hold")
        assert hall.visit(family).is_on_hold
        assert tab.sees("Stepped out; place kept")
        assert tab.sees("Nobody is waiting for this desk.")
        await tab.click(f"resume-{family.id}")
        await tab.click("call-next")
        assert hall.visit(family).stage is Stage.CALLED


async def test_somebody_on_hold_can_be_called_by_name(hall, housing):
    family = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        await tab.click("hold")
        await tab.click(f"call-{family.id}")
        assert hall.visit(family).stage is Stage.CALLED


async def test_anybody_in_the_queue_can_be_called_by_name(hall, housing):
    hall.family("housing_rent")
    second = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click(f"call-{second.id}")
        assert hall.visit(second).stage is Stage.CALLED
        assert not tab.has(f"call-{second.id}")
        assert tab.sees(f"First finish with {second.ticket}.")


async def test_two_desks_see_each_others_calls_at_once(hall, housing):
    other = hall.desk("Housing 2", "housing")
    family = hall.family("housing_rent")
    async with desk_tab(hall, housing) as one, desk_tab(hall, other, size=PHONE) as two:
        assert two.sees(f"Call {family.ticket}")
        await one.click("call-next")
        await two.settle()
        assert two.sees("Nobody is waiting for this desk.")


async def test_a_call_that_came_too_late_is_told(hall, housing):
    other = hall.desk("Housing 2", "housing")
    family = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        call = tab.find("call-next")
        hall.hub.call(other, family.id)
        await tab.fire(call, "click")
        assert tab.sees("Nobody is waiting for this desk.")
        assert hall.visit(family).desk == other


async def test_a_break_is_taken_and_ended(hall, housing):
    async with desk_tab(hall, housing) as tab:
        await tab.click("break")
        hall.pass_minutes(5)
        await tab.settle()
        assert tab.sees("For 5 minutes. Nobody is called to this desk.")
        await tab.click("back")
        assert tab.has("call-next")


async def test_a_closed_desk_can_open_again(hall, housing):
    async with desk_tab(hall, housing) as tab:
        await tab.click("close-desk")
        assert tab.sees("This desk has gone for today")
        await tab.click("desk-again")
        assert tab.has("call-next")
        assert hall.session.desks[housing].services == ("housing",)


@pytest.mark.parametrize(("tap", "said"), [("break", "break begun"), ("close-desk", "desk closed")])
async def test_going_away_by_mistake_is_undone(hall, housing, tap, said):
    async with desk_tab(hall, housing) as tab:
        await tab.click(tap)
        assert tab.sees(f"{said}, just now")
        await tab.click("undo")
        assert hall.session.desks[housing].presence is Presence.HERE
        await tab.click(tap)
        hall.pass_minutes(11)
        await tab.settle()
        assert not tab.has("undo")


async def test_a_long_queue_is_not_drawn_again_for_one_call(hall, housing):
    other = hall.desk("Housing 2", "housing")
    for _n in range(60):
        hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        whole = tab.bytes_sent
        hall.hub.call_next(other)
        await tab.settle()
        assert tab.sees("My queue · 59")
        assert tab.bytes_sent - whole < whole / 10


async def test_no_break_while_somebody_is_with_the_desk(hall, housing):
    hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        assert not tab.has("break")
        assert not tab.has("close-desk")


async def test_the_last_tap_is_undone_and_says_what_it_was(hall, housing):
    family = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        await tab.click("start")
        hall.pass_minutes(2)
        await tab.settle()
        assert tab.sees(f"{family.ticket} sat down, 2 min ago")
        await tab.click("undo")
        assert hall.visit(family).stage is Stage.CALLED
        await tab.click("undo")
        assert hall.visit(family).stage is Stage.WAITING
        assert not tab.has("undo")


async def test_undo_is_gone_after_ten_minutes(hall, housing):
    hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        hall.pass_minutes(11)
        await tab.settle()
        assert not tab.has("undo")


async def test_a_desk_cannot_undo_what_another_desk_did(hall, housing):
    other = hall.desk("Housing 2", "housing")
    hall.family("housing_rent")
    async with desk_tab(hall, housing) as one, desk_tab(hall, other) as two:
        await one.click("call-next")
        await two.settle()
        assert one.has("undo")
        assert not two.has("undo")


async def test_a_need_is_added_from_the_desks_own_and_by_search(hall, housing):
    hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        await tab.click("start")
        await tab.click("add-need")
        assert tab.has("need-housing_repair")
        assert not tab.has("need-housing_rent")
        await tab.click("need-housing_repair")
        assert not [panel for panel in tab.of_type(ft.AlertDialog) if panel.open]
        assert tab.sees(hall.hub.pack.need("housing_repair").label)


async def test_a_need_for_another_desk_is_found_by_search(hall, housing):
    family = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        await tab.click("start")
        await tab.click("add-need")
        await tab.type("need-search", "electricity bill")
        await tab.click("need-energy_bill")
    services = {need.code: need.service for need in hall.visit(family).open_needs}
    assert services == {"housing_rent": "housing", "energy_bill": "energy"}


async def test_a_need_that_nobody_knows_is_said_not_to_be_found(hall, housing):
    hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("call-next")
        await tab.click("start")
        await tab.click("add-need")
        await tab.type("need-search", "zzzzqq")
        assert tab.sees("Nothing found.")
        await tab.dismiss()
        assert not tab.has("need-search")


async def test_a_desk_nobody_knows_leads_back(hall):
    async with desk_tab(hall, "gone") as tab:
        assert tab.sees("This desk is not part of today’s session.")
        assert tab.has("home")


async def test_a_page_back_from_a_dropped_line_shows_what_happened(hall, housing):
    family = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.disconnect()
        hall.hub.call(housing, family.id)
        await tab.connect()
        assert tab.has("start")


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), PHONE])
async def test_every_width_has_the_same_taps(hall, housing, size):
    hall.family("housing_rent")
    async with desk_tab(hall, housing, size=size) as tab:
        for key in ("call-next", "break", "close-desk", "sync-chip", "home"):
            assert tab.has(key)


async def test_choosing_one_over_another_is_one_tap_and_is_said_calmly_with_an_undo(hall, housing):
    first = hall.family("housing_rent")
    hall.pass_minutes(1)
    second = hall.family("housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click(f"call-{second.id}")
        said = f"You chose {second.ticket} over {first.ticket}"
        assert [text for text in tab.texts() if said in text] == [said, f"{said}, just now"]
        await tab.click("undo")
        assert tab.sees(f"Call {first.ticket}")
        await tab.click("call-next")
        assert not tab.sees("You chose")


async def test_who_cannot_start_now_is_listed_with_what_is_in_the_way(hall, housing):
    family = hall.family("housing_rent")
    hall.hub.arrange(family.id, Arranged(leave_by=hall.hub.now() + 5 * MINUTE, access=("buggy",)))
    async with desk_tab(hall, housing) as tab:
        assert tab.sees("Those who wait can’t start just now: the list says why.")
        assert tab.sees("Would not be done before they must leave at 13:35")
        assert tab.sees("Buggy")
        await tab.click(f"call-{family.id}")
        assert tab.sees("Must leave by 13:35")
        assert hall.visit(family).stage is Stage.CALLED


async def test_a_need_nobody_here_helps_with_today_says_so(hall, housing):
    hall.serving(housing, "housing_rent")
    async with desk_tab(hall, housing) as tab:
        await tab.click("add-need")
        await tab.type("need-search", "electricity bill")
        assert tab.sees("Energy advice: not here today")


async def test_the_queue_says_what_else_somebody_is_here_for(hall, housing):
    hall.family("housing_rent", "energy_bill", "debt_bills")
    hall.pass_minutes(5)
    hall.family("housing_rent", "energy_bill")
    async with desk_tab(hall, housing) as tab:
        assert tab.sees("Here 5 min · also Energy advice and Money advice")
        assert tab.sees("Here just now · also Energy advice")
        assert tab.sees("Also here for Energy advice")


async def test_a_wide_desk_sees_how_the_others_are(hall, housing):
    money, energy = hall.desk("Money advice", "money"), hall.desk("Energy", "energy")
    family = hall.serving(money, "debt_bills")
    hall.hub.take_break(energy)
    async with desk_tab(hall, housing) as tab:
        assert tab.sees("The other desks")
        assert tab.sees(f"{family.ticket}")
        assert tab.sees("On a break")
        assert not tab.has(f"desk-card-{housing}")
        await tab.resize(800, 1280)
        assert not tab.sees("The other desks")
