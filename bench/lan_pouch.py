"""PouchDB beside our tablets: fetched by npm, and two processes that follow each other live."""

import os
import shutil
import subprocess
from pathlib import Path

from bench.lan_driven import Driven

HERE = Path(__file__).parent / "pouch"
KEPT = Path(__file__).parents[1] / ".run" / "pouch"  # fetched once
FETCH_SECONDS = 600
PLAIN, SYNCED = "plain", "synced"


def fetched() -> str | None:
    """Have PouchDB at hand; a sentence when it cannot be had."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return "PouchDB was not measured beside it: Node and npm are not installed."
    wanted = (HERE / "package.json").read_bytes()
    told = KEPT / "package.json"
    if (KEPT / "whole").exists() and told.read_bytes() == wanted:
        return None
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    told.write_bytes(wanted)
    # Its store comes built for every usual machine: nothing of it needs to run to be installed.
    command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
    try:
        done = subprocess.run(
            command, cwd=KEPT, capture_output=True, check=False, timeout=FETCH_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        done = None
    if done is None or done.returncode:
        return "PouchDB was not measured beside it: npm could not fetch it."
    (KEPT / "whole").touch()
    return None


class Following:
    """Two databases in processes of their own: one is served, the other follows it both ways."""

    def __init__(self, folder: Path, kind: str) -> None:
        """Begin in an empty folder; SYNCED makes every write durable, as ours are."""
        self._folder, self._kind, self._count = folder, kind, 0
        self.served = self._begin()
        self.port = self.served.ask("serve")
        self.following: list[Driven] = []

    def _begin(self) -> Driven:
        self._count += 1
        place = self._folder / f"{self._count}"
        place.mkdir(parents=True)
        env = {**os.environ, "NODE_PATH": str(KEPT / "node_modules"), "NODE_NO_WARNINGS": "1"}
        return Driven(["node", HERE / "follower.js", place, self._kind], env)

    def follow(self, batch_size: int = 0) -> tuple[Driven, float]:
        """Let one more follow from nothing; gives it, and when it began. 0 leaves its own size."""
        follower = self._begin()
        self.following.append(follower)
        return follower, follower.ask("follow", port=self.port, batch_size=batch_size)

    def drop(self) -> None:
        """Let the last one that follows go."""
        self.following.pop().close()

    def close(self) -> None:
        """End all."""
        for process in (*self.following, self.served):
            process.close()
