"""What happens to four tablets and eight desks while families come: and what people were told."""

import asyncio
import contextlib
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from hub_app.config import OTHERS_PORT
from tests.lan import apart_logs
from tests.lan.apart import NET, PROXIES, SIDE_NET, Hall, Process, Said, pair, passing, until
from tests.support.tcp_proxy import TcpProxy

TABLETS = 4
SHARED = ("housing", "money", "energy", "work")
OWN = ("dwp", "sss", "council_money", "welfare", "childcare", "health", "legal", "greeter")
SHARED_PART = 0.75
WAITING = 300
BATCH, FEW = 20, 4  # that come at once: in the usual run of things, and to a session that is long
ROUND = ("halves", "keeper off", "one off", "kill the keeper", "slow")
SLOW = TABLETS - 1  # the tablet whose line is slow when one is
# For so long a call nobody told the desk of may be taken back: at any time, and over a slow line.
UNSURE_SECONDS, UNSURE_WHEN_SLOW_SECONDS = 5.0, 12.0


@dataclass
class Heard:
    """What people were told, in the order they were."""

    arrived: dict[str, float] = field(default_factory=dict[str, float])
    called: dict[str, list[str]] = field(default_factory=lambda: defaultdict[str, list[str]](list))
    began: dict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    finished: set[str] = field(default_factory=set[str])
    calls: list[tuple[float, float, int]] = field(default_factory=list[tuple[float, float, int]])
    here: int = 0
    cut_off: int = 0
    odd: Counter[str] = field(default_factory=Counter[str])


