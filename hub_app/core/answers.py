"""What a family was asked for the counts, folded apart from the visit."""

from dataclasses import dataclass, replace

from hub_app.core import events as e


@dataclass(frozen=True, slots=True)
class Answers:
    """What a family was asked for the counts; kept apart from the visit so no rule can see it.

    None is *not asked*. `groups_answer` is ticked, none or rather_not_say.
    """

    visit_type: str | None = None
    area: str | None = None
    heard: str | None = None
    language: str | None = None
    groups_answer: str | None = None
    groups: tuple[str, ...] = ()
    work: str | None = None
    entitlements: tuple[e.Checked, ...] = ()


def answered(answers: Answers, event: e.Event) -> Answers:
    """Give a family's answers after a fact about it."""
    match event:
        case e.Arrived() | e.Answered():
            return replace(
                answers,
                visit_type=event.visit_type or answers.visit_type,
                area=event.area or answers.area,
                heard=event.heard or answers.heard,
                language=event.language or answers.language,
            )
        case e.GroupsTicked():
            return replace(
                answers,
                groups_answer=event.answer,
                groups=event.groups,
                work=event.work or answers.work,
            )
        case e.EntitlementsChecked():
            known = {line.code: line for line in (*answers.entitlements, *event.lines)}
            return replace(answers, entitlements=tuple(known.values()))
        case _:
            return answers
