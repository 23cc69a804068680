"""What becomes of what was carried here: batches are counted, and what their hub says is heard."""

from dataclasses import dataclass

from sync.carry import NotCarried, read_parcel
from sync.centre.centre import Centre
from sync.centre.hearing import Unheard, hear
from sync.centre.taking import Stranger, Waits, take
from sync.endpoint import Receipt, Result


@dataclass(frozen=True)
class Carried:
    """What came of batches that were carried here: receipts, and how many have none.

    `strangers` were signed by nobody the centre knows; `later`: the shelf for that hub is full.
    `unheard` says why what the hub says it has was not taken in, though its batches were.
    """

    receipts: tuple[Receipt, ...]
    strangers: int
    later: int
    unheard: str = ""

    @property
    def said(self) -> str:
        """What came of them, as a sentence."""
        results = [each.result for each in self.receipts]
        parts = [
            (results.count(Result.COUNTED), "counted"),
            (results.count(Result.ALREADY_COUNTED), "counted before"),
            (results.count(Result.REFUSED), "refused"),
            (results.count(Result.QUARANTINED), "put in quarantine"),
            (self.later, "not taken: too many of that hub are in quarantine"),
            (self.strangers, "not taken: no hub that the centre knows has signed them"),
        ]
        told = [f"{n} {what}" for n, what in parts if n]
        said = f"Batches: {', '.join(told)}." if told else "There was no batch in it."
        return f"{said} {self.unheard}".rstrip()


def take_carried(centre: Centre, text: str) -> Carried | NotCarried:
    """Count every batch of a text that was carried here, then hear what its hub says it has.

    It may be brought as often as anybody likes.
    """
    parcel = read_parcel(text, opens_each=False)
    if isinstance(parcel, NotCarried):
        return parcel
    taken = [take(centre, each, is_paced=False) for each in parcel.batches]
    heard = None if parcel.manifest is None else hear(centre, parcel.manifest, is_paced=False)
    return Carried(
        tuple(each for each in taken if isinstance(each, Receipt)),
        strangers=sum(isinstance(each, Stranger) for each in taken),
        later=sum(isinstance(each, Waits) for each in taken),
        unheard=heard.why if isinstance(heard, Unheard) else "",
    )
