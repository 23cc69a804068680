"""All building blocks on one screen, served by itself, for tests and for looking at."""

import argparse
import asyncio
import signal
import socket
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import flet as ft
from flet_web.fastapi import app_manager

from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import use_feed, use_kept
from hub_app.ui.parts import (
    Answers,
    Banner,
    BigButton,
    Card,
    Choice,
    Count,
    DangerButton,
    EmptyState,
    Field,
    Head,
    Panel,
    Pill,
    PrimaryButton,
    QuietButton,
    QuietWords,
    Scaffold,
    SearchField,
    Section,
    Stepper,
    Tap,
    TextBox,
    TicketCode,
    Tile,
    TileGrid,
    Together,
    Words,
    use_panel,
)
from hub_app.ui.serve import PortTaken, Serving, listen, serve
from hub_app.ui.strings import strings_in
from hub_app.ui.tokens import Tone

ROOT = Path(__file__).parents[2]
GREETINGS = "żółć Привіт مرحبا خوش آمدید স্বাগতম ਜੀ ਆਇਆਂ வணக்கம் እንኳን नमस्ते 欢迎 ברוכים"


class Hall:
    """What all pages of the gallery share."""

    def __init__(self) -> None:
        self.feed = Feed()
        self.waiting = 0
        self.breaks = False

    def arrive(self) -> None:
        """One more waits."""
        self.waiting += 1
        self.feed.changed()

    def break_render(self) -> None:
        """Make one part of every page fail to render."""
        self.breaks = not self.breaks
        self.feed.changed()


HALL = Hall()


def nothing() -> None:
    """Do nothing."""


def fail() -> None:
    """Fail as a handler may."""
    raise RuntimeError("planned")


async def arrive_later() -> None:
    """Be awaited, then let one more wait."""
    await asyncio.sleep(0)
    HALL.arrive()


PLACES = (
    Tap("go-front", "Front", nothing, icon=ft.Icons.DOOR_FRONT_DOOR_OUTLINED),
    Tap("go-desk", "My desk", nothing, icon=ft.Icons.TABLE_RESTAURANT_OUTLINED),
    Tap("go-close", "Close", nothing, icon=ft.Icons.CHECKLIST),
)


@component
def Waiting() -> ft.Control:
    use_feed(HALL.feed)
    if HALL.breaks:
        raise ValueError("planned")
    return Card(
        Words(f"{HALL.waiting} waiting"),
        BigButton(Tap("arrive", "New arrival", HALL.arrive, icon=ft.Icons.PERSON_ADD)),
        Together(
            PrimaryButton(Tap("call", "Call next", arrive_later)),
            QuietButton(Tap("fail", "Break a tap", fail)),
            QuietButton(Tap("break-render", "Break a render", HALL.break_render)),
            DangerButton(Tap("left", "They left", nothing)),
            PrimaryButton(Tap("cannot", "Finish", nothing, why_not="Nobody is at this desk.")),
        ),
    )


@component
def Needs() -> ft.Control:
    chosen, set_chosen = use_kept("chosen", frozenset({"food"}))
    found, set_found = use_kept("found", "")

    def flip(code: str) -> None:
        set_chosen(chosen ^ {code})

    needs = (
        ("food", "Food and essentials", ft.Icons.SHOPPING_BASKET_OUTLINED, ""),
        ("energy", "Energy bills", ft.Icons.BOLT, ""),
        ("housing", "Housing", ft.Icons.HOME_OUTLINED, "Next here on 21 November"),
        ("benefits", "Benefits and payments", ft.Icons.ACCOUNT_BALANCE_WALLET_OUTLINED, ""),
    )
    tiles = [
        Tile(Tap(f"need-{code}", label, flip, (code,), icon, why), is_selected=code in chosen)
        for code, label, icon, why in needs
        if found.lower() in label.lower()
    ]
    danger = Tap("need-danger", "Not safe at home", flip, ("danger",), ft.Icons.SHIELD_OUTLINED)
    return Section(
        "What do they need today?",
        SearchField("find-need", "Find a need", found, set_found),
        TileGrid([*tiles, Tile(danger, is_urgent=True, is_selected="danger" in chosen)]),
        hint="Tap all that apply.",
    )


