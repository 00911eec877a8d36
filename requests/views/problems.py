"""共性问题: the list, one of them with its tickets, and the forms of its verbs (APP-16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.export import workbook
from portal.people.doors import only_for
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.people.trying import attempt, tried
from portal.worktime import clock
from requests import anonymity, batch, clusters, commons, flow
from requests.commons_history import history
from requests.flow.problems import verbs_of
from requests.forms.problems import PROBLEM_FORMS, OpenProblemForm
from requests.forms.subject import SubjectForm
from requests.likeness import duplicates
from requests.likeness.finding import Like
from requests.models import Category, CommonProblem, ProblemTicket, SuggestedCluster, Ticket
from requests.models.problems import ProblemQuerySet
from requests.rows import here, read_rows, rows_from

PAGE = 25
READERS = (Role.TRIAGER, Role.SUPERVISOR, Role.LEADER, Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
CENTRE = (Role.TRIAGER, Role.SUPERVISOR)
SEES_SUGGESTIONS = (*CENTRE, Role.LEADER)
TABS = (
    ("", gettext_lazy("在办")),
    (commons.CLOSED, gettext_lazy("已告知办结")),
    (commons.DROPPED, gettext_lazy("已撤销")),
    ("all", gettext_lazy("全部")),
)


def seen(request: HttpRequest) -> ProblemQuerySet:
    return CommonProblem.objects.visible_to(request.user)


@require_safe
@only_for(*READERS)
def problems(request: HttpRequest) -> HttpResponse:
    """The list: open ones first by their due time; `?q=`, `?category=`, `?tab=`, `?opened=2026-11`, `?late=1`."""
    now, found = clock.now(), narrowed(request)
    page = Paginator(shown(found), PAGE).get_page(request.GET.get("page"))
    suggests = rights_of(request.user).has(*SEES_SUGGESTIONS)
    context = {
        "now": now,
        "page": page,
        "tab": request.GET.get("tab", ""),
        "tabs": TABS,
        "q": request.GET.get("q", "")[:100],
        "categories": Category.objects.filter(active=True),
        "category": request.GET.get("category", ""),
        "month": _month(request) or "",
        "late": "late" in request.GET,
        "narrowed": any(request.GET.get(key) for key in ("q", "category", "opened", "decided", "late")),
        "suggests": suggests,
        "suggestions": len(clusters.suggested(request.user)) if suggests else 0,
    }
    return render(request, "requests/problems.html", context)


def narrowed(request: HttpRequest) -> ProblemQuerySet:
    """What the address asks for; a value that makes no sense finds nothing."""
    found, asked = seen(request), request.GET
    tab = asked.get("tab", "")
    if tab != "all":
        found = found.filter(status=tab) if tab in commons.PROBLEM_STATUSES else found.open()
    if asked.get("q"):
        found = found.search(asked["q"][:100])
    if category := asked.get("category"):
        code = {"category": None} if category == "none" else {"category__code": category}
        found = found.filter(**code)
    for name in ("opened", "decided"):
        if month := _month(request, name):
            year, number = month.split("-")
            found = found.filter(**{f"{name}_at__year": year, f"{name}_at__month": number})
    if "late" in asked:
        found = found.overdue(clock.now())
    return found


def _month(request: HttpRequest, name: str = "opened") -> str:
    """`2026-11`, or nothing."""
    year, _dash, month = request.GET.get(name, "").partition("-")
    sound = year.isdecimal() and month.isdecimal() and 2000 <= int(year[:4]) <= 2099 and 1 <= int(month[:2]) <= 12
    return f"{int(year[:4])}-{int(month[:2]):02d}" if sound and len(year) == 4 and len(month) <= 2 else ""


def shown(found: ProblemQuerySet) -> ProblemQuerySet:
    order = ("ended_at", "due_at", "-opened_at", "-pk")
    return found.with_counts().select_related("category", "department", "owner").order_by(*order)


@require_safe
@only_for(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, as an Excel file (SEC-6)."""
    at = clock.now()
    columns = [_("共性问题"), _("说明"), _("类别"), _("状态"), _("牵头部门"), _("牵头人"), _("诉求"), _("企业")]
    columns += [
        _("措施应于"),
        _("措施种类"),
        _("措施"),
        _("定措施时间"),
        _("告知企业的话"),
        _("列入时间"),
        _("办结时间"),
    ]
    filters = {
        key: "…" if key == "q" else request.GET[key] for key in ("tab", "q", "category", "opened") if key in request.GET
    }
    rows = _cells(shown(narrowed(request)))
    return workbook(_("共性问题"), columns, rows, by=request.user, at=at, of=CommonProblem, filters=filters)


