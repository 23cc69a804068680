"""The rules about tests: they can fail, they do not wait, they meet the real code."""

import ast
from collections.abc import Iterator

from tests.house.source import Finding, Rule, Source

FEWEST_WORDS = 2  # “undo restores” is one
_WAITS = {"sleep", "wait_for_timeout"}
_PROVES = ("assert", "expect", "raises", "warns", "validate", "fail")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _is_test_file(source: Source) -> bool:
    return source.is_python and source.is_in("tests/")


def _functions(source: Source) -> Iterator[Function]:
    return (node for node in source.nodes if isinstance(node, Function))


def _called(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call):
        return None
    return getattr(node.func, "attr", getattr(node.func, "id", None))


def _calls(function: Function) -> set[str]:
    return {name for node in ast.walk(function) if (name := _called(node))}


def _named(function: Function) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


def _proves_by_itself(function: Function) -> bool:
    if any(isinstance(node, ast.Assert) for node in ast.walk(function)):
        return True
    return any(name.lstrip("_").startswith(_PROVES) for name in _calls(function))


def find_tests_that_prove_nothing(source: Source) -> Iterator[Finding]:
    """Find tests that would pass whatever the code did: no assert, here or in what they use.

    A check that is handed on, to be made after every tap, is used as much as one that is called.
    """
    if not _is_test_file(source):
        return
    functions = list(_functions(source))
    proving = {function.name for function in functions if _proves_by_itself(function)}
    for function in functions:
        if (
            function.name.startswith("test_")
            and not ({function.name} | _calls(function) | _named(function)) & proving
        ):
            yield Finding(source.path, function.lineno, f"{function.name} asserts nothing")


def find_tests_that_wait(source: Source) -> Iterator[Finding]:
    """Find tests that sleep; one that gives the loop a turn, `asyncio.sleep(0)`, does not."""
    if not _is_test_file(source):
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and _called(node) in _WAITS and not _is_nought(node.args):
            yield Finding(source.path, node.lineno, "wait for what should happen, not for time")


def _is_nought(given: list[ast.expr]) -> bool:
    return [ast.unparse(value) for value in given] == ["0"]


def find_tests_without_a_sentence(source: Source) -> Iterator[Finding]:
    """Find tests whose name does not say what is true of the world."""
    if not _is_test_file(source):
        return
    for function in _functions(source):
        words = function.name.removeprefix("test_").split("_")
        if function.name.startswith("test_") and len(words) < FEWEST_WORDS:
            yield Finding(source.path, function.lineno, f"{function.name} is not a sentence yet")


def find_mocks(source: Source) -> Iterator[Finding]:
    """Find stand-ins that agree with whatever they are asked."""
    if not _is_test_file(source):
        return
    for node in source.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom) and "mock" in ast.unparse(node):
            yield Finding(source.path, node.lineno, "use the real thing with a fake clock or line")


RULES = (
    Rule("a test can fail", find_tests_that_prove_nothing),
    Rule("a test waits for nothing but the world", find_tests_that_wait),
    Rule("a test is a sentence", find_tests_without_a_sentence),
    Rule("a test meets the real code", find_mocks),
)
