"""Writing a version in steps: the document, its clauses one by one, attachments, the preview; saved step by step."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.criteria.drafts import Group, drafted, read, unread
from enterprises.criteria.drafts import act as redraw_tree
from enterprises.criteria.reading import parse
from enterprises.criteria.views import editor
from portal.files import store
from portal.people.doors import only_for
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day

from ...amounts import form as amounts
from ...models import Policy, PolicyVersion
from ...models.policies import WRITES_POLICIES
from .. import flow
from ..capacity import READS_DESK, verbs_of
from ..content import Content, clause_content, content_of
from ..diff import of_versions
from ..doubts import doubts
from ..forms import ClauseForm, DocumentForm, FileForm, material_choices, material_lines, materials_typed
from ..stages import DRAFT, WORKED_ON
from .desk import kept
from .keeping import forget, typed_before
from .public import page_of

AMOUNT = "f"  # the prefix of the amount's fields


def being_written(request: HttpRequest, code: str) -> PolicyVersion:
    """The draft, for who writes it; 404 for anybody else and where nothing is being written."""
    policy = get_object_or_404(kept(request).select_related("department", "current"), code=code)
    version = policy.versions.filter(status=DRAFT).first()
    if version is None or "edit" not in verbs_of(policy, request.user):
        raise Http404
    version.policy = policy
    return version


def _steps(version: PolicyVersion, here: str) -> dict[str, Any]:
    return {
        "policy": version.policy,
        "version": version,
        "step": here,
        "clause_count": version.clauses.count(),
        "file_count": version.files.count(),
    }


@require_http_methods(["GET", "POST"])
@only_for(WRITES_POLICIES)
def new(request: HttpRequest) -> HttpResponse:
    """A new policy begins with its document; its draft exists from the first saving on."""
    form = DocumentForm(request.POST if request.method == "POST" else None, user=request.user)
    restored = _restored(request, form, None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            policy = flow.create(
                Content(form.elements()), department=given["department"], by=_by(request), follows=given["follows"]
            )
        except Refused as refused:
            refused.put_on(form)
        else:
            forget(request, None, "document")
            messages.success(request, _("草稿已存\n接着写条款。"))
            return redirect("policies:write-clause-new", policy.code)
    context = {"form": form, "step": "document", "keep": _keep(None, "document"), "restored": restored}
    return render(request, "policies/document.html", context, status=422 if form.errors else 200)


def _by(request: HttpRequest) -> Any:
    """Whoever is signed in; the door lets nobody else in."""
    return request.user


@require_http_methods(["GET", "POST"])
@only_for(WRITES_POLICIES)
def document(request: HttpRequest, code: str) -> HttpResponse:
    version = being_written(request, code)
    form = DocumentForm(request.POST if request.method == "POST" else None, user=request.user, version=version)
    restored = _restored(request, form, version)
    if request.method == "POST" and form.is_valid():
        content = content_of(version)
        content.elements |= form.elements()
        if _saved(request, version, content, form):
            return redirect("policies:write-clauses", code)
    context = _steps(version, "document") | {"form": form, "restored": restored, "keep": _keep(version, "document")}
    return render(request, "policies/document.html", context, status=422 if form.errors else 200)


def _restored(request: HttpRequest, form: DocumentForm, version: PolicyVersion | None) -> bool:
    """Whether the form shows what was typed the last time and not saved."""
    typed = typed_before(request, version, "document") if request.method == "GET" else None
    if typed is not None:
        form.initial.update(typed.dict(), industries=typed.getlist("industries"))
    return typed is not None


def _keep(version: PolicyVersion | None, step: str) -> str:
    """Where the page sends what is being typed."""
    of = {"policy": version.policy.code} if version is not None else {}
    return f"{reverse('policies:keep')}?{urlencode(of | {'step': step})}"


def _saved(request: HttpRequest, version: PolicyVersion, content: Content, form: Any) -> bool:
    """Whether the draft was kept; else the sentence stands beside its field."""
    try:
        flow.edit(version, content, by=_by(request), seen=form.cleaned_data["seen"])
    except Refused as refused:
        refused.put_on(form)
        return False
    messages.success(request, _("草稿已存"))
    return True


@require_http_methods(["GET", "POST"])
@only_for(WRITES_POLICIES)
def clauses(request: HttpRequest, code: str) -> HttpResponse:
    """The clauses in order: moved up, taken out, written."""
    version = being_written(request, code)
    if request.method == "POST":
        _rearrange(request, version)
        return redirect("policies:write-clauses", code)
    context = _steps(version, "clauses") | {"rows": version.clauses_in_order}
    return render(request, "policies/clauses.html", context)


def _rearrange(request: HttpRequest, version: PolicyVersion) -> None:
    verb, _colon, typed = request.POST.get("act", "").partition(":")
    content = content_of(version)
    places = [place for place, one in enumerate(content.clauses) if str(one["number"]) == typed]
    seen = request.POST.get("seen", "")
    if verb not in ("up", "out") or not places or not (seen.isascii() and seen.isdecimal() and len(seen) < 9):
        return
    one = content.clauses.pop(places[0])
    if verb == "up":
        content.clauses.insert(max(places[0] - 1, 0), one)
    try:
        flow.edit(version, content, by=_by(request), seen=int(seen))
    except Refused as refused:
        messages.error(request, refused.sentence)


@require_http_methods(["GET", "POST"])
@only_for(WRITES_POLICIES)
def clause(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    """One clause: its words, its condition, its amount, its materials. Without scripts the buttons redraw the page."""
    version = being_written(request, code)
    rows = version.clauses.select_related("clause", "responsible")
    row = rows.filter(clause__number=number).first() if number is not None else None
    if number is not None and row is None:
        raise Http404
    said = clause_content(row) if row is not None else None
    if request.method == "GET":
        typed = typed_before(request, version, _step_of(said))
        if typed is not None:
            form = ClauseForm(initial=_typed(typed), row=None, seen=version.revision)
            form.initial.update(_typed(typed), seen=version.revision)
            return _clause_page(request, version, said, form, read(typed), _typed_parts(typed), restored=True)
        form = ClauseForm(row=said, seen=version.revision)
        return _clause_page(request, version, said, form, _tree_form(said), _stored_parts(said))
    group = read(request.POST)
    form = ClauseForm(request.POST, row=said, seen=version.revision)
    if request.POST.get("act"):
        redraw_tree(group, request.POST["act"])
        form = ClauseForm(initial=_typed(request.POST), row=None, seen=version.revision)
        form.initial.update(_typed(request.POST))
        return _clause_page(request, version, said, form, group, _typed_parts(request.POST, writing=True))
    formula, faults = amounts.read(request.POST, AMOUNT)
    if form.is_valid():
        unread_lines = unread(group) if form.cleaned_data["judged"] else []
        for fault in unread_lines:
            form.add_error(None, _("条件：%(fault)s") % {"fault": fault})
        for fault in faults:
            form.add_error(None, _("金额：%(fault)s") % {"fault": fault})
        tree = group.tree() if form.cleaned_data["judged"] else None
        given = form.said() | {"tree": tree, "formula": formula, "materials": materials_typed(request.POST)}
        if not (unread_lines or faults) and _saved(request, version, _with(version, given, number), form):
            after = "policies:write-clause-new" if "next" in request.POST else "policies:write-clauses"
            return redirect(after, code)
    return _clause_page(request, version, said, form, group, _typed_parts(request.POST))


def _step_of(said: dict[str, Any] | None) -> str:
    return str(said["number"]) if said else "new"


def _typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, to be drawn again unchecked."""
    return data.dict() | {"reviewers": data.getlist("reviewers"), "judged": "judged" in data}


