"""Cards: the name a family wants to be called by, sealed under the session's key, gone with it."""

import hashlib
import json
import logging
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from hub_app.store.database import DiskFull, atomic

_log = logging.getLogger(__name__)

_INDEX = ""  # the row that says which revision of each card is the newest

_NOTE = "note/"  # what goes along with a hand-over is sealed beside the names

KEY_BYTES = 32
TIES = 1024  # revisions of one millisecond
_HIGHEST = 1 << 60  # of a revision; the database holds no number beyond 63 bits
KEY_LIMIT = 200  # characters
_ROOM = 128 * 1024  # characters of all keys with their revisions: they fit into one message
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
NONCE_BYTES = 12


def note_key(visit: str, to: str) -> str:
    """Give the key the note is kept under that goes with a visit to a desk."""
    return f"{_NOTE}{to}/{visit}"


def is_note(key: str) -> bool:
    """Say whether what is kept under a key is a note."""
    return key.startswith(_NOTE)


def note_of(key: str) -> tuple[str, str]:
    """Give the visit a note is about, and the desk it is for."""
    to, _slash, visit = key.removeprefix(_NOTE).partition("/")
    return visit, to


class Keys(Protocol):
    """Where the key of each session is kept, apart from hub.db."""

    def get(self, session: str) -> bytes | None:
        """Give the session's key, or None when it is gone."""
        ...

    def make(self, session: str) -> bytes:
        """Give the session's key, made the first time."""
        ...

    def destroy(self, *, keep: str | None) -> None:
        """Destroy every session's key but that of `keep`: this is the purge."""
        ...


