"""Batches as hubs would seal them, and a centre to send them to."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from sync.centre.app import create_app
from sync.centre.ledger import Ledger, open_ledger
from sync.record import Closing, GainTotal, Place, Row, Sealed, read, seal
from sync.wire import Batch

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
DAY = "2026-11-21"
H2 = Place("S12000042", "H2")
JSON = {"content-type": "application/json"}


def visits(n: int, visit_type: str = "returning", day: str = DAY) -> Row:
    return Row("visit", (("day", day), ("visit_type", visit_type)), n)


def need(n: int, code: str, result: str | None = None, month: str = "2026-11") -> Row:
    facts = (("month", month), ("need", code))
    return Row("need", (*facts, ("result", result)) if result else facts, n)


def closing(visits: int = 12, opening: int = 1, day: str = DAY, **contacts: int) -> Closing:
    return Closing(date.fromisoformat(day), opening, visits, contacts)


def sealed(
    rows: Iterable[Row] = (),
    period: str = DAY,
    closed: Closing | None = None,
    *,
    hub: Place = H2,
    total: GainTotal | None = None,
) -> Sealed:
    return seal(hub, period, rows, closed, total)


def batch_of(made: Sealed) -> Batch:
    batch = read(made.body)
    assert isinstance(batch, Batch)
    return batch


def opened(path: Path) -> Ledger:
    ledger = open_ledger(path)
    assert isinstance(ledger, Ledger), ledger
    return ledger


class Line:
    """A line to a centre in this process."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def send(self, made: Sealed) -> httpx.Response:
        return await self.client.post("/v1/batches", content=made.body, headers=JSON)

    async def rows(self, **asked: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/v1/counts", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["rows"]

    async def page(self, **asked: str) -> str:
        answer = await self.client.get("/", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.text


@asynccontextmanager
async def line_to(ledger: Ledger) -> AsyncIterator[Line]:
    transport = httpx.ASGITransport(create_app(ledger, lambda: NOW))
    async with httpx.AsyncClient(transport=transport, base_url="http://centre") as client:
        yield Line(client)
