"""What `hub-centre` can be asked to do beside running a centre; each says what it did."""

import re
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sync.carry import TEXT_MAX, NotCarried, receipts_text
from sync.centre import people
from sync.centre.carried import take_carried
from sync.centre.centre import Centre, Machine
from sync.centre.enrolling import forget, why_not
from sync.centre.limits import Limits, Paces
from sync.centre.metrics import Metrics
from sync.centre.people import ROLES, Cost, Role, Who
from sync.centre.store import Store, Unopened, open_store
from sync.centre.upkeep import absent, backup, made, migrate
from sync.record import Place
from sync.signing import key_id_of

FAILED: Final = 1
NAME_MAX: Final = 60
_COUNCIL: Final = re.compile(r"S12[0-9]{6}")
_HUB: Final = re.compile(r"[A-Z0-9-]{2,12}")
_KEY_ID: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Ended:
    """What a command says at its end, and its exit code."""

    said: str
    code: int = 0


Command = Callable[[Namespace, Machine], Ended]


def add_parsers(subparsers: Any) -> None:
    """Add these commands to a parser’s sub-commands."""
    _enrol_parser(_parser(subparsers, "enrol-hub", "make a hub and its tablets’ keys known"))
    _people_parser(_parser(subparsers, "people", "add, list or remove who may sign in"))
    taking = _parser(subparsers, "take", "count the batches of a file that was carried here")
    taking.add_argument("file", metavar="FILE", help="what a hub wrote with hub-app carry")
    taking.add_argument(
        "--receipt", metavar="FILE", help="the file to write the receipts to, for the hub"
    )
    _parser(subparsers, "migrate", "bring the database up to this version")
    copying = _parser(subparsers, "backup", "copy the database while the centre runs")
    copying.add_argument("to", metavar="FILE", help="a new file to copy to")


def add_data(parser: ArgumentParser) -> None:
    """Let --data stand behind a command too; not named there, what stands before it holds."""
    parser.add_argument("--data", metavar="FILE|URL", default=SUPPRESS, help="as for hub-centre")


def _parser(subparsers: Any, name: str, about: str) -> ArgumentParser:
    parser: ArgumentParser = subparsers.add_parser(name, help=about, description=about)
    return parser


def _enrol_parser(parser: ArgumentParser) -> None:
    parser.add_argument("--council", required=True, help="the council’s S12 code")
    parser.add_argument("--hub", required=True, help="the hub’s short code, such as H2")
    parser.add_argument(
        "--new-council", action="store_true", help="say that a council new to this centre is meant"
    )
    parser.add_argument("--name", help="what people call the hub (default: its short code)")
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="BASE64",
        help="a tablet’s key, as hub-app key prints it; one for each tablet",
    )
    parser.add_argument(
        "--revoke",
        action="append",
        default=[],
        metavar="KEYID",
        help="take nothing more from the tablet of this key",
    )
    parser.add_argument(
        "--forget",
        action="store_true",
        help="take back that the hub was enrolled; only while it has sent nothing",
    )


