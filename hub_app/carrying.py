"""`hub-app carry`, `deliver` and `key`: batches that go to the centre on foot, and the key."""

import argparse
import asyncio
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage

from hub_app.clocks import SystemClock
from hub_app.config import Files, pack_folder
from hub_app.console import fail, say
from hub_app.line import how_to_enrol
from hub_app.main import Unopened, load_pack, open_tablet
from hub_app.store.marks import is_copied
from hub_app.telling import letter
from hub_app.view.carry import Brought, Unread
from sync.carry import (
    NotCarried,
    Parcel,
    batch_pieces,
    batches_text,
    is_receipt,
    read_parcel,
    read_receipts,
    receipt_pieces,
    receipts_text,
)
from sync.endpoint import NotAllowed, Receipt, Result, Unreachable
from sync.envelope import Signed
from sync.http import BadAddress, HttpEndpoint
from sync.outbox import Outbox, OutboxRefusal
from sync.record import Place
from sync.signing import Signer, SigningRefused, open_signer

FILE_MAX: Final = 64 * 1024 * 1024  # bytes that are read of any file at all
CARRY_HELP: Final = "take what waits to the centre by file or on paper, where there is no line"
CARRY_DESCRIPTION: Final = """\
Write what waits in the outbox to a file, or as a page of QR codes to print or to scan from the
screen. Any device with a line delivers it (hub-app deliver), or the centre's own page takes it.
What comes back, the receipt, is read with --receipt. Nothing is lost on the way: a batch waits
until its receipt is back, and one that is brought twice counts once. There are counts in it and
nothing else: no name, note or ticket. The hub may be running meanwhile.
"""
DELIVER_HELP: Final = "deliver what somebody carried from a hub, from any device with a line"
DELIVER_DESCRIPTION: Final = """\
Deliver the batches of a file that hub-app carry wrote, or of the scanned QR codes of a series,
one after the other in any order. The centre checks who signed them, as if they came over a line.
"""
KEY_HELP: Final = "show the key this device signs with, to tell the centre of it"
KEY_DESCRIPTION: Final = """\
Show the public key that this device signs its batches with; it is made the first time. Whoever
looks after the centre adds it there with hub-centre enrol-hub. It is no secret.
"""
_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Carried</title>
<style>body{{font:16px sans-serif;text-align:center}}section{{break-inside:avoid;margin:1em}}
svg{{width:min(92vw,17cm);height:auto}}</style>{pictures}</html>
"""
_SILENT: Final = (
    "The centre could not be reached, or did not answer as one. Deliver the same file again:"
    " nothing counts twice."
)
_PICTURE: Final = "<section>{svg}<p>{n} of {all}</p></section>"


class Carrying:
    """What one tablet’s outbox has to be carried, and what is brought back for it."""

    def __init__(
        self,
        outbox: Outbox,
        heard: Callable[[Receipt], object],
        manifest: Callable[[], Signed | None] = lambda: None,
    ) -> None:
        """Stand beside an outbox; `heard` is told of each receipt once it is written down.

        `manifest` gives what to tell the centre of all there is, signed; None for nothing now.
        """
        self._outbox, self._heard, self._manifest = outbox, heard, manifest
        self._shown: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # for which batches, what
        self._parts: list[str] = []

    def pieces(self) -> tuple[str, ...]:
        """Give all that waits as the texts of a series of QR codes; the same until that changes."""
        waiting = self._outbox.waiting_ids()
        if waiting != self._shown[0]:
            manifest = self._manifest() if waiting else None
            self._shown = (waiting, batch_pieces(self._outbox.waiting(), manifest))
        return self._shown[1]

    def file(self) -> bytes:
        """Give all that waits, as one file any device can deliver."""
        return batches_text(self._outbox.waiting(), self._manifest()).encode()

    def is_receipt(self, text: str) -> bool:
        """Say whether a text looks like a receipt or a part of one; asked of every picture."""
        return is_receipt(text)

    def take_receipt(self, text: str) -> Brought | Unread:
        """Take in what the centre answered; safe to repeat, and in any order of parts."""
        if not is_receipt(text):
            return Unread.NO_RECEIPT
        found = read_receipts("\n".join((*self._parts, text)))
        if isinstance(found, NotCarried) and not found.missing:  # a new series, or a spoilt one
            self._parts.clear()
            found = read_receipts(text)
        if not isinstance(found, NotCarried):
            self._parts.clear()
            return _settled(self._outbox, found, self._heard)
        if not found.missing:
            return Unread.NO_RECEIPT
        if text not in self._parts:
            self._parts.append(text)
        return Brought(missing=len(found.missing))


def _settled(
    outbox: Outbox, receipts: Sequence[Receipt], heard: Callable[[Receipt], object]
) -> Brought | Unread:
    known = {*outbox.arrived(), *outbox.waiting_ids()}
    ours = [each for each in receipts if each.batch_id in known]
    if not ours:
        return Unread.OTHER_HUB
    for each in ours:
        if outbox.settle(each) is not None:
            return Unread.NO_ROOM
        heard(each)
    arrived = sum(each.result in {Result.COUNTED, Result.ALREADY_COUNTED} for each in ours)
    return Brought(arrived, len(ours) - arrived)


# --- the commands ------------------------------------------------------------------------------


def add_carry_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of `carry`."""
    _add_data(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, metavar="FILE", help="write what waits to this file")
    what.add_argument(
        "--pictures", type=Path, metavar="FILE", help="write it as QR codes to this HTML file"
    )
    what.add_argument("--receipt", type=Path, metavar="FILE", help="read what the centre answered")
    parser.set_defaults(run=carry_command)


