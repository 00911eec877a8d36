"""服务单: ordering, the list for firm, provider and centre, one order and the acts on it (POL-7)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.export import workbook
from enterprises.models import Enterprise, firms_of
from portal.people.doors import only_for
from portal.people.masks import mask_name, mask_phone
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.people.trying import tried
from portal.worktime import clock, words
from requests.forms.filing import contact_of, own_firms

from ...models import Provider, ServiceDeadline, ServiceKind, ServiceOrder
from ...models.services import READS_ORDERS, ServiceOrderQuerySet
from .. import flow, stages
from ..capacity import has_account, keeps, standing, verbs_of
from ..forms import FORMS, OrderForm
from ..history import history

PAGE = 50
LIKELY = 30  # firms offered to choose from
STATES = (
    ("", gettext_lazy("全部")),
    ("open", gettext_lazy("在办")),
    ("late", gettext_lazy("接单超期")),
    (stages.ORDERED, gettext_lazy("待接单")),
    (stages.TAKEN, gettext_lazy("服务中")),
    (stages.DONE, gettext_lazy("已完成")),
    (stages.DECLINED, gettext_lazy("未接单")),
    (stages.CANCELLED, gettext_lazy("已取消")),
)


# Ordering ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def order(request: HttpRequest, code: str) -> HttpResponse:
    """点单 for one's own firm; 送单 for `?firm=`, which the centre and the steward choose."""
    provider = get_object_or_404(Provider.objects.visible_to(request.user).listed(), code=code)
    offered = orderable(request.user)
    if offered is None:
        raise Http404
    firm, choices = _firm(request, offered)
    if firm is None:
        context = {"provider": provider, "firms": choices, "q": request.GET.get("q", "")}
        return render(request, "services/order_for.html", context)
    initial = {"key": uuid.uuid4(), **_contact(firm, request.user), "kind": _kind(request, provider)}
    form = OrderForm(request.POST if request.method == "POST" else None, provider=provider, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = tried(form, flow.order, provider, firm, by=request.user, **form.cleaned_data)
        if made is not None:
            messages.success(request, _ordered(made))
            return redirect("services:order", made.number)
    context = {"form": form, "provider": provider, "firm": firm, "others": choices, "own": _is_own(firm, request.user)}
    return render(request, "services/order_new.html", context, status=422 if form.errors else 200)


def orderable(user: User) -> Any:
    """The firms he may order for: his own, those he looks after, all for who keeps orders; None if there are none."""
    rights, own = rights_of(user), own_firms(user)
    if rights.is_outside:
        return own if own.exists() else None
    if keeps(rights):
        return Enterprise.objects.visible_to(user)
    if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):
        return own | Enterprise.objects.stewarded_by(user)
    return own if own.exists() else None


def _firm(request: HttpRequest, offered: Any) -> tuple[Enterprise | None, list[Enterprise]]:
    """The one the address names, or the only one there is; else some to choose from, `?q=` what is searched."""
    if named := request.GET.get("firm", ""):
        return get_object_or_404(offered, uscc=named.replace("\0", "")), []
    own = list(own_firms(request.user)[:LIKELY])
    if len(own) == 1:
        return own[0], []
    query = request.GET.get("q", "").strip()[:100].replace("\0", "")
    found = offered.search(query) if query else offered
    choices = list(found.order_by("name", "pk")[:LIKELY])
    return (choices[0], []) if len(choices) == 1 and not query else (None, choices)


def _contact(firm: Enterprise, user: User) -> dict[str, str]:
    person = contact_of(firm, user)
    return {"contact_name": person.name, "contact_phone": person.mobile or person.phone} if person else {}


def _kind(request: HttpRequest, provider: Provider) -> str:
    asked = request.GET.get("kind", "")
    if asked in provider.kinds:
        return asked
    return provider.kinds[0] if len(provider.kinds) == 1 else ""


def _is_own(firm: Enterprise, user: User) -> bool:
    return firm.pk in firms_of(user)


def _ordered(made: ServiceOrder) -> str:
    due = words.by_when(made.deadline.due_at) if made.deadline else ""
    given = {"name": made.provider.name, "due": due}
    return _("已下单给%(name)s\n对方会在 %(due)s 回复是否接单。") % given


# Lists -------------------------------------------------------------------------------------------------------------


def may_list(user: User) -> bool:
    """Whether there is a list for him: firms' people, who looks after firms or keeps orders, third parties' people."""
    rights = rights_of(user)
    if firms_of(user) or rights.has(*READS_ORDERS, Role.STEWARD, Role.PROJECT_ASSISTANT):
        return True
    return rights.is_outside and bool(rights.workplaces)


