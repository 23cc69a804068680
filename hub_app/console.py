"""What a command says to the person who started it."""

import sys


def say(text: str) -> None:
    """Say something, at once."""
    print(text, flush=True)


def fail(sentence: str) -> int:
    """Say why it did not work; gives the exit code of a failure."""
    print(sentence, file=sys.stderr, flush=True)
    return 1
