"""The app as one page opens it: from an address to the screen that stands there."""

from collections.abc import Callable
from typing import Any

import flet as ft

from hub_app.ui.component import component
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import use_feed
from hub_app.ui.parts.urgent import UnderUrgent
from hub_app.ui.routes import Place, use_place
from hub_app.ui.running import Running
from hub_app.ui.screens.agreement_form import AgreementFormScreen
from hub_app.ui.screens.agreements import AgreementsScreen
from hub_app.ui.screens.capacity import CapacityScreen
from hub_app.ui.screens.carry import CarryScreen
from hub_app.ui.screens.choose import ChooseScreen
from hub_app.ui.screens.close import CloseScreen
from hub_app.ui.screens.days_off import DaysOffScreen
from hub_app.ui.screens.desk import DeskScreen
from hub_app.ui.screens.front import FrontScreen
from hub_app.ui.screens.groups import GroupsScreen
from hub_app.ui.screens.house import HouseScreen
from hub_app.ui.screens.invite import InviteScreen
from hub_app.ui.screens.join import JoinScreen
from hub_app.ui.screens.new_desk import NewDeskScreen
from hub_app.ui.screens.promised import PromisedScreen
from hub_app.ui.screens.rota import RotaScreen
from hub_app.ui.screens.rota_entry import RotaEntryScreen
from hub_app.ui.screens.rota_form import RotaFormScreen
from hub_app.ui.screens.tablets import TabletsScreen
from hub_app.ui.screens.ticket import TicketScreen
from hub_app.ui.screens.triage import TriageScreen
from hub_app.ui.screens.urgent import UrgentScreen
from hub_app.ui.strings import SOURCE, strings_in

_ABOUT_NOTHING: dict[str, Callable[..., Any]] = {
    "new-desk": ft.memo(NewDeskScreen),
    "close": ft.memo(CloseScreen),
    "house": ft.memo(HouseScreen),
    "rota": ft.memo(RotaScreen),
    "days-off": ft.memo(DaysOffScreen),
    "capacity": ft.memo(CapacityScreen),
    "agreements": ft.memo(AgreementsScreen),
    "agreement-form": ft.memo(AgreementFormScreen),
    "promised": ft.memo(PromisedScreen),
    "tablets": ft.memo(TabletsScreen),
    "invite": ft.memo(InviteScreen),
    "join": ft.memo(JoinScreen),
    "carry": ft.memo(CarryScreen),
}
_ABOUT_ONE: dict[str, Callable[..., Any]] = {
    "front": ft.memo(FrontScreen),
    "triage": ft.memo(TriageScreen),
    "ticket": ft.memo(TicketScreen),
    "groups": ft.memo(GroupsScreen),
    "desk": ft.memo(DeskScreen),
    "urgent": ft.memo(UrgentScreen),
    "rota-entry": ft.memo(RotaEntryScreen),
    "rota-form": ft.memo(RotaFormScreen),
}
_CHOOSE = ft.memo(ChooseScreen)
_ONE_FOR_ALL = frozenset({"front"})  # stays on the page whatever it is about
_PARENTS_OWN = frozenset({"groups"})
_WHILE_OPEN = frozenset({"new-desk", "front", "triage", "ticket", "desk", "urgent"})


def make_main(running: Running, language: str = SOURCE) -> Callable[[ft.Page], None]:
    """Give what is run for each page that opens: all of them show one running hub.

    `language` is what the staff’s screens speak; English where there is no catalogue for it.
    """

    @component
    def Here() -> ft.Control:
        place = use_place()
        use_feed(running.feed)
        screen = screen_at(running, place)
        return screen if place.screen in _PARENTS_OWN else UnderUrgent(running, place, screen)

    def main(page: ft.Page) -> None:
        open_page(page, running.feed, Here, strings_in(language))

    return main


def screen_at(running: Running, place: Place) -> ft.Control:
    """Give the screen at a place; where there is none, or no session for it, the way in."""
    key = place.screen if place.screen in _ONE_FOR_ALL else f"{place.screen}/{place.about}"
    session = running.hub.session
    is_shut = place.screen in _WHILE_OPEN and not session.is_open
    if place.screen == "desk" and place.about not in session.desks:
        is_shut = True
    if not is_shut and place.screen in _ABOUT_NOTHING:
        return _ABOUT_NOTHING[place.screen](running, key=key)
    if not is_shut and place.screen in _ABOUT_ONE:
        return _ABOUT_ONE[place.screen](running, place.about, key=key)
    return _CHOOSE(running, key="choose")
