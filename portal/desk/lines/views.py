"""Line systems: the list, one with its token and subscriptions, what was pushed to it. Administrators only (SEC-1).

Of what is pushed only the event, the number of tries and the error are shown, never what it was about.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from enterprises.facts.pushing import bind
from enterprises.models import Line
from inspections.agencies.systems import bind_agencies
from inspections.models import Agency
from portal.api import flow
from portal.api.models import LineSystem, Scope
from portal.outbox import hooks
from portal.outbox.models import Delivery, State, Subscription
from portal.people.doors import only_for
from portal.people.models import User
from portal.people.roles import Role
from portal.people.trying import attempt
from portal.trail.models import Event
from portal.worktime import clock
from requests.models.ticket import Channel

from .forms import LineForm, SubscriptionForm
from .words import SAYS, event_name

PAGE = 25
STORY = 50  # events shown on a page

administrators = only_for(Role.ADMINISTRATOR)


def _line(pk: int) -> LineSystem:
    return get_object_or_404(LineSystem.objects.select_related("user"), pk=pk)


def _ask(request: HttpRequest, form: forms.Form, *, heading: str, act: str, back: str, sub: str = "") -> HttpResponse:
    context = {"form": form, "heading": heading, "sub": sub, "act": act, "back": back, "notes": ()}
    return render(request, "accounts/form.html", context)


def _secret(request: HttpRequest, line: LineSystem, heading: str, name: str, secret: str) -> HttpResponse:
    """Shown in this answer and nowhere else."""
    return render(request, "lines/secret.html", {"line": line, "heading": heading, "name": name, "secret": secret})


def _tried(form: forms.Form, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What the verb gives; None where it refuses, with its sentence above the form."""
    try:
        return verb(*args, **kwargs)
    except flow.Refused as refused:  # also what must not be called (outbox.guard)
        form.is_valid()
        form.add_error(None, str(refused))
        return None


@administrators
def lines(request: HttpRequest) -> HttpResponse:
    rows = LineSystem.objects.annotate(count=Count("tickets")).order_by("until", "name")
    names = dict(Channel.choices)
    shown = [{"line": line, "channel": names.get(line.channel, line.channel)} for line in rows]
    return render(request, "lines/lines.html", {"rows": shown})


@administrators
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One system; `?state=` narrows what was pushed to it."""
    system = _line(pk)
    pushed = Delivery.objects.filter(recipient=system.user, subscription__isnull=False).order_by("-id")
    counts = pushed.order_by().aggregate(
        all=Count("pk"), waiting=Count("pk", Q(state=State.QUEUED)), dead=Count("pk", Q(state=State.DEAD))
    )
    states = {"waiting": State.QUEUED, "dead": State.DEAD}
    state = request.GET.get("state", "")
    if state in states:
        pushed = pushed.filter(state=states[state])
    story = Event.objects.about(system).select_related("actor", "principal").order_by("-at", "-id")[:STORY]
    context = {
        "line": system,
        "channel": dict(Channel.choices).get(system.channel, system.channel),
        "scopes": [Scope(scope).label for scope in system.scopes],
        "data_lines": system.data_lines.all(),
        "agencies": system.agencies.select_related("department"),
        "subscriptions": system.user.subscriptions.all(),
        "state": state,
        "counts": counts,
        "page": _pushed(pushed, request.GET.get("page")),
        "story": [_told(event) for event in story],
    }
    return render(request, "lines/line.html", context)


def _pushed(pushed: QuerySet[Delivery], number: str | None) -> Page:
    page = Paginator(pushed.select_related("message", "subscription"), PAGE).get_page(number)
    for row in page:
        row.event_name = event_name(row.title)
        row.replayable = row.state in (State.SENT, State.DEAD) and row.subscription.active
    return page


def _told(event: Event) -> dict[str, Any]:
    return {"what": SAYS.get(event.kind, event.kind), "by": event.actor, "principal": event.principal, "at": event.at}


@transaction.atomic
def _connect(
    *, by: User, data_lines: Sequence[Line], agencies: Sequence[Agency], **given: Any
) -> tuple[LineSystem, str]:
    made = flow.connect(by=by, **given)
    bind(made[0], data_lines, by=by)
    bind_agencies(made[0], agencies, by=by)
    return made


@transaction.atomic
def _edit(
    system: LineSystem, *, by: User, data_lines: Sequence[Line], agencies: Sequence[Agency], **given: Any
) -> LineSystem:
    bind(system, data_lines, by=by)
    bind_agencies(system, agencies, by=by)
    return flow.edit(system, by=by, **given)


@administrators
@never_cache
def connect(request: HttpRequest) -> HttpResponse:
    form = LineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _tried(form, _connect, by=request.user, **form.cleaned_data)
        if made is not None:
            return _secret(request, made[0], _("接入系统已建立"), _("令牌"), made[1])
    sub = _("热线、微信小程序这样的系统用令牌代企业提交、查询自己转来的诉求。")
    return _ask(request, form, heading=_("新建接入系统"), act=_("建立，显示令牌"), back=reverse("lines:lines"), sub=sub)


@administrators
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    system, back = _line(pk), reverse("lines:line", args=[pk])
    form = LineForm(request.POST or None, instance=_line(pk))
    valid = request.method == "POST" and form.is_valid()
    if valid and _tried(form, _edit, system, by=request.user, **form.cleaned_data):
        messages.success(request, _("已保存"))
        return redirect(back)
    return _ask(request, form, heading=_("修改 %(name)s") % {"name": system.name}, act=_("保存"), back=back)


@administrators
@never_cache
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, then shows the new token once."""
    system, form = _line(pk), forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        token = _tried(form, flow.rotate, system, by=request.user)
        if token:
            return _secret(request, system, _("令牌已更换"), _("令牌"), token)
    return _ask(
        request,
        form,
        heading=_("更换 %(name)s 的令牌") % {"name": system.name},
        sub=_("原令牌马上作废；对方换上新令牌之前，接口不能用。"),
        act=_("更换，显示新令牌"),
        back=reverse("lines:line", args=[pk]),
    )


