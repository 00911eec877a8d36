"""知识库: the library, one article with its versions, the editor, the forms of its verbs, and its use (APP-17)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.export import workbook
from portal.people.doors import only_for
from portal.people.models import Department
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests import anonymity, commons, flow
from requests.capacity import capacities
from requests.commons_history import history
from requests.flow.articles import may_draft, sketch, verbs_of
from requests.flow.core import Refused
from requests.forms.articles import ARTICLE_FORMS, ArticleForm, NewArticleForm
from requests.models import Article, ArticleUse, Category, Ticket
from requests.models.articles import KNOWS, ArticleQuerySet
from requests.views.problems import act_page

PAGE = 20
TABS = (
    ("", gettext_lazy("已发布")),
    ("working", gettext_lazy("草稿和待审")),
    ("ageing", gettext_lazy("待复审")),
    ("withdrawn", gettext_lazy("已撤下")),
)


def seen(request: HttpRequest) -> ArticleQuerySet:
    return Article.objects.visible_to(request.user)


@require_safe
@only_for(*KNOWS)
def library(request: HttpRequest) -> HttpResponse:
    """The library: `?q=`, `?category=`, `?department=`, `?public=1`, `?tab=`; facets count what the tab has."""
    now = clock.now()
    tab = _tab(request)
    found = searched(tabbed(request, tab), request)
    page = Paginator(ordered(narrowed(found, request)), PAGE).get_page(request.GET.get("page"))
    asked = {key: request.GET.get(key, "") for key in ("q", "category", "department", "public")}
    context = {
        "now": now,
        "page": page,
        "tab": tab,
        "tabs": [(key, name, tabbed(request, key).count() if key else None) for key, name in TABS],
        "asked": asked,
        "categories": _facets(found, "category", Category),
        "departments": Department.objects.filter(articles__in=found.values("pk")).distinct().order_by("short_name"),
        "narrowed": any(asked.values()),
    }
    return render(request, "requests/articles.html", context)


def _tab(request: HttpRequest) -> str:
    return next((key for key, _name in TABS if key == request.GET.get("tab")), "")


def tabbed(request: HttpRequest, tab: str) -> ArticleQuerySet:
    if tab == "working":
        return seen(request).filter(versions__status__in=commons.WORKED_ON)
    if tab == "ageing":
        return seen(request).ageing(clock.now())
    if tab == "withdrawn":
        over = seen(request).filter(versions__status=commons.WITHDRAWN)
        return over.exclude(versions__status__in=(commons.PUBLISHED, *commons.WORKED_ON)).distinct()
    return seen(request).published()


def searched(found: ArticleQuerySet, request: HttpRequest) -> ArticleQuerySet:
    query = request.GET.get("q", "").strip()[:100]
    statuses = {"working": commons.WORKED_ON, "withdrawn": (commons.WITHDRAWN,)}
    return found.search(query, statuses=statuses.get(_tab(request), (commons.PUBLISHED,))) if query else found


def narrowed(found: ArticleQuerySet, request: HttpRequest) -> ArticleQuerySet:
    """By the facets; a value that makes no sense finds nothing."""
    asked = request.GET
    if category := asked.get("category"):
        found = found.filter(category__code=category)
    if department := asked.get("department"):
        sound = department.isdecimal() and len(department) < 10
        found = found.filter(department=int(department)) if sound else found.none()
    if asked.get("public"):
        found = found.filter(pk__in=Article.objects.public().values("pk"))
    return found


def ordered(found: ArticleQuerySet) -> ArticleQuerySet:
    return found.with_versions().with_use().order_by("-opened_at", "-pk")


def _facets(found: ArticleQuerySet, name: str, model: type[Category]) -> list[Category]:
    """The categories with how many articles each has."""
    n = Count("articles", filter=Q(articles__in=found.order_by().values("pk")))
    return list(model.objects.annotate(n=n).filter(n__gt=0))


@require_safe
@only_for(*KNOWS)
def export(request: HttpRequest) -> HttpResponse:
    """The library as it is narrowed, as an Excel file (SEC-6)."""
    columns = [_("问题"), _("答案"), _("依据"), _("类别"), _("负责部门"), _("状态"), _("公开"), _("发布时间")]
    columns += [_("复审时间"), _("引用到答复"), _("有用"), _("没用"), _("解决了，没有提交")]
    filters = {k: "…" if k == "q" else v for k, v in request.GET.items() if k in ("tab", "q", "category", "department")}
    rows = _cells(ordered(narrowed(searched(tabbed(request, _tab(request)), request), request)))
    return workbook(_("知识库"), columns, rows, by=request.user, at=clock.now(), of=Article, filters=filters)


def _cells(found: ArticleQuerySet) -> Iterator[list[Any]]:
    for one in found:
        says = one.latest
        yield [
            *(says.question, says.answer, says.basis, str(one.category or "")),
            one.department.short_name if one.department else "",
            says.status_name,
            _("公开") if says.public else "",
            *(says.published_at, one.review_at),
            *(one.cited_count, one.helped_count, one.useless_count, one.spared_count),
        ]


@require_safe
@only_for(*KNOWS)
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """What it says now, what is being worked on, its use and its versions; `?version=` an older one."""
    found = get_object_or_404(seen(request).with_versions().with_use().select_related("source"), pk=pk)
    verbs = verbs_of(found, request.user)
    working = found.worked_on if _may_see_draft(request, found, verbs) else None
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 5 else None
    versions = list(found.versions.select_related("written_by", "reviewed_by").order_by("-number"))
    if not verbs and not working:
        versions = [v for v in versions if v.published_at]
    shown = next((v for v in versions if v.number == number), working or found.holding or found.latest)
    source = found.source
    context = {
        "now": clock.now(),
        "article": found,
        "shown": shown,
        "own_words": bool(found.worked_on and found.worked_on.written_by_id == request.user.pk),
        "versions": versions,
        "verbs": [ARTICLE_FORMS[verb] for verb in ARTICLE_FORMS if verb in verbs],
        "history": history(found),
        "source": source if source and Ticket.objects.visible_to(request.user).filter(pk=source.pk).exists() else None,
        "doubts": anonymity.doubts(shown.question, shown.answer, shown.for_all)
        if shown.status in commons.WORKED_ON
        else [],
    }
    return render(request, "requests/article.html", context)


def _may_see_draft(request: HttpRequest, found: Article, verbs: list[str]) -> bool:
    """A version not published yet is the writer's, the department's and the centre's."""
    rights = rights_of(request.user)
    own = found.department_id in rights.workplaces if found.department_id else False
    writes = bool({"edit_article", "submit_article", "return_article", "publish_article"} & set(verbs))
    return own or writes or rights.has(Role.TRIAGER, Role.SUPERVISOR)


