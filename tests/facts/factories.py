"""Facts for tests, written as they lie in the table, without the import."""

from datetime import date
from decimal import Decimal

from enterprises.facts.describing import load
from enterprises.measures import kept
from enterprises.models import Delivery, Enterprise, Fact, Resource, Word
from portal.people.models import User


def resources() -> dict[str, Resource]:
    """All resources as shipped, by their code."""
    load()
    return {resource.code: resource for resource in Resource.objects.prefetch_related("columns")}


def fact(
    firm: Enterprise, resource: Resource, *, by: User, period: date | None = None, item: str = "", at=None, **values
) -> Fact:
    """One row as its own line would have delivered it: `fact(firm, tax_paid, period=…, total=Decimal(5))`."""
    columns = {column.code: column for column in resource.columns.all()}
    more = {} if at is None else {"at": at}
    delivery = Delivery.objects.create(resource=resource, line=resource.line, way=Delivery.Way.FILE, by=by, **more)
    texts = [value for value in values.values() if isinstance(value, str)]
    words = {text: Word.objects.get_or_create(text=text)[0].pk for text in texts}
    row: list[int | None] = [None] * max(column.place for column in columns.values())
    for code, value in values.items():
        measured = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        row[columns[code].place - 1] = kept(columns[code].measure, measured, words)
    deliveries = [None if value is None else delivery.pk for value in row]
    return Fact.objects.create(
        resource=resource, enterprise=firm, period=period, item=item, values=row, deliveries=deliveries
    )
