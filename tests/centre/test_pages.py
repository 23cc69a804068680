"""Somebody at the centre opens a page and understands it; the page tells nobody else."""

import base64
import hashlib
import itertools
import re
from collections.abc import Iterable
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from sync.centre.people import Role
from sync.centre.store import Store
from sync.labels import CODE_LABELS, FACT_LABELS, KIND_LABELS
from sync.manifest import Manifest, SessionTold, period_sum
from sync.record import KINDS, VOCABULARY, GainTotal, Place, Row
from tests.centre.builders import H2, NOW, batch_of, closing, need, sealed, visits
from tests.centre.lines import Line, line_to, signer_for

H3, EAST = Place("S12000042", "H3"), Place("S12000049", "EAST")
PAGES = ("/", "/counts", "/trends", "/compare", "/publish", "/quarantine")


class Seen(HTMLParser):
    """What is on a page: its tags with their attributes, and its words in reading order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"style", "svg"} & set(self._inside):
            self.words = " ".join(f"{self.words} {data}".split())


def month(n: int, m: str, *, long: int = 0) -> Iterable[Row]:
    """The rows of a month of a hub: so many visits, of which `long` waited over 40 minutes."""
    yield Row("visit", (("month", m), ("visit_type", "returning")), n)
    yield Row("wait", (("month", m), ("wait_band", "0-10")), n - long)
    if long:
        yield Row("wait", (("month", m), ("wait_band", "41+")), long)


async def a_quarter(
    centre: Line, hub: Place, n: int, long: int = 0, *, is_whole: bool = True
) -> None:
    """Three closed months of a hub, each with one session and all of its visits counted."""
    for m in ("2026-07", "2026-08", "2026-09"):
        day = f"{m}-14"
        await centre.send(sealed((), day, closing(n, day=day), hub=hub), hub)
        await centre.send(sealed(month(n, m, long=long), m, hub=hub), hub)
    if is_whole:
        await centre.send(sealed((), "2026-Q3", hub=hub), hub)


async def test_before_anything_has_come_the_pages_say_so(centre: Line):
    for path, said in (
        ("/", "Nothing has come in yet"),
        ("/counts", "Nothing has come in yet"),
        ("/trends", "Nothing to draw yet"),
        ("/compare", "Nothing of this has been counted"),
        ("/publish", "Nothing has been published yet"),
        ("/quarantine", "Nothing is kept here"),
        ("/quarantine?tried=counted", "It could be read now, and is counted"),
    ):
        assert said in Seen((await centre.client.get(path)).text).words, path


async def test_the_first_page_says_who_was_heard_what_came_and_what_to_ask(centre: Line):
    await centre.send(
        sealed([visits(6), visits(5, "first_ever")], "2026-11-21", closing(13, dwp=4))
    )
    told = SessionTold(date(2026, 11, 14), 1, None)
    await centre.tell(Manifest(H2, 7, (told,)))
    centre.store.enrol(H2, "Linlathen", signer_for(H2).public)
    words = Seen(await centre.page()).words
    for said in (
        "As it stood on 22 November 2026 at 15:42",
        "Sessions received 1 Visits 13 Desk contacts 4",
        "22 Nov 2026, 15:42 1 13",
        "Linlathen (H2, Dundee City), 14 November: opened, nothing received",
    ):
        assert said in words


async def test_a_hub_whose_every_visit_is_accounted_for_is_said_to_be(centre: Line):
    made = sealed([visits(6)], "2026-11-21", closing(8))
    await centre.send(made)
    load = batch_of(made).load
    told = SessionTold(date(2026, 11, 21), 1, 8)
    await centre.tell(Manifest(H2, 7, (told,), (period_sum(load),), {"2026-Q4": 2}))
    assert "Everything these hubs counted is here" in Seen(await centre.page()).words
    words = Seen(await centre.page("/hub", hub="S12000042/H2")).words
    assert "Everything this hub counted is here" in words
    assert "8 visits, 6 received, 2 waiting at the hub" in words
    session = Seen(
        await centre.page("/session", hub="S12000042/H2", period="2026-11-21", opening="1")
    ).words
    assert "21 November 2026" in session
    assert "8 visits received" in session


async def test_a_hub_not_heard_for_a_while_is_marked(embedded: Store):
    for days, hub in ((1, H2), (20, H3)):
        heard_at = round((NOW - timedelta(days=days)).timestamp() * 1000)
        embedded.receive(batch_of(sealed([visits(6)], hub=hub)), heard_at)
    async with line_to(embedded) as centre:
        words = Seen(await centre.page()).words
    assert words.count("quiet for a while") == 1
    assert "2 Nov 2026, 15:42 quiet for a while" in words


async def test_hubs_that_were_never_heard_are_counted_where_all_is_well(centre: Line):
    for hub in (H3, EAST):
        centre.store.enrol(hub, hub.hub)
    words = Seen(await centre.page()).words
    assert "None of these 2 hubs has ever been heard." in words
    assert "is here, or accounted for" not in words
    assert "never 0 0" in words
    assert "quiet for a while" not in words
    assert "This hub has never been heard." in Seen(await centre.page("/hub", hub="H3")).words
    made = sealed([visits(6)], "2026-11-21", closing(6))
    await centre.send(made)
    told = SessionTold(date(2026, 11, 21), 1, 6)
    await centre.tell(Manifest(H2, 7, (told,), (period_sum(batch_of(made).load),)))
    all_is_well = (
        "Everything is here, or accounted for, that the hubs heard from counted."
        " 2 hubs have never been heard."
    )
    assert all_is_well in Seen(await centre.page()).words


async def test_choosing_a_hub_and_dates_shows_only_those(centre: Line):
    await centre.send(sealed([visits(6)], "2026-11-21", closing(6)))
    await centre.send(sealed([visits(8)], "2026-11-21", closing(8), hub=EAST), EAST)
    seen = Seen(await centre.page("/counts", hub="S12000049/EAST", period="2026-Q4"))
    assert "(EAST, Glasgow City), October to December 2026" in seen.words
    assert "8 visits counted here" in seen.words
    chosen = [attrs["value"] for tag, attrs in seen.tags if tag == "option" and "selected" in attrs]
    assert chosen == ["S12000049/EAST", "2026-Q4"]
    links = [attrs["href"] for tag, attrs in seen.tags if "download" in attrs]
    assert links == [
        f"/v1/{what}?format=csv&hub=S12000049/EAST&period=2026-Q4"
        for what in ("counts", "sessions")
    ]
    council = Seen(await centre.page("/", council="S12000049")).words
    assert "Sessions received 1 Visits 8" in council


async def test_the_counts_add_up_by_their_main_fact_and_by_two(centre: Line):
    centre.hold(sealed([need(9, "food", "advice_only"), need(5, "food")], "2026-11"))
    words = Seen(await centre.page("/counts")).words
    assert "Food 14 All 14" in words
    assert "Need, by what came of it" in words


async def test_trends_draw_the_months_that_are_over_with_their_figures(centre: Line):
    await a_quarter(centre, H2, 120, long=30)
    centre.hold(sealed(month(60, "2026-11"), "2026-11"))
    text = await centre.page("/trends")
    seen = Seen(text)
    assert "Sep 2026 120" in seen.words
    assert "Sep 2026 25 %" in seen.words
    assert "Nov 2026" not in text  # it is not over
    assert text.count('class="pygal-chart"') == 2
    assert seen.words.count("Nothing of this was counted in these months.") == 2  # no needs


async def test_what_nobody_counted_is_not_drawn_and_no_figure_stands_twice(centre: Line):
    centre.hold(sealed([need(9, "food", "advice_only", month="2026-09")], "2026-09"))
    text = await centre.page("/trends")
    unhelped = text[text.index('id="unhelped"') :].partition("</section>")[0]
    axis = re.findall(r">(\d+ %)</text>", unhelped)
    assert axis == ["0 %", "1 %"]
    waits = Seen(text[text.index('id="waits"') :].partition("</section>")[0])
    assert "Nothing of this was counted in these months." in waits.words
    assert "svg" not in {tag for tag, _ in waits.tags}


async def test_hubs_are_compared_by_name_with_intervals_and_small_ones_together(centre: Line):
    small = [Place("S12000042", f"S{n}") for n in range(3)]
    await a_quarter(centre, H3, 100, long=50)
    await a_quarter(centre, EAST, 100, long=10)
    for place in small:
        await a_quarter(centre, place, 20, long=5)
    text = await centre.page("/compare", period="2026-Q3")
    words = Seen(text).words
    east, three = words.index("EAST (EAST"), words.index("H3 (H3")
    assert east < three  # by name, although it has fewer long waits
    assert "3 smaller hubs together 25" in words
    assert "S0" not in words
    assert "H3 (H3, Dundee City) 50 44 and 56 300" in words


async def test_what_a_hub_held_may_be_anything_in_a_comparison(centre: Line):
    for place in (H2, H3):
        await a_quarter(centre, place, 100)
    day = "2026-07-21"
    await centre.send(sealed((), day, closing(100, day=day), hub=H2), H2)
    words = Seen(await centre.page("/compare", period="2026-Q3")).words
    assert "H2 (H2, Dundee City) 0 0 and 29 300" in words  # a hundred more that nobody here knows
    assert "H3 (H3, Dundee City) 0 0 and 1 300" in words


async def test_publishing_takes_a_look_a_tap_and_the_right(centre: Line):
    await a_quarter(centre, H2, 120, long=30)
    asked = {"council": "S12000042", "period": "2026-Q3", "rule": "midpoint-6"}
    seen = Seen(await centre.page("/publish", **asked))
    assert "as it would be published" in seen.words
    assert "Nothing has been published yet" in seen.words
    await centre.sign_in("Rhona Reader")
    assert (await centre.submit("/publish", None, **asked)).status_code == 403
    await centre.sign_in("Paul Publisher", Role.PUBLISHER)
    done = await centre.submit("/publish", None, **asked)
    assert done.status_code == 303
    page = Seen((await centre.client.get(done.headers["location"])).text).words
    assert "Published on 2026-11-22 by Paul Publisher, version 1" in page
    again = await centre.submit("/publish", None, **asked)
    assert again.status_code == 409
    assert "nothing has changed since version 1" in Seen(again.text).words


async def test_to_publish_without_what_has_not_come_takes_a_tick_and_a_reason(centre: Line):
    await a_quarter(centre, H2, 120, long=30, is_whole=False)
    lacks = "H2 has not sent the counts of July to September 2026 by quarter yet."
    asked = {"council": "S12000042", "period": "2026-Q3", "rule": "midpoint-6"}
    seen = Seen(await centre.page("/publish", **asked))
    assert seen.words.index(lacks) < seen.words.index("Publish this")
    assert "Needs and what came of them: not published. Not received yet." in seen.words
    assert {"all_the_same", "although"} <= {attrs.get("name") for _, attrs in seen.tags}
    for form in ({}, {"although": "it is due"}, {"all_the_same": "yes"}):
        refused = await centre.submit("/publish", None, **asked, **form)
        assert refused.status_code == 409
        assert "Nothing was published" in Seen(refused.text).words
    done = await centre.submit("/publish", None, **asked, all_the_same="yes", although="it is due")
    assert done.status_code == 303
    page = Seen((await centre.client.get(done.headers["location"])).text).words
    assert f"{lacks} Published all the same: it is due" in page
    assert "Not all had come: it is due" in Seen(await centre.page("/publish")).words


@pytest.mark.parametrize("wanted", ["csv", "json-stat", "json", "xlsx"])
async def test_a_release_comes_as_files_too(centre: Line, wanted: str):
    await a_quarter(centre, H2, 120, long=30)
    asked = {"council": "S12000042", "period": "2026-Q3", "rule": "midpoint-6"}
    done = await centre.submit("/publish", None, **asked)
    path = done.headers["location"]
    file = await centre.client.get(f"{path}&format={wanted}")
    assert file.status_code == 200
    assert "S12000042-2026-Q3-v1" in file.headers["content-disposition"]
    assert len(file.content) > 500


async def test_no_page_runs_anything_or_asks_another_machine(centre: Line):
    await a_quarter(centre, H2, 120, long=30)
    await a_quarter(centre, H3, 120, long=30)
    for path in (*PAGES, "/hub?hub=S12000042/H2"):
        answer = await centre.client.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        style = re.search(r"<style>(.*)</style>", answer.text, re.DOTALL)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
        assert "url(" not in style[1]
        seen = Seen(answer.text)
        assert "script" not in {tag for tag, _ in seen.tags}
        for _, attrs in seen.tags:
            assert not [name for name in attrs if name.startswith("on") or name == "style"]
            for name in ("href", "src", "action"):
                assert (attrs.get(name) or "/").startswith(("/", "#"))
                assert not (attrs.get(name) or "").startswith("//")


async def test_every_table_has_headings_and_every_field_a_label(centre: Line):
    await a_quarter(centre, H2, 120, long=30)
    await a_quarter(centre, H3, 120, long=30)
    centre.hold(sealed([need(9, "food", "advice_only")], "2026-11"))
    centre.hold(sealed((), "2026-Q4", total=GainTotal("2026-Q4", 4_000, 12)))
    publish = "/publish?council=S12000042&period=2026-Q3"
    for path in (*PAGES, "/hub?hub=S12000042/H2", publish):
        text = (await centre.client.get(path)).text
        for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
            assert '<th scope="col"' in table
            assert '<th scope="row"' in table
        seen = Seen(text)
        inputs = {"select", "input", "textarea"}
        fields = {a["id"] for tag, a in seen.tags if tag in inputs and a.get("type") != "hidden"}
        assert {attrs["for"] for tag, attrs in seen.tags if tag == "label"} == fields, path
        ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
        assert len(ids) == len(set(ids)), path
        headings = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
        assert headings[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(headings)), path


@pytest.mark.parametrize(
    "path",
    [
        *("/?hub=<script>alert(1)</script>", "/<b>", "/counts?period=x", "/hub?hub=NOBODY"),
        *("/session?hub=H2&period=2026-11", "/release?council=x&number=9"),
    ],
)
async def test_a_strangers_address_is_never_repeated_on_a_page(centre: Line, path: str):
    answer = await centre.client.get(path)
    assert answer.status_code in (400, 404)
    assert "<script" not in answer.text
    assert "<b>" not in answer.text
    assert "Go to the hubs" in answer.text


@pytest.mark.parametrize("period", ["0000", "0000-Q1", "9999", "2026", "0001-Q1"])
async def test_a_year_is_from_one_to_9999_on_every_address(centre: Line, period: str):
    is_year = period[:4] != "0000"
    await a_quarter(centre, H2, 120)
    for path in ("/v1/counts?", "/v1/sessions?", "/counts?", "/compare?"):
        assert (await centre.client.get(f"{path}period={period}")).status_code == (
            200 if is_year else 400
        )
    for path in ("/trends?", "/session?hub=H2&opening=1&", "/publish?council=S12000042&"):
        assert (await centre.client.get(f"{path}period={period}")).status_code in (
            200,
            400,
            404,
            409,
        )


def test_every_code_and_kind_has_words_a_person_can_read():
    assert {fact: tuple(codes) for fact, codes in CODE_LABELS.items()} == dict(VOCABULARY)
    assert tuple(KIND_LABELS) == KINDS
    assert set(FACT_LABELS) == set(VOCABULARY)
