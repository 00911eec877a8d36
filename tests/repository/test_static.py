"""Every static file a template names exists, and every form leaves its errors to the portal's own sentences."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

STATIC = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")


FORM = re.compile(r"<form\b((?:[^>{]|\{[{%].*?[%}]\})*)>(.*?)</form>", re.DOTALL)


def named() -> Iterator[tuple[str, str]]:
    templates = Path(settings.BASE_DIR) / "templates"
    for path in sorted(templates.rglob("*.html")):
        for name in STATIC.findall(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(templates)), name


def test_every_static_file_that_a_template_names_exists() -> None:
    names = set(named())
    assert ("base/page.html", "vendor/htmx.min.js") in names, "the search finds what is there"
    assert [pair for pair in sorted(names) if not finders.find(pair[1])] == []


def left_to_the_browser() -> Iterator[str]:
    """Forms whose fields the browser would check first, in its own words and language."""
    templates = Path(settings.BASE_DIR) / "templates"
    for path in sorted(templates.rglob("*.html")):
        for tag, body in FORM.findall(path.read_text(encoding="utf-8")):
            if 'method="post"' in tag and "{% field " in body and "novalidate" not in tag:
                yield f"{path.relative_to(templates)}: {tag.strip()}"


def test_what_is_wrong_in_a_form_is_said_by_the_portal_not_by_the_browser() -> None:
    assert list(left_to_the_browser()) == []
