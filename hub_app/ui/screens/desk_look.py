"""What every part of a desk's screen is drawn from, and the card in its middle."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from hub_app.core.pack import Pack
from hub_app.ui.parts import Card, QuietButton, Tap, Together
from hub_app.ui.screens.desk_taps import DeskTaps
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.tokens import Space
from hub_app.view.clashes import ClashNotice
from hub_app.view.desk import DeskView


@dataclass(frozen=True)
class CutOff:
    """That nobody who decides on calls can be reached, and what a person may do about it.

    `may_take_over`: let this tablet decide. `may_try`: ask once more, for it may work again.
    """

    may_take_over: bool = False
    may_try: bool = False


@dataclass(frozen=True)
class Look:
    """One look at a desk: the pack in the page's language, its rows, its taps.

    `chose` says that the family in front was chosen over another; empty when nobody was. `asked`
    is whom a call on its way is for: a visit, empty for whoever is next, None for no call.
    `cut_off` is None while calls can be asked for; `clashes` are what the desk has still to read.
    """

    pack: Pack
    view: DeskView
    taps: DeskTaps
    is_narrow: bool = False
    chose: str = ""
    asked: str | None = None
    cut_off: CutOff | None = None
    clashes: tuple[ClashNotice, ...] = ()

    @property
    def here(self) -> Here:
        """What sentences are said with."""
        return Here(self.pack, self.view.times.utc_offset_minutes)


@dataclass(frozen=True)
class Main:
    """What stands in the middle, and the one thing to do next."""

    card: ft.Control
    primary: Tap


@dataclass(frozen=True)
class Openers:
    """What opens the steps of serving, and `pick`: who is in front of a desk that is cut off."""

    finish: Callable[[], None]
    hand_over: Callable[[], None]
    add_need: Callable[[], None]
    checklist: Callable[[], None]
    pick: Callable[[], None]


def MainCard(key: str, *controls: ft.Control) -> ft.Control:
    """Give the one card in the middle: more air than others, for it is read at a glance."""
    inside = ft.Column(
        list(controls),
        tight=True,
        spacing=Space.L,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return Card(ft.Container(inside, padding=Space.S), key=key)


def Actions(look: Look, *taps: Tap) -> ft.Control:
    """Give what else can be done: side by side, or one under the other on a narrow page."""
    if look.is_narrow:
        wide = [QuietButton(tap, is_wide=True) for tap in taps]
        return ft.Column(wide, tight=True, spacing=Space.S)
    return Together(*(QuietButton(tap) for tap in taps))
