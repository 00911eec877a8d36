"""Draws of twelve firms by housing, whose inspectors are two; public numbers and secrets are the test's."""

from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace

import pytest

from enterprises.attributes.values import put
from enterprises.criteria.flow import define
from inspections.draws import flow
from inspections.draws.confirming import confirm
from inspections.models import Draw
from portal.people.actors import CLOCK
from tests.inspections.factories import subject
from tests.requests.factories import MONDAY, enterprise

KNOWN_ON = MONDAY.date() + timedelta(days=1)
LATER = MONDAY + timedelta(days=2)  # the public number's day is over
FIRST, LAST = date(2026, 11, 16), date(2026, 12, 18)


def chances():
    """Secrets in a row, so that a test always draws the same."""
    numbers = count(1)
    return lambda size: f"{next(numbers):0{2 * size}x}"


@pytest.fixture
def pool(of):
    """Twelve high-tech firms, the first of which has five open hazards and the second a revoked penalty or two."""
    firms = [enterprise(f"第{n}试验企业有限公司", f"第{n}企", of.town.place) for n in range(12)]
    for firm in firms:
        put(firm, "high_tech", True, "科技", date(2026, 1, 1))
    put(firms[0], "open_hazards", 5, "应急管理", date(2026, 11, 1))
    put(firms[1], "penalties", 2, "综合执法", date(2026, 11, 1))
    put(firms[1], "risk_level", "red", "应急管理", date(2026, 11, 1))
    concerns = define("draw-concerns", "高企", {"holds": "high_tech"}, by=CLOCK)
    return SimpleNamespace(firms=firms, concerns=concerns, subject=subject(of.housing, concerns=concerns))


def frozen(of, pool, *, by=None, agency=None, at=MONDAY, **given):
    known = {
        "title": "消防随机抽查",
        "subjects": [pool.subject],
        "first": FIRST,
        "last": LAST,
        "take": 4,
        "basis": "年度抽查计划",
        "source": "某日彩票开奖号码",
        "known_on": KNOWN_ON,
    }
    how = {"chance": given.pop("chance", None) or chances(), "key": given.pop("key", None)}
    return flow.freeze(agency or of.housing, flow.Asked(**known | given), by=by or of.inspector, at=at, **how)


def drawn(of, pool, *, text="3 7 11", **given):
    return flow.draw(frozen(of, pool, **given), by=of.inspector, text=text, at=LATER)


def confirmed(of, pool, **given):
    return confirm(drawn(of, pool, **given), by=of.inspector, at=LATER)


def fresh(draw):
    return Draw.objects.get(pk=draw.pk)
