"""What can go wrong with a database, told apart by what a person can do about it."""

import sqlite3
from enum import Enum, auto
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError  # noqa: A004  the pool’s own

# Everything a Store raises when the database, and not the caller, is at fault.
FAULTS: Final = (SQLAlchemyError, sqlite3.Error, psycopg.Error)


class FaultKind(Enum):
    """What is the matter with the database."""

    FULL = auto()  # no room on its disk
    BUSY = auto()  # held by somebody else: worth another try in a moment
    GONE = auto()  # it can’t be reached, or lets nobody in
    DAMAGED = auto()  # it, or we, are wrong: somebody must look


# SQLSTATE classes and codes: PostgreSQL’s manual, appendix A.
_FULL_STATES: Final = ("53100",)
_AGAIN_STATES: Final = ("40001", "40P01")  # could not serialize; deadlock: ours to repeat
_BUSY_STATES: Final = (*_AGAIN_STATES, "55P03", "57014", "53200", "53300")
_GONE_CLASSES: Final = ("08", "57", "28", "3D")


def fault_kind(fault: BaseException) -> FaultKind:
    """Say what is the matter; anything unknown is DAMAGED: nobody should wait for it to pass."""
    match cause_of(fault):
        case TimeoutError():  # every connection of this worker is in use
            return FaultKind.BUSY
        case sqlite3.Error() as cause:
            return _sqlite_kind(cause)
        case psycopg.Error() as cause:
            return _postgres_kind(cause)
        case _:
            return FaultKind.DAMAGED


def is_worth_repeating(fault: BaseException) -> bool:
    """Say whether the same transaction, begun again at once, may well succeed."""
    cause = cause_of(fault)
    return isinstance(cause, psycopg.Error) and cause.sqlstate in _AGAIN_STATES


def cause_of(fault: BaseException) -> BaseException:
    """Give the driver’s own fault inside SQLAlchemy’s."""
    return fault.orig if isinstance(fault, DBAPIError) and fault.orig is not None else fault


def _sqlite_kind(fault: sqlite3.Error) -> FaultKind:
    """Go by SQLite’s primary result code (sqlite.org/rescode.html)."""
    match getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return FaultKind.FULL
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return FaultKind.BUSY
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return FaultKind.GONE
        case _:
            return FaultKind.DAMAGED


def _postgres_kind(fault: psycopg.Error) -> FaultKind:
    state = fault.sqlstate
    if state is None:  # the line broke, or was never there: nobody at the other end gave a state
        return FaultKind.GONE if isinstance(fault, psycopg.OperationalError) else FaultKind.DAMAGED
    if state in _FULL_STATES:
        return FaultKind.FULL
    if state in _BUSY_STATES:
        return FaultKind.BUSY
    return FaultKind.GONE if state[:2] in _GONE_CLASSES else FaultKind.DAMAGED
