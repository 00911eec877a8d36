"""A few firms, and a data officer for each of three lines: statistics, labour and tax."""

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

from enterprises.facts import delivering
from enterprises.models import Conflict, Delivery, Enterprise, Fact, Line, Resource
from portal.people.models import Department, Membership, User
from tests.enterprises.factories import LONG_AGO, firm, person, town
from tests.facts.factories import resources

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


@dataclass
class World:
    firms: list[Enterprise]
    officers: SimpleNamespace  # .statistics, .labour, .tax
    resources: dict[str, Resource] = field(default_factory=dict)

    def line(self, code: str) -> Line:
        return Line.objects.get(code=code)

    def deliver(self, resource, *rows, line=None, way=Delivery.Way.FILE, at=None):
        """Rows are (firm's index, period, item, values); by the resource's own line unless another is named."""
        resource = self.resources[resource]
        sender = self.line(line) if line else resource.line
        by = getattr(self.officers, sender.code, None) or self.officers.statistics
        keyed = [(self.firms[number].pk, *rest) for number, *rest in rows]
        return delivering.deliver(resource, keyed, line=sender, way=way, by=by, at=at)


def officer(code: str) -> User:
    """A data officer of the line's department, which is made for it."""
    line = Line.objects.get(code=code)
    line.department = Department.objects.create(name=f"{line.name}所", short_name=line.name, kind="county")
    line.save()
    user = person(f"officer_{code}")
    Membership.objects.create(user=user, role="data_officer", department=line.department, since=LONG_AGO)
    return user


def build() -> World:
    places = town()
    described = resources()
    firms = [firm(number, places["A1"]) for number in range(1, 6)]
    officers = SimpleNamespace(**{code: officer(code) for code in ("statistics", "labour", "tax")})
    world = World(firms, officers, described)
    world.resources["monthly_operation"].suppliers.add(world.line("tax"))
    return world


def said(resource: Resource, firm: Enterprise, period: date | None = None, item: str = "") -> dict[str, int]:
    """What the fact says, as it is kept, by column."""
    fact = Fact.objects.get(resource=resource, enterprise=firm, period=period, item=item)
    return {
        column.code: fact.values[column.place - 1]
        for column in resource.columns.all()
        if column.place <= len(fact.values) and fact.values[column.place - 1] is not None
    }


def conflicts(state: str = "open") -> list[tuple[int, int, int]]:
    return list(Conflict.objects.filter(state=state).values_list("place", "standing", "offered"))
