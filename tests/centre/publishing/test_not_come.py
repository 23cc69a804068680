"""What has not come yet is named before it is published, and never shown as nought."""

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from sync.centre import told
from sync.centre.publishing.document import Paper, document, read_document
from sync.centre.publishing.exports import csv_of, json_stat
from sync.centre.publishing.release import (
    Asked,
    NotReleased,
    Released,
    preview,
    release,
    releases,
)
from sync.centre.publishing.rounding import Rule
from sync.centre.publishing.spreadsheets import xlsx
from sync.centre.publishing.tables import Scope
from sync.centre.store import Store
from sync.manifest import Manifest, PeriodSum, RowsSum, SessionTold
from sync.record import Place
from tests.centre.publishing.halls import (
    COUNCIL,
    H2,
    SCOPE,
    Hub,
    closed,
    row,
    send_a_quarter,
    visits,
)

JANUARY = Scope(COUNCIL, "2026-01")
NOW = datetime(2026, 2, 14, 15, 0, tzinfo=UTC)
ASKED = Asked(JANUARY, Rule.MIDPOINT_6, "Ann Reid")
H3 = Place(COUNCIL, "H3")
NOT_YET = "Linlathen has not sent January 2026’s counts by month yet."
DAYS = ("2026-01-10", "2026-01-17")


def a_day(hub: Hub, day: str, n: int = 60) -> None:
    hub.sends(
        day,
        visits(day, "am", "returning", n),
        row("wait", n, day=day, wait_band="0-10"),
        row("service", 20, day=day, service="dwp"),
        closings=(closed(day, n, dwp=20),),
    )


def january_comes(hub: Hub) -> None:
    hub.sends("2026-01", row("need", 100, month="2026-01", need="food", result="advice_only"))


def tells(
    store: Store,
    *sealed: str,
    hub: Place = H2,
    counted: int | None = 60,
    destroyed: tuple[str, ...] = (),
):
    """Say what a hub has sealed; that of later days, by which its own day shows, is not here."""
    sessions = tuple(SessionTold(date.fromisoformat(day), 1, counted) for day in DAYS)
    with store.reading() as reading:
        held = reading.periods(hub)
    periods = tuple(held.get(each, PeriodSum(each, 1, RowsSum(0, 0, 0))) for each in sealed)
    manifest = Manifest(hub, 7, sessions, periods, {}, dict.fromkeys(destroyed, 3))
    with store.writing() as connection:
        told.keep(connection, manifest, round(NOW.timestamp() * 1000))


@pytest.fixture
def linlathen(store: Store) -> Hub:
    """A hub of which the days of January are here, and the month is not."""
    store.enrol(H2, "Linlathen")
    made = Hub(store)
    for day in DAYS:
        a_day(made, day)
    return made


def look(store: Store, scope: Scope = JANUARY) -> Paper:
    with store.reading() as reading:
        seen = preview(reading, scope, Rule.MIDPOINT_6, NOW.date())
    assert isinstance(seen, Paper), seen
    return seen


def published(store: Store, asked: Asked) -> Released:
    done = release(store, asked, NOW)
    assert isinstance(done, Released), done
    return done


def test_a_hub_whose_month_has_not_come_is_named(store: Store, linlathen: Hub):
    assert look(store).master.missing == (NOT_YET,)
    january_comes(linlathen)
    assert look(store).master.missing == ()


def test_a_table_of_which_nothing_came_is_not_received_and_not_nought(store: Store, linlathen: Hub):
    made = look(store).master
    assert {table.code for table in made.tables if table.sum_of is None} == {
        "visits",
        "waits",
        "services",
    }
    unseen = {each.table: each for each in made.waiting}
    assert unseen["needs_results"].why == f"Not received yet. {NOT_YET}"
    assert not unseen["gains"].is_received
    for table in made.tables:
        assert NOT_YET in table.caveats
        assert any("that have not been sent yet" in said for said in table.caveats)
    january_comes(linlathen)
    whole = look(store).master
    needs, gains = whole.table("needs_results"), whole.table("gains")
    assert needs is not None
    assert needs.n == 99
    assert gains is not None
    assert gains.n == 0  # the month is here: there was none to tell


def test_every_form_says_what_was_not_received(store: Store, linlathen: Hub):
    paper = look(store)
    assert read_document(json.loads(json.dumps(document(paper)))) == paper
    lines = [each for each in csv.DictReader(StringIO(csv_of(paper))) if each["table"] == "gains"]
    assert [(each["shown"], each["value"], each["n"]) for each in lines] == [
        ("not received yet", "", "")
    ]
    assert NOT_YET in lines[0]["caveats"]
    extension = json_stat(paper)["extension"]
    assert extension["missing"] == [NOT_YET]
    assert {"table": "gains", "why": f"Not received yet. {NOT_YET}"} in extension["waiting"]
    about = [str(line[0]) for line in load_workbook(BytesIO(xlsx(paper)))["About"].values]
    assert NOT_YET in about
    assert f"Not here: Money gained. Not received yet. {NOT_YET}" in about


