"""Storing an upload and sending it back. Who may fetch it is the subject's business, before `serve` is called."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models.functions import Now
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from portal.people.actors import Actor, person

from .contents import FIELD, Kind, Refused, check
from .models import Shelf, StoredFile
from .names import safe_name, split

Check = Callable[[IO[bytes], str, str], Kind]


def store(upload: UploadedFile, *, by: Actor, check: Check = check) -> StoredFile:
    """Check an upload and keep it under a random name. Raises Refused with a sentence naming the file and the remedy.

    `check` says what is taken: any of `contents.KINDS`, or a table (`tables.check_table`).
    A file whose row is not committed, or that no subject takes, is removed after a day (`tasks.clean_up`).
    """
    name = safe_name(upload.name or "")
    _check_day(by)
    if not upload.size:
        raise Refused(_("“%(name)s”是空的：请确认选对了文件") % {"name": name}, FIELD)
    if upload.size > settings.FILE_MAX_BYTES:
        limit = {"name": name, "size": settings.FILE_MAX_BYTES // 1024 // 1024}
        raise Refused(_("“%(name)s”超过 %(size)s MB：请压缩或拆成几个再传") % limit, FIELD)
    assert upload.file is not None
    kind = check(upload.file, name, split(name)[1])
    upload.seek(0)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return StoredFile.objects.create(
        name=name,
        size=upload.size,
        content_type=kind.content_type,
        sha256=digest.hexdigest(),
        path=default_storage.save(_fresh_path(), upload),
        uploaded_by=person(by),
    )


def empty(stored: StoredFile) -> None:
    """Forget what is in it (SEC-3): the row and its name stay. The old content is a stray from the commit on."""
    stored.path = default_storage.save(_fresh_path(), ContentFile(b""))
    stored.size, stored.sha256 = 0, hashlib.sha256().hexdigest()
    stored.save(update_fields=["path", "size", "sha256"])


def _fresh_path() -> str:
    token = secrets.token_hex(16)
    return f"{shelf()}/{token[:2]}/{token[2:]}"


def shelf() -> str:
    """The folder in which this database keeps its uploads."""
    return Shelf.objects.get().name


def _check_day(by: Actor) -> None:
    """Nobody fills the disk: so many files a person and day, whatever becomes of them."""
    uploader = person(by)
    if uploader is None:  # the clock, or a link that serves one act
        return
    today = StoredFile.objects.filter(uploaded_by=uploader, at__gt=Now() - timedelta(days=1)).count()
    if today >= settings.FILES_PER_DAY:
        sentence = _("您一天里已传 %(count)s 个文件：请明天再传，急用请联系企业服务中心")
        raise Refused(sentence % {"count": today}, FIELD)


def check_count(already: int, adding: int) -> None:
    """Raises Refused if a subject would get more files than it may have."""
    if already + adding > settings.FILES_PER_SUBJECT:
        sentence = _("最多 %(count)s 个文件：请去掉几个，或合成一个 PDF")
        raise Refused(sentence % {"count": settings.FILES_PER_SUBJECT}, FIELD)


def serve(stored: StoredFile) -> FileResponse:
    """The file as an attachment that no browser opens inline, guesses about or keeps (SEC-7).

    Call it only for a file reached through its subject's `visible_to`. Raises Http404 if the content is gone.
    """
    try:
        content = default_storage.open(stored.path)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
