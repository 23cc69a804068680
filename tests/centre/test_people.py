"""Who may see what: people sign in by a form, have a role, and nobody else gets in."""

from contextlib import ExitStack

import pytest

from sync.centre import people
from sync.centre.http_people import BEING_LOOKED_AT, SIGN_INS_AT_ONCE
from sync.centre.limits import Pace, Paces
from sync.centre.people import ROLES, Cost, Right, Role, Who
from sync.centre.store import Store
from tests.centre.builders import sealed, visits
from tests.centre.lines import PASSPHRASE, Hall, Line, line_to

FOR_READERS = ("/v1/counts", "/v1/sessions", "/v1/reconcile", "/")
LAN = Hall(is_alone=False)


@pytest.fixture
async def hosted(embedded: Store):
    """A line to a centre that others can reach."""
    async with line_to(embedded, Hall(is_alone=False), come_from="203.0.113.7") as line:
        yield line


@pytest.mark.parametrize("path", FOR_READERS)
async def test_without_signing_in_nothing_is_shown(hosted: Line, path: str):
    await hosted.send(sealed([visits(6)]))
    answer = await hosted.client.get(path, params={"hub": "H2"})
    assert "H2 " not in answer.text
    if path == "/":
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?to=/%3Fhub%3DH2"
    else:
        assert (answer.status_code, answer.json()["why"][-1]) == (401, ".")


async def test_whoever_signs_in_goes_on_to_what_they_asked_for(hosted: Line):
    hosted.add_person("Ailsa", Role.READER)
    form = await hosted.page("/sign-in", to="/?hub=H2")
    assert 'value="/?hub=H2"' in form
    done = await hosted.submit("/sign-in", name="Ailsa", passphrase=PASSPHRASE, to="/?hub=H2")
    assert (done.status_code, done.headers["location"]) == (303, "/?hub=H2")
    cookie = done.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Max-Age=43200", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie
    for path in FOR_READERS:
        assert (await hosted.client.get(path)).status_code == 200


async def test_over_https_the_cookie_stays_on_https(hosted: Line):
    hosted.client.base_url = "https://127.0.0.1"
    assert "Secure" in (await hosted.sign_in("Ailsa")).headers["set-cookie"]


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "x"])
async def test_a_sign_in_leads_nowhere_else(hosted: Line, to: str):
    hosted.add_person("Ailsa", Role.READER)
    done = await hosted.submit("/sign-in", name="Ailsa", passphrase=PASSPHRASE, to=to)
    assert done.headers["location"] == "/"
    assert "evil" not in await hosted.page("/sign-in", to=to)


async def test_a_wrong_name_and_a_wrong_passphrase_get_the_same_answer(hosted: Line):
    hosted.add_person("Ailsa", Role.READER)
    wrong = [
        await hosted.submit("/sign-in", name="Ailsa", passphrase="0123-4567-89ab-cdef-ghjm"),
        await hosted.submit("/sign-in", name="Nobody", passphrase=PASSPHRASE),
        await hosted.submit("/sign-in", name="", passphrase=""),
        await hosted.submit("/sign-in", name="Ail\x00sa", passphrase="x" * 10_000),
    ]
    assert {answer.status_code for answer in wrong} == {401}
    assert len({answer.text for answer in wrong}) == 1
    assert not any("set-cookie" in answer.headers for answer in wrong)


async def test_a_passphrase_copied_from_paper_may_be_written_otherwise(hosted: Line):
    hosted.add_person("Zoë", Role.READER)
    typed = " o123 4567 89AB cdef ghjk"
    assert (await hosted.submit("/sign-in", name=" Zoë ", passphrase=typed)).status_code == 303


async def test_a_sign_in_ends_after_twelve_hours_when_signed_out_and_when_removed(hosted: Line):
    await hosted.sign_in("Ailsa")
    hosted.hall.go_on(12 * 3600 - 1)
    assert (await hosted.client.get("/v1/counts")).status_code == 200
    hosted.hall.go_on(1)
    assert (await hosted.client.get("/v1/counts")).status_code == 401

    await hosted.submit("/sign-in", name="Ailsa", passphrase=PASSPHRASE)
    token = hosted.client.cookies["sign_in"]
    assert (await hosted.submit("/sign-out")).status_code == 303
    hosted.client.cookies.set("sign_in", token, domain="127.0.0.1")
    assert (await hosted.client.get("/v1/counts")).status_code == 401

    await hosted.submit("/sign-in", name="Ailsa", passphrase=PASSPHRASE)
    with hosted.store.writing() as connection:
        assert people.remove(connection, "Ailsa")
    assert (await hosted.client.get("/v1/counts")).status_code == 401


async def test_the_database_holds_neither_passphrase_nor_token(hosted: Line):
    await hosted.sign_in("Ailsa")
    token = hosted.client.cookies["sign_in"]
    path = hosted.store.path
    assert path is not None
    kept = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"Ailsa" in kept
    assert token.encode() not in kept
    assert PASSPHRASE.encode() not in kept


# A page elsewhere


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://[127.0.0.1"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1"},
    ],
)
async def test_a_form_of_another_page_does_nothing(hosted: Line, headers: dict[str, str]):
    await hosted.sign_in("Ailsa", Role.OPERATOR)
    for path in ("/sign-in", "/sign-out", "/carry", "/quarantine/0/again", "/quarantine/0/discard"):
        answer = await hosted.submit(path, headers, name="Ailsa", passphrase=PASSPHRASE)
        assert answer.status_code == 403
    assert (await hosted.client.get("/v1/counts")).status_code == 200


