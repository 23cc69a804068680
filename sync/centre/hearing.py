"""What becomes of what a hub tells of itself, over the line or in a file that was carried here."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sync.centre import told
from sync.centre.centre import Centre
from sync.centre.taking import Stranger, Waits, hub_wait, is_known
from sync.envelope import Signed, Unpackable, unpack
from sync.manifest import Manifest, read_manifest
from sync.signing import MANIFEST

_ANOTHER_HUB: Final = "This manifest is of another hub than the one that signed it."
_NOT_YET: Final = "A session in this manifest is of a day that has not come yet."


@dataclass(frozen=True)
class Unheard:
    """Why bytes were not heard as a manifest: a sentence; `is_form` is whether they were JSON."""

    why: str
    is_form: bool = True
    is_too_big: bool = False


def hear(
    centre: Centre, signed: Signed, *, is_paced: bool = True
) -> Manifest | Stranger | Waits | Unheard:
    """Keep what a hub tells, if one of its keys signed it."""
    if not is_known(centre, signed, MANIFEST):
        return Stranger()
    wait = hub_wait(centre, signed.place) if is_paced else None
    if wait is not None:
        return wait
    unpacked = unpack(signed.wire)
    if isinstance(unpacked, Unpackable):
        return Unheard(unpacked.why, is_form=False, is_too_big=unpacked.is_too_big)
    manifest = read_manifest(unpacked)
    if not isinstance(manifest, Manifest):
        return Unheard(manifest.reasons[0].why, is_form=manifest.is_json)
    if manifest.place != signed.place:
        return Unheard(_ANOTHER_HUB)
    tomorrow = centre.machine.now().date() + timedelta(days=1)  # a hub’s today, at the latest
    if any(each.day > tomorrow for each in manifest.sessions):
        return Unheard(_NOT_YET)
    with centre.store.writing() as connection:
        told.keep(connection, manifest, centre.now_ms())
    centre.store.heard(signed.place, centre.now_ms())
    return manifest
