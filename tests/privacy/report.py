"""The figures of docs/privacy.md, measured again: `python -m tests.privacy.report`."""

import sys

from tests.privacy.controls import CONTROLS
from tests.privacy.trials import TRIALS, beyond, findings, of_additions, of_control, trial


def lines() -> list[str]:
    """Give the two tables of the intruder test, and what sharper attacks came to."""
    held = ["| seed | " + " | ".join(("hubs and weeks", *_HEADS)) + " |", "|" + " --- |" * 10]
    missed: dict[str, list[str]] = {name: [] for name in CONTROLS}
    sharper = [
        "| seed | ruling out | elimination | common codes | two revisions |",
        "|" + " --- |" * 5,
    ]
    for seed, hubs in TRIALS.items():
        found, further, added = findings(seed), beyond(seed), of_additions(seed)
        shape = f"{hubs.hubs} for {hubs.weeks}, {len(trial(seed).comes):,} visits"
        worst = max(each.guesses.lift_points for each in found.by_attacker.values())
        held.append(
            f"| {seed} | {shape} | {found.rows:,} | {found.singletons} | {found.fewest_people} "
            f"| {found.highest_link:.2f} | {found.mean_link:.3f} | {found.learnt} "
            f"| {found.lift_points:.1f} ({worst:.1f}) | {found.traced} |"
        )
        sharper.append(
            f"| {seed} | {further.ruling_out.percent:.2f} % "
            f"(lift {found.together(ruling_out=True).lift_points:.1f}) "
            f"| {further.elimination.found} of {further.elimination.of} "
            f"({further.elimination.percent:.1f} %) "
            f"| {further.common_codes.percent:.2f} % | {len(added)} differences, "
            f"{min(each.fewest_people for each in added)} people |"
        )
        for name in CONTROLS:
            control = of_control(seed, name)
            missed[name].append(
                f"| {name} | {seed} | {control.singletons} of {control.rows} "
                f"| {control.fewest_people} | {control.highest_link:.2f} "
                f"| {control.mean_link:.3f} | {control.learnt} | {control.lift_points:.1f} "
                f"| {control.traced} |"
            )
    return [*held, "", *[line for each in missed.values() for line in each], "", *sharper]


_HEADS = ("rows", "singletons", "people", "highest link", "mean link", "learnt", "lift", "traced")

if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
