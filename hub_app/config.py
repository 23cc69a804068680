"""Where things are: the files of a tablet, the pack it uses, the ports it listens on."""

from dataclasses import dataclass
from pathlib import Path

HUB_PORT = 8765
CENTRE_PORT = 8766
OTHERS_PORT = 9765
HOST = "127.0.0.1"
PACK = "scotland"
_HERE = Path(__file__).resolve().parent


def assets() -> Path:
    """Give the folder of fonts, strings and packs: in an installed app, or beside it in a clone."""
    inside = _HERE / "assets"
    return inside if inside.is_dir() else _HERE.parent / "assets"


def pack_folder(name: str = PACK) -> Path:
    """Give the folder of a content pack."""
    return assets() / "packs" / name


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one tablet, all under one folder."""

    folder: Path

    @property
    def hub(self) -> Path:
        """The log and the cards: never leaves the device."""
        return self.folder / "hub.db"

    @property
    def keys(self) -> Path:
        """The keys of the cards, one a session."""
        return self.folder / "keys"

    @property
    def mark(self) -> Path:
        """How far the log had come when it was last written, and where it lies."""
        return self.folder / "hub.mark"

    @property
    def identity(self) -> Path:
        """What this device shows to others, and its key."""
        return self.folder / "identity"

    @property
    def outbox(self) -> Path:
        """What may leave, and has."""
        return self.folder / "outbox.db"

    @property
    def signing(self) -> Path:
        """The key this device signs its batches with."""
        return self.folder / "signing.pem"

    @property
    def cache(self) -> Path:
        """What can be made again."""
        return self.folder / "cache"
