"""What a person is told when two tablets did not pair: what is in the way, and what to do."""

from hub_app.core.refusal import Refusal
from hub_app.ui.refusals import sentence
from hub_app.ui.strings import _


def pairing_sentence(code: str) -> str:
    """Give the sentence for what stood in the way of joining a hub, in the page's language."""
    sentences = {
        "not_a_pairing_code": _(
            "That is no invitation to a hub. Scan the picture on the coordinator’s tablet, or type"
            " the code beside it."
        ),
        "not_a_typed_code": _("A code has eight letters and digits, like K7QF-2M9X. Try again."),
        "damaged_code": _("Only a part of it was read. Scan the picture again."),
        "newer_version": _(
            "That invitation was made by a newer version of Drop-in Hub. Update this tablet first."
        ),
        "not_an_address": _("That is no address. It looks like 192.168.1.20:9765."),
        "outside_local_network": _(
            "That address is not on this hall’s network, so nothing was sent to it."
        ),
        "own_code": _("That is this tablet’s own invitation. Use it on the other tablet."),
        "out_of_date": _(
            "This invitation was used already, or is older than five minutes. Ask for a new one."
        ),
        "wrong_code": _(
            "That was not the code, and it is used up now. Ask the coordinator for a new one."
        ),
        "too_many_tries": _(
            "There were too many wrong codes. Wait five minutes, or scan the picture instead."
        ),
        "not_kept": _("The other tablet has no room left, so it could not let this one in."),
        "was_removed": _(
            "This tablet was removed from that hub and has not forgotten it. Start it with an empty"
            " folder, then let it join."
        ),
        "another_hub": _(
            "The two tablets were started for different hubs. Start this one again for the same"
            " hub as the other, then let it join."
        ),
        "not_on_a_network": _("This tablet is on no network. Join the hall’s Wi-Fi first."),
        "not_reached": _(
            "No tablet was found there. Check that both are on the same Wi-Fi, or type the address"
            " that stands on the other tablet."
        ),
        "not_the_tablet": _(
            "Another device answered than the one that made this invitation. Nothing was sent to"
            " it. Stop, and tell the coordinator."
        ),
        "not_understood": _("The other tablet could not be understood. Ask for a new invitation."),
    }
    if code in set(Refusal):  # in itself a StrEnum cannot be asked before Python 3.12
        return sentence(Refusal(code))
    return sentences.get(code) or sentences["not_understood"]
