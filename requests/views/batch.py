"""The same act on several tickets of a queue or of the list, step by step, and taking back what was done just now."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from requests import batch as batches
from requests import undoing
from requests.batch import MOST, Batch
from requests.forms.batch import BATCH_FORMS, BatchForm
from requests.forms.verbs import FORMS
from requests.models import Ticket
from requests.unread import seen_all


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, verb: str) -> HttpResponse:
    """The choices for the tickets named by `t`; by POST the first step. 404 for who never does the verb."""
    if verb not in {form.verb for form in batches.offered(request.user)}:
        raise Http404
    sent = request.POST if request.method == "POST" else request.GET
    numbers = batches.chosen(sent.getlist("t"))
    back = _back(request, sent.get("next", ""))
    if not 0 < len(numbers) <= MOST:
        return _not_so_many(request, numbers, back)
    form = BATCH_FORMS[verb](request.POST if "sure" in request.POST else None, user=request.user)
    if ((form.fields or form.asks_first) and not (form.is_bound and form.is_valid())) or request.method != "POST":
        return _asked(request, verb, form, numbers, back)
    return _on(request, Batch(verb, form.given() if form.fields else {}, numbers, back))


def _not_so_many(request: HttpRequest, numbers: list[str], back: str) -> HttpResponse:
    if numbers:
        messages.error(request, _("一次最多办 %(n)s 件，请少选一些。") % {"n": MOST})
    else:
        messages.error(request, _("还没有选诉求\n在列表左边勾选，或按 X。"))
    return redirect(back)


def _asked(request: HttpRequest, verb: str, form: BatchForm, numbers: list[str], back: str) -> HttpResponse:
    found = Ticket.objects.visible_to(request.user).filter(number__in=numbers)
    tickets = list(found.only("number", "title").with_clocks().order_by())
    form.about(tickets)
    context = {"form": form, "verb": FORMS[verb], "tickets": tickets, "back": back, "act": form.act(len(numbers))}
    status = 422 if form.errors else 200
    return render(request, "requests/batch_form.html", context, status=status)


@login_required
@require_POST
def go_on(request: HttpRequest, token: str) -> HttpResponse:
    """The next step of a batch; what is not there (any more) is somebody else's, or done."""
    batch = batches.taken_up(request.user, str(token))
    if batch is None:
        messages.info(request, _("这一批已经办完，没有再办一次。"))
        return _to(request, reverse("requests:queues"))
    return _on(request, batch)


def _on(request: HttpRequest, batch: Batch) -> HttpResponse:
    batches.step(batch, request.user)
    if batch.todo:
        batches.keep(batch, request.user)
        template = "requests/batch_progress.html" if request.htmx else "requests/batch_running.html"
        return render(request, template, {"batch": batch, "verb": FORMS[batch.verb]})
    undo = undoing.offer(request.user, batch.acts)
    if batch.refused:
        context = {"batch": batch, "verb": FORMS[batch.verb], "undo": undo.removeprefix("undo:")}
        context["heading"] = _refused(batch)
        if request.htmx:
            return render(request, "requests/batch_result.html", context)
        return render(request, "requests/batch_done.html", context)
    later = _("通知 30 秒后发出。") if undo else _("有关的人会收到通知。")
    messages.success(request, f"{_done(batch)}\n{later}", extra_tags=undo)
    return _to(request, batch.back)


def _done(batch: Batch) -> str:
    n = len(batch.done)
    return {
        "accept": ngettext("已受理 %(n)s 件", "已受理 %(n)s 件", n),
        "take": ngettext("已签收 %(n)s 件", "已签收 %(n)s 件", n),
        "dispatch": ngettext("已转交 %(n)s 件", "已转交 %(n)s 件", n),
        "approve_request": ngettext("已同意 %(n)s 件", "已同意 %(n)s 件", n),
        "look_again": ngettext("已记下 %(n)s 件", "已记下 %(n)s 件", n),
        "name_handler": ngettext("已指定 %(n)s 件的承办人", "已指定 %(n)s 件的承办人", n),
    }[batch.verb] % {"n": n}


def _refused(batch: Batch) -> str:
    n = len(batch.refused)
    left = ngettext("%(n)s 件没有办成", "%(n)s 件没有办成", n) % {"n": n}
    return _("%(done)s，%(left)s") % {"done": _done(batch), "left": left} if batch.done else left


@login_required
@require_POST
def mark_seen(request: HttpRequest) -> HttpResponse:
    """What the person was told about these tickets is read."""
    numbers = batches.chosen(request.POST.getlist("t"))[:MOST]
    count = seen_all(request.user, Ticket.objects.visible_to(request.user).filter(number__in=numbers))
    said = ngettext("%(n)s 件标为已看", "%(n)s 件标为已看", count) % {"n": count}
    messages.success(request, said if count else _("选中的都已看过"))
    return redirect(_back(request, request.POST.get("next", "")))


@login_required
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Takes back what was done just now, each ticket for itself, and says what could not be."""
    undone = undoing.take_back(request.user, str(token))
    if undone is None:
        messages.error(request, _("不能撤销了\n超过 30 秒，通知已经发出。"))
        return redirect(_back(request))
    n = len(undone.done)
    if n:
        said = ngettext("已撤销 %(n)s 件，回到原来的状态", "已撤销 %(n)s 件，回到原来的状态", n) % {"n": n}
        nobody = _("没有通知任何人；经过里留有记录。")
        messages.success(request, f"{said}\n{nobody}")
    for number, sentence in undone.refused[:5]:
        messages.error(request, _("%(number)s 没有撤销\n%(why)s") % {"number": number, "why": sentence})
    target = _back(request)
    return redirect(f"{target.partition('#')[0]}#row-{undone.done[0].number}" if n == 1 else target)


def _back(request: HttpRequest, target: str = "") -> str:
    """Where the person came from, on this site; else his queues."""
    for url in (target, request.headers.get("Referer", "")):
        if url and url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return url
    return reverse("requests:queues")


def _to(request: HttpRequest, url: str) -> HttpResponse:
    """On to a page, for a script and for a form alike."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
