"""`Idempotency-Key` on POST: the same key and content get the same answer, and the act happens once.

The key's row and the act share one transaction. Whoever comes with the same key meanwhile waits at the unique
constraint until the first has ended; then he reads its answer, or begins anew where the first was refused.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from .models import Answer
from .problems import Problem

KEY = re.compile(r"[!-~]{1,200}")
WAIT = 10  # seconds for another request with the same key

View = Callable[..., Response]


def once(act: View) -> View:
    """Decorates the `post` of a view: without the header it acts as always, with it once per account and key."""

    @wraps(act)
    def kept(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return act(view, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise Problem(400, _("Idempotency-Key 是 1 到 200 个英文字符，不含空格。"))
        digest = _digest(request)
        with transaction.atomic():
            if not _taken(request.user.pk, key, digest):
                return _answered(request.user.pk, key, digest)
            response = act(view, request, *args, **kwargs)
            if response.status_code >= 300:
                transaction.set_rollback(True)  # what was refused may be mended and sent again under the same key
            else:
                _keep(request.user.pk, key, response)
        return response

    return kept


def _taken(user: int, key: str, digest: str) -> bool:
    """Whether the key is ours now; waits for whoever is at work under it. Raises Problem after WAIT seconds."""
    Answer.objects.filter(user=user, key=key, at__lt=Now() - kept_for()).delete()
    table = Answer._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT}s"])
        try:
            with transaction.atomic():
                cursor.execute(
                    f"INSERT INTO {table} (user_id, key, digest, content, location) VALUES (%s, %s, %s, '', '')"
                    " ON CONFLICT (user_id, key) DO NOTHING",
                    [user, key, digest],
                )
                ours: bool = cursor.rowcount == 1
        except OperationalError as error:
            raise Problem(409, _("同一个 Idempotency-Key 的请求还在办理。"), kind="key-in-use", wait=1) from error
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    return ours


def kept_for() -> timedelta:
    return timedelta(hours=settings.API_KEEP_ANSWERS_HOURS)


def _answered(user: int, key: str, digest: str) -> Response:
    answer = Answer.objects.get(user=user, key=key)
    if answer.digest != digest:
        raise Problem(422, _("这个 Idempotency-Key 已用于另一个内容，请换一个。"), kind="key-reused")
    headers = {"Idempotency-Replayed": "true"} | ({"Location": answer.location} if answer.location else {})
    content = json.loads(answer.content) if answer.content else None
    return Response(content, status=answer.status, headers=headers)


def _keep(user: int, key: str, response: Response) -> None:
    content = JSONRenderer().render(response.data).decode()
    kept = {"status": response.status_code, "content": content, "location": response.get("Location", "")}
    Answer.objects.filter(user=user, key=key).update(**kept)


def _digest(request: Request) -> str:
    """Of address and content; the boundary of a form that is sent again differs, its fields and files do not."""
    found = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    data = request.data
    if isinstance(data, QueryDict):
        data = {name: [_part(value) for value in values] for name, values in sorted(data.lists())}
    found.update(json.dumps(data, sort_keys=True).encode())
    return found.hexdigest()


def _part(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    content = hashlib.sha256()
    for chunk in value.chunks():
        content.update(chunk)
    value.seek(0)
    return f"{value.name}:{content.hexdigest()}"
