"""The machine a centre runs on: its clocks and its chance, as they are handed round."""

import secrets
import time
from datetime import UTC, datetime

from sync.centre.centre import Machine


def machine_here(*, is_alone: bool) -> Machine:
    """Give this machine; `is_alone`: nobody but this machine can ask the centre anything."""
    return Machine(now_here, time.monotonic, secrets.token_bytes, is_alone)


def now_here() -> datetime:
    """Give the time in this machine’s own zone."""
    return datetime.now(UTC).astimezone()
