"""Pairing: two tablets, one code, no stranger; and the proofs and the word that belong to it."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as websocket_serve

from hub_app.lan.identity import (
    Identity,
    WrongCertificate,
    device_seen,
    load,
    pinned_context,
    seeing_context,
    server_context,
)
from hub_app.lan.invitation import Invitation, Invitations, Invited
from hub_app.lan.messages import Unreadable
from hub_app.lan.pairing import Joined, Joining, Side, Welcome, ask, joined, refused, welcome
from hub_app.lan.pairing_code import QrCode, TypedCode, read_entry
from hub_app.lan.pairing_proofs import Proof, Purpose, challenge, prove
from hub_app.lan.pairing_refused import PairRefused
from hub_app.lan.pairing_texts import (
    Challenge,
    Opening,
    PairingAccepted,
    PairingAsked,
    PairingRefused,
    from_text,
    to_text,
)

HOST = "127.0.0.1"
STRANGER = "0" * 64
DESK = Invited("Desk by the window", "desk")


@pytest.fixture(scope="module")
def identities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Identity]:
    found = {name: load(tmp_path_factory.mktemp(name)) for name in ("me", "other", "stranger")}
    return {name: who for name, who in found.items() if isinstance(who, Identity)}


@pytest.fixture(scope="module")
def me(identities: dict[str, Identity]) -> Identity:
    return identities["me"]


@pytest.fixture(scope="module")
def other(identities: dict[str, Identity]) -> Identity:
    return identities["other"]


class Inviter:
    """A coordinator's tablet that invites, and answers each line with a challenge of its own."""

    def __init__(self, identity: Identity) -> None:
        self.side = Side(identity, ("192.168.1.20", "10.0.0.7"), 8765)
        self.invitations = Invitations(identity.device)
        self.now = 50.0

    @property
    def device(self) -> str:
        return self.side.identity.device

    def invites(self) -> Invitation:
        side = self.side
        shown = self.invitations.invite(DESK, side.addresses, side.port, self.now)
        assert isinstance(shown, Invitation)
        return shown

    def hears(self, nonce: str, opening: Opening) -> tuple[Welcome | PairRefused, Opening]:
        """Let what was said travel as text, and decide on it."""
        asked = from_text(to_text(opening))
        assert isinstance(asked, PairingAsked)
        decided, answer = welcome(self.side, self.invitations, nonce, asked, self.now)
        heard = from_text(to_text(answer))
        assert heard == answer
        return decided, answer


@dataclass
class Joiner:
    """A tablet that joins; `sees` is who its handshake says is at the other end."""

    identity: Identity
    addresses: tuple[str, ...] = ("192.168.1.31",)
    nonce: str = field(default_factory=challenge)

    def asks(self, text: str, sees: str) -> Joining:
        joining = self.tries(text, sees)
        assert isinstance(joining, Joining)
        return joining

    def tries(self, text: str, sees: str) -> Joining | PairRefused:
        entry = read_entry(text)
        assert isinstance(entry, QrCode | TypedCode)
        return ask(Side(self.identity, self.addresses, 8770), entry, sees, self.nonce)


def the_text(shown: Invitation) -> str:
    return shown.text


def the_code(shown: Invitation) -> str:
    return shown.code


either_way = pytest.mark.parametrize("what", [the_text, the_code])


# --- the conversation ------------------------------------------------------------------------


@either_way
def test_two_tablets_pair_and_both_show_the_same_word(me: Identity, other: Identity, what):
    there, here = Inviter(me), Joiner(other)
    joining = here.asks(what(there.invites()), there.device)
    let_in, answer = there.hears(here.nonce, joining.asked)
    result = joined(joining, answer)
    assert isinstance(let_in, Welcome)
    assert isinstance(result, Joined)
    assert let_in == Welcome(
        other.device, "Desk by the window", "desk", ("192.168.1.31",), 8770, result.word
    )
    assert (result.inviter, result.addresses) == (me.device, ("192.168.1.20", "10.0.0.7"))
    assert (result.port, result.name, result.role) == (8765, "Desk by the window", "desk")


@either_way
def test_a_code_pairs_one_tablet_only(me: Identity, other: Identity, identities, what):
    there = Inviter(me)
    text = what(there.invites())
    for identity, expected in ((other, Welcome), (identities["stranger"], PairRefused)):
        here = Joiner(identity)
        joining = here.asks(text, there.device)
        decided, answer = there.hears(here.nonce, joining.asked)
        assert isinstance(decided, expected)
    assert joined(joining, answer) is PairRefused.OUT_OF_DATE


