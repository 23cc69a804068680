"""Scanning a code with this tablet's own camera, where the extra `camera` is installed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import flet as ft

from hub_app.ui.component import component, memo
from hub_app.ui.hooks import use_signal
from hub_app.ui.parts import Banner, QuietButton, QuietWords, Tap, Words
from hub_app.ui.strings import _
from hub_app.ui.tokens import Radius, Space, Tone, Type

if TYPE_CHECKING:
    from hub_app.ui.looking import End, Looking, Sight

_NEEDED = ("flet_camera", "PIL", "zxingcpp")
_VIEW_HEIGHT = 300


def is_offered(page: ft.Page) -> bool:
    """Say whether this page can be offered a camera at all. It may still turn out to have none."""
    return _is_installed() and (page.web or page.platform in _ON)


_ON = (ft.PagePlatform.ANDROID, ft.PagePlatform.IOS)


@cache
def _is_installed() -> bool:
    return all(find_spec(name) is not None for name in _NEEDED)


@dataclass(frozen=True)
class Sought:
    """What to look for, what to say of it while looking, and what when it is another code."""

    is_it: Callable[[str], bool]
    hint: str
    another: str


@component
def CameraScan(on_text: Callable[[str], Any], sought: Sought | None = None) -> ft.Control:
    """Give what scans with the camera; `on_text` is called with the text of what is sought.

    That is an invitation, where nothing else is said.

    Nothing where `is_offered` says no. The camera is on from the tap until something was read,
    somebody switches it off, or this leaves the page.
    """
    page = ft.context.page
    look, set_look = ft.use_state(_nothing)
    sight, set_sight = ft.use_state(_no_sight)

    def show(new: "Sight") -> None:
        set_sight(new)
        if new.end is not None:
            set_look(None)

    def begin() -> None:
        from hub_app.ui.looking import Looking, Sight, is_ours  # noqa: PLC0415  # with the extra only

        set_sight(Sight())
        set_look(Looking(page, on_text, show, is_ours if sought is None else sought.is_it))

    if not is_offered(page):
        return ft.Container(width=0, height=0)
    if look is None or sight is None:
        tap = Tap("camera-on", _("Scan with the camera"), begin, (), ft.Icons.QR_CODE_SCANNER)
        said = [] if sight is None or sight.end is None else _ended(sight.end)
        return _column(*said, QuietButton(tap, is_wide=True))
    off = Tap("camera-off", _("Switch the camera off"), look.put_down, (), ft.Icons.CLOSE)
    turn = Tap("camera-turn", _("Use the other camera"), look.turn, (), ft.Icons.CAMERASWITCH)
    return _column(
        Viewfinder(look, key="viewfinder"),
        _hint(sight, sought),
        *([QuietButton(turn, is_wide=True)] if sight.has_other_cameras else []),
        QuietButton(off, is_wide=True),
    )


@memo
def Viewfinder(look: "Looking") -> ft.Control:
    """Give what the camera sees. It is switched on while this is on the page."""
    ft.use_effect(look.begin, [], cleanup=look.left)
    use_signal("disconnect", look.put_down)
    use_signal("close", look.left)
    return ft.Semantics(
        label=_("What the camera sees"),
        image=True,
        content=ft.Container(
            look.camera,
            height=_VIEW_HEIGHT,
            alignment=ft.Alignment.CENTER,
            bgcolor=ft.Colors.BLACK,
            border_radius=Radius.CARD,
            clip_behavior=ft.ClipBehavior.HARD_EDGE,
        ),
    )


def _nothing() -> "Looking | None":
    return None


def _no_sight() -> "Sight | None":
    return None


def _hint(sight: "Sight", sought: Sought | None) -> ft.Control:
    if not sight.is_on:
        return Words(_("Switching the camera on. If the browser asks, allow it."))
    if sight.sees_another:
        another = _("That is another picture. Scan the one under ‘Add a tablet’.")
        return Banner(another if sought is None else sought.another, Tone.WARN)
    hint = _("Point the camera at the picture on the other tablet.")
    return Words(hint if sought is None else sought.hint)


def _ended(end: "End") -> list[ft.Control]:
    match end.value:
        case "no_camera":
            return [Banner(_("No camera was found here. Type the code, or use a scanner."))]
        case "not_allowed":
            return [
                Banner(
                    _(
                        "The browser does not let this page use the camera. Type the code, or allow"
                        " the camera in the browser’s settings and try again."
                    )
                )
            ]
        case "not_working":
            return [Banner(_("The camera can’t be used now. Type the code, or use a scanner."))]
        case "too_long":
            said = _("The camera was switched off, as it saw no picture for two minutes.")
            return [QuietWords(said, Type.BODY)]
        case _:
            return []


def _column(*controls: ft.Control) -> ft.Control:
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(list(controls), tight=True, spacing=Space.S, horizontal_alignment=stretch)
