"""Who is in charge of a firm beside its stewards: the leader of its key list, the grid members of its places."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.keylists.stages import APPROVED
from enterprises.models import KeyEntry, PlaceMember
from enterprises.portraying import Charge, Portrait, chip, in_charge
from portal.desk.context import address


def entries_of(portrait: Portrait) -> list[KeyEntry]:
    """Where it stands this year, as far as the reader may see the lists."""
    year = timezone.localdate(portrait.now).year
    return [entry for entry in all_entries(portrait) if entry.of.status == APPROVED and entry.of.year == year]


def all_entries(portrait: Portrait) -> list[KeyEntry]:
    """Those of all years, by level."""
    found: list[KeyEntry] = portrait.once("key entries", lambda: _entries(portrait))
    return found


def _entries(portrait: Portrait) -> list[KeyEntry]:
    entries = KeyEntry.objects.filter(enterprise=portrait.firm).standing().visible_to(portrait.reader)
    told = ("of__level", "of__year", "of__status", "of__approved_at", "leader__name", "leader__phone")
    return list(entries.select_related("of", "leader").only(*told).order_by("of__level", "pk"))


@in_charge
def leaders(portrait: Portrait) -> Iterable[Charge]:
    for leader in {entry.leader for entry in entries_of(portrait) if entry.leader}:
        yield Charge(leader.name, _("联系领导"), leader.phone)


@in_charge
def grid_members(portrait: Portrait) -> Iterable[Charge]:
    """Of its own place and those above it, the nearest first."""
    ties = PlaceMember.objects.current(portrait.now).filter(user__is_active=True)
    ties = ties.filter(place__path__in=portrait.firm.place.paths).order_by("-place__level", "pk")
    for name, place, phone in ties.values_list("user__name", "place__name", "user__phone")[:3]:
        yield Charge(name, _("网格员，%(place)s") % {"place": place}, phone)


@chip
def key_lists(portrait: Portrait) -> Iterable[tuple[str, str]]:
    url = "" if portrait.own else address("enterprises:firm-key-lists", portrait.firm.uscc)
    for entry in entries_of(portrait):
        yield _("%(level)s重点企业") % {"level": entry.of.get_level_display()}, url
