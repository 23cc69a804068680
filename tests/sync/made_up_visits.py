"""Made-up visits as a file has them, some of each shape."""

import json
from datetime import date, timedelta
from random import Random
from typing import Any

from sync.record import VOCABULARY
from sync.visits_file import MadeUpVisits, read_visits


def made_up_lines(seed: int, visits: int, hubs: tuple[str, ...] = ("H2", "H3")) -> list[bytes]:
    """Give visits over a quarter and a half, one JSON object a line."""
    chance = Random(seed)

    def code(field: str) -> str:
        codes = VOCABULARY[field]
        return chance.choices(codes, [1 / (i + 1) for i in range(len(codes))])[0]

    def a_visit(i: int) -> dict[str, Any]:
        needs = list(dict.fromkeys(code("need") for _ in range(chance.randint(0, 3))))
        return {
            "visit": f"v{i}",
            "person": chance.choice((i, str(i % 40), None, {"of": [i]})),
            "hub": chance.choice(hubs),
            "date": str(date(2026, 10, 3) + timedelta(weeks=chance.randrange(18))),
            "minute": chance.randrange(540, 900),
            "visit_type": code("visit_type"),
            "wait_minutes": chance.randrange(60),
            "needs": needs,
            "services": [code("service")],
            "result": chance.choice((None, code("result"))),
            "gain": chance.choice((None, chance.randrange(3000), code("gain_band"))),
            "groups": chance.choice((None, [], ["lone"], ["lone", "baby"], "rather_not_say")),
            "language": chance.choice((None, code("language"))),
            "referral": chance.choice((None, code("referral"))),
            "area": code("area"),
            "work_status": chance.choice((None, code("work"))),
            "unmet": [{"need": need, "reason": code("reason")} for need in needs[:1]],
        }

    return [json.dumps(a_visit(i)).encode() for i in range(visits)]


def read_well(lines: list[bytes]) -> MadeUpVisits:
    """Read lines that are known to be good."""
    found = read_visits(lines)
    assert isinstance(found, MadeUpVisits), found
    return found
