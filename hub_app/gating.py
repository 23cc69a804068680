"""`hub-app gate` and `hub-app explain-batch`: see what leaves, and why it may, before it goes."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from hub_app.console import fail, say
from sync.carry import NotCarried, read_batches
from sync.envelope import Unpackable, unpack
from sync.explain import NOT_IN_IT, explain, may_leave, words_of
from sync.gate import Held, HeldWhy
from sync.labels import KIND_LABELS, period_label
from sync.record import KINDS, Batch, read
from sync.trial import HubTrial, Trial, as_json, try_visits
from sync.visits_file import BadLine, read_visits

GATE_HELP: Final = "run the gate over made-up visits and see what would leave"
GATE_DESCRIPTION: Final = """\
Run the same gate as a hub over a file of made-up visits, and show for each kind of row what
would leave by the end of the last period, and what is held. That is the last day of the last
quarter the visits touch: every day, month and quarter has been sealed in the order time brings
them. Each hub is judged by itself. Nothing is kept and nothing is sent.
"""
GATE_EPILOG: Final = """\
FILE holds one JSON object a line (- is standard input; empty lines are passed over):
  visit         an id, text or whole number, once in its hub; no row tells it
  person        anything; it is never read
  hub           a short text or whole number
  date          2026-11-22
  minute        of the day they came, 0 to 1439 (or half_day: am or pm)
  visit_type    a code; null is not_said
  wait_minutes  a number of minutes; null gives no row about the wait
  needs         a list of codes, or of {"need": CODE, "result": CODE}; may be empty
  result        one code for the whole visit, null for no_service_today,
                or a list as long as needs, or {NEED: CODE}
  results       the same, and goes before result (optional)
  unmet         a list of {"need": CODE, "reason": CODE} (optional)
  services      a list of codes; empty is none_seen
  gain          pounds; or a band; null or 0 for none; or {"pounds" or "band", "source"}
  groups        a list of codes; null is not_asked, [] is none_of_these; or one fixed answer
  language, referral, area, work_status   a code; null is not asked
Codes are those of the record, docs/gate.md lists them. Other names are not read, and said so on
standard error. A line that is no visit is named there with its number; then the exit code is 1
and nothing is printed. An empty file is no failure: nothing would leave.

With --json one object is printed:
  {"schema_version": TEXT, "period_end": "2026-12-31" or null, "hubs": [HUB, ...], "visits": N,
   "kinds": {KIND: {
      "rows": [{"hub": HUB, "day" or "month" or "quarter": PERIOD, FACT: CODE, ..., "n": N}],
      "held": {"visits": N, "fragments": N, "why": {REASON: FRAGMENTS}, "until": DATE or null},
      "visits": N, "sent": N, "destroyed": N}},
   "gain_totals": [{"hub", "quarter", "pounds_nearest_100", "contributors"}]}
