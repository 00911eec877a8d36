"""One file stored ahead of the form it belongs to, as `static/js/upload.js` posts it under the name `file`."""

from django.core.files.uploadedfile import UploadedFile
from django.http import JsonResponse
from django.utils.translation import gettext as _

from portal.people.actors import Actor

from .contents import Refused
from .storing import store


def take_upload(sent: UploadedFile | None, *, by: Actor) -> JsonResponse:
    """Stores the file: 201 with its id, or 422 with the sentence why not.

    The view has asked whether the person may; what nothing points to is removed after a day.
    """
    if sent is None:
        return JsonResponse({"error": _("没有收到文件，请再选一次。")}, status=422)
    try:
        stored = store(sent, by=by)
    except Refused as refused:
        return JsonResponse({"error": refused.sentence}, status=422)
    return JsonResponse({"id": stored.pk, "name": stored.name}, status=201)
