"""What a replay says at the end: one object for programs, one table for people."""

from collections.abc import Sequence
from typing import Any

from hub_app.core.counts import count
from hub_app.core.pack import Pack
from hub_app.core.session import Session
from hub_app.view.chip import KindLine


def session_line(name: str, session: Session, pack: Pack) -> dict[str, Any]:
    """Give a played session's sums: every service and group of the pack's codes, whole pounds.

    A family whose number is not recorded counts as one person.
    """
    sums = count(session)
    needs = sums.needs
    people = sum(
        max(1, (visit.adults or 0) + (visit.children or 0)) for visit in session.visits.values()
    )
    groups = [group.id for group in pack.priority.groups]
    return {
        "file": name,
        "visits": sums.visits,
        "people": people,
        "needs": {
            "opened": needs.opened,
            "met": needs.met,
            "booked": needs.booked,
            "referred": needs.referred,
            "left": needs.left,
            "unmet": needs.unmet,
        },
        "contacts": dict(sums.contacts),
        "groups": {group: sums.groups.get(group, 0) for group in groups},
        "area": dict(sums.area),
        "gain_total": sums.gain_total,
        "left_unserved": sums.left_unserved,
    }


def kinds_of(lines: Sequence[KindLine]) -> dict[str, dict[str, int]]:
    """Give for each kind of fragment the visits that have one, and where these are by now."""
    return {
        line.kind: {
            "visits": line.visits,
            "sent": line.sent,
            "held": line.held,
            "destroyed": line.destroyed,
        }
        for line in lines
    }


def _columns(rows: Sequence[Sequence[object]]) -> list[str]:
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in texts) for i in range(len(texts[0]))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in texts
    ]


def table(result: dict[str, Any]) -> str:
    """Give a replay's result as lines a person can read."""
    sessions: list[dict[str, Any]] = result["sessions"]
    needs = ("opened", "met", "booked", "referred", "left", "unmet")
    heading = ("day", "visits", *needs, "left unserved", "gained £")
    rows = [
        (
            each["file"],
            each["visits"],
            *(each["needs"][name] for name in needs),
            each["left_unserved"],
            f"{each['gain_total']:,}",
        )
        for each in sessions
    ]
    kinds = [("what may leave", "visits", "free to go", "held", "destroyed")]
    for kind, line in result["fragments"].items():
        kinds.append((kind.replace("_", " "), *line.values()))
    parts = [*_columns([heading, *rows]), "", *_columns(kinds), "", _about_the_centre(result)]
    return "\n".join(parts)


def _about_the_centre(result: dict[str, Any]) -> str:
    centre = result["centre"]
    if centre is None:
        return "No centre was named: everything is kept here and can be sent later."
    if centre["equal"]:
        return f"The centre’s counts equal the hub’s ({centre['accepted']} batches taken)."
    return (
        f"The centre’s counts do not equal the hub’s yet: {centre['accepted']} batches taken,"
        f" {centre['refused']} refused. What was not taken is kept here and will be tried again."
    )
