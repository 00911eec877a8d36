"""The leader's own instructions (APP-21): what is owed to him, what was answered, what fell away with its ticket."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from portal.people.doors import only_for
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime import clock
from requests.models import Instruction
from requests.models.supervision import InstructionQuerySet

PAGE = 25
OPEN, ANSWERED, ENDED = "open", "answered", "ended"
TABS = ((OPEN, gettext_lazy("等答复")), (ANSWERED, gettext_lazy("已答复")), (ENDED, gettext_lazy("随诉求结束")))
HOLDS = {
    OPEN: Q(deadline__met_at=None, deadline__cancelled_at=None),
    ANSWERED: Q(answered_at__isnull=False),
    ENDED: Q(answered_at=None, deadline__cancelled_at__isnull=False),
}


def own(user: User) -> InstructionQuerySet:
    """His instructions on tickets that he may still read."""
    return Instruction.objects.visible_to(user).given_by(user)


@require_safe
@only_for(Role.LEADER)
def given(request: HttpRequest) -> HttpResponse:
    """`?tab=` open (the earliest due first), answered or ended (the latest first)."""
    now, mine = clock.now(), own(request.user)
    counts = mine.order_by().aggregate(
        late=Count("pk", filter=HOLDS[OPEN] & Q(deadline__due_at__lt=now)),
        **{key: Count("pk", filter=holds) for key, holds in HOLDS.items()},
    )
    tab = next((key for key, _name in TABS if key == request.GET.get("tab")), OPEN)
    relations = ("ticket__enterprise", "deadline__department", "deadline__user", "given_by", "answered_by")
    order = ("deadline__due_at", "pk") if tab == OPEN else ("-answered_at", "-given_at", "-pk")
    shown = mine.filter(HOLDS[tab]).select_related(*relations).order_by(*order)
    context = {
        "now": now,
        "tab": tab,
        "tabs": [(key, name, counts[key]) for key, name in TABS if key != ENDED or counts[key] or tab == ENDED],
        "heading": _heading(counts[OPEN], counts["late"]),
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "requests/instructions.html", context)


def _heading(n: int, late: int) -> str:
    if not n:
        return _("没有等答复的批示")
    said = ngettext("%(n)s 条批示等答复", "%(n)s 条批示等答复", n) % {"n": n}
    if not late:
        return said
    overdue = ngettext("%(n)s 条超期", "%(n)s 条超期", late) % {"n": late}
    return _("，").join([said, overdue])
