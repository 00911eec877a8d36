"""Messages: Chinese in the code, English in `locale/en`. Collected, checked and compiled with Babel alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from running.sentences import say

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"
ROOMS = ("portal", "enterprises", "requests", "policies", "inspections")
KEYWORDS: dict[str, tuple | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "mark")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sdr%]")
STRAIGHT = re.compile(r"\w'")  # an apostrophe as on a typewriter
Text = str | tuple[str, str]


@dataclass(frozen=True)
class Found:
    """One message and where it is written."""

    text: Text
    context: str | None
    place: str


def main(arguments: list[str]) -> int:
    """`make messages`: adds what is new to the catalogue and drops what nobody says any more."""
    catalogue = read(CATALOGUE) if CATALOGUE.exists() else Catalog(locale="en", project="shaxi-portal")
    fresh = Catalog(locale="en", project="shaxi-portal", fuzzy=False, creation_date=catalogue.creation_date)
    for found in collect():
        fresh.add(found.text, context=found.context, locations=[(found.place, None)])
    catalogue.update(fresh, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=0, include_lineno=False, omit_header=False, sort_by_file=True)
    empty = sum(1 for message in catalogue if message.id and not _translations(message.string)[0])
    say(f"{len(catalogue)} messages in {CATALOGUE.relative_to(ROOT)}, {empty} without English.")
    return 0


def collect() -> list[Found]:
    """Every message of the Python code and the templates, in a steady order."""
    return [*_from_python(), *_from_templates()]


def _from_python() -> Iterator[Found]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            place = str(path.relative_to(ROOT))
            for _, text, _, context in extract_from_file("python", path, keywords=KEYWORDS):
                yield Found(text, context, place)


def _from_templates() -> Iterator[Found]:
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            place = str(path.relative_to(ROOT))
            for text, context in template_messages(path.read_text(encoding="utf-8")):
                yield Found(text, context, place)


def template_messages(source: str) -> Iterator[tuple[Text, str | None]]:
    """The messages of one template: `{% trans %}`, `{% blocktrans %}` (plural, trimmed) and `_("…")` in any tag.

    Django turns the template into gettext calls amid blanked-out text; without indentation Python's tokenizer reads it.
    """
    from django.utils.translation.template import templatize

    calls = "\n".join(line.strip() for line in templatize(source).splitlines())
    for _, text, _, context in extract("python", BytesIO(calls.encode()), keywords=KEYWORDS):
        yield text, context


def compile_all() -> None:
    """Compiles each catalogue that is newer than its compiled form."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns <= source.stat().st_mtime_ns:
            half = target.with_suffix(".half")
            with half.open("wb") as file:
                write_mo(file, read(source))
            half.replace(target)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def faults() -> list[str]:
    """What is wrong with the English: a message or a placeholder is missing, an apostrophe is a typewriter’s."""
    catalogue = read(CATALOGUE) if CATALOGUE.exists() else Catalog(locale="en")
    found = []
    for needed in collect():
        first = needed.text if isinstance(needed.text, str) else needed.text[0]
        message = catalogue.get(first, needed.context)
        where = f"{needed.place}: {first!r}"
        if message is None:
            found.append(f"{where} is not in the catalogue (make messages)")
        elif message.fuzzy or not all(_translations(message.string)):
            found.append(f"{where} has no English")
        else:
            found += [f"{where}: {fault}" for fault in _placeholder_faults(needed.text, message.string)]
            if any(STRAIGHT.search(translation) for translation in _translations(message.string)):
                found.append(f"{where}: the English has ' where ’ is meant")
    return sorted(set(found))


def _placeholder_faults(text: Text, string: Text) -> Iterable[str]:
    """The same placeholders on both sides; a singular may leave its number out ("one day")."""
    wanted = set(PLACEHOLDER.findall(text if isinstance(text, str) else "".join(text))) - {""}
    for translation in _translations(string):
        has = set(PLACEHOLDER.findall(translation)) - {""}
        if has - wanted:
            yield f"the English has {', '.join(sorted(has - wanted))}, which the Chinese has not"
        if wanted - has and isinstance(string, str):
            yield f"the English lacks {', '.join(sorted(wanted - has))}"


def _translations(string: Text) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, tuple | list) else (string or "",)  # a new message has None
