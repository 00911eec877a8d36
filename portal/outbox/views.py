"""The inbox of everybody, and the administrator's dead letters, which show no content of any matter (SEC-1)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.people.doors import only_for
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime import clock

from . import dead, demo, topics
from . import inbox as box
from .models import Channel, Delivery, DeliveryQuerySet, Mode, Topic

PER_PAGE = 30


class SignedIn(HttpRequest):
    """For the type checker: behind `login_required` and `only_for` the user is never anonymous."""

    user: User


def _own(request: SignedIn) -> DeliveryQuerySet:
    return Delivery.objects.inbox(request.user)


@require_safe
@login_required
def inbox(request: SignedIn) -> HttpResponse:
    page = Paginator(_own(request), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "outbox/inbox.html", {"page": page, "ways": _ways(request)})


def _ways(request: SignedIn) -> list[dict[str, object]]:
    """The other channels that reach this person, and whether he wants them."""
    user, no = request.user, box.declined(request.user)
    reached = {Channel.EMAIL: user.email, Channel.WEBHOOK: settings.WEBHOOK_URL and user.mobile}
    return [
        {"channel": channel, "to": address, "wanted": channel not in no}
        for channel, address in reached.items()
        if address
    ]


@require_safe
def demo_sent(request: HttpRequest) -> HttpResponse:
    """What the demo would have sent to people without an account; there is no such page outside it."""
    if not settings.DEMO:
        raise Http404
    return render(request, "outbox/demo_sent.html", {"sent": demo.kept()})


@require_safe
@login_required
def open_item(request: SignedIn, pk: int) -> HttpResponse:
    """To what the message is about; having gone there, one has read it."""
    item = get_object_or_404(_own(request), pk=pk)
    _own(request).filter(pk=pk).mark_read()
    return redirect(item.url or "outbox:inbox")


@require_POST
@login_required
def mark_all_read(request: SignedIn) -> HttpResponse:
    count = _own(request).mark_read()
    if count:
        said = ngettext("%(count)s 条已标为已读", "%(count)s 条已标为已读", count)
        messages.success(request, said % {"count": count})
    return redirect("outbox:inbox")


@require_POST
@login_required
def choose_channel(request: SignedIn) -> HttpResponse:
    try:
        box.choose(request.user, request.POST.get("channel", ""), wanted=request.POST.get("wanted") == "1")
    except ValueError as error:
        raise Http404 from error
    return redirect("outbox:inbox")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choices(request: SignedIn) -> HttpResponse:
    """How soon he wants to be told of what, outside the portal."""
    if request.method == "POST":
        try:
            topics.choose(request.user, {topic: request.POST.get(topic, "") for topic in Topic.values})
        except ValueError as error:
            raise Http404 from error
        messages.success(request, _("已存，从下一条消息起算"))
        return redirect("outbox:choices")
    now = topics.chosen(request.user)
    rows = [
        {
            "topic": topic,
            "note": NOTES[topic],
            "modes": [
                (mode.value, mode.label, now[topic] == mode) for mode in Mode if topic != Topic.MUST or mode != Mode.OFF
            ],
        }
        for topic in Topic
    ]
    return render(request, "outbox/choices.html", {"rows": rows, "ways": _ways(request)})


NOTES = {
    Topic.MUST: gettext_lazy("补正、不予受理、办理结果和确认、二次交办；不能关。"),
    Topic.WORK: gettext_lazy("新诉求、新工单、签批、回访；中心和部门的人才有。"),
    Topic.NEWS: gettext_lazy("受理、转交、回复、留言、办结。"),
}


@require_safe
@only_for(Role.ADMINISTRATOR)
def dead_letters(request: SignedIn) -> HttpResponse:
    kind = request.GET.get("kind", "delivery")
    rows = dead.dead(_known(kind))
    context = {
        "kind": kind,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "counts": {kind: dead.dead(kind).count() for kind in dead.KINDS},
        "late": dead.waiting_long(),
    }
    return render(request, "outbox/dead.html", context)


@require_POST
@only_for(Role.ADMINISTRATOR)
def retry(request: SignedIn, kind: str, pk: int) -> HttpResponse:
    row = get_object_or_404(dead.dead(_known(kind)), pk=pk)
    dead.retry([row], by=request.user, at=clock.now())
    messages.success(request, _("已重新排队，几秒内再发"))
    return _back(kind)


@require_POST
@only_for(Role.ADMINISTRATOR)
def retry_all(request: SignedIn, kind: str) -> HttpResponse:
    count = dead.retry(dead.dead(_known(kind)), by=request.user, at=clock.now())
    said = ngettext("%(count)s 条已重新排队", "%(count)s 条已重新排队", count)
    messages.success(request, said % {"count": count})
    return _back(kind)


@require_POST
@only_for(Role.ADMINISTRATOR)
def give_up(request: SignedIn, kind: str, pk: int) -> HttpResponse:
    row = get_object_or_404(dead.dead(_known(kind)), pk=pk)
    dead.give_up(row, by=request.user, at=clock.now())
    messages.success(request, _("这一条不再发送"))
    return _back(kind)


def _known(kind: str) -> str:
    if kind not in dead.KINDS:
        raise Http404
    return kind


def _back(kind: str) -> HttpResponse:
    return redirect(f"{reverse('outbox:dead')}?kind={kind}")
