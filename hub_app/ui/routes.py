"""The addresses of the screens: reading one, and going to one on this page only."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

import flet as ft

from hub_app.ui.component import guard

CHOOSE = "/"
NEW_DESK = "/new-desk"
FRONT = "/front"
TRIAGE = "/triage"
URGENT = "/urgent"
CLOSE = "/close"
HOUSE = "/house"
ROTA = "/rota"
ROTA_FORM = "/rota-form"
DAYS_OFF = "/days-off"
CAPACITY = "/capacity"
AGREEMENTS = "/agreements"
AGREEMENT_FORM = "/agreement-form"
PROMISED = "/promised"
TABLETS = "/tablets"
INVITE = "/invite"
JOIN = "/join"
CARRY = "/carry"

APART = "@"  # never in a code or an id


@dataclass(frozen=True)
class Place:
    """Where a page is: the screen's name, and the one thing it is about, if it is about one."""

    screen: str = ""
    about: str = ""


def place_of(route: str | None) -> Place:
    """Give the place an address names; what nobody understands is where everybody starts."""
    path = (route or "").partition("?")[0].partition("#")[0]
    screen, _slash, about = path.strip("/").partition("/")
    return Place(unquote(screen), unquote(about))


def address(screen: str, about: str) -> str:
    """Give the address of a screen about one thing: `address("/desk", "d1")`."""
    return f"{screen}/{quote(about, safe='')}"


def triage(visit: str) -> str:
    """Give the address where a known family's needs are written down."""
    return address(TRIAGE, visit)


def front_about(visit: str) -> str:
    """Give the address of the front with what can be done for one family open on it."""
    return address(FRONT, visit)


def protocols(protocol: str = "", visit: str = "", desk: str = "") -> str:
    """Give the address of what to do when it cannot wait: which protocol, for whom, from where."""
    about = APART.join((protocol, visit, desk)).rstrip(APART)
    return address(URGENT, about) if about else URGENT


def ticket(visit: str) -> str:
    """Give the address of a visit's ticket."""
    return address("/ticket", visit)


def desk(desk_id: str) -> str:
    """Give the address of a desk."""
    return address("/desk", desk_id)


def groups(visit: str) -> str:
    """Give the address of the page a parent fills in."""
    return address("/groups", visit)


def rota_entry(entry: str) -> str:
    """Give the address of somebody on the rota."""
    return address("/rota-entry", entry)


def rota_form(entry: str) -> str:
    """Give the address where somebody on the rota is changed."""
    return address(ROTA_FORM, entry)


async def go(route: str) -> None:
    """Go to an address, on the page whose tap is running and no other."""
    await ft.context.page.push_route(route)


def use_place() -> Place:
    """Give where this page is, and render again when it goes elsewhere, by tap or by *back*."""
    page = ft.context.page
    place, set_place = ft.use_state(place_of(page.route))

    def listen() -> None:
        follow = _follower(page, set_place)
        page.on_route_change = guard(follow)
        follow()  # it may have gone elsewhere between our render and now

    ft.use_effect(listen, [])
    return place


def _follower(page: ft.Page, set_place: Callable[[Place], object]) -> Callable[[], None]:
    def follow() -> None:
        set_place(place_of(page.route))

    return follow
