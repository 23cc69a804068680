"""What a hub seals the centre can read, and nothing else gets in."""

import json
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from sync.record import (
    CONTACT_SERVICES,
    KINDS,
    LADDER,
    VOCABULARY,
    Batch,
    Closing,
    GainTotal,
    Load,
    Number,
    Place,
    Row,
    Sealed,
    Unreadable,
    is_over,
    last_day,
    period_of,
    read,
    seal,
)
from sync.text import canonical

HUB = Place("S12000042", "H2")
DAY = "2026-11-07"
MORNING = Row("visit", (("day", DAY), ("half_day", "am"), ("visit_type", "returning")), 6)
FOOD = Row("need", (("month", "2026-11"), ("need", "food"), ("result", "advice_only")), 5)
CLOSING = Closing(date(2026, 11, 7), 1, 12, {"dwp": 7, "energy": 0})
FIRST = Number(1234, 1)
SAMPLE = Path(__file__).parents[1] / "data" / "sample_batch.json"


def sealed(period: str, *rows: Row, closings: tuple[Closing, ...] = ()) -> Sealed:
    return seal(HUB, FIRST, Load(period, 1, rows, closings))


def day_batch() -> dict[str, Any]:
    return json.loads(sealed(DAY, MORNING, closings=(CLOSING,)).body)


def month_batch() -> dict[str, Any]:
    return json.loads(sealed("2026-11", FOOD).body)


def the_sample() -> dict[str, Any]:
    """The draft’s sample, with the head that a batch has now."""
    raw = json.loads(SAMPLE.read_bytes())
    raw["gate"]["version"] = "0.2"
    return {**raw, "schema_version": "0.2", "epoch": 1, "n": 1, "revision": 1}


def refused(raw: object) -> Unreadable:
    seen = read(json.dumps(raw).encode())
    assert isinstance(seen, Unreadable)
    return seen


def accepted(body: bytes) -> Batch:
    seen = read(body)
    assert isinstance(seen, Batch), seen
    return seen


def test_what_is_sealed_reads_back_as_it_was():
    load = Load(DAY, 3, (MORNING,), (CLOSING,))
    batch = accepted(seal(HUB, FIRST, load).body)
    assert (batch.place, batch.number, batch.load) == (HUB, FIRST, load)
    quarter = Load("2026-Q4", 1, (), (), GainTotal("2026-Q4", 12_300, 11))
    assert accepted(seal(HUB, FIRST, quarter).body).load == quarter


def test_a_batch_made_twice_has_the_same_id_and_bytes_whatever_the_order():
    other = Row("visit", (("day", DAY), ("visit_type", "first_ever")), 9)
    second = Closing(CLOSING.day, 2, 3, {})
    one = sealed(DAY, MORNING, other, closings=(CLOSING, second))
    assert one == sealed(DAY, other, MORNING, closings=(second, CLOSING))
    others = [
        sealed(DAY, MORNING, closings=(CLOSING, second)),
        sealed(DAY, MORNING, other, closings=(CLOSING,)),
        seal(HUB, FIRST, Load(DAY, 2, (MORNING, other), (CLOSING, second))),
        seal(Place(HUB.council, "H3"), FIRST, Load(DAY, 1, (MORNING, other), (CLOSING, second))),
    ]
    assert len({one.batch_id, *(each.batch_id for each in others)}) == 5


def test_the_same_content_under_another_number_is_the_same_batch():
    one, other = sealed(DAY, MORNING), seal(HUB, Number(9, 9), Load(DAY, 1, (MORNING,)))
    assert one.batch_id == other.batch_id
    assert accepted(other.body).number == Number(9, 9)


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_the_ladder_can_name_leaves_and_reads_back(kind: str):
    periods = {"day": DAY, "month": "2026-11", "quarter": "2026-Q4"}
    for field, *names in LADDER[kind]:
        every = product(*(VOCABULARY[name] for name in names))
        facts = [((field, periods[field]), *zip(names, codes, strict=True)) for codes in every]
        rows = tuple(Row(kind, each, 5 + n) for n, each in enumerate(facts))
        batch = accepted(sealed(periods[field], *rows).body)
        assert batch.load.rows == tuple(sorted(rows))
        assert batch.texts_of_kind(kind) == tuple(
            canonical({**dict(row.facts), "n": row.n}).decode() for row in batch.of_kind(kind)
        )


