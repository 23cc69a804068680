"""The codes a record may carry, which every pack's own codes have to lead to."""

from collections.abc import Mapping

VOCABULARY: Mapping[str, tuple[str, ...]] = {
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
    ),
    "group": ("lone", "minority", "disab", "under25", "baby", "three"),
    "group_answer": ("none_of_these", "rather_not_say", "not_asked"),
    "gain_source": ("scottish", "uk", "council", "energy", "debt_written_off", "other"),
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
    "visit_type": ("first_ever", "first_this_year", "returning", "not_said"),
    "work": ("adult_in_paid_work", "no_adult_in_paid_work", "not_said"),
}

# Needs about these never leave the hall by their own name, whatever a pack says (privacy §1).
SENSITIVE_CATEGORIES = frozenset({"safety", "immigration", "family"})
SENSITIVE_WORDS = frozenset(
    {"abuse", "alcohol", "asylum", "drink", "drug", "drugs", "immigration", "suicide"}
)
