"""What a command says to the person who started it."""

import sys
from typing import Final

# Some of it came from a file or a centre: none of that may move the cursor, or change a title.
_UNSEEN: Final = dict.fromkeys(
    {*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {9, 10},
    "\ufffd",
)


def say(text: str) -> None:
    """Say something, at once."""
    print(_plain(text), flush=True)


def fail(sentence: str) -> int:
    """Say why it did not work; gives the exit code of a failure."""
    print(_plain(sentence), file=sys.stderr, flush=True)
    return 1


def _plain(text: str) -> str:
    return text.translate(_UNSEEN).encode(errors="replace").decode()
