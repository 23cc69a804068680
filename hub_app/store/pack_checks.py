"""Whether the files of a pack agree with each other and with what a record may carry."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from hub_app.core.pack import OTHER
from hub_app.core.vocabulary import SENSITIVE_CATEGORIES, SENSITIVE_WORDS, VOCABULARY
from hub_app.store.pack_rows import NeedRow, OutcomeRow, PackFiles, Row

_SETTLES = {
    "referral_accepted": "referred",
    "appointment_booked": "booked",
    "no_service_today": "unmet",
}


def disagreements(files: PackFiles) -> Iterator[str]:
    """One clear sentence, with its file and key, for everything that does not fit together."""
    checks: tuple[Callable[[PackFiles], Iterator[str]], ...] = (
        _zone,
        _twice,
        _services,
        _needs,
        _private_needs,
        _outcomes,
        _people,
        _recorded_services,
        _recorded_words,
    )
    for check in checks:
        yield from check(files)


def meant(wrong: str, known: Iterable[str]) -> str:
    """A question that offers the closest known word, or nothing."""
    close = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return f" Did you mean ‘{close[0]}’?" if close else ""


def _missing(where: str, kind: str, code: str, known: Collection[str]) -> Iterator[str]:
    if code not in known:
        yield f"{where}: there is no {kind} called ‘{code}’.{meant(code, known)}"


def _ids(rows: Sequence[Row]) -> list[str]:
    return [str(getattr(row, "id", None) or getattr(row, "code", "")) for row in rows]


def _zone(files: PackFiles) -> Iterator[str]:
    zone = files.pack.zone
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = available_timezones()
        if known:  # a machine without a time zone table cannot tell
            yield f"pack.json, zone: there is no time zone called ‘{zone}’.{meant(zone, known)}"


def _twice(files: PackFiles) -> Iterator[str]:
    for file, keys, rows in _lists(files):
        first: dict[str, int] = {}
        for place, code in enumerate(_ids(rows)):
            if code in first:
                yield (
                    f"{file}, {keys}[{place}]: ‘{code}’ is here twice; the first is"
                    f" {keys}[{first[code]}]."
                )
            first.setdefault(code, place)


def _lists(files: PackFiles) -> Iterator[tuple[str, str, Sequence[Row]]]:
    people, codes = files.people, files.codes
    yield "services.json", "services", files.services.services
    yield "services.json", "organisations", files.services.organisations
    yield "needs.json", "categories", files.needs.categories
    yield "needs.json", "needs", files.needs.needs
    yield "entitlements.json", "entitlements", files.entitlements.entitlements
    yield "urgent.json", "urgent", files.urgent.urgent
    yield "outcomes.json", "outcomes", files.outcomes.outcomes
    yield "outcomes.json", "unmet_reasons", files.outcomes.unmet_reasons
    yield "outcomes.json", "unclaimed_reasons", files.outcomes.unclaimed_reasons
    yield "people.json", "access", people.access
    yield "people.json", "prompts", people.prompts
    yield "people.json", "priority.groups", people.priority.groups
    yield "people.json", "priority.answers", people.priority.answers
    yield "people.json", "areas", people.areas
    yield "people.json", "visit_types", people.visit_types
    yield "people.json", "heard", people.heard
    yield "people.json", "work", people.work
    yield "people.json", "languages", people.languages
    yield "codes.json", "services", codes.services
    yield "codes.json", "groups", codes.groups
    yield "codes.json", "areas", codes.areas
    yield "codes.json", "returning", codes.returning
    yield "codes.json", "interpreter", codes.interpreter


def _services(files: PackFiles) -> Iterator[str]:
    for i, row in enumerate(files.services.services):
        where = f"services.json, services[{i}]"
        if row.report_as is not None:
            yield from _missing(
                f"{where}.report_as", "recorded service", row.report_as, VOCABULARY["service"]
            )
        yield from _missing(
            f"{where}.gain_source", "source of a gain", row.gain_source, VOCABULARY["gain_source"]
        )
        organisations = _ids(files.services.organisations)
        yield from _missing(
            f"{where}.organisation", "organisation", row.organisation, organisations
        )
        for j, code in enumerate(row.after):
            yield from _missing(
                f"{where}.after[{j}]", "service", code, _ids(files.services.services)
            )
        if row.id in _first_of_all(files, row.after):
            yield f"{where}.after: ‘{row.id}’ would have to come before itself."


def _first_of_all(files: PackFiles, services: Iterable[str]) -> set[str]:
    """Give every service that must come before these, near or far."""
    after = {row.id: row.after for row in files.services.services}
    found: set[str] = set()
    ahead = list(services)
    while ahead:
        code = ahead.pop()
        if code not in found:
            found.add(code)
            ahead.extend(after.get(code, ()))
    return found


def _needs(files: PackFiles) -> Iterator[str]:
    services = _ids(files.services.services)
    categories = _ids(files.needs.categories)
    entitlements = _ids(files.entitlements.entitlements)
    protocols = _ids(files.urgent.urgent)
    for i, need in enumerate(files.needs.needs):
        where = f"needs.json, needs[{i}]"
        yield from _missing(f"{where}.category", "category", need.category, categories)
        for j, code in enumerate(need.services):
            yield from _missing(f"{where}.services[{j}]", "service", code, services)
        for j, code in enumerate(need.entitlements):
            yield from _missing(f"{where}.entitlements[{j}]", "entitlement", code, entitlements)
        if need.urgent is not None:
            yield from _missing(f"{where}.urgent", "urgent protocol", need.urgent, protocols)
        yield from _missing(
            f"{where}.report_as", "report category", need.report_as, VOCABULARY["need"]
        )
        for key, codes in (("services", need.services), ("entitlements", need.entitlements)):
            if len(set(codes)) < len(codes):
                yield f"{where}.{key}: the same code is here twice."


def _private_needs(files: PackFiles) -> Iterator[str]:
    """Safety, immigration, family, drink and drugs go as other (privacy §1)."""
    sensitive = {row.id for row in files.needs.categories if row.is_sensitive}
    private = {row.id for row in files.urgent.urgent if row.is_private}
    for i, row in enumerate(files.needs.categories):
        if row.id in SENSITIVE_CATEGORIES and not row.is_sensitive:
            yield f"needs.json, categories[{i}].is_sensitive: ‘{row.id}’ must be sensitive."
    for i, need in enumerate(files.needs.needs):
        where = f"needs.json, needs[{i}]"
        must_stay = need.category in sensitive or need.urgent in private or _is_touchy(need)
        if must_stay and not need.never_send_detail:
            yield f"{where}.never_send_detail: ‘{need.id}’ is sensitive, so this must be true."
        if (must_stay or need.never_send_detail) and need.report_as != OTHER:
            yield f"{where}.report_as: ‘{need.id}’ is sensitive, so this must be ‘{OTHER}’."


def _is_touchy(need: NeedRow) -> bool:
    return bool(SENSITIVE_WORDS & set(need.id.split("_")))


def _outcomes(files: PackFiles) -> Iterator[str]:
    rows = files.outcomes.outcomes
    for i, row in enumerate(rows):
        where = f"outcomes.json, outcomes[{i}]"
        yield from _missing(f"{where}.result", "result", row.result, VOCABULARY["result"])
        if row.result in VOCABULARY["result"] and row.settles != _settled(row):
            yield f"{where}.settles: a result of ‘{row.result}’ settles as ‘{_settled(row)}’."
    if not any(row.settles == "met" for row in rows):
        yield "outcomes.json, outcomes: there is no outcome that settles a need as ‘met’."


def _settled(row: OutcomeRow) -> str:
    return _SETTLES.get(row.result, "met")


def _people(files: PackFiles) -> Iterator[str]:
    people = files.people
    lists = (
        ("priority.groups", "recorded group", people.priority.groups, "group"),
        ("priority.answers", "recorded answer", people.priority.answers, "group_answer"),
        ("areas", "recorded area", people.areas, "area"),
        ("visit_types", "recorded visit type", people.visit_types, "visit_type"),
        ("heard", "recorded referral", people.heard, "referral"),
        ("work", "recorded work answer", people.work, "work"),
    )
    for key, kind, rows, words in lists:
        for i, row in enumerate(rows):
            where = f"people.json, {key}[{i}].id"
            yield from _missing(where, kind, row.id, VOCABULARY[words])
    given = {row.id for row in people.priority.answers}
    for code in VOCABULARY["group_answer"]:
        if code not in given:
            yield f"people.json, priority.answers: ‘{code}’ is missing; it is an answer of its own."


def _recorded_services(files: PackFiles) -> Iterator[str]:
    services = _ids(files.services.services)
    needs = {row.id: row for row in files.needs.needs}
    for i, row in enumerate(files.codes.services):
        where = f"codes.json, services[{i}]"
        yield from _missing(f"{where}.service", "service", row.service, services)
        yield from _missing(f"{where}.need", "need", row.need, needs)
        need = needs.get(row.need)
        if need is not None and need.services[0] != row.service:
            yield f"{where}.need: ‘{row.need}’ goes to ‘{need.services[0]}’ first."
        if need is not None and (need.urgent is not None or need.never_send_detail):
            yield f"{where}.need: ‘{row.need}’ is urgent or sensitive; choose a plain need."


def _recorded_words(files: PackFiles) -> Iterator[str]:
    codes, people = files.codes, files.people
    tables = (
        ("groups", "priority group", codes.groups, people.priority.groups),
        ("areas", "area answer", codes.areas, people.areas),
        ("returning", "visit type", codes.returning, people.visit_types),
        ("interpreter", "language", codes.interpreter, people.languages),
    )
    for key, kind, rows, answers in tables:
        for i, row in enumerate(rows):
            where = f"codes.json, {key}[{i}].means"
            yield from _missing(where, kind, row.means, _ids(answers))
