"""A coordinator opens the page and understands it; the page tells nobody else."""

import base64
import hashlib
import itertools
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from sync.centre.labels import CODE_LABELS, FACT_LABELS, KIND_LABELS
from sync.centre.ledger import Ledger
from sync.record import KINDS, VOCABULARY, GainTotal, Place
from tests.centre.builders import NOW, Line, batch_of, closing, line_to, need, sealed, visits


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
        if "style" not in self._inside:
            self.words = " ".join(f"{self.words} {data}".split())


async def test_before_anything_has_come_the_page_says_so(centre: Line):
    seen = Seen(await centre.page())
    assert "Nothing has come in yet" in seen.words
    assert "Nothing needs to be done" in seen.words


async def test_the_page_says_what_came_what_was_counted_and_when_a_hub_was_heard(centre: Line):
    await centre.send(sealed([visits(6), visits(5, "first_ever")], closed=closing(13, dwp=4)))
    await centre.send(sealed([need(9, "food", "advice_only"), need(5, "food")], "2026-11"))
    words = Seen(await centre.page()).words
    for said in (
        "As it stood on 22 November 2026 at 15:42",
        "Sessions received 1 Visits 13 Desk contacts 4",
        "H2 Dundee City 22 Nov 2026, 15:42 1 13",
        "21 Nov 2026 H2 Dundee City 13 4",
        "11 visits counted here; 2 more stay at their hub",
        "First time ever 5 Been before 6 All 11",
        "Food 14 All 14",
        "Need, by what came of it",
    ):
        assert said in words


async def test_a_hub_not_heard_for_a_while_is_marked(ledger: Ledger):
    for days, hub in ((1, "H2"), (20, "H3")):
        heard_at = round((NOW - timedelta(days=days)).timestamp() * 1000)
        ledger.receive(batch_of(sealed([visits(6)], hub=Place("S12000042", hub))), heard_at)
    async with line_to(ledger) as centre:
        words = Seen(await centre.page()).words
    assert words.count("quiet for a while") == 1
    assert "H3 Dundee City 2 Nov 2026, 15:42 quiet for a while" in words


async def test_choosing_a_hub_and_dates_shows_only_those(centre: Line):
    await centre.send(sealed([visits(6)], closed=closing(6)))
    await centre.send(sealed([visits(8)], closed=closing(8), hub=Place("S12000049", "EAST")))
    seen = Seen(await centre.page(hub="S12000049/EAST", period="2026-Q4"))
    assert "Glasgow City, hub EAST, October to December 2026" in seen.words
    assert "Sessions received 1 Visits 8" in seen.words
    chosen = [attrs["value"] for tag, attrs in seen.tags if tag == "option" and "selected" in attrs]
    assert chosen == ["S12000049/EAST", "2026-Q4"]
    links = [attrs["href"] for tag, attrs in seen.tags if "download" in attrs]
    assert links == [
        f"/v1/{what}?format=csv&hub=S12000049/EAST&period=2026-Q4"
        for what in ("counts", "sessions")
    ]


async def test_the_page_runs_nothing_and_asks_no_other_machine(centre: Line):
    await centre.send(sealed([visits(6)], closed=closing()))
    answer = await centre.client.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    style = re.search(r"<style>(.*)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    seen = Seen(answer.text)
    assert "script" not in {tag for tag, _ in seen.tags}
    for _, attrs in seen.tags:
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            assert (attrs.get(name) or "/").startswith(("/", "#"))
            assert not (attrs.get(name) or "").startswith("//")


async def test_every_table_has_headings_and_every_field_a_label(centre: Line):
    await centre.send(sealed([visits(6)], closed=closing()))
    await centre.send(sealed([need(9, "food", "advice_only")], "2026-11"))
    await centre.send(sealed((), "2026-Q4", total=GainTotal("2026-Q4", 4_000, 12)))
    text = await centre.page()
    for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
        assert '<th scope="col"' in table
        assert '<th scope="row"' in table
    seen = Seen(text)
    fields = {attrs["id"] for tag, attrs in seen.tags if tag == "select"}
    assert {attrs["for"] for tag, attrs in seen.tags if tag == "label"} == fields
    ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    headings = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(headings))


@pytest.mark.parametrize("path", ["/?hub=<script>alert(1)</script>", "/<b>", "/?period=x"])
async def test_a_strangers_address_is_never_repeated_on_a_page(centre: Line, path: str):
    answer = await centre.client.get(path)
    assert answer.status_code in (400, 404)
    assert "<script" not in answer.text
    assert "<b>" not in answer.text
    assert "See what the hubs have counted" in answer.text


def test_every_code_and_kind_has_words_a_person_can_read():
    assert {fact: tuple(codes) for fact, codes in CODE_LABELS.items()} == dict(VOCABULARY)
    assert tuple(KIND_LABELS) == KINDS
    assert set(FACT_LABELS) == set(VOCABULARY)
