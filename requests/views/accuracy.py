"""研判建议的准确率: what was suggested at triage against the final decision (APP-16)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.people.doors import only_for
from portal.people.roles import Role
from portal.worktime import clock
from requests.likeness.accuracy import WHAT, Accuracy


@require_safe
@only_for(Role.TRIAGER, Role.SUPERVISOR, Role.LEADER)
def accuracy(request: HttpRequest) -> HttpResponse:
    """For category and department: how often right, of how many, how often silent; by value and by month."""
    found = Accuracy(request.user, clock.now())
    parts = [
        {"name": _(name), "total": found.totals[what], "values": found.by_value[what], "months": found.by_month[what]}
        for what, name in WHAT.items()
    ]
    return render(request, "requests/accuracy.html", {"parts": parts, "finding": finding(found)})


def finding(found: Accuracy) -> str:
    category, department = found.totals["category"], found.totals["department"]
    if category.rate is None or department.rate is None:
        return _("还没有建议办结，准确率要等办结后才知道")
    given = {
        "right": category.counts["right"],
        "of": category.counts["decided"],
        "department_right": department.counts["right"],
        "department_of": department.counts["decided"],
    }
    return (
        _("研判建议：类别 %(of)s 件里对 %(right)s 件，主办部门 %(department_of)s 件里对 %(department_right)s 件")
        % given
    )
