"""The verbs on a year's key list and its entries (ENT-9): opened, proposed, reviewed, approved as a whole.

Each locks the list first, leaves an event and tells whoever has the next act. Nothing is deleted: what was declined or
removed keeps its reason, and an approved list stays as it was, but for the people who look after its firms.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.worktime import clock

from ..flow import assign_steward
from ..models import Criterion, Enterprise, KeyEntry, KeyList, Level, Stewardship, firms_of
from ..models.keylists import SIZES
from . import stages

LONGEST = 300  # characters of a reason
MOST = 200  # firms proposed at once


@transaction.atomic
def open_list(level: str, year: int, *, by: User, at: datetime | None = None) -> KeyList:
    """开始编制: takes over what stands on the level's last approved list, with its leader contacts and its size."""
    at = at or clock.now()
    grant = _granted(stages.LIST_VERBS["open_list"][2], by, at)
    this_year = timezone.localdate(at).year
    if level not in Level.values or not this_year - 1 <= year <= this_year + 1:
        raise Refused(_("只能编制去年到明年的名单。"), "year")
    made = KeyList(level=level, year=year, status=stages.DRAFTING, opened_by=by, opened_at=at)
    former = made.former()
    made.size = former.size if former else SIZES[Level(level)]
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(_("%(name)s已经在编制或已批准。") % {"name": made}, "year") from twice
    carried = former.entries.standing().order_by("pk") if former else KeyEntry.objects.none()
    KeyEntry.objects.bulk_create(
        KeyEntry(
            of=made,
            enterprise_id=entry.enterprise_id,
            state=stages.STANDING,
            carried=True,
            reason=entry.reason,
            proposed_at=at,
            leader_id=entry.leader_id,
        )
        for entry in carried
    )
    outbox.tell("key_list.opened", made, by, at, grant, carried=made.entries.count())
    return made


@transaction.atomic
def set_size(key_list: KeyList, *, by: User, size: int, at: datetime | None = None) -> KeyList:
    """改名额."""
    key_list, at, grant = _begin(key_list, "set_size", by, at)
    if not 1 <= size <= 2000:
        raise Refused(_("名额请写 1 到 2000。"), "size")
    former, key_list.size = key_list.size, size
    key_list.save(update_fields=["size"])
    outbox.tell("key_list.resized", key_list, by, at, grant, told=False, former=former, size=size)
    return key_list


@transaction.atomic
def propose(
    key_list: KeyList,
    *,
    by: User,
    firms: Sequence[Enterprise],
    reason: str,
    criterion: Criterion | None = None,
    at: datetime | None = None,
) -> list[KeyEntry]:
    """推荐: firms for a list that is being made. Heads and triagers propose any, stewards the firms they look after."""
    key_list, at, grant = _begin(key_list, "propose", by, at)
    reason = required_line(reason, _("请写推荐理由。"))
    firms = _proposable(key_list, firms, by, grant, at)
    rows = [
        KeyEntry(
            of=key_list,
            enterprise=firm,
            state=stages.PROPOSED,
            reason=reason,
            criterion=criterion,
            proposed_by=by,
            proposed_at=at,
        )
        for firm in firms
    ]
    made: list[KeyEntry] = KeyEntry.objects.bulk_create(rows)
    data: dict[str, Any] = {"entries": [entry.pk for entry in made], "criterion": criterion.pk if criterion else None}
    outbox.tell("key_list.proposed", key_list, by, at, grant, **data)
    return made


def _proposable(
    key_list: KeyList, firms: Iterable[Enterprise], by: User, grant: Grant, at: datetime
) -> list[Enterprise]:
    """The firms, each once. Refused, with the names, where one may not be proposed."""
    wanted = {firm.pk: firm for firm in firms}
    if not wanted:
        raise Refused(_("请选企业。"), "firms")
    if len(wanted) > MOST:
        raise Refused(_("一次最多推荐 %(n)s 家。") % {"n": MOST}, "firms")
    if firms_of(by, at) & wanted.keys():
        raise Refused(_("不能推荐您自己所在的企业，请别的同事推荐。"), "firms")
    gone = [firm.called for firm in wanted.values() if firm.status != Enterprise.Status.ACTIVE]
    if gone:
        raise Refused(_("已注销、吊销或迁出的不能推荐：%(names)s") % {"names": _named(gone)}, "firms")
    there = key_list.entries.filter(enterprise__in=wanted, state__in=(stages.PROPOSED, stages.STANDING))
    already = list(there.values_list("enterprise__name", flat=True))
    if already:
        raise Refused(_("已在名单上或已推荐：%(names)s") % {"names": _named(already)}, "firms")
    if grant.role == Role.STEWARD:
        own = set(Enterprise.objects.filter(pk__in=wanted).stewarded_by(by, at).values_list("pk", flat=True))
        foreign = [firm.called for pk, firm in wanted.items() if pk not in own]
        if foreign:
            raise Refused(_("服务管家推荐自己服务的企业，这几家不是：%(names)s") % {"names": _named(foreign)}, "firms")
    return list(wanted.values())


