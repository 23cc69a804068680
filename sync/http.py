"""The line to the centre over HTTP: one request a batch, and no trust in what answers."""

import asyncio
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Annotated, Final, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sync.endpoint import (
    BATCHES,
    HUB,
    KEY,
    MANIFESTS,
    SEVERAL,
    SIGNATURE,
    Answer,
    ManifestAnswer,
    NotAllowed,
    Receipt,
    Result,
    Unreachable,
)
from sync.envelope import SEVERAL_MOST, Envelope, Signed, several_body
from sync.manifest import PERIODS_MAX, Differences
from sync.record import Reason

PATIENCE_SECONDS: Final = 10.0  # for one whole request; doubled after each time it was too short
PATIENCE_MOST_SECONDS: Final = 160.0
ANSWER_MAX_BYTES: Final = 256 * 1024
REASONS_MAX: Final = 1_000

_COUNTED: Final = frozenset({Result.COUNTED, Result.ALREADY_COUNTED})
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


class _ReceiptsWire(BaseModel):
    receipts: tuple[_ReceiptWire, ...] = Field(max_length=SEVERAL_MOST)


_Period = Annotated[str, Field(pattern=r"^[0-9Q-]{7,10}$")]


class _DifferencesWire(BaseModel):
    model_config = ConfigDict(strict=True)

    again: tuple[_Period, ...] = Field(max_length=PERIODS_MAX)
    more: tuple[_Period, ...] = Field(default=(), max_length=PERIODS_MAX)


_Heard = tuple[int, httpx.Headers, bytes]


class HttpEndpoint:
    """Delivers batches and manifests to one centre; use it as `async with`."""

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

    async def deliver(self, envelope: Envelope) -> Answer:
        """Offer one batch once.

        A receipt that names this batch, or a final 4xx, is an answer. Whatever else comes back
        (nothing, a fault, a redirect, a hotel’s log-in page) means that we know nothing.
        """
        heard = await self._patiently(BATCHES, _packed(envelope), envelope.wire)
        return Unreachable() if heard is None else _answer(envelope.batch_id, heard)

    async def deliver_several(self, envelopes: Sequence[Envelope]) -> tuple[Receipt, ...]:
        """Offer batches of one hub once, all together; gives the receipts that came back.

        A centre that is too old for this, or refuses the whole, gives none.
        """
        told = {HUB: _place(envelopes[0]), KEY: envelopes[0].key_id}
        heard = await self._patiently(SEVERAL, told, several_body(envelopes))
        if heard is None or heard[0] != 200:
            return ()
        sent = {each.batch_id for each in envelopes}
        return tuple(each for each in _receipts(heard[2]) if each.batch_id in sent)

    async def tell(self, manifest: Signed) -> ManifestAnswer:
        """Say once what this hub has; an answer is a list of differences, and nothing else is."""
        heard = await self._patiently(MANIFESTS, _packed(manifest), manifest.wire)
        return Unreachable() if heard is None else _differences(heard)

    async def _patiently(
        self, path: str, headers: Mapping[str, str], content: bytes
    ) -> _Heard | None:
        """Post once; None when nothing came back in time."""
        try:
            async with asyncio.timeout(self._patience):
                heard = await self._post(path, headers, content)
        except (TimeoutError, httpx.TimeoutException):
            # A fixed time-out on a slow line fails for ever; a longer one gets through once.
            self._patience = min(self._patience * 2, PATIENCE_MOST_SECONDS)
            return None
        except httpx.HTTPError:
            return None
        self._patience = self._shortest
        return heard

    async def _post(self, path: str, headers: Mapping[str, str], content: bytes) -> _Heard:
        headers = {
            "content-type": "application/json",
            "accept-encoding": "identity",
            **headers,
        }
        body = bytearray()
        async with self._line.stream(
            "POST", path, content=content, headers=headers, timeout=self._patience
        ) as answer:
            # Raw bytes: an answer that unpacks to gigabytes is not unpacked.
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > ANSWER_MAX_BYTES:
                    return answer.status_code, answer.headers, b""
            return answer.status_code, answer.headers, bytes(body)


def _place(told: Signed) -> str:
    return f"{told.place.council}/{told.place.hub}"


def _packed(told: Signed) -> dict[str, str]:
    """Give the headers of something that is packed and signed."""
    about = {HUB: _place(told), KEY: told.key_id, SIGNATURE: told.signature}
    return {"content-encoding": "gzip", **about}


def _answer(batch_id: str, heard: _Heard) -> Answer:
    """Judge an answer; a receipt for another batch is no receipt for this one."""
    status, headers, body = heard
    if status in _NOT_ALLOWED:
        return NotAllowed()
    receipt = _receipt(body)
    is_ours = receipt is not None and receipt.batch_id == batch_id
    if receipt and is_ours and status in {200, 201} and receipt.result in _COUNTED:
        return receipt
    is_ours = receipt is not None and receipt.batch_id in {batch_id, None}  # or it read no id
    if receipt and is_ours and status == 202 and receipt.result is Result.QUARANTINED:
        return receipt
    if 400 <= status < 500 and receipt and receipt.result is Result.REFUSED:
        if is_ours:
            return receipt
    elif status in _FINAL:
        why = "The centre would not take this batch, and did not say why."
        return Receipt(batch_id, Result.REFUSED, (Reason("", why),))
    return _nothing_known(status, headers)


def _differences(heard: _Heard) -> ManifestAnswer:
    status, headers, body = heard
    if status in _NOT_ALLOWED:
        return NotAllowed()
    try:
        wire = _DifferencesWire.model_validate_json(body) if status == 200 else None
    except ValidationError:
        wire = None
    if wire is None:
        return _nothing_known(status, headers)
    return Differences(wire.again, wire.more)


def _nothing_known(status: int, headers: httpx.Headers) -> Unreachable:
    return Unreachable(_retry_after(headers), is_answered=status not in _BUSY)


def _receipt(body: bytes) -> Receipt | None:
    try:
        wire = _ReceiptWire.model_validate_json(body)
    except ValidationError:
        return None
    return _receipt_of(wire)


def _receipts(body: bytes) -> tuple[Receipt, ...]:
    try:
        wire = _ReceiptsWire.model_validate_json(body)
    except ValidationError:
        return ()
    return tuple(_receipt_of(each) for each in wire.receipts)


def _receipt_of(wire: _ReceiptWire) -> Receipt:
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
