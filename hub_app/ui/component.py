"""Components and handlers that fail calmly: a card or a sentence, and the page lives on."""

import functools
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import flet as ft

from hub_app.ui.page import part_failed, tap_failed, tell, voice
from hub_app.ui.strings import _, speaking
from hub_app.ui.tokens import Height, Radius, Space

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


def component(fn: Callable[P, R]) -> Callable[..., R]:
    """Make a component whose failing render becomes a card with a way to try again.

    In Flet 1.0.5 a render that raises ends all updates of its page, and tells nobody. Use this
    and never `ft.component`. The result also takes `key=`.
    """

    @functools.wraps(fn)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ft.Control:
        # First, so that it is at the same place whether or not the rest is reached.
        tries, set_tries = ft.use_state(0)
        # A render runs when Flet sees fit, so it is told here which page's language to speak.
        with speaking(voice(ft.context.page)):
            try:
                return fn(*args, **kwargs)
            except Exception:
                log.exception("the render of %s failed", fn.__name__)
                return _sorry(fn.__name__, lambda: set_tries(tries + 1))

    return ft.component(guarded)  # pyright: ignore[reportReturnType]


def memo(fn: Callable[P, R]) -> Callable[..., R]:
    """Make a component that renders again only when what it is given changed.

    For rows. Give it frozen values and bound methods, never a lambda: that is new every time.
    """
    return ft.memo(component(fn))


def guard(fn: Callable[..., Any], *args: Any) -> Callable[[], Awaitable[None]]:
    """Make a handler that calls and awaits `fn(*args)`, and turns a fault into a sentence."""

    async def run() -> None:
        page = ft.context.page
        with speaking(voice(page)):
            try:
                given = fn(*args)
                if inspect.isawaitable(given):
                    await given
            except Exception:
                log.exception("a handler failed")
                tell(page, tap_failed())

    return run


def guard_value(fn: Callable[..., Any], *args: Any) -> Callable[[Any], Awaitable[None]]:
    """Make a handler like `guard`, which also gives `fn` the control's new value, last."""

    async def run(event: Any) -> None:
        await guard(fn, *args, event.control.value)()

    return run


def _sorry(name: str, again: Callable[[], None]) -> ft.Control:
    return ft.Container(
        key=f"sorry-{name}",
        padding=Space.L,
        border_radius=Radius.CARD,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        content=ft.Column(
            tight=True,
            spacing=Space.M,
            controls=[
                ft.Text(part_failed(), color=ft.Colors.ON_SURFACE),
                ft.Semantics(
                    identifier=f"try-again-{name}",
                    content=ft.OutlinedButton(
                        _("Try again"), key=f"try-again-{name}", height=Height.LEAST, on_click=again
                    ),
                ),
            ],
        ),
    )
