"""A comparison is drawn the same every time, and its page needs nothing from anywhere."""

import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hub_app.simulate.compare import ROWS, Comparison
from hub_app.simulate.plot import KINDS, MISSING, Picture, save

NAMES = [row.metric for row in ROWS] + ["n_lo", "n_hi", "n_lb", "n_crisis", "n_appt"]
COMPARISON = Comparison(
    {
        "paper": [dict.fromkeys(NAMES, 0.2), dict.fromkeys(NAMES, 0.3)],
        "ours": [dict.fromkeys(NAMES, 0.0), dict.fromkeys(NAMES, 0.1)],
    }
)
PICTURE = Picture(COMPARISON, "Less <waiting>", "2 sessions.", ("A desk & a greeter.",))


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data.strip())


@pytest.mark.slow
def test_a_picture_is_the_same_every_time_in_every_kind(tmp_path: Path) -> None:
    for kind, begins in zip(KINDS, (b"\x89PNG", b"<?xml", b"<!doctype html>"), strict=True):
        first, second = tmp_path / f"one{kind}", tmp_path / f"two{kind}"
        assert save(PICTURE, first) is None
        assert save(PICTURE, second) is None
        assert first.read_bytes().startswith(begins)
        assert first.read_bytes() == second.read_bytes()


def test_the_page_holds_drawing_and_table_and_fetches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert save(PICTURE, path) is None
    text = path.read_text()
    page = Page(text)
    assert {"svg", "table"} <= page.tags
    assert not {"script", "link", "img", "iframe", "image", "object"} & page.tags
    assert "default-src 'none'" in text
    assert {"Less <waiting>", "A desk & a greeter.", "needs unmet", "−20.0 ±0.0"} <= set(page.said)


def test_without_the_library_one_sentence_says_how_to_add_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert save(PICTURE, tmp_path / "one.png") == MISSING
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "one.svg").mkdir()
    assert "cannot be written" in (save(PICTURE, tmp_path / "one.svg") or "")
