"""Confidential complaints (APP-18): who reads them, in which capacity, and that every reading is noted.

Keepers are the supervisors whom the complaint is not about, or the designated leader where it is about all of them.
They have the centre's acts and the signature; the handlers named have the department's. Nobody else has any, whatever
he holds; the firm's side is whoever filed it, alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Func, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from enterprises.models import Member, firms_of
from portal import trail
from portal.people.models import Department, Membership, User
from portal.people.refusal import Refused
from portal.people.rights import HEADS, Grant, Rights, rights_of
from portal.people.roles import Role
from requests import stages
from requests.models import Complaint, ComplaintSubject, Confirmation, NamedHandler, Ticket

IN_DEPARTMENT = (Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)


# Who reads -----------------------------------------------------------------------------------------------------


class Confided(Func):
    """Whether a confidential ticket is one that he reads: filed by himself, given to him by name, or kept by him.

    Written by hand: every list, count and figure asks it, often several times, and to build it took longer than to run
    it. What does not depend on the ticket is read into arrays, once for each statement: planned for every row, it kept
    searches from going by their index. Whoever is of the firm reads no other's case about it, whatever his office.
    """

    def __init__(self, user: User, rights: Rights, at: datetime | None) -> None:
        super().__init__("pk", "enterprise", "handler", "filed_by", "registered_by", output_field=BooleanField())
        self.sql, self.asked = _confided(user, rights, at)

    def as_sql(self, compiler: Any, connection: Any, **kwargs: Any) -> tuple[str, list[Any]]:
        ticket, firm, handler, filer, clerk = (compiler.compile(one)[0] for one in self.get_source_expressions())
        return self.sql.format(ticket=ticket, firm=firm, handler=handler, filer=filer, clerk=clerk), self.asked


Asked = tuple[str, list[Any]]  # a condition and its parameters


def _confided(user: User, rights: Rights, at: datetime | None) -> Asked:
    now, instants = ("CURRENT_TIMESTAMP", []) if at is None else ("%s", [at, at])
    firms = "SELECT enterprise_id FROM enterprises_member WHERE user_id = %s"
    firms = f"(ARRAY({firms} AND since <= {now} AND (until IS NULL OR until > {now})))"
    filed, asked = f"{{filer}} = %s AND {{clerk}} IS NULL AND {{firm}} = ANY {firms}", [user.pk, user.pk, *instants]
    if not rights.is_official:
        return f"({filed})", asked
    given = "{handler} = %s OR {ticket} = ANY (ARRAY(SELECT ticket_id FROM requests_namedhandler"
    given += " WHERE user_id = %s AND ended_at IS NULL))"
    kept, keeps = _kept_by(user, rights)
    office = f"({given} OR {kept}) AND ({{firm}} IS NULL OR {{firm}} <> ALL {firms})"
    return f"({filed} OR {office})", [*asked, user.pk, user.pk, *keeps, user.pk, *instants]


def _kept_by(user: User, rights: Rights) -> Asked:
    """As supervisor, or as a leader in their place: where it is neither about him nor about whom he stands in for."""
    ways: list[Asked] = []
    for grant in rights.grants:
        if grant.role == Role.SUPERVISOR:
            ways.append(_not_about(grant.principal) if grant.principal else ("TRUE", []))
        elif grant.role == Role.LEADER and grant.principal is None:
            kept = "SELECT ticket_id FROM requests_complaint WHERE keeper_id = %s"
            ways.append((f"{{ticket}} = ANY (ARRAY({kept}))", [user.pk]))
    if not ways:
        return "FALSE", []
    limits = [_not_about(user)]
    if rights.lineage:
        accused = "SELECT ticket_id FROM requests_complaint WHERE accused_id = ANY(%s)"
        limits.append((f"{{ticket}} <> ALL (ARRAY({accused}))", [sorted(rights.lineage)]))
    either = " OR ".join(sql for sql, _asked in ways)
    every = " AND ".join([f"({either})", *(sql for sql, _asked in limits)])
    return f"({every})", [value for _sql, asked in (*ways, *limits) for value in asked]


def _not_about(user: User) -> Asked:
    return "{ticket} <> ALL (ARRAY(SELECT ticket_id FROM requests_complaintsubject WHERE user_id = %s))", [user.pk]


def filer(ticket: Ticket, user: User, at: datetime | None = None) -> bool:
    """Whether he filed it himself for the firm, and still acts for it."""
    mine = ticket.filed_by_id == user.pk and ticket.registered_by_id is None
    return mine and ticket.enterprise_id in firms_of(user, at)


# In which capacity ---------------------------------------------------------------------------------------------

# What the verbs themselves ask for, beyond the table: the centre's acts and the signature.
AS_KEEPER = (
    *(stages.KEEPER, "supervisor", "intake_clerk", "triager", "revisitor", "first_responder"),
    *stages.HEADS,
)


def confided(ticket: Ticket, by: User, at: datetime | None = None) -> dict[str, Grant | None]:
    """What `capacity.standing` says of a confidential matter."""
    if not by.is_authenticated:
        return {}
    if filer(ticket, by, at):
        return {stages.MEMBER: None}
    if ticket.enterprise_id is not None and ticket.enterprise_id in firms_of(by, at):
        return {}
    held: dict[str, Grant | None] = {}
    if is_named(ticket, by):
        held |= dict.fromkeys((stages.NAMED, "lead.handler"), _office(ticket, by, at))
    keeping = keeper_grant(ticket, by, at)
    return held | dict.fromkeys(AS_KEEPER, keeping) if keeping else held


def keeper_grant(ticket: Ticket, user: User, at: datetime | None = None) -> Grant | None:
    """The right by which he keeps it; None where it is about him, his unit, or the one he stands in for."""
    rights = rights_of(user, at)
    offices = [g for g in rights.grants if g.role in (Role.SUPERVISOR, Role.LEADER)]
    if not offices or (ticket.enterprise_id is not None and ticket.enterprise_id in firms_of(user, at)):
        return None
    complaint = complaint_of(ticket)
    about = subjects(ticket)
    if user.pk in about or (complaint and complaint.accused_id in rights.lineage):
        return None
    for grant in offices:
        if grant.role == Role.SUPERVISOR and (grant.principal is None or grant.principal.pk not in about):
            return grant
        if grant.role == Role.LEADER and not grant.principal and complaint and complaint.keeper_id == user.pk:
            return grant
    return None


def _office(ticket: Ticket, user: User, at: datetime | None) -> Grant | None:
    """The right by which a named handler works: for the lead department, else for his own; never a borrowed one."""
    own = [g for g in rights_of(user, at).grants if g.role in IN_DEPARTMENT and g.principal is None]
    return min(own, key=lambda grant: grant.department_id != ticket.lead_department_id, default=None)


def complaint_of(ticket: Ticket) -> Complaint | None:
    return getattr(ticket, "complaint", None)


def subjects(ticket: Ticket) -> set[int]:
    return set(ComplaintSubject.objects.filter(ticket=ticket).values_list("user", flat=True))


def is_named(ticket: Ticket, user: User) -> bool:
    return ticket.handler_id == user.pk or NamedHandler.objects.filter(ticket=ticket, user=user, ended_at=None).exists()


def named(ticket: Ticket) -> list[User]:
    """The handlers named now, the first of them first."""
    rows = ticket.named_handlers.filter(ended_at=None, user__is_active=True).select_related("user")
    found = {row.user_id: row.user for row in rows}
    if ticket.handler and ticket.handler.is_active:
        found.setdefault(ticket.handler.pk, ticket.handler)
    return list(found.values())


def keepers(ticket: Ticket, at: datetime | None = None) -> list[User]:
    """Who keeps it now, those who stand in for one included."""
    complaint = complaint_of(ticket)
    asked = Q(pk__in=User.objects.holding(Role.SUPERVISOR, at=at).values("pk"))
    if complaint and complaint.keeper_id:
        asked |= Q(pk=complaint.keeper_id)
    return [user for user in User.objects.active().filter(asked).order_by("pk") if keeper_grant(ticket, user, at)]


# Whom it may be given to ----------------------------------------------------------------------------------------


def below(department: int | None) -> frozenset[int]:
    """The unit and all below it: none of them ever handles a complaint about it."""
    reached: set[int] = set()
    fresh = {department} if department is not None else set()
    while fresh:
        reached |= fresh
        fresh = set(Department.objects.filter(parent__in=fresh).values_list("pk", flat=True)) - reached
    return frozenset(reached)


def above(department: int | None) -> frozenset[int]:
    """The units above it, whose heads answer for it."""
    reached: set[int] = set()
    while department is not None and department not in reached:
        reached.add(department)
        department = Department.objects.filter(pk=department).values_list("parent", flat=True).first()
    return frozenset(reached)


def may_be_named(ticket: Ticket, user: User, at: datetime | None = None) -> bool:
    """Who works outside the accused unit, is not meant himself, is nobody of the firm, and does not sign it."""
    own = [g for g in rights_of(user, at).grants if g.role in IN_DEPARTMENT and g.principal is None]
    complaint = complaint_of(ticket)
    accused = complaint.accused_id if complaint else None
    if not own or user.pk in subjects(ticket) or accused in rights_of(user, at).lineage:
        return False
    if below(accused) & rights_of(user, at).departments():
        return False
    if ticket.enterprise_id is not None and ticket.enterprise_id in firms_of(user, at):
        return False
    return keeper_grant(ticket, user, at) is None


def candidates(ticket: Ticket, at: datetime | None = None) -> QuerySet[User]:
    """Who is offered to be named, asked as rows; `may_be_named` has the last word."""
    complaint = complaint_of(ticket)
    accused = complaint.accused_id if complaint else None
    held = Membership.objects.current(at)
    concerned = held.filter(department__in=below(accused)) | held.filter(department__in=above(accused), role__in=HEADS)
    keeping = held.filter(role=Role.SUPERVISOR)
    own = Member.objects.current(at).filter(enterprise=ticket.enterprise_id)
    found = User.objects.serving(*IN_DEPARTMENT, at=at).exclude(pk__in=concerned.values("user"))
    found = found.exclude(pk__in=keeping.values("user")).exclude(pk__in=own.values("user"))
    return found.exclude(pk__in=ComplaintSubject.objects.filter(ticket=ticket).values("user"))


def unit_of(ticket: Ticket, user: User, at: datetime | None = None) -> int:
    """The department for which a named handler works on it."""
    own = [g for g in rights_of(user, at).grants if g.role in IN_DEPARTMENT and g.principal is None]
    pk = own[0].department_id
    assert pk is not None
    return pk


# Every reading is noted -----------------------------------------------------------------------------------------

WHAT = {
    "page": gettext_noop("看诉求"),
    "panel": gettext_noop("看侧栏"),
    "act": gettext_noop("看办理页"),
    "file": gettext_noop("下载附件"),
    "receipt": gettext_noop("看回执"),
    "export": gettext_noop("导出"),
    "api": gettext_noop("程序接口"),
    "paper": gettext_noop("看文书"),
}


def note_read(ticket: Ticket, user: User, what: str) -> None:
    """Notes that somebody opened a confidential matter; nothing for an ordinary one."""
    if ticket.confidential:
        trail.read(ticket, user, what=what, grant=keeper_grant(ticket, user))


def note_reads(tickets: Iterable[Ticket], user: User, what: str) -> None:
    for ticket in tickets:
        note_read(ticket, user, what)


def noting(tickets: Iterable[Ticket], user: User, what: str) -> Iterator[Ticket]:
    """The tickets as they go out, each confidential one noted."""
    for ticket in tickets:
        note_read(ticket, user, what)
        yield ticket


def demand_finding(ticket: Ticket) -> None:
    """Before the result comes the finding (APP-18)."""
    if complaint_of(ticket) is not None and not ticket.findings.exists():
        raise Refused(_("保密投诉要先作认定，再报结果。"))


def offered(ticket: Ticket, verbs: list[str]) -> list[str]:
    """Of the verbs that one may do to a confidential matter, those for which it is time: finding, then result."""
    if complaint_of(ticket) is None or not {"find", "report"} & set(verbs):
        return verbs
    found = ticket.findings.order_by("-at").first()
    again = found is not None and ticket.results.filter(signed_at__gte=found.at).exists()  # the firm was not content
    there = set(ticket.confirmations.values_list("what", flat=True))
    early = set() if found else {"report"}
    if len(there) < len(Confirmation.What) or (found and not again):
        early.add("find")
    return [verb for verb in verbs if verb not in early]