Every kind is there. visits = sent + held + destroyed, for each kind; a visit counts as sent when
all its fragments of that kind have left. --trace adds to each row "visits", the ids behind it,
one for each fragment it counts, and to each "held" its "visit_ids". It is for tests alone: no
batch can carry them.
"""
EXPLAIN_HELP: Final = "print a sealed batch in words, before it goes"
EXPLAIN_DESCRIPTION: Final = (
    "Print sealed batches in words: from which hub, for which period and revision, every row, why"
    " it may leave, and what is not in it. FILE is a batch’s JSON, the same packed by gzip, or a"
    " file or text to be carried. The exit code is 1 if something in it may not leave."
)
_GZIP: Final = b"\x1f\x8b"

_SHOWN: Final = 20  # bad lines named one by one
_WAITS: Final = {
    HeldWhy.TOO_FEW: "waiting for more like them",
    HeldWhy.GIVES_A_FACT_AWAY: "one fact would give another away; waiting",
    HeldWhy.PERIOD_STILL_OPEN: "waiting for their period to end,",
}
_NEVER: Final = {
    HeldWhy.TOO_FEW: "too few are alike, and no period is left that could let them go",
    HeldWhy.GIVES_A_FACT_AWAY: "one fact would give another away, to the last",
    HeldWhy.NOT_NAMED: "the record has no name for something in them",
}


def add_gate_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of `hub-app gate`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = GATE_EPILOG
    parser.add_argument("--visits", type=Path, required=True, metavar="FILE", help="made-up visits")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--trace", action="store_true", help="name the visits behind each row (for tests alone)"
    )
    parser.add_argument(
        "--on",
        type=_date,
        metavar="DATE",
        help="stop in the evening of that day (default: the end of the last quarter)",
    )
    parser.set_defaults(run=run_gate)


def run_gate(asked: argparse.Namespace) -> int:
    """Show what would leave; gives the exit code."""
    try:
        lines = _lines(asked.visits)
    except OSError as fault:
        return fail(f"{asked.visits} can’t be read: {fault.strerror or fault}.")
    found = read_visits(lines)
    if isinstance(found, tuple):
        return _refuse(found)
    if found.not_read:
        sys.stderr.write(f"Not read: {', '.join(map(ascii, found.not_read))}.\n")
    trial = try_visits(found.by_hub, asked.on)
    if asked.json:
        say(as_json(trial, with_trace=asked.trace))
    else:
        say("\n".join(_table(trial, with_trace=asked.trace)))
    return 0


def add_explain_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of `hub-app explain-batch`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a batch, or a carry file")
    parser.set_defaults(run=run_explain)


def run_explain(asked: argparse.Namespace) -> int:
    """Print what a file of sealed batches would tell; 1 when it holds anything that may not go."""
    try:
        content = asked.file.read_bytes()
    except OSError as fault:
        return fail(f"{asked.file} can’t be read: {fault.strerror or fault}.")
    batches = _batches(content)
    if isinstance(batches, str):
        return fail(batches)
    for each in batches:
        say("\n".join((*explain(each), "")))
    say(NOT_IN_IT)
    return 0 if all(map(may_leave, batches)) else 1


def _batches(content: bytes) -> tuple[Batch, ...] | str:
    """Find the batches in a file: one, packed or not, or several to be carried; or say why not."""
    if content.startswith(_GZIP):
        unpacked = unpack(content)
        return unpacked.why if isinstance(unpacked, Unpackable) else _one(unpacked)
    if b'"fragments"' in content:
        return _one(content)
    envelopes = read_batches(content.decode(errors="replace"))
    if isinstance(envelopes, NotCarried):
        return envelopes.why
    found: list[Batch] = []
    for each in envelopes:
        batches = _batches(each.wire)
        if isinstance(batches, str):
            return batches
        found.extend(batches)
    return tuple(found)


def _one(body: bytes) -> tuple[Batch, ...] | str:
    batch = read(body)
    if isinstance(batch, Batch):
        return (batch,)
    reasons = [f"  {each.where or 'the whole'}: {each.why}" for each in batch.reasons[:_SHOWN]]
    return "\n".join(["This is not a batch that the centre would read.", *reasons])


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError("a day is written as 2026-11-22") from fault


def _lines(path: Path) -> list[bytes]:
    content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    return content.split(b"\n")


def _refuse(bad: tuple[BadLine, ...]) -> int:
    named = [f"line {each.line}: {each.why}" for each in bad[:_SHOWN]]
    more = len(bad) - len(named)
    return fail("\n".join([*named, f"… and {more} more."] if more else named))


def _table(trial: Trial, *, with_trace: bool) -> Iterator[str]:
    if trial.period_end is None:
        yield "There is no visit in this file, so nothing would leave."
        return
    evening = period_label(trial.period_end.isoformat())
    for each in trial.hubs:
        yield f"Hub {each.hub}: {each.visits} visits, as it stands in the evening of {evening}"
        yield from _sums(each)
        for kind in KINDS:
            yield from _of_kind(each, kind, with_trace=with_trace)
        for total in each.gain_totals:
            gained = f"about £{total.pounds_nearest_100:,}, by {total.contributors} visits"
            yield f"\nGained in {period_label(total.quarter)}: {gained}"
        yield ""


def _sums(trial: HubTrial) -> Iterator[str]:
    yield f"{'':42}{'visits':>8}{'sent':>8}{'held':>8}{'destroyed':>11}"
    for kind in KINDS:
        each = trial.sums[kind]
        numbers = f"{each.visits:8}{each.sent:8}{each.held:8}{each.destroyed:11}"
        yield f"{KIND_LABELS[kind].heading:42}{numbers}"


def _of_kind(trial: HubTrial, kind: str, *, with_trace: bool) -> Iterator[str]:
    rows = [each for each in trial.leaving if each.row.kind == kind]
    held = [each for each in trial.held if each.fragment.kind == kind]
    if rows or held:
        yield f"\n{KIND_LABELS[kind].heading}"
    for each in rows:
        ids = f"  ← {' '.join(each.visits)}" if with_trace else ""
        yield f"{each.row.n:6}  {period_label(each.row.period)}: {words_of(each.row)}{ids}"
    yield from _waiting(held)


def _waiting(held: Iterable[Held]) -> Iterator[str]:
    visits = Counter({(h.why, h.until, h.fragment.visit): 1 for h in held})
    several = Counter((why, until) for why, until, _ in visits)
    for (why, until), n in sorted(several.items(), key=lambda each: (each[0][0], str(each[0][1]))):
        they = f"{n} visit{'s' if n > 1 else ''}"
        if until is None:
            yield f"  held  {they}: {_NEVER[why]}"
        else:
            yield f"  held  {they}: {_WAITS[why]} until {period_label(until.isoformat())}"
