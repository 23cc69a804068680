"""Batches that come together: each is counted as if it had come alone."""

import httpx

from sync.centre.limits import Pace, Paces
from sync.centre.store import Store
from sync.envelope import Envelope, several_body, signed
from sync.record import Sealed
from sync.signing import BATCH
from tests.centre.builders import H2, H3, need, sealed, visits
from tests.centre.lines import JSON, Line, envelope, line_to, signer_for

PATH = "/v1/batches/several"
DAYS = tuple(f"2026-11-{day:02}" for day in (7, 14, 21))


def made_of(day: str, n: int = 6) -> Sealed:
    return sealed([visits(n, day=day)], day)


async def send(line: Line, *sent: Envelope) -> httpx.Response:
    headers = {**JSON, "hub": f"{H2.council}/{H2.hub}", "hub-key": signer_for(H2).key_id}
    return await line.client.post(PATH, content=several_body(sent), headers=headers)


def results(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {each["batch_id"]: each["result"] for each in answer.json()["receipts"]}


async def test_each_is_counted_once(centre: Line):
    centre.know(H2)
    made = [made_of(day) for day in DAYS]
    sent = [envelope(each) for each in made]
    ids = [each.batch_id for each in made]
    assert results(await send(centre, sent[0])) == {ids[0]: "counted"}
    assert results(await send(centre, *sent)) == dict(
        zip(ids, ("already_counted", "counted", "counted"), strict=True)
    )
    assert len(await centre.rows()) == len(DAYS)


async def test_one_that_is_refused_takes_no_other_with_it(centre: Line):
    centre.know(H2)
    await centre.send(made_of(DAYS[0]))
    other, good = made_of(DAYS[0], n=9), made_of(DAYS[1])
    found = results(await send(centre, envelope(other), envelope(good)))
    assert found == {other.batch_id: "refused", good.batch_id: "counted"}
    assert sorted(row["n"] for row in await centre.rows()) == [6, 6]


async def test_each_is_judged_by_itself(centre: Line):
    centre.know(H2)
    open_still, alone = sealed((), "2026-Q4"), sealed([need(30, "food", "advice_only")], "2026-11")
    made = (open_still, alone, made_of(DAYS[0]))
    found = results(await send(centre, *map(envelope, made)))
    assert [found[each.batch_id] for each in made] == ["refused", "refused", "counted"]


async def test_one_that_nobody_known_signed_has_no_receipt(centre: Line):
    first, second = (envelope(made_of(day)) for day in DAYS[:2])
    assert (await send(centre, first)).status_code == 401
    centre.know(H2)
    swapped = Envelope(H2, first.key_id, first.signature, second.wire, *("x", "x", 1))
    assert results(await send(centre, first, swapped)) == {first.batch_id: "counted"}
    assert (await send(centre, swapped)).status_code == 401


async def test_what_is_of_another_hub_or_no_batch_is_told_apart(centre: Line):
    centre.know(H2)
    strange = sealed([visits(6)], hub=H3)
    unread = signed(signer_for(H2), BATCH, H2, b"{}")
    about = (unread.place, unread.key_id, unread.signature, unread.wire)
    answer = await send(centre, envelope(strange), Envelope(*about, "x", "x", 1))
    told = [each["result"] for each in answer.json()["receipts"]]
    assert (answer.status_code, told) == (200, ["refused", "quarantined"])


async def test_the_pace_of_a_hub_counts_each(embedded: Store):
    paces = Paces(address=None, hub=Pace(2, 0.1))
    async with line_to(embedded, paces=paces) as line:
        line.know(H2)
        sent = [envelope(made_of(day)) for day in DAYS]
        assert len(results(await send(line, *sent))) == 2
        assert results(await send(line, *sent)) == {}


async def test_anything_else_is_turned_away(centre: Line):
    headers = {**JSON, "hub": "S12000042/H2", "hub-key": "0" * 16}
    sent = several_body([envelope(made_of(DAYS[0]))])
    for given, content, status in (
        ({**headers, "content-type": "text/plain"}, sent, 415),
        ({**headers, "content-encoding": "gzip"}, sent, 415),
        ({**headers, "hub": "H2"}, sent, 401),
        (headers, sent + b" " * 600_000, 413),
        (headers, b"{}", 400),
        (headers, sent, 401),
    ):
        assert (
            await centre.client.post(PATH, content=content, headers=given)
        ).status_code == status
