"""Who interprets in the hall now: a panel over the front, so that plans can count on them."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import flet as ft

from hub_app.core.pack import Pack
from hub_app.core.session import Session
from hub_app.ui.parts import Panel, QuietButton, QuietWords, Stepper, Tap, Together, use_panel
from hub_app.ui.parts.choices import Count
from hub_app.ui.refusals import done
from hub_app.ui.running import Running
from hub_app.ui.screens.phrases import pack_here
from hub_app.ui.strings import _, ngettext

MOST = 30
NOT_NAMED = "another_language"


def use_interpreters(running: Running) -> Callable[[], None]:
    """Give the tap that opens the panel. A hook: call it at every render."""
    is_open, set_open = ft.use_state(initial=False)

    def show() -> None:
        set_open(True)

    def close() -> None:
        set_open(False)

    use_panel(_panel(running, close) if is_open else None)
    return show


def _panel(running: Running, close: Callable[[], None]) -> Panel:
    hub, pack = running.hub, pack_here(running)
    session, asked = hub.session, _asked(hub.session)

    def say(language: str, number: int) -> None:
        done(hub.interpreters(language, number))

    body: list[ft.Control] = [
        QuietWords(_("A language with nobody here is interpreted by phone or video."))
    ]
    for code, number in session.interpreters.items():
        label = pack.spoken(code).name
        if asked[code]:
            families = ngettext("{n} family", "{n} families", asked[code])
            label = _("{language} ({families})", language=label, families=families)
        body.append(Stepper(Count(f"speaks-{code}", label, number, partial(say, code), most=MOST)))
    more = [
        QuietButton(Tap(f"speaks-add-{code}", pack.spoken(code).name, say, (code, 1)))
        for code in _others(pack, session, asked)
    ]
    body.append(QuietWords(_("Somebody has come who speaks")))
    body.append(Together(*more))
    return Panel(
        _("Interpreters here now"), body, close, (Tap("interpreters-close", _("Done"), close),)
    )


def _asked(session: Session) -> Counter[str]:
    """Count the families here who want a language interpreted."""
    wanted = (visit.arrangements.interpreter for visit in session.here)
    return Counter(language for language in wanted if language)


def _others(pack: Pack, session: Session, asked: Counter[str]) -> list[str]:
    """Give the languages nobody is counted for yet, those asked for first."""
    codes = (language.id for language in pack.languages)
    known = {pack.language, NOT_NAMED, *session.interpreters}
    return sorted((code for code in codes if code not in known), key=lambda code: -asked[code])
