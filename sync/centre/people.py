"""Who may do what at the centre: people, their passphrases, and how long a sign-in lasts."""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Semaphore
from typing import Final

from sqlalchemy import Column, Connection, Table, Text, delete, select

from sync.centre.putting import put, put_once
from sync.centre.schema import BIG, TABLE_OPTIONS, TABLES

SIGNED_IN_HOURS: Final = 12
NAME_MAX: Final = 40
PASSPHRASE_MAX: Final = 200  # letters; ours has 24
_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford’s: none can be read as another
_LOOKALIKES: Final = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})
_GROUPS, _IN_GROUP = 5, 4  # 20 letters of 5 bits: 100 bits of chance
_TOKEN_BYTES: Final = 32
_SALT_BYTES: Final = 16
_MOST_AT_ONCE: Final = Semaphore(2)  # each holds 32 MiB while it is worked out


class Right(StrEnum):
    """Something a person may be allowed to do."""

    READ = "read"
    PUBLISH = "publish"
    OPERATE = "operate"
    CARRY = "carry"


class Role(StrEnum):
    """What a person is here for."""

    READER = "reader"
    PUBLISHER = "publisher"
    OPERATOR = "operator"
    EVERYTHING = "everything"  # whoever is at the machine itself, while nobody has been added


ROLES: Final = (Role.READER, Role.PUBLISHER, Role.OPERATOR)  # what somebody can be added as
_MAY: Final[Mapping[Role, frozenset[Right]]] = {
    Role.READER: frozenset({Right.READ, Right.CARRY}),
    Role.PUBLISHER: frozenset({Right.READ, Right.CARRY, Right.PUBLISH}),
    Role.OPERATOR: frozenset({Right.READ, Right.CARRY, Right.OPERATE}),
    Role.EVERYTHING: frozenset(Right),
}


@dataclass(frozen=True)
class Who:
    """Somebody at the centre."""

    name: str
    role: Role

    def may(self, right: Right) -> bool:
        """Say whether they may do that."""
        return right in _MAY[self.role]


AT_THIS_MACHINE: Final = Who("at this machine", Role.EVERYTHING)

