"""Hooks for screens: the live feed, passing minutes, the width, values that outlive a screen."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

import flet as ft

from hub_app.ui.feed import Feed
from hub_app.ui.page import kept_values, steady
from hub_app.ui.tokens import Width, width_of

T = TypeVar("T")


class Pulse:
    """One beat a second for the whole process; pages follow it, none keeps a timer of its own."""

    def __init__(self) -> None:
        self._feed = Feed()
        self._now_millis = 0

    @property
    def now_millis(self) -> int:
        """The time at the latest beat, in milliseconds since 1970."""
        return self._now_millis

    def beat(self, now_millis: int) -> None:
        """Say what time it is. Call once a second, on the pages' loop."""
        self._now_millis = now_millis
        self._feed.changed()

    def listen(self, page: ft.Page, callback: Callable[[int], object]) -> Callable[[], None]:
        """Call `callback` at every beat; give what ends that."""
        return self._feed.listen(page, callback)


PULSE = Pulse()


def use_feed(feed: Feed) -> int:
    """Render this component again at every change of `feed`; give its version."""
    _version, set_version = ft.use_state(feed.version)
    page = ft.context.page

    def listen() -> Callable[[], None]:
        set_version(feed.version)  # it may have changed between our render and now
        return feed.listen(page, set_version)

    _while_mounted(listen)
    return feed.version


def use_tick(seconds: int) -> int:
    """Render again every so many seconds; give the time of the latest beat in milliseconds."""
    _turn, set_turn = ft.use_state(PULSE.now_millis // (seconds * 1000))
    page = ft.context.page

    def listen() -> Callable[[], None]:
        def follow(_beat: int) -> None:
            set_turn(PULSE.now_millis // (seconds * 1000))

        follow(0)
        return PULSE.listen(page, follow)

    _while_mounted(listen)
    return PULSE.now_millis


def use_signal(name: str, listener: Callable[[], object]) -> None:
    """Call `listener` at each of the page's own signals of this name while this is on the page.

    Names: connect, disconnect, close, resize, media_change. The first render's listener is kept.
    """
    page = ft.context.page
    _while_mounted(lambda: steady(page).listen(name, listener))


def use_width() -> Width:
    """Give how wide the page is, and render again when it becomes narrow, medium or wide."""
    page = ft.context.page
    width, set_width = ft.use_state(width_of(page.width))
    use_signal("resize", lambda: set_width(width_of(page.width)))
    return width


def use_kept(name: str, initial: T) -> tuple[T, Callable[[T], None]]:
    """Give a state that outlives the screen: half-entered things survive a dropped line.

    Like `ft.use_state`, but kept with the page under `name` and set by value only. A second tap
    may come before the next render: what the first one changed stays changed, unless the second
    puts all back to `initial`.
    """
    kept = kept_values(ft.context.page)
    value, set_value = ft.use_state(lambda: kept.get(name, initial))

    def keep(new: T) -> None:
        both = new if new == initial else _with_both(value, kept.get(name, initial), new)
        kept[name] = both
        set_value(lambda _old: both)  # as a function: a value may be callable itself

    return value, keep


def _with_both(seen: T, now: T, new: T) -> T:
    """Give `now` with all that `new` changed of what was `seen`; field by field."""
    if now is seen or not is_dataclass(new) or not type(seen) is type(now) is type(new):
        return new
    draft: Any = now
    for each in fields(new):
        before, after = getattr(seen, each.name), getattr(new, each.name)
        if after != before:
            draft = replace(draft, **{each.name: _ticked(before, getattr(now, each.name), after)})
    return cast(T, draft)


def _ticked(seen: object, now: object, new: object) -> object:
    """Give a field’s new value: of several codes, those ticked or let go of on top of `now`."""
    if not (isinstance(seen, tuple) and isinstance(now, tuple) and isinstance(new, tuple)):
        return new
    before, current, after = (cast("tuple[object, ...]", each) for each in (seen, now, new))
    left = tuple(one for one in current if one in after or one not in before)
    return (*left, *(one for one in after if one not in before and one not in left))


def _while_mounted(listen: Callable[[], Callable[[], None]]) -> None:
    # Flet forgets a clean-up that the effect gives back at the next render, so it is given by name.
    stop: Any = ft.use_ref(None)

    def begin() -> None:
        stop.current = listen()

    def end() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(begin, [], cleanup=end)