class KeyFolder:
    """Keys as files only this user can read. Until a PIN guards them, the disk itself must."""

    def __init__(self, folder: Path) -> None:
        """Keep keys in `folder`, which is made when first needed."""
        self._folder = folder

    def _path(self, session: str) -> Path:
        # A session is named by whoever opened it: no name may lead anywhere else.
        is_plain = _PLAIN_ID.fullmatch(session) is not None
        name = session if is_plain else hashlib.sha256(session.encode()).hexdigest()
        return self._folder / f"{name}.key"

    def get(self, session: str) -> bytes | None:
        """Give the session's key, or None when it is gone."""
        path = self._path(session)
        return path.read_bytes() if path.is_file() else None

    def make(self, session: str) -> bytes:
        """Give the session's key, made the first time; on disk before it is used."""
        known = self.get(session)
        if known is not None and len(known) == KEY_BYTES:
            return known
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = AESGCM.generate_key(bit_length=KEY_BYTES * 8)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        handle = os.open(self._path(session), flags, 0o600)
        try:
            os.write(handle, key)
            os.fsync(handle)
        finally:
            os.close(handle)
        self._settle_folder()
        return key

    def _settle_folder(self) -> None:
        """Make a new or removed file's name durable too, where a folder can be synced."""
        if not hasattr(os, "O_DIRECTORY"):
            return
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def destroy(self, *, keep: str | None) -> None:
        """Overwrite and remove every session's key but that of `keep`."""
        kept = None if keep is None else self._path(keep)
        stale = [path for path in self._folder.glob("*.key") if path != kept]
        for path in stale:
            with path.open("r+b") as file:
                file.write(bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        if stale:
            self._settle_folder()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a sealed text belongs, so that a row moved elsewhere is not believed."""

    session: str
    visit: str
    revision: int

    @property
    def bound(self) -> bytes:
        return f"{self.session}|{self.visit}|{self.revision}".encode()


class Cards:
    """The cards of hub.db: names by visit, readable only while their session's key exists."""

    def __init__(self, db: Database, keys: Keys) -> None:
        """Stand on an open database and a place for keys."""
        self._db = db
        self._keys = keys

    def keep(self, session: str, visit: str, name: str, at: tuple[int, int] = (0, 0)) -> None:
        """Keep (or replace) the name of a visit. Raises DiskFull when there is no room.

        `at` is when (milliseconds), and a number below 1024 for this tablet: of two tablets that
        name a family the later wins everywhere, and at the same moment one of the two.
        """
        cipher = AESGCM(self._keys.make(session))
        with atomic(self._db):
            revisions = self._revisions(cipher, session)
            millis = max(at[0], revisions.get(visit, 0) // TIES + 1)
            revisions[visit] = millis * TIES + at[1] % TIES
            self._seal(cipher, _Place(session, visit, revisions[visit]), name)
            self._seal_index(cipher, session, revisions)

    def revisions(self, session: str) -> dict[str, int]:
        """Give which revision of each card of a session is kept here; nothing without its key."""
        key = self._keys.get(session)
        return {} if key is None else self._revisions(AESGCM(key), session)

    def take(self, session: str, brought: Iterable[tuple[str, int, str]]) -> bool:
        """Keep what another tablet holds of a session's cards, as (key, revision, text).

        The higher revision of a card wins, and of two alike the later in the alphabet: the same on
        every tablet. What nobody could have made, or has no room, is left out. Says whether
        anything changed. Raises DiskFull when there is no room.
        """
        held, known = self.names(session), self.revisions(session)
        newer = {
            key: (revision, text)
            for key, revision, text in brought
            if 0 < revision < _HIGHEST
            and key
            and len(key) <= KEY_LIMIT
            and (revision, text) > (known.get(key, 0), held.get(key, ""))
        }
        newer = _fitting(known, newer)
        if not newer:
            return False
        cipher = AESGCM(self._keys.make(session))
        with atomic(self._db):
            for key, (revision, text) in newer.items():
                known[key] = revision
                self._seal(cipher, _Place(session, key, revision), text)
            self._seal_index(cipher, session, known)
        return True

    def names(self, session: str) -> dict[str, str]:
        """Give the names of a session by visit; none once its key is gone.

        A row that was swapped, or put back to an earlier name, is not believed and left out.
        """
        key = self._keys.get(session)
        if key is None or len(key) != KEY_BYTES:
            return {}
        cipher = AESGCM(key)
        revisions = self._revisions(cipher, session)
        return {
            place.visit: text
            for place, text in self._unsealed(cipher, session)
            if revisions.get(place.visit) == place.revision
        }

    def purge(self, *, keep: str | None = None) -> None:
        """Destroy the names of every session but `keep` for good: keys first, then rows and traces.

        Works on a full disk as far as it can: without its key a card is only noise.
        """
        self._keys.destroy(keep=keep)
        (stale,) = self._db.conn.execute(
            "SELECT count(*) FROM card WHERE session IS NOT ?", [keep]
        ).fetchone()
        if not stale:
            return
        try:
            with atomic(self._db):
                self._db.conn.execute("DELETE FROM card WHERE session IS NOT ?", [keep])
            self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (DiskFull, sqlite3.OperationalError):
            _log.warning("cards of ended sessions wait for room; their keys are gone")

    def _revisions(self, cipher: AESGCM, session: str) -> dict[str, int]:
        """Give which revision of each card is the newest, as the sealed index has it."""
        index = [text for _, text in self._unsealed(cipher, session, _INDEX)]
        return cast(dict[str, int], json.loads(index[0])) if index else {}

    def _seal_index(self, cipher: AESGCM, session: str, revisions: dict[str, int]) -> None:
        newest = _Place(session, _INDEX, sum(revisions.values()) % _HIGHEST)
        self._seal(cipher, newest, json.dumps(revisions))

    def _seal(self, cipher: AESGCM, place: _Place, text: str) -> None:
        nonce = os.urandom(NONCE_BYTES)
        sealed = cipher.encrypt(nonce, text.encode(), place.bound)
        self._db.conn.execute(
            "INSERT INTO card (visit, session, revision, nonce, sealed) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (visit) DO UPDATE SET session = excluded.session,"
            " revision = excluded.revision, nonce = excluded.nonce, sealed = excluded.sealed",
            [place.visit, place.session, place.revision, nonce, sealed],
        )

    def _unsealed(
        self, cipher: AESGCM, session: str, visit: str | None = None
    ) -> Iterator[tuple[_Place, str]]:
        """Give what the rows of a session (or one of them) hold, without those not ours."""
        rows = self._db.conn.execute(
            "SELECT visit, revision, nonce, sealed FROM card"
            " WHERE session = ?1 AND (?2 IS NULL OR visit = ?2)",
            [session, visit],
        ).fetchall()
        for row_visit, revision, nonce, sealed in rows:
            place = _Place(session, row_visit, revision)
            try:
                yield place, cipher.decrypt(nonce, sealed, place.bound).decode()
            except (InvalidTag, ValueError):
                continue


def _fitting(
    known: Mapping[str, int], newer: dict[str, tuple[int, str]]
) -> dict[str, tuple[int, str]]:
    """Give as many of the newer cards as there is room for beside those that are known."""
    room = _ROOM - len(json.dumps(dict(known)))
    found = dict[str, tuple[int, str]]()
    for key, (revision, text) in newer.items():
        room -= 0 if key in known else len(json.dumps({key: revision}))
        if room >= 0 or key in known:
            found[key] = (revision, text)
    return found
