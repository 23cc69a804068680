"""What stands in the way of a pairing: values a person at either tablet can act on."""

from enum import StrEnum


class PairRefused(StrEnum):
    """Why two tablets did not pair. The screens hold the sentence for each."""

    # What was scanned, pasted or typed
    NOT_A_PAIRING_CODE = "not_a_pairing_code"
    NOT_A_TYPED_CODE = "not_a_typed_code"  # it has eight letters and digits
    DAMAGED_CODE = "damaged_code"  # it is one of ours, but not whole: scan it again
    NEWER_VERSION = "newer_version"  # made by a newer version: update this tablet
    NOT_AN_ADDRESS = "not_an_address"
    OUTSIDE_LOCAL_NETWORK = "outside_local_network"
    OWN_CODE = "own_code"  # made by this very tablet
    # What the tablet that invites says
    OUT_OF_DATE = "out_of_date"  # used already, or older than five minutes: make a new one
    WRONG_CODE = "wrong_code"  # and the code is used up by it: make a new one
    TOO_MANY_TRIES = "too_many_tries"  # wait five minutes, or scan
    NOT_KEPT = "not_kept"  # the pairing could not be written down: its disk is full
    WAS_REMOVED = "was_removed"  # it was taken out of this hub, and is still what it was
    ANOTHER_HUB = "another_hub"  # the two were started for different hubs
    # What came of the line
    NOT_ON_A_NETWORK = "not_on_a_network"  # nobody could reach this tablet: join the Wi-Fi
    NOT_REACHED = "not_reached"
    NOT_THE_TABLET = "not_the_tablet"  # somebody else answered: stop, and fetch a coordinator
    NOT_UNDERSTOOD = "not_understood"  # what came back was no answer
