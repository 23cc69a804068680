"""The addresses for whoever keeps a centre running: is it up, is it ready, and how does it do."""

from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from sync.centre import quarantine
from sync.centre.answers import later
from sync.centre.centre import Centre
from sync.centre.http_people import allowed, is_from_this_machine
from sync.centre.metrics import TEXT_TYPE
from sync.centre.people import Right

QUIET_DAYS: Final = 10  # hubs open once a week: a quiet one has missed a turn
_AGAIN_SECONDS: Final = 5.0


def add_routes(app: FastAPI, centre: Centre) -> None:
    """Give these addresses to an application."""

    def give_health() -> Response:
        """Say that this process runs and answers."""
        return JSONResponse({"ok": True})

    def give_ready() -> Response:
        """Say that the database answers too, and has the tables that this version needs."""
        lacking = centre.store.is_ready()
        return later(503, lacking, _AGAIN_SECONDS) if lacking else JSONResponse({"ok": True})

    def give_metrics(request: Request) -> Response:
        """Give counters and sums over all hubs, for operators and for a monitor at this machine."""
        who = allowed(centre, request, Right.OPERATE)
        if isinstance(who, Response) and not is_from_this_machine(request):
            return who
        return Response(centre.metrics.text(_standing(centre)), media_type=TEXT_TYPE)

    gives = (("/v1/health", give_health), ("/v1/ready", give_ready), ("/metrics", give_metrics))
    for path, give in gives:
        app.add_api_route(path, give, methods=["GET", "HEAD"])


def _standing(centre: Centre) -> dict[str, tuple[str, float]]:
    quiet_since = centre.now_ms() - QUIET_DAYS * 86_400_000
    with centre.store.reading() as reading:
        hubs = reading.hubs()
        shelved = quarantine.count(reading.connection)
    quiet = [each for each in hubs if each.heard_at is None or each.heard_at < quiet_since]
    return {
        "centre_hubs": ("Hubs known.", len(hubs)),
        "centre_hubs_quiet": (f"Hubs not heard for {QUIET_DAYS} days.", len(quiet)),
        "centre_quarantine": ("Batches in quarantine.", shelved),
    }
