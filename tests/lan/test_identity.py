"""Who a tablet is to the others: kept safely, shown truly, and never to the wrong one."""

import asyncio
import socket
import ssl
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as websocket_serve

from hub_app.lan import identity as identity_module
from hub_app.lan.identity import (
    FILE,
    Identity,
    IdentityRefused,
    WrongCertificate,
    device_of,
    device_seen,
    load,
    pinned_context,
    seeing_context,
    server_context,
    wipe,
)

HOST = "127.0.0.1"
STRANGER = "0" * 64
ANYWHERE = st.integers(0, 1000)  # in a file of about 750 bytes
# Of some broken certificates the library only warns so far; it will refuse them one day.
REFUSED_LATER = pytest.mark.filterwarnings(
    "ignore::cryptography.utils.CryptographyDeprecationWarning"
)


def made(folder: Path) -> Identity:
    found = load(folder)
    assert isinstance(found, Identity)
    return found


@pytest.fixture(scope="module")
def me(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return made(tmp_path_factory.mktemp("me"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return made(tmp_path_factory.mktemp("other"))


# --- the file --------------------------------------------------------------------------------


def test_a_tablet_is_the_same_device_after_a_restart(tmp_path: Path):
    first = made(tmp_path / "new" / "folder")
    assert made(tmp_path / "new" / "folder") == first
    assert first.device == device_of(first.certificate)
    assert [path.name for path in first.file.parent.iterdir()] == [FILE]


def test_two_tablets_are_two_devices_and_neither_is_named_in_its_certificate(
    me: Identity, other: Identity
):
    assert me.device != other.device
    names = {x509.load_der_x509_certificate(i.certificate).subject for i in (me, other)}
    assert len(names) == 1


def test_a_certificate_holds_from_2020_to_2060(me: Identity):
    certificate = x509.load_der_x509_certificate(me.certificate)
    assert certificate.not_valid_before_utc == datetime(2020, 1, 1, tzinfo=UTC)
    assert certificate.not_valid_after_utc == datetime(2060, 1, 1, tzinfo=UTC)


def test_only_this_user_can_read_the_key_also_after_a_careless_copy(tmp_path: Path):
    found = made(tmp_path)
    assert stat.S_IMODE(found.file.stat().st_mode) == 0o600
    found.file.chmod(0o644)
    assert made(tmp_path) == found
    assert stat.S_IMODE(found.file.stat().st_mode) == 0o600


def test_the_key_is_in_no_text_of_an_identity(me: Identity):
    assert "key=" not in repr(me)


def test_a_draft_that_a_power_cut_left_behind_is_no_identity(tmp_path: Path):
    (tmp_path / "identity.new").write_bytes(b"half a k")
    found = made(tmp_path)
    assert made(tmp_path) == found
    assert not (tmp_path / "identity.new").exists()


def _pem(folder: Path) -> bytes:
    return made(folder).file.read_bytes()


def _halves(pem: bytes) -> tuple[bytes, bytes]:
    key, mark, certificate = pem.partition(b"-----BEGIN CERTIFICATE-----")
    return key, mark + certificate


def test_a_key_with_the_certificate_of_another_tablet_is_damaged(tmp_path: Path):
    key, _ = _halves(_pem(tmp_path / "a"))
    _, certificate = _halves(_pem(tmp_path / "b"))
    (tmp_path / "a" / FILE).write_bytes(key + certificate)
    assert load(tmp_path / "a") is IdentityRefused.DAMAGED


def test_a_key_of_another_kind_is_damaged(tmp_path: Path):
    _, certificate = _halves(_pem(tmp_path))
    for key in (ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())):
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (tmp_path / FILE).write_bytes(pem + certificate)
        assert load(tmp_path) is IdentityRefused.DAMAGED


def test_a_key_under_a_passphrase_is_damaged(tmp_path: Path):
    found = made(tmp_path)
    _, certificate = _halves(found.file.read_bytes())
    pem = found.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"x"),
    )
    found.file.write_bytes(pem + certificate)
    assert load(tmp_path) is IdentityRefused.DAMAGED


