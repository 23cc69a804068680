"""A line from tablets and people to a centre in this process, on a clock that is set."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.centre import people
from sync.centre.app import create_app
from sync.centre.centre import Machine
from sync.centre.courtesy import Courteous
from sync.centre.limits import Paces
from sync.centre.people import Cost, Role, Who
from sync.centre.store import Store
from sync.endpoint import Result
from sync.envelope import Envelope, Signed, pack, signed
from sync.manifest import Manifest, manifest_body
from sync.record import Place, Sealed
from sync.signing import BATCH, MANIFEST, Signer, signer_of
from tests.centre.builders import H2, NOW, batch_of

HERE = "http://127.0.0.1"
CHEAP = Cost(1, 1, 1)
JSON = {"content-type": "application/json"}
PASSPHRASE = "0123-4567-89ab-cdef-ghjk"
UNLIMITED = Paces(address=None, hub=None)


def signer_for(place: Place, tablet: int = 1) -> Signer:
    """The key of a hub’s tablet: the same every time it is asked for."""
    seed = hashlib.sha256(f"{place.council}/{place.hub}/{tablet}".encode()).digest()
    return signer_of(Ed25519PrivateKey.from_private_bytes(seed))


def envelope(made: Sealed, place: Place = H2, tablet: int = 1) -> Envelope:
    """A batch as a tablet keeps it, ready to travel."""
    signer, wire = signer_for(place, tablet), pack(made.body)
    signature = signer.sign(BATCH, place, wire)
    about = (made.batch_id, made.period, made.revision)
    return Envelope(place, signer.key_id, signature, wire, *about)


def headers_of(sent: Signed) -> dict[str, str]:
    return {
        **JSON,
        "content-encoding": "gzip",
        "hub": f"{sent.place.council}/{sent.place.hub}",
        "hub-key": sent.key_id,
        "hub-signature": sent.signature,
    }


@dataclass
class Hall:
    """The machine a centre of the tests runs on: its clock goes on when told to."""

    at: datetime = NOW
    uptime: float = 0.0
    is_alone: bool = True
    chances: int = field(default=0)

    @property
    def machine(self) -> Machine:
        return Machine(lambda: self.at, lambda: self.uptime, self._chance, self.is_alone)

    def go_on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.uptime += seconds

    def _chance(self, length: int) -> bytes:
        self.chances += 1
        return hashlib.shake_256(str(self.chances).encode()).digest(length)


class Line:
    """A line to a centre in this process: as a hub’s tablet, as a programme, or as a browser."""

    def __init__(self, client: httpx.AsyncClient, store: Store, hall: Hall, app: Courteous) -> None:
        self.client = client
        self.store = store
        self.hall = hall
        self.app = app

    def know(self, place: Place, tablet: int = 1) -> Signer:
        """Enrol a tablet of a hub."""
        signer = signer_for(place, tablet)
        self.store.enrol(place, place.hub, signer.public)
        return signer

    async def send(self, made: Sealed, place: Place = H2, tablet: int = 1) -> httpx.Response:
        """Send a batch as a tablet does whose key the centre knows."""
        return await self.send_bytes(made.body, place, tablet)

    def hold(self, made: Sealed) -> None:
        """Count a batch as it is, by no door: whatever its hub’s gate would have said."""
        assert self.store.receive(batch_of(made), heard_at=0).result is Result.COUNTED

    async def send_bytes(self, body: bytes, place: Place = H2, tablet: int = 1) -> httpx.Response:
        return await self.post(signed(self.know(place, tablet), BATCH, place, body))

    async def post(self, sent: Signed, path: str = "/v1/batches", **headers: str) -> httpx.Response:
        given = {**headers_of(sent), **headers}
        return await self.client.post(path, content=sent.wire, headers=given)

    async def tell(self, told: Manifest, tablet: int = 1) -> httpx.Response:
        """Tell a manifest as a tablet does whose key the centre knows."""
        signer = self.know(told.place, tablet)
        sent = signed(signer, MANIFEST, told.place, manifest_body(told))
        return await self.post(sent, "/v1/manifest")

    def add_person(self, name: str, role: Role) -> None:
        kept = people.hash_of(PASSPHRASE, bytes(16), CHEAP)
        with self.store.writing() as connection:
            assert people.add(connection, Who(name, role), kept, 0)

    async def submit(self, path: str, headers: dict[str, str] | None = None, **form: str):
        """Post a form as a browser does from a page of the centre."""
        sent = {"sec-fetch-site": "same-origin"} if headers is None else headers
        return await self.client.post(path, data=form, headers=sent)

    async def sign_in(self, name: str, role: Role = Role.READER) -> httpx.Response:
        """Add somebody, and sign them in on this line."""
        self.add_person(name, role)
        return await self.submit("/sign-in", name=name, passphrase=PASSPHRASE)

    async def rows(self, **asked: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/v1/counts", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["rows"]

    async def page(self, path: str = "/", **asked: str) -> str:
        answer = await self.client.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.text


@asynccontextmanager
async def line_to(
    store: Store, hall: Hall | None = None, paces: Paces = UNLIMITED, come_from: str = "127.0.0.1"
) -> AsyncIterator[Line]:
    hall = hall or Hall()
    app = create_app(store, hall.machine, paces, CHEAP)
    transport = httpx.ASGITransport(app, client=(come_from, 5))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        yield Line(client, store, hall, app)
