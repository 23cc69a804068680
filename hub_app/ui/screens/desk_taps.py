"""What a desk's taps do: each asks the hub, and tells its refusal to whoever tapped."""

from dataclasses import dataclass

from hub_app.core.content import Service
from hub_app.core.events import Checked, EntitlementsChecked
from hub_app.core.refusal import Refusal
from hub_app.core.visit import Visit
from hub_app.hub import Came, Hub, Tap
from hub_app.ui.calling import Calling
from hub_app.ui.refusals import done
from hub_app.ui.screens.desk_draft import Draft, gains_of, referred_of
from hub_app.view.desk import DeskView


@dataclass(frozen=True, eq=False)
class DeskTaps:
    """The taps of one desk. One of these lives as long as the screen, so rows keep their memo.

    Calls are decided among all tablets, so they are asked for; everything else is this hub's own.
    """

    hub: Hub
    desk: str
    calling: Calling

    async def call_next(self) -> None:
        """Call whoever is next."""
        await self.calling.next(self.desk)

    async def call(self, visit: str) -> None:
        """Call a family by name."""
        await self.calling.named(self.desk, visit)

    def call_here(self, visit: str) -> None:
        """Begin with a family that stands in front of the desk, while nobody can be asked."""
        done(self.hub.call_here(self.desk, visit))

    def clash_seen(self, visit: str) -> None:
        """Say that this desk has read of a family that it and another had called."""
        done(self.hub.clash_seen(self.desk, visit))

    def start(self, visit: str) -> None:
        """They are here: begin serving."""
        done(self.hub.start(self.desk, visit))

    def no_show(self, visit: str) -> None:
        """They did not come."""
        done(self.hub.no_show(self.desk, visit))

    def hold(self, visit: str) -> None:
        """Let them step aside with their place kept."""
        done(self.hub.hold(self.desk, visit))

    def resume(self, visit: str) -> None:
        """They are ready again."""
        done(self.hub.resume(visit))

    def walk(self, visit: str) -> None:
        """Somebody is walking them over."""
        done(self.hub.walk(visit))

    def receive(self, visit: str) -> None:
        """They have arrived from another desk."""
        done(self.hub.receive(self.desk, visit))

    def take_back(self, visit: str) -> None:
        """Take an offer back that was not received: they wait again."""
        done(self.hub.take_back(self.desk, visit))

    def take_break(self) -> None:
        """Go on a break."""
        done(self.hub.take_break(self.desk))

    def come_back(self) -> None:
        """Come back from the break."""
        done(self.hub.come_back(self.desk))

    def close_desk(self) -> None:
        """Go for today."""
        done(self.hub.close_desk(self.desk))

    def open_again(self) -> None:
        """Be here again after having gone, with what was offered before."""
        known = self.hub.session.desks.get(self.desk)
        if known is None:
            done(Refusal.NO_SUCH_DESK)
        else:
            done(self.hub.open_desk(known.name, known.services, self.desk))

    def leaving_at(self, at: int | None) -> bool:
        """Say when the desk leaves (milliseconds), None that it stays; gives whether it was."""
        return done(self.hub.leaving_at(self.desk, at)) is not None

    def undo_presence(self) -> None:
        """Take back the desk's own last change."""
        done(self.hub.undo_desk(self.desk))

    def undo(self, tap: Tap) -> None:
        """Take back a tap on a visit."""
        done(self.hub.undo_visit(tap.visit))

    def add_need(self, visit: str, need: str, service: str) -> bool:
        """Open one more need; gives whether it was."""
        return done(self.hub.add_need(visit, need, service)) is not None

    def check(self, visit: str, lines: tuple[Checked, ...]) -> bool:
        """Keep where a family stands with its entitlements; gives whether it was kept."""
        kept = self.hub.check_entitlements(visit, EntitlementsChecked(lines))
        return done(kept) is not None

    def end(self, draft: Draft) -> bool:
        """Finish or hand over as a draft says; gives whether it was done."""
        hub, pack = self.hub, self.hub.pack
        outcome = draft.outcome or ""
        settles = pack.outcome(outcome).settles
        is_unmet, is_referred = settles == "unmet", settles == "referred"
        gains = gains_of(draft) if pack.outcome(outcome).asks_gain else ()
        came = Came(
            gains,
            draft.reason if is_unmet else None,
            note=draft.note if draft.to else "",
            referred=referred_of(draft, self.desk, hub.today()) if is_referred else None,
        )
        ended: Visit | Refusal
        if draft.to:
            ended = hub.hand_over(self.desk, draft.visit, draft.to, outcome, came)
        else:
            ended = hub.finish(self.desk, draft.visit, outcome, came)
        return done(ended) is not None


def service_here(view: DeskView, services: tuple[Service, ...]) -> str:
    """Give which of a need's services this desk itself gives, the running one first; else none."""
    offered = {service.id for service in services}
    running = (view.with_me.service,) if view.with_me else ()
    mine = [code for code in (*running, *view.desk.services) if code in offered]
    return mine[0] if mine else ""


def last_of(taps: tuple[Tap, ...], view: DeskView) -> Tap | None:
    """Give the newest tap that concerns this desk and may be undone, or None."""
    near = {row.row.visit for row in view.sent} | {row.visit for row in view.on_hold}
    if view.with_me:
        near.add(view.with_me.row.visit)
    mine = (t for t in taps if t.desk == view.desk.desk or (not t.desk and t.visit in near))
    return next(mine, None)