def _tree_form(said: dict[str, Any] | None) -> Group:
    return drafted(parse(said["tree"])) if said is not None and said["tree"] is not None else Group()


def _stored_parts(said: dict[str, Any] | None) -> dict[str, Any]:
    materials = said["materials"] if said else []
    return {"materials": material_lines(materials), **amounts.draw(said["formula"] if said else None, AMOUNT)}


def _typed_parts(data: QueryDict, *, writing: bool = False) -> dict[str, Any]:
    drawn = amounts.redraw(data, AMOUNT, writing=writing)
    return {"materials": material_lines(materials_typed(data)), **drawn}


def _with(version: PolicyVersion, given: dict[str, Any], number: int | None) -> Content:
    """The draft with this clause said anew, or added at the end."""
    content = content_of(version)
    if number is None:
        content.clauses.append(given)
    else:
        content.clauses = [one | given if one["number"] == number else one for one in content.clauses]
    return content


def _clause_page(
    request: HttpRequest,
    version: PolicyVersion,
    said: dict[str, Any] | None,
    form: ClauseForm,
    group: Group,
    parts: dict[str, Any],
    *,
    restored: bool = False,
) -> HttpResponse:
    number = said["number"] if said else None
    context = _steps(version, "clauses") | {"form": form, "number": number, **parts}
    context |= editor(request, group, writing=not form.is_bound)
    context |= {"attributes": material_choices(), "keep": _keep(version, _step_of(said)), "restored": restored}
    return render(request, "policies/clause.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@only_for(WRITES_POLICIES)
def files(request: HttpRequest, code: str) -> HttpResponse:
    """Attachments of the draft: added, or taken off by `drop`."""
    version = being_written(request, code)
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and _dropped(request, version):
        return redirect("policies:write-files", code)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                for upload in form.cleaned_data["files"]:
                    stored = store(upload, by=_by(request))
                    flow.attach(version, by=_by(request), file=stored, title=form.cleaned_data["title"])
        except Refused as refused:
            form.add_error("files", refused.sentence)
        else:
            messages.success(request, _("附件已加上"))
            return redirect("policies:write-files", code)
    context = _steps(version, "files") | {"form": form, "files": version.files.select_related("file")}
    return render(request, "policies/files.html", context, status=422 if form.errors else 200)


def _dropped(request: HttpRequest, version: PolicyVersion) -> bool:
    wanted = request.POST.get("drop", "")
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 10):
        return False
    row = version.files.filter(pk=int(wanted)).first()
    if row is not None:
        flow.detach(row, by=_by(request))
    return True


@require_safe
@only_for(*READS_DESK)
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The version being worked on as everybody will see it, with what it changes."""
    policy: Policy = get_object_or_404(
        kept(request).select_related("department", "current", "follows__current"), code=code
    )
    version = policy.versions.filter(status__in=WORKED_ON).first()
    if version is None:
        raise Http404
    version.policy = policy
    context = _steps(version, "preview") | page_of(request, policy, version)
    context |= {
        "verbs": verbs_of(policy, request.user),
        "preview": True,
        "doubts": doubts(version, local_day(clock.now())),
        "difference": of_versions(policy.current, version) if policy.current is not None else None,
    }
    return render(request, "policies/preview.html", context)
