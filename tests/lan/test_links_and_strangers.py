"""Who is let in and who is not: strangers, the removed, and those who were invited."""

import asyncio
import random
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hub_app.lan import lines
from hub_app.lan.identity import pinned_context, server_context
from hub_app.lan.invitation import Invitation, Invitations, Invited
from hub_app.lan.joining import Inviting
from hub_app.lan.lines import Means
from hub_app.lan.messages import Removed
from hub_app.lan.pairing import Joined, Welcome
from hub_app.lan.pairing_proofs import prove
from hub_app.lan.pairing_refused import PairRefused
from hub_app.lan.pairing_texts import to_text
from tests.support.links import (
    HERE,
    QUICK,
    Hall,
    Tablet,
    ask,
    dialled,
    ending,
    linked,
    opened_hall,
)
from tests.support.tcp_proxy import TcpProxy, until


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with opened_hall(tmp_path) as there:
        yield there


# --- strangers --------------------------------------------------------------------------------


async def test_a_stranger_hears_a_nonce_and_a_close_and_nothing_else(hall: Hall):
    one, _ = await hall.pair()
    stranger = hall.identities[3]
    async with dialled(one, stranger) as line:
        assert await ending(line) == ([], lines.STRANGER)
        assert line.close_reason == ""
        assert line.response is not None
        assert "Server" not in line.response.headers
    async with dialled(one, None) as line:
        await line.send("hello?")
        assert await ending(line) == ([], lines.STRANGER)
    assert stranger.device not in one.up


async def test_a_proof_made_for_another_tablet_is_none(hall: Hall):
    one, other = await hall.pair()
    third = hall.identities[2]
    one.paired[third.device] = ()
    async with dialled(one, None) as line:
        await line.send(to_text(prove(third, other.device, "0" * 64)))
        assert await ending(line) == ([], lines.STRANGER)


async def test_a_tablet_with_the_wrong_certificate_learns_nothing(hall: Hall):
    one = await hall.tablet(0)
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            heard.append(await reader.read())
        writer.close()

    false = server_context(hall.identities[2])
    impostor = await asyncio.start_server(listen, HERE, 0, ssl=false)
    async with impostor, TcpProxy(impostor.sockets[0].getsockname()) as way:
        one.paired[hall.identities[1].device] = (way.address,)
        one.links.poke()
        await until(lambda: way.came >= 4)
        one.paired.clear()
        await one.links.close()
    assert not any(heard)
    assert not one.told


async def test_an_address_outside_the_hall_is_never_dialled(hall: Hall):
    one = await hall.tablet(0)
    outside = [("198.51.100.7", 4000), ("example.org/", 4000), (HERE, 80), (HERE, -1)]
    async with asyncio.timeout(1):
        means = Means(time.monotonic, random.random, QUICK)
        assert await lines.race(outside, pinned_context(one.device), means) is None


async def test_no_more_strangers_than_so_many_are_inside_at_once(hall: Hall):
    one, other = await hall.tablet(0, replace(QUICK, prove=60)), await hall.tablet(1)
    one.paired[other.device] = ()
    other.knows(one)
    await until(lambda: linked(one, other))
    door = one.links._door
    assert door is not None
    crowd = [socket.create_connection((HERE, one.port)) for _ in range(3 * lines.STRANGERS_LIMIT)]
    try:
        await until(lambda: len(door._strangers) >= lines.STRANGERS_LIMIT)
        for turned_away in crowd[lines.STRANGERS_LIMIT :]:
            turned_away.settimeout(2)
            assert await asyncio.to_thread(turned_away.recv, 1) == b""
        assert len(door._strangers) == lines.STRANGERS_LIMIT
        one.links.send(other.device, ask(1))
        await until(other.asked)  # who is in already does not notice
    finally:
        for end in crowd:
            end.close()
    await until(lambda: not door._strangers)
    third = await hall.tablet(2)
    third.knows(one)
    one.paired[third.device] = ()
    await until(lambda: linked(one, third))


async def test_a_stranger_who_says_nothing_is_shown_out(hall: Hall):
    one = await hall.tablet(0, replace(QUICK, prove=0.3))
    async with dialled(one, None) as line:
        said, _ = await ending(line)
    assert said == []


async def test_a_web_page_is_not_let_in(hall: Hall):
    one = await hall.tablet(0)
    with pytest.raises(Exception, match="403"):
        async with dialled(one, None, origin="https://127.0.0.1"):
            pass


# --- removed ----------------------------------------------------------------------------------