# One entry --------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(entry: KeyEntry, *, by: User, at: datetime | None = None) -> KeyEntry:
    """审核通过. Nobody reviews what he proposed himself."""
    entry, at, grant = _begin_entry(entry, "accept", by, at)
    _not_own(entry, by)
    return _decide(entry, "accept", by, at, grant)


@transaction.atomic
def decline(entry: KeyEntry, *, by: User, reason: str, at: datetime | None = None) -> KeyEntry:
    """审核不通过, with the reason that whoever proposed it reads."""
    entry, at, grant = _begin_entry(entry, "decline", by, at)
    _not_own(entry, by)
    entry.decided_for = required_line(reason, _("请写不通过的理由。"))
    return _decide(entry, "decline", by, at, grant)


@transaction.atomic
def remove(entry: KeyEntry, *, by: User, reason: str, at: datetime | None = None) -> KeyEntry:
    """移出: a firm that stood on last year's list, or was accepted, leaves this one."""
    entry, at, grant = _begin_entry(entry, "remove", by, at)
    entry.decided_for = required_line(reason, _("请写移出的理由。"))
    return _decide(entry, "remove", by, at, grant, tell=False)


@transaction.atomic
def put_back(entry: KeyEntry, *, by: User, at: datetime | None = None) -> KeyEntry:
    """恢复: a removal or a refusal is taken back while the list is made; its reason stays in the row."""
    entry, at, grant = _begin_entry(entry, "put_back", by, at)
    there = entry.of.entries.filter(enterprise=entry.enterprise_id, state__in=(stages.PROPOSED, stages.STANDING))
    if there.exists():
        raise Refused(_("这家企业已另行推荐，请办那一条。"))
    return _decide(entry, "put_back", by, at, grant, tell=False)


@transaction.atomic
def name_people(
    entry: KeyEntry, *, by: User, leader: User | None, steward: User | None = None, at: datetime | None = None
) -> KeyEntry:
    """定联系领导和服务管家. The steward is the firm's own: naming another one hands the firm over to him."""
    entry, at, grant = _begin_entry(entry, "name_people", by, at)
    if leader is None or not User.objects.serving(Role.LEADER, at=at).filter(pk=leader.pk).exists():
        raise Refused(_("请选一位镇领导。"), "leader")
    former, entry.leader = entry.leader_id, leader
    now = steward_of(entry.enterprise, at)
    if steward is not None and (now is None or now.pk != steward.pk):
        assign_steward(entry.enterprise, steward, by=by, at=at)
    entry.save(update_fields=["leader"])
    tell = entry.of.status == stages.APPROVED and former != leader.pk
    named: dict[str, Any] = {"leader": leader.pk, "steward": steward.pk if steward else None, "former": former}
    outbox.tell("key_entry.people_named", entry, by, at, grant, told=tell, **named)
    return entry


def steward_of(firm: Enterprise, at: datetime | None = None) -> User | None:
    held = firm.stewardships.current(at).filter(kind=Stewardship.Kind.STEWARD).select_related("user").first()
    return held.user if held else None


def _not_own(entry: KeyEntry, by: User) -> None:
    if entry.proposed_by_id == by.pk:
        raise Refused(_("这家是您推荐的，请别的同事审核。"))


def _decide(
    entry: KeyEntry, verb: str, by: User, at: datetime, grant: Grant, *, tell: bool = True, **data: Any
) -> KeyEntry:
    entry.state = stages.ENTRY_VERBS[verb][2]
    entry.decided_by, entry.decided_at = by, at
    entry.save()
    kinds = {"accept": "accepted", "decline": "declined", "remove": "removed", "put_back": "put_back"}
    outbox.tell(f"key_entry.{kinds[verb]}", entry, by, at, grant, told=tell, enterprise=entry.enterprise_id, **data)
    return entry


# The list as a whole ----------------------------------------------------------------------------------------------


@transaction.atomic
def submit(key_list: KeyList, *, by: User, at: datetime | None = None) -> KeyList:
    """报审批: nothing is undecided, no more than its places are taken, and every firm has its two people."""
    key_list, at, grant = _begin(key_list, "submit", by, at)
    _complete(key_list, at)
    key_list.status, key_list.submitted_by, key_list.submitted_at = stages.APPROVING, by, at
    key_list.returned_for = ""
    key_list.save()
    outbox.tell("key_list.submitted", key_list, by, at, grant)
    return key_list


