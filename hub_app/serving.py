"""A tablet at work: its screens in the browser, its courier, and what time alone brings about."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from hub_app import config
from hub_app.carrying import Carrying
from hub_app.foresight import Foresight
from hub_app.lan.discovery import own_addresses
from hub_app.lan.tablets import Around, Tablets, Where
from hub_app.line import courier_for
from hub_app.main import Tablet, chance, means, mint
from hub_app.sending import Sending
from hub_app.telling import letter
from hub_app.ui.app import make_main
from hub_app.ui.board import Beside, PlainPages
from hub_app.ui.feed import Feed
from hub_app.ui.pairing_words import pairing_sentence
from hub_app.ui.running import Running
from hub_app.ui.serve import Serving, address, serve
from hub_app.ui.strings import SOURCE
from hub_app.view.chip import SyncStatus
from hub_app.view.tablets import Step
from sync.courier import Courier
from sync.http import BadAddress, HttpEndpoint

LOOK_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Others:
    """How other tablets reach this one: at an address of its own and a port, and by which name."""

    host: str = "0.0.0.0"  # noqa: S104 it answers only to paired tablets, and only once paired
    port: int = config.OTHERS_PORT
    name: str = "1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for: the centre to send to, and the language of the staff's screens."""

    centre: str | None = None
    language: str = SOURCE
    others: Others = field(default_factory=Others)


_NOT_ALL_HERE = frozenset({Step.CUT_OFF, Step.CATCHING_UP, Step.SOME_AWAY})
_log = logging.getLogger(__name__)


class Work:
    """What one running tablet does beside its screens; all on the one loop."""

    def __init__(self, tablet: Tablet, others: Others) -> None:
        self._tablet = tablet
        self.feed = Feed()
        where = Where(tablet.files.identity, others.host, others.port, others.name)
        hub = f"{tablet.place.council}/{tablet.place.hub}"
        around = Around(
            own_addresses, pairing_sentence, is_found=True, wiping=tablet.lose_key, hub=hub
        )
        lines = means()
        self.tablets = Tablets(tablet.hub, where, around, lines, self.feed.changed)
        told = self.feed.changed
        self.sending = Sending(tablet, lambda: self.tablets.node, lines.monotonic, told)
        tablet.hub.listen(self._heard)

    def status(self) -> SyncStatus:
        """Give what is known of the centre."""
        return self.sending.status()

    def _heard(self) -> None:
        self.feed.changed()
        self.sending.heard()

    def send_now(self) -> None:
        """Seal what may leave, and have all that waits tried now: a person asks for it."""
        self.sending.send_now()

    async def look(self) -> None:
        """Sign off what is due and seal what a new day lets go, for as long as the tablet runs."""
        while True:
            try:
                self.look_round()
            except Exception:  # noqa: BLE001 what time alone brings about must not end unseen
                _log.exception("a look round stumbled; it goes on")
            await asyncio.sleep(LOOK_SECONDS)

    def look_round(self) -> None:
        """Look once; a courier that backs off is left in peace unless there is something new."""
        if self.tablets.status().step not in _NOT_ALL_HERE:  # a person may still do it by a tap
            self._tablet.hub.sign_off_when_due()
        self.sending.look()


@contextlib.asynccontextmanager
async def _line(
    tablet: Tablet, centre: str | None, sending: Sending
) -> AsyncGenerator[Courier | None]:
    endpoint = None if centre is None else HttpEndpoint.at(centre)
    if endpoint is None or isinstance(endpoint, BadAddress):
        yield None
        return
    async with endpoint:
        courier = courier_for(tablet, endpoint, sending.terms)
        sending.employ(courier)
        yield courier


async def _tend(courier: Courier) -> None:
    """Keep the courier going: what nobody foresaw is logged, and tried again later."""
    while True:
        try:
            await courier.run()
        except Exception:  # noqa: BLE001 a courier that stopped unseen would keep every batch here
            _log.exception("the courier stumbled; it goes on")
        await asyncio.sleep(LOOK_SECONDS)


async def run(
    tablet: Tablet,
    listening: socket.socket,
    *,
    wanted: Wanted,
    up: Callable[[str], object],
) -> None:
    """Run a tablet on a port that is taken already, until Ctrl-C; `up` gets its address."""
    work = Work(tablet, wanted.others)
    async with _line(tablet, wanted.centre, work.sending) as courier:
        here = address(listening)
        foresight = Foresight(tablet.hub, chance(), work.feed.changed)
        running = Running(
            tablet.hub,
            work.feed,
            work.status,
            work.send_now,
            work.tablets,
            here,
            foresight.wait,
            foresight.stay,
            Carrying(tablet.outbox, work.sending.note, lambda: letter(tablet)),
        )
        serving = Serving(
            main=make_main(running, wanted.language),
            assets=config.assets(),
            cache=tablet.files.cache,
            boot=mint(),
            now_millis=tablet.hub.now,
            plain=PlainPages(
                tablet.hub,
                config.assets(),
                language=wanted.language,
                beside=Beside(foresight.about, lambda: not work.tablets.status().may_call),
            ),
        )
        forever = (work.look(), foresight.run(), work.tablets.run())
        tasks = [asyncio.create_task(each) for each in forever]
        if courier is not None:
            tasks.append(asyncio.create_task(_tend(courier)))
        try:
            await serve(serving, listening, up=up)
        finally:
            await work.tablets.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
