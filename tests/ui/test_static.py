"""The page comes from this device alone: compressed, cached, shut, with every font it needs."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import flet_web
import httpx
import pytest
from PIL import Image, ImageDraw, ImageFont
from starlette.types import ASGIApp

from hub_app.ui.fence import Fence
from hub_app.ui.fonts import font_for
from hub_app.ui.static import Shelf
from tests.support.hall import scotland
from tests.ui.conftest import ROOT

ASSETS = ROOT / "assets"
HERE = "http://127.0.0.1:8765"
ROBOTO = Path(flet_web.get_package_web_dir()) / "assets" / "fonts"
NO_LETTER = "\ufffe"  # what a font draws for it is what it draws for any it lacks
ARABIC = "/assets/fonts/notosansarabic/v28/nwpxtLGrOAZMl5nJ.woff2"


def client(app: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE)


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client(Fence(Shelf(ASSETS, tmp_path), 8765)) as asking:
        yield asking


@pytest.mark.parametrize("path", ["/", "/desk/2", "/triage"])
async def test_every_place_in_the_app_is_answered_with_our_own_page(
    asking: httpx.AsyncClient, path: str
):
    answer = await asking.get(path)
    assert answer.status_code == 200
    assert "This page has lost the hub" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_file_that_is_not_there_is_not_answered_with_the_page(asking: httpx.AsyncClient):
    assert (await asking.get("/nothing.js")).status_code == 404


async def test_the_page_names_nothing_that_is_not_on_this_device(asking: httpx.AsyncClient):
    for name in ("/", "/watch.js", "/watch.css", "/manifest.json"):
        text = (await asking.get(name)).text
        assert not re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text.replace("http://www.w3.org", ""))


@pytest.mark.parametrize("path", ["/", "/nothing.js", ARABIC, "/main.dart.js"])
async def test_every_answer_forbids_the_browser_to_go_anywhere_else(
    asking: httpx.AsyncClient, path: str
):
    answer = await asking.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert not re.search(r"https?:|\*", policy)
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_font_of_another_script_is_answered_from_our_own_files(asking: httpx.AsyncClient):
    answer = await asking.get(ARABIC)
    assert answer.content == (ASSETS / "fonts" / "notosansarabic.woff2").read_bytes()
    assert answer.headers["content-type"] == "font/woff2"


async def test_a_font_we_do_not_have_is_answered_too_or_the_page_asks_without_end(
    asking: httpx.AsyncClient,
):
    answer = await asking.get("/assets/fonts/notocoloremoji/v1/x.woff2")
    assert answer.status_code == 200
    assert answer.content[:4] == b"wOF2"


@pytest.mark.parametrize("family", ["notosanstc", "notosanshk", "notosansjp"])
def test_the_older_chinese_characters_come_from_the_one_chinese_font(family: str):
    assert font_for(ASSETS / "fonts", family) == ASSETS / "fonts" / "notosanssc.woff2"


def drawn(face: ImageFont.FreeTypeFont, letter: str) -> bytes:
    paper = Image.new("L", (80, 80))
    ImageDraw.Draw(paper).text((10, 10), letter, 255, face)
    return paper.tobytes()


def test_every_language_is_named_in_letters_that_our_fonts_have():
    fonts = [path for at in (ASSETS / "fonts", ROBOTO) for path in at.glob("*.woff2")]
    faces = [ImageFont.truetype(path, 40) for path in fonts]
    boxes = [drawn(face, NO_LETTER) for face in faces]

    def can(letter: str) -> bool:
        return any(drawn(face, letter) != box for face, box in zip(faces, boxes, strict=True))

    assert not can("\N{GRINNING FACE}")
    letters = {letter for one in scotland().languages for letter in one.own_name}
    assert [letter for letter in sorted(letters) if not can(letter)] == []


@pytest.mark.parametrize("family", ["../../etc", "Noto", "", "a" * 41, "noto.sans", "%2e%2e"])
def test_what_is_no_name_of_a_family_gets_no_font(family: str):
    assert font_for(ASSETS / "fonts", family) is None


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/..%2fpyproject.toml",
        "/icons/..%2f..%2fpyproject.toml",
        "//etc/passwd",
        "/assets/C:/Windows/win.ini",
    ],
)
async def test_nothing_outside_the_page_is_given(asking: httpx.AsyncClient, path: str):
    answer = await asking.get(path)
    assert "build-system" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("path", ["/C:/pyproject", "/assets/fonts/D:", "/a\\..\\b", "/a\0"])
def test_no_name_that_some_machine_takes_for_a_way_out_is_looked_for(tmp_path: Path, path: str):
    assert Shelf(ASSETS, tmp_path).find(path) is None


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of compressed files, made once: that takes seconds."""
    folder = tmp_path_factory.mktemp("web")
    asyncio.run(Shelf(ASSETS, folder).squeeze())
    return folder


