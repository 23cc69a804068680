"""Finding a need by any word a person might use for it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from hub_app.core.content import Need

_WORD = re.compile(r"[^\W_]+")
_WHOLE_WORD = 2  # a whole word points twice as strongly as the beginning of one
_MOST_WORDS = 12  # a person types a few; more is a slip or an attack
_LONGEST_WORD = 40
_APOSTROPHES = frozenset("'\u2019\u02bc")


@dataclass(frozen=True, eq=False)
class Index:
    """For each need, every word that points to it and how strongly."""

    entries: tuple[tuple[Need, Mapping[str, int]], ...]


def index_of(signs: Iterable[tuple[Need, Iterable[tuple[int, str]]]]) -> Index:
    """An index over needs, each with its weighted texts."""
    return Index(tuple((need, _weights(texts)) for need, texts in signs))


def find(index: Index, query: str) -> tuple[Need, ...]:
    """The needs that the query's words begin, best first, then in the pack's order.

    A rare word counts for more than one that nearly every need has, so nobody has to keep a list
    of words to leave out, in any language.
    """
    asked = tuple(dict.fromkeys(words_of(query)))[:_MOST_WORDS]
    strengths = [tuple(_strength(word, known) for word in asked) for _, known in index.entries]
    rarity = [_rarity([row[i] for row in strengths]) for i in range(len(asked))]
    scores = [sum(s * r for s, r in zip(row, rarity, strict=True)) for row in strengths]
    ranked = sorted(range(len(scores)), key=lambda i: -scores[i])
    return tuple(index.entries[i][0] for i in ranked if scores[i] > 0)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text without case, accents or apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (c for c in decomposed if not unicodedata.combining(c) and c not in _APOSTROPHES)
    return tuple(word[:_LONGEST_WORD] for word in _WORD.findall("".join(kept)))


def _weights(texts: Iterable[tuple[int, str]]) -> Mapping[str, int]:
    weights: dict[str, int] = {}
    for weight, text in texts:
        for word in words_of(text):
            weights[word] = max(weight, weights.get(word, 0))
    return weights


def _strength(asked: str, known: Mapping[str, int]) -> int:
    hits = ((word, weight) for word, weight in known.items() if word.startswith(asked))
    return max((w * _WHOLE_WORD if word == asked else w for word, w in hits), default=0)


def _rarity(strengths: list[int]) -> float:
    found = sum(1 for strength in strengths if strength)
    return log((len(strengths) + 1) / (found + 0.5)) if found else 0.0
