"""The page on which a visit is written down, on the phone, and what its scripts ask for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises.models import Enterprise
from portal import files
from portal.files.contents import ACCEPT
from portal.people.doors import only_for
from portal.people.masks import mask_phone
from portal.people.models import User
from portal.people.refusal import Refused
from portal.trail.entries import read
from portal.worktime import clock
from requests.forms.base import keys
from requests.forms.filing import contact_of
from requests.models import Visit, VisitDraft, VisitPhoto
from requests.models.visits import VISITORS
from requests.visits import drafts, stages
from requests.visits.capacity import verbs_of, visitable
from requests.visits.fixing import Fixable, fixables
from requests.visits.flow import recording
from requests.visits.forms import RecordForm

CAMERA = "image/jpeg,image/png"
SHOWN = 100  # firms offered to choose from
EARLY = timedelta(days=7)  # a planned visit that begins within so many days is made by going now


@dataclass(frozen=True)
class Place:
    """What is written down under a key: a visit that was planned, or one that begins with its record."""

    key: uuid.UUID
    firm: Enterprise
    visit: Visit | None


def place_of(request: Any, key: uuid.UUID) -> Place:
    """404 for who may not record it. The firm of an unplanned one is in the address or in the draft."""
    user: User = request.user
    visits = Visit.objects.visible_to(user).select_related("enterprise", "visitor", "plan")
    visit = visits.filter(key=key).first()
    if visit is not None:
        if visit.status == stages.PLANNED and "record_visit" not in verbs_of(visit, user):
            raise Http404
        return Place(key, visit.enterprise, visit)
    if Visit.objects.filter(key=key).exists():
        raise Http404
    draft = drafts.find(key, user)
    code = request.GET.get("firm", "") or (draft.enterprise.uscc if draft else "")
    return Place(key, get_object_or_404(visitable(user), uscc=code.replace("\0", "")), None)


@require_safe
@only_for(*VISITORS)
def new(request: HttpRequest) -> HttpResponse:
    """临时走访: an empty page under a new key for `?firm=`, else a choice of the firms one may visit."""
    firms = visitable(request.user)
    if code := request.GET.get("firm", ""):
        firm = get_object_or_404(firms, uscc=code.replace("\0", ""))
        due = Visit.objects.visible_to(request.user).of(request.user).planned().filter(enterprise=firm)
        planned = due.filter(opens_at__lte=clock.now() + EARLY).order_by("opens_at", "pk").first()
        return redirect(_here(Place(planned.key if planned else uuid.uuid4(), firm, planned)))
    query = request.GET.get("q", "")[:100]
    found = firms.search(query) if query else firms
    shown = list(found.select_related("place").order_by("name", "pk")[: SHOWN + 1])
    context = {"firms": shown[:SHOWN], "q": query, "more": len(shown) > SHOWN}
    return render(request, "visits/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*VISITORS)
def record(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The form; sending it records the visit, once. What is sent is kept as a draft first: nothing refused is lost."""
    place = place_of(request, key)
    if place.visit is not None and place.visit.status != stages.PLANNED:
        return _over(request, place.visit)
    offered = fixables(place.firm, request.user)
    if request.method != "POST":
        _note_reading(request, place, offered)
        form = RecordForm(initial=_initial(request, place), fixables=offered)
        return _page(request, form, place)
    try:
        drafts.save(key, request.user, place.firm, request.POST)
    except drafts.Sent as sent:
        return _over(request, sent.visit)
    refused = _take_photos(request, place)
    form = RecordForm(request.POST, fixables=offered)
    form.full_clean()
    for sentence in refused:
        form.add_error("files", sentence)
    if "keep" in request.POST and not refused:  # the button for browsers without scripts
        return redirect(_here(place))
    visit = _send(request, form, place) if form.is_valid() else None
    if visit is None:
        return _page(request, form, place, status=422)
    return _done(request, visit)


def _here(place: Place) -> str:
    code = "" if place.visit else f"?firm={place.firm.uscc}"
    return reverse("visits:record", args=[place.key]) + code


def _over(request: HttpRequest, visit: Visit) -> HttpResponse:
    """It was recorded or cancelled meanwhile; what the same person sent twice is no error."""
    if visit.recorded_by_id != request.user.pk or request.method != "POST":
        said = _("这次走访已经取消") if visit.status == stages.CANCELLED else _("这次走访已经记录")
        messages.info(request, said)
    return redirect("visits:visit", visit.key)


def _done(request: HttpRequest, visit: Visit) -> HttpResponse:
    count = visit.found.count()
    said = _("走访已记录")
    if count:
        said += "\n" + _("%(n)s 个问题已成为诉求，由中心受理。") % {"n": count}
    messages.success(request, said)
    return redirect("visits:visit", visit.key)


