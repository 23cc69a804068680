"""A sealed batch in words: what leaves, why it may, and what is not in it."""

from collections.abc import Iterable, Iterator
from typing import Final

from sync.codes import Step
from sync.company import Company, alone, by_step, companies, learnable
from sync.labels import FACT_LABELS, KIND_LABELS, code_label, period_label, place_label
from sync.record import ALPHA, K_MIN, KINDS, L_MIN, LADDER, Batch, Row

_THE_REST: Final = "the rest, told apart no further"
NOT_IN_IT: Final = """\
Not in it: names, notes, numbers of tickets or phones, ages, addresses, any time finer than
morning or afternoon, urgent flags, staff, tablets, and ids of visits or families. No row tells
two groups of one family, nor a group beside both a need and what came of it."""


def explain(batch: Batch) -> Iterator[str]:
    """Give a batch as lines for a person who decides whether it may go."""
    yield f"Batch of {place_label(batch.place)}, about {period_label(batch.closed_period)}"
    yield f"  id {batch.batch_id}"
    yield f"  number {batch.n} of those that this hub sealed from database {batch.epoch}"
    yield _revision(batch.revision)
    yield from _closings(batch)
    for kind in KINDS:
        if rows := batch.of_kind(kind):
            yield ""
            yield from _kind(kind, rows)
    if (total := batch.gain_total) is not None:
        gained = f"about £{total.pounds_nearest_100:,} by {total.contributors} visits"
        yield f"\nGained in {period_label(total.quarter)}: {gained}, to the nearest £100."
        yield "  It may go: ten people or more, and no one of them has two fifths of it."
    yield ""
    yield from _why(batch)


def _revision(revision: int) -> str:
    if revision == 1:
        return "  first of its period; it carries all that may leave of it so far"
    return (
        f"  revision {revision} of its period: it takes the place of the ones before, and what it"
        "\n  adds to them has passed the gate by itself"
    )


def _closings(batch: Batch) -> Iterator[str]:
    for each in batch.closing_counts:
        contacts = ", ".join(
            f"{code_label('service', service)} {n}" for service, n in sorted(each.contacts.items())
        )
        yield f"\nClosing count of session {each.opening}: {each.visits} visits"
        yield f"  at the desks: {contacts or 'nobody'}"
        yield "  It goes whole: anybody in the hall could count it."


def _kind(kind: str, rows: Iterable[Row]) -> Iterator[str]:
    """Show the rows of a kind by step, finest first: what each tells, and in what company."""
    label = KIND_LABELS[kind]
    yield f"{label.heading}. {label.about}"
    steps = by_step(rows)
    for i, step in enumerate(LADDER[kind], 1):
        if here := steps.get(step):
            yield f"  Step {i} of {len(LADDER[kind])}: {_said_by(step)}"
            yield from (f"  {row.n:6}  {words_of(row)}" for row in sorted(here))
            yield from (f"          {_words_of(each)}" for each in companies(step, here))


def _said_by(step: Step) -> str:
    return ", ".join([f"by {step[0]}", *(FACT_LABELS[name].lower() for name in step[1:])])


def words_of(row: Row) -> str:
    """Say what a row tells beside its period; a row of the period alone is what was left over."""
    return "; ".join(code_label(name, code) for name, code in row.facts[1:]) or _THE_REST


def _words_of(company: Company) -> str:
    """Say how much company a fact has, at worst."""
    step, name = company.step, company.step[company.at]
    others = [f"“{FACT_LABELS[each]}”" for each in step[1:] if each != name]
    beside = " and ".join(others) or f"the {step[0]}"
    answers = "1 answer" if company.values == 1 else f"{company.values} answers"
    told = (
        f"“{FACT_LABELS[name]}” beside {beside}: at worst {answers}, one with {company.share:.0%}"
    )
    return told if company.is_enough else f"{told}, which is TOO LITTLE COMPANY"


def may_leave(batch: Batch) -> bool:
    """Say whether, in every table of a batch, each fact has the company that the gate asks for.

    That is all of the gate that can be seen again in a batch: its form is judged by reading it,
    and how many people stand behind a row only the hub can count.
    """
    return not any(alone(batch.rows))


def _why(batch: Batch) -> Iterator[str]:
    rows = batch.rows
    if not rows:
        yield "It has no rows."
        return
    if not may_leave(batch):
        yield "It may NOT leave: a fact in it has too little company. See above."
        return
    yield f"Why its {len(rows)} rows may leave:"
    fewest = min(row.n for row in rows)
    yield f"  alike    every row counts {K_MIN} or more; the smallest counts {fewest}."
    yield f"  people   behind each row the hub counted {K_MIN} different people at least; for that"
    yield "           it needs no id of anybody, and there is none here to check it by."
    if any(map(learnable, by_step(rows))):
        yield f"  company  beside what a row tells, no other fact has more than {ALPHA:.0%}, nor"
        yield f"           fewer than {L_MIN} answers; the worst stands under its table."
    else:
        yield "  company  no row here tells a fact that the rest of it could give away."
    yield "  step     what was too thin lost a fact or went to a wider period; the rest stays here."