async def test_a_removed_tablet_is_told_so_and_cut_at_once(hall: Hall):
    one, other = await hall.pair()
    del one.paired[other.device]
    one.gone.add(other.device)
    one.links.drop(other.device)
    one.links.send(other.device, ask(1))
    other.links.send(one.device, ask(2))
    await until(lambda: not one.up and not other.up)
    assert other.heard[0] == (one.device, Removed())
    assert not one.heard
    # It dials again and again, and hears nothing else.
    await until(lambda: len(other.heard) >= 3)
    assert {message for _, message in other.heard} == {Removed()}
    assert one.told == [("linked", other.device), ("unlinked", other.device)]


async def test_who_leaves_the_book_is_not_spoken_to_any_more(hall: Hall):
    one, other = await hall.pair()
    del one.paired[other.device]
    one.links.poke()
    await until(lambda: not one.up and not other.up)
    assert not other.heard


# --- pairing ----------------------------------------------------------------------------------


def inviting(tablet: Tablet, let_in: list[Welcome], *, keeps: bool = True) -> Invitation:
    """Open an invitation on a tablet, which notes whom it let in."""

    def enrol(welcome: Welcome) -> bool:
        if keeps:
            let_in.append(welcome)
            tablet.paired[welcome.device] = tuple((ip, welcome.port) for ip in welcome.addresses)
            tablet.links.poke()
        return keeps

    invitations = Invitations(tablet.device)
    tablet.links.inviting = Inviting(invitations, enrol)
    invited = Invited("Tablet by the door", "greeter")
    opened = invitations.invite(invited, (HERE,), tablet.port, time.monotonic())
    assert isinstance(opened, Invitation)
    return opened


@pytest.mark.parametrize("by", [lambda it: (it.text, False), lambda it: (it.code.lower(), True)])
async def test_a_new_tablet_joins_and_both_are_linked(
    hall: Hall, by: Callable[[Invitation], tuple[str, bool]]
):
    one, new = await hall.tablet(0), await hall.tablet(1)
    let_in: list[Welcome] = []
    one.links.addresses = new.links.addresses = lambda: (HERE,)
    text, is_typed = by(inviting(one, let_in))
    joined = await new.links.pair(text, [(HERE, one.port)] if is_typed else ())
    assert isinstance(joined, Joined)
    [welcome] = let_in
    assert (joined.inviter, joined.port) == (one.device, one.port)
    assert (welcome.device, welcome.port, welcome.addresses) == (new.device, new.port, (HERE,))
    assert welcome.word == joined.word
    assert joined.role == "greeter"
    new.paired[joined.inviter] = tuple((ip, joined.port) for ip in joined.addresses)
    new.links.poke()
    await until(lambda: linked(one, new))
    assert not isinstance(await new.links.pair(text, [(HERE, one.port)]), Joined)


async def test_who_guesses_a_code_is_told_no_and_nobody_is_let_in(hall: Hall):
    one, new = await hall.tablet(0), await hall.tablet(1)
    let_in: list[Welcome] = []
    invitation = inviting(one, let_in)
    wrong = invitation.code[:-1] + ("2" if invitation.code[-1] != "2" else "3")
    assert await new.links.pair(wrong, [(HERE, one.port)]) is PairRefused.WRONG_CODE
    assert await new.links.pair("nonsense!", [(HERE, one.port)]) is PairRefused.NOT_A_TYPED_CODE
    assert not let_in
    assert isinstance(await new.links.pair(invitation.text), Joined)


async def test_a_typed_code_finds_the_tablet_it_is_of_among_all_in_the_hall(hall: Hall):
    one, other, new = await hall.tablet(0), await hall.tablet(1), await hall.tablet(2)
    let_in: list[Welcome] = []
    code = inviting(other, let_in).code
    hall_over = [(HERE, port) for port in (9, one.port, new.port, other.port)]
    joined = await new.links.pair(code, hall_over)
    assert isinstance(joined, Joined)
    assert joined.inviter == other.device
    assert [welcome.device for welcome in let_in] == [new.device]


async def test_a_pairing_that_cannot_be_written_down_is_none(hall: Hall):
    one, new = await hall.tablet(0), await hall.tablet(1)
    invitation = inviting(one, [], keeps=False)
    assert await new.links.pair(invitation.text) is PairRefused.NOT_KEPT


async def test_nobody_to_be_reached_is_said_to_be_so(hall: Hall):
    one, new = await hall.tablet(0), await hall.tablet(1)
    invitation = inviting(one, [])
    await one.links.close()
    assert await new.links.pair(invitation.text) is PairRefused.NOT_REACHED


async def test_nobody_joins_where_nobody_is_invited(hall: Hall):
    one, new = await hall.tablet(0), await hall.tablet(1)
    refused = await new.links.pair("K7QF-2M9X", [(HERE, one.port)])
    assert refused is PairRefused.NOT_REACHED
    assert not one.told
