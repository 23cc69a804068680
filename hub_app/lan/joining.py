"""The pairing conversation on a line: this tablet asks to be let in, or lets another in."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from hub_app.lan.identity import WrongCertificate, pinned_context, seeing_context
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

    `enrol` writes whom we let in into the roster; it gives False when that could not be kept.
    """

    invitations: Invitations
    enrol: Callable[[Welcome], bool]


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
    if isinstance(let_in, Welcome) and not inviting.enrol(let_in):
        answer = refused(PairRefused.NOT_KEPT)
    line.say(to_text(answer))
    await line.close(DONE)


async def join(
    side: Side, entry: QrCode | TypedCode, addresses: Iterable[Address], means: Means
) -> Joined | PairRefused:
    """Ask to be paired, at all these addresses at once. Gives whom we joined, or why not."""
    is_pinned = isinstance(entry, QrCode)
    context = pinned_context(entry.device) if is_pinned else seeing_context()
    line = await race(addresses, context, means)
    if line is None:
        return PairRefused.NOT_REACHED
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            came = await _asked(line, side, entry)
    except (Quiet, TimeoutError):
        return PairRefused.NOT_REACHED
    except WrongCertificate:
        return PairRefused.NOT_THE_TABLET
    finally:
        line.cut()
    return came


async def _asked(line: Line, side: Side, entry: QrCode | TypedCode) -> Joined | PairRefused:
    first = from_text(await line.hear())
    if not isinstance(first, Challenge):
        return PairRefused.NOT_UNDERSTOOD
    # A typed code’s key takes its time to work out; the screens go on meanwhile.
    joining = await asyncio.to_thread(ask, side, entry, line.device_seen, first.nonce)
    if isinstance(joining, PairRefused):
        return joining
    line.say(to_text(joining.asked))
    return joined(joining, from_text(await line.hear()))
