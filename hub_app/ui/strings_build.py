"""Makes the catalogues: reads the messages of the code and the packs, updates every language."""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from hub_app.core import content, pack
from hub_app.ui.strings import DOMAIN, PSEUDO, SOURCE

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_STEADY = datetime(2026, 11, 22, tzinfo=UTC)  # a date that moved would change every file
_COPYRIGHT = "# {what} of Drop-in Hub. The same licence as the app.\n#"
_ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéíñöüýÁÇÉÍÑÖÜÝ")


def built(root: Path) -> Mapping[Path, bytes]:
    """What every catalogue file should hold now: templates, and .po and .mo of each language."""
    place = root / "assets" / "strings"
    files: dict[Path, bytes] = {}
    for domain, template in _templates(root):
        files[place / f"{domain.name}.pot"] = _po(template)
        for language in _languages(place, domain.language):
            path = place / language / "LC_MESSAGES" / f"{domain.name}.po"
            updated = _updated(path, template, language)
            files[path] = _po(updated)
            files[path.with_suffix(".mo")] = _mo(updated)
    return files


def stale(root: Path) -> tuple[Path, ...]:
    """The catalogue files that are not as the sources would have them."""
    return tuple(path for path, held in built(root).items() if _held(path) != held)


def odd_placeholders(root: Path) -> Iterator[str]:
    """One sentence for each translation whose {names} are not those of its message."""
    for path in sorted((root / "assets" / "strings").glob("*/LC_MESSAGES/*.po")):
        for message in read_po(BytesIO(path.read_bytes())):
            if not message.id or not message.string:
                continue
            allowed = {name for one in _forms(message.id) for name in PLACEHOLDER.findall(one)}
            for said in filter(None, _forms(message.string)):
                names = set(PLACEHOLDER.findall(said))
                optional = {"{n}"} if message.pluralizable else set[str]()
                if names - allowed or allowed - names - optional:
                    yield f"{path.parts[-3]}/{path.name}: ‘{said}’ must name {sorted(allowed)}."


def pseudo(text: str) -> str:
    """A text accented and a third longer, its {names} untouched: `Start` gives `[Stárt ~~]`."""
    names = PLACEHOLDER.findall(text)
    pieces = [piece.translate(_ACCENTS) for piece in PLACEHOLDER.split(text)]
    joined = pieces[0] + "".join(a + b for a, b in zip(names, pieces[1:], strict=True))
    return f"[{joined} {'~' * max(2, len(text) // 3)}]"


@dataclass(frozen=True)
class _Domain:
    """A catalogue's name, and the language its messages are written in."""

    name: str
    language: str


def _templates(root: Path) -> Iterator[tuple[_Domain, Catalog]]:
    yield _Domain(DOMAIN, language=""), _code_messages(root)
    for folder in sorted((root / "assets" / "packs").iterdir()):
        about = json.loads((folder / "pack.json").read_text("utf-8"))
        yield _Domain(about["id"], about["language"]), _pack_messages(folder)


def _code_messages(root: Path) -> Catalog:
    config = root / "assets" / "strings" / "babel.cfg"
    with config.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalog = _template("Messages")
    found = extract_from_dir(
        root, methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for path, _line, message, comments, context in sorted(found, key=lambda one: one[:2]):
        where = [(Path(path).as_posix(), 0)]
        catalog.add(message, None, where, auto_comments=comments, context=context)
    return catalog


def _pack_messages(folder: Path) -> Catalog:
    catalog = _template("Content")
    for path in sorted(folder.glob("*.json")):
        for text in _pack_texts(json.loads(path.read_text("utf-8"))):
            catalog.add(text, None, [(f"assets/packs/{folder.name}/{path.name}", 0)])
    return catalog


def _text_keys() -> frozenset[str]:
    """The keys whose texts people read, as the pack's own values mark them."""
    kinds = (one for module in (content, pack) for one in vars(module).values())
    kinds = (one for one in kinds if isinstance(one, type) and is_dataclass(one))
    return frozenset(f.name for kind in kinds for f in fields(kind) if f.metadata.get("text"))


def _pack_texts(value: object, *, is_text: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _pack_texts(inner, is_text=key in _text_keys())
    elif isinstance(value, list):
        for inner in value:
            yield from _pack_texts(inner, is_text=is_text)
    elif is_text and isinstance(value, str):
        yield value


def _languages(place: Path, own: str) -> list[str]:
    folders = {path.name for path in place.iterdir() if path.is_dir()}
    return sorted((folders | {SOURCE, PSEUDO}) - {own})


def _template(what: str) -> Catalog:
    return Catalog(
        project="Drop-in Hub",
        version="1",
        header_comment=_COPYRIGHT.format(what=what),
        msgid_bugs_address="see CONTRIBUTING.md",
        last_translator="nobody: this is the template",
        language_team="none",
        creation_date=_STEADY,
        revision_date=_STEADY,
        fuzzy=False,
    )


def _updated(path: Path, template: Catalog, language: str) -> Catalog:
    """The language's catalogue with the template's messages; a person's work is kept."""
    held = _held(path)
    if held is not None and language not in (SOURCE, PSEUDO):
        catalog = read_po(BytesIO(held), locale=language)
    else:
        catalog = Catalog(locale=language, header_comment=template.header_comment)
        catalog.project, catalog.version = template.project, template.version
        catalog.last_translator = "draft, to be checked by somebody who speaks it"
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalog.creation_date = catalog.revision_date = _STEADY
    catalog.fuzzy = False
    if language in (SOURCE, PSEUDO):
        _fill_in(catalog, is_pseudo=language == PSEUDO)
    return catalog


def _fill_in(catalog: Catalog, *, is_pseudo: bool) -> None:
    catalog.last_translator = "made by hub_app.ui.strings_build"
    for message in catalog:
        if message.id:
            said = [pseudo(one) if is_pseudo else one for one in _forms(message.id)]
            message.string = tuple(said) if message.pluralizable else said[0]


def _forms(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def _po(catalog: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalog, width=100, sort_by_file=True, include_lineno=False)
    return out.getvalue()


def _mo(catalog: Catalog) -> bytes:
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _held(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def main(arguments: list[str] | None = None) -> int:
    """Write the catalogues, or with --check say which are out of date; 1 when something is."""
    parser = argparse.ArgumentParser(prog="python -m hub_app.ui.strings_build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, only say")
    asked = parser.parse_args(arguments)
    said = StringIO()
    old = stale(ROOT)
    for path, held in built(ROOT).items():
        if path in old and not asked.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(held)
    for path in old:
        word = "out of date" if asked.check else "written"
        said.write(f"{word}: {path.relative_to(ROOT).as_posix()}\n")
    odd = tuple(odd_placeholders(ROOT))
    said.writelines(f"{one}\n" for one in odd)
    sys.stdout.write(said.getvalue())
    return 1 if odd or (asked.check and old) else 0


if __name__ == "__main__":
    sys.exit(main())
