"""What is kept before the record is sent: the page's fields, and photos one by one under keys of their own (INS-6)."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal import files
from portal.people.models import User
from portal.people.refusal import Refused
from portal.worktime import clock
from requests.drafts import alone

from ..models import ChecklistItem, CheckPhoto, Need, RecordDraft, VisitPart
from .capacity import Conflict, said_by_another
from .flow import locked, needs_of
from .kinds import check_photo

LONGEST = 256 * 1024  # bytes of a draft's JSON


@transaction.atomic
def save(part: VisitPart, user: User, version: int, fields: list[list[str]]) -> RecordDraft:
    """Keeps what is typed, unchecked; an older version than is kept changes nothing. Raises Conflict once recorded."""
    part = locked(part)
    _demand_unrecorded(part)
    draft = RecordDraft.objects.filter(part=part, user=user).first() or RecordDraft(part=part, user=user)
    if draft.pk is None or version > draft.version:
        draft.version, draft.data = version, {"fields": fields}
        draft.save()
    return draft


def find(part: VisitPart, user: User) -> RecordDraft | None:
    return RecordDraft.objects.filter(part=part, user=user).first()


@transaction.atomic
def add_photo(
    part: VisitPart, user: User, key: uuid.UUID, *, need: int, item: int | None, upload: UploadedFile
) -> tuple[CheckPhoto, bool]:
    """The photo under that key, and whether it is new: what came before the line broke is not stored again.

    Raises files.Refused for what is no photo or one too many (SEC-7), Conflict once the part is recorded.
    """
    alone(key)
    made = CheckPhoto.objects.filter(key=key).first()
    if made is not None:
        if (made.part_id, made.by_id) != (part.pk, user.pk):
            raise Conflict(_("这张照片已经用在别处。"))
        return made, False
    part = locked(part)
    _demand_unrecorded(part)
    wanted = _need(part, need)
    files.check_count(CheckPhoto.objects.filter(part=part, by=user, need=wanted, record=None).count(), 1)
    point = _point(wanted, item)
    stored = files.store(upload, by=user, check=check_photo)
    told = {"part": part, "need": wanted, "item": point, "file": stored, "by": user, "at": clock.now()}
    return CheckPhoto.objects.create(key=key, **told), True


def drop_photo(user: User, key: uuid.UUID) -> bool:
    """Takes back what he sent ahead; False where it is not there, another's or in a record."""
    dropped, _what = CheckPhoto.objects.filter(key=key, by=user, record=None).delete()
    return bool(dropped)


def photos(part: VisitPart, user: User) -> list[CheckPhoto]:
    """What he has sent ahead."""
    return list(CheckPhoto.objects.filter(part=part, by=user, record=None).select_related("file"))


def fields_of(told: Any) -> list[list[str]]:
    """Pairs of name and value, as the page keeps them. Raises Refused for what is none, or too long."""
    pairs = told if isinstance(told, list) else None
    if pairs is None or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair) for pair in pairs
    ):
        raise Refused(_("草稿的格式不对，没有收下。"))
    if sum(len(name) + len(value) for name, value in pairs) > LONGEST:
        raise Refused(_("草稿太长，没有存到服务器，仍在这台设备上。"))
    return [[_plain(name), _plain(value)] for name, value in pairs]


def _plain(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "ignore").decode()  # PostgreSQL keeps no NUL, no half of a pair


def _demand_unrecorded(part: VisitPart) -> None:
    if part.recorded_at is not None:
        raise Conflict(said_by_another(part))


def _need(part: VisitPart, pk: int) -> Need:
    for need in needs_of(part):
        if need.pk == pk:
            return need
    raise Refused(_("这个检查事项已经不在这次检查里，请刷新这一页。"), f"n{pk}")


def _point(need: Need, pk: int | None) -> ChecklistItem | None:
    if pk is None:
        return None
    point = ChecklistItem.objects.filter(subject=need.subject_id, pk=pk).first()
    if point is None:
        raise Refused(_("检查清单有变化，请刷新这一页再提交，填过的还在。"), f"n{need.pk}")
    return point
