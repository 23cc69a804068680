"""Made-up moments in a hall, for the properties of the rule."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from hypothesis import strategies as st

from hub_app.core.routing import Block, Call, Family, FreeDesk, Room, blocked, next_calls

NOW = 120.0
SERVICES = tuple("bcdfghjk")
AFTER = {"d": ("c",), "f": ("b",), "k": ("b", "c")}
LANGUAGES = (None,) * 6 + ("ar", "so", "uk")


@dataclass(frozen=True, eq=False)
class Moment:
    """A hall at one minute; `calls` is what the rule says to do."""

    families: tuple[Family, ...]
    desks: tuple[FreeDesk, ...]
    room: Room

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        return next_calls(NOW, self.families, self.desks, self.room)

    @cached_property
    def called(self) -> set[str]:
        return {call.family for call in self.calls}

    def family(self, call: Call) -> Family:
        return next(one for one in self.families if one.id == call.family)

    def desk(self, call: Call) -> FreeDesk:
        return next(one for one in self.desks if one.id == call.desk)

    def why_not(self, family: Family, service: str) -> Block | None:
        return blocked(NOW, family, service, self.room)

    def left_over(self) -> list[Family]:
        """Give who is not called, but for want of an interpreter that another has now."""
        called, free = self.called, self.room.interpreters
        spent = [one.interpreter for one in self.families if one.id in called]
        return [
            one
            for one in self.families
            if one.id not in called
            and not (
                one.interpreter is not None
                and one.interpreter in free
                and spent.count(one.interpreter) >= free[one.interpreter]
            )
        ]


def _family(number: int, chance: Random) -> Family:
    services = tuple(chance.sample(SERVICES, chance.choice([1, 1, 2, 2, 3, 4])))
    appointment = (chance.choice(services), chance.uniform(95, 160))
    return Family(
        id=f"v{number:02d}",
        arrived=chance.uniform(0, NOW),
        services=services,
        turn=(chance.randrange(3),),
        is_urgent=chance.random() < 0.08,
        leave_by=chance.choice([None, None, None, chance.uniform(105, 220)]),
        appointment=appointment if chance.random() < 0.15 else None,
        interpreter=chance.choice(LANGUAGES),
    )


def _moment(chance: Random) -> Moment:
    families = tuple(_family(number, chance) for number in range(chance.randint(1, 25)))
    desks = tuple(
        FreeDesk(f"k{number}", tuple(chance.sample(SERVICES, chance.choice([1, 1, 1, 2, 3]))))
        for number in range(chance.randint(1, 10))
    )
    minutes = {service: chance.uniform(6, 30) for service in SERVICES}
    return Moment(families, desks, Room(minutes, AFTER, {"ar": 1, "so": chance.choice([0, 2])}))


MOMENTS = st.integers(0, 2**32).map(lambda seed: _moment(Random(seed)))