@administrators
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    system, form = _line(pk), forms.Form(request.POST if request.method == "POST" else None)
    back = reverse("lines:line", args=[pk])
    if request.method == "POST":
        attempt(request, _("%(name)s 已停用") % {"name": system.name}, flow.revoke, system, by=request.user)
        return redirect(back)
    return _ask(
        request,
        form,
        heading=_("停用 %(name)s") % {"name": system.name},
        sub=_("令牌马上作废，推送停止，不能恢复；它转来的诉求接着办。"),
        act=pgettext("令牌", "停用"),
        back=back,
    )


# Subscriptions and what was pushed -----------------------------------------------------------------------------------


@administrators
@never_cache
def subscribe(request: HttpRequest, pk: int) -> HttpResponse:
    system, form = _line(pk), SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _tried(form, hooks.subscribe, system.user, by=request.user, at=clock.now(), **form.cleaned_data)
        if made is not None:
            return _secret(request, system, _("推送已建立"), _("签名密钥"), hooks.secret_of(made))
    return _ask(
        request,
        form,
        heading=_("推送到%(name)s") % {"name": system.name},
        sub=_("只推送编号、事项、状态和时间，不含个人信息；“给热线的答复”另带热线编号和答复。每次都有签名。"),
        act=_("建立推送，显示签名密钥"),
        back=reverse("lines:line", args=[pk]),
    )


def _subscription(pk: int) -> tuple[Subscription, LineSystem]:
    found = get_object_or_404(Subscription.objects.select_related("owner__line_system"), pk=pk, active=True)
    return found, found.owner.line_system


@administrators
def change(request: HttpRequest, pk: int) -> HttpResponse:
    subscription, system = _subscription(pk)
    form = SubscriptionForm(request.POST or None, initial={"url": subscription.url, "events": subscription.events})
    back = reverse("lines:line", args=[system.pk])
    if request.method == "POST" and form.is_valid():
        hooks.change(subscription, by=request.user, at=clock.now(), **form.cleaned_data)
        messages.success(request, _("已保存"))
        return redirect(back)
    return _ask(request, form, heading=_("修改推送"), act=_("保存"), back=back)


@administrators
@require_POST
@never_cache
def renew_secret(request: HttpRequest, pk: int) -> HttpResponse:
    subscription, system = _subscription(pk)
    secret = hooks.renew_secret(subscription, by=request.user, at=clock.now())
    return _secret(request, system, _("签名密钥已更换"), _("签名密钥"), secret)


@administrators
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    subscription, system = _subscription(pk)
    hooks.stop(subscription, by=request.user, at=clock.now())
    messages.success(request, _("推送已停止"))
    return redirect("lines:line", system.pk)


@administrators
@require_POST
def replay(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    system = _line(pk)
    pushed = get_object_or_404(hooks.replayable(system.user), pk=delivery)
    if hooks.replay(pushed, by=request.user, at=clock.now()):
        messages.success(request, _("已重新排队，几秒内再发"))
    return redirect(f"{reverse('lines:line', args=[pk])}#pushed")