async def test_an_old_browser_over_plain_http_says_its_origin(hosted: Line):
    hosted.add_person("Ailsa", Role.READER)
    ours = {"origin": "http://127.0.0.1"}
    form = {"name": "Ailsa", "passphrase": PASSPHRASE}
    assert (await hosted.submit("/sign-in", ours, **form)).status_code == 303


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"name=a&name=b", 400),
        (b"name", 400),
        (b"name=%ff", 400),
        (b"a=" + b"x" * 70_000, 413),
    ],
)
async def test_a_form_of_no_form_is_not_read(hosted: Line, body: bytes, status: int):
    headers = {
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
    }
    answer = await hosted.client.post("/sign-in", content=body, headers=headers)
    assert answer.status_code == status


# At this machine


async def test_with_nobody_added_whoever_is_at_the_machine_sees_everything(centre: Line):
    assert (await centre.client.get("/v1/counts")).status_code == 200
    centre.add_person("Ailsa", Role.READER)
    assert (await centre.client.get("/v1/counts")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "[::1"},
        {"x-forwarded-for": "203.0.113.7"},
        {"via": "1.1 door"},
    ],
)
async def test_what_came_from_elsewhere_is_not_at_the_machine(
    centre: Line, headers: dict[str, str]
):
    assert (await centre.client.get("/v1/counts", headers=headers)).status_code == 401


async def test_where_others_can_reach_it_nobody_is_at_the_machine(embedded: Store):
    async with line_to(embedded, Hall(is_alone=False)) as line:
        assert (await line.client.get("/v1/counts")).status_code == 401


# Roles


async def test_each_role_may_do_its_own_and_no_more(hosted: Line):
    may = {role: {right for right in Right if Who("", role).may(right)} for role in ROLES}
    assert may[Role.READER] == {Right.READ, Right.CARRY}
    assert may[Role.PUBLISHER] == may[Role.READER] | {Right.PUBLISH}
    assert may[Role.OPERATOR] == may[Role.READER] | {Right.OPERATE}
    await hosted.sign_in("Ailsa", Role.PUBLISHER)
    for path, status in (("/v1/quarantine", 200), ("/quarantine", 200), ("/metrics", 403)):
        answer = await hosted.client.get(path)
        assert answer.status_code == status
    assert (await hosted.submit("/quarantine/0/again")).status_code == 403


# Tries


async def test_tries_are_few_and_nobody_elsewhere_can_use_them_up(embedded: Store):
    paces = Paces(address=None, tries_of_name=Pace(2, 1 / 60), tries_of_address=Pace(5, 1 / 60))

    async def tried(line: Line, name: str, passphrase: str = "") -> int:
        return (await line.submit("/sign-in", name=name, passphrase=passphrase)).status_code

    async with line_to(embedded, LAN, paces, come_from="203.0.113.7") as line:
        line.add_person("Ailsa", Role.READER)
        assert [await tried(line, "Ailsa") for _ in range(3)] == [401, 401, 429]
        assert await tried(line, "Ailsa", PASSPHRASE) == 429
        assert [await tried(line, "Mary") for _ in range(2)] == [401, 429]
        assert LAN.go_on(60) is None
        assert await tried(line, "Ailsa", PASSPHRASE) == 303
    async with line_to(embedded, LAN, paces, come_from="203.0.113.8") as other:
        assert await tried(other, "Ailsa", PASSPHRASE) == 303


# What is kept


async def test_a_crowd_that_signs_in_from_everywhere_keeps_no_hub_waiting(hosted: Line):
    hosted.add_person("Ailsa", Role.READER)
    with ExitStack() as others:
        for _ in range(SIGN_INS_AT_ONCE):
            others.enter_context(BEING_LOOKED_AT)
        answer = await hosted.submit("/sign-in", name="Ailsa", passphrase=PASSPHRASE)
        assert answer.status_code == 429
        assert (await hosted.send(sealed([visits(6)]))).status_code == 201
    answer = await hosted.submit("/sign-in", name="Ailsa", passphrase=PASSPHRASE)
    assert answer.status_code == 303


def test_a_passphrase_has_twenty_letters_that_none_can_be_read_as_another():
    chances = iter(range(1, 100))
    made = {people.made_passphrase(lambda n: bytes([next(chances)]) * n) for _ in range(50)}
    assert len(made) == 50
    for each in made:
        assert [len(part) for part in each.split("-")] == [4] * 5
        assert not set(each) & set("oilu")


def test_a_hash_is_dear_and_salted():
    cost = Cost()
    assert 2**cost.log_n * cost.r * cost.p * 128 >= 96 * 2**20
    cheap = Cost(1, 1, 1)
    assert people.hash_of("a", b"1", cheap) != people.hash_of("a", b"2", cheap)
    assert people.is_right("a", people.hash_of("a", b"1", cheap))
    assert not people.is_right("b", people.hash_of("a", b"1", cheap))
    assert not people.is_right("", people.nobodys(cheap))


@pytest.mark.parametrize("name", ["", " ", "a" * 41, "a\nb\x00", "a\u202eb", "at this machine"])
def test_what_is_no_name_is_nobodys(name: str):
    assert people.clean_name(name) is None


@pytest.mark.parametrize("name", ["Zoë", "فاطمة", "ਗੁਰਪ੍ਰੀਤ", "Ailsa McKay-O’Brien"])
def test_a_real_name_is_taken_as_it_is(name: str):
    assert people.clean_name(f"  {name} ") == name


def test_a_name_is_added_once_and_whoever_adds_it_is_told_so(store: Store):
    with store.writing() as connection:
        assert people.add(connection, Who("Morag", Role.READER), "kept", 1)
        assert not people.add(connection, Who("Morag", Role.OPERATOR), "other", 2)
    with store.reading() as reading:
        assert people.listed(reading.connection) == (Who("Morag", Role.READER),)
        assert people.kept_hash(reading.connection, "Morag") == "kept"