def _cells(found: ProblemQuerySet) -> Iterator[list[Any]]:
    for one in found:
        yield [
            one.title,
            one.statement,
            str(one.category or ""),
            one.status_name,
            one.department.short_name if one.department else "",
            one.owner.name if one.owner else "",
            one.ticket_count,
            one.firm_count,
            one.due_at,
            one.get_measure_kind_display(),
            one.measure,
            one.decided_at,
            one.public_words,
            one.opened_at,
            one.ended_at,
        ]


@require_safe
@only_for(*READERS)
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem: measure, tickets as far as one may read them, what happened."""
    found = get_object_or_404(shown(seen(request)), pk=pk)
    now = clock.now()
    linked = found.links.filter(removed_at=None, ticket__confidential=False).order_by().values("ticket")
    tickets = Ticket.objects.visible_to(request.user).filter(pk__in=linked)
    page = Paginator(tickets, PAGE).get_page(request.GET.get("page"))
    rows = rows_from(read_rows(page.object_list), now, here(request))
    verbs = verbs_of(found, request.user)
    context = {
        "now": now,
        "problem": found,
        "page": page,
        "rows": rows,
        "elsewhere": found.ticket_count - page.paginator.count,
        "history": history(found),
        "next": [PROBLEM_FORMS[verb] for verb in _offered(found, verbs)],
        "forward": _forward(found, verbs),
        "unlinks": "unlink_ticket" in verbs and found.ticket_count > 1,
        "sentence": _sentence(found),
    }
    return render(request, "requests/problem.html", context)


def _offered(found: CommonProblem, verbs: list[str]) -> list[str]:
    """The buttons, the one to go on with first."""
    order = ["close_problem", "decide_measure", "name_owner", "link_tickets", "edit_problem", "drop_problem"]
    if found.status == commons.GATHERING and found.department_id is None:
        order = ["name_owner", *(verb for verb in order if verb != "name_owner")]
    return [verb for verb in order if verb in verbs]


def _forward(found: CommonProblem, verbs: list[str]) -> str:
    """The one act that brings it on; the others can wait."""
    wanted = "close_problem" if found.status == commons.DECIDED else "decide_measure"
    if found.department_id is None:
        wanted = "name_owner"
    return wanted if wanted in verbs else ""


def _sentence(found: CommonProblem) -> str:
    if found.status == commons.CLOSED:
        return _("措施已告知关联的企业")
    if found.status == commons.DROPPED:
        return _("已撤销：%(reason)s") % {"reason": found.end_reason}
    if found.status == commons.DECIDED:
        return _("措施已定，请告知企业")
    if found.department is None:
        return _("先定由哪个部门牵头")
    return _("%(name)s牵头，等定下措施") % {"name": found.department.short_name}


# Acts ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*CENTRE)
def new(request: HttpRequest) -> HttpResponse:
    """列为共性问题, of the tickets in `t`, or of a cluster; the batch bar posts here without `sure`."""
    sent = request.POST if request.method == "POST" else request.GET
    back = back_of(request, sent.get("next", ""))
    cluster = _cluster(request, sent.get("cluster", ""))
    numbers = batch.chosen(sent.getlist("t"))[: flow.problems.MOST + 1]
    tickets = (
        Ticket.objects.visible_to(request.user).filter(number__in=numbers).select_related("enterprise", "category")
    )
    chosen = list(tickets.order_by("-filed_at", "-pk"))
    if not chosen:
        messages.error(request, _("还没有选诉求\n在列表左边勾选，或按 X。"))
        return redirect(back)
    sure = request.method == "POST" and "sure" in request.POST
    form = _new_form(request, chosen, sure)
    several = len(clusters.firms_of(chosen)) > 1
    if sure and not several:
        form.add_error(None, _("共性问题要有两家以上企业的诉求，请再选别家的一起列入。"))
    if sure and form.is_valid():
        made = tried(form, flow.open_problem, chosen, by=request.user, cluster=cluster, **form.cleaned_data)
        if made is not None:
            messages.success(request, _("已列为共性问题\n接着定由哪个部门牵头。"))
            return redirect("requests:problem", made.pk)
    context = {"form": form, "tickets": chosen, "cluster": cluster, "back": back, "several": several}
    if not several:
        context["alike"] = _alike(chosen, request.user)
    return render(request, "requests/problem_new.html", context, status=422 if form.errors else 200)


def _alike(chosen: list[Ticket], user: User) -> list[Like]:
    """Of other firms what says the same and is in no common problem yet, to be taken along (APP-16)."""
    near = duplicates.likely_of(chosen[-1], user, clock.now()).others
    taken = ProblemTicket.objects.filter(ticket__in=[like.ticket.pk for like in near], active=True)
    gone = set(taken.values_list("ticket", flat=True))
    return [like for like in near if like.ticket.pk not in gone]


def _new_form(request: HttpRequest, chosen: list[Ticket], sure: bool) -> OpenProblemForm:
    """Empty, with the first ticket's title without its names, where nobody has written yet."""
    first = chosen[-1]
    initial = {"title": anonymity.cleaned(first, first.title)[:80]}
    return OpenProblemForm(request.POST if sure else None, initial=initial, subject=None, user=request.user)


