"""Invitations: what is shown, scanned and typed, and how little of it lasts."""

import pytest

from hub_app.core.roster import ROLES
from hub_app.lan.invitation import (
    VALID_SECONDS,
    WRONG_TRIES,
    WRONG_TRIES_SECONDS,
    Invitation,
    Invitations,
    Invited,
    code_key,
)
from hub_app.lan.pairing_code import (
    QrCode,
    TypedCode,
    read_qr,
    read_typed,
)
from hub_app.lan.pairing_refused import PairRefused

DEVICE = "5f" * 32
CODE = QrCode(DEVICE, bytes(range(16)), 8765, ("192.168.1.20", "10.0.0.7"))
DESK = Invited("Desk by the window", "desk")
AT = ("192.168.1.20",)


class Coordinator:
    """Somebody who invites, and the two ways in as others would try them."""

    def __init__(self) -> None:
        self.invitations = Invitations(DEVICE)
        self.now = 1000.0
        self.proof_asked = 0

    def invites(self, invited: Invited = DESK) -> Invitation:
        shown = self.invitations.invite(invited, AT, 8765, self.now)
        assert isinstance(shown, Invitation)
        return shown

    def scanned(self, shown: Invitation) -> Invited | PairRefused:
        code = read_qr(shown.text)
        assert isinstance(code, QrCode)
        return self.invitations.redeem_secret(code.secret, self.now)

    def typed(self, code: str) -> Invited | PairRefused:
        letters = read_typed(code)
        assert isinstance(letters, TypedCode)

        def answer(key: bytes) -> str | None:
            self.proof_asked += 1
            return "ours" if key == code_key(letters, DEVICE) else None

        redeemed = self.invitations.redeem_code(answer, self.now)
        return redeemed if isinstance(redeemed, PairRefused) else redeemed[0]


def wrong(code: str) -> str:
    return ("1" if code[0] == "0" else "0") + code[1:]


def test_what_is_shown_leads_to_this_tablet_and_tells_no_name():
    shown = Coordinator().invites()
    code = read_qr(shown.text)
    assert isinstance(code, QrCode)
    assert (code.device, code.port, code.addresses) == (DEVICE, 8765, AT)
    assert shown.code not in shown.text
    assert shown.code not in repr(shown)
    assert shown.text not in repr(shown)


def test_a_scanned_code_is_good_once():
    there = Coordinator()
    shown = there.invites()
    assert there.scanned(shown) == DESK
    assert there.scanned(shown) is PairRefused.OUT_OF_DATE
    assert there.typed(shown.code) is PairRefused.OUT_OF_DATE
    assert there.invitations.standing(there.now) is None


def test_a_typed_code_is_good_once():
    there = Coordinator()
    shown = there.invites()
    assert there.typed(shown.code) == DESK
    assert there.typed(shown.code) is PairRefused.OUT_OF_DATE
    assert there.scanned(shown) is PairRefused.OUT_OF_DATE


@pytest.mark.parametrize("role", ROLES)
def test_everybody_is_let_in_as_what_they_were_invited_as(role: str):
    there = Coordinator()
    assert there.scanned(there.invites(Invited("  Zoë\u202e ", role))) == Invited("Zoë", role)


def test_nobody_can_be_invited_as_what_no_roster_knows():
    with pytest.raises(ValueError, match="owner"):
        Coordinator().invites(Invited("Zoë", "owner"))


def test_after_five_minutes_an_invitation_is_out_of_date():
    for seconds, expected in ((VALID_SECONDS - 1, DESK), (VALID_SECONDS, PairRefused.OUT_OF_DATE)):
        for way in (Coordinator.scanned, lambda there, shown: there.typed(shown.code)):
            there = Coordinator()
            shown = there.invites()
            there.now += seconds
            assert way(there, shown) == expected


def test_a_new_invitation_ends_the_one_before():
    there = Coordinator()
    before, now = there.invites(), there.invites(Invited("Front door", "greeter"))
    assert there.scanned(before) is PairRefused.OUT_OF_DATE
    assert there.scanned(now) == Invited("Front door", "greeter")


def test_an_invitation_that_was_withdrawn_lets_nobody_in():
    there = Coordinator()
    shown = there.invites()
    there.invitations.withdraw()
    assert there.scanned(shown) is PairRefused.OUT_OF_DATE
    assert there.typed(shown.code) is PairRefused.OUT_OF_DATE


def test_a_tablet_on_no_network_cannot_invite():
    invitations = Invitations(DEVICE)
    for addresses, port in (((), 8765), (("8.8.8.8",), 8765), (AT, 0)):
        refused = invitations.invite(DESK, addresses, port, 0.0)
        assert refused is PairRefused.NOT_ON_A_NETWORK


def test_a_wrong_guess_uses_the_code_up_and_leaves_the_qr():
    there = Coordinator()
    shown = there.invites()
    assert there.typed(wrong(shown.code)) is PairRefused.WRONG_CODE
    assert there.typed(shown.code) is PairRefused.OUT_OF_DATE
    standing = there.invitations.standing(there.now)
    assert standing is not None
    assert standing.is_code_used
    assert there.scanned(shown) == DESK


def test_a_guess_that_stumbles_uses_the_code_up_too():
    there = Coordinator()
    shown = there.invites()

    def stumble(_: bytes) -> str | None:
        raise MemoryError

    with pytest.raises(MemoryError):
        there.invitations.redeem_code(stumble, there.now)
    assert there.typed(shown.code) is PairRefused.OUT_OF_DATE


def test_a_secret_of_another_code_keeps_nobody_out():
    there = Coordinator()
    shown = there.invites()
    for secret in (bytes(16), b"", b"x" * 1000):
        redeemed = there.invitations.redeem_secret(secret, there.now)
        assert redeemed is PairRefused.OUT_OF_DATE
    assert there.scanned(shown) == DESK


def test_after_five_wrong_guesses_nobody_guesses_for_a_while_but_scanning_goes_on():
    there = Coordinator()
    for _ in range(WRONG_TRIES):
        assert there.typed(wrong(there.invites().code)) is PairRefused.WRONG_CODE
        there.now += 1
    shown = there.invites()
    asked = there.proof_asked
    assert there.typed(shown.code) is PairRefused.TOO_MANY_TRIES
    assert there.proof_asked == asked
    assert there.scanned(shown) == DESK
    there.now += WRONG_TRIES_SECONDS - WRONG_TRIES - 1
    assert there.typed(there.invites().code) is PairRefused.TOO_MANY_TRIES
    there.now += 1
    assert there.typed(there.invites().code) == DESK


def test_tries_without_an_invitation_tell_nothing_and_count_for_nothing():
    there = Coordinator()
    for _ in range(3 * WRONG_TRIES):
        assert there.typed("K7QF-2M9X") is PairRefused.OUT_OF_DATE
    assert there.typed(there.invites().code) == DESK


def test_the_screen_can_tell_how_long_a_code_is_good():
    there = Coordinator()
    shown = there.invites()
    there.now += 60
    standing = there.invitations.standing(there.now)
    assert standing is not None
    assert standing.seconds_left == shown.until - there.now == VALID_SECONDS - 60
    assert not standing.is_code_used
    there.now = shown.until
    assert there.invitations.standing(there.now) is None


def test_what_is_kept_of_an_invitation_lets_nobody_in():
    there = Coordinator()
    shown = there.invites()
    code = read_qr(shown.text)
    assert isinstance(code, QrCode)
    kept = repr(there.invitations._open)
    assert code.secret.hex() not in kept
    assert repr(code.secret)[2:-1] not in kept
    assert shown.code.replace("-", "") not in kept
