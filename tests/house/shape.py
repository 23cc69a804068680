"""The rules about the shape of a module, and about words a person will read."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.source import Finding, Rule, Source

_SECOND_SENTENCE = re.compile(r"[.!?][’”)]*\s+\S")
_SHORT_FORMS = re.compile(r"\b(e\.g|i\.e|etc|vs|St)\.")
_LETTERS = re.compile(r"[^\W\d_]{2}")

# What a person reads or hears on a control, by the name it is passed under.
_READ_ALOUD = {
    "content", "error", "error_text", "helper", "helper_text", "hint_text", "label", "message",
    "placeholder", "prefix_text", "semantics_label", "subtitle", "suffix_text", "text", "title",
    "tooltip",
}  # fmt: skip
_FIRST_IS_READ = {
    "Button", "Checkbox", "Chip", "ElevatedButton", "FilledButton", "FilledTonalButton",
    "OutlinedButton", "Radio", "SnackBar", "Switch", "Tab", "Text", "TextButton", "TextSpan",
    "Tooltip",
}  # fmt: skip


def find_long_module_docstrings(source: Source) -> Iterator[Finding]:
    """Find modules whose docstring is not one sentence."""
    if not source.is_python or not source.is_in("hub_app/", "sync/", "bench/"):
        return
    said = ast.get_docstring(source.tree) or ""
    if _SECOND_SENTENCE.search(_SHORT_FORMS.sub(r"\1", said)) or "\n\n" in said:
        yield Finding(source.path, 1, "the module docstring is one sentence: what it is for")


def find_modules_that_only_forward(source: Source) -> Iterator[Finding]:
    """Find modules that only import names for others to import from them."""
    if not source.is_python or not source.is_in("hub_app/", "sync/"):
        return
    if PurePosixPath(source.path).name in {"__init__.py", "__main__.py"}:
        return
    if all(_only_forwards(node) for node in source.tree.body):
        yield Finding(source.path, 1, "nothing is defined here; import it from where it is")


def _only_forwards(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case _:
            return False


def find_untranslated_text(source: Source) -> Iterator[Finding]:
    """Find words on a screen that no translator will ever see."""
    if not source.is_python or not source.is_in("hub_app/ui/"):
        return
    for node in source.nodes:
        if isinstance(node, ast.Call):
            for value in _shown(node):
                if words := _literal_words(value):
                    yield Finding(source.path, value.lineno, f"“{words}” goes through _( )")


def _shown(call: ast.Call) -> Iterator[ast.expr]:
    """Give what a call that draws something puts where a person reads it."""
    called = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if not called[:1].isupper() or called.endswith(("Error", "Response")):
        return  # only what draws is named like a type, and neither breaks nor answers a machine
    for word in call.keywords:
        if word.arg in _READ_ALOUD or (word.arg == "value" and called in _FIRST_IS_READ):
            yield word.value
    for first in call.args[:1]:
        if called in _FIRST_IS_READ or " " in (_literal_words(first) or ""):
            yield first


def _literal_words(value: ast.expr) -> str | None:
    """Give the words written out in a value, or None when it has none, or they are looked up."""
    match value:
        case ast.Constant(value=str(text)):
            literal = text
        case ast.JoinedStr(values=pieces):
            literal = " ".join(str(p.value) for p in pieces if isinstance(p, ast.Constant))
        case ast.BinOp(left=left, right=right):
            return _literal_words(left) or _literal_words(right)
        case ast.IfExp(body=body, orelse=orelse):
            return _literal_words(body) or _literal_words(orelse)
        case _:
            return None
    return literal if _LETTERS.search(literal) else None


RULES = (
    Rule("a module says what it is for in one sentence", find_long_module_docstrings),
    Rule("no module only forwards", find_modules_that_only_forward),
    Rule("words on a screen can be translated", find_untranslated_text),
)