@pytest.mark.parametrize("rows", [{}, None, "visit", 5])
def test_the_rows_of_a_kind_come_as_an_array(rows: object):
    raw = day_batch()
    raw["fragments"]["visit"] = rows
    (reason,) = refused(raw).reasons
    assert (reason.where, reason.kind) == ("fragments.visit", None)
    assert "array" in reason.why


def test_each_bad_row_is_named_and_the_good_ones_are_not():
    raw = day_batch()
    good = raw["fragments"]["visit"][0]
    raw["fragments"]["visit"] = [{**good, "n": 4}, good, None, {**good, "visit_type": ["am"]}]
    found = [(each.kind, each.index) for each in refused(raw).reasons]
    assert found == [("visit", 0), ("visit", 2), ("visit", 3)]


def test_the_same_content_written_in_another_order_has_the_same_id():
    debt = Row("need", (("month", "2026-11"), ("need", "debt")), 8)
    raw = json.loads(sealed("2026-11", FOOD, debt).body)
    raw["fragments"]["need"].reverse()
    raw["fragments"]["wait"] = []
    assert len(accepted(json.dumps(raw, indent=2).encode()).rows) == 2


def test_sealed_bytes_are_canonical():
    body = sealed(DAY, MORNING, closings=(CLOSING,)).body
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()


def test_a_batch_that_could_not_be_counted_is_never_sealed():
    with pytest.raises(ValueError, match="may not leave"):
        sealed("2026-11", Row("need", (("month", "2026-11"), ("need", "food")), 4))
    with pytest.raises(ValueError, match="own period"):
        sealed("2026-12", FOOD)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'{"a": 1, "a": 2}',
        b'{"gate": {"alpha": NaN}}',
        b'{"gate": {"alpha": -Infinity}}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"1" * 10_000,
        b"[" + b"0," * 60_000 + b"0]",
        b'{"fragments":{"visit":[{"\\ud800":1}]}}',
    ],
    ids=[
        "empty",
        "cut",
        "utf16",
        "bom",
        "twice",
        "nan",
        "infinity",
        "deep",
        "deep objects",
        "long",
        "many",
        "half a letter",
    ],
)
def test_bytes_that_are_not_strict_json_are_refused_with_a_sentence(body: bytes):
    seen = read(body)
    assert isinstance(seen, Unreadable)
    assert not seen.is_json
    assert seen.reasons[0].why.endswith(".")


@pytest.mark.parametrize("body", [b"null", b"[]", b"3", b'"x"', b"{}", b"[" * 150 + b"]" * 150])
def test_json_that_is_no_batch_is_refused(body: bytes):
    seen = read(body)
    assert isinstance(seen, Unreadable)
    assert seen.is_json
    assert seen.reasons


def test_a_row_that_may_not_be_counted_is_named_by_kind_and_place():
    raw = month_batch()
    good = raw["fragments"]["need"][0]
    raw["fragments"]["need"] = [
        good,
        {**good, "n": 4},
        {**good, "n": 5.0},
        {**good, "n": True},
        {**good, "n": "5"},
        {**good, "need": "safety"},
        {**good, "group": "lone"},
        {**good, "month": "2026-13"},
        {"month": "2026-11", "n": 5},
        {"need": "food", "result": "advice_only"},
        [good],
        None,
    ]
    seen = refused(raw)
    assert {(each.kind, each.index) for each in seen.reasons} == {("need", i) for i in range(1, 12)}
    assert seen.reasons[4].where == "fragments.need.5.need"


