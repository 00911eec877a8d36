"""Files stored ahead of the form they belong to, as `static/js/upload.js` posts each under the name `file`."""

from collections.abc import Collection
from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet
from django.http import JsonResponse
from django.utils.translation import gettext as _

from portal.people.actors import Actor
from portal.people.models import User
from portal.worktime import clock

from .contents import Refused
from .models import StoredFile
from .storing import store

KEPT = timedelta(days=1)  # what nothing points to by then is removed


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


def sent_ahead(keys: Collection[int], *, by: User, lock: bool = False) -> list[StoredFile]:
    """Of these files those that the person sent lately and that nothing has taken yet.

    `lock`: nobody else takes them before the transaction ends, so that a second click takes none twice.
    """
    own = StoredFile.objects.filter(pk__in=keys, uploaded_by=by, at__gt=clock.now() - KEPT).order_by("pk")
    if lock:  # looked at again once they are ours
        own = own.filter(pk__in=[one.pk for one in own.select_for_update(no_key=True)])
    return list(unattached(own)) if keys else []


def unattached(files: QuerySet[StoredFile]) -> QuerySet[StoredFile]:
    """Those to which no row of any room points."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            rows = relation.field.model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            files = files.filter(~Exists(rows))
    return files
