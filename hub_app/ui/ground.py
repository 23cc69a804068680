"""What every page stands on: theme, signals, and a fresh tree when its line comes back."""

from collections.abc import Callable
from typing import Any

import flet as ft

from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.hooks import use_signal
from hub_app.ui.page import revive, speak, steady
from hub_app.ui.strings import Strings, _
from hub_app.ui.theme import theme


@component
def Ground(screen: Callable[..., Any]) -> ft.Control:
    """Show `screen`, anew whenever the page's line comes back.

    What changed while a page was away never reaches it, and Flet's client goes on listening to
    controls it has dropped: changes arrive and are not drawn. A tree of new controls has neither.
    """
    page = ft.context.page
    generation, set_generation = ft.use_state(0)

    def renew() -> None:
        revive(page)
        set_generation(lambda old: old + 1)

    use_signal("connect", renew)
    shown: ft.Control = screen(key=f"generation-{generation}")
    return shown


def open_page(
    page: ft.Page, feed: Feed, screen: Callable[..., Any], strings: Strings | None = None
) -> None:
    """Put a screen, a component of ours, on a newly opened page: steady, themed, live."""
    steady(page)
    if strings is not None:
        speak(page, strings)
    feed.attach(page)
    theme(page)
    page.title = _("Drop-in Hub")  # also tells the page’s watch that its first screen is coming
    page.render(Ground, screen)
