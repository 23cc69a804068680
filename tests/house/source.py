"""The project's own files, as the house rules see them."""

import ast
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_OURS_THOUGH_HIDDEN = {".ci", ".gitignore"}
_MADE_HERE = {"__pycache__", "build", "dist"}


@dataclass(frozen=True)
class Source:
    """One text file: where it is, from the project's root, and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the syntax tree, listed once for all the rules."""
        return tuple(ast.walk(self.tree))

    @property
    def is_python(self) -> bool:
        """Say whether it is a Python file."""
        return self.path.endswith(".py")

    def is_in(self, *places: str) -> bool:
        """Say whether it is one of these files, or lies in one of these folders (“sync/”)."""
        return any(
            self.path.startswith(place) if place.endswith("/") else self.path == place
            for place in places
        )


@dataclass(frozen=True)
class Finding:
    """A place where a rule is broken."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


@dataclass(frozen=True)
class Rule:
    """A sentence everybody keeps, and the function that finds where somebody did not."""

    says: str
    find: Callable[[Source], Iterator[Finding]]


def sources(root: Path) -> Iterator[Source]:
    """Give every text file of the project; what is only on this machine is left out."""
    for path in sorted(_files(root)):
        try:
            yield Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:  # a font or a picture
            continue


def _files(root: Path) -> Iterator[Path]:
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        found = (root / name for name in listed.split("\0") if name)
    else:
        found = root.rglob("*")
    for path in found:
        if path.is_file() and all(map(_is_ours, path.relative_to(root).parts)):
            yield path


def _is_ours(name: str) -> bool:
    if name.startswith("."):  # environments, caches, a code editor's own things
        return name in _OURS_THOUGH_HIDDEN
    return name not in _MADE_HERE