# Acts ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*KNOWS)
def new(request: HttpRequest) -> HttpResponse:
    """An article of one's own, without a ticket behind it."""
    return _editor(request, NewArticleForm(request.POST or None, subject=None, user=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*KNOWS)
def from_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """A draft from a closed ticket, its names taken out already; 404 where none can be made of it."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user).select_related("category"), number=number)
    if not may_draft(ticket, request.user):
        raise Http404
    initial = sketch(ticket) | {"category": ticket.category_id, "department": ticket.lead_department_id}
    return _editor(request, NewArticleForm(request.POST or None, subject=ticket, user=request.user, initial=initial))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*KNOWS)
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A verb's form and the act; 404 for what the person may not do now, 422 with the sentence where it is refused."""
    found = get_object_or_404(seen(request).with_versions(), pk=pk)
    if verb not in ARTICLE_FORMS or verb not in verbs_of(found, request.user):
        raise Http404
    form = ARTICLE_FORMS[verb](request.POST if request.method == "POST" else None, subject=found, user=request.user)
    if isinstance(form, ArticleForm):
        return _editor(request, form)
    if request.method == "POST" and form.do() is not None:
        messages.success(request, DONE[verb])
        return redirect("requests:article", found.pk)
    return act_page(request, form, reverse("requests:article", args=[found.pk]), found.title)


def _editor(request: HttpRequest, form: ArticleForm) -> HttpResponse:
    """Saves a draft and, with the other button, sends it to be reviewed as well."""
    if request.method == "POST":
        saved: Article | None = form.do()
        if saved is not None and "submit" not in request.POST:
            messages.success(request, _("草稿已存"))
            return redirect("requests:article", saved.pk)
        if saved is not None:
            return _submitted(request, saved)
    source = form.subject if isinstance(form.subject, Ticket) else getattr(form.subject, "source", None)
    if source is not None and not Ticket.objects.visible_to(request.user).filter(pk=source.pk).exists():
        source = None
    is_article = isinstance(form.subject, Article)
    context = {
        "form": form,
        "source": source,
        "back": reverse("requests:article", args=[form.subject.pk]) if is_article else reverse("requests:articles"),
    }
    return render(request, "requests/article_edit.html", context, status=422 if form.errors else 200)


def _submitted(request: HttpRequest, saved: Article) -> HttpResponse:
    """Sent to be reviewed; where that is refused the draft is kept and the sentence said above it."""
    try:
        flow.submit_article(saved, by=request.user)
    except Refused as refused:
        messages.error(request, _("草稿已存，还没有送审\n%(why)s") % {"why": refused.sentence})
        return redirect("requests:article-act", saved.pk, "edit_article")
    messages.success(request, DONE["submit_article"])
    return redirect("requests:article", saved.pk)


DONE = {
    "submit_article": gettext_lazy("已送审\n中心的同事审核后发布。"),
    "publish_article": gettext_lazy("已发布\n以后办理和提交相近的事时会提示。"),
    "return_article": gettext_lazy("已退回\n已告诉写的人。"),
    "withdraw_article": gettext_lazy("已撤下"),
    "keep_article": gettext_lazy("已确认有效\n一年后再提醒复审。"),
}


# Use ----------------------------------------------------------------------------------------------------------


@require_POST
@only_for(*KNOWS)
def cite(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """引用到答复: counted once for the ticket; the form of the result opens with the answer in it."""
    found = get_object_or_404(seen(request).published(), pk=pk)
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), number=number)
    if "lead.handler" not in capacities(ticket, request.user) and not _heads(ticket, request):
        raise Http404
    flow.use_article(found, kind=ArticleUse.Kind.CITED, by=request.user, ticket=ticket)
    return redirect(f"{reverse('requests:verb', args=[ticket.number, 'report'])}?cite={found.pk}")


def _heads(ticket: Ticket, request: HttpRequest) -> bool:
    return bool(capacities(ticket, request.user) & {"lead.deputy_head", "lead.department_head"})


def cited(request: HttpRequest, verb: str) -> dict[str, Any]:
    """What the form of a result begins with where an article is quoted (`?cite=`)."""
    asked = request.GET.get("cite", "")
    if verb != "report" or not (asked.isdecimal() and len(asked) < 19):
        return {}
    found = seen(request).published().filter(pk=asked).first()
    return {"text": found.holding.for_all[:4000]} if found and found.holding else {}
