"""Whatever a stranger, or a hub it knows, sends to a centre: it answers, and never breaks."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.types import Message, Scope

from sync.centre.app import create_app
from sync.centre.courtesy import Courteous
from sync.centre.store import Store
from sync.envelope import signed
from sync.manifest import Manifest, PeriodSum, RowsSum, SessionTold, manifest_body
from sync.record import GainTotal
from sync.signing import BATCH, MANIFEST
from tests.centre.builders import H2, NOW, batch_of, closing, need, opened, sealed, visits
from tests.centre.lines import CHEAP, UNLIMITED, Hall, headers_of, signer_for

ONE_APP = (HealthCheck.function_scoped_fixture,)  # it is the same for the whole file
PAGES = (
    *("/", "/hub", "/session", "/counts", "/trends", "/compare", "/publish", "/release"),
    *("/quarantine", "/sign-in", "/icon.svg", "/metrics", "/v1/counts", "/v1/sessions"),
    *("/v1/reconcile", "/v1/quarantine", "/v1/health", "/v1/ready"),
)
FORMS = ("/sign-in", "/sign-out", "/publish", "/quarantine/0/again", "/quarantine/0/discard")
HUBS = ("/v1/batches", "/v1/batches/several", "/v1/manifest")
PATHS = (*PAGES, *FORMS, *HUBS, "/carry", "/nowhere", "/v1/batches/", "//", "/%", "/sign-in/..")
NAMES = ("hub", "period", "kind", "format", "council", "rule", "number", "opening", "tried", "to")
FIELDS = (*NAMES, "name", "passphrase", "reason", "why")
ODD = (
    *(
        "",
        "\0",
        "a\0",
        "'; DROP TABLE person;--",
        "=1+1",
        "../..",
        "\u202eabc",
        "é\u0301",
        "9" * 40,
    ),
    *("H2", "S12000042", "S12000042/H2", "2026-Q3", "2026-11-21", "0001-01-01", "9999-12-31"),
    *("9999", "0000", "2026-02-30", "csv", "json-stat", "xlsx", "1", "-1", "1e9", "null", "[::"),
    *("midpoint-6", "{{7*7}}", "<script>", "\r\nset-cookie: a=b", "//evil.example", "/\\evil"),
)
HEADERS = (
    *("host", "origin", "cookie", "content-type", "content-encoding", "content-length", "accept"),
    *("sec-fetch-site", "x-forwarded-for", "hub", "hub-key", "hub-signature", "via", "forwarded"),
)
SAID = (
    *("127.0.0.1", "localhost:8766", "[", "[::1", "a]b", "http://[", "http://127.0.0.1", "null"),
    *("application/json", "text/plain", "application/x-www-form-urlencoded", "gzip", "br", "-1"),
    *("multipart/form-data; boundary=b", "multipart/form-data; boundary*=x'", "same-origin"),
    *("cross-site", "sign_in=a", "S12000042/H2", "S12000042/H2\t", "0" * 16, "A" * 88, "9" * 400),
)


@dataclass(frozen=True)
class Sent:
    """A request, byte by byte."""

    method: str = "GET"
    path: str = "/"
    query: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("host", "127.0.0.1"),)
    body: bytes = b""


@dataclass
class Heard:
    """What came back."""

    messages: list[Message] = field(default_factory=list[Message])

    @property
    def status(self) -> int:
        return self.messages[0]["status"]

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(each.get("body", b"") for each in self.messages[1:])


class Asking:
    """A centre that knows one hub, and a way to ask it anything at all."""

    def __init__(self, app: Courteous, runner: asyncio.Runner) -> None:
        self._app = app
        self._runner = runner

    def hear(self, sent: Sent) -> Heard:
        """Give the answer to a request; whatever breaks in the centre breaks here."""
        heard = Heard()
        self._runner.run(self._ask(sent, heard))
        return heard

    async def _ask(self, sent: Sent, heard: Heard) -> None:
        bodies: list[Message] = [{"type": "http.request", "body": sent.body}]
        scope: Scope = {
            "type": "http",
            "http_version": "1.1",
            "method": sent.method,
            "scheme": "http",
            "path": sent.path,
            "raw_path": quote(sent.path).encode(),
            "query_string": sent.query,
            "headers": [(name.encode(), said.encode("latin-1")) for name, said in sent.headers],
            "client": ("127.0.0.1", 5),
            "server": ("127.0.0.1", 80),
        }

        async def receive() -> Message:
            return bodies.pop() if bodies else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            heard.messages.append(message)

        await self._app(scope, receive, send)


def asking_of(store: Store, runner: asyncio.Runner) -> Asking:
    store.enrol(H2, "Linlathen", signer_for(H2).public)
    for made in (
        sealed([visits(6), visits(9, "not_said")], "2026-11-21", closing(15)),
        sealed([need(7, "housing", month="2026-08")], "2026-08"),
    ):
        store.receive(batch_of(made), heard_at=0)
    return Asking(create_app(store, Hall().machine, UNLIMITED, CHEAP), runner)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory, runner: asyncio.Runner) -> Iterator[Asking]:
    store = opened(tmp_path_factory.mktemp("asked") / "centre.db")
    yield asking_of(store, runner)
    store.close()


def is_answer(heard: Heard) -> None:
    """Hold an answer to what every answer has: a status that blames us for nothing, and is shut."""
    assert 200 <= heard.status < 500, heard.body[:200]
    assert heard.headers[b"x-content-type-options"] == b"nosniff"
    assert heard.headers[b"content-security-policy"].startswith(b"default-src 'none'")
    assert b"Traceback" not in heard.body
    assert heard.headers.get(b"set-cookie", b'sign_in="";').startswith(b'sign_in="";')
    assert not heard.headers.get(b"location", b"/").startswith((b"//", b"/\\", b"https:"))


texts = st.one_of(st.sampled_from(ODD), st.text(max_size=12))
pairs = st.lists(st.tuples(st.sampled_from(FIELDS), texts), max_size=4)
said = st.one_of(st.sampled_from(SAID), st.text(st.characters(max_codepoint=255), max_size=12)).map(
    lambda text: text.translate({0: " ", 10: " ", 13: " "})  # no server lets these come so far
)
headers = st.lists(st.tuples(st.sampled_from(HEADERS), said), max_size=5).map(tuple)
requests = st.builds(
    Sent,
    method=st.sampled_from(("GET", "POST", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "odd")),
    path=st.one_of(
        st.sampled_from(PATHS),
        st.text(max_size=9).map(lambda text: f"/{text}"),
        texts.map(lambda text: f"/quarantine/{text}/again"),
    ),
    query=st.one_of(
        pairs.map(lambda some: urlencode(some).encode()),
        st.text("abhk=&%;+/?#[0f", max_size=20).map(str.encode),
    ),
    headers=headers,
    body=st.one_of(st.binary(max_size=60), pairs.map(lambda some: urlencode(some).encode())),
)


@settings(max_examples=250, suppress_health_check=ONE_APP)
@given(sent=requests)
@example(Sent(headers=(("host", "[::1"),)))
@example(Sent("POST", "/sign-in", headers=(("host", "127.0.0.1"), ("origin", "http://["))))
@example(Sent("POST", "/carry", headers=(("origin", "http://a]b"),)))
def test_a_stranger_is_always_answered(asking: Asking, sent: Sent):
    is_answer(asking.hear(sent))


OURS = (
    ("host", "127.0.0.1"),
    ("sec-fetch-site", "same-origin"),
    ("content-type", "application/x-www-form-urlencoded"),
)


@settings(max_examples=100, suppress_health_check=ONE_APP)
@given(path=st.sampled_from(PAGES), asked=pairs)
def test_a_page_is_given_whatever_is_asked_of_it(asking: Asking, path: str, asked: Any):
    is_answer(asking.hear(Sent(path=path, query=urlencode(asked).encode())))


@settings(max_examples=100, suppress_health_check=ONE_APP)
@given(path=st.sampled_from(FORMS), filled=pairs)
def test_a_form_of_ours_may_hold_anything(asking: Asking, path: str, filled: Any):
    is_answer(asking.hear(Sent("POST", path, headers=OURS, body=urlencode(filled).encode())))


@pytest.mark.parametrize("path", ["/", "/publish", "/release", "/v1/counts"])
def test_no_letter_breaks_either_database(store: Store, runner: asyncio.Runner, path: str):
    asking = asking_of(store, runner)
    for spoilt in ("S12000042\0", "\0", "\ufffe"):
        asked = urlencode({"council": spoilt, "period": "2026-Q3", "number": "1"}).encode()
        is_answer(asking.hear(Sent(path=path, query=asked)))
        is_answer(asking.hear(Sent("POST", "/publish", headers=OURS, body=asked)))
        is_answer(asking.hear(Sent("POST", f"/quarantine/{spoilt}/again", headers=OURS)))


# A hub that the centre knows, and that means harm


BATCHES = (
    sealed([visits(6), visits(9, "not_said")], "2026-11-21", closing(15, dwp=4)),
    sealed([need(7, "housing", month="2026-08")], "2026-08"),
    sealed((), "2026-Q3", total=GainTotal("2026-Q3", 4_000, 12)),
)
TOLD = manifest_body(
    Manifest(
        H2,
        1,
        (SessionTold(NOW.date(), 1, 15), SessionTold(NOW.date(), 2, None, 3)),
        (PeriodSum("2026-08", 1, RowsSum(1, 2, 3)),),
        {"2026-Q4": 3},
        {"2026-Q3": 0},
    )
)
SPOILT = (
    *(
        None,
        True,
        -1,
        0,
        5,
        10**6 + 1,
        2**53,
        10**400,
        1.5,
        1e308,
        "",
        "a",
        "\0",
        "\ud800",
        "\u202e",
    ),
    *(
        "0001-01-01",
        "0001-01",
        "0001-Q1",
        "9999-12-31",
        "9999-12",
        "9999-Q4",
        "1969-12",
        "2026-11-21",
    ),
    *("2026-11", "2026-Q3", "H3", "S12000042", "0" * 16, "f" * 16, [], {}, [[]], {"day": "x"}),
)


def parts(value: Any) -> list[tuple[Any, Any]]:
    """Give what lies directly in a JSON value, each with its name or number."""
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to everything in a JSON value."""
    yield at
    for name, each in parts(value):
        yield from places(each, (*at, name))