def kept(cache: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in cache.iterdir()}


async def test_big_files_go_compressed_once_they_are_and_whole_until_then(cache: Path):
    shelf = Shelf(ASSETS, cache)
    whole = (Path(flet_web.get_package_web_dir()) / "main.dart.mjs").read_bytes()
    async with client(shelf) as asking:
        before = await asking.get("/main.dart.mjs")
        await shelf.squeeze()
        after = await asking.get("/main.dart.mjs")
    assert before.content == after.content == whole
    assert "content-encoding" not in before.headers
    assert after.headers["content-encoding"] == "gzip"
    assert int(after.headers["content-length"]) < len(whole) / 2
    assert after.headers["content-type"].startswith("text/javascript")


async def test_a_browser_that_cannot_read_compressed_gets_the_whole(cache: Path):
    shelf = Shelf(ASSETS, cache)
    await shelf.squeeze()
    async with client(shelf) as asking:
        answer = await asking.get("/main.dart.mjs", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers


def test_what_is_compressed_once_is_not_compressed_again(cache: Path):
    made = kept(cache)
    asyncio.run(Shelf(ASSETS, cache).squeeze())
    assert kept(cache) == made
    assert all(gzip.decompress(path.read_bytes()) for path in made)


async def test_a_place_that_cannot_be_written_costs_only_the_compression(tmp_path: Path):
    taken = tmp_path / "web"
    taken.write_text("a file where the folder should be")
    shelf = Shelf(ASSETS, taken)
    await shelf.squeeze()
    async with client(shelf) as asking:
        assert (await asking.get("/main.dart.mjs")).status_code == 200


@pytest.mark.parametrize("here", [Path(), Path.cwd()])
def test_the_folder_somebody_happens_to_be_in_is_never_filled(here: Path):
    with pytest.raises(ValueError, match="current folder"):
        Shelf(ASSETS, here)


async def test_a_browser_that_has_it_already_is_told_so_and_sent_nothing(asking: httpx.AsyncClient):
    first = await asking.get("/main.dart.mjs")
    again = await asking.get("/main.dart.mjs", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE"])
async def test_nothing_can_be_put_on_the_page(asking: httpx.AsyncClient, verb: str):
    assert (await asking.request(verb, "/")).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1:9999"},
        {"Host": "127.0.0.1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8765"},
    ],
)
async def test_who_comes_by_another_name_or_from_another_site_stays_outside(
    asking: httpx.AsyncClient, headers: dict[str, str]
):
    answer = await asking.get("/", headers=headers)
    assert answer.status_code == 403
    assert answer.content == b""


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST"])
async def test_both_names_of_this_device_are_let_in(asking: httpx.AsyncClient, name: str):
    headers = {"Host": f"{name}:8765", "Origin": f"http://{name}:8765"}
    assert (await asking.get("/", headers=headers)).status_code == 200


def test_only_our_typeface_the_icons_and_roboto_are_loaded_at_the_start():
    manifest = json.loads((ASSETS / "web" / "assets" / "FontManifest.json").read_text())
    assert [family["family"] for family in manifest] == [
        "MaterialIcons",
        "Atkinson Hyperlegible",
        "Roboto",
    ]
    shelf = Shelf(ASSETS, ASSETS)
    asked = [font["asset"] for family in manifest for font in family["fonts"]]
    assert all(shelf.find(f"/assets/{name}") for name in asked)


def test_all_fonts_together_are_small_enough_for_a_cheap_tablet_and_have_their_licences():
    fonts = list((ASSETS / "fonts").glob("*.woff2"))
    assert sum(path.stat().st_size for path in fonts) < 2_500_000
    licences = [path.read_text() for path in (ASSETS / "fonts").glob("LICENCE-*.txt")]
    assert len(licences) == 3
    assert all("SIL OPEN FONT LICENSE" in text.upper() for text in licences)