@pytest.mark.parametrize("left", [b"", b"\x00" * 900, b"-----BEGIN CERTIFICATE-----", b"x" * 10**6])
def test_a_damaged_file_is_said_to_be_so_and_left_alone(tmp_path: Path, left: bytes):
    (tmp_path / FILE).write_bytes(left)
    assert load(tmp_path) is IdentityRefused.DAMAGED
    assert (tmp_path / FILE).read_bytes() == left


@REFUSED_LATER
@given(data=st.data())
def test_a_file_cut_short_or_changed_anywhere_never_breaks_the_start(
    tmp_path_factory: pytest.TempPathFactory, me: Identity, data: st.DataObject
):
    folder = tmp_path_factory.mktemp("changed")
    pem = bytearray(me.file.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        pem[data.draw(ANYWHERE) % len(pem)] = data.draw(st.integers(0, 255))
    (folder / FILE).write_bytes(pem[: data.draw(ANYWHERE)])
    assert isinstance(load(folder), Identity | IdentityRefused)


def test_a_folder_where_the_file_should_be_is_not_readable(tmp_path: Path):
    (tmp_path / FILE).mkdir()
    assert load(tmp_path) is IdentityRefused.NOT_READABLE


def test_an_identity_that_cannot_be_kept_is_not_used(tmp_path: Path):
    (tmp_path / "identity.new").mkdir()  # in the way of the draft, as a full disk would be
    assert load(tmp_path) is IdentityRefused.NOT_KEPT


def test_a_wiped_tablet_is_another_device(tmp_path: Path):
    first = made(tmp_path)
    wipe(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert made(tmp_path).device != first.device


def test_the_key_is_overwritten_before_its_file_goes(tmp_path: Path):
    found = made(tmp_path)
    (tmp_path / "second name").hardlink_to(found.file)
    wipe(tmp_path)
    assert set((tmp_path / "second name").read_bytes()) == {0}


def test_wiping_where_there_is_nothing_does_nothing(tmp_path: Path):
    wipe(tmp_path)
    wipe(tmp_path / "never made")
    (tmp_path / FILE).write_bytes(b"damaged")
    wipe(tmp_path)
    assert list(tmp_path.iterdir()) == []


# --- lines -----------------------------------------------------------------------------------


class Server:
    """A real TLS server that counts what its application came to see."""

    def __init__(self) -> None:
        self.port = 0
        self.seen = b""
        self.lines = 0
        self.handshakes_failed = asyncio.Event()

    async def met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        try:
            while more := await reader.read(1000):
                self.seen += more
                writer.write(more)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(context: ssl.SSLContext) -> AsyncIterator[Server]:
    server = Server()
    async with await asyncio.start_server(server.met, HOST, 0, ssl=context) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server


async def dialled(server: Server, context: ssl.SSLContext, said: bytes = b"hello") -> str:
    """Dial, say something and hear it back; give the device that answered."""
    reader, writer = await asyncio.open_connection(HOST, server.port, ssl=context)
    try:
        writer.write(said)
        await writer.drain()
        assert await asyncio.wait_for(reader.readexactly(len(said)), 5) == said
        line: ssl.SSLObject = writer.get_extra_info("ssl_object")
        assert line.version() == "TLSv1.3"
        return device_seen(line)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_a_line_to_the_paired_tablet_works(me: Identity, other: Identity):
    async with serving(server_context(me)) as server:
        assert await dialled(server, pinned_context(me.device)) == me.device
        assert await dialled(server, pinned_context(other.device, me.device)) == me.device
        assert server.seen == b"hello" * 2


async def test_a_wrong_certificate_hears_nothing(me: Identity, other: Identity):
    async with serving(server_context(me)) as server:
        for context in (pinned_context(other.device), pinned_context(STRANGER, other.device)):
            with pytest.raises(WrongCertificate):
                await dialled(server, context)
        assert await dialled(server, pinned_context(me.device), b"later") == me.device
        assert (server.lines, server.seen) == (1, b"later")


async def test_who_knows_only_a_code_sees_who_answers(me: Identity):
    async with serving(server_context(me)) as server:
        assert await dialled(server, seeing_context()) == me.device


async def test_a_websocket_to_the_paired_tablet_works_and_to_another_says_nothing(
    me: Identity, other: Identity
):
    heard = list[str | bytes]()

    async def met(line: ServerConnection) -> None:
        async for text in line:
            heard.append(text)
            await line.send(text)

    async with websocket_serve(met, HOST, 0, ssl=server_context(me)) as listening:
        at = f"wss://{HOST}:{next(iter(listening.sockets)).getsockname()[1]}"
        with pytest.raises(WrongCertificate):
            async with connect(at, ssl=pinned_context(other.device), proxy=None) as line:
                await line.send("to the wrong one")
        async with connect(at, ssl=pinned_context(me.device), proxy=None) as line:
            await line.send("to the right one")
            assert await line.recv() == "to the right one"
            assert device_seen(line.transport.get_extra_info("ssl_object")) == me.device
    assert heard == ["to the right one"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2])
async def test_tls_1_2_is_refused_by_both_ends(me: Identity, version: ssl.TLSVersion):
    old_end = seeing_context()
    old_end.minimum_version = old_end.maximum_version = version
    async with serving(server_context(me)) as server:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await dialled(server, old_end)
        assert server.lines == 0
    old_server = server_context(me)
    old_server.minimum_version = old_server.maximum_version = version
    async with serving(old_server) as server:
        for context in (pinned_context(me.device), seeing_context()):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await dialled(server, context)
        assert server.seen == b""


async def test_a_clock_far_off_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A certificate of other years is what ours looks like to a clock that is decades off."""
    for year in (1980, 2090):
        folder = tmp_path / str(year)
        with monkeypatch.context() as patched:
            patched.setattr(identity_module, "VALID_FROM", datetime(year, 1, 1, tzinfo=UTC))
            patched.setattr(identity_module, "VALID_UNTIL", datetime(year + 1, 1, 1, tzinfo=UTC))
            there = made(folder)
        async with serving(server_context(there)) as server:
            assert await dialled(server, pinned_context(there.device)) == there.device


async def test_a_file_that_was_changed_does_not_serve(tmp_path: Path):
    there = made(tmp_path)
    there.file.write_bytes(b"gone")
    with pytest.raises(ssl.SSLError):
        server_context(there)


@contextmanager
def one_blocking_line(identity: Identity) -> Iterator[tuple[int, list[bytes]]]:
    """Serve one line with plain blocking sockets; give its port and what it comes to hear."""
    heard = list[bytes]()
    with socket.create_server((HOST, 0)) as listening:
        listening.settimeout(5)

        def answer() -> None:
            plain, _ = listening.accept()
            plain.settimeout(5)
            try:
                with server_context(identity).wrap_socket(plain, server_side=True) as line:
                    heard.append(line.recv(1000))
            except OSError:
                heard.append(b"")

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield listening.getsockname()[1], heard
        finally:
            thread.join(5)


@pytest.mark.parametrize("is_at_once", [True, False])
def test_plain_sockets_are_pinned_too(me: Identity, other: Identity, is_at_once: bool):
    for device, expected in ((me.device, b"hello"), (other.device, b"")):
        with one_blocking_line(me) as (port, heard):
            plain = socket.create_connection((HOST, port), timeout=5)
            try:
                with pinned_context(device).wrap_socket(
                    plain, do_handshake_on_connect=is_at_once
                ) as line:
                    line.do_handshake()
                    line.sendall(b"hello")
            except WrongCertificate:
                assert device == other.device
            finally:
                plain.close()
        assert heard == [expected]


@pytest.mark.parametrize("devices", [(), ("",), ("A" * 64,), ("0" * 63,), (STRANGER, "x" * 64)])
def test_a_line_cannot_be_pinned_to_nobody(devices: tuple[str, ...]):
    with pytest.raises(ValueError, match="pinned"):
        pinned_context(*devices)
