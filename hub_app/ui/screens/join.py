"""Joining a hub that is already running: scan, paste or type, compare a word, catch up."""

import flet as ft

from hub_app.core.refusal import Refusal
from hub_app.ui import routes
from hub_app.ui.component import component, memo
from hub_app.ui.hooks import use_feed
from hub_app.ui.parts import (
    Banner,
    BigButton,
    EmptyState,
    Head,
    Heading,
    QuietButton,
    QuietWords,
    Scaffold,
    Tap,
    TextBox,
    Words,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.refusals import sentence
from hub_app.ui.running import Running
from hub_app.ui.screens.invite_compare import Compare, Middle
from hub_app.ui.screens.join_camera import CameraScan, is_offered
from hub_app.ui.screens.join_talk import JoinTalk, Stage, talk_of
from hub_app.ui.screens.tablets import CatchingUp
from hub_app.ui.strings import _
from hub_app.ui.tokens import Fill, Space, Tone, Type
from hub_app.view.tablet_rows import Arriving, arriving
from hub_app.view.tablets import InHall


@component
def JoinScreen(running: Running) -> ft.Control:
    """Give the way into another hub, for a tablet that has nothing of its own yet."""
    use_feed(running.feed)
    talk = talk_of(running)
    use_feed(talk.feed)
    is_asked = talk.stage is Stage.ASKED

    async def leave() -> None:
        talk.end()
        await routes.go(routes.CHOOSE)

    back = Tap("back", _("Back"), leave, (), ft.Icons.ARROW_BACK) if is_asked else None
    head = Head(_("Join a hub"), back=back, slot=ChipSlot(running))
    is_stranger = running.tablets.status().is_stranger
    if is_asked and not (running.hub.is_blank or is_stranger):
        said = sentence(Refusal.HAS_ITS_OWN_FACTS)
        return Scaffold(head, [EmptyState(said, ft.Icons.LOCK_OUTLINED)])
    if talk.is_put_out:
        return Scaffold(head, [_put_out(talk)])
    match talk.stage:
        case Stage.ASKED:
            shown = JoinForm(talk, key="join-form")
        case Stage.JOINING:
            shown = _joining()
        case Stage.COMPARING:
            shown = _comparing(talk)
        case Stage.ARRIVING:
            shown = _arriving(running.tablets.status(), Tap("join-done", "", leave))
    return Scaffold(head, [shown])


@component
def JoinForm(talk: JoinTalk) -> ft.Control:
    """Give the one field for what is scanned, pasted or typed, and what went wrong before."""
    use_feed(talk.feed)
    is_open, set_open = ft.use_state(bool(talk.address))
    parts: list[ft.Control] = [Banner(talk.failed, Tone.WARN)] if talk.failed else []
    parts += [
        Words(
            _(
                "On a coordinator’s tablet, open ‘This hall’, ‘Tablets’, ‘Add a tablet’. Scan the"
                " picture it shows, paste its text, or type its code."
            )
        ),
        *_camera_place(talk),
        ScanField(talk, key=f"join-field-{talk.tries}"),
        BigButton(Tap("join-send", _("Join"), talk.send, (), ft.Icons.LOGIN)),
        QuietButton(
            Tap("join-where", _("The other tablet isn’t found?"), set_open, (not is_open,)),
            is_wide=True,
        ),
    ]
    if is_open:
        parts.append(AddressField(talk, key="join-address-field"))
    return Middle(*parts)


def _camera_place(talk: JoinTalk) -> list[ft.Control]:
    """Give what scans with this tablet's camera, where there can be one. It is above the field."""
    return [CameraScan(talk.join, key="join-camera")] if is_offered(ft.context.page) else []


@memo
def ScanField(talk: JoinTalk) -> ft.Control:
    """Give the field a scanner writes into. It is never drawn again while somebody types."""
    label = _("What you scan, paste or type")
    box = TextBox("join-said", label, talk.said, talk.type, talk.send)
    if isinstance(box, ft.Semantics) and isinstance(box.content, ft.TextField):
        box.content.autofocus = True  # a scanner types by itself, and ends with Enter
        _no_guesses(box.content)
    return box


@memo
def AddressField(talk: JoinTalk) -> ft.Control:
    """Give the field for where the other tablet is, as its screen says."""
    label = _("The address on the other screen")
    box = TextBox("join-address", label, talk.address, talk.type_address, talk.send)
    if isinstance(box, ft.Semantics) and isinstance(box.content, ft.TextField):
        _no_guesses(box.content)
    hint = _("It is there below the code. Both tablets have to be on the same Wi-Fi.")
    stretch = ft.CrossAxisAlignment.STRETCH
    parts = [box, QuietWords(hint)]
    return ft.Column(parts, tight=True, spacing=Space.XS, horizontal_alignment=stretch)


def _no_guesses(field: ft.TextField) -> None:
    # A keyboard that corrects words would make another code of it.
    field.autocorrect = False
    field.enable_suggestions = False


def _joining() -> ft.Control:
    return Middle(
        Heading(_("Asking the other tablet to let this one in…")),
        ft.ProgressBar(
            key="joining",
            color=Fill.ACTION,
            bgcolor=Fill.RAISED,
            bar_height=Space.S,
            border_radius=Space.XS,
        ),
        QuietWords(_("This takes a few seconds."), Type.BODY),
    )


def _comparing(talk: JoinTalk) -> ft.Control:
    joined = talk.joined
    if joined is None:  # never: a word is compared only once there is one
        return _joining()
    said = _("{by} let this tablet in as {name}. The word here is:", by=joined.by, name=joined.name)
    asked = _("Is the same word on the other screen?")
    yes = Tap("word-same", _("Yes, it is the same"), talk.same, (), ft.Icons.CHECK)
    no = Tap("word-other", _("No, it is another word"), talk.other)
    return Compare(joined.word, (said, asked), yes, no)


def _put_out(talk: JoinTalk) -> ft.Control:
    said = _(
        "The other tablet has put this one out again, and this one holds nothing of that hub."
        " Ask for a new invitation."
    )
    again = Tap("join-again", _("Join again"), talk.begin_again)
    return Middle(Banner(said, Tone.WARN), BigButton(again))


def _arriving(in_hall: InHall, leave: Tap) -> ft.Control:
    match arriving(in_hall):
        case Arriving.THERE:
            going = Tap(leave.key, _("Begin"), leave.act, (), ft.Icons.CHECK)
            words = _("This tablet has everything the others have.")
            return Middle(Banner(words, Tone.GOOD), BigButton(going))
        case Arriving.COMING:
            title = _("Getting what the others have…")
            words = _("Stay here until all of it has come: until then the lists may be old.")
        case Arriving.WAITING:
            title = _("Waiting for the others…")
            words = _("Keep the other tablet on, and both on the same Wi-Fi.")
    meanwhile = Tap("join-meanwhile", _("Go to the start meanwhile"), leave.act)
    return Middle(
        Heading(title),
        CatchingUp(in_hall),
        QuietWords(words, Type.BODY),
        QuietButton(meanwhile, is_wide=True),
    )
