"""Messages are found wherever they may be written, and what the English lacks is found too."""

import pytest

from running import messages
from running.messages import Found, template_messages

TEMPLATE = """{% extends "base/page.html" %}
   <a title="{% trans '转交' %}">it's {# a note #}
 {% blocktrans trimmed with n=x.name count k=items|length %}
    共 {{ k }} 件,
    {{ n }} 100%
 {% plural %} 共 {{ k }} 件 {% endblocktrans %}
{% empty title=_("没有诉求") url=u %}{{ x|default:_("无") }}
{% trans "开" context "门" %}
{% comment %}{% trans "不要" %}{% endcomment %}
      {% translate "保存" as save %}
"""


def test_the_messages_of_a_template() -> None:
    assert list(template_messages(TEMPLATE)) == [
        ("转交", None),
        (("共 %(k)s 件, %(n)s 100%%", "共 %(k)s 件"), None),
        ("没有诉求", None),
        ("无", None),
        ("开", "门"),
        ("保存", None),
    ]


CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "保存"
msgstr "Save"

msgid "空的"
msgstr ""

#, fuzzy
msgid "猜的"
msgstr "Guessed"

msgid "企业的"
msgstr "The firm's"

msgid "交 %(name)s 办"
msgstr "Give it to %(who)s"

msgid "%(n)s 件"
msgid_plural "%(n)s 件"
msgstr[0] "one item"
msgstr[1] "%(n)s items"
"""


@pytest.mark.parametrize(
    "text,fault",
    [
        ("保存", None),
        ("没有的", "is not in the catalogue"),
        ("空的", "has no English"),
        ("猜的", "has no English"),
        ("企业的", "the English has ' where ’ is meant"),
        ("交 %(name)s 办", "the English has who, which the Chinese has not"),
        ("交 %(name)s 办", "the English lacks name"),
        (("%(n)s 件", "%(n)s 件"), None),
    ],
)
def test_what_the_english_lacks(monkeypatch, tmp_path, text, fault: str | None) -> None:
    path = tmp_path / "en/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(messages, "CATALOGUE", path)
    monkeypatch.setattr(messages, "collect", lambda: [Found(text, None, "a.py")])
    faults = messages.faults()
    assert any(fault in line for line in faults) if fault else faults == []


def test_the_code_is_searched_for_messages() -> None:
    places = {found.place.split("/")[0] for found in messages.collect()}
    assert {"portal", "requests", "templates"} <= places