def _cluster(request: HttpRequest, pk: str) -> SuggestedCluster | None:
    if not (pk.isdecimal() and len(pk) < 19):
        return None
    return SuggestedCluster.objects.filter(pk=pk, problem=None, dismissed_at=None).first()


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*READERS)
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A verb's form and the act; 404 for what the person never does here, 422 with the sentence where it is refused."""
    found = get_object_or_404(seen(request), pk=pk)
    if verb not in PROBLEM_FORMS or verb not in verbs_of(found, request.user):
        raise Http404
    form = PROBLEM_FORMS[verb](request.POST if request.method == "POST" else None, subject=found, user=request.user)
    if request.method == "POST" and form.do() is not None:
        messages.success(request, DONE[verb])
        return redirect("requests:problem", found.pk)
    return act_page(request, form, reverse("requests:problem", args=[found.pk]), found.title)


def act_page(request: HttpRequest, form: SubjectForm, back: str, title: str) -> HttpResponse:
    """The page of one verb on a problem or an article."""
    context = {"form": form, "back": back, "what": title}
    return render(request, "requests/subject_act.html", context, status=422 if form.errors else 200)


DONE = {
    "name_owner": gettext_lazy("牵头已定\n已通知牵头部门。"),
    "decide_measure": gettext_lazy("措施已定\n由中心告知关联的企业。"),
    "close_problem": gettext_lazy("已告知办结\n每家企业和每件的承办人都会收到消息。"),
    "link_tickets": gettext_lazy("已加入"),
    "edit_problem": gettext_lazy("已改"),
    "drop_problem": gettext_lazy("已撤销\n里面的诉求可以另外列入。"),
}


@require_POST
@only_for(*CENTRE)
def unlink(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Takes one ticket out."""
    found = get_object_or_404(seen(request), pk=pk)
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), number=number, confidential=False)
    said = _("%(number)s 已移出") % {"number": number}
    attempt(request, said, flow.unlink_ticket, found, by=request.user, ticket=ticket)
    return redirect("requests:problem", found.pk)


# Suggested clusters -------------------------------------------------------------------------------------------


@require_safe
@only_for(*SEES_SUGGESTIONS)
def suggestions(request: HttpRequest) -> HttpResponse:
    """What may be common problems: why they belong together, one click to make one of it."""
    context = {
        "now": clock.now(),
        "clusters": clusters.suggested(request.user),
        "found_at": SuggestedCluster.objects.order_by("-found_at").values_list("found_at", flat=True).first(),
        "decides": rights_of(request.user).has(*CENTRE),
    }
    return render(request, "requests/suggestions.html", context)


@require_POST
@only_for(*CENTRE)
def look(request: HttpRequest) -> HttpResponse:
    """Looks anew, now."""
    found = clusters.find_clusters()
    messages.success(request, _("找到 %(n)s 组") % {"n": found} if found else _("没有找到新的一组"))
    return redirect("requests:suggestions")


@require_POST
@only_for(*CENTRE)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    cluster = get_object_or_404(SuggestedCluster, pk=pk)
    said = _("已记下，不再提示\n又有别的企业提出同样的事，会重新提示。")
    attempt(request, said, flow.dismiss_cluster, cluster, by=request.user)
    return redirect("requests:suggestions")


def back_of(request: HttpRequest, target: str) -> str:
    """Where the person came from, on this site; else the list of problems."""
    sound = target and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if sound else reverse("requests:problems")
