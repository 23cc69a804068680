"""Tablets to tablets: pairing, pinned lines, exchange of facts, and who decides on calls."""
