"""Keeps every open page live, right and standing, whatever Flet 1.0.5 does underneath."""

# Flet 1.0.5 has six defects that would hurt here. Each is worked around in one named place:
#   a change made for one page is sent to another ....... in_page, below
#   one failure ends a page's updates or covers it ...... steady, below; component.component
#   a page back from a dropped line shows old things .... ground.Ground
#   a socket lost while sending leaves a session open ... sockets.HubSocket
#   a camera's answer after it was dropped cuts a line .. looking.Looking
#   far-off files, and fonts asked for without end ...... static.py, fonts.py

import contextvars
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import flet as ft
from flet.controls.context import _context_page

from hub_app.ui.strings import Strings, _, spoken

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

_CURRENT: contextvars.ContextVar[Any] = _context_page

TOLD_MILLIS = 8000  # long enough to read a sentence in the middle of a conversation
SIGNALS = ("connect", "disconnect", "close", "resize", "media_change")


def in_page(page: ft.Page, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `fn` as if an event of this page had called it, and give what it gives.

    Flet sends a change to the page of the *running context*, not to the page of the component
    that changed. The caller's own context is left as it was.
    """
    context = contextvars.copy_context()
    context.run(_CURRENT.set, page)
    return context.run(fn, *args, **kwargs)


def tell(page: ft.Page, sentence: str, *, action: ft.SnackBarAction | None = None) -> None:
    """Show one sentence at the foot of the page for a few seconds, with at most one action."""
    bar = ft.SnackBar(
        ft.Text(sentence),
        action=action,
        duration=TOLD_MILLIS,
        persist=False,  # one with an action would lie over the foot until somebody taps it
        show_close_icon=action is None,
    )
    in_page(page, page.show_dialog, bar)


class Signals:
    """Lets many parts of one page hear what Flet tells only one listener."""

    def __init__(self, page: ft.Page) -> None:
        self._listeners: dict[str, list[Callable[[], Any]]] = {name: [] for name in SIGNALS}
        for name in SIGNALS:
            setattr(page, f"on_{name}", self._teller(name))

    def listen(self, name: str, listener: Callable[[], Any]) -> Callable[[], None]:
        """Call `listener` at every such signal from now on; give what ends that."""
        listeners = self._listeners[name]
        listeners.append(listener)

        def stop() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return stop

    def _teller(self, name: str) -> Callable[[Any], None]:
        def tell_all(_event: Any) -> None:
            for listener in tuple(self._listeners[name]):
                try:
                    listener()
                except Exception:
                    log.exception("a listener to the page's %s failed", name)

        return tell_all


class _SteadyUpdate:
    """One waiting update of a control that cannot take the page's other updates down with it."""

    __slots__ = ("_control", "_page")

    def __init__(self, control: Any, page: ft.Page) -> None:
        self._control = control
        self._page = page

    def __hash__(self) -> int:
        return hash(id(self._control))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SteadyUpdate) and other._control is self._control

    def update(self) -> None:
        try:
            self._control.update()
        except Exception:
            log.exception("an update of %s failed", type(self._control).__name__)
            tell(self._page, part_failed())


def part_failed() -> str:
    """Say that a part of the screen could not be shown."""
    return _("Part of this screen could not be shown. What you saved is safe.")


def tap_failed() -> str:
    """Say that what was tapped did not work."""
    return _("That did not work. What was saved before is safe. Please try again.")


def steady(page: ft.Page) -> Signals:
    """Make a page outlive its own failures; give its signals. Doing it twice changes nothing.

    Flet's loop of updates ends for good at the first one that fails, and a failing handler or
    effect covers the whole screen in red until somebody reloads it.
    """
    session: Any = page.session
    known: Signals | None = getattr(session, "hub_signals", None)
    if known is not None:
        return known
    schedule = session.schedule_update

    def schedule_steady(control: Any) -> None:
        schedule(_SteadyUpdate(control, page))

    def tell_calmly(fault: str) -> None:
        log.error("a handler or effect failed: %s", fault)
        tell(page, tap_failed())

    session.schedule_update = schedule_steady
    session.error = tell_calmly
    session.hub_signals = signals = Signals(page)
    return signals


def revive(page: ft.Page) -> None:
    """Start the page's loop of updates again if it has ended."""
    in_page(page, page.session.start_updates_scheduler)


def kept_values(page: ft.Page) -> dict[str, Any]:
    """Give what this page keeps while its screens come and go, for as long as it is open."""
    session: Any = page.session
    if not hasattr(session, "hub_kept"):
        session.hub_kept = {}
    kept: dict[str, Any] = session.hub_kept
    return kept


def speak(page: ft.Page, strings: Strings) -> None:
    """Let this page speak a language, and read in its direction, from its next render on."""
    kept_values(page)["strings"] = strings
    page.rtl = strings.direction == "rtl"
    # Panels lie over the page and follow the locale's direction, not the page's.
    locale = ft.Locale(strings.language) if page.rtl else None
    page.locale_configuration = locale and ft.LocaleConfiguration([locale], locale)


def voice(page: ft.Page) -> Strings:
    """Give the language this page speaks."""
    return kept_values(page).get("strings") or spoken()
