"""Letting one more tablet in: what it is called, a picture to scan, a code to type, a word."""

from collections.abc import Callable
from dataclasses import dataclass, field

import flet as ft

from hub_app.core.refusal import Refusal
from hub_app.ui import routes
from hub_app.ui.component import component
from hub_app.ui.hooks import use_feed, use_kept, use_tick, use_width
from hub_app.ui.latest import use_latest
from hub_app.ui.page import tell
from hub_app.ui.parts import (
    Banner,
    BigButton,
    Card,
    EmptyState,
    Head,
    QuietButton,
    QuietWords,
    Scaffold,
    Tap,
    Together,
    Words,
)
from hub_app.ui.parts.chip import ChipSlot
from hub_app.ui.parts.qr import QrCode
from hub_app.ui.refusals import done, sentence
from hub_app.ui.running import Running
from hub_app.ui.screens.desk_foot import Foot
from hub_app.ui.screens.invite_compare import Compare, LargeCode, Middle
from hub_app.ui.screens.tablet_row import Draft, DraftForm
from hub_app.ui.screens.tablet_words import countdown, left_to_right, role_words
from hub_app.ui.strings import _
from hub_app.ui.tablets import Tablets
from hub_app.ui.tokens import Space, Tone, Type, Width
from hub_app.view.tablet_rows import may_manage
from hub_app.view.tablets import Invitation

_QR_SIDE = {Width.NARROW: 320, Width.MEDIUM: 400, Width.WIDE: 440}


@dataclass(frozen=True)
class Wish:
    """Who is to be let in, how often that was begun, and what became of the one before."""

    draft: Draft = field(default_factory=Draft)
    begun: int = 0
    came_to: str = ""


NEW = Wish()


@dataclass(frozen=True, eq=False)
class InviteTaps:
    """What the taps of the screen do. `held` is the invitation as it stands, if there is one."""

    tablets: Tablets
    held: Invitation | None
    wish: Wish
    keep: Callable[[Wish], None]

    def draft(self, new: Draft) -> None:
        """Go on typing and choosing."""
        self.keep(Wish(new, came_to=self.wish.came_to))

    async def invite(self) -> None:
        """Begin the invitation."""
        draft = self.wish.draft
        if done(await self.tablets.invite(draft.name, draft.role)) is not None:
            self.keep(Wish(draft, self.wish.begun + 1))

    async def again(self) -> None:
        """Begin one more for the same tablet, whose code is spent."""
        if self.held is not None:
            draft = Draft(self.held.name, self.held.role)
            await InviteTaps(self.tablets, self.held, Wish(draft), self.keep).invite()

    async def copy(self) -> None:
        """Put what the picture says where it can be pasted from."""
        if self.held is not None:
            await ft.Clipboard().set(self.held.qr)
            tell(ft.context.page, _("Copied. Paste it on the other tablet."))

    def end(self) -> None:
        """Take the invitation back, and ask again whom it is for."""
        self.tablets.end_invitation()
        self.keep(Wish(self.wish.draft))

    async def same(self) -> None:
        """The word is the same on both screens: that tablet stays."""
        name = self.held.joined if self.held else ""
        self.tablets.end_invitation()
        self.keep(NEW)
        await routes.go(routes.TABLETS)
        tell(ft.context.page, _("{name} is part of this hub now.", name=name))

    def other(self) -> None:
        """The words differ: somebody else came in, and goes out again."""
        if self.held is None:
            return
        refused = self.tablets.remove(self.held.joined_device)
        if refused is not None:
            tell(ft.context.page, sentence(refused))
            return
        self.tablets.end_invitation()
        said = _(
            "{name} was removed again, and empties itself of what it had of this hub. Somebody"
            " else may have used the invitation: make a new one, and show it only to whom you"
            " mean.",
            name=self.held.joined,
        )
        self.keep(Wish(self.wish.draft, came_to=said))


