"""What each code of the record means, in words for people: before it goes, and at the centre."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sync.record import Place, Row

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class KindLabel:
    """How a kind of row is shown: its heading, a sentence, its main fact, and a second if any."""

    heading: str
    about: str
    fact: str
    by: str | None = None


KIND_LABELS: Final[Mapping[str, KindLabel]] = {
    "visit": KindLabel(
        "Visits", "Families who came, by whether they had been before.", "visit_type"
    ),
    "wait": KindLabel(
        "Waits", "How long visits waited until somebody served them, or they left.", "wait_band"
    ),
    "need": KindLabel("Needs", "What people came for, in ten plain groups.", "need", "result"),
    "service": KindLabel(
        "Services", "Desk contacts by service, and visits that left without one.", "service"
    ),
    "priority_need": KindLabel(
        "Priority family groups and their needs",
        "Each group a family ticked, beside each need it had. A family may be in several.",
        "group",
        "need",
    ),
    "priority_result": KindLabel(
        "Priority family groups and what came of it",
        "Each group a family ticked, beside what came of the visit.",
        "group",
        "result",
    ),
    "gain": KindLabel("Money gained", "Visits where money was gained, by how much.", "gain_band"),
    "language": KindLabel("Languages", "The language each family asked for.", "language"),
    "referral": KindLabel("How people heard", "What brought each family here.", "referral"),
    "area": KindLabel(
        "Where people came from", "This area or elsewhere; never an address.", "area"
    ),
    "work_status": KindLabel(
        "Paid work", "Whether an adult in the family is in paid work.", "work"
    ),
    "unmet": KindLabel(
        "What could not be met", "Needs that nobody here could serve, and why.", "need", "reason"
    ),
}

FACT_LABELS: Final[Mapping[str, str]] = {
    "half_day": "Time of day",
    "visit_type": "Been before?",
    "wait_band": "Wait",
    "need": "Need",
    "result": "What came of it",
    "service": "Service",
    "group": "Family group",
    "gain_band": "Gained",
    "gain_source": "From",
    "language": "Language",
    "referral": "Heard from",
    "area": "From",
    "work": "Paid work",
    "reason": "Why not",
}

CODE_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "half_day": {"am": "Morning", "pm": "Afternoon"},
    "visit_type": {
        "first_ever": "First time ever",
        "first_this_year": "First time since April",
        "returning": "Been before",
        "not_said": "Not said",
    },
    "wait_band": {
        "0-10": "Up to 10 minutes",
        "11-20": "11 to 20 minutes",
        "21-40": "21 to 40 minutes",
        "41+": "41 minutes or more",
    },
    "need": {
        "money": "Money and benefits",
        "debt": "Debt",
        "food": "Food",
        "energy": "Energy and heating",
        "housing": "Housing",
        "work": "Work",
        "childcare": "Childcare",
        "school": "School costs",
        "health": "Health",
        "other": "Something else",
    },
    "result": {
        "claim_or_application": "Claim or application made",
        "money_gained": "Money gained",
        "debt_arrangement": "Debt arrangement made",
        "referral_accepted": "Referral accepted",
        "appointment_booked": "Appointment booked",
        "crisis_help_given": "Crisis help given",
        "advice_only": "Advice given",
        "no_service_today": "No service here that day",
    },
    "service": {
        "dwp": "DWP and Jobcentre Plus",
        "sss": "Social Security Scotland",
        "housing": "Council housing",
        "council_money": "Council benefits and grants",
        "welfare": "Welfare rights",
        "money": "Money and debt advice",
        "energy": "Energy advice",
        "work": "Help with work",
        "childcare": "Childcare",
        "health": "Health",
        "none_seen": "Left without being served",
    },
    "group": {
        "lone": "Lone parent",
        "minority": "Minority ethnic family",
        "disab": "Disabled adult or child",
        "under25": "Mother under 25",
        "baby": "Child under one",
        "three": "Three or more children",
        "none_of_these": "None of these",
        "rather_not_say": "Would rather not say",
        "not_asked": "Not asked",
    },
    "gain_band": {"1-499": "Up to £499", "500-1999": "£500 to £1,999", "2000+": "£2,000 or more"},
    "gain_source": {
        "scottish": "Scottish benefits",
        "uk": "UK benefits",
        "council": "Council",
        "energy": "Energy",
        "debt_written_off": "Debt written off",
        "other": "Somewhere else",
        "any": "Any source",
    },
    "language": {
        "en": "English",
        "pl": "Polish",
        "uk": "Ukrainian",
        "ar": "Arabic",
        "ur": "Urdu",
        "ro": "Romanian",
        "pa": "Punjabi",
        "fa": "Farsi",
        "zh": "Chinese (Mandarin)",
        "yue": "Chinese (Cantonese)",
        "ckb": "Kurdish (Sorani)",
        "lt": "Lithuanian",
        "sk": "Slovak",
        "ru": "Russian",
        "gd": "Gaelic",
        "bsl": "British Sign Language",
        "another_language": "Another language",
    },
    "referral": {
        "walk_in": "Walked in",
        "school_or_nursery": "School or nursery",
        "health_visitor_midwife": "Health visitor or midwife",
        "jobcentre": "Jobcentre",
        "friend_family": "Friends or family",
        "social_media_poster": "Social media or a poster",
        "council": "Council",
        "other": "Somewhere else",
    },
    "area": {
        "from_this_area": "This area",
        "from_elsewhere": "Elsewhere",
        "not_said": "Not said",
    },
    "work": {
        "adult_in_paid_work": "An adult is in paid work",
        "no_adult_in_paid_work": "No adult is in paid work",
        "not_said": "Not said",
    },
    "reason": {
        "not_here_today": "The service was not there that day",
        "desk_full": "The desk could see no more people",
        "no_time_left": "Not enough time was left",
        "needs_papers": "Papers were needed that they did not have",
        "no_interpreter": "There was no interpreter",
        "someone_elses_job": "Another place’s to do",
        "declined": "They chose not to go on",
        "other": "Another reason",
    },
}

# The S12 codes of the councils of Scotland (Register of Geographic Codes, National Statistics).
COUNCILS: Final[Mapping[str, str]] = {
    "S12000005": "Clackmannanshire",
    "S12000006": "Dumfries and Galloway",
    "S12000008": "East Ayrshire",
    "S12000010": "East Lothian",
    "S12000011": "East Renfrewshire",
    "S12000013": "Na h-Eileanan Siar",
    "S12000014": "Falkirk",
    "S12000017": "Highland",
    "S12000018": "Inverclyde",
    "S12000019": "Midlothian",
    "S12000020": "Moray",
    "S12000021": "North Ayrshire",
    "S12000023": "Orkney Islands",
    "S12000026": "Scottish Borders",
    "S12000027": "Shetland Islands",
    "S12000028": "South Ayrshire",
    "S12000029": "South Lanarkshire",
    "S12000030": "Stirling",
    "S12000033": "Aberdeen City",
    "S12000034": "Aberdeenshire",
    "S12000035": "Argyll and Bute",
    "S12000036": "City of Edinburgh",
    "S12000038": "Renfrewshire",
    "S12000039": "West Dunbartonshire",
    "S12000040": "West Lothian",
    "S12000041": "Angus",
    "S12000042": "Dundee City",
    "S12000045": "East Dunbartonshire",
    "S12000047": "Fife",
    "S12000048": "Perth and Kinross",
    "S12000049": "Glasgow City",
    "S12000050": "North Lanarkshire",
}


def code_label(fact: str, code: str) -> str:
    """Say a code in words; the code itself when there are none for it."""
    return CODE_LABELS.get(fact, {}).get(code, code)


def meaning_of(row: Row) -> str:
    """Say a row’s facts in words, without its period: “Food, advice given”."""
    words = [code_label(fact, code) for fact, code in row.facts[1:]]
    return "; ".join(words) or "All"


def place_label(place: Place) -> str:
    """Name a hub: “Dundee City, hub H2”."""
    return f"{council_label(place.council)}, hub {place.hub}"


def council_label(council: str) -> str:
    """Name a council; its code when it is not one we know."""
    return COUNCILS.get(council, council)


def short_day(day: date) -> str:
    """Name a day for a narrow column: “7 Nov 2026”."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def short_month(month: str) -> str:
    """Name a month for a narrow column: “Nov 2026”."""
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1][:3]} {year}"


def period_label(period: str) -> str:
    """Name a real period or a year: “7 November 2026”, “October to December 2026”, “2026”."""
    year, _, rest = period.partition("-")
    if not rest:
        return year
    if rest.startswith("Q"):
        last = int(rest[1]) * 3
        return f"{_MONTHS[last - 3]} to {_MONTHS[last - 1]} {year}"
    month, _, day = rest.partition("-")
    named = f"{_MONTHS[int(month) - 1]} {year}"
    return f"{int(day)} {named}" if day else named
