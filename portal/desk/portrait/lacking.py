"""What is missing or stale of a firm, by the line that owes it, so that somebody can be asked (ENT-6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from enterprises.attributes.catalogue import Attribute
from enterprises.attributes.freshness import Is, State, state_of
from enterprises.measures import in_english
from enterprises.models import Line
from enterprises.portraying import Portrait, block
from portal.desk.portrait.kinds import model_of

DECLARED = "企业申报"  # the source of what only the firm can say


@dataclass
class Owed:
    """What one source owes: its missing values, and those past their time with the day they are of."""

    source: str
    name: str = ""
    department: str = ""
    missing: list[Attribute] = field(default_factory=list)
    stale: list[tuple[Attribute, date]] = field(default_factory=list)

    @property
    def is_the_firms(self) -> bool:
        return self.source == DECLARED


def owed(states: Iterable[State]) -> list[Owed]:
    """What is missing or stale, by whose word it is; who owes most first."""
    found: dict[str, Owed] = {}
    for state in states:
        by = found.setdefault(state.owed_by, Owed(state.owed_by))
        if state.state == Is.MISSING:
            by.missing.append(state.attribute)
        elif state.state == Is.STALE and state.held and state.held.as_of:
            by.stale.append((state.attribute, state.held.as_of))
    owing = [one for one in found.values() if one.missing or one.stale]
    return sorted(owing, key=lambda one: -len(one.missing) - len(one.stale))


def _said() -> tuple[str, str, str]:
    """Of a line its name, that in the reader's language, which may be empty, and its department."""
    return "name", "name_en" if in_english() else "name", "department__short_name"


@block("lacking", template="portrait/lacking.html", order=70, side=True)
def lacking(portrait: Portrait) -> Mapping[str, Any] | None:
    day = timezone.localdate(portrait.now)
    wanted = set(model_of(portrait.firm, portrait.known, day).attributes)
    states = state_of(portrait.firm, day=day, known=portrait.known)
    rows = owed(state for state in states if state.attribute in wanted)
    if not rows:
        return None
    lines = Line.objects.filter(name__in=[row.source for row in rows]).order_by()
    told = {name: (own or name, short or "") for name, own, short in lines.values_list(*_said())}
    for row in rows:
        row.name, row.department = told.get(row.source, (row.source, ""))
    missing, stale = sum(len(row.missing) for row in rows), sum(len(row.stale) for row in rows)
    return {"rows": rows, "missing": missing, "stale": stale}