def test_a_wrong_code_is_told_as_one(me: Identity, other: Identity):
    there, here = Inviter(me), Joiner(other)
    code = there.invites().code
    joining = here.asks(("1" if code[0] == "0" else "0") + code[1:], there.device)
    decided, answer = there.hears(here.nonce, joining.asked)
    assert decided is PairRefused.WRONG_CODE
    assert joined(joining, answer) is PairRefused.WRONG_CODE


@either_way
def test_nobody_can_stand_between_two_tablets(me: Identity, other: Identity, identities, what):
    """The one between shows its own certificate, and passes on what it hears."""
    there, here, between = Inviter(me), Joiner(other), identities["stranger"]
    tried = here.tries(what(there.invites()), between.device)
    if tried is PairRefused.NOT_THE_TABLET:
        return  # the QR says who it has to be
    assert isinstance(tried, Joining)
    passed_on, _ = there.hears(here.nonce, tried.asked)
    assert passed_on is PairRefused.NOT_UNDERSTOOD
    as_its_own = replace(
        tried.asked, proof=prove(between, there.device, here.nonce, Purpose.PAIRING)
    )
    decided, _ = there.hears(here.nonce, as_its_own)
    assert decided is PairRefused.WRONG_CODE


def test_who_does_not_know_the_code_cannot_accept(me: Identity, other: Identity):
    there, here = Inviter(me), Joiner(other)
    joining = here.asks(there.invites().code, there.device)
    _, answer = there.hears(here.nonce, joining.asked)
    assert isinstance(answer, PairingAccepted)
    for proof in (None, STRANGER, joining.asked.code_proof):
        false = replace(answer, code_proof=proof)
        assert joined(joining, false) is PairRefused.NOT_THE_TABLET
    assert isinstance(joined(joining, answer), Joined)


def test_what_was_heard_on_one_line_is_worth_nothing_on_another(me: Identity, other: Identity):
    there, here = Inviter(me), Joiner(other)
    joining = here.asks(there.invites().code, there.device)
    decided, _ = there.hears(challenge(), joining.asked)
    assert decided is PairRefused.NOT_UNDERSTOOD
    decided, _ = there.hears(here.nonce, joining.asked)
    assert isinstance(decided, Welcome)


def test_the_proof_of_a_code_is_no_proof_in_the_mouth_of_another(
    me: Identity, other: Identity, identities
):
    there, here, between = Inviter(me), Joiner(other), identities["stranger"]
    asked = here.asks(there.invites().code, there.device).asked
    stolen = replace(asked, proof=prove(between, there.device, here.nonce, Purpose.PAIRING))
    assert there.hears(here.nonce, stolen)[0] is PairRefused.WRONG_CODE


def test_a_certificate_without_its_key_is_not_paired_and_costs_no_code(
    me: Identity, other: Identity, identities
):
    there, here = Inviter(me), Joiner(other)
    shown = there.invites()
    for text in (shown.text, shown.code):
        asked = here.asks(text, there.device).asked
        for_login = prove(other, there.device, here.nonce)
        theirs = prove(identities["stranger"], there.device, here.nonce, Purpose.PAIRING)
        mixed = Proof(theirs.certificate, asked.proof.signature)
        for proof in (for_login, mixed):
            decided, _ = there.hears(here.nonce, replace(asked, proof=proof))
            assert decided is PairRefused.NOT_UNDERSTOOD
    decided, _ = there.hears(here.nonce, here.asks(shown.code, there.device).asked)
    assert isinstance(decided, Welcome)


@pytest.mark.parametrize("both", [True, False])
def test_a_pairing_is_asked_for_in_one_way(me: Identity, other: Identity, both: bool):
    there, here = Inviter(me), Joiner(other)
    asked = here.asks(there.invites().text, there.device).asked
    asked = replace(asked, code_proof=STRANGER) if both else replace(asked, secret=None)
    decided, answer = there.hears(here.nonce, asked)
    assert decided is PairRefused.NOT_UNDERSTOOD
    assert answer == PairingRefused(reason="not_understood")


