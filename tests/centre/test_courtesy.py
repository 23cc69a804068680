"""What every answer of the centre has, and what its log leaves out."""

import logging

import pytest

from tests.centre.builders import Line, sealed, visits


@pytest.mark.parametrize("path", ["/", "/v1/counts", "/v1/health", "/icon.svg", "/nothing"])
async def test_every_answer_is_kept_by_nobody_and_taken_for_what_it_is(centre: Line, path: str):
    headers = (await centre.client.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
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


async def test_health_is_said_and_a_page_can_be_asked_about_without_its_body(centre: Line):
    assert (await centre.client.get("/v1/health")).json() == {"ok": True}
    assert (await centre.client.head("/")).status_code == 200


async def test_the_log_names_no_person_and_no_address(
    centre: Line, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO, "sync.centre"):
        await centre.send(sealed([visits(6)]))
        await centre.client.get("/v1/counts?hub=H2")
        await centre.client.get("/Mary-Brown?phone=07700900123")
    said = [record.getMessage() for record in caplog.records if record.name.startswith("sync")]
    assert said == ["/v1/batches 201", "/v1/counts 200", "elsewhere 404"]
