"""A release is somebody’s deliberate act: seen, audited, frozen whole, and never changed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from sync.centre.publishing.document import Paper
from sync.centre.publishing.release import (
    Asked,
    NotReleased,
    Released,
    latest,
    preview,
    release,
    releases,
)
from sync.centre.publishing.rounding import Rule
from sync.centre.publishing.tables import Scope, exact
from sync.centre.store import Store
from tests.centre.publishing.halls import COUNCIL, SCOPE, Hub, closed, send_a_quarter, visits

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
TODAY = NOW.date()
ASKED = Asked(SCOPE, Rule.MIDPOINT_6, "Ailsa Rae")


def look(store: Store, scope: Scope = SCOPE, today: date = TODAY) -> Paper | NotReleased:
    with store.reading() as reading:
        return preview(reading, scope, Rule.MIDPOINT_6, today)


def out(store: Store) -> tuple[Released, ...]:
    with store.reading() as reading:
        return releases(reading)


def published(store: Store, asked: Asked = ASKED, now: datetime = NOW) -> Released:
    done = release(store, asked, now)
    assert isinstance(done, Released), done
    return done


def refused(found: object) -> str:
    assert isinstance(found, NotReleased), found
    return found.why


def test_the_true_counts_add_up_days_months_and_the_quarter(store: Store, hub: Hub):
    with store.reading() as reading:
        counted = exact(reading, SCOPE)
    assert sum(counted.of("visits").values()) == counted.all_visits == 140
    assert counted.of("visits")["2026-08", "not_broken_down", "first_this_year"] == 6
    assert counted.of("needs_results")["food", "crisis_help_given"] == 42
    assert counted.of("needs_results")["housing", "not_broken_down"] == 8
    assert counted.of("gains") == {
        ("1-499", "not_broken_down"): 12,
        ("not_broken_down", "uk"): 6,
    }
    assert counted.pounds == 4_200


def test_to_look_publishes_nothing(store: Store, hub: Hub):
    seen = look(store)
    assert isinstance(seen, Paper)
    assert seen.released_at is None
    assert seen.master.about_visits == 140
    assert out(store) == ()


def test_a_release_is_kept_whole_with_who_and_when(store: Store, hub: Hub):
    done = published(store)
    assert out(store) == (done,)
    assert (done.number, done.paper.version, done.paper.by) == (1, 1, "Ailsa Rae")
    assert done.paper.released_at == "2026-11-22T15:42:00+00:00"


def test_a_release_stays_as_it_was_whatever_comes_later(store: Store, hub: Hub):
    done = published(store)
    hub.sends("2026-07-11", visits("2026-07-11", "am", "returning", 30))
    assert out(store) == (done,)


def test_a_release_that_was_tampered_with_is_a_fault(store: Store, hub: Hub):
    published(store)
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE released SET published = replace(published, '9', '8')"))
    with pytest.raises(ValueError, match="not as it was frozen"):
        out(store)


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ("2026-13", "not a month or a quarter"),
        ("2026-07-04", "not a month or a quarter"),
        ("2026-Q4", "isn’t over"),
        ("2026-11", "isn’t over"),
        ("2025-Q1", "Nothing has been received"),
    ],
)
def test_a_period_that_cannot_be_published_is_refused_with_a_sentence(
    store: Store, hub: Hub, period: str, why: str
):
    assert why in refused(look(store, Scope(COUNCIL, period)))
    assert why in refused(release(store, replace(ASKED, scope=Scope(COUNCIL, period)), NOW))


def test_nobody_publishes_without_a_name(store: Store, hub: Hub):
    assert "needs the name" in refused(release(store, replace(ASKED, by=" "), NOW))


def test_a_month_of_a_published_quarter_is_refused(store: Store, hub: Hub):
    published(store)
    assert "days in common" in refused(look(store, Scope(COUNCIL, "2026-07")))


def test_a_quarter_with_a_published_month_is_refused(store: Store, hub: Hub):
    published(store, replace(ASKED, scope=Scope(COUNCIL, "2026-07")))
    assert "days in common" in refused(look(store))
    assert isinstance(look(store, Scope(COUNCIL, "2026-08")), Paper)


def test_the_same_again_is_refused(store: Store, hub: Hub):
    published(store)
    assert "nothing has changed" in refused(release(store, ASKED, NOW))


def test_a_second_version_needs_a_reason_and_both_stay(store: Store, hub: Hub):
    first = published(store)
    hub.sends(
        "2026-07-11",
        visits("2026-07-11", "am", "returning", 30),
        closings=(closed("2026-07-11", 30),),
    )
    assert "needs a reason" in refused(release(store, ASKED, NOW))
    second = published(store, replace(ASKED, reason="a hub without a line"))
    assert out(store) == (first, second)
    assert (second.paper.version, second.paper.reason) == (2, "a hub without a line")
    assert latest(out(store), SCOPE, Rule.MIDPOINT_6) == second


def test_of_two_who_publish_at_once_one_succeeds(store: Store, hub: Hub):
    class Meanwhile:
        """The store, where somebody else publishes between the audit and the writing."""

        reading = staticmethod(store.reading)

        @staticmethod
        def writing():
            published(store, replace(ASKED, rule=Rule.HIDE_7_ROUND_5))
            return store.writing()

    assert "at the same moment" in refused(release(Meanwhile(), ASKED, NOW))
    assert [each.master.rule for each in out(store)] == [Rule.HIDE_7_ROUND_5]


def test_postgresql_keeps_releases_as_a_file_does(on_postgres: Store):
    send_a_quarter(Hub(on_postgres))
    done = published(on_postgres)
    assert out(on_postgres) == (done,)
    assert "nothing has changed" in refused(release(on_postgres, ASKED, NOW))
    with pytest.raises(IntegrityError), on_postgres.writing() as connection:
        connection.execute(sa.text("INSERT INTO released SELECT * FROM released"))


def test_a_hub_with_few_visits_has_no_tables_of_its_own(store: Store, hub: Hub):
    assert isinstance(look(store, replace(SCOPE, hub="H2")), Paper)
    small = Hub(store, replace(hub.place, hub="H3"))
    day = "2026-07-04"
    small.sends(day, visits(day, "am", "returning", 99), closings=(closed(day, 99),))
    assert "fewer than 100" in refused(look(store, replace(SCOPE, hub="H3")))


def test_while_hubs_may_still_send_every_table_says_so(store: Store, hub: Hub):
    early = look(store, today=date(2026, 10, 14))
    late = look(store, today=date(2026, 10, 15))
    assert isinstance(early, Paper)
    assert isinstance(late, Paper)
    assert all("until 14 Oct 2026" in table.caveats[-1] for table in early.master.tables)
    assert not any("may send more" in " ".join(t.caveats) for t in late.master.tables)
