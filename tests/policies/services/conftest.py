import uuid
from datetime import timedelta

import pytest

from policies.models import ServiceOrder
from policies.services import flow, keeping
from portal.worktime import clock
from tests.requests import factories as make
from tests.requests.factories import MONDAY, town

__all__ = ["town"]
LATER = MONDAY + timedelta(hours=5)


def provider(town, name="无何有律师事务所", kinds=("rights",), department=None, **fields):
    known = {"name": name, "kinds": list(kinds), "offers": "商标维权、合同审查。", "price": "首次咨询免费"}
    known |= {"contact_name": "公孙龙", "contact_phone": "0512-0000 5001", "department": department, **fields}
    return keeping.add_provider(known, by=town.intake_clerk, at=make.LONG_AGO)


def ordered(of, town, *, by=None, at=MONDAY, firm=None, **given):
    known = {
        "kind": of.kinds[0],
        "need": "商标被仿冒，需要维权。",
        "contact_name": "庄周",
        "contact_phone": "13800000009",
    }
    return flow.order(of, firm or town.firm, by=by or town.enterprise_member, at=at, **known | given)


def fresh(order):
    return ServiceOrder.objects.get(pk=order.pk)


def rated(of, town, stars, n=0):
    """One job for the firm that was done and got so many stars."""
    at = MONDAY + timedelta(days=n)
    order = ordered(of, town, at=at)
    flow.take(order, by=town.intake_clerk, at=at)
    flow.finish(order, by=town.intake_clerk, result="已办。", at=at)
    return flow.rate(order, by=town.enterprise_member, stars=stars, comment="好", at=at)


@pytest.fixture
def office(town):
    """A law firm that signs in: its clerk and its head."""
    unit = make.department("无何有律师事务所", "third_party")
    town.people["lawyer"] = make.person("lawyer", "惠子", ("handler", unit))
    town.people["partner"] = make.person("partner", "公孙丑", ("department_head", unit))
    other = make.department("某协会", "third_party")
    town.people["other_outsider"] = make.person("other_outsider", "陈良", ("handler", other))
    return unit


@pytest.fixture
def firm_of_law(town, office):
    """A provider that signs in."""
    return provider(town, department=office)


@pytest.fixture
def advisers(town):
    """A provider without an account: the centre records for it."""
    return provider(town, "子虚咨询公司", ("management", "digital"))


@pytest.fixture
def now_ordered(town, firm_of_law):
    """Ordered just now by the database's clock: for the pages."""
    return ordered(firm_of_law, town, at=clock.now(), key=uuid.uuid4())
