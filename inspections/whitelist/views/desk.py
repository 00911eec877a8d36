"""The desk: what waits for whoever opens it, agency, leader or supervisor; acts on several at once (INS-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_safe

from enterprises.models import firms_of
from portal.people.models import User
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Agency, Entry, EntryReview, WhitelistRound
from ...models.agencies import departments_of
from ...models.whitelist import EntryQuerySet, reads_all
from .. import stages
from ..capacity import at_large
from ..rows import for_rows, rows_of

PAGE = 100


@dataclass(frozen=True)
class Part:
    """One part of the desk, for whoever has the capacity; `acts` are done to several at once."""

    key: str
    name: str
    capacity: str
    acts: tuple[tuple[str, str], ...] = ()
    hint: str = ""


PARTS = (
    Part(
        "review",
        gettext_noop("待我部门审查"),
        "agency",
        (("agree", gettext_noop("同意选中的")), ("object", gettext_noop("对选中的提异议"))),
        gettext_noop("没有异议的可以一次选多家同意。"),
    ),
    Part(
        "objected",
        gettext_noop("有异议"),
        "proposer",
        (("uphold", gettext_noop("坚持推荐选中的")), ("drop", gettext_noop("撤回选中的"))),
        gettext_noop("撤回推荐，或说明理由报镇领导审批。"),
    ),
    Part(
        "approve",
        gettext_noop("待审批"),
        "approver",
        (("approve", gettext_noop("批准选中的")), ("refuse", gettext_noop("不批准选中的"))),
        gettext_noop("批准后立即生效，名单公开，企业收到通知。"),
    ),
    Part("appeal", gettext_noop("移出申诉"), "judge"),
    Part(
        "ending",
        gettext_noop("快到期"),
        "proposer",
        (("renew", gettext_noop("给选中的续期")),),
        gettext_noop("60 天内到期的；续期和新推荐一样要各部门审查。"),
    ),
)
ALL = {
    "agree": gettext_noop("同意全部 %(n)s 家"),
    "approve": gettext_noop("批准全部 %(n)s 家"),
    "renew": gettext_noop("给全部 %(n)s 家续期"),
}
ACTS = {verb: part for part in PARTS for verb, _name in part.acts}


def parts_of(user: User) -> list[Part]:
    """Empty for who has nothing to do with the whitelist."""
    if not reads_all(user):
        return []
    held = set(at_large(user))
    if Agency.objects.filter(active=True, approves_plans=False).worked_by(user).exists():
        held.add("agency")
    return [part for part in PARTS if part.capacity in held]


def condition(part: Part, user: User) -> Q:
    """Which entries stand in a part of his desk; never those of his own firm (own case)."""
    elsewhere = ~Q(enterprise__in=firms_of(user))
    if part.key == "review":
        mine = departments_of(rights_of(user))
        asked = EntryReview.objects.due().filter(agency__department__in=mine).order_by().values("entry")
        return elsewhere & Q(status=stages.REVIEW, pk__in=asked)
    if part.key == "ending":
        day = local_day(clock.now())
        ends = Entry.objects.ending(day, day + timedelta(days=stages.RENEWAL_DAYS)).order_by().values("pk")
        return elsewhere & Q(pk__in=ends)
    if part.key == "approve":  # what takes two people waits for the other one
        return elsewhere & Q(status=stages.APPROVE) & ~Q(proposed_by=user)
    if part.key == "appeal":
        return elsewhere & Q(status=stages.APPEAL) & (Q(ended_by=None) | ~Q(ended_by=user))
    return elsewhere & Q(status=stages.OBJECTED)


def to_do(user: User) -> EntryQuerySet:
    """All that waits for him, over all parts."""
    wanted = Q(pk__in=[])
    for part in parts_of(user):
        wanted |= condition(part, user)
    return Entry.objects.visible_to(user).filter(wanted)


def waiting_line(user: User) -> int:
    """“白名单 n” for a home page: how many wait for him; 0 for who has nothing to do with it."""
    return to_do(user).count() if parts_of(user) else 0


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """`?part=` one part of it, `?round=` of one round; 404 for who has nothing to do with the whitelist."""
    parts = parts_of(request.user)
    if not reads_all(request.user):
        raise Http404
    now, seen = clock.now(), Entry.objects.visible_to(request.user)
    if round := _round(request):
        seen = seen.filter(round=round)
    counts = _counts(seen, parts, request.user)
    chosen = next((part for part in parts if part.key == request.GET.get("part")), None)
    chosen = chosen or next((part for part in parts if counts[part.key]), parts[0] if parts else None)
    waiting = seen.filter(condition(chosen, request.user)) if chosen else seen.none()
    order = ("term_until", "pk") if chosen and chosen.key == "ending" else ("proposed_at", "pk")
    page = Paginator(for_rows(waiting).order_by(*order), PAGE).get_page(request.GET.get("page"))
    context = {
        "now": now,
        "heading": _heading(sum(counts.values())),
        "tabs": [(part, _(part.name), counts[part.key]) for part in parts],
        "part": chosen,
        "hint": _(chosen.hint) if chosen and chosen.hint else "",
        "acts": [(verb, _(name)) for verb, name in chosen.acts] if chosen else [],
        "page": page,
        "rows": rows_of(page, now),
        "all": _all(chosen, page.paginator.count),
        "round": round,
        "proposes": "proposer" in at_large(request.user),
    }
    return render(request, "whitelist/desk.html", context)


def _round(request: HttpRequest) -> WhitelistRound | None:
    typed = request.GET.get("round", "")
    found = WhitelistRound.objects.visible_to(request.user)
    return found.filter(pk=typed).first() if typed.isdecimal() and len(typed) < 19 else None


def _counts(seen: EntryQuerySet, parts: Sequence[Part], user: User) -> dict[str, int]:
    """How many stand in each part, in one query."""
    sums: dict[str, Any] = {part.key: Count("pk", filter=condition(part, user), distinct=True) for part in parts}
    return seen.order_by().aggregate(**sums) if sums else {}


def _all(part: Part | None, n: int) -> tuple[str, str] | None:
    """The act on all of the part, where it needs no words of its own for each."""
    verb = next((verb for verb, _name in part.acts if verb in ALL), None) if part else None
    return (verb, _(ALL[verb]) % {"n": n}) if verb else None


def _heading(n: int) -> str:
    if not n:
        return _("白名单：现在没有要办的")
    return ngettext("白名单：%(n)s 家企业要办", "白名单：%(n)s 家企业要办", n) % {"n": n}
