"""The plan on the slip: one line for all of it, then each stop with its reason."""

import flet as ft

from hub_app.core.stops import PlanWhy
from hub_app.ui.component import guard
from hub_app.ui.parts import Heading, QuietButton, QuietWords, Tap, Words, tappable
from hub_app.ui.screens.desk_why import Here
from hub_app.ui.screens.draft_taps import DraftTaps
from hub_app.ui.screens.headline import headline
from hub_app.ui.screens.phrases import needs_in_words
from hub_app.ui.screens.reasons import sign_of, why_there
from hub_app.ui.strings import _
from hub_app.ui.tokens import Edge, Fill, Height, Ink, Radius, Space, Tone, Type, Width
from hub_app.view.triage import StopRow


def plan_part(here: Here, stops: tuple[StopRow, ...], taps: DraftTaps, width: Width) -> ft.Control:
    """Give the stops in order; each but the first can be put first at one tap."""
    is_own = bool(taps.draft.order)
    title = _("Your order") if is_own else _("Where to go")
    lines: list[ft.Control] = [
        Heading(title),
        ft.Semantics(
            live_region=True,
            content=ft.Container(Words(headline(here, stops), Type.LEAD), key="headline"),
        ),
    ]
    if is_own:
        back = Tap("as-suggested", _("Back to the suggested order"), taps.as_suggested)
        lines.append(QuietButton(back, is_wide=True))
    order = tuple(stop.service for stop in stops)
    for place, stop in enumerate(stops, start=1):
        can_go_first = place > 1 and stop.why is not PlanWhy.NOT_HERE
        first = _first(stop.service, order, taps) if can_go_first else None
        lines.append(_stop(here, f"{place}. {_name(here, stop)}", stop, (first, width)))
    return ft.Column(
        lines, tight=True, spacing=Space.S, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _name(here: Here, stop: StopRow) -> str:
    service = here.service(stop.service)
    return service if stop.desk in ("", service) else f"{service} · {stop.desk}"


def _first(service: str, order: tuple[str, ...], taps: DraftTaps) -> ft.Control:
    label, icon = _("Go here first"), ft.Icons.ARROW_UPWARD
    tap = Tap(f"first-{service}", label, taps.go_first, (service, order), icon)
    row = [ft.Icon(icon, size=20, color=Ink.ACTION), Words(label, Type.SMALL, colour=Ink.ACTION)]
    box = ft.Container(
        key=tap.key,
        ink=True,
        height=Height.LEAST,
        padding=ft.Padding.symmetric(horizontal=Space.M),
        border=ft.Border.all(1, Edge.CONTROL),
        border_radius=Radius.CONTROL,
        on_click=guard(tap.act, *tap.given),
        content=ft.Row(row, tight=True, spacing=Space.XS, alignment=ft.MainAxisAlignment.CENTER),
    )
    return tappable(tap, box)


def _stop(
    here: Here, name: str, stop: StopRow, look: tuple[ft.Control | None, Width]
) -> ft.Control:
    first, width = look
    tone, icon = sign_of(stop)
    lines: list[ft.Control] = [
        Words(name, Type.LEAD),
        QuietWords(_("for {needs}", needs=needs_in_words(here.pack, stop.needs))),
    ]
    if first is not None and width is not Width.MEDIUM:
        both = ft.Column(lines, tight=True, spacing=Space.XS, expand=True)
        lines = [ft.Row([both, first], spacing=Space.S)]
    lines.append(sign_line(why_there(here, stop), tone, icon))
    if first is not None and width is Width.MEDIUM:
        lines.append(first)
    return boxed(lines, f"stop-{stop.service}")


def boxed(lines: list[ft.Control], key: str) -> ft.Control:
    """Give lines on a small sheet of their own."""
    return ft.Container(
        key=key,
        padding=Space.M,
        bgcolor=Fill.PAPER,
        border=ft.Border.all(1, Edge.HAIRLINE),
        border_radius=Radius.CONTROL,
        content=ft.Column(
            lines,
            tight=True,
            spacing=Space.XS,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    )


def sign_line(text: str, tone: Tone, icon: ft.IconData) -> ft.Control:
    """Give a sentence with its sign; unlike a pill it may run over several lines."""
    return ft.Container(
        bgcolor=tone.fill,
        border_radius=Radius.CONTROL,
        padding=ft.Padding.symmetric(horizontal=Space.M, vertical=Space.XS),
        content=ft.Row(
            spacing=Space.S,
            controls=[
                ft.Icon(icon, size=20, color=tone.ink),
                ft.Container(Words(text, Type.SMALL, colour=tone.ink), expand=True),
            ],
        ),
    )
