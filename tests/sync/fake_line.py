"""A line to a centre that really listens, counts what reaches it, and fails as it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sync.record import Batch, read

Answer = Callable[["Line", bytes], bytes | None]  # the bytes to say; None hangs up


def say(status: int, body: object = None, **headers: str) -> bytes:
    """Put an HTTP answer into bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"content-length": str(len(content)), "connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} .\r\n{head}\r\n".encode() + content


def count(line: "Line", body: bytes) -> bytes:
    """Do what a centre does: count a batch once, by its id."""
    batch = read(body)
    if not isinstance(batch, Batch):
        return say(422, {"batch_id": None, "result": "refused", "reasons": []})
    is_new = batch.batch_id not in line.counted
    line.counted[batch.batch_id] = batch
    result = "counted" if is_new else "already_counted"
    return say(201 if is_new else 200, {"batch_id": batch.batch_id, "result": result})


def count_and_hang_up(line: "Line", body: bytes) -> None:
    """Count, and lose the answer on its way back."""
    count(line, body)


def always(answer: bytes) -> Answer:
    """Say the same whatever comes."""
    return lambda line, body: answer


def refuse(kind: str | None = None, index: int | None = None, status: int = 422) -> Answer:
    """Refuse a batch for one reason."""

    def answer(line: "Line", body: bytes) -> bytes:
        reason = {"where": "there", "why": "Not so.", "kind": kind, "index": index}
        batch_id = json.loads(body)["batch_id"]
        return say(status, {"batch_id": batch_id, "result": "refused", "reasons": [reason]})

    return answer


@dataclass
class Line:
    """What happened on the line, and what is to happen next; then it counts."""

    script: list[Answer | None] = field(default_factory=list[Answer | None])  # None: never answers
    offered: list[bytes] = field(default_factory=list[bytes])
    heads: list[str] = field(default_factory=list[str])
    counted: dict[str, Batch] = field(default_factory=dict[str, Batch])
    at_once: int = 0
    most_at_once: int = 0
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
            body = await reader.readexactly(length)
            self.heads.append(head)
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
