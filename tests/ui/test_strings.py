"""Every page speaks its own language, and the catalogues hold what the code says."""

import ast
import asyncio
import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from hub_app.core.pack import Pack
from hub_app.core.pack_texts import texts
from hub_app.store.packs import read_pack
from hub_app.ui import formats, strings_build
from hub_app.ui.strings import (
    PSEUDO,
    _,
    folder,
    languages,
    ngettext,
    speaking,
    spoken,
    strings_in,
)

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "assets/strings"


def scotland() -> Pack:
    pack = read_pack(ROOT / "assets/packs/scotland")
    assert isinstance(pack, Pack), pack
    return pack


# ---------------------------------------------------------------------------- one page, one tongue


def test_without_a_choice_people_read_english() -> None:
    assert spoken().language == "en"
    assert _("Monday") == "Monday"


def test_inside_speaking_every_message_is_in_that_language() -> None:
    with speaking(strings_in("ar")):
        assert _("Monday") == "الاثنين"
        with speaking(strings_in("en")):
            assert _("Monday") == "Monday"
        assert _("Monday") == "الاثنين"
    assert _("Monday") == "Monday"


async def test_two_pages_with_two_languages_never_mix() -> None:
    first_spoke = asyncio.Event()
    second_spoke = asyncio.Event()

    async def first() -> str:
        with speaking(strings_in("ar")):
            first_spoke.set()
            await second_spoke.wait()
            return _("Monday")

    async def second() -> str:
        await first_spoke.wait()
        with speaking(strings_in(PSEUDO)):
            second_spoke.set()
            return _("Monday")

    assert await asyncio.gather(first(), second()) == ["الاثنين", "[Möñdáý ~~]"]
    assert spoken().language == "en"


@pytest.mark.parametrize("asked", ["ar", "AR", "ar-SY", "ar_EG.UTF-8"])
def test_a_region_speaks_its_language(asked: str) -> None:
    strings = strings_in(asked)
    assert (strings.language, strings.direction) == ("ar", "rtl")


@pytest.mark.parametrize("asked", ["", "xx", "../../etc", "e" * 1_000_000, "\0", "qq-ar"])
def test_a_language_nobody_has_written_is_english(asked: str) -> None:
    strings = strings_in(asked)
    assert (strings.language, strings.direction) == ("en", "ltr")


def test_a_draft_says_it_is_one() -> None:
    assert strings_in("ar").is_draft
    assert not strings_in("en").is_draft


def test_the_pseudo_language_is_not_offered_to_people() -> None:
    assert languages() == ("en", "ar")
    assert folder() == CATALOGUES


# ------------------------------------------------------------------------------- values and plurals


def test_values_are_put_in_by_name() -> None:
    assert spoken().text("Call {ticket}", ticket="A12") == "Call A12"
    assert spoken().text("100 % {sure}") == "100 % {sure}"


def test_a_plural_has_the_form_of_its_language() -> None:
    assert [ngettext("{n} minute", "{n} minutes", n) for n in (0, 1, 2)] == [
        "0 minutes",
        "1 minute",
        "2 minutes",
    ]
    with speaking(strings_in("ar")):
        said = [ngettext("{n} minute", "{n} minutes", n) for n in (1, 2, 5, 30)]
    assert said == ["دقيقة واحدة", "دقيقتان", "5 دقائق", "30 دقيقة"]


def test_a_translation_with_a_wrong_name_is_passed_over(tmp_path: Path) -> None:
    place = tmp_path / "pl/LC_MESSAGES"
    place.mkdir(parents=True)
    catalogue = read_po(BytesIO(), locale="pl")
    catalogue.add("Call {ticket}", "Wezwij {bilet}")
    (place / "hub.mo").write_bytes(strings_build._mo(catalogue))
    assert strings_in("pl", tmp_path).text("Call {ticket}", ticket="A12") == "Call A12"


def test_a_damaged_catalogue_leaves_people_with_english(tmp_path: Path) -> None:
    place = tmp_path / "pl/LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "hub.mo").write_bytes(b"not a catalogue at all")
    assert strings_in("pl", tmp_path).language == "en"


@pytest.mark.parametrize(
    ("n", "said", "short"),
    [
        (-3, "less than a minute", "now"),
        (0, "less than a minute", "now"),
        (0.9, "less than a minute", "now"),
        (1, "1 minute", "1 min"),
        (12.7, "12 minutes", "12 min"),
        (60, "1 hour", "1 h 0 min"),
        (65, "1 hour 5 min", "1 h 5 min"),
        (180, "3 hours", "3 h 0 min"),
    ],
)
def test_minutes_are_said_as_people_say_them(n: float, said: str, short: str) -> None:
    assert (formats.minutes(n), formats.minutes(n, is_short=True)) == (said, short)


def test_a_clock_shows_the_zone_it_is_given() -> None:
    at = 1_795_361_520_000  # 2026-11-22 15:32 UTC
    assert (formats.clock(at), formats.clock(at, 60), formats.clock(at, -15 * 60)) == (
        "15:32",
        "16:32",
        "00:32",
    )


