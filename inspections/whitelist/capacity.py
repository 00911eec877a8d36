"""In which capacities a person stands towards an entry; the words of `stages.VERBS` (SEC-1).

The firm's own people are the firm and nothing else (own case, handbook §1). Three things take two people: who proposed
a firm does not approve it, and who removed one does not judge its appeal, nor he whom somebody stood in for doing so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import firms_of
from portal.people.actors import Actor, Clock
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, Rights, rights_of
from portal.people.roles import Role
from portal.trail.models import Event, subject_type
from portal.worktime import clock
from portal.worktime.words import local_day

from ..models import Agency, Entry, EntryReview
from ..models.agencies import HEADS, OF_AGENCY
from . import stages

Held = dict[str, Grant | None]
Hands = Mapping[int, Collection[int]]  # of each entry, by its key: who did an act, and whom he stood in for

AT_LARGE = ("proposer", "approver", "remover", "judge")


def standing(
    entry: Entry,
    by: Actor,
    at: datetime | None = None,
    among: Iterable[str] = AT_LARGE,
    firms: Collection[int] | None = None,
) -> Held:
    """Each capacity towards this entry, with the right that gives it.

    `among`: those that are asked for; `firms`: his own, where somebody has read them for many entries.
    """
    if isinstance(by, Clock):
        return {"clock": None}
    if not isinstance(by, User):
        return {}
    if entry.enterprise_id in (firms_of(by, at) if firms is None else firms):
        return {"firm": None}
    held = at_large(by, at, among)
    if own := due_from(entry, by, at):
        held["agency"] = review_grant(own[0].agency, by, at)
    return held


def at_large(by: User, at: datetime | None = None, among: Iterable[str] = AT_LARGE) -> Held:
    """What he can be towards any firm but his own."""
    rights = rights_of(by, at)
    if rights.is_outside:
        return {}
    found: dict[str, Callable[[], Grant | None]] = {
        "proposer": lambda: proposer_grant(rights),
        "approver": lambda: rights.grant(Role.LEADER),
        "remover": lambda: rights.grant(Role.SUPERVISOR) or _head_grant(rights),
        "judge": lambda: rights.grant(Role.SUPERVISOR),
    }
    held = {capacity: found[capacity]() for capacity in among if capacity in found}
    return {capacity: grant for capacity, grant in held.items() if grant is not None}


def proposer_grant(rights: Rights) -> Grant | None:
    """The right by which he works for the agency that keeps plans."""
    if not rights.has(*OF_AGENCY):
        return None
    keeper = Agency.objects.filter(approves_plans=True, active=True).first()
    return None if keeper is None else _first(rights, keeper.department_id, OF_AGENCY)


def _head_grant(rights: Rights) -> Grant | None:
    if not rights.has(*HEADS):
        return None
    agencies = Agency.objects.filter(active=True, department__in=rights.subtree(*HEADS))
    found = (_first(rights, agency.department_id, HEADS) for agency in agencies)
    return next((grant for grant in found if grant is not None), None)


def _first(rights: Rights, department: int, roles: Iterable[str]) -> Grant | None:
    """His own right before one he stands in for (AB角)."""
    grants = filter(None, (rights.grant_over(department, role) for role in roles))
    return min(grants, key=lambda grant: grant.principal is not None, default=None)


def review_grant(agency: Agency, by: User, at: datetime | None = None) -> Grant | None:
    """The right by which he speaks for an agency that was asked."""
    rights = rights_of(by, at)
    return None if rights.is_outside else _first(rights, agency.department_id, OF_AGENCY)


def own_reviews(entry: Entry, by: User, at: datetime | None = None) -> list[EntryReview]:
    """The parts of the joint review that he may still give."""
    return [] if entry.enterprise_id in firms_of(by, at) else due_from(entry, by, at)


def due_from(entry: Entry, by: User, at: datetime | None = None) -> list[EntryReview]:
    """The same where it is known that the firm is not his own."""
    if entry.status != stages.REVIEW or not rights_of(by, at).has(*OF_AGENCY):
        return []
    due = [one for one in entry.reviews.all() if not one.says]
    return [one for one in due if review_grant(one.agency, by, at) is not None]


def granted(verb: str, status: str, held: Held) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if sources and status not in sources:
        raise Refused(_("这家企业现在是“%(status)s”，不能再做这一步。") % {"status": _(stages.STATUSES[status])})
    able = [capacity for capacity in who if capacity in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    return held[able[0]]


def verbs_of(entry: Entry, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now, in the table's order: what its buttons are made from."""
    verbs = stages.verbs_from(entry.status, frozenset(standing(entry, by, at)))
    return [verb for verb in verbs if why_not(verb, entry, by, at) is None]


def why_not(verb: str, entry: Entry, by: Actor, at: datetime | None = None, did: Hands | None = None) -> str | None:
    """What bars a verb beside the table. `did`: whose hands it came through, where that is known of many."""
    if verb == "appeal" and entry.appeals.filter(removed_at=entry.ended_at).exists():
        return _("这次移出已经申诉过，不能再申诉。")
    if verb == "appeal" and Entry.objects.filter(enterprise=entry.enterprise_id, status=stages.LISTED).exists():
        return _("贵企业已重新列入白名单，不用申诉。")
    if verb == "renew":
        return not_renewable(entry, at or clock.now())
    if not isinstance(by, User):
        return None
    if verb in ("approve", "refuse") and _same_hands(by, entry, "whitelist.proposed", at, did):
        return _("这家企业由您推荐，请其他镇领导审批。")
    if verb in ("restore", "dismiss") and _same_hands(by, entry, "whitelist.removed", at, did):
        return _("这家企业由您移出，申诉请其他督查员处理。")
    return None


def not_renewable(entry: Entry, at: datetime) -> str | None:
    """Why its term may not be renewed now, in a sentence."""
    day = local_day(at)
    if not entry.stands_on(day):
        return _("现在不在白名单上。")
    if entry.term_until > day + timedelta(days=stages.RENEWAL_DAYS):
        return _("有效期到期前 %(n)s 天以内才能续期。") % {"n": stages.RENEWAL_DAYS}
    if Entry.objects.filter(renews=entry, status__in=[*stages.PROPOSED, stages.LISTED]).exists():
        return _("已经在办续期。")
    return None


def _same_hands(by: User, entry: Entry, kind: str, at: datetime | None, did: Hands | None = None) -> bool:
    """Whether he did the latest such act, or one of the two stands in for the other."""
    known = hands([entry], kind) if did is None else did
    return bool(set(known.get(entry.pk, ())) & {by.pk, *(principal.pk for principal in rights_of(by, at).principals)})


def hands(entries: Iterable[Entry], kind: str) -> Hands:
    """Who did the latest such act to each, and whom he stood in for; one query for any number."""
    of = Event.objects.filter(
        subject_type=subject_type(Entry), subject_id__in=[entry.pk for entry in entries], kind=kind
    )
    rows = of.order_by("pk").values_list("subject_id", "actor", "principal")
    return {
        entry: {who for who in (actor, principal) if who is not None}
        for entry, actor, principal in rows
        if entry is not None
    }
