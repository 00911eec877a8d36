"""The form on the telephone and what its scripts send: drafts, photos one by one, the record once (INS-6)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from enterprises.codes.views import drawn
from portal.people.doors import only_for
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.roles import Role
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import CheckPhoto, JointVisit, VisitCode, VisitPart
from ...visits.capacity import shown_at
from ...visits.flow.codes import is_open
from .. import drafts, flow, stages
from ..capacity import TO_RECORD, Conflict, own_parts, said_by_another
from ..kinds import ACCEPT
from ..reading import read
from ..screens import screens_of
from ..words import words
from ..written import DAYS

SOON = timedelta(days=1)  # opened the evening before, it is there without a network
RECENT = 10
Answers = Callable[..., JsonResponse]


def own_part(request: HttpRequest, pk: int) -> VisitPart:
    """404 for whoever was not named to go."""
    user: Any = request.user
    seen = own_parts(user).select_related("visit__enterprise__place", "agency__department", "recorded_by")
    return get_object_or_404(seen, pk=pk)


def answering(view: Answers) -> Answers:
    """Refusals as JSON: 409 where it is recorded already, 413 for too much, 422 with the field that would mend it."""

    @wraps(view)
    def answered(request: HttpRequest, part: int, *args: Any, **kwargs: Any) -> JsonResponse:
        try:
            return view(request, part, *args, **kwargs)
        except Conflict as conflict:
            return JsonResponse({"error": conflict.sentence, "url": _record_url(part)}, status=409)
        except Refused as refused:
            return JsonResponse({"error": refused.sentence, "field": refused.field or ""}, status=422)
        except RequestDataTooBig:
            return JsonResponse({"error": _("这份记录太大，没有收下。照片另外上传，文字请写短些。")}, status=413)

    return answered


def _record_url(part: int) -> str:
    return reverse("recording:record", args=[part])


@require_safe
@only_for(Role.INSPECTOR)
def mine(request: HttpRequest) -> HttpResponse:
    """What is to be recorded today and tomorrow, what was not recorded yet, and what this telephone still holds."""
    user: Any = request.user
    parts = own_parts(user).select_related("visit__enterprise__place", "agency__department")
    until = local_day(clock.now()) + SOON
    to_record = parts.filter(recorded_at=None, visit__status__in=TO_RECORD, visit__day__lte=until)
    recorded = parts.filter(recorded_at__isnull=False).order_by("-recorded_at", "-pk")
    data = {"by": user.pk, "words": words(), "worker": reverse("recording:worker"), "scope": reverse("recording:mine")}
    context = {"parts": to_record, "recorded": recorded[:RECENT], "data": data}
    return render(request, "recording/mine.html", context)


@require_safe
@only_for(Role.INSPECTOR)
def form(request: HttpRequest, part: int) -> HttpResponse:
    """The form; it may be opened before the visit begins, so that it is there where the network is not."""
    own = own_part(request, part)
    if own.recorded_at is not None:
        messages.info(request, said_by_another(own))
        return redirect("recording:record", own.pk)
    if own.visit.status not in TO_RECORD:
        return render(request, "recording/over.html", {"part": own}, status=409)
    user: Any = request.user
    screens = screens_of(own, clock.now())
    people = own.inspectors.select_related("user")
    context = {
        "part": own,
        "visit": own.visit,
        "firm": own.visit.enterprise,
        "screens": screens,
        "code": _code(request, own.visit),
        "shown": shown_at(own.visit) is not None,
        "people": people,
        "results": [(key, _(name)) for key, name in stages.RESULTS.items()],
        "severities": [(key, _(name)) for key, name in stages.SEVERITIES.items()],
        "outcomes": [(key, _(name)) for key, name in stages.OUTCOMES.items()],
        "days": DAYS,
        "accept": ACCEPT,
        "data": _data(own, user),
    }
    return render(request, "recording/form.html", context)


def _code(request: HttpRequest, visit: JointVisit) -> dict[str, Any] | None:
    """The code that holds, drawn: kept with the page, the firm can scan it where this telephone has no network."""
    code = VisitCode.objects.filter(visit=visit, revoked_at=None).first()
    if code is None or not is_open(code, clock.now()):
        return None
    address = request.build_absolute_uri(reverse("inspections:scan", args=[code.token]))
    return {"qr": drawn(address), "until": code.expires_at}


def _data(part: VisitPart, user: User) -> dict[str, Any]:
    """What the scripts of the form know from the start."""
    draft = drafts.find(part, user)
    return {
        "by": user.pk,
        "part": part.pk,
        "number": part.visit.number,
        "firm": part.visit.enterprise.name,
        "key": str(uuid.uuid4()),
        "version": draft.version if draft else 0,
        "fields": draft.data["fields"] if draft else [],
        "photos": [_told(photo) for photo in drafts.photos(part, user)],
        "photo": reverse("recording:mine") + "photos/",
        "most": settings.FILES_PER_SUBJECT,
        "urls": {
            "form": reverse("recording:form", args=[part.pk]),
            "draft": reverse("recording:draft", args=[part.pk]),
            "photos": reverse("recording:photos", args=[part.pk]),
            "send": reverse("recording:send", args=[part.pk]),
            "worker": reverse("recording:worker"),
            "scope": reverse("recording:mine"),
        },
        "words": words(),
    }


def _told(photo: CheckPhoto) -> dict[str, Any]:
    where = {"need": photo.need_id, "item": photo.item_id}
    return {"key": str(photo.key), "url": reverse("recording:photo", args=[photo.key]), **where}


def _json(request: HttpRequest) -> Any:
    """Raises Refused for what is no JSON, RequestDataTooBig above DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refused(_("收到的内容不完整，没有收下，请再传一次。")) from error


