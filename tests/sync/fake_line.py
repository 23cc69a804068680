"""A line to a centre that really listens, counts what reaches it, and fails as it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field

from sync.endpoint import BATCHES, SEVERAL
from sync.envelope import read_several, unpack
from sync.manifest import Manifest, PeriodSum, differences, period_sum, read_manifest
from sync.record import Batch, Place, read

Answer = Callable[["Line", bytes], bytes | None]  # the bytes to say; None hangs up


def say(status: int, body: object = None, **headers: str) -> bytes:
    """Put an HTTP answer into bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"content-length": str(len(content)), "connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} .\r\n{head}\r\n".encode() + content


def count(line: "Line", body: bytes) -> bytes:
    """Do what a centre does: count a batch once, by its id; compare a manifest with what it has."""
    batch, told = read(body), read_manifest(body)
    if isinstance(told, Manifest):
        line.told.append(told)
        return say(200, asdict(differences(told, line.held)))
    if not isinstance(batch, Batch):
        return say(422, {"batch_id": None, "result": "refused", "reasons": []})
    is_new = batch.batch_id not in line.counted
    line.counted[batch.batch_id] = batch
    held = line.held.get(batch.closed_period)
    if held is None or held.revision < batch.revision:
        line.held[batch.closed_period] = period_sum(batch.load)
    result = "counted" if is_new else "already_counted"
    return say(201 if is_new else 200, {"batch_id": batch.batch_id, "result": result})


def count_and_hang_up(line: "Line", body: bytes) -> None:
    """Count, and lose the answer on its way back."""
    count(line, body)


def always(answer: bytes) -> Answer:
    """Say the same whatever comes."""
    return lambda line, body: answer


def refuse(status: int = 422, result: str = "refused") -> Answer:
    """Do not count a batch, for one reason."""

    def answer(line: "Line", body: bytes) -> bytes:
        reason = {"where": "there", "why": "Not so.", "kind": "need", "index": 3}
        batch_id = json.loads(body)["batch_id"]
        return say(status, {"batch_id": batch_id, "result": result, "reasons": [reason]})

    return answer


@dataclass
class Line:
    """What happened on the line, and what is to happen next; then it counts."""

    script: list[Answer | None] = field(default_factory=list[Answer | None])  # None: never answers
    offered: list[bytes] = field(default_factory=list[bytes])
    wires: list[bytes] = field(default_factory=list[bytes])  # manifests too
    heads: list[str] = field(default_factory=list[str])
    counted: dict[str, Batch] = field(default_factory=dict[str, Batch])
    held: dict[str, PeriodSum] = field(default_factory=dict[str, PeriodSum])
    told: list[Manifest] = field(default_factory=list[Manifest])
    at_once: int = 0
    most_at_once: int = 0
    knows_several: bool = False  # batches that come together
    together: list[int] = field(default_factory=list[int])
    address: str = ""
    is_offered: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request, and do what the script says."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                int(each.split(":")[1])
                for each in head.lower().splitlines()
                if each.startswith("content-length:")
            )
            wire = await reader.readexactly(length)
            if f"{SEVERAL} " in head:
                writer.write(self._several(wire))
                await writer.drain()
                return
            body = unpack(wire)
            assert isinstance(body, bytes), body
            self.heads.append(head)
            self.wires.append(wire)
            if f"{BATCHES} " in head:
                self.offered.append(body)
            self.is_offered.set()
            told = self.script.pop(0) if self.script else count
            if told is None:
                await self.closing.wait()
            elif answer := told(self, body):
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.at_once -= 1
            writer.close()

    def _several(self, wire: bytes) -> bytes:
        if not self.knows_several:
            return say(404)
        sent = read_several(wire, Place("S12000042", "H2"), "0" * 16)
        assert sent is not None
        self.together.append(len(sent))
        bodies = [body for each in sent if isinstance(body := unpack(each.wire), bytes)]
        self.offered += bodies
        answers = [count(self, body).split(b"\r\n\r\n")[1] for body in bodies]
        return say(200, {"receipts": [json.loads(each) for each in answers]})

    def restored(self, *periods: str) -> None:
        """Lose what was counted of some periods: an older backup was put back."""
        for period in periods:
            del self.held[period]
        batches = self.counted.items()
        self.counted = {i: each for i, each in batches if each.closed_period not in periods}

    def periods(self) -> list[str]:
        """Give the periods of the batches offered, in order."""
        return [json.loads(body)["closed_period"] for body in self.offered]


@asynccontextmanager
async def a_line(*script: Answer | None) -> AsyncIterator[Line]:
    """Open a line on a free port of this machine."""
    line = Line(list(script))
    server = await asyncio.start_server(line.answer, "127.0.0.1", 0)
    line.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        line.closing.set()
        server.close()
        await server.wait_closed()
