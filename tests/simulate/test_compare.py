"""Side by side: the sums are right, and a few days are never made more sure than they are."""

import pytest

from hub_app.simulate.compare import (
    IN_HUB,
    ROWS,
    UNMET,
    WAIT,
    Comparison,
    Estimate,
    cells,
    columns,
    estimate,
    estimates,
    in_digits,
    paired,
    t_quantile,
    verdict,
)

QUIET = dict.fromkeys([row.metric for row in ROWS], 0.0) | {"n_lo": 3, "n_hi": 2, "n_lb": 0}
QUIET |= {"n_crisis": 0, "n_appt": 0}


def waits(*minutes: float) -> list[dict[str, float]]:
    return [QUIET | {"wait": one, "unmet": one / 100} for one in minutes]


@pytest.mark.parametrize(
    ("freedom", "value"),  # from printed tables of Student's t
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (9, 2.2622), (29, 2.0452), (199, 1.9720)],
)
def test_the_points_of_students_t_are_those_of_the_tables(freedom: int, value: float) -> None:
    assert t_quantile(freedom) == pytest.approx(value, abs=5e-5)


def test_an_interval_is_as_wide_as_so_few_days_make_it() -> None:
    one = estimate([10.0, 12.0, 14.0])
    assert one.mean == 12.0
    assert one.half_width == pytest.approx(4.302653 * 2 / 3**0.5, abs=1e-5)


def test_one_day_has_a_mean_and_no_interval() -> None:
    assert estimate([10.0]).half_width is None
    assert in_digits(estimate([10.0])) == "10.0"
    assert not estimate([10.0]).is_clear


def test_paired_differences_are_surer_than_two_means() -> None:
    ours, paper = waits(10, 20, 30), waits(14, 25, 33)
    difference = paired(ours, paper)["wait"]
    assert difference.mean == -4.0
    assert difference.half_width == pytest.approx(4.302653 / 3**0.5, abs=1e-5)
    assert difference.is_clear
    assert not estimates(ours)["wait"].is_clear


def test_a_table_has_the_last_against_each_other_and_no_line_about_nobody() -> None:
    comparison = Comparison({"paper": waits(20, 30), "ours": waits(10, 21)})
    table = cells(comparison)
    assert table[0] == ("", "paper", "ours", "ours − paper")
    found = {line[0].strip(): line[1:] for line in table}
    assert found["waiting for a desk"] == ("25.0 ±63.5", "15.5 ±69.9", "−9.5 ±6.4")
    assert found["needs unmet"][2] == "−9.5 ±6.4"
    assert "missed leave-by" not in found
    assert "waiting, families with one need" in found
    lines = columns(table)
    assert len({len(line) for line in lines if "±" in line}) == 1


@pytest.mark.parametrize(
    ("paper", "ours", "said"),
    [
        ((20, 30), (10, 21), "Ours: a family waits 9.5 minutes less for a desk (95 % sure: 3.1 to"),
        ((10, 21), (20, 30), "Ours: a family waits 9.5 minutes more for a desk (95 % sure"),
        (
            (20, 30),
            (20, 31),
            "Ours: chance alone could make the difference in “waiting for a desk”",
        ),
        ((20,), (12,), "Ours, in this one session: a family waits 8.0 minutes less for a desk."),
        ((20,), (20,), "Ours, in this one session: no difference in “waiting for a desk”."),
    ],
)
def test_a_verdict_says_no_more_than_the_days_show(
    paper: tuple[float, ...], ours: tuple[float, ...], said: str
) -> None:
    comparison = Comparison({"paper": waits(*paper), "ours": waits(*ours)})
    assert verdict(comparison.difference("paper", WAIT), WAIT, "Ours").startswith(said)


def test_time_in_the_hub_and_unmet_needs_have_their_own_words() -> None:
    less, more = Estimate(-3.0, 1.0), Estimate(3.0, 1.0)
    assert "a family is in the hub 3.0 minutes less (95 %" in verdict(less, IN_HUB, "So")
    assert "3.0 fewer of a hundred needs go unmet" in verdict(less, UNMET, "So")
    assert "3.0 more of a hundred needs go unmet" in verdict(more, UNMET, "So")
