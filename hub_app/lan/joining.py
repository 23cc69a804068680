"""The pairing conversation on a line: this tablet asks to be let in, or lets another in."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from hub_app.lan.identity import pinned_context, seeing_context
from hub_app.lan.invitation import Invitations
from hub_app.lan.lines import Address, Line, Means, Quiet, race
from hub_app.lan.pairing import Joined, Side, Welcome, ask, joined, refused, welcome
from hub_app.lan.pairing_code import QrCode, TypedCode
from hub_app.lan.pairing_refused import PairRefused
from hub_app.lan.pairing_texts import Challenge, PairingAsked, from_text, to_text

ANSWER_SECONDS: Final = 20.0  # a slow tablet works out a key twice, and writes to its disk
DONE: Final = 1000  # close code


@dataclass(frozen=True, slots=True)
class Inviting:
    """What letting others in needs: the invitations, and whoever writes the roster.

    `enrol` writes whom we let in into the roster; it gives False when that could not be kept,
    or why not.
    """

    invitations: Invitations
    enrol: Callable[[Welcome], bool | PairRefused]


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody who wants to be let in: what they ask, on which challenge, and when (monotonic)."""

    asked: PairingAsked
    nonce: str
    at: float


async def let_join(line: Line, inviting: Inviting, side: Side, came: Came) -> None:
    """Let somebody in who has the present invitation, and tell anybody else why not."""
    let_in, answer = welcome(side, inviting.invitations, came.nonce, came.asked, came.at)
    # Whoever is told of it can dial a moment later: the roster comes first.
    kept = inviting.enrol(let_in) if isinstance(let_in, Welcome) else True
    if kept is not True:
        answer = refused(kept or PairRefused.NOT_KEPT)
    line.say(to_text(answer))
    await line.close(DONE)


async def join(
    side: Side, entry: QrCode | TypedCode, addresses: Iterable[Address], means: Means
) -> Joined | PairRefused:
    """Ask to be paired, at all these addresses at once. Gives whom we joined, or why not.

    Whoever answers at them with a typed code may be any tablet of the hall: each is asked once.
    """
    if isinstance(entry, QrCode):
        line = await race(addresses, pinned_context(entry.device), means)
        return PairRefused.NOT_REACHED if line is None else await _talked(line, side, entry)
    context, met = seeing_context(), set[str]()

    async def try_one(address: Address) -> Joined | PairRefused:
        line = await race([address], context, means)
        if line is None:
            return PairRefused.NOT_REACHED
        if line.device_seen in met:
            line.cut()
            return PairRefused.NOT_REACHED
        met.add(line.device_seen)
        return await _talked(line, side, entry)

    tries = [asyncio.create_task(try_one(one)) for one in dict.fromkeys(addresses)]
    return await _first(tries)


async def _first(tries: list[asyncio.Task[Joined | PairRefused]]) -> Joined | PairRefused:
    """Give the first success, or else what says most of why there was none."""
    refused = PairRefused.NOT_REACHED
    try:
        for one in asyncio.as_completed(tries):
            came = await one
            if isinstance(came, Joined):
                return came
            if came is not PairRefused.NOT_REACHED and refused is not PairRefused.WRONG_CODE:
                refused = came
    finally:
        for one in tries:
            one.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
    return refused


async def _talked(line: Line, side: Side, entry: QrCode | TypedCode) -> Joined | PairRefused:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await _asked(line, side, entry)
    except (Quiet, TimeoutError):
        return PairRefused.NOT_REACHED
    finally:
        line.cut()


async def _asked(line: Line, side: Side, entry: QrCode | TypedCode) -> Joined | PairRefused:
    first = from_text(await line.hear(ANSWER_SECONDS))
    if not isinstance(first, Challenge):
        return PairRefused.NOT_UNDERSTOOD
    # A typed code’s key takes its time to work out; the screens go on meanwhile.
    joining = await asyncio.to_thread(ask, side, entry, line.device_seen, first.nonce)
    if isinstance(joining, PairRefused):
        return joining
    line.say(to_text(joining.asked))
    return joined(joining, from_text(await line.hear(ANSWER_SECONDS)))
