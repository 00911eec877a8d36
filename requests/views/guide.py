"""办事问答: what everybody may read of the knowledge base, without an account, and what it spared (APP-17, POL-11)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.people.lockout import client_address, tries
from portal.worktime import clock
from portal.worktime.words import local_day
from requests import flow
from requests.forms.articles import VoteForm
from requests.forms.filing import filable_firms
from requests.models import Article, ArticleUse, Category

PAGE = 20
HOUR = 3600
VOTES = 60  # in an hour from one address: a whole park may share it
VISITOR = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The catalogue by category, `?q=` what is found; the same for everybody."""
    query = request.GET.get("q", "").strip()[:100]
    found = Article.objects.public()
    if query:
        found = found.search(query, public=True)
    n = Count("articles", filter=Q(articles__in=found.order_by().values("pk")))
    category = request.GET.get("category", "")
    shown = found.filter(category__code=category) if category else found
    context = {
        "q": query,
        "category": category,
        "categories": Category.objects.annotate(n=n).filter(n__gt=0),
        "page": Paginator(shown.with_versions().order_by("-pk"), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "requests/guide.html", context)


@require_safe
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer, in the language of the interface where there is one."""
    found = get_object_or_404(Article.objects.public().with_versions(), pk=pk)
    voted = ArticleUse.objects.filter(article=found, session=_visitor(request, clock.now())).exists()
    return render(request, "requests/guide_answer.html", {"article": found, "says": found.holding, "voted": voted})


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """有用 or 没用: once a day from one address for an article; nothing is kept of whose it was."""
    found = get_object_or_404(Article.objects.public(), pk=pk)
    form = VoteForm(request.POST)
    if form.is_valid() and tries(f"guide.vote:{client_address(request)}", HOUR) <= VOTES:
        at = clock.now()
        flow.use_article(found, kind=form.chosen(), by=None, session=_visitor(request, at), at=at)
        messages.success(request, _("谢谢，已记下。"))
    return redirect("requests:guide-answer", found.pk)


def _visitor(request: HttpRequest, at: datetime) -> uuid.UUID:
    """One visitor's day, as far as an address tells; not to be turned back into it without the site's secret."""
    name = f"{client_address(request)}|{local_day(at)}|{request.META.get('HTTP_USER_AGENT', '')[:200]}"
    return uuid.uuid5(VISITOR, salted_hmac("guide.vote", name, algorithm="sha256").hexdigest())


@require_POST
@login_required
def spared(request: HttpRequest, key: uuid.UUID, pk: int) -> HttpResponse:
    """“解决了，不用提交”, while filing: counts as long as this draft is not filed after all; the draft stays."""
    if not filable_firms(request.user).exists():
        raise Http404
    found = get_object_or_404(Article.objects.public(), pk=pk)
    flow.use_article(found, kind=ArticleUse.Kind.SPARED, by=request.user, draft_key=key)
    messages.success(request, _("好的，没有提交\n写了的还在草稿里，没解决随时可以接着提交。"))
    return redirect("desk:home")
