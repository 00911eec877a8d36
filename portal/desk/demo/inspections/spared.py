"""The whitelist of the demo town (INS-1): this year's round stands, some wait, one was removed and appeals."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from enterprises.models import Enterprise, Member, Outcome
from inspections.models import Entry, EntryReview
from inspections.whitelist import criteria, flow, stages
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.roles import Role
from portal.worktime.words import local_day

from .staff import Staff

SIZE, OF = 372, 8000  # 372 firms of 8,000
LEAST = 12
TERM = timedelta(days=364)
WAITING = 8  # firms of the round that is under review


def load(staff: Staff, firms: list[Enterprise], words: dict[str, Any]) -> set[int]:
    """The keys of the firms that are on the list."""
    criterion = criteria.admission()
    fits = Outcome.objects.filter(criterion=criterion, outcome=Outcome.Is.YES).values_list("enterprise", flat=True)
    own = Member.objects.filter(user__username=Role.ENTERPRISE_MEMBER).values_list("enterprise", flat=True)
    admitted = set(fits) - set(own)  # the demo's own firm is visited, so that there is something to see
    fitting = [firm for firm in firms if firm.pk in admitted]
    size = min(max(LEAST, Enterprise.objects.count() * SIZE // OF), max(len(fitting) - WAITING - 1, 0))
    if not size:
        return set()
    by = staff.people[staff.keeper.pk][0].user
    chosen, others = fitting[: size + 1], fitting[size + 1 :]  # one is taken off again, if anybody is there to appeal
    owned = set(Member.objects.current(staff.now).values_list("enterprise", flat=True))
    if not any(firm.pk in owned for firm in chosen):
        chosen = chosen[:size]
    listed = _stand(staff, chosen, by)
    _under_review(staff, others[:WAITING], by, words)
    return listed - _removed(staff, words)


def _stand(staff: Staff, firms: list[Enterprise], by: User) -> set[int]:
    """Proposed early this year, agreed to by all agencies, approved by a town leader."""
    day = staff.desk.back(200)
    at = staff.desk.office(day)
    title = f"{day.year} 年第一批"
    made = flow.propose(firms, by=by, title=title, term_from=local_day(at), term_until=local_day(at) + TERM, at=at)
    reviewed, approved = staff.desk.after(at, 3), staff.desk.after(at, 6)
    for agency in staff.agencies[1:]:
        flow.review_many(made.entries, by=staff.head(agency), agency=agency, says=EntryReview.Says.AGREES, at=reviewed)
    flow.approve_many(made.entries, by=User.objects.get(username=Role.LEADER), at=approved)
    standing = Entry.objects.filter(round=made.round, status=stages.LISTED)
    return set(standing.values_list("enterprise", flat=True))


def _under_review(staff: Staff, firms: list[Enterprise], by: User, words: dict[str, Any]) -> None:
    """The second round: most agencies have answered, one objects."""
    if len(firms) < 2:
        return
    at = staff.desk.office(staff.desk.back(4))
    title = f"{local_day(at).year} 年第二批"
    made = flow.propose(firms, by=by, title=title, term_from=local_day(at), term_until=local_day(at) + TERM, at=at)
    said = staff.desk.after(at, 1)
    for n, agency in enumerate(staff.agencies[1:-1]):
        own = made.entries[1:] if n == 0 else made.entries
        agreed = {"by": staff.head(agency), "agency": agency, "at": said}
        flow.review_many(own, says=EntryReview.Says.AGREES, grounds="", **agreed)
        if n == 0:
            grounds = words["said"]["objection"]
            flow.review_many(made.entries[:1], says=EntryReview.Says.OBJECTS, grounds=grounds, **agreed)


def _removed(staff: Staff, words: dict[str, Any]) -> set[int]:
    """Taken off after an incident; the firm appeals. The key of the firm."""
    own = Member.objects.current(staff.now).values("enterprise")
    entry = Entry.objects.filter(status=stages.LISTED, enterprise__in=own).order_by("-pk").first()
    if entry is None:
        return set()
    at = staff.desk.office(staff.desk.back(6))
    said = words["said"]
    agency = staff.agencies[1]
    flow.remove(entry, by=staff.head(agency), reason=said["incident"], basis=said["incident_basis"], at=at)
    member = Member.objects.current(staff.now).filter(enterprise=entry.enterprise_id).order_by("pk").first()
    if member is not None:
        with suppress(Refused):  # a town so small that the only member is an official
            flow.appeal(entry, by=member.user, text=said["appeal"], at=staff.desk.after(at, 2))
    return {entry.enterprise_id}
