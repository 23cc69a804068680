"""What a command prints is text, whoever wrote the file it read or the answer it was given."""

import pytest

from hub_app.console import fail, say


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[2J", "\x1b]0;another title\x07", "\x9b31m", "\ud800", "\u202egnp.exe", "a\rb", "\0"],
)
def test_nothing_that_is_printed_works_the_terminal(
    capsys: pytest.CaptureFixture[str], hostile: str
):
    say(f"before {hostile} after")
    fail(f"before {hostile} after")
    seen = capsys.readouterr()
    assert seen.out == seen.err
    assert seen.out.startswith("before ")
    assert seen.out.endswith(" after\n")
    assert not set("\x1b\x07\x9b\ud800\u202e\r\0") & set(seen.out)


def test_lines_tables_and_names_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]):
    told = "Zoë\tਗੁਰਪ੍ਰੀਤ\n  Łukasz: £1,200 – “twice”"
    say(told)
    assert capsys.readouterr().out == f"{told}\n"