@require_safe
@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """Those one sees: `?state=`, `?kind=`, `?q=` firm, provider or number, `?rated=1` to 5."""
    if not may_list(request.user):
        raise Http404
    rights = rights_of(request.user)
    office = rights.has(*READS_ORDERS)
    page = Paginator(narrowed(request).for_rows(), PAGE).get_page(request.GET.get("page"))
    context = {
        "now": clock.now(),
        "page": page,
        "states": STATES if office else [one for one in STATES if one[0] in ("", "open", stages.DONE)],
        "state": request.GET.get("state", ""),
        "kinds": ServiceKind.choices,
        "office": office,
        "own_only": not rights.is_official,
        "narrowed": any(request.GET.get(key) for key in ("q", "kind", "state")),
    }
    return render(request, "services/orders.html", context)


def narrowed(request: HttpRequest) -> ServiceOrderQuerySet:
    """What the address asks for; a value that makes no sense finds nothing."""
    found, asked = ServiceOrder.objects.visible_to(request.user), request.GET
    state = asked.get("state", "")
    if state == "open":
        found = found.open()
    elif state == "late":
        found = found.filter(pk__in=ServiceDeadline.objects.overdue(clock.now()).order_by().values("subject"))
    elif state:
        found = found.filter(status=state) if state in stages.STATUSES else found.none()
    if kind := asked.get("kind"):
        found = found.filter(kind=kind) if kind in ServiceKind.values else found.none()
    if query := asked.get("q", "").strip()[:100].replace("\0", ""):
        found = found.matching(query)
    return found


@require_safe
@only_for(*READS_ORDERS)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, as an Excel file (SEC-6); names and numbers of persons masked (SEC-3)."""
    columns = [_("编号"), _("企业"), _("统一社会信用代码"), _("机构"), _("服务类别"), _("需求"), _("来源"), _("状态")]
    columns += [_("下单时间"), _("应接单"), _("接单时间"), _("结束时间"), _("结果或原因"), _("评分"), _("评价")]
    columns += [_("联系人"), _("联系电话")]
    filters = {key: request.GET[key] for key in ("state", "kind") if request.GET.get(key)}
    filters |= {"q": "…"} if request.GET.get("q") else {}
    rows = _cells(narrowed(request).for_rows())
    return workbook(_("服务单"), columns, rows, by=request.user, at=clock.now(), of=ServiceOrder, filters=filters)


def _cells(found: Any) -> Iterator[list[Any]]:
    for one in found:
        yield [
            one.number,
            one.enterprise.name,
            one.enterprise.uscc,
            one.provider.name,
            one.get_kind_display(),
            one.need,
            _("中心送单") if one.sent else _("企业点单"),
            one.status_name,
            one.ordered_at,
            one.deadline.due_at if one.deadline else None,
            one.taken_at,
            one.ended_at,
            one.result or one.ended_for,
            one.stars,
            one.comment,
            mask_name(one.contact_name),
            mask_phone(one.contact_phone),
        ]


# One order ---------------------------------------------------------------------------------------------------------


@require_safe
@login_required
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One order: what is needed, who does it, how far it has come."""
    found = _found(request, number)
    held = standing(found, request.user)
    own, outside = "firm" in held, rights_of(request.user).is_outside
    context = {
        "now": clock.now(),
        "order": found,
        "own": own,
        "outside": outside,
        "full_phone": bool(held),
        "answers": "provider" in held,
        "recorded": not own and not has_account(found.provider),
        "verbs": [(verb, FORMS[verb].name) for verb in verbs_of(found, request.user)],
        "history": history(found),
    }
    return render(request, "services/order.html", context)


def _found(request: HttpRequest, number: str) -> ServiceOrder:
    seen = ServiceOrder.objects.visible_to(request.user).for_rows()
    return get_object_or_404(seen, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """An act's form and the act; 404 for what the person may not do, 409 where the order has moved on."""
    found = _found(request, number)
    if verb not in FORMS or not _ever(found, verb, request.user):
        raise Http404
    form: Any = FORMS[verb](request.POST if request.method == "POST" else None, label_suffix="")
    if verb not in verbs_of(found, request.user):
        if request.method == "POST" and _done_already(found, verb):
            return redirect("services:order", found.number)  # pressed twice
        return render(request, "services/moved_on.html", {"order": found, "form": form}, status=409)
    if request.method == "POST" and form.is_valid():
        try:
            getattr(flow, verb)(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, str(form.done))
            return redirect("services:order", found.number)
    context = {"form": form, "order": found, "back": reverse("services:order", args=[found.number])}
    return render(request, "services/act.html", context, status=422 if form.errors else 200)


def _ever(found: ServiceOrder, verb: str, user: User) -> bool:
    """Whether his part in it knows the verb at any status."""
    return bool(set(stages.VERBS[verb][2]) & set(standing(found, user)))


def _done_already(found: ServiceOrder, verb: str) -> bool:
    return found.stars is not None if verb == "rate" else found.status in stages.VERBS[verb][1]
