"""The desk of a department's claims: what is to do, the earliest due first, and acts on several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_safe

from enterprises.models import firms_of
from policies.claims import capacity, stages
from policies.claims.rows import for_rows, rows_of, with_due
from policies.models import Claim, ClaimDeadline, ClaimReview
from policies.models.claims import ClaimQuerySet
from policies.models.policies import HEADS
from portal.people.models import User
from portal.people.rights import Rights, rights_of
from portal.people.roles import Role
from portal.worktime import clock

PAGE = 50
DESK = (Role.POLICY_OFFICER, *HEADS)


@dataclass(frozen=True)
class Part:
    """One part of the desk: claims of these statuses, for these roles of the round's department."""

    key: str
    name: str
    statuses: tuple[str, ...]
    roles: tuple[str, ...]
    batch: str = ""  # the act on several of them
    empty: str = ""


PARTS = (
    Part("accept", gettext_noop("待受理"), (stages.SUBMITTED,), (Role.POLICY_OFFICER,), "accept"),
    Part("deviating", gettext_noop("核校有差异"), (stages.SUBMITTED, stages.APPROVE), DESK),
    Part("review", gettext_noop("待我部门审查"), (stages.REVIEW,), DESK),
    Part("approve", gettext_noop("待审批"), (stages.APPROVE,), HEADS, "approve"),
    Part("publish", gettext_noop("待公示"), (stages.PUBLISH,), (Role.POLICY_OFFICER,), "publish"),
    Part("objection", gettext_noop("公示异议"), (stages.OBJECTION,), HEADS),
    Part("pay", gettext_noop("待兑付"), (stages.PAYMENT,), (Role.POLICY_OFFICER,), "pay"),
)


def parts_of(rights: Rights) -> list[Part]:
    return [part for part in PARTS if rights.has(*part.roles)]


def kept(rights: Rights, roles: Sequence[str]) -> frozenset[int]:
    """Where he holds one of the roles; a head answers for the departments below, too."""
    heads = [role for role in roles if role in HEADS]
    return rights.departments(*roles) | (rights.subtree(*heads) if heads else frozenset())


def condition(part: Part, user: User) -> Q:
    """Which claims stand in a part of his desk; never those of his own firm (own case), nor what he may not decide."""
    mine = kept(rights_of(user), part.roles)
    found = Q(status__in=part.statuses) & ~Q(enterprise__in=firms_of(user))
    if part.key in ("objection", "pay"):
        found &= ~capacity.barred(user)
    if part.key == "review":
        asked = ClaimReview.objects.due().filter(department__in=mine).order_by().values("claim")
        return found & Q(pk__in=asked)
    if part.key == "deviating":
        found &= ~Q(deviations=[])
    return found & Q(round__department__in=mine)


def to_do(user: User) -> ClaimQuerySet:
    """All that waits for him, over all parts; each claim once."""
    rights = rights_of(user)
    wanted = Q(pk__in=[])
    for part in parts_of(rights):
        wanted |= condition(part, user)
    return Claim.objects.visible_to(user).filter(wanted)


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """`?part=`: one part of it; 404 for who works on no claims."""
    rights = rights_of(request.user)
    parts = parts_of(rights)
    if not parts or rights.is_outside:
        raise Http404
    now, seen = clock.now(), Claim.objects.visible_to(request.user)
    counts = _counts(seen, parts, request.user)
    chosen = next((part for part in parts if part.key == request.GET.get("part")), None)
    waiting = seen.filter(condition(chosen, request.user)) if chosen else to_do(request.user)
    ordered = for_rows(with_due(waiting)).order_by(F("due_at").asc(nulls_last=True), "created_at", "pk")
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    late = _late(to_do(request.user), now)
    context = {
        "now": now,
        "heading": _heading(counts[""], late),
        "tabs": [("", _("全部"), counts[""]), *((part.key, _(part.name), counts[part.key]) for part in parts)],
        "part": chosen,
        "page": page,
        "rows": rows_of(page, now),
        "batch": BATCHES.get(chosen.batch if chosen else ""),
        "rounds": rights.has(Role.POLICY_OFFICER),
    }
    return render(request, "claims/desk.html", context)


BATCHES = {
    "accept": ("accept", gettext_noop("受理选中的")),
    "approve": ("approve", gettext_noop("批准选中的")),
    "publish": ("publish", gettext_noop("公示选中的")),
    "pay": ("pay", gettext_noop("登记选中的兑付")),
}


def _counts(seen: ClaimQuerySet, parts: Sequence[Part], user: User) -> dict[str, int]:
    """How many stand in each part, and over all, in one query."""
    conditions = {part.key: condition(part, user) for part in parts}
    anywhere = Q(pk__in=[])
    for one in conditions.values():
        anywhere |= one
    sums = {key: Count("pk", filter=one, distinct=True) for key, one in conditions.items()}
    counted: dict[str, int] = seen.order_by().aggregate(**sums, everything=Count("pk", filter=anywhere, distinct=True))
    return {"": counted.pop("everything"), **counted}


def _late(waiting: ClaimQuerySet, now: datetime) -> int:
    return waiting.filter(pk__in=ClaimDeadline.objects.late(now).order_by().values("subject")).count()


def _heading(n: int, late: int) -> str:
    if not n:
        return _("没有要办的申报")
    said = ngettext("%(n)s 件申报要办", "%(n)s 件申报要办", n) % {"n": n}
    overdue = ngettext("%(n)s 件超期", "%(n)s 件超期", late) % {"n": late} if late else ""
    return _("，").join(filter(None, [said, overdue]))


@require_safe
@login_required
def reviewed(request: HttpRequest) -> HttpResponse:
    """What his departments said in joint reviews, also of claims that are closed to them since (SEC-2)."""
    rights = rights_of(request.user)
    if rights.is_outside or not parts_of(rights):
        raise Http404
    given = ClaimReview.objects.visible_to(request.user).filter(department__in=kept(rights, DESK), at__isnull=False)
    shown = given.select_related("claim__enterprise", "claim__round__clause", "department", "by")
    context = {"page": Paginator(shown.order_by("-at", "-pk"), PAGE).get_page(request.GET.get("page"))}
    return render(request, "claims/reviewed.html", context)


def waiting_line(user: User) -> int:
    """“待办申报 n” for a home page: how many wait for him; 0 for who works on none. One query."""
    rights = rights_of(user)
    if rights.is_outside or not parts_of(rights):
        return 0
    return to_do(user).count()
