"""What the filing page's scripts ask for: keeping the draft and its files."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal import files
from requests import drafts
from requests.forms.filing import filable_firm, filable_firms


@api_view(["POST"])
@parser_classes([FormParser, MultiPartParser])
def save_draft(request: Request, key: UUID) -> Response:
    """Keeps what is typed: 200, or 409 where it has been filed meanwhile, from another page. A stranger gets 404."""
    _only_for_who_files(request)
    try:
        drafts.save(key, request.user, request.POST, filable_firm(request.user, request.POST.get("enterprise", "")))
    except drafts.Filed as filed:
        return _filed(filed)
    return Response({"saved": True})


@api_view(["POST"])
@parser_classes([MultiPartParser])
def upload(request: Request, key: UUID) -> Response:
    """Stores one file with the draft: 201 with its id and name, 422 with the sentence why not, 409 as above."""
    _only_for_who_files(request)
    upload = request.FILES.get("file")
    if upload is None:
        return Response({"error": _("没有收到文件，请再选一次。")}, status=422)
    try:
        attachment = drafts.add_file(key, request.user, upload)
    except files.Refused as refused:
        return Response({"error": str(refused)}, status=422)
    except drafts.Filed as filed:
        return _filed(filed)
    return Response({"id": attachment.pk, "name": attachment.file.name}, status=201)


@api_view(["DELETE"])
def file(request: Request, key: UUID, pk: int) -> Response:
    """Takes a file out of one's own draft."""
    drafts.remove_file(key, request.user, pk)
    return Response(status=204)


def _only_for_who_files(request: Request) -> None:
    """Drafts are for those who file for a firm now; for everybody else there are none (SEC-1)."""
    if not filable_firms(request.user).exists():
        raise Http404


def _filed(filed: drafts.Filed) -> Response:
    number = filed.ticket.number
    return Response({"error": _("这件已经提交，编号 %(number)s") % {"number": number}, "number": number}, status=409)
