"""Tickets: short, never the same twice, and hard to mishear."""

from hypothesis import given
from hypothesis import strategies as st

from hub_app.core.tickets import letter, ticket

ALIKE = ("BCDEGPTV", "AHJK", "FSX", "MN", "IY", "QU", "O0", "I1", "S5")


def test_the_first_families_get_the_first_numbers():
    assert [ticket("A", n) for n in (1, 2, 12, 13, 14)] == ["A1", "A2", "A12", "A20", "A21"]
    assert [ticket("A", n) for n in (93, 94, 105, 106)] == ["A100", "A101", "A112", "A120"]


@given(st.integers(1, 5_000), st.integers(1, 5_000))
def test_no_two_arrivals_share_a_ticket(one: int, other: int):
    assert (ticket("A", one) == ticket("A", other)) == (one == other)


@given(st.integers(1, 100_000))
def test_no_ticket_ends_in_a_teen(n: int):
    assert int(ticket("B", n)[1:]) % 100 not in range(13, 20)


def test_tablets_have_letters_of_their_own_that_do_not_sound_alike():
    singles = [letter(n) for n in range(10)]
    assert len({letter(n) for n in range(110)}) == 110
    assert all(sum(each in group for each in singles) <= 1 for group in ALIKE)
