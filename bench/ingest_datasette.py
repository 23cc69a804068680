"""Datasette beside our centre: fetched by pip into a folder of its own, asked by its insert API."""

import json
import re
import subprocess
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

KEPT = Path(__file__).parents[1] / ".run" / "datasette"  # fetched once
WANTED = "datasette==1.0a41"
FETCH_SECONDS = 300
_SECRET = "only for this measurement"  # noqa: S105  it guards nothing


@dataclass(frozen=True)
class Datasette:
    """A Datasette that can be started."""

    program: Path

    @classmethod
    def at_hand(cls) -> "Datasette | str":
        """Have it at hand; a sentence when it cannot be had."""
        program = KEPT / "bin" / "datasette"
        if (KEPT / "whole").exists():
            return cls(program)
        venv.create(KEPT, with_pip=True, clear=True)
        command = [KEPT / "bin" / "python", "-m", "pip", "install", "-q", WANTED]
        done = subprocess.run(command, capture_output=True, check=False, timeout=FETCH_SECONDS)
        if done.returncode:
            return "Datasette was not measured beside it: pip could not fetch it."
        (KEPT / "whole").touch()
        return cls(program)

    def rate(self, folder: Path, rows: Sequence[dict[str, str | int]], size: int) -> float:
        """Insert rows in batches of so many over one connection; gives rows a second."""
        folder.mkdir(parents=True)
        file = folder / "records.db"
        running = subprocess.Popen(
            [
                *(self.program, "serve", file, "--create", "--root", "--secret", _SECRET),
                *("--port", "0", "--setting", "max_insert_rows", str(size)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert running.stdout is not None
        try:
            address = next(
                found[0]
                for line in running.stdout
                if "running" in line and (found := re.search(r"http://[0-9.:]+", line))
            )
            return self._inserted(address, rows, size)
        finally:
            running.terminate()
            running.wait(20)
            running.stdout.close()

    def _inserted(self, address: str, rows: Sequence[dict[str, str | int]], size: int) -> float:
        token = subprocess.run(
            [self.program, "create-token", "root", "--secret", _SECRET],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        names = sorted({name for row in rows for name in row})
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        with httpx.Client(base_url=address, headers=headers, timeout=60) as line:
            columns = [{"name": n, "type": "integer" if n == "n" else "text"} for n in names]
            made = {"table": "records", "columns": columns, "pk": "_id"}
            line.post("/records/-/create", content=json.dumps(made)).raise_for_status()
            begun = time.perf_counter()
            for first in range(0, len(rows), size):
                part = {"rows": rows[first : first + size]}
                line.post("/records/records/-/insert", content=json.dumps(part)).raise_for_status()
            return len(rows) / (time.perf_counter() - begun)
