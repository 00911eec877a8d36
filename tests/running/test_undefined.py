"""Slips in templates are told from values that may be missing."""

from types import SimpleNamespace

import pytest
from django.http import QueryDict
from django.template import Context, Template

from tests.undefined import UndefinedVariable


def render(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


@pytest.mark.parametrize(
    "source", ["{{ titel }}", "{{ ticket.titel }}", "{{ ticket.titel|default:'x' }}", "{% with a=titel %}{% endwith %}"]
)
def test_a_slip_is_an_error(source: str) -> None:
    with pytest.raises(UndefinedVariable, match="titel"):
        render(source, ticket=SimpleNamespace(title="雨污管网倒灌"))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ query.q }}", ""),
        ("{{ query.q|default:'x' }}", "x"),
        ("{{ texts.late }}", ""),
        ("{{ ticket.steward.name }}", ""),
        ("{% if nothing_said %}x{% endif %}", ""),
        ("{{ ticket.title }}", "雨污管网倒灌"),
    ],
)
def test_a_value_that_may_be_missing_is_empty_as_in_production(source: str, shown: str) -> None:
    ticket = SimpleNamespace(title="雨污管网倒灌", steward=None)
    assert render(source, ticket=ticket, query=QueryDict(""), texts={}) == shown
