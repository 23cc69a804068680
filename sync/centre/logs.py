"""The centre’s log: one line of JSON for each request and each fault, in which nobody is named."""

import json
import logging
import traceback
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Final

ACCESS: Final = logging.getLogger("sync.centre.access")
FAULTS: Final = logging.getLogger("sync.centre.faults")
_OURS: Final = "sync"


@dataclass(frozen=True)
class Answered:
    """A request that was answered: never who asked, nor anything that was sent or shown.

    `path` is the template of an address we know, or “elsewhere”; `ms` is how long it took.
    """

    at: str
    method: str
    path: str
    status: int
    ms: float
    bytes_in: int
    bytes_out: int


def note(answered: Answered) -> None:
    """Write a line about a request."""
    ACCESS.info("%s", json.dumps(asdict(answered)))


def note_fault(path: str, fault: BaseException) -> None:
    """Write a line about a fault: its type, and where in our files; its text may repeat a row."""
    steps = traceback.extract_tb(fault.__traceback__)
    ours = [step for step in steps if _OURS in PurePath(step.filename).parts]
    where = [f"{PurePath(step.filename).name}:{step.lineno}" for step in (ours or steps)[-3:]]
    line = {"path": path, "fault": type(fault).__name__, "where": where}
    FAULTS.error("%s", json.dumps(line))
