"""Every session is missed by name, and every difference is explained, or said not to be."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.centre.reading import Choice
from sync.centre.reconcile import (
    HubSeen,
    PeriodCheck,
    PeriodState,
    SessionState,
    missed,
    reconciled,
    sentence,
)
from sync.centre.store import Store
from sync.envelope import signed
from sync.manifest import Manifest, PeriodSum, SessionTold, manifest_body, period_sum
from sync.record import Closing, Load, Row
from sync.signing import MANIFEST
from tests.centre.builders import H2, H3, batch_of, closing, opened, sealed, visits
from tests.centre.lines import Line, line_to, signer_for

TODAY = date(2026, 11, 22)
SATURDAY, SUNDAY = date(2026, 11, 14), date(2026, 11, 15)
Q4 = "2026-Q4"


def rows(n: int, period: str = "2026-11-14") -> Row:
    field = "quarter" if "Q" in period else "day" if len(period) == 10 else "month"
    return Row("visit", ((field, period),), n)


def told(
    *sessions: SessionTold,
    periods: tuple[PeriodSum, ...] = (),
    waiting: int = 0,
    destroyed: int = 0,
) -> Manifest:
    return Manifest(H2, 1, sessions, periods, {Q4: waiting}, {Q4: destroyed})


def seen(*closings: Closing, rows: tuple[Row, ...] = (), told: Manifest | None = None) -> HubSeen:
    """All that a centre knows, with every batch the hub has told here."""
    held = {each.period: each for each in (told.periods if told else ())}
    return HubSeen(H2, closings, rows, held, told)


def lines(hub: HubSeen) -> list[str]:
    found = reconciled(hub)
    checks = (*found.sessions, *found.quarters)
    return [sentence("Linlathen", each, TODAY) for each in checks]


def quarter(hub: HubSeen) -> PeriodCheck:
    (found,) = reconciled(hub).quarters
    return found


def test_a_session_of_which_nothing_came_is_missed_by_name():
    hub = seen(told=told(SessionTold(SATURDAY, 1, None), SessionTold(SUNDAY, 2, 31)))
    assert lines(hub)[:2] == [
        "Linlathen, 15 November, opening 2: opened, nothing received; the hub counted 31 visits",
        "Linlathen, 14 November: opened, nothing received",
    ]
    found = reconciled(hub)
    assert [each.day for each in missed(found)] == [SUNDAY, SATURDAY]
    assert not found.is_explained


def test_a_session_of_another_year_is_named_with_its_year():
    hub = seen(told=told(SessionTold(date(2025, 11, 14), 1, None)))
    assert lines(hub)[0] == "Linlathen, 14 November 2025: opened, nothing received"


def test_all_that_came_leaves_nothing_to_explain():
    hub = seen(
        closing(12, day="2026-11-14"),
        rows=(rows(12),),
        told=told(SessionTold(SATURDAY, 1, 12)),
    )
    assert reconciled(hub).is_explained
    assert lines(hub) == [
        "Linlathen, 14 November: 12 visits received",
        "Linlathen, October to December 2026: 12 visits, 12 received",
    ]


def test_what_waits_and_what_was_never_sent_explain_a_quarter_to_nought():
    hub = seen(
        closing(20, day="2026-11-14"),
        rows=(rows(9), rows(5, "2026-11")),
        told=told(SessionTold(SATURDAY, 1, 20, late=1), waiting=4, destroyed=3),
    )
    check = quarter(hub)
    assert (check.difference, check.state, check.is_explained) == (0, PeriodState.HELD, True)
    session, sums = lines(hub)
    assert session == "Linlathen, 14 November: 20 visits received; 1 more came to light later"
    assert sums.endswith(
        "21 visits, 14 received, 4 waiting at the hub, 3 never sent, too few alike"
    )
    (day,) = reconciled(hub).days
    assert (day.state, day.difference) == (PeriodState.LATER, 12)


@pytest.mark.parametrize(("n", "words"), [(1, "1 was taken"), (2, "2 were taken")])
def test_visits_taken_back_after_the_count_explain_a_quarter_to_nought(n: int, words: str):
    hub = seen(
        closing(9 + n, day="2026-11-14"),
        rows=(rows(9),),
        told=told(SessionTold(SATURDAY, 1, 9 + n, late=-n)),
    )
    assert quarter(hub).state is PeriodState.EQUAL
    session, sums = lines(hub)
    assert session.endswith(f"{9 + n} visits received; {words} back after the count")
    assert sums.endswith(": 9 visits, 9 received")


def test_what_is_not_explained_is_said_with_its_number():
    hub = seen(closing(20), rows=(rows(9),), told=told(SessionTold(SATURDAY, 1, 20), waiting=4))
    assert quarter(hub).state is PeriodState.UNEXPLAINED
    assert lines(hub)[-1].endswith(", 4 waiting at the hub; 27 missing, not explained")
    more = seen(closing(8), rows=(rows(9, "2026-11-21"),), told=told())
    assert lines(more)[-1].endswith("8 visits, 9 received; 1 too many, not explained")


def test_a_batch_the_hub_sealed_that_is_not_here_is_named():
    sums = tuple(period_sum(Load(each, 1, (rows(9, each),))) for each in ("2026-11-14", "2026-11"))
    manifest = told(SessionTold(SATURDAY, 1, 20), periods=sums)
    hub = HubSeen(H2, (closing(20, day="2026-11-14"),), (), {}, manifest)
    found = reconciled(hub)
    assert found.missing == ("2026-11", "2026-11-14")
    assert quarter(hub).state is PeriodState.MISSING
    assert lines(hub)[-1].endswith(
        "; what the hub sealed for November 2026 and 14 November 2026 has not come"
    )


def test_a_hub_that_has_told_nothing_or_nothing_since_is_asked_and_not_blamed():
    silent = seen(closing(20, day="2026-11-14"), rows=(rows(9),))
    assert quarter(silent).state is PeriodState.UNTOLD
    held = {"2026-11-14": period_sum(Load("2026-11-14", 2, (rows(9),)))}
    since = HubSeen(H2, (closing(20, day="2026-11-14"),), (rows(9),), held, told())
    assert quarter(since).state is PeriodState.UNTOLD
    assert lines(since)[-1].endswith("; the hub has not said since where the others are")


def test_a_count_that_changed_at_the_hub_differs_until_it_comes():
    hub = seen(closing(20, day="2026-11-14"), told=told(SessionTold(SATURDAY, 1, 26)))
    (session,) = reconciled(hub).sessions
    assert session.state is SessionState.DIFFERS
    assert (
        lines(hub)[0] == "Linlathen, 14 November: 20 visits received; the hub has since counted 26"
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 40), st.integers(0, 3)
        ),
        max_size=12,
        unique_by=lambda each: each[0],
    ),
    st.lists(st.sampled_from(["day", "month", "quarter", "waits", "gone"]), max_size=200),
)
def test_however_visits_are_spread_an_honest_hub_is_explained_and_one_lost_row_is_not(
    sessions: list[tuple[date, int, int]], fates: list[str]
):
    waiting: dict[str, int] = {}
    destroyed: dict[str, int] = {}
    sent: dict[str, int] = {}
    families = [day for day, n, late in sessions for _ in range(n + late)]
    for at, day in enumerate(families):
        fate = fates[at % len(fates)] if fates else "day"
        here = f"{day.year}-Q{(day.month + 2) // 3}"
        period = {"day": day.isoformat(), "month": f"{day:%Y-%m}"}.get(fate, here)
        where = {"waits": waiting, "gone": destroyed}.get(fate, sent)
        where[period] = where.get(period, 0) + 1
    manifest = Manifest(
        H2,
        1,
        tuple(SessionTold(day, 1, n, late) for day, n, late in sessions),
        (),
        waiting,
        destroyed,
    )
    came = tuple(rows(n, period) for period, n in sent.items())
    closed = tuple(Closing(day, 1, n, {}) for day, n, _ in sessions)
    assert reconciled(HubSeen(H2, closed, came, {}, manifest)).is_explained
    if came:
        lost = reconciled(HubSeen(H2, closed, came[1:], {}, manifest))
        assert any(each.state is PeriodState.UNEXPLAINED for each in lost.quarters)


# Over the wire


def day(n: int) -> str:
    return f"2026-11-{n:02}"


MADE = [
    sealed([visits(5 + n, day=day(n))], day(n), closing(5 + n, day=day(n))) for n in range(1, 7)
]
TOLD = Manifest(
    H2,
    1,
    tuple(SessionTold(date(2026, 11, n), 1, 5 + n) for n in range(1, 7)),
    tuple(period_sum(batch_of(each).load) for each in MADE),
    {},
    {},
)


async def stands(line: Line) -> dict[str, Any]:
    (hub,) = (await line.client.get("/v1/reconcile", params={"hub": "S12000042/H2"})).json()["hubs"]
    return hub


async def test_a_centre_put_back_from_a_copy_hears_what_it_lacks_and_counts_nothing_twice(
    tmp_path: Path,
):
    path, copy = tmp_path / "centre.db", tmp_path / "copy.db"
    store = opened(path)
    async with line_to(store) as line:
        for made in MADE[:3]:
            await line.send(made)
        store.close()
        shutil.copy(path, copy)
    store = opened(path)
    async with line_to(store) as line:
        for made in MADE[3:]:
            await line.send(made)
        assert (await line.tell(TOLD)).json() == {"again": [], "more": []}
        whole, is_whole = await line.rows(), await stands(line)
        store.close()
    shutil.copy(copy, path)  # the disk died; this is what there was
    store = opened(path)
    async with line_to(store) as line:
        answer = (await line.tell(TOLD)).json()
        assert answer == {"again": [day(4), day(5), day(6)], "more": []}
        missing = await stands(line)
        assert missing["missing"] == answer["again"]
        abouts = [each["about"] for each in missing["lines"]]
        assert "H2, 6 November: opened, nothing received; the hub counted 11 visits" in abouts
        again = [await line.send(made) for made in MADE]
        assert [each.json()["result"] for each in again].count("already_counted") == 3
        assert (await line.tell(TOLD)).json() == {"again": [], "more": []}
        assert (await line.rows(), await stands(line)) == (whole, is_whole)
        assert is_whole["is_explained"]
    store.close()


async def test_what_the_centre_has_beyond_what_a_hub_tells_is_named_too(centre: Line):
    await centre.send(MADE[0])
    answer = await centre.tell(Manifest(H2, 2))
    assert answer.json() == {"again": [], "more": [day(1)]}


async def test_a_session_once_told_is_never_forgotten(centre: Line):
    await centre.tell(Manifest(H2, 1, (SessionTold(SATURDAY, 1, 12, late=2),)))
    await centre.tell(Manifest(H2, 2, (SessionTold(SATURDAY, 1, None), SessionTold(SUNDAY, 1, 3))))
    hub = await stands(centre)
    assert [each["about"] for each in hub["lines"]][:2] == [
        "H2, 15 November: opened, nothing received; the hub counted 3 visits",
        "H2, 14 November: opened, nothing received; the hub counted 12 visits",
    ]


async def test_a_session_of_a_day_that_has_not_come_is_not_told(centre: Line):
    tomorrow = TODAY + timedelta(days=1)
    answer = await centre.tell(Manifest(H2, 1, (SessionTold(tomorrow, 1, 12),)))
    assert answer.status_code == 200
    later = SessionTold(tomorrow + timedelta(days=1), 1, 12)
    answer = await centre.tell(Manifest(H2, 1, (SessionTold(SATURDAY, 1, 9), later)))
    assert (answer.status_code, "has not come" in answer.json()["why"]) == (422, True)
    told_of = " ".join(each["about"] for each in (await stands(centre))["lines"])
    assert "H2, 23 November: opened" in told_of
    assert "14 November" not in told_of


@pytest.mark.parametrize("wrong", ["stranger", "other hub", "damaged", "not one"])
async def test_a_manifest_has_to_be_a_hubs_own_and_whole(centre: Line, wrong: str):
    await centre.tell(Manifest(H2, 1))
    answer = await wrong_manifest(centre, wrong)
    assert answer.status_code in (400, 401, 422)
    assert answer.json()["why"].endswith(".")


async def wrong_manifest(line: Line, wrong: str):
    match wrong:
        case "stranger":
            body, tablet = manifest_body(Manifest(H2, 1)), 9
        case "other hub":
            body, tablet = manifest_body(Manifest(H3, 1)), 1
        case "not one":
            body, tablet = b'{"manifest":"1"}', 1
        case _:
            body, tablet = b"{", 1
    return await line.post(signed(signer_for(H2, tablet), MANIFEST, H2, body), "/v1/manifest")


async def test_a_manifest_counts_as_having_been_heard(embedded: Store):
    async with line_to(embedded) as line:
        await line.tell(Manifest(H2, 1))
    with embedded.reading() as reading:
        (hub,) = reading.hubs()
        assert hub.heard_at is not None
        assert reading.counted(Choice()) == ()
