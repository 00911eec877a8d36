from datetime import date

import pytest

from policies.library import flow
from policies.library.content import Content
from policies.models import PolicyVersion
from tests.policies.factories import officer_of
from tests.requests.factories import moment, town

__all__ = ["town"]
JANUARY = moment("2026-01-05 10:00")
STAFF = {"compare": ["headcount", ">=", 20]}


def said(**given):
    """The elements of a policy that could be published."""
    known = {
        "title": "稳岗扶持办法",
        "issuer": "镇人民政府",
        "level": "town",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 12, 31),
        "object": "在本镇登记的企业",
        "summary": "用工二十人以上的企业给补助。",
        "effective_on": date(2026, 1, 5),
    }
    return known | given


def clause_said(**given):
    known = {
        "title": "稳岗补助",
        "support": "funds",
        "conditions": "用工 20 人以上。",
        "tree": STAFF,
        "benefit": "给予 2 万元补助。",
        "formula": {"fixed": "20000"},
        "way": "by_data",
    }
    return known | given


def content(*clauses, **elements):
    return Content(said(**elements), list(clauses) or [clause_said()])


def fresh(version):
    return PolicyVersion.objects.select_related("policy").get(pk=version.pk)


@pytest.fixture
def writer(town):
    """A second policy officer of `town.housing`, so that one writes and the other approves."""
    return officer_of(town.housing, "second_officer")


@pytest.fixture
def drafted(town):
    """Version 1, a draft by `town.policy_officer`."""
    return flow.create(content(), department=town.housing, by=town.policy_officer, at=JANUARY).versions.get()


@pytest.fixture
def in_force(town, drafted):
    """Version 1 in force since January, approved by the head."""
    flow.submit(drafted, by=town.policy_officer, at=JANUARY)
    return flow.approve(drafted, by=town.department_head, at=JANUARY)
