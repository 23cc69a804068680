"""A second opinion: pycanon’s own k, l and alpha of the rows that were let go."""

from collections.abc import Iterator

import pandas as pd
import pytest
from pycanon.anonymity import alpha_k_anonymity, k_anonymity, l_diversity

from sync.record import ALPHA, K_MIN, L_MIN
from tests.privacy.families import Hubs, made_up
from tests.privacy.letting_go import after_every_month, let_go, shelved
from tests.privacy.shelves import Shelf, Visits
from tests.privacy.trials import small_hall


def tables(shelves: list[Shelf]) -> Iterator[tuple[pd.DataFrame, tuple[int, ...]]]:
    """Give one tidy table for each kind and step, a line for each row; and where secrets stand."""
    alike: dict[tuple[str, tuple[str, ...]], list[Shelf]] = {}
    for shelf in shelves:
        alike.setdefault((shelf.kind, shelf.names), []).append(shelf)
    for (_, names), here in alike.items():
        lines = [
            (shelf.hub, shelf.period, *each.codes)
            for shelf in here
            for each in shelf.classes
            for _ in range(each.n)
        ]
        # pycanon takes places for labels: the index must count from nought
        table = pd.DataFrame(lines, columns=["hub", "period", *names]).reset_index(drop=True)
        yield table, here[0].secrets


def check(shelves: list[Shelf]) -> None:
    checked = 0
    for table, secrets in tables(shelves):
        everything = list(table.columns)
        assert k_anonymity(table, everything) >= K_MIN
        for i in secrets:
            secret = everything[2 + i]
            rest = [name for name in everything if name != secret]
            alpha, k = alpha_k_anonymity(table, rest, [secret])
            assert k >= K_MIN
            assert alpha <= ALPHA
            assert l_diversity(table, rest, [secret]) >= L_MIN
            checked += 1
    assert checked > 4


def test_pycanon_finds_five_alike_and_company_for_every_secret_in_a_small_hall():
    _, visits, looks = small_hall(late=False)
    check(shelved(looks, visits))


@pytest.mark.slow
def test_pycanon_finds_five_alike_and_company_for_every_secret_in_half_a_year():
    comes = made_up(13, Hubs(hubs=1, weeks=26, visits=2600))
    visits = Visits({come.visit: come for come in comes})
    check(shelved(let_go(comes, after_every_month(comes)), visits))