PERSON: Final = Table(
    "person",
    TABLES,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("passphrase", Text, nullable=False),  # salted and hashed, with its cost
    Column("added_at", BIG, nullable=False),  # milliseconds since 1970
    **TABLE_OPTIONS,
)
SIGN_IN: Final = Table(
    "sign_in",
    TABLES,
    Column("token_hash", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("until", BIG, nullable=False),  # milliseconds since 1970
    **TABLE_OPTIONS,
)


@dataclass(frozen=True)
class Cost:
    """What it costs to work out a hash: 2**`log_n` blocks of `r`, `p` times (RFC 7914)."""

    log_n: int = 15
    r: int = 8
    p: int = 3  # 32 MiB, about 0.3 s


def clean_name(text: str) -> str | None:
    """Give a person’s name as it is kept (NFC, trimmed), or None for what can’t be one."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    is_plain = name.isprintable() and 0 < len(name) <= NAME_MAX
    return name if is_plain and name != AT_THIS_MACHINE.name else None


def made_passphrase(chance: Callable[[int], bytes]) -> str:
    """Give a new passphrase of 100 bits of chance, as people can copy it from paper."""
    n = int.from_bytes(chance(13), "big")
    letters = [_LETTERS[n >> (5 * at) & 31] for at in range(_GROUPS * _IN_GROUP)]
    groups = ["".join(letters[at : at + _IN_GROUP]) for at in range(0, len(letters), _IN_GROUP)]
    return "-".join(groups)


def made_salt(chance: Callable[[int], bytes]) -> bytes:
    """Give a new salt."""
    return chance(_SALT_BYTES)


def hash_of(passphrase: str, salt: bytes, cost: Cost) -> str:
    """Give what is kept of a passphrase: cost, salt and scrypt’s hash; upper case is no other."""
    typed = passphrase[:PASSPHRASE_MAX].lower().translate(_LOOKALIKES).encode()
    with _MOST_AT_ONCE:
        made = hashlib.scrypt(
            typed,
            salt=salt,
            n=2**cost.log_n,
            r=cost.r,
            p=cost.p,
            maxmem=2**20 + 256 * cost.r * 2**cost.log_n,
            dklen=32,
        )
    parts = (str(cost.log_n), str(cost.r), str(cost.p), salt.hex(), made.hex())
    return "$".join(("scrypt", *parts))


def nobodys(cost: Cost) -> str:
    """Give what stands for the passphrase of somebody who is not here: no passphrase is right."""
    salt, nothing = bytes(_SALT_BYTES), bytes(32)
    return f"scrypt${cost.log_n}${cost.r}${cost.p}${salt.hex()}${nothing.hex()}"


def is_right(passphrase: str, kept: str) -> bool:
    """Say whether a passphrase is the one that was kept."""
    _, log_n, r, p, salt, _ = kept.split("$")
    made = hash_of(passphrase, bytes.fromhex(salt), Cost(int(log_n), int(r), int(p)))
    return hmac.compare_digest(made, kept)


# Inside one transaction of whoever calls.


def add(connection: Connection, who: Who, passphrase_hash: str, at: int) -> bool:
    """Add a person; False, and nothing changed, when the name is taken.

    `at` is in milliseconds since 1970.
    """
    row = {
        "name": who.name,
        "role": who.role.value,
        "passphrase": passphrase_hash,
        "added_at": at,
    }
    return put_once(connection, PERSON, row)


def remove(connection: Connection, name: str) -> bool:
    """Remove a person, and end every sign-in of theirs; False when there is nobody of that name."""
    connection.execute(delete(SIGN_IN).where(SIGN_IN.c.name == name))
    return connection.execute(delete(PERSON).where(PERSON.c.name == name)).rowcount > 0


def listed(connection: Connection) -> tuple[Who, ...]:
    """Give everybody who was added, by name."""
    found = connection.execute(select(PERSON.c.name, PERSON.c.role).order_by(PERSON.c.name))
    return tuple(Who(name, Role(role)) for name, role in found)


def is_anybody(connection: Connection) -> bool:
    """Say whether anybody was added."""
    return connection.execute(select(PERSON.c.name).limit(1)).first() is not None


def kept_hash(connection: Connection, name: str) -> str | None:
    """Give what is kept of somebody’s passphrase, or None when there is nobody of that name."""
    return connection.execute(select(PERSON.c.passphrase).where(PERSON.c.name == name)).scalar()


def sign_in(connection: Connection, name: str, chance: Callable[[int], bytes], at: int) -> str:
    """Begin a sign-in of somebody who has shown who they are; gives the token, kept by them alone.

    Sign-ins that are over are forgotten on the way. `at` is in milliseconds since 1970.
    """
    token = base64.urlsafe_b64encode(chance(_TOKEN_BYTES)).decode().rstrip("=")
    connection.execute(delete(SIGN_IN).where(SIGN_IN.c.until <= at))
    until = at + SIGNED_IN_HOURS * 3_600_000
    put(connection, SIGN_IN, {"token_hash": _hash(token), "name": name, "until": until})
    return token


def sign_out(connection: Connection, token: str) -> None:
    """End a sign-in; one that is not known is over already."""
    connection.execute(delete(SIGN_IN).where(SIGN_IN.c.token_hash == _hash(token)))


def signed_in(connection: Connection, token: str, at: int) -> Who | None:
    """Give whose sign-in a token is; None when it is over, or was never one."""
    found = connection.execute(
        select(PERSON.c.name, PERSON.c.role)
        .join(SIGN_IN, SIGN_IN.c.name == PERSON.c.name)
        .where(SIGN_IN.c.token_hash == _hash(token), SIGN_IN.c.until > at)
    ).first()
    return None if found is None else Who(found.name, Role(found.role))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
