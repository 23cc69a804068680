"""What every answer of the centre has, and what its log and its metrics leave out."""

import json
import logging

import pytest

from sync.centre.store import Store
from tests.centre.builders import sealed, visits
from tests.centre.lines import Hall, Line, line_to

FIELDS = ["at", "method", "path", "status", "ms", "bytes_in", "bytes_out"]


@pytest.mark.parametrize("path", ["/", "/v1/counts", "/v1/health", "/icon.svg", "/nothing"])
async def test_every_answer_is_kept_by_nobody_and_taken_for_what_it_is(centre: Line, path: str):
    headers = (await centre.client.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "server" not in headers


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/openapi.json", "/v1/nothing", "/docs/oauth2-redirect"]
)
async def test_there_is_nothing_where_nothing_is_offered(centre: Line, path: str):
    assert (await centre.client.get(path)).status_code == 404


async def test_an_address_used_in_the_wrong_way_says_so(centre: Line):
    answer = await centre.client.get("/v1/batches")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json() == {"why": "This address can’t be used in that way."}


async def test_health_and_readiness_are_said_and_a_page_can_be_asked_about_without_its_body(
    centre: Line,
):
    for path in ("/v1/health", "/v1/ready"):
        assert (await centre.client.get(path)).json() == {"ok": True}
    assert (await centre.client.head("/")).status_code == 200


async def test_a_centre_without_its_database_runs_and_is_not_ready(embedded: Store):
    async with line_to(embedded) as centre:
        assert embedded.path is not None
        embedded.close()
        embedded.path.write_bytes(b"\x00not a database\x00" * 500)
        assert (await centre.client.get("/v1/health")).status_code == 200
        answer = await centre.client.get("/v1/ready")
        assert (answer.status_code, answer.json()["why"][-1]) == (503, ".")


def said(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    ours = (each for each in caplog.records if each.name.startswith("sync"))
    return [json.loads(each.getMessage()) for each in ours]


async def test_the_log_is_a_line_of_json_a_request_and_names_nobody(
    embedded: Store, caplog: pytest.LogCaptureFixture
):
    hall = Hall()
    async with line_to(embedded, hall, come_from="203.0.113.7") as centre:
        with caplog.at_level(logging.INFO, "sync.centre"):
            await centre.send(sealed([visits(6)]))
            await centre.sign_in("Ailsa")
            await centre.client.get("/v1/counts?hub=H2")
            await centre.client.get("/quarantine/H2/again")
            await centre.client.get("/Mary-Brown?phone=07700900123")
            await centre.client.request("MARY", "/")
    lines = said(caplog)
    assert [list(line) for line in lines] == [FIELDS] * len(lines)
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/v1/batches", 201),
        ("POST", "/sign-in", 303),
        ("GET", "/v1/counts", 200),
        ("GET", "/quarantine/{named}/again", 405),
        ("GET", "elsewhere", 404),
        ("other", "/", 405),
    ]
    assert lines[0]["at"] == "2026-11-22T15:42:00+00:00"
    assert isinstance(lines[0]["bytes_in"], int)
    assert lines[0]["bytes_in"] > 100
    for hidden in ("203.0.113.7", "Ailsa", "Mary", "H2", "07700"):
        assert hidden not in caplog.text


async def test_a_fault_is_answered_and_logged_without_its_words(
    centre: Line, caplog: pytest.LogCaptureFixture
):
    async def broken(*_: object) -> None:
        raise RuntimeError("Mary Brown")

    centre.app._app = broken
    with caplog.at_level(logging.INFO, "sync.centre"):
        answer = await centre.client.get("/")
    assert answer.status_code == 500
    assert "goes again later" in answer.json()["why"]
    fault, request = said(caplog)
    assert (fault["fault"], request["status"]) == ("RuntimeError", 500)
    assert "Mary" not in caplog.text


async def test_metrics_count_and_name_nobody(embedded: Store):
    async with line_to(embedded) as centre:
        made = sealed([visits(6)])
        await centre.send(made)
        await centre.send(made)
        await centre.client.get("/Mary-Brown")
        await centre.client.get("/hub?hub=H2")
        answer = await centre.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    for line in (
        'centre_batches_total{result="counted"} 1.0',
        'centre_batches_total{result="already_counted"} 1.0',
        "centre_rows_total 1.0",
        'centre_requests_total{path="elsewhere",status="404"} 1.0',
        "centre_hubs 1.0",
        "centre_hubs_quiet 0.0",
        "centre_quarantine 0.0",
    ):
        assert line in lines
    for hidden in ("Mary", "H2", "S12000042", "127.0.0.1"):
        assert hidden not in answer.text


async def test_metrics_are_for_operators_and_for_a_monitor_at_the_machine(embedded: Store):
    async with line_to(embedded, Hall(is_alone=False)) as here:
        assert (await here.client.get("/metrics")).status_code == 200
        passed_on = {"x-forwarded-for": "203.0.113.7"}
        assert (await here.client.get("/metrics", headers=passed_on)).status_code == 303
    async with line_to(embedded, Hall(is_alone=False), come_from="203.0.113.7") as elsewhere:
        assert (await elsewhere.client.get("/metrics")).status_code == 303