@component
def InviteScreen(running: Running) -> ft.Control:
    """Give the way in for one tablet: the questions, then the invitation, then the word."""
    use_feed(running.feed)
    use_tick(1)
    wish, keep = use_kept("invite", NEW)
    held = running.tablets.invitation()
    taps = InviteTaps(running.tablets, held, wish, keep)
    draft = use_latest(taps.draft)
    back = Tap("back", _("Back"), routes.go, (routes.TABLETS,), ft.Icons.ARROW_BACK)
    head = Head(_("Add a tablet"), "", back, ChipSlot(running))
    if not may_manage(running.tablets.status()):
        said = sentence(Refusal.NOT_COORDINATOR)
        return Scaffold(head, [EmptyState(said, ft.Icons.LOCK_OUTLINED)])
    if held is not None and held.joined:
        return Scaffold(head, [_compare(held, taps)])
    if held is not None and held.until_seconds > 0:
        return Scaffold(head, [_shown(held, taps)])
    if held is not None or wish.begun:
        return Scaffold(head, [_over(taps)])
    body: list[ft.Control] = [Banner(wish.came_to, Tone.WARN)] if wish.came_to else []
    body.append(Middle(DraftForm(wish.draft, draft, key="invite-draft")))
    label, why_not = _("Show the invitation"), wish.draft.why_not
    going = Tap("invite-begin", label, taps.invite, (), ft.Icons.QR_CODE_2, why_not)
    return Scaffold(head, body, foot=Foot(going, hint=_("For one tablet, and five minutes.")))


def _compare(held: Invitation, taps: InviteTaps) -> ft.Control:
    said = _("{name} joined. The word here is:", name=held.joined)
    asked = _("Is the same word on its screen?")
    yes = Tap("word-same", _("Yes, it is the same"), taps.same, (), ft.Icons.CHECK)
    no = Tap("word-other", _("No, it is another word"), taps.other)
    return Compare(held.word, (said, asked), yes, no)


def _over(taps: InviteTaps) -> ft.Control:
    """Say that an invitation holds no longer, and offer the same again."""
    said = _(
        "The invitation for {name} holds no longer: it was used, a wrong code was typed, or five"
        " minutes are over.",
        name=taps.held.name if taps.held is not None else taps.wish.draft.name,
    )
    fresh = Tap("invite-again", _("Make a new one"), taps.invite, (), ft.Icons.QR_CODE_2)
    change = Tap("invite-change", _("For another tablet"), taps.end)
    return Middle(Banner(said, Tone.PLAIN), BigButton(fresh), QuietButton(change, is_wide=True))


def _shown(held: Invitation, taps: InviteTaps) -> ft.Control:
    """Give an invitation: the picture to scan beside the code to type, and how long it holds."""
    width = use_width()
    label = _("The picture the other tablet scans")
    picture = ft.Row(
        [QrCode(held.qr, label, _QR_SIDE[width])], alignment=ft.MainAxisAlignment.CENTER
    )
    as_what = _("{name} · {role}", name=held.name, role=role_words(held.role))
    kind = Type.TICKET if width is Width.NARROW else Type.CALLED
    buttons = Together(
        QuietButton(Tap("invite-copy", _("Copy it as text"), taps.copy)),
        QuietButton(Tap("invite-end", _("End this invitation"), taps.end)),
    )
    code: ft.Control = ft.Column(
        [
            QuietWords(_("It can’t scan? Type this code there:")),
            LargeCode(left_to_right(held.code), kind),
        ],
        tight=True,
        spacing=Space.XS,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    if held.is_code_spent:
        said = _("A wrong code was typed, so this code is spent. Make a new one.")
        fresh = Tap("invite-again", _("Make a new one"), taps.again, (), ft.Icons.QR_CODE_2)
        code = Banner(said, Tone.WARN, (fresh,))
    lines: list[ft.Control] = [
        Words(as_what, Type.HEADING),
        Words(
            _("On the other tablet, tap ‘Join a hub that is already running’ and let it scan this.")
        ),
        code,
        QuietWords(
            _("Should it ask where this tablet is: {address}", address=left_to_right(held.address))
        ),
        Words(_("Holds for {time} more", time=left_to_right(countdown(held.until_seconds)))),
        buttons,
    ]
    texts = ft.Column(
        lines,
        tight=True,
        spacing=Space.L,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    if width is Width.WIDE:
        row: list[ft.Control] = [picture, ft.Container(texts, expand=True)]
        return Card(ft.Row(row, spacing=Space.XXL))
    return Card(picture, texts)
