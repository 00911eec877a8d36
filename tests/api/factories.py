"""Line systems and the matters they bring in."""

from typing import Any

from portal.api import flow
from portal.api.models import LineSystem, Scope
from requests.models import Ticket
from tests.requests.factories import LONG_AGO, Town

SAID = "厂区东门积水二十厘米，货车进不来"
MATTER = {
    "business_name": "太仓乌有五金店",
    "contact_name": "墨翟",
    "contact_phone": "13800009999",
    "description": SAID,
}


def line(town: Town, name: str = "微信小程序", **fields: Any) -> tuple[LineSystem, str]:
    """A line system and its token; it may do everything a line system can, and often."""
    given = {"channel": "wechat", "scopes": Scope.values, "rate": 10_000} | fields
    return flow.connect(by=town.administrator, name=name, at=LONG_AGO, **given)


def relayed(client: Any, **fields: Any) -> Ticket:
    """A ticket that came in by the client's token."""
    answer = client.post("/api/v1/tickets/", MATTER | fields, format="json")
    assert answer.status_code == 201, answer.json()
    return Ticket.objects.get(number=answer.json()["number"])