def test_a_reason_never_repeats_what_was_sent():
    raw = month_batch()
    raw["Mary Brown"] = "07700 900123"
    raw["hub"] = "Mary"
    raw["fragments"]["need"][0]["need"] = "mary_brown"
    raw["fragments"]["need"].append({"Mary": "Brown"})
    raw["fragments"]["need"].append({"month": "Mary", "need": "food", "n": 5})
    said = repr(refused(raw))
    assert "Mary" not in said
    assert "mary" not in said
    assert "07700" not in said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema_version", "0.1"),
        ("council", "S1200004"),
        ("council", "S12000042\n"),
        ("council", "S1200004\u0663"),
        ("hub", "h2"),
        ("hub", ""),
        ("closed_period", "2026-11-31"),
        ("closed_period", "2026-Q5"),
        ("closed_period", None),
        ("batch_id", "7f1d2c1e-0000-4000-8000-000000000001"),
        ("batch_id", "{7f1d2c1e-0000-4000-8000-000000000001}"),
        ("gate", {"k": 2, "alpha": 0.8, "l": 2, "version": "0.2"}),
        ("gate", {"k": 5, "alpha": 0.9, "l": 2, "version": "0.2"}),
        ("gate", {"k": 5, "alpha": 0.8, "l": 1, "version": "0.2"}),
        ("gate", {"k": 5, "alpha": 0.8, "l": 2, "version": "Mary Brown was here"}),
        ("note", "anything"),
        ("epoch", -1),
        ("epoch", 2**53),
        ("epoch", "1"),
        ("n", 0),
        ("n", True),
        ("revision", 0),
        ("revision", 1.0),
        ("closing", None),
        ("fragments", []),
        ("fragments", {"urgent": []}),
        ("closings", [{"day": DAY, "opening": 1, "visits": -1, "contacts": {}}]),
        ("closings", [{"day": DAY, "opening": 0, "visits": 1, "contacts": {}}]),
        ("closings", [{"day": "2026-11-08", "opening": 1, "visits": 1, "contacts": {}}]),
        ("closings", [{"day": DAY, "opening": 1, "visits": 1, "contacts": {"none_seen": 1}}]),
        ("closings", [{"day": DAY, "opening": 1, "visits": 1, "contacts": {}}] * 2),
        ("closings", [{"day": DAY, "opening": 1, "visits": 1, "contacts": {"dwp": 1.5}}]),
        ("closings", [{"day": DAY, "opening": 1, "visits": 1, "contacts": {"dwp": True}}]),
        ("closings", [{"day": DAY, "opening": 1, "visits": 1, "contacts": {}, "note": "x"}]),
    ],
)
def test_anything_the_record_does_not_name_is_refused(field: str, value: object):
    assert refused({**day_batch(), field: value}).is_json


def test_a_row_given_twice_is_refused_even_with_another_count():
    raw = month_batch()
    raw["fragments"]["need"].append({**raw["fragments"]["need"][0], "n": 9})
    (reason,) = refused(raw).reasons
    assert (reason.kind, reason.index) == ("need", 1)


def test_a_changed_count_no_longer_fits_the_id():
    raw = month_batch()
    raw["fragments"]["need"][0]["n"] = 50
    (reason,) = refused(raw).reasons
    assert reason.where == "batch_id"


def test_an_answer_stays_small_however_many_rows_are_bad():
    raw = month_batch()
    raw["fragments"]["need"] = [{}] * 10_000
    assert len(refused(raw).reasons) == 200


def test_the_drafts_sample_is_refused_for_its_mixed_periods_alone():
    seen = refused(the_sample())
    assert {each.why for each in seen.reasons} == {"This row is not about the batch’s own period."}


def test_the_samples_rows_sealed_a_batch_a_period_are_all_read():
    raw = the_sample()
    rows = [
        Row(kind, tuple((name, each[name]) for name in step if name in each), each["n"])
        for kind, found in raw["fragments"].items()
        for each in found
        for step in LADDER[kind]
        if set(step) == set(each) - {"n"}
    ]
    back: list[Row] = []
    for period in {row.period for row in rows}:
        mine = [row for row in rows if row.period == period]
        back += accepted(sealed(period, *mine).body).rows
    assert sorted(back) == sorted(rows)
    assert len(rows) == sum(map(len, raw["fragments"].values()))


def test_periods_are_those_of_the_calendar():
    day = date(2026, 11, 22)
    assert [period_of(field, day) for field in ("day", "month", "quarter")] == [
        "2026-11-22",
        "2026-11",
        "2026-Q4",
    ]
    assert last_day("2028-02") == date(2028, 2, 29)
    assert last_day("2026-Q4") == date(2026, 12, 31)
    assert [
        last_day(text) for text in ("2027-02-29", "2026-00", "2026-Q0", "0000-01", "\uff12026-01")
    ] == [None] * 5
    assert not is_over("2026-11", date(2026, 11, 30))
    assert is_over("2026-11", date(2026, 12, 1))


def test_every_fact_a_ladder_names_has_its_codes_and_every_kind_its_place_on_the_wire():
    named = {name for steps in LADDER.values() for step in steps for name in step[1:]}
    assert named == set(VOCABULARY)
    wire = type(accepted(sealed(DAY).body).fragments).model_fields
    assert tuple(wire) == (*KINDS, "gain_total")
    assert "none_seen" not in CONTACT_SERVICES
