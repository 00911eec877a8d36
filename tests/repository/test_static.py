"""Every static file a template names exists: with hashed names a missing one is an error page, not a gap."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

STATIC = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")


def named() -> Iterator[tuple[str, str]]:
    templates = Path(settings.BASE_DIR) / "templates"
    for path in sorted(templates.rglob("*.html")):
        for name in STATIC.findall(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(templates)), name


def test_every_static_file_that_a_template_names_exists() -> None:
    names = set(named())
    assert ("base/page.html", "vendor/htmx.min.js") in names, "the search finds what is there"
    assert [pair for pair in sorted(names) if not finders.find(pair[1])] == []
