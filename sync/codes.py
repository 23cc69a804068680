"""The closed lists of a record: its kinds, each kind’s ladder, every code a fact may have."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SCHEMA_VERSION: Final = "0.2"
K_MIN: Final = 5  # identical rows, from as many different people
ALPHA: Final = 0.8  # the largest share one fact may have of another
L_MIN: Final = 2  # the fewest values one fact must take beside another

DAY: Final = "day"
MONTH: Final = "month"
QUARTER: Final = "quarter"
PERIOD_FIELDS: Final = (DAY, MONTH, QUARTER)

Step = tuple[str, ...]

LADDER: Final[Mapping[str, tuple[Step, ...]]] = MappingProxyType(
    {
        "visit": (
            (DAY, "half_day", "visit_type"),
            (DAY, "visit_type"),
            (DAY,),
            (MONTH, "visit_type"),
            (MONTH,),
            (QUARTER,),
        ),
        "wait": ((DAY, "wait_band"), (MONTH, "wait_band"), (QUARTER, "wait_band")),
        "need": ((MONTH, "need", "result"), (MONTH, "need"), (QUARTER, "need"), (QUARTER,)),
        "service": ((DAY, "service"), (MONTH, "service"), (QUARTER, "service"), (QUARTER,)),
        "priority_need": ((MONTH, "group", "need"), (MONTH, "group"), (QUARTER, "group")),
        "priority_result": (
            (MONTH, "group", "result"),
            (QUARTER, "group", "result"),
            (QUARTER, "group"),
        ),
        "gain": ((MONTH, "gain_band"), (QUARTER, "gain_band"), (QUARTER, "gain_source")),
        "language": ((MONTH, "language"), (QUARTER, "language")),
        "referral": ((MONTH, "referral"), (QUARTER, "referral"), (QUARTER,)),
        "area": ((MONTH, "area"), (QUARTER, "area")),
        "work_status": ((MONTH, "work"), (QUARTER, "work")),
        "unmet": (
            (MONTH, "need", "reason"),
            (QUARTER, "need", "reason"),
            (QUARTER, "reason"),
            (QUARTER, "need"),
            (QUARTER,),
        ),
    }
)
KINDS: Final[tuple[str, ...]] = tuple(LADDER)

VOCABULARY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "half_day": ("am", "pm"),
        "visit_type": ("first_ever", "first_this_year", "returning", "not_said"),
        "wait_band": ("0-10", "11-20", "21-40", "41+"),
        "need": (
            "money",
            "debt",
            "food",
            "energy",
            "housing",
            "work",
            "childcare",
            "school",
            "health",
            "other",
        ),
        "result": (
            "claim_or_application",
            "money_gained",
            "debt_arrangement",
            "referral_accepted",
            "appointment_booked",
            "crisis_help_given",
            "advice_only",
            "no_service_today",
        ),
        "service": (
            "dwp",
            "sss",
            "housing",
            "council_money",
            "welfare",
            "money",
            "energy",
            "work",
            "childcare",
            "health",
            "none_seen",
        ),
        "group": (
            "lone",
            "minority",
            "disab",
            "under25",
            "baby",
            "three",
            "none_of_these",
            "rather_not_say",
            "not_asked",
        ),
        "gain_band": ("1-499", "500-1999", "2000+"),
        "gain_source": ("scottish", "uk", "council", "energy", "debt_written_off", "other", "any"),
        "language": (
            "en",
            "pl",
            "uk",
            "ar",
            "ur",
            "ro",
            "pa",
            "fa",
            "zh",
            "yue",
            "ckb",
            "lt",
            "sk",
            "ru",
            "gd",
            "bsl",
            "another_language",
        ),
        "referral": (
            "walk_in",
            "school_or_nursery",
            "health_visitor_midwife",
            "jobcentre",
            "friend_family",
            "social_media_poster",
            "council",
            "other",
        ),
        "area": ("from_this_area", "from_elsewhere", "not_said"),
        "work": ("adult_in_paid_work", "no_adult_in_paid_work", "not_said"),
        "reason": (
            "not_here_today",
            "desk_full",
            "no_time_left",
            "needs_papers",
            "no_interpreter",
            "someone_elses_job",
            "declined",
            "other",
        ),
    }
)

NOBODY_SEEN: Final = "none_seen"  # a visit that met no desk: a service row, never a desk contact
CONTACT_SERVICES: Final = tuple(code for code in VOCABULARY["service"] if code != NOBODY_SEEN)
SENSITIVE: Final = frozenset({"need", "result", "group", "gain_band", "reason"})
