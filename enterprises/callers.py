"""Who is calling: firms and persons by telephone number (APP-1)."""

from dataclasses import dataclass
from datetime import datetime

from portal.people.models import User

from . import phones
from .models import Enterprise, Member


@dataclass(frozen=True)
class Caller:
    """A firm that the number belongs to, and the person of it if the number is a person's, else None."""

    enterprise: Enterprise
    person: User | None
    title: str = ""
    is_primary: bool = False


def find_caller(number: str, at: datetime | None = None) -> list[Caller]:
    """Everybody this number may be, at most 20: persons who act for a firm now come first, then firms' own lines."""
    owns = phones.matching("user__mobile", number) | phones.matching("user__phone", number)
    members = Member.objects.current(at).filter(owns, user__is_active=True)
    members = members.select_related("user", "enterprise").order_by("-is_primary", "enterprise__name")[:20]
    people = [Caller(m.enterprise, m.user, m.title, m.is_primary) for m in members]
    lines = Enterprise.objects.filter(phones.matching("phone", number)).order_by("name")[:20]
    known = {caller.enterprise.pk for caller in people}
    return [*people, *(Caller(firm, None) for firm in lines if firm.pk not in known)][:20]
