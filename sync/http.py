"""The line to the centre over HTTP: one request a batch, and no trust in what answers."""

import asyncio
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sync.endpoint import Answer, NotAllowed, Receipt, Result, Unreachable
from sync.record import Reason, Sealed

PATIENCE_SECONDS: Final = 10.0  # for one whole request; doubled after each time it was too short
PATIENCE_MOST_SECONDS: Final = 160.0
ANSWER_MAX_BYTES: Final = 256 * 1024
REASONS_MAX: Final = 1_000

_FINAL: Final = frozenset({400, 413, 415, 422})  # about this very batch: asking again is no use
_NOT_ALLOWED: Final = frozenset({401, 403})
_BUSY: Final = frozenset({429, 502, 503, 504})  # the centre, or what stands before it, is away


class BadAddress(StrEnum):
    """Why an address can’t be a centre’s: a sentence for the person who wrote it."""

    NOT_HTTP = "The centre’s address must begin with https:// or http://, and name a machine."


class _ReasonWire(BaseModel):
    model_config = ConfigDict(strict=True)

    where: str = Field(default="", max_length=200)
    why: str = Field(max_length=500)
    kind: str | None = Field(default=None, max_length=50)
    index: int | None = Field(default=None, ge=0)


class _ReceiptWire(BaseModel):
    """A receipt as it travels. A newer centre may say more than we know: that is no harm."""

    batch_id: str | None = Field(max_length=36)
    result: Result
    reasons: tuple[_ReasonWire, ...] = Field(default=(), max_length=REASONS_MAX)


class HttpEndpoint:
    """Delivers batches to `POST /v1/batches` of one centre; use it as `async with`."""

    def __init__(self, centre: httpx.URL, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience = self._shortest = patience_seconds
        # No redirects and no proxies from the environment: a batch goes to that address or stays.
        self._line = httpx.AsyncClient(base_url=centre, follow_redirects=False, trust_env=False)

    @classmethod
    def at(cls, address: str, patience_seconds: float = PATIENCE_SECONDS) -> Self | BadAddress:
        """Make the endpoint of a centre from its address, or say what is wrong with that."""
        try:
            url = httpx.URL(address.strip())
        except httpx.InvalidURL:
            return BadAddress.NOT_HTTP
        if url.scheme not in {"http", "https"} or not url.host:
            return BadAddress.NOT_HTTP
        return cls(url, patience_seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._line.aclose()

    async def deliver(self, sealed: Sealed) -> Answer:
        """Offer one batch once.

        A receipt that names this batch, or a final 4xx, is an answer. Whatever else comes back
        (nothing, a fault, a redirect, a hotel’s log-in page) means that we know nothing.
        """
        try:
            async with asyncio.timeout(self._patience):
                status, headers, body = await self._post(sealed)
        except (TimeoutError, httpx.TimeoutException):
            # A fixed time-out on a slow line fails for ever; a longer one gets through once.
            self._patience = min(self._patience * 2, PATIENCE_MOST_SECONDS)
            return Unreachable()
        except httpx.HTTPError:
            return Unreachable()
        self._patience = self._shortest
        return _answer(sealed.batch_id, status, headers, body)

    async def _post(self, sealed: Sealed) -> tuple[int, httpx.Headers, bytes]:
        headers = {"content-type": "application/json", "accept-encoding": "identity"}
        body = bytearray()
        async with self._line.stream(
            "POST", "/v1/batches", content=sealed.body, headers=headers, timeout=self._patience
        ) as answer:
            # Raw bytes: an answer that unpacks to gigabytes is not unpacked.
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > ANSWER_MAX_BYTES:
                    return answer.status_code, answer.headers, b""
            return answer.status_code, answer.headers, bytes(body)


def _answer(batch_id: str, status: int, headers: httpx.Headers, body: bytes) -> Answer:
    """Judge an answer; a receipt for another batch is no receipt for this one."""
    if status in _NOT_ALLOWED:
        return NotAllowed()
    receipt = _receipt(body)
    is_ours = receipt is not None and receipt.batch_id == batch_id
    if receipt and is_ours and status in {200, 201} and receipt.result is not Result.REFUSED:
        return receipt
    if 400 <= status < 500 and receipt and receipt.result is Result.REFUSED:
        if is_ours or receipt.batch_id is None:  # it could not read an id
            return receipt
    elif status in _FINAL:
        why = "The centre would not take this batch, and did not say why."
        return Receipt(batch_id, Result.REFUSED, (Reason("", why),))
    return Unreachable(_retry_after(headers), is_answered=status not in _BUSY)


def _receipt(body: bytes) -> Receipt | None:
    try:
        wire = _ReceiptWire.model_validate_json(body)
    except ValidationError:
        return None
    reasons = tuple(Reason(each.where, each.why, each.kind, each.index) for each in wire.reasons)
    return Receipt(wire.batch_id, wire.result, reasons)


def _retry_after(headers: httpx.Headers) -> float | None:
    """Give the seconds an answer asks us to wait: a number, or a date beside the answer’s own."""
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit() and len(asked) <= 9:
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
        answered = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - answered).total_seconds())
    except (TypeError, ValueError, OverflowError):  # no date, or one zone known and one not
        return None
