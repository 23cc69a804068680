"""Short codes a tired ear cannot mix up, unique without asking another tablet."""

# One letter of each set of letter names that sound alike (B C D E G P T V, A H J K, F S X, M N,
# I Y, Q U) and none that looks like a digit.
LETTERS = "ABFLMRUWYZ"
_MISHEARD = range(13, 20)  # thirteen sounds like thirty, … nineteen like ninety
_IN_A_HUNDRED = 100 - len(_MISHEARD)


def letter(index: int) -> str:
    """Give the letters of the hub's nth tablet (from 0): A, B, F …, then AA, AB and so on."""
    first, last = divmod(index, len(LETTERS))
    return (letter(first - 1) if first else "") + LETTERS[last]


def ticket(letters: str, count: int) -> str:
    """Give the code of a tablet's nth arrival (from 1), leaving out the teens of each hundred."""
    hundreds, number = divmod(count - 1, _IN_A_HUNDRED)
    number += 1
    if number >= _MISHEARD.start:
        number += len(_MISHEARD)
    return f"{letters}{hundreds * 100 + number}"
