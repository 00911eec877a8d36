"""The administrator's page of what the sweep had to put aside; it shows no content of any matter (SEC-1)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.deadlines import parking, watch
from portal.deadlines.models import TimedFailure
from portal.people.doors import only_for
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime import clock

PER_PAGE = 30


class SignedIn(HttpRequest):
    """For the type checker: behind `only_for` the user is never anonymous."""

    user: User


@require_safe
@only_for(Role.ADMINISTRATOR)
def put_aside(request: SignedIn) -> HttpResponse:
    page = Paginator(TimedFailure.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "deadlines/put_aside.html", {"page": page, "last": watch.last_sweep()})


@require_POST
@only_for(Role.ADMINISTRATOR)
def retry(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(TimedFailure, pk=pk)
    return _retried(request, TimedFailure.objects.filter(pk=pk))


@require_POST
@only_for(Role.ADMINISTRATOR)
def retry_all(request: SignedIn) -> HttpResponse:
    return _retried(request, TimedFailure.objects.all())


def _retried(request: SignedIn, failures: QuerySet[TimedFailure]) -> HttpResponse:
    count = parking.retry(failures, by=request.user, at=clock.now())
    if count:
        said = ngettext("%(count)s 条下次巡检就再试，20 秒以内", "%(count)s 条下次巡检就再试，20 秒以内", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("没有可再试的"))
    return redirect("deadlines:put-aside")
