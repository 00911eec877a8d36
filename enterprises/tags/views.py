"""The town's tags by dimension, and why one firm bears one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portal.people.doors import only_for
from portal.people.rights import rights_of
from portal.people.trying import attempt, tried
from portal.worktime import clock

from ..attributes.values import of_firm
from ..criteria.naming import named
from ..criteria.reading import parse
from ..criteria.words import sentence
from ..models import READS_CRITERIA, WRITES_CRITERIA, Criterion, Enterprise, Tag
from . import flow
from .showing import counted, unsaid_to, why


class TagForm(forms.Form):
    criterion = forms.ModelChoiceField(
        Criterion.objects.standing().exclude(tag__ended_at=None, tag__isnull=False),
        to_field_name="code",
        label=gettext_lazy("条件"),
        empty_label=gettext_lazy("请选择"),
    )
    dimension = forms.ChoiceField(choices=Tag.Dimension.choices, label=gettext_lazy("维度"))
    name_en = forms.CharField(max_length=60, required=False, label=gettext_lazy("英文名称"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = self.fields["criterion"]
        free.choices = [("", free.empty_label), *((one.code, one.called) for one in named(free.queryset))]


@require_GET
@only_for(*READS_CRITERIA)
def tags(request: HttpRequest) -> HttpResponse:
    return _page(request, TagForm())


@require_POST
@only_for(*WRITES_CRITERIA)
def add(request: HttpRequest) -> HttpResponse:
    form = TagForm(request.POST)
    if form.is_valid():
        tag = tried(form, flow.add_tag, by=request.user, **form.cleaned_data)
        if tag is not None:
            messages.success(request, _("“%(name)s”已作为标签，符合的企业随即带上") % {"name": tag})
            return redirect("enterprises:tags")
    return _page(request, form, status=422)


@require_POST
@only_for(*WRITES_CRITERIA)
def end(request: HttpRequest, code: str) -> HttpResponse:
    tag = get_object_or_404(Tag.objects.standing(), criterion__code=code)
    attempt(request, _("“%(name)s”不再是标签，条件保留") % {"name": tag}, flow.end_tag, tag, by=request.user)
    return redirect("enterprises:tags")


def _page(request: HttpRequest, form: TagForm, status: int = 200) -> HttpResponse:
    found = list(counted())
    for tag in found:
        tag.says = sentence(parse(tag.criterion.current.tree))
    groups = [(label, [tag for tag in found if tag.dimension == one]) for one, label in Tag.Dimension.choices]
    may_write = rights_of(request.user).has(*WRITES_CRITERIA)
    context: dict[str, Any] = {"groups": groups, "count": len(found), "form": form, "may_write": may_write}
    return render(request, "tags/list.html", context, status=status)


@require_GET
@login_required
def firm(request: HttpRequest, uscc: str, code: str) -> HttpResponse:
    """Why this firm bears the tag or not; htmx takes the part that unfolds on the portrait."""
    enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)
    tag = get_object_or_404(Tag.objects.standing().select_related("criterion__current"), criterion__code=code)
    found = why(tag, of_firm(enterprise), timezone.localdate(clock.now()), unsaid_to(request.user, enterprise))
    may_list = rights_of(request.user).has(*READS_CRITERIA)
    context = {"firm": enterprise, "tag": tag, "why": found, "may_judge": may_list}
    return render(request, "tags/why.html" if request.htmx else "tags/firm.html", context)