def _send(request: HttpRequest, form: RecordForm, place: Place) -> Visit | None:
    """None, with the sentence in the form, where it is refused."""
    sending = form.cleaned_data["sending"]
    draft = drafts.find(place.key, request.user)
    try:
        with transaction.atomic():  # a refusal keeps the draft
            if place.visit is not None:
                given = {"by": request.user, "record": form.record(), "key": sending, "draft": draft}
                return recording.record_visit(place.visit, **given)
            given = {"by": request.user, "record": form.record(), "key": place.key, "draft": draft}
            return recording.visit_unplanned(place.firm, **given)
    except Refused as refused:
        field = form.field_of.get(refused.field or "", refused.field)
        form.add_error(field if field in form.fields else None, refused.sentence)
        return None


def _take_photos(request: HttpRequest, place: Place) -> list[str]:
    """Adds the files that came with the form, drops those taken out of it; the sentences of those refused."""
    refused = []
    wanted = keys(request.POST.getlist("photos")) - keys(request.POST.getlist("remove"))
    for upload in request.FILES.getlist("files"):
        try:
            wanted.add(drafts.add_photo(place.key, request.user, place.firm, upload).pk)
        except files.Refused as no:
            refused.append(str(no))
    kept = drafts.find(place.key, request.user)
    if kept is not None:
        drafts.keep_only(kept, wanted)
    return refused


def _initial(request: HttpRequest, place: Place) -> dict[str, Any]:
    """What the draft holds, else now and the firm's contact."""
    now = timezone.localtime(clock.now())
    contact = contact_of(place.firm, request.user)
    known = {"sending": uuid.uuid4(), "day": now.date(), "time": now.time(), "way": Visit.Way.ON_SITE}
    if contact:
        known |= {"contact_phone": contact.mobile or contact.phone}
    draft = drafts.find(place.key, request.user)
    return known | {name: value for name, value in (draft.data if draft else {}).items() if value}


def _page(request: HttpRequest, form: RecordForm, place: Place, status: int = 200) -> HttpResponse:
    draft = drafts.find(place.key, request.user)
    contact = contact_of(place.firm, request.user)
    context = {
        "form": form,
        "key": place.key,
        "firm": place.firm,
        "visit": place.visit,
        "here": _here(place),
        "instead_of": place.visit.visitor if place.visit and place.visit.visitor_id != request.user.pk else None,
        "draft": draft,
        "arrived": request.path if form.is_bound else "",
        "photos": drafts.photos(draft),
        "contact": contact,
        "contact_phone": mask_phone(contact.mobile or contact.phone) if contact else "",
        "last": Visit.objects.visible_to(request.user)
        .done()
        .filter(enterprise=place.firm)
        .order_by("-visited_at")
        .first(),
        "accept": f"{ACCEPT},{CAMERA}",
        "most": settings.FILES_PER_SUBJECT,
        "most_mb": settings.FILE_MAX_BYTES // 1024 // 1024,
    }
    return render(request, "visits/record.html", context, status=status)


def _note_reading(request: HttpRequest, place: Place, offered: list[Fixable]) -> None:
    """Values that are not open are read with a record of it (SEC-3)."""
    closed = {one.column.resource_id for one in offered if one.column.resource.sensitivity != "open"}
    if closed:
        read(place.firm, by=request.user, what="facts:visit")


@api_view(["POST"])
@parser_classes([FormParser, MultiPartParser])
def save(request: Request, key: uuid.UUID) -> Response:
    """Keeps what is typed: 200, or 409 where it was recorded meanwhile. Whoever may not record it gets 404."""
    place = place_of(request, key)
    try:
        drafts.save(key, request.user, place.firm, request.POST)
    except drafts.Sent:
        return _sent()
    return Response({"saved": True})


@api_view(["POST"])
@parser_classes([MultiPartParser])
def upload(request: Request, key: uuid.UUID) -> Response:
    """Stores one photo with the draft: 201 with its id and name, 422 with the sentence why not, 409 as above."""
    place = place_of(request, key)
    sent = request.FILES.get("file")
    if sent is None:
        return Response({"error": _("没有收到文件，请再选一次。")}, status=422)
    try:
        photo = drafts.add_photo(key, request.user, place.firm, sent)
    except files.Refused as refused:
        return Response({"error": str(refused)}, status=422)
    except drafts.Sent:
        return _sent()
    return Response({"id": photo.pk, "name": photo.file.name}, status=201)


@api_view(["DELETE"])
def drop_photo(request: Request, key: uuid.UUID, pk: int) -> Response:
    """Takes a photo out of one's own draft."""
    drafts.remove_photo(key, request.user, pk)
    return Response(status=204)


def _sent() -> Response:
    return Response({"error": _("这次走访已经记录")}, status=409)


@require_http_methods(["POST"])
@only_for(*VISITORS)
def drop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Throws a draft away, with its photos; what is already gone is no error."""
    VisitDraft.objects.filter(key=key, user=request.user).delete()
    messages.success(request, _("草稿已删除。"))
    return redirect("visits:mine")


@require_safe
@only_for(*VISITORS)
def photo(request: HttpRequest, key: uuid.UUID, pk: int) -> HttpResponse:
    """One photo of a visit or of one's own draft."""
    seen = VisitPhoto.objects.visible_to(request.user).select_related("file")
    found = get_object_or_404(seen.filter(visit__key=key) | seen.filter(draft__key=key), pk=pk)
    return files.serve(found.file)
