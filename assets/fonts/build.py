"""Makes the fonts beside it: our typeface, and one small file for each script it lacks.

Run it by hand, on Debian, when a script is to be added; what it makes is committed:

    apt-get install fonts-noto-core fonts-noto-cjk
    python -m venv fonts-venv
    fonts-venv/bin/pip install fonttools brotli fontpkg-atkinson-hyperlegible==1.6
    fonts-venv/bin/python assets/fonts/build.py

Names are those a page asks for (`notosansarabic`): see hub_app/ui/fonts.py.
"""

import gzip
import importlib.util
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
NOTO = Path("/usr/share/fonts/truetype/noto")
CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SIMPLIFIED_CHINESE = 2  # its place in the collection
LARGEST_TOTAL = 2_500_000

# The name asked for, and the Noto face that answers. Arabic also writes Urdu, Farsi, Dari, Pashto
# and Sorani; Ethiopic writes Amharic and Tigrinya. Devanagari is asked for as plain `notosans`.
SCRIPTS = {
    "notosans": "Devanagari",
    "notosansarabic": "Arabic",
    "notosansarmenian": "Armenian",
    "notosansbengali": "Bengali",
    "notosansethiopic": "Ethiopic",
    "notosansgeorgian": "Georgian",
    "notosansgujarati": "Gujarati",
    "notosansgurmukhi": "Gurmukhi",
    "notosanshebrew": "Hebrew",
    "notosansmalayalam": "Malayalam",
    "notosanssinhala": "Sinhala",
    "notosanstamil": "Tamil",
    "notosanstelugu": "Telugu",
    "notosansthai": "Thai",
}
SYMBOLS = [*range(0x2190, 0x2200), *range(0x25A0, 0x2600), *range(0x2713, 0x2719)]


def hanzi() -> set[int]:
    """Give the code points of GB 2312's punctuation and level-1 characters (the commonest).

    And those of the languages' own names: 廣東話 is written in the older characters.
    """
    rows = [0xA1, 0xA3, *range(0xB0, 0xD8)]
    pairs = (bytes([row, cell]) for row in rows for cell in range(0xA1, 0xFF))
    common = {ord(c) for pair in pairs for c in pair.decode("gb2312", errors="ignore")}
    return common | {ord(c) for name in own_names() for c in name if "\u4e00" <= c <= "\u9fff"}


def own_names() -> list[str]:
    """Give what the languages of every pack are called by those who speak them."""
    files = sorted((HERE.parent / "packs").glob("*/people.json"))
    return [one["own_name"] for path in files for one in json.loads(path.read_text())["languages"]]


def whole(source: Path, target: Path) -> None:
    """Write a font compressed, with every glyph it has."""
    font = TTFont(source)
    font.flavor = "woff2"
    font.save(target)


def part(source: Path, target: Path, points: Iterable[int], number: int = -1) -> None:
    """Write a font compressed, with only the glyphs of some code points and no fine setting."""
    options = subset.Options(flavor="woff2", font_number=number, hinting=False)
    options.drop_tables += ["BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def our_typeface() -> None:
    """Write the two weights of our own typeface, and its licence."""
    found = importlib.util.find_spec("fontpkg_atkinson_hyperlegible")
    if found is None or found.origin is None:
        raise SystemExit("Install the package fontpkg-atkinson-hyperlegible first.")
    home = Path(found.origin).parent
    for weight in ("Regular", "Bold"):
        source = home / "files" / f"AtkinsonHyperlegible-{weight}.ttf"
        whole(source, HERE / f"atkinson-{weight.lower()}.woff2")
    shutil.copyfile(home / "LICENSE", HERE / "LICENCE-atkinson.txt")


def noto() -> None:
    """Write one file a script, and the licences."""
    for name, script in SCRIPTS.items():
        whole(NOTO / f"NotoSans{script}-Regular.ttf", HERE / f"{name}.woff2")
    symbols = HERE / "notosanssymbols.woff2"
    part(NOTO / "NotoSansSymbols2-Regular.ttf", symbols, SYMBOLS)
    part(CJK, HERE / "notosanssc.woff2", hanzi(), SIMPLIFIED_CHINESE)
    for package, short in (("fonts-noto-core", "noto"), ("fonts-noto-cjk", "noto-cjk")):
        licence = Path("/usr/share/doc") / package / "copyright"
        if licence.exists():
            text = licence.read_text()
        else:
            text = gzip.decompress(licence.with_name("copyright.gz").read_bytes()).decode()
        (HERE / f"LICENCE-{short}.txt").write_text(text)


def main() -> None:
    """Make everything and say how big it is."""
    our_typeface()
    noto()
    made = sorted(HERE.glob("*.woff2"))
    for path in made:
        print(f"{path.stat().st_size:>9,}  {path.name}")
    total = sum(path.stat().st_size for path in made)
    print(f"{total:>9,}  in all")
    if total > LARGEST_TOTAL:
        raise SystemExit("Leave a script out: tablets are small.")


if __name__ == "__main__":
    main()