NO_ANSWER: str | None = None


@component
def Party() -> ft.Control:
    adults, set_adults = use_kept("adults", 1)
    first, set_first = use_kept("first", NO_ANSWER)
    name, set_name = use_kept("name", "")
    is_open, set_open = ft.use_state(False)
    close = Tap("panel-close", "Not now", set_open, (False,))
    say_open = Panel(
        "Did they leave?",
        [
            Words("Their place is kept until you say so."),
            Stepper(Count("in-panel", "Adults", adults, set_adults)),
        ],
        lambda: set_open(False),
        (Tap("panel-yes", "Yes, they left", set_open, (False,)), close),
    )
    use_panel(say_open if is_open else None)
    return Section(
        "Who came?",
        Stepper(Count("adults", "Adults", adults, set_adults, least=1, most=3)),
        Field(
            "First time here?",
            Answers(Choice("first", (("yes", "Yes"), ("no", "No")), first, set_first, "Not asked")),
        ),
        TextBox("name", "Name for calling out (optional)", name, set_name),
        QuietWords(f"Typed: {name}"),
        QuietButton(Tap("open-panel", "Open a panel", set_open, (True,))),
    )


@component
def Gallery() -> ft.Control:
    head = Head("Front", "Partick hall · open since 10:00", slot=Pill("3 waiting to go", Tone.CALM))
    signs = ft.Row(
        wrap=True,
        controls=[
            TicketCode("A12"),
            TicketCode("B7", is_small=True),
            *(Pill(tone.value.title(), tone, ft.Icons.SCHEDULE) for tone in Tone),
        ],
    )
    return Scaffold(
        head,
        [
            Waiting(),
            Banner(
                "Can’t reach the centre. 14 records are kept here and will go later.", Tone.WARN
            ),
            Needs(),
            Party(),
            Section("Signs", signs, Words(GREETINGS)),
            EmptyState(
                "Nobody is waiting.", ft.Icons.CHAIR_OUTLINED, Tap("empty", "New arrival", nothing)
            ),
        ],
        PLACES,
        "go-front",
        PrimaryButton(Tap("foot", "Give ticket A12", nothing), is_wide=True),
    )


def make_main(language: str = "en", mode: ft.ThemeMode = ft.ThemeMode.SYSTEM):
    """Give the gallery's `main`, in a language's direction and a brightness."""

    def main(page: ft.Page) -> None:
        open_page(page, HALL.feed, Gallery, strings_in(language))
        page.theme_mode = mode
        page.rtl = language == "ar"

    return main


async def cut_all_lines() -> None:
    """Drop the line of every open page, and let somebody arrive before any is back."""
    manager: Any = app_manager
    for session in tuple(manager._FletAppManager__sessions.values()):
        if session.connection is not None:
            await session.connection._FletApp__websocket.close()
    await asyncio.sleep(0)
    HALL.arrive()


async def run(serving: Serving, listening: socket.socket) -> None:
    """Serve, and cut all lines whenever a test asks for it."""
    cuts: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, lambda: cuts.add(loop.create_task(cut_all_lines())))
    await serve(serving, listening, up=say)


def say(address: str) -> None:
    """Say where the gallery is, to whoever started it."""
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


def main() -> None:
    """Serve the gallery until told to stop."""
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--language", default="en")
    options.add_argument("--mode", default="system")
    given = options.parse_args()
    listening = listen(given.port)
    if isinstance(listening, PortTaken):
        raise SystemExit(listening.sentence)
    serving = Serving(
        main=make_main(given.language, ft.ThemeMode(given.mode)),
        assets=ROOT / "assets",
        cache=given.data / "web",
        boot=uuid.uuid4().hex,
        now_millis=lambda: time.time_ns() // 1_000_000,
    )
    asyncio.run(run(serving, listening))


if __name__ == "__main__":
    main()
