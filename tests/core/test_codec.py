"""Facts as text: what we write we read back, what we cannot read is kept and never raises."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub_app.core import codec
from hub_app.core import events as e
from tests.support.facts import ABOUT_THE_HALL, ABOUT_VISITS

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = st.sampled_from(("desk", "service", "ticket", "token", "needs", "gains", "settles", "to"))


@given(st.one_of(ABOUT_VISITS, ABOUT_THE_HALL))
@settings(max_examples=150)
def test_what_is_written_is_read_back(event: e.Event):
    if not isinstance(event, e.Unknown):
        assert codec.decode(*codec.encode(event)) == event


@given(st.one_of(st.sampled_from(codec.KINDS), st.text()), st.integers(), st.text())
@settings(max_examples=100)
@example("called", 1, "[" * 100_000)
@example("called", 1, '{"desk":"d","service":' + "9" * 5_000 + "}")
@example("called", 1, '{"desk":"\\ud800","service":"s"}')
@example("called", -1, '{"desk":"d","service":"s"}')
@example("called", 1, '{"desk":"d"}')
@example("called", 1, '{"desk":NaN,"service":true}')
@example("triaged", 1, '{"needs":{"0":"rent"}}')
@example("undone", 1, '{"targets":"a:1"}')
@example("finished", 1, '{"desk":"d","service":"s","outcome":"o","gains":[{"pounds":1.5}]}')
def test_a_body_that_cannot_be_read_is_unknown(kind: str, version: int, body: str):
    assert codec.decode(kind, version, body) == e.Unknown(kind)


@given(st.sampled_from(codec.KINDS), ANY_JSON | st.dictionaries(FIELDS, ANY_JSON))
@settings(max_examples=150)
def test_any_json_is_read_as_its_kind_or_is_unknown(kind: str, body: object):
    event = codec.decode(kind, 1, json.dumps(body))
    assert event == e.Unknown(kind) or codec.encode(event)[0] == kind


def test_a_newer_version_of_a_kind_is_read_for_what_we_know_of_it():
    body = '{"desk":"d1","service":"housing","by":"a field of tomorrow"}'
    assert codec.decode("called", 9, body) == e.Called("d1", "housing")


def test_an_older_fact_without_a_later_field_is_still_read():
    assert codec.decode("started", 1, '{"desk":"d1"}') == e.Started("d1", None)


def test_a_name_in_any_script_is_written_as_itself():
    assert codec.encode(e.DeskOpened("d", "Bürgergeld ਘਰ", ("housing",)))[2] == (
        '{"desk":"d","leaving_at":null,"name":"Bürgergeld ਘਰ","organisation":"",'
        '"services":["housing"]}'
    )


def test_an_unknown_fact_is_never_written_anew():
    with pytest.raises(TypeError):
        codec.encode(e.Unknown("sent_home_by_taxi"))