def test_to_publish_without_it_takes_a_reason_that_is_kept_and_shown(store: Store, linlathen: Hub):
    refused = release(store, ASKED, NOW)
    assert isinstance(refused, NotReleased)
    assert refused.is_incomplete
    assert refused.why.startswith(NOT_YET)
    done = published(store, replace(ASKED, although="the report is due"))
    with store.reading() as reading:
        (kept,) = releases(reading)
    assert kept == done
    assert (kept.paper.although, kept.master.missing) == ("the report is due", (NOT_YET,))
    told = (str(document(kept.paper)), str(json_stat(kept.paper)))
    assert all("the report is due" in each and NOT_YET in each for each in told)
    about = [str(line[0]) for line in load_workbook(BytesIO(xlsx(kept.paper)))["About"].values]
    assert any("the report is due" in each for each in about)


def test_a_reason_for_what_is_not_missing_is_not_kept(store: Store, linlathen: Hub):
    january_comes(linlathen)
    assert published(store, replace(ASKED, although="to be safe")).paper.although == ""


def test_when_all_has_come_what_was_not_received_may_be_published_as_nought(
    store: Store, linlathen: Hub
):
    published(store, replace(ASKED, although="the report is due"))
    linlathen.sends("2026-01")
    second = published(store, replace(ASKED, reason="January is whole now"))
    assert second.master.missing == ()
    assert second.master.table("gains") is not None
    assert isinstance(release(store, replace(ASKED, reason="again"), NOW), NotReleased)


def test_a_hub_that_says_it_had_nothing_to_send_for_the_month_is_not_waited_for(
    store: Store, linlathen: Hub
):
    tells(store, *DAYS)  # today, but its own day may be one of January
    assert look(store).master.missing == (NOT_YET,)
    tells(store, *DAYS, "2026-01", "2026-02-07")  # it sealed one, which is not here
    assert look(store).master.missing == (NOT_YET,)
    tells(store, *DAYS, "2026-02-07")
    assert look(store).master.missing == ()


def test_a_hub_that_has_destroyed_the_rest_of_the_quarter_is_not_waited_for(
    store: Store, linlathen: Hub
):
    tells(store, *DAYS, destroyed=("2025-Q4",))
    assert look(store).master.missing == (NOT_YET,)
    tells(store, *DAYS, destroyed=("2025-Q4", "2026-Q1"))
    assert look(store).master.missing == ()


def test_a_session_that_nobody_signed_off_keeps_its_month_open(store: Store, linlathen: Hub):
    a_day(Hub(store, H3), DAYS[0])
    tells(store, DAYS[0], "2026-02-07", hub=H3, counted=None)
    assert look(store).master.missing == (
        "H3 has not sent what was counted on 17 January 2026 yet.",
        "Linlathen and H3 have not sent January 2026’s counts by month yet.",
    )


def test_a_session_that_was_told_and_did_not_come_is_named(store: Store, linlathen: Hub):
    store.enrol(H3, "H3")
    tells(store, *DAYS, "2026-02-07", hub=H3)
    assert look(store).master.missing == (
        "H3 has not sent what was counted on 10 January 2026 yet.",
        "H3 has not sent what was counted on 17 January 2026 yet.",
        NOT_YET,
    )
    assert look(store, replace(JANUARY, hub="H2")).master.missing == (NOT_YET,)


def test_hubs_that_lack_the_same_are_named_together(store: Store, linlathen: Hub):
    store.enrol(H3, "Replay")
    a_day(Hub(store, H3), DAYS[0], 30)
    store.enrol(Place(COUNCIL, "H4"), "Never heard")
    a_day(Hub(store, Place("S12000047", "H5")), DAYS[0], 30)
    assert look(store).master.missing == (
        "Linlathen and Replay have not sent January 2026’s counts by month yet.",
    )


def test_of_a_quarter_its_months_and_its_own_counts_are_asked_for(store: Store):
    hub = Hub(store)
    send_a_quarter(hub)
    with store.reading() as reading:
        whole = preview(reading, SCOPE, Rule.MIDPOINT_6, date(2026, 11, 22))
    assert isinstance(whole, Paper)
    assert whole.master.missing == ()
    a_day(Hub(store, H3), "2026-07-11")
    with store.reading() as reading:
        part = preview(reading, SCOPE, Rule.MIDPOINT_6, date(2026, 11, 22))
    assert isinstance(part, Paper)
    assert part.master.missing == (
        "H3 has not sent July 2026’s counts by month yet.",
        "H3 has not sent the counts of July to September 2026 by quarter yet.",
    )


def test_a_session_to_which_nobody_came_leaves_nothing_to_wait_for(store: Store, linlathen: Hub):
    january_comes(linlathen)
    Hub(store, H3).sends(DAYS[0], closings=(closed(DAYS[0], 0),))
    assert look(store).master.missing == ()


def test_postgresql_knows_what_has_not_come_as_a_file_does(on_postgres: Store):
    on_postgres.enrol(H2, "Linlathen")
    a_day(Hub(on_postgres), DAYS[0])
    done = published(on_postgres, replace(ASKED, although="the report is due"))
    assert done.master.missing == (NOT_YET,)
    with on_postgres.reading() as reading:
        assert releases(reading) == (done,)
