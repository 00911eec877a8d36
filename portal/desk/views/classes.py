"""类案: the town's classes of problems with their trend, and its Excel file (APP-16)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.desk.figures.classes import Classes
from portal.people.doors import only_for
from portal.people.roles import Role
from portal.worktime import clock
from requests.models import Ticket

READERS = (Role.TRIAGER, Role.SUPERVISOR, Role.LEADER)  # they list all ordinary matters, so every figure opens its list


@require_safe
@only_for(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """Twelve months of every category, and the common problems of each month."""
    classes = Classes(request.user, clock.now())
    return render(request, "desk/classes.html", {"now": classes.now, "classes": classes, "charts": classes.charts})


@require_safe
@only_for(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The same numbers as an Excel file (SEC-6)."""
    classes = Classes(request.user, clock.now())
    given = {"by": request.user, "at": classes.now, "of": Ticket, "filters": {"figures": "classes"}}
    return workbook(_("类案"), classes.columns(), classes.cells(), **given)