def _complete(key_list: KeyList, at: datetime) -> None:
    """Refuses, with what is missing, a list that cannot be approved yet."""
    waiting = key_list.entries.filter(state=stages.PROPOSED).count()
    if waiting:
        raise Refused(_("还有 %(n)s 家没有审核。") % {"n": waiting})
    standing = list(key_list.entries.standing().select_related("enterprise"))
    if not standing:
        raise Refused(_("名单上还没有企业。"))
    if len(standing) > key_list.size:
        sentence = _("名单上有 %(n)s 家，名额是 %(size)s 家，请移出或改名额。")
        raise Refused(sentence % {"n": len(standing), "size": key_list.size})
    firms = [entry.enterprise_id for entry in standing]
    held = Stewardship.objects.current(at).filter(kind=Stewardship.Kind.STEWARD, enterprise__in=firms)
    served = set(held.values_list("enterprise", flat=True))
    lacking = [one.enterprise.called for one in standing if one.leader_id is None or one.enterprise_id not in served]
    if lacking:
        raise Refused(_("还没有定联系领导或服务管家：%(names)s") % {"names": _named(lacking)})


@transaction.atomic
def send_back(key_list: KeyList, *, by: User, reason: str, at: datetime | None = None) -> KeyList:
    """退回修改."""
    key_list, at, grant = _begin(key_list, "send_back", by, at)
    key_list.returned_for = required_line(reason, _("请写退回的理由。"))
    key_list.status = stages.DRAFTING
    key_list.save()
    outbox.tell("key_list.sent_back", key_list, by, at, grant)
    return key_list


@transaction.atomic
def approve(key_list: KeyList, *, by: User, at: datetime | None = None) -> KeyList:
    """批准: the list holds as a whole; who looks after each firm is written down as it is now."""
    key_list, at, grant = _begin(key_list, "approve", by, at)
    _complete(key_list, at)
    held = Stewardship.objects.current(at).filter(kind=Stewardship.Kind.STEWARD)
    people = dict(held.filter(enterprise__in=key_list.entries.values("enterprise")).values_list("enterprise", "user"))
    entries = list(key_list.entries.standing())
    for entry in entries:
        entry.steward_id = people[entry.enterprise_id]
    KeyEntry.objects.bulk_update(entries, ["steward"], batch_size=500)
    key_list.status, key_list.approved_by, key_list.approved_at = stages.APPROVED, by, at
    key_list.save()
    outbox.tell("key_list.approved", key_list, by, at, grant, firms=len(entries))
    return key_list


# What they share --------------------------------------------------------------------------------------------------


def _begin(key_list: KeyList, verb: str, by: User, at: datetime | None) -> tuple[KeyList, datetime, Grant]:
    """The list, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    locked = KeyList.objects.select_for_update(of=("self",), no_key=True).get(pk=key_list.pk)
    at = at or clock.now()
    sources, _to, who = stages.LIST_VERBS[verb]
    if locked.status not in sources:
        raise Refused(_("这份名单现在是“%(status)s”，不能再做这一步。") % {"status": locked.status_name})
    return locked, at, _granted(who, by, at)


def _begin_entry(entry: KeyEntry, verb: str, by: User, at: datetime | None) -> tuple[KeyEntry, datetime, Grant]:
    """The entry with its list locked before it."""
    key_list = KeyList.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.of_id)
    rows = KeyEntry.objects.select_for_update(of=("self",), no_key=True).select_related("enterprise")
    locked = rows.get(pk=entry.pk)
    locked.of = key_list
    at = at or clock.now()
    statuses, states, _to, who = stages.ENTRY_VERBS[verb]
    if key_list.status not in statuses:
        raise Refused(_("这份名单现在是“%(status)s”，不能再做这一步。") % {"status": key_list.status_name})
    if locked.state not in states:
        raise Refused(_("这家企业现在是“%(state)s”，不能再做这一步。") % {"state": locked.state_name})
    return locked, at, _granted(who, by, at)


def _granted(who: Sequence[str], by: User, at: datetime) -> Grant:
    """The right by which he does it, his own before one he stands in for; the widest role first."""
    rights = rights_of(by, at)
    held = [grant for role in reversed(who) if (grant := rights.grant(role)) is not None]
    if not held or rights.is_outside:
        raise Refused(_("这一步不由您办理。"))
    widest = [grant for grant in held if grant.role != Role.STEWARD] or held
    return min(widest, key=lambda grant: grant.principal is not None)


def _named(names: Sequence[str]) -> str:
    """The first few names, and that there are more."""
    shown = _("、").join(names[:5])
    return _("%(names)s等 %(n)s 家") % {"names": shown, "n": len(names)} if len(names) > 5 else shown
