"""A process that is asked by lines of JSON: a tablet of ours, or what is measured beside it."""

import json
import select
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Any

PATIENCE_SECONDS = 300.0


class Driven:
    """One process. It ends when its input does, so nothing is left behind by whoever drives it."""

    def __init__(self, command: Sequence[object], env: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=None if env is None else dict(env),
        )
        self._number = 0
        self.up: Any = self._hear()["up"]

    def _hear(self) -> dict[str, Any]:
        out = self._process.stdout
        assert out is not None
        ready, _, _ = select.select([out], [], [], PATIENCE_SECONDS)
        line = out.readline() if ready else b""
        if not line:
            raise SystemExit("A process that was to be measured fell silent.")
        return json.loads(line)

    def begin(self, do: str, **what: object) -> None:
        """Ask for something; `end` gives the answer."""
        assert self._process.stdin is not None
        self._number += 1
        self._process.stdin.write(json.dumps({"re": self._number, "do": do, **what}).encode())
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def end(self) -> Any:
        """Give the answer to what was asked, once it comes."""
        said = self._hear()
        assert said["re"] == self._number, said
        return said["is"]

    def ask(self, do: str, **what: object) -> Any:
        """Ask for something and wait for the answer."""
        self.begin(do, **what)
        return self.end()

    def close(self) -> None:
        """Let it end by itself, or end it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def used(processes: Sequence[Driven], meanwhile: Callable[[], object]) -> list[float]:
    """Give what each process uses of one core, in per cent, while something is done."""
    before = [process.ask("cpu") for process in processes]
    meanwhile()
    after = [process.ask("cpu") for process in processes]
    return [
        (used[0] - begun[0]) / (used[1] - begun[1]) * 100
        for begun, used in zip(before, after, strict=True)
    ]
