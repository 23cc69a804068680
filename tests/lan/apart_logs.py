"""What the files of several tablets say at the end, set against what people were told meanwhile."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hub_app.core import events as e
from hub_app.core.session import Fold
from hub_app.store.log import COLUMNS, entry_of

Row = tuple[Any, ...]


def rows_of(file: Path) -> list[Row]:
    """Give all facts of a tablet that has ended, in an order every tablet shares."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        rows = db.execute(f"SELECT {COLUMNS} FROM event ORDER BY origin, n").fetchall()
        assert db.execute("SELECT count(*) FROM fork").fetchone() == (0,), f"a fork in {file}"
    db.close()
    return rows


def folds_of(rows: Iterable[Row]) -> dict[str, Fold]:
    """Fold every session."""
    by_session = defaultdict[str, list[e.Entry]](list)
    for row in rows:
        entry = entry_of(row)
        by_session[entry.session].append(entry)
    folds: dict[str, Fold] = {}
    for session, entries in by_session.items():
        if any(isinstance(entry.event, e.SessionOpened) for entry in entries):
            folds[session] = Fold(session)
            folds[session].add(entries)
    return folds


def differing(logs: Sequence[list[Row]]) -> int:
    """Say how many rows are not in every log."""
    sets = [set(log) for log in logs]
    assert all(len(log) == len(unique) for log, unique in zip(logs, sets, strict=True))
    return len(set.union(*sets) - set.intersection(*sets))


def lost(folds: Iterable[Fold], arrived: Iterable[str]) -> list[str]:
    """Give the families that were given a ticket and are nowhere: neither here nor ended."""
    known = {visit for fold in folds for visit in fold.session.visits}
    return [visit for visit in arrived if visit not in known]


def unkept(folds: Iterable[Fold], called: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Give the calls a desk was told of, (family, desk), that are in no log or were taken back."""
    kept = {
        (visit, entry.event.desk)
        for fold in folds
        for visit in fold.session.visits
        for entry in fold.standing(visit)
        if isinstance(entry.event, e.Called)
    }
    told = [(visit, desk) for visit, desks in called.items() for desk in desks]
    return [each for each in told if each not in kept]
