"""Planted faults: the template that nobody uses, and the Chinese that nobody can translate."""

from pathlib import Path

import pytest

from running import templates


@pytest.fixture
def tree(monkeypatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(templates, "ROOT", tmp_path)
    monkeypatch.setattr(templates, "TEMPLATES", tmp_path / "templates")
    (tmp_path / "templates/desk").mkdir(parents=True)
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal/views.py").write_text('render(request, "desk/home.html")')
    (tmp_path / "templates/desk/home.html").write_text('{% extends "page.html" %}')
    (tmp_path / "templates/page.html").write_text("")
    (tmp_path / "templates/404.html").write_text("")
    return tmp_path / "templates"


def test_a_template_is_used_through_another_one(tree: Path) -> None:
    assert templates.unused() == []


def test_templates_that_only_name_each_other_are_unused(tree: Path) -> None:
    (tree / "a.html").write_text('{% include "b.html" %}')
    (tree / "b.html").write_text('{% include "a.html" %}')
    assert templates.unused() == ["a.html", "b.html"]


@pytest.mark.parametrize(
    "source,found",
    [
        ("<b>{% trans '转交' %}</b>{# 注 #}", []),
        ("{% blocktrans trimmed %}共 {{ n }} 件{% endblocktrans %}{% empty title=_('无') %}", []),
        ("{% comment %}\n注\n{% endcomment %}\n<b>转交</b>", ["templates/desk/home.html:4 转交"]),
        ('{% empty title="没有" %}', ["templates/desk/home.html:1 没有"]),
        ("{{ due }}，", ["templates/desk/home.html:1 ，"]),
    ],
)
def test_chinese_outside_the_translation_tags(tree: Path, source: str, found: list[str]) -> None:
    (tree / "desk/home.html").write_text(source)
    assert [f"{place} {words}" for place, words in templates.stray_chinese()] == found
