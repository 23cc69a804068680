"""The rules about where a thing may live: SQL, clocks, chance, length, and what is only here."""

import ast
import re
from collections.abc import Iterator

from tests.house.source import Finding, Rule, Source

LONGEST = 400
_HAS_LENGTH = re.compile(r"(\.(py|md|sh|js|css|html|toml|cfg|ini|yml|yaml)|Makefile|\.ci/run)$")
_MAY_GROW = ("CHANGELOG.md", "tests/data/", "assets/packs/", "assets/strings/")

SQL_HOMES = (
    "hub_app/store/",
    "sync/outbox.py",
    "sync/outbox_file.py",
    "sync/kept.py",
    "sync/centre/",
)
_SQL = re.compile(
    r"\b(SELECT\b.+\bFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM"
    r"|(CREATE|DROP|ALTER)\s+(TEMP\s+|UNIQUE\s+)?(TABLE|INDEX|TRIGGER|VIEW)|PRAGMA\s+\w+"
    r"|BEGIN\s+(IMMEDIATE|EXCLUSIVE|DEFERRED)|VACUUM\s+INTO)\b",
    re.DOTALL,
)
_SQL_MODULES = {"sqlite3", "sqlite_utils", "psycopg"}

# Where the real time and real chance come in, and why there; everybody else is handed them.
CLOCK_HOMES = {
    "hub_app/__main__.py": "the command",
    "hub_app/cli.py": "the command",
    "hub_app/clocks.py": "the clocks that are handed round",
    "hub_app/demo.py": "the composition root of the demo",
    "hub_app/line.py": "hands the courier its clock and its jitter",
    "hub_app/lan/invitation.py": "a secret that is handed in is known to whoever hands it in",
    "hub_app/lan/node.py": "the type of the chance it is handed",
    "hub_app/lan/pairing_proofs.py": "a nonce that could be handed in could be handed in twice",
    "hub_app/lan/tablets.py": "draws how patient this tablet is from the chance it is handed",
    "hub_app/main.py": "the composition root",
    "hub_app/replay/": "says how long it took; the hub in it runs on a clock that is set",
    "hub_app/simulate/command.py": "says how long a decision takes",
    "hub_app/simulate/foresee.py": "what is forecast is drawn from a seed",
    "hub_app/simulate/generate.py": "a made-up day is drawn from a seed that can be written down",
    "hub_app/store/cards.py": "a nonce that could be handed in could be handed in twice",
    "sync/centre/machine.py": "the clocks and the chance that are handed round",
}
_CLOCK_MODULES = {"time", "random", "secrets"}
_CLOCK_CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("os", "urandom"),
    ("uuid", "uuid1"),
    ("uuid", "uuid4"),
    ("loop", "time"),
}

# Pieced together, so that this file does not break its own rule.
_ONLY_HERE = re.compile(
    "|".join(
        (
            r"(?<![\w./-])/(work|root|tmp/hub|tmp/lab|home/\w+|Users/\w+)/",
            r"[A-Z]:\\Users\\",
            "pypi" + r"\.org",
            "python" + r"hosted\.org",
            "npm" + r"js\.(org|com)",
            "yarn" + r"pkg\.com",
            "deb" + r"\.debian\.org",
            "--(extra-)?index" + "-url",
            "find" + "-links",
        )
    )
)


def find_long_files(source: Source) -> Iterator[Finding]:
    """Find files longer than a reader keeps in mind."""
    lines = source.text.count("\n")
    if _HAS_LENGTH.search(source.path) and not source.is_in(*_MAY_GROW) and lines > LONGEST:
        yield Finding(source.path, lines, f"{lines} lines; {LONGEST} is the wall")


def imported(source: Source) -> Iterator[tuple[str, str | None, int]]:
    """Give each import of a file: the module, the name taken from it if any, and the line."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, None, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name, node.lineno


def find_sql_away_from_home(source: Source) -> Iterator[Finding]:
    """Find SQL, or a database module, outside the places that own a database file."""
    if not source.is_python or not source.is_in("hub_app/", "sync/") or source.is_in(*SQL_HOMES):
        return
    for module, _, line in imported(source):
        if module.partition(".")[0] in _SQL_MODULES:
            yield Finding(source.path, line, f"{module} belongs in {', '.join(SQL_HOMES)}")
    for node in source.nodes:
        if isinstance(node, ast.Constant) and _SQL.search(str(node.value)):
            yield Finding(source.path, node.lineno, f"SQL belongs in {', '.join(SQL_HOMES)}")


def find_clocks_and_chance(source: Source) -> Iterator[Finding]:
    """Find where the time or chance is asked for by those who should be handed it."""
    if not source.is_python or not source.is_in("hub_app/", "sync/") or source.is_in(*CLOCK_HOMES):
        return
    for module, name, line in imported(source):
        if module in _CLOCK_MODULES or (module, name) in _CLOCK_CALLS:
            yield Finding(source.path, line, f"take {module} as a parameter; main hands it in")
    for node in source.nodes:
        if isinstance(node, ast.Attribute):
            owner = node.value
            if isinstance(owner, ast.Call):  # asyncio.get_running_loop().time
                owner = ast.Name("loop") if "loop" in ast.unparse(owner.func) else owner
            named = getattr(owner, "id", getattr(owner, "attr", None))
            if (named, node.attr) in _CLOCK_CALLS:
                why = f"take {named}.{node.attr} as a parameter; main hands it in"
                yield Finding(source.path, node.lineno, why)


def find_what_is_only_here(source: Source) -> Iterator[Finding]:
    """Find paths of one person's machine, and hosts that packages come from."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if found := _ONLY_HERE.search(line):
            yield Finding(source.path, number, f"“{found[0]}” means nothing on another machine")


RULES = (
    Rule("no file is too long to keep in mind", find_long_files),
    Rule("SQL lives with its database", find_sql_away_from_home),
    Rule("time and chance come in at the top", find_clocks_and_chance),
    Rule("nothing names one machine or a package host", find_what_is_only_here),
)
