"""The short word two tablets show while they pair, for two people to compare at a glance."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Final

# Letters most languages have and read alike. Those most rude words need (f, g, k, p, z) are out.
_FIRST: Final = "bdlmnrstv"
_VOWELS: Final = "aeiou"
_LAST: Final = ("", "n")
_SYLLABLES: Final = tuple(c + v + n for c in _FIRST for v in _VOWELS for n in _LAST)
_COUNT: Final = 3
# What the letters above still spell, in one language or another. Two tablets must have the same
# list to show the same word, so it changes only with the version of the pairing.
_UNSAID: Final = (
    "biden", "bite", "bunda", "debil", "demon", "devil", "laden", "loda", "lodu", "lund", "minet",
    "mona", "moron", "nude", "nudi", "randi", "rude", "sala", "salo", "satan", "semen", "sida",
    "sodom", "vile",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """The two ends of one conversation: both devices, and the nonce each chose for it."""

    inviter: str
    joiner: str
    inviter_nonce: str
    joiner_nonce: str

    @property
    def digest(self) -> bytes:
        """What stands for this conversation and no other. 32 bytes."""
        ends = (self.inviter, self.joiner, self.inviter_nonce, self.joiner_nonce)
        return hashlib.sha256("|".join(("dropin-hub/1 line", *ends)).encode()).digest()


def short_word(line: Line) -> str:
    """Give the word of a conversation: three syllables, as “mo-rin-ta”; about 19 bits.

    It lets people see that they paired the two tablets they meant to. It is no defence by itself:
    the pin, or the code's proof, is.
    """
    return next(word for word in _words(line) if _is_plain(word))


def _words(line: Line) -> Iterator[str]:
    for again in count():
        drawn = hashlib.sha256(line.digest + again.to_bytes(4, "big")).digest()
        number, syllables = int.from_bytes(drawn, "big"), list[str]()
        for _ in range(_COUNT):
            number, at = divmod(number, len(_SYLLABLES))
            syllables.append(_SYLLABLES[at])
        yield "-".join(syllables)


def _is_plain(word: str) -> bool:
    """Say whether a word can be read out to anybody: no doubled sounds, nothing unsaid."""
    syllables = word.split("-")
    letters = "".join(syllables)
    alike = any(one[0] == other[0] for one, other in pairwise(syllables))
    return not alike and not any(unsaid in letters for unsaid in _UNSAID)
