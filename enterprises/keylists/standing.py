"""What others ask of key lists: a firm's standing, its leader contact, which firms stand on a list in force."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from portal.people.models import User
from portal.worktime import clock

from ..models import Enterprise, KeyEntry, KeyList, Level, Stewardship
from ..models.keylists import KeyEntryQuerySet
from . import stages


def year_of(at: datetime | None = None) -> int:
    return timezone.localdate(at or clock.now()).year


def in_force(level: str = "", at: datetime | None = None) -> KeyEntryQuerySet:
    """The entries that hold now: of each level the latest approved list that is not of a year to come.

    Until this year's is approved, last year's holds.
    """
    later = KeyList.objects.approved().filter(level=OuterRef("level"), year__gt=OuterRef("year"))
    lists = KeyList.objects.approved().filter(year__lte=year_of(at))
    lists = lists.filter(~Exists(later.filter(year__lte=year_of(at))))
    if level:
        lists = lists.filter(level=level)
    return KeyEntry.objects.standing().filter(of__in=lists.order_by().values("pk"))


def key_firms(level: str = "", at: datetime | None = None) -> QuerySet[Enterprise]:
    """The firms on the lists in force, of one level or of both."""
    return Enterprise.objects.filter(pk__in=in_force(level, at).order_by().values("enterprise"))


def leader_contacts(firms: QuerySet[Enterprise] | list[int], at: datetime | None = None) -> dict[int, User]:
    """Each firm's leader contact on the lists in force; of two, that of the district's list."""
    entries = in_force(at=at).filter(enterprise__in=firms, leader__isnull=False).select_related("leader", "of")
    found: dict[int, User] = {}
    for entry in sorted(entries, key=lambda entry: entry.of.level != Level.DISTRICT):
        if entry.leader is not None:
            found.setdefault(entry.enterprise_id, entry.leader)
    return found


@dataclass(frozen=True)
class Standing:
    """One year and level of a firm's history on the lists."""

    key_list: KeyList
    entry: KeyEntry
    holds: bool


def standing_of(firm: Enterprise, user: User, at: datetime | None = None) -> list[Standing]:
    """On which approved lists the firm stands or stood, the latest first; as far as the person sees lists (SEC-1)."""
    entries = KeyEntry.objects.visible_to(user, at).standing().filter(enterprise=firm, of__status=stages.APPROVED)
    holding = set(in_force(at=at).filter(enterprise=firm).values_list("pk", flat=True))
    rows = entries.select_related("of", "leader", "steward").order_by("-of__year", "of__level")
    return [Standing(entry.of, entry, entry.pk in holding) for entry in rows]


def with_people(entries: KeyEntryQuerySet, now: bool) -> KeyEntryQuerySet:
    """For rows: firm, place, people; `now`: the firm's steward as he is now, else as he was at the approval."""
    rows = entries.select_related("enterprise__place", "enterprise__industry", "leader", "steward", "proposed_by", "of")
    if not now:
        return rows
    held = Stewardship.objects.current().filter(kind=Stewardship.Kind.STEWARD).select_related("user")
    return rows.prefetch_related(Prefetch("enterprise__stewardships", held, to_attr="stewards_now"))
