"""A hub that writes as fast as it can and says what it promised to keep, until it is killed."""

import secrets
import sys
from pathlib import Path

from hub_app.clocks import SystemClock
from hub_app.core.refusal import Refusal
from hub_app.hub import Hub, Wish
from hub_app.store.cards import Cards, KeyFolder
from hub_app.store.database import DatabaseRefused, open_database
from hub_app.store.log import Log, own_origin
from tests.support.hall import need_for, scotland


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: Path) -> None:
    """Let families in; after each, say its ticket and the number of its last fact."""
    _say("begin")
    db = open_database(folder / "hub.db")
    if isinstance(db, DatabaseRefused):
        sys.exit(db.sentence)
    log = Log(db, own_origin(db, secrets.token_hex))
    clock, cards = SystemClock("Europe/London"), Cards(db, KeyFolder(folder / "keys"))
    hub = Hub(log, cards, scotland(), clock, secrets.token_hex)
    hub.open_session()
    while True:
        visit = hub.arrive(Wish((need_for("housing"),)))
        if isinstance(visit, Refusal):
            _say(visit)
            return
        (n,) = db.conn.execute("SELECT max(n) FROM event").fetchone()
        _say("kept", visit.ticket, n)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
