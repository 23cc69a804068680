"""Which hubs and keys may be made known, and how one that was enrolled by mistake is forgotten."""

import sqlalchemy as sa

from sync.centre import quarantine, told
from sync.centre.reading import Reading
from sync.centre.schema import BATCH, HEARD, HUB, HUB_KEY
from sync.labels import council_label
from sync.record import Place


def why_not(reading: Reading, place: Place, keys: list[str], *, is_new_council: bool) -> str | None:
    """Give a sentence why a hub can’t be enrolled with those keys; None when it can be."""
    councils = sorted({each.place.council for each in reading.hubs()})
    if councils and place.council not in councils and not is_new_council:
        known = ", ".join(f"{council_label(each)} ({each})" for each in councils)
        return (
            f"No hub of {_council(place.council)} is known here, but of {known}. Nothing was"
            " changed. Look at the code again; if it is right, say so with --new-council."
        )
    for key in keys:
        owner = _owner(reading.connection, key)
        if owner is not None and owner != place:
            return (
                f"The key {key[:8]}… is one of {owner.council}/{owner.hub}. Nothing was changed."
                " Each tablet has a key of its own: ask for this one’s with hub-app key."
            )
    return None


def forget(connection: sa.Connection, place: Place) -> str | None:
    """Take back that a hub was enrolled, with its keys; None, or a sentence why that can’t be.

    Inside one transaction of whoever calls. A hub that was ever heard stays.
    """
    named = f"{place.council}/{place.hub}"
    hub_id = connection.scalar(
        sa.select(HUB.c.hub_id).where(HUB.c.council == place.council, HUB.c.hub == place.hub)
    )
    if hub_id is None:
        return f"{named} is not known here."
    heard = sa.select(HEARD.c.heard_at).where(HEARD.c.hub_id == hub_id).with_for_update()
    is_heard = connection.scalar(heard) is not None
    batch = connection.scalar(sa.select(BATCH.c.n).where(BATCH.c.hub_id == hub_id).limit(1))
    unread = any(each.place == place for each in quarantine.kept(connection))
    if is_heard or batch is not None or unread or told.of(connection, place) is not None:
        return (
            f"{named} has sent something, so it can’t be forgotten. Nothing was changed. Take its"
            " keys away with --revoke: then nothing more is taken from it."
        )
    for table in (HUB_KEY, HEARD, HUB):
        connection.execute(table.delete().where(table.c.hub_id == hub_id))
    return None


def _owner(connection: sa.Connection, key: str) -> Place | None:
    found = connection.execute(
        sa.select(HUB.c.council, HUB.c.hub)
        .join(HUB_KEY, HUB_KEY.c.hub_id == HUB.c.hub_id)
        .where(HUB_KEY.c.public == key)
    ).first()
    return None if found is None else Place(found.council, found.hub)


def _council(code: str) -> str:
    named = council_label(code)
    return f"{code}, which is no council that we know," if named == code else f"{named} ({code})"