def test_days_money_and_lists_read_well() -> None:
    assert formats.day(date(2026, 11, 22)) == "Sunday 22 November"
    assert formats.pounds(14985) == "£14,985"
    assert formats.number(999) == "999"
    assert formats.listed(["Housing", "Energy", "DWP"]) == "Housing, Energy and DWP"
    assert (formats.listed(["Housing"]), formats.listed([])) == ("Housing", "")


# ----------------------------------------------------------------------------------------- the pack


def test_the_pack_speaks_the_page_s_language_and_keeps_its_codes() -> None:
    pack = scotland()
    arabic = strings_in("ar").pack(pack)
    assert arabic.need("housing_tonight").label == "ليس عندي مكان أبيت فيه الليلة"
    assert arabic.search("الكهرباء")[0].category == "energy"
    assert [one.id for one in arabic.needs] == [one.id for one in pack.needs]
    assert strings_in("ar").pack(pack) is arabic


def test_the_pack_s_own_language_needs_no_catalogue() -> None:
    pack = scotland()
    assert strings_in("en").pack(pack) is pack


def test_every_need_has_an_arabic_draft() -> None:
    pack, arabic = scotland(), strings_in("ar").pack(scotland())
    assert not {one.label for one in pack.needs} & {one.label for one in arabic.needs}


def test_the_pack_s_catalogue_holds_exactly_the_texts_people_read() -> None:
    template = read_po(BytesIO((CATALOGUES / "scotland.pot").read_bytes()))
    assert {str(message.id) for message in template if message.id} == set(texts(scotland()))


# ----------------------------------------------------------------------------------- the catalogues


def test_the_catalogues_are_up_to_date_with_the_sources() -> None:
    stale = [path.relative_to(ROOT).as_posix() for path in strings_build.stale(ROOT)]
    assert not stale, f"run `python -m hub_app.ui.strings_build`: {stale}"


def test_the_names_in_every_translation_are_those_of_its_message() -> None:
    assert list(strings_build.odd_placeholders(ROOT)) == []


@pytest.mark.parametrize("language", ["en", PSEUDO])
def test_english_and_the_pseudo_language_miss_nothing(language: str) -> None:
    held = (CATALOGUES / language / "LC_MESSAGES/hub.po").read_bytes()
    assert [message.id for message in read_po(BytesIO(held)) if not message.string] == []


def test_a_wrong_name_in_a_translation_is_found(tmp_path: Path) -> None:
    place = tmp_path / "assets/strings"
    shutil.copytree(CATALOGUES / "ar", place / "ar")
    catalogue = place / "ar/LC_MESSAGES/hub.po"
    spoilt = catalogue.read_text("utf-8").replace('msgstr "{n} دقيقة"', 'msgstr "{m} دقيقة"')
    catalogue.write_text(spoilt, "utf-8")
    assert len(list(strings_build.odd_placeholders(tmp_path))) == 1


def test_what_a_person_translated_is_kept_when_the_catalogue_is_made_again() -> None:
    path = CATALOGUES / "ar/LC_MESSAGES/hub.po"
    assert strings_build.built(ROOT)[path].decode().count("الاثنين") == 1


def test_an_empty_folder_is_all_a_new_language_needs_and_it_begins_as_a_draft(
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "assets/packs", tmp_path / "assets/packs")
    place = tmp_path / "assets/strings"
    (place / "pl").mkdir(parents=True)
    shutil.copy(CATALOGUES / "babel.cfg", place)
    files = strings_build.built(tmp_path)
    assert place / "pl/LC_MESSAGES/scotland.po" in files
    (place / "pl/LC_MESSAGES").mkdir()
    (place / "pl/LC_MESSAGES/hub.mo").write_bytes(files[place / "pl/LC_MESSAGES/hub.mo"])
    assert strings_in("pl", place).is_draft


@given(st.text(alphabet="abcxyz {}n'A", max_size=40))
def test_a_pseudo_text_is_longer_and_keeps_its_names(text: str) -> None:
    said = strings_build.pseudo(text)
    assert len(said) >= len(text) * 4 // 3
    assert strings_build.PLACEHOLDER.findall(said) == strings_build.PLACEHOLDER.findall(text)


def test_no_message_is_put_together_before_it_is_looked_up() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "hub_app").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in strings_build.KEYWORDS
        and any(isinstance(given, ast.JoinedStr | ast.BinOp) for given in call.args)
    ]
    assert wrong == [], "a catalogue cannot know what an f-string or a sum will say"


def test_what_nobody_has_translated_counts_as_english_does():
    one = "{n} visit is still here, at least in part. Why, and until when, is below."
    many = "{n} visits are still here, at least in part. Why, and until when, is below."
    arabic = strings_in("ar")
    assert "1 visit is still here" in arabic.plural(one, many, 1)
    assert "2 visits are still here" in arabic.plural(one, many, 2)


def test_english_on_a_right_to_left_screen_keeps_its_own_order():
    arabic, english = strings_in("ar"), strings_in("en")
    said = arabic.text("No such message: {n} of them.", n=5)
    assert said == "\u2066No such message: 5 of them.\u2069"
    assert arabic.plural("{n} such thing.", "{n} such things.", 3) == "\u20663 such things.\u2069"
    assert english.text("No such message.") == "No such message."
    assert not arabic.text("Nobody is waiting.").startswith("\u2066")