def add_deliver_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of `deliver`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what was carried from a hub")
    parser.add_argument("--centre", required=True, metavar="URL", help="the centre's address")
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="write its answer here")
    parser.add_argument(
        "--pictures",
        type=Path,
        metavar="FILE",
        help="write its answer as QR codes to this HTML file",
    )
    parser.set_defaults(run=deliver_command)


def add_key_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of `key`."""
    _add_data(parser)
    parser.set_defaults(run=key_command)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the hub's folder")


def key_command(asked: argparse.Namespace) -> int:
    """Show the key of a device; gives the exit code."""
    files = Files(asked.data)
    try:
        files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return fail(f"{files.folder} cannot be made or is not a folder.")
    signer = _signer_in(files)
    if isinstance(signer, str):
        return fail(signer)
    pack = load_pack(pack_folder())
    if isinstance(pack, Unopened):
        return fail(pack)
    say("Whoever runs the centre makes this tablet known there with this line:")
    say(f"  {how_to_enrol(Place(pack.council, 'CODE'), signer)}")
    say("FILE, CODE and NAME are for you to fill in. What stands behind --key is no secret.")
    say(f"The centre names that key by {signer.key_id}, which is not the key.")
    return 0


def carry_command(asked: argparse.Namespace) -> int:
    """Write down what waits, or read what came back; gives the exit code."""
    files = Files(asked.data)
    outbox = _outbox_in(files)
    if isinstance(outbox, str):
        return fail(outbox)
    try:
        if asked.receipt is not None:
            return _read_back(outbox, asked.receipt)
        waiting = outbox.waiting()
        manifest = _manifest_in(files, waiting[0].place) if waiting else None
        return _written_down(Parcel(waiting, manifest), asked.out, asked.pictures)
    finally:
        outbox.close()


def deliver_command(asked: argparse.Namespace) -> int:
    """Deliver what somebody carried; gives the exit code: 0 when the centre has it all."""
    text = _text_in(asked.file)
    if isinstance(text, NotCarried):
        return fail(text.why)
    parcel = read_parcel(text)
    if isinstance(parcel, NotCarried):
        return fail(f"{asked.file}: {parcel.why}")
    endpoint = HttpEndpoint.at(asked.centre)
    if isinstance(endpoint, BadAddress):
        return fail(endpoint.value)
    receipts, why = asyncio.run(_delivered(endpoint, parcel))
    written = ((asked.receipt, receipts_text(receipts)), (asked.pictures, _pictured(receipts)))
    _say_how(receipts)
    for path, content in written:
        refused = _write(path, content) if path is not None and receipts else None
        if refused is not None and why is None:
            why = f"{refused} Deliver the same file again for the receipt: nothing counts twice."
    return 0 if why is None else fail(why)


def _pictured(receipts: Sequence[Receipt]) -> str:
    return _page(receipt_pieces(receipts))


async def _delivered(endpoint: HttpEndpoint, parcel: Parcel) -> tuple[list[Receipt], str | None]:
    """Deliver batches, then tell what their hub says it has, so that no difference is a riddle."""
    receipts: list[Receipt] = []
    async with endpoint:
        for each in parcel.batches:
            match await endpoint.deliver(each):
                case Receipt(_, result, reasons):
                    receipts.append(Receipt(each.batch_id, result, reasons))
                case NotAllowed():
                    return receipts, _unknown(each)
                case Unreachable():
                    return receipts, _SILENT
        match None if parcel.manifest is None else await endpoint.tell(parcel.manifest):
            case NotAllowed() if parcel.manifest is not None:
                return receipts, _unknown(parcel.manifest)
            case Unreachable():
                return receipts, _SILENT
            case _:
                return receipts, None


def _unknown(signed: Signed) -> str:
    hub = f"{signed.place.council}/{signed.place.hub}"
    why = f"The centre does not know the key {signed.key_id} of {hub}."
    return f"{why} Add it there with hub-centre enrol-hub."


def _outbox_in(files: Files) -> Outbox | str:
    if not files.outbox.is_file():
        return f"There is no outbox in {files.folder}."
    signer = _signer_in(files)
    if isinstance(signer, str):
        return signer
    outbox = Outbox.open(files.outbox, signer)
    return f"{files.outbox}: {outbox.value}" if isinstance(outbox, OutboxRefusal) else outbox


def _signer_in(files: Files) -> Signer | str:
    """Give the key of the device; a sentence where there is none, or another’s."""
    if is_copied(files.mark):
        return (
            f"{files.folder} is a copy of another device’s folder, and the key in it is that"
            " device’s. Start the hub here once (hub-app run): it gets a key of its own."
        )
    signer = open_signer(files.signing)
    return f"{files.signing}: {signer.value}" if isinstance(signer, SigningRefused) else signer


def _manifest_in(files: Files, place: Place) -> Signed | None:
    """Give what a hub says it has; None while it runs, for then its log is its own."""
    pack = load_pack(pack_folder())
    if isinstance(pack, Unopened) or not files.hub.is_file():
        return None
    tablet = open_tablet(files.folder, pack, SystemClock(pack.zone), place)
    if isinstance(tablet, Unopened):
        return None
    try:
        return letter(tablet)
    finally:
        tablet.close()


def _written_down(parcel: Parcel, out: Path | None, pictures: Path | None) -> int:
    waiting = parcel.batches
    if not waiting:
        say("Nothing waits.")
        return 0
    pieces = batch_pieces(waiting, parcel.manifest) if pictures is not None else ()
    if pictures is not None and not pieces:
        return fail("This is too much for QR codes. Write it to a file with --out.")
    whole = batches_text(waiting, parcel.manifest)
    path, text = (pictures, _page(pieces)) if pictures else (out, whole)
    refused = None if path is None else _write(path, text)
    if refused is not None:
        return fail(refused)
    codes = f" as {len(pieces)} QR codes" if pieces else ""
    say(f"Wrote {_batches(len(waiting))}{codes} to {path}.")
    if parcel.manifest is None:
        say("While the hub runs, a file made on its own screen also tells where the others are.")
    say("Everything waits here until the receipt is back.")
    return 0


def _read_back(outbox: Outbox, path: Path) -> int:
    text = _text_in(path)
    if isinstance(text, NotCarried):
        return fail(text.why)
    receipts = read_receipts(text)
    if isinstance(receipts, NotCarried):
        return fail(f"{path}: {receipts.why}")
    match _settled(outbox, receipts, lambda _: None):
        case Unread.OTHER_HUB:
            return fail(f"{path} speaks of no batch of this hub.")
        case Unread():
            return fail("The receipt could not be written down; the disk may be full. Try again.")
        case Brought(arrived, not_taken):
            say(f"Arrived: {_batches(arrived)}. Not counted: {_batches(not_taken)}.")
    return 0


def _say_how(receipts: Sequence[Receipt]) -> None:
    for result in Result:
        n = sum(each.result is result for each in receipts)
        if n:
            say(f"{result.value.replace('_', ' ').capitalize()}: {_batches(n)}.")
    for each in receipts:
        for reason in each.reasons:
            say(f"  {each.batch_id}: {reason.where} {reason.why}".rstrip())


def _batches(n: int) -> str:
    return f"{n} batch" if n == 1 else f"{n} batches"


def _page(pieces: Sequence[str]) -> str:
    pictures = (
        _PICTURE.format(svg=_svg(piece), n=n, all=len(pieces)) for n, piece in enumerate(pieces, 1)
    )
    return _PAGE.format(pictures="".join(pictures))


def _svg(text: str) -> str:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    drawn = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(drawn)
    return drawn.getvalue().decode().partition("?>")[2]


def _text_in(path: Path) -> str | NotCarried:
    try:
        with path.open("rb") as file:
            return file.read(FILE_MAX).decode(errors="replace")
    except OSError:
        return NotCarried(f"{path} cannot be read.")


def _write(path: Path, text: str) -> str | None:
    try:
        path.write_text(text, "utf-8")
    except OSError:
        return f"{path} cannot be written. Check its folder, and that the disk has room."
    return None