def _people_parser(parser: ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    adding = deeds.add_parser("add", help="add somebody, and print their passphrase this once")
    adding.add_argument("name", metavar="NAME")
    adding.add_argument("--role", required=True, choices=[role.value for role in ROLES])
    deeds.add_parser("list", help="print who may sign in, and as what")
    removing = deeds.add_parser("remove", help="remove somebody, and end their sign-ins")
    removing.add_argument("name", metavar="NAME")
    for each in deeds.choices.values():
        add_data(each)


def _with_store(
    command: Callable[[Store, Namespace, Machine], Ended], *, may_make: bool = False
) -> Command:
    def opened(asked: Namespace, machine: Machine) -> Ended:
        missing = absent(asked.data)
        store = open_store(asked.data) if may_make or missing is None else missing
        if isinstance(store, Unopened):
            return Ended(store.why, FAILED)
        try:
            ended = command(store, asked, machine)
        finally:
            store.close()
        return (
            ended if missing is None else replace(ended, said=f"{ended.said}\n{made(store.where)}")
        )

    return opened


def _enrol(store: Store, asked: Namespace, _machine: Machine) -> Ended:
    wrong = _wrong_enrolment(asked)
    if wrong is not None:
        return Ended(wrong, FAILED)
    place = Place(asked.council, asked.hub)
    if asked.forget:
        return _forget(store, place)
    with store.reading() as reading:
        wrong = why_not(reading, place, asked.key, is_new_council=asked.new_council)
    if wrong is not None:
        return Ended(wrong, FAILED)
    named = _name_of(store, place)
    store.enrol(place, asked.name or named or asked.hub)
    for key in asked.key:
        store.enrol(place, asked.name or named or asked.hub, key)
    unknown = [key_id for key_id in asked.revoke if not store.revoke(place, key_id)]
    if unknown:
        return Ended(f"{_place(place)} has no key {', '.join(unknown)}.", FAILED)
    with store.reading() as reading:
        keys = reading.keys(place)
    lines = [
        f"  {key.key_id}{', revoked: nothing more is taken from it' if key.is_revoked else ''}"
        for key in keys
    ]
    head = f"{asked.name or named or asked.hub} ({_place(place)}) is known here"
    return Ended(
        "\n".join((f"{head}, with these keys:" if keys else f"{head}, with no key.", *lines))
    )


def _forget(store: Store, place: Place) -> Ended:
    with store.writing() as connection:
        refused = forget(connection, place)
    if refused is not None:
        return Ended(refused, FAILED)
    return Ended(f"{_place(place)} is forgotten, and its keys with it.")


def _wrong_enrolment(asked: Namespace) -> str | None:
    if not _COUNCIL.fullmatch(asked.council):
        return "A council is named by its S12 code, such as S12000042."
    if not _HUB.fullmatch(asked.hub):
        return (
            "A hub is named by its short code: 2 to 12 capital letters, digits and dashes, such as"
            " H2 or A-1."
        )
    if asked.forget and (asked.key or asked.revoke or asked.name):
        return "--forget goes alone, without --name, --key and --revoke. Nothing was changed."
    if asked.name is not None and not (
        asked.name.isprintable() and 0 < len(asked.name) <= NAME_MAX
    ):
        return f"A hub’s name has at most {NAME_MAX} letters, on one line."
    if any(key_id_of(key) is None for key in asked.key):
        return "A key is what hub-app key prints: 44 letters and digits. Nothing was changed."
    if not all(_KEY_ID.fullmatch(key_id) for key_id in asked.revoke):
        return "A key to revoke is named by its 16 letters and digits, as enrol-hub prints it."
    return None


def _name_of(store: Store, place: Place) -> str | None:
    with store.reading() as reading:
        return next((each.name for each in reading.hubs() if each.place == place), None)


def _place(place: Place) -> str:
    return f"{place.council}/{place.hub}"


def _people(store: Store, asked: Namespace, machine: Machine) -> Ended:
    match asked.deed:
        case "add":
            return _add(store, asked, machine)
        case "remove":
            with store.writing() as connection:
                was_here = people.remove(connection, asked.name)
            if was_here:
                return Ended(f"{asked.name} is removed, and signed out.")
            return Ended("There is nobody of that name.", FAILED)
        case _:
            with store.reading() as reading:
                known = people.listed(reading.connection)
            lines = [f"{each.name}: {each.role.value}" for each in known]
            return Ended("\n".join(lines) or "Nobody has been added.")


def _add(store: Store, asked: Namespace, machine: Machine) -> Ended:
    name = people.clean_name(asked.name)
    if name is None:
        return Ended(f"A name has at most {people.NAME_MAX} letters, on one line.", FAILED)
    with store.reading() as reading:
        is_new = people.kept_hash(reading.connection, name) is None
    passphrase = people.made_passphrase(machine.chance)
    if is_new:
        kept = people.hash_of(passphrase, people.made_salt(machine.chance), Cost())
        at = round(machine.now().timestamp() * 1000)
        with store.writing() as connection:
            is_new = people.add(connection, Who(name, Role(asked.role)), kept, at)
    if not is_new:
        return Ended(f"{name} is here already. Remove them first to give them another.", FAILED)
    return Ended(
        f"{name} can sign in as {asked.role}, with this passphrase. It is shown only now:\n"
        f"  {passphrase}"
    )


def _take(store: Store, asked: Namespace, machine: Machine) -> Ended:
    try:
        with Path(asked.file).open(encoding="utf-8", errors="replace") as file:
            text = file.read(TEXT_MAX + 1)
    except OSError:
        return Ended(f"Can’t read {asked.file}. Nothing was changed.", FAILED)
    centre = Centre(store, machine, Limits(Paces()), Metrics(), Cost())
    carried = take_carried(centre, text)
    if isinstance(carried, NotCarried):
        return Ended(carried.why, FAILED)
    if asked.receipt is not None:
        try:
            Path(asked.receipt).write_text(receipts_text(carried.receipts), encoding="utf-8")
        except OSError:
            said = f"{carried.said} The receipts can’t be written to {asked.receipt}: ask again."
            return Ended(said, FAILED)
    return Ended(carried.said, 0 if carried.receipts else FAILED)


def _migrate(asked: Namespace, _machine: Machine) -> Ended:
    return _ended(migrate(asked.data))


def _backup(asked: Namespace, _machine: Machine) -> Ended:
    return _ended(backup(asked.data, Path(asked.to)))


def _ended(done: str | Unopened) -> Ended:
    return Ended(done.why, FAILED) if isinstance(done, Unopened) else Ended(done)


COMMANDS: Final[Mapping[str, Command]] = {
    "enrol-hub": _with_store(_enrol, may_make=True),
    "people": _with_store(_people),
    "take": _with_store(_take),
    "migrate": _migrate,
    "backup": _backup,
}