def changed(value: Any, at: tuple[Any, ...], to: Any, *, is_name: bool = False) -> Any:
    """Give a JSON value with one thing in it put otherwise, or named otherwise."""
    if not at:
        return to
    if is_name and len(at) == 1 and isinstance(value, dict):
        return {str(to) if name == at[0] else name: each for name, each in parts(value)}
    made = [
        (name, changed(each, at[1:], to, is_name=is_name) if name == at[0] else each)
        for name, each in parts(value)
    ]
    return dict(made) if isinstance(value, dict) else [each for _, each in made]


@st.composite
def spoilt(draw: st.DrawFn, bodies: tuple[bytes, ...]) -> bytes:
    """A batch or a manifest in which a few things are not what they were."""
    value = json.loads(draw(st.sampled_from(bodies)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(list(places(value))))
        value = changed(value, at, draw(st.sampled_from(SPOILT)), is_name=draw(st.booleans()))
    return json.dumps(value).encode()


NESTED = b'{"a":' * 60_000
HUGE = b'{"n":' + b"9" * 5_000 + b"}"


@settings(max_examples=150, suppress_health_check=ONE_APP)
@given(body=spoilt(tuple(each.body for each in BATCHES)))
@example(NESTED)
@example(HUGE)
@example(b'{"schema_version":"0.2","\\ud800":1}')
@example(b"\xff\xfe")
@example(b'{"fragments":{"visit":[' + b"{}," * 600_000 + b"{}]}}")
def test_a_hub_that_sends_a_spoilt_batch_is_answered(asking: Asking, body: bytes):
    wire = signed(signer_for(H2), BATCH, H2, body)
    sent = Sent("POST", "/v1/batches", headers=tuple(headers_of(wire).items()), body=wire.wire)
    is_answer(asking.hear(sent))


@settings(max_examples=100, suppress_health_check=ONE_APP)
@given(body=spoilt((TOLD,)), path=st.sampled_from(("/", "/hub?hub=H2", "/v1/reconcile")))
@example(NESTED, "/")
@example(HUGE, "/")
@example(b'{"periods":[' + b"1," * 900_000 + b"1]}", "/")
def test_whatever_a_hub_tells_its_pages_are_shown(asking: Asking, body: bytes, path: str):
    wire = signed(signer_for(H2), MANIFEST, H2, body)
    sent = Sent("POST", "/v1/manifest", headers=tuple(headers_of(wire).items()), body=wire.wire)
    is_answer(asking.hear(sent))
    page, _, query = path.partition("?")
    assert asking.hear(Sent(path=page, query=query.encode())).status == 200