@require_POST
@only_for(Role.INSPECTOR)
@answering
def draft(request: HttpRequest, part: int) -> JsonResponse:
    """Keeps the page's fields: 200 with the version that stands, 409 once the part is recorded."""
    own, told = own_part(request, part), _json(request)
    version = told.get("version") if isinstance(told, dict) else None
    if not isinstance(version, int) or not 0 < version < 2**31:
        raise Refused(_("草稿的格式不对，没有收下。"))
    user: Any = request.user
    kept = drafts.save(own, user, version, drafts.fields_of(told.get("fields")))
    return JsonResponse({"version": kept.version})


@require_POST
@only_for(Role.INSPECTOR)
@answering
def photos(request: HttpRequest, part: int) -> JsonResponse:
    """Stores one photo: 201, or 200 where it had come before the line broke; 422 with the sentence why not."""
    own, sent = own_part(request, part), request.FILES.get("file")
    if sent is None:
        raise Refused(_("没有收到照片，请再传一次。"))
    user: Any = request.user
    try:
        key = uuid.UUID(request.POST.get("key", ""))
        need, item = int(request.POST.get("need", "")[:18]), int(request.POST.get("item", "")[:18] or 0)
    except ValueError as error:
        raise Refused(_("收到的内容不完整，没有收下，请再传一次。")) from error
    photo, new = drafts.add_photo(own, user, key, need=need, item=item or None, upload=sent)
    return JsonResponse({"key": str(photo.key)}, status=201 if new else 200)


@require_POST
@only_for(Role.INSPECTOR)
@answering
def send(request: HttpRequest, part: int) -> JsonResponse:
    """Takes the record once: 201, and the same answer with 200 however often it comes again under its key."""
    own, told = own_part(request, part), _json(request)
    sent = read(told)
    user: Any = request.user
    if sent.by != user.pk:
        raise Conflict(_("这份记录是别的账号填的，请用填写人的账号登录后上传。"))
    before = own.recorded_at
    flow.record(own, by=user, record=sent.record, key=sent.key, digest=sent.digest)
    return JsonResponse({"url": _record_url(part)}, status=201 if before is None else 200)


@require_safe
@only_for(Role.INSPECTOR)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it stands here so that it reaches these pages and no others."""
    response = render(request, "recording/worker.js", content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response