@either_way
def test_a_tablet_does_not_pair_with_itself(me: Identity, what):
    there, here = Inviter(me), Joiner(me)
    text = what(there.invites())
    assert here.tries(text, there.device) is PairRefused.OWN_CODE
    asked = PairingAsked(
        nonce=challenge(),
        proof=prove(me, me.device, here.nonce, Purpose.PAIRING),
        port=8765,
        addresses=(),
        secret="00" * 16,
    )
    assert there.hears(here.nonce, asked)[0] is PairRefused.OWN_CODE


def test_neither_side_takes_an_address_out_of_the_building(me: Identity, other: Identity):
    there, here = Inviter(me), Joiner(other)
    joining = here.asks(there.invites().text, there.device)
    abroad = ("8.8.8.8", "nowhere", "10.0.0.9")
    let_in, answer = there.hears(here.nonce, replace(joining.asked, addresses=abroad))
    assert isinstance(let_in, Welcome)
    assert isinstance(answer, PairingAccepted)
    result = joined(joining, replace(answer, addresses=abroad, name="Desk\u202e\n1"))
    assert isinstance(result, Joined)
    assert let_in.addresses == result.addresses == ("10.0.0.9",)
    assert result.name == "Desk 1"


@pytest.mark.parametrize("reason", list(PairRefused))
def test_every_refusal_reaches_the_other_tablet(me: Identity, other: Identity, reason: PairRefused):
    there, here = Inviter(me), Joiner(other)
    joining = here.asks(there.invites().text, there.device)
    heard = from_text(to_text(refused(reason)))
    assert joined(joining, heard) is reason


@pytest.mark.parametrize(
    "heard", [PairingRefused(reason="moon_is_full"), Challenge(nonce=STRANGER), Unreadable("x")]
)
def test_an_answer_that_is_none_is_not_understood(me: Identity, other: Identity, heard):
    there, here = Inviter(me), Joiner(other)
    joining = here.asks(there.invites().text, there.device)
    assert joined(joining, heard) is PairRefused.NOT_UNDERSTOOD


def test_the_key_of_a_conversation_is_in_no_text_of_it(me: Identity, other: Identity):
    there, here = Inviter(me), Joiner(other)
    joining = here.asks(there.invites().code, there.device)
    assert joining.key is not None
    assert "key=" not in repr(joining)


# --- over a real line ------------------------------------------------------------------------


async def _answer(there: Inviter, line: ServerConnection, let_in: list[Welcome]) -> None:
    nonce = challenge()
    await line.send(to_text(Challenge(nonce=nonce)))
    asked = from_text(await line.recv())
    assert isinstance(asked, PairingAsked)
    decided, answer = welcome(there.side, there.invitations, nonce, asked, there.now)
    if isinstance(decided, Welcome):
        let_in.append(decided)
    await line.send(to_text(answer))


async def _join(identity: Identity, text: str, port: int) -> Joined | PairRefused:
    entry = read_entry(text)
    assert not isinstance(entry, PairRefused)
    context = pinned_context(entry.device) if isinstance(entry, QrCode) else seeing_context()
    async with connect(f"wss://{HOST}:{port}", ssl=context, proxy=None) as line:
        seen = device_seen(line.transport.get_extra_info("ssl_object"))
        hello = from_text(await line.recv())
        assert isinstance(hello, Challenge)
        me = Side(identity, (HOST,), 8770)
        joining = await asyncio.to_thread(ask, me, entry, seen, hello.nonce)
        assert isinstance(joining, Joining)
        await line.send(to_text(joining.asked))
        return joined(joining, from_text(await line.recv()))


@either_way
async def test_two_tablets_pair_over_tls(me: Identity, other: Identity, what):
    there, let_in = Inviter(me), list[Welcome]()

    async def met(line: ServerConnection) -> None:
        await _answer(there, line, let_in)

    async with websocket_serve(met, HOST, 0, ssl=server_context(me)) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        result = await asyncio.wait_for(_join(other, what(there.invites()), port), 10)
    assert isinstance(result, Joined)
    assert [(w.device, w.word) for w in let_in] == [(other.device, result.word)]


async def test_a_false_tablet_at_the_address_of_a_qr_never_hears_its_secret(
    me: Identity, other: Identity, identities
):
    there, false = Inviter(me), identities["stranger"]
    met = list[str]()

    async def meets(line: ServerConnection) -> None:
        met.append(line.id.hex)

    async with websocket_serve(meets, HOST, 0, ssl=server_context(false)) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        with pytest.raises(WrongCertificate):
            await asyncio.wait_for(_join(other, there.invites().text, port), 10)
    assert met == []
