"""The rule that one thing has one word, with its list read from docs/words.md."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.house.source import ROOT, Finding, Rule, Source

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_COLUMN = "never in a name"


@dataclass(frozen=True)
class Words:
    """What may not be in a name: phrases, first words of functions, last words of types."""

    phrases: frozenset[tuple[str, ...]]
    function_starts: frozenset[str]
    type_ends: frozenset[str]
    exceptions: frozenset[str]


@cache
def listed(path: Path = ROOT / "docs" / "words.md") -> Words:
    """Read the words, and the names excepted from them, out of the tables of a document."""
    entries = [entry for row in _rows(path, _COLUMN) for entry in row.split(",")]
    banned = [entry.strip().lower() for entry in entries if entry.strip()]
    return Words(
        phrases=frozenset(tuple(word.split()) for word in banned if "…" not in word),
        function_starts=frozenset(word.rstrip("…") for word in banned if word.endswith("…")),
        type_ends=frozenset(word.lstrip("…") for word in banned if word.startswith("…")),
        exceptions=frozenset(row.strip("` ") for row in _rows(path, "name")),
    )


def _rows(path: Path, heading: str) -> Iterator[str]:
    """Give the cells under that heading, in every table of the document that has it."""
    column: int | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            column = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if heading in cells:
            column = cells.index(heading)
        elif column is not None and set(cells[column]) - set("-: "):
            yield cells[column]


def parts(name: str) -> tuple[str, ...]:
    """Split a name into its words: `HandOver_count2` is hand, over, count, 2."""
    return tuple(part.lower() for part in _PARTS.findall(name))


def defined_names(source: Source) -> Iterator[tuple[str, int, type[ast.AST]]]:
    """Give each name a file makes up: its line, and what kind of thing it names."""
    for node in source.nodes:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name, node.lineno, type(node)
            case ast.AsyncFunctionDef(name=name):
                yield name, node.lineno, ast.FunctionDef
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name, node.lineno, ast.Name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno, ast.Name
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                yield name, node.lineno, ast.Name
            case _:
                continue


@cache
def _why(name: str, kind: type[ast.AST], words: Words) -> str | None:
    spoken = parts(name)
    for phrase in words.phrases:
        width = len(phrase)
        if any(spoken[at : at + width] == phrase for at in range(len(spoken) - width + 1)):
            return f"“{name}”: docs/words.md has another word for “{' '.join(phrase)}”"
    if kind is ast.FunctionDef and spoken[:1] and spoken[0] in words.function_starts:
        return f"“{name}”: say what it does; everything can “{spoken[0]}”"
    if kind is ast.ClassDef and spoken[-1:] and spoken[-1] in words.type_ends:
        return f"“{name}”: say what it is; everything is “{spoken[-1]}”"
    return None


def find_banned_words(source: Source) -> Iterator[Finding]:
    """Find names made of words that docs/words.md has another word for."""
    if not source.is_python or not source.is_in("hub_app/", "sync/"):
        return
    words = listed()
    names = [(Path(source.path).stem, 1, ast.Module), *defined_names(source)]
    for name, line, kind in names:
        if name not in words.exceptions and (why := _why(name, kind, words)):
            yield Finding(source.path, line, why)


RULES = (Rule("one thing has one word", find_banned_words),)
