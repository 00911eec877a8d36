"""Two questions about templates that need no rendering: is each used, and is all its Chinese translatable?"""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
ROOMS = ("portal", "enterprises", "requests", "policies", "inspections")
# Django finds these by their names.
KNOWN = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
FIRST_PARTY = ("django/", "axes/")  # ours in place of a library's own
QUOTED = re.compile(r"""["']([\w./-]+\.(?:html|txt|xml|svg|js))["']""")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
TRANSLATED = re.compile(
    r"{#.*?#}"
    r"|{%\s*comment\b.*?endcomment\s*%}"
    r"|{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}"
    r"|{%\s*trans(?:late)?\b.*?%}"
    r"""|_\(\s*(?:"[^"]*"|'[^']*')\s*\)""",
    re.DOTALL,
)


def unused() -> list[str]:
    """Templates that neither Python nor a used template names."""
    names = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file()}
    code = "\n".join(path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    reached: set[str] = set()
    waiting = {name for name in names if name in KNOWN or name.startswith(FIRST_PARTY)} | (names & _named(code))
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= (names & _named((TEMPLATES / name).read_text(encoding="utf-8"))) - reached
    return sorted(names - reached)


def _named(text: str) -> set[str]:
    return set(QUOTED.findall(text))


def stray_chinese() -> Iterator[tuple[str, str]]:
    """Chinese outside a translation tag, which English readers would meet untranslated: (file:line, the words)."""
    for path in sorted(TEMPLATES.rglob("*")):
        if not path.is_file():
            continue
        source = TRANSLATED.sub(lambda match: "\n" * match[0].count("\n"), path.read_text(encoding="utf-8"))
        for number, line in enumerate(source.splitlines(), 1):
            for words in CHINESE.findall(line):
                yield f"{path.relative_to(ROOT)}:{number}", words