class Story:
    """One run: `calls` in all, troubles drawn with `seed`."""

    def __init__(self, folder: Path, calls: int, seed: int, family_limit: int) -> None:
        self.heard, self._chance = Heard(), Random(seed)
        self._folder, self._calls, self._limit = folder, calls, family_limit
        self.hall = Hall(TABLETS)
        self.tablets = [
            Process(self.hall.enter(n), folder / f"t{n}", _addresses(n), self._hear)
            for n in range(TABLETS)
        ]
        self.again = defaultdict[str, list[float]](list)
        self.sessions = 0
        self._came = 0  # to this session
        self._is_feeding = False
        self.slow_calls = 0
        self.cpu_seconds = 0.0

    # --- what is heard -----------------------------------------------------------------------

    def _hear(self, tablet: Process, said: Said) -> None:
        heard = self.heard
        if "arrived" in said:
            heard.arrived[said["arrived"]] = said["at"]
        elif "called" in said:
            heard.called[said["called"]].append(said["desk"])
            heard.calls.append((said["asked"], said["at"], self.tablets.index(tablet)))
        elif "here" in said:
            heard.called[said["here"]].append(said["desk"])
            heard.here += 1
        elif "took" in said:
            heard.began[said["took"]].add(said["desk"])
        elif "finished" in said:
            heard.finished.add(said["finished"])
        elif "cut_off" in said:
            heard.cut_off += 1
        else:
            heard.odd[said["odd"]] += 1
            _tell(f"  odd, at tablet {self.tablets.index(tablet)}: {said}")

    async def _called_again(self, since: float, by: Sequence[int], what: str) -> None:
        """Wait until each of these was answered a call it asked for since; keep how long."""
        left, seen = set(by), len(self.heard.calls)
        while left:
            await passing(0.02)
            for asked, at, number in self.heard.calls[seen:]:
                if asked > since and number in left:
                    left.remove(number)
                    self.again[what].append(at - since)
            seen = len(self.heard.calls)
            assert time.monotonic() - since < 45, f"{what}: {sorted(left)} never called again"
        _tell(f"  again after {[round(s, 1) for s in self.again[what][-len(by) :]]} s")

    # --- how it begins -----------------------------------------------------------------------

    async def begin(self) -> None:
        """Start all, pair them, open the hall."""
        await asyncio.gather(*(tablet.start() for tablet in self.tablets))
        for number, tablet in enumerate(self.tablets[1:], 1):
            await pair(self.tablets[0], tablet, f"T{number}", "coordinator")
        await self._all_joined()
        for number in range(TABLETS):
            await self._prepare(number)
        await self._open()

    async def _all_joined(self) -> None:
        async def joined() -> bool:
            found = [await tablet.ask("status") for tablet in self.tablets]
            return all(
                len(each["members"]) == TABLETS
                and len(each["linked"]) == TABLETS - 1
                and each["keeper"] == found[0]["keeper"] is not None
                for each in found
            )

        took = await until(joined, "all four are one hall", 60)
        _tell(f"  all in one hall after {took:.1f} s")

    async def _prepare(self, number: int) -> None:
        """Set a tablet’s two desks to work."""
        tablet = self.tablets[number]
        await tablet.ask("doubt", seconds=UNSURE_SECONDS)
        for own in OWN[2 * number : 2 * number + 2]:
            services = [*SHARED, own]
            await tablet.ask("desk", desk=f"desk-{own}", services=services, own=own)

    async def _open(self) -> None:
        opened = await self.tablets[0].ask("open")
        assert "." in opened, opened

        async def everywhere() -> bool:
            found = [await tablet.ask("status") for tablet in self.tablets]
            return all(
                each["session"] == opened and len(each["desks"]) == len(OWN) for each in found
            )

        await until(everywhere, "the session is open at all")
        self.sessions, self._came, self._is_feeding = self.sessions + 1, 0, True

    async def _turn_over(self) -> None:
        """End this session and open the next: with thousands of families one fold gets slow."""
        self._is_feeding = False
        await self._drained()
        closed = await self.tablets[1].ask("close")
        assert "." in closed, closed

        async def everywhere() -> bool:
            found = [await tablet.ask("status") for tablet in self.tablets]
            return not any(each["is_open"] for each in found)

        await until(everywhere, "the session is closed at all")
        await self._open()

    async def _drained(self) -> None:
        async def empty() -> bool:
            found = [await tablet.ask("status") for tablet in self.tablets]
            return not any(each["here"] for each in found)

        await until(empty, "nobody is in the hall", 120)

    # --- families ----------------------------------------------------------------------------

    async def feed(self, number: int) -> None:
        """Let families in at one tablet, whenever fewer than enough wait.

        One session of very many is slow, so then few come; but they come, for desks to call.
        """
        chance, own = Random(number), OWN[2 * number : 2 * number + 2]
        while True:
            is_long = self._came >= 2 * self._limit
            await passing(0.5 if is_long else 0.05)
            tablet = self.tablets[number]
            waiting = len(self.heard.arrived) - len(self.heard.called)
            if not (tablet.is_up and self._is_feeding and waiting < WAITING):
                continue
            wanted = [
                chance.choice(SHARED if chance.random() < SHARED_PART else own)
                for _ in range(FEW if is_long else BATCH)
            ]
            self._came += len(wanted)
            with contextlib.suppress(asyncio.CancelledError, ConnectionError, BrokenPipeError):
                await tablet.ask("arrive", services=wanted)

    # --- troubles ----------------------------------------------------------------------------

    async def tell(self, rounds: int) -> None:
        """Let it all happen, spread evenly over the calls."""
        troubles = [each for _ in range(rounds) for each in self._chance.sample(ROUND, len(ROUND))]
        for number, trouble in enumerate(troubles, 1):
            await self._until_called(number * self._calls // (len(troubles) + 1))
            if self._came > self._limit / 2:
                await self._turn_over()
            _tell(f"{len(self.heard.calls)} calls; {trouble}")
            await self._meet(trouble)
            await self._all_joined()
        await self._until_called(self._calls)

    async def _until_called(self, count: int) -> None:
        while len(self.heard.calls) < count:
            if self._came > self._limit:
                await self._turn_over()
            some = min(count, len(self.heard.calls) + 50)
            await until(lambda some=some: len(self.heard.calls) >= some, "calls go on", 60)

    async def _meet(self, trouble: str) -> None:
        match trouble:
            case "halves":
                await self._halves()
            case "keeper off":
                await self._one_off(await self._keeper())
            case "one off":
                keeper = await self._keeper()
                await self._one_off(self._chance.choice([n for n in range(TABLETS) if n != keeper]))
            case "kill the keeper":
                await self._kill()
            case _:
                await self._slow()

    async def _keeper(self) -> int:
        devices = [tablet.device for tablet in self.tablets]

        async def known() -> bool:
            return (await self.tablets[0].ask("status"))["keeper"] in devices

        await until(known, "somebody is the keeper")
        return devices.index((await self.tablets[0].ask("status"))["keeper"])

    async def _halves(self) -> None:
        """Part two from two: nobody has a majority, and nobody may be called by turn."""
        away = self._chance.sample(range(TABLETS), 2)
        self.hall.part(*away)
        since, here = time.monotonic(), self.heard.here

        async def cut_off() -> bool:
            found = [await tablet.ask("status") for tablet in self.tablets]
            return all(each["step"] == "cut_off" for each in found)

        took = await until(cut_off, "all say that they are cut off")
        await until(lambda: self.heard.here >= here + 8, "desks go on with who is here")
        await passing(2.0)
        parted = [asked - since for asked, _, _ in self.heard.calls if asked > since + 0.5]
        assert not parted, f"called by turn in a half: asked {parted} s after"
        _tell(f"  all said so after {took:.1f} s; {self.heard.here - here} called as here")
        self.hall.heal()
        await self._called_again(time.monotonic(), range(TABLETS), "halves healed")

    async def _one_off(self, away: int) -> None:
        """Part one from three, who go on."""
        was_keeper = away == await self._keeper()
        self.hall.part(away)
        since, here = time.monotonic(), self.heard.here
        rest = [n for n in range(TABLETS) if n != away]
        what = "keeper cut off" if was_keeper else "another cut off"
        await self._called_again(since, rest, what)

        async def cut_off() -> bool:
            return (await self.tablets[away].ask("status"))["step"] == "cut_off"

        await until(cut_off, "the one that is off says so")
        await until(lambda: self.heard.here >= here + 4, "its desks go on with who is here")
        alone = {n: asked - since for asked, _, n in self.heard.calls if asked > since + 0.5}
        assert away not in alone, f"called by turn while alone: asked {alone[away]} s after"
        self.hall.heal()
        await self._called_again(time.monotonic(), [away], "one off healed")

    async def _kill(self) -> None:
        """Kill the keeper, and start it again on its files."""
        killed = await self._keeper()
        await self.tablets[killed].kill()
        rest = [n for n in range(TABLETS) if n != killed]
        await self._called_again(time.monotonic(), rest, "keeper killed")
        began = time.monotonic()
        await self.tablets[killed].start()
        await self._prepare(killed)
        await self._called_again(began, [killed], "killed one back")

    async def _slow(self) -> None:
        """Leave one tablet only lines that are slow, that stall, and that are reset."""
        for tablet in self.tablets:
            await tablet.ask("doubt", seconds=UNSURE_WHEN_SLOW_SECONDS)
        async with AsyncExitStack() as stack:
            proxies = [
                await stack.enter_async_context(
                    TcpProxy((_target(n), OTHERS_PORT), ip=_addresses(n)[1], port=OTHERS_PORT)
                )
                for n in range(TABLETS)
            ]
            for proxy in proxies:
                proxy.delay_seconds = 0.15
            self.hall.part(SLOW)
            since = time.monotonic()
            rest = [n for n in range(TABLETS) if n != SLOW]
            await self._called_again(since, rest, "others beside a slow one")
            await self._called_again(since, [SLOW], "over a slow line")
            for _ in range(4):
                proxy = self._chance.choice(proxies)
                await passing(1.5)
                proxy.fall_silent()
                await passing(1.0)
                proxy.heal()
                self._chance.choice(proxies).cut()
            for proxy in proxies:
                proxy.is_closed_to_all = True
                proxy.cut()
                await until(lambda proxy=proxy: not proxy.open_ends, "the proxies are empty")
            self.slow_calls += sum(at > since and n == SLOW for _, at, n in self.heard.calls)
            self.hall.heal()
        await self._called_again(time.monotonic(), range(TABLETS), "slow line healed")
        for tablet in self.tablets:
            await tablet.ask("doubt", seconds=UNSURE_SECONDS)

    # --- how it ends -------------------------------------------------------------------------

    async def settle(self) -> float:
        """Let nobody in or be called any more, and wait until all hold the same; gives how long."""
        self._is_feeding = False
        for tablet in self.tablets:
            await tablet.ask("work", go_on=False)

        async def equal() -> bool:
            found = [(await tablet.ask("status"))["vector"] for tablet in self.tablets]
            return all(each == found[0] for each in found)

        took = await until(equal, "all logs are equal", 60)
        self.cpu_seconds = sum([await tablet.ask("cpu") for tablet in self.tablets])
        codes = [await tablet.end() for tablet in self.tablets]
        assert codes == [0] * TABLETS, codes
        return took

    def judge(self) -> dict[str, object]:
        """Set what people were told against the logs; gives what was found."""
        logs = [apart_logs.rows_of(tablet.files) for tablet in self.tablets]
        folds = list(apart_logs.folds_of(logs[0]).values())
        heard, called = self.heard, self.heard.called
        waiting = sum(len(fold.session.here) for fold in folds)
        return {
            "rows": len(logs[0]),
            "rows_not_in_all": apart_logs.differing(logs),
            "lost": apart_logs.lost(folds, heard.arrived),
            "called_to_two_desks": [v for v, desks in called.items() if len(set(desks)) > 1],
            "begun_at_two_desks": [
                v for v, desks in heard.began.items() if len({*desks, *called.get(v, ())}) > 1
            ],
            "called_twice": [v for v, desks in called.items() if len(desks) > 1],
            "calls_not_kept": apart_logs.unkept(folds, called),
            "finished_not_ended": [
                v
                for fold in folds
                for v, visit in fold.session.visits.items()
                if v in heard.finished and not visit.is_ended
            ],
            "waiting_at_the_end": waiting,
            "ended": sum(len(fold.session.visits) for fold in folds) - waiting,
        }


def _addresses(number: int) -> tuple[str, str]:
    """Give a tablet’s own address, and that of its proxy, which only a slow line leads to."""
    net = NET if number == SLOW else SIDE_NET
    return f"{NET}.{number + 1}", f"{net}.{PROXIES + number + 1}"


def _target(number: int) -> str:
    """Give the address at which a tablet’s proxy reaches it while the line is slow."""
    return f"{SIDE_NET if number == SLOW else NET}.{number + 1}"


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201 it is a program too
