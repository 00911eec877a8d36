"""What a visitor has begun to write, and its photos, kept under the visit's key until it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404

from enterprises.models import Enterprise
from portal import files
from portal.people.models import User
from requests.drafts import LONGEST, alone
from requests.models import Visit, VisitDraft, VisitPhoto
from requests.visits import stages

MOST_FOUND, MOST_FIXES = 3, 3
FOUND = ("text", "title", "category", "urgency")
FIXES = ("what", "value", "reason")
FIELDS = ("day", "time", "way", "met_name", "met_title", "contact_phone", "said", "needs", "note", "consent")
FIELDS += tuple(f"found{n}_{name}" for n in range(MOST_FOUND) for name in FOUND)
FIELDS += tuple(f"fix{n}_{name}" for n in range(MOST_FIXES) for name in FIXES)
WRITTEN = ("said", "needs", "note", "met_name", "found0_text", "fix0_reason")


class Sent(Exception):
    """Under this key the visit was recorded meanwhile: sent twice, from another page, or by somebody else."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(str(visit.key))
        self.visit = visit


def find(key: uuid.UUID, user: User) -> VisitDraft | None:
    return VisitDraft.objects.filter(key=key, user=user).select_related("enterprise").first()


@transaction.atomic
def save(key: uuid.UUID, user: User, firm: Enterprise, typed: Mapping[str, str]) -> VisitDraft | None:
    """Keeps what is typed, unchecked. None where nothing is: looking makes no draft. Raises Sent."""
    draft = _opened(key, user, firm)
    data = {name: _kept(typed.get(name, "")) for name in FIELDS}
    if draft.pk is None and not any(data[name] for name in WRITTEN):
        return None
    draft.data, draft.enterprise = data, firm
    draft.save()
    return draft


def _opened(key: uuid.UUID, user: User, firm: Enterprise) -> VisitDraft:
    """The draft under this key, or one not saved yet. Whoever saves, uploads or sends under one key waits."""
    alone(key)
    made = Visit.objects.filter(key=key).exclude(status=stages.PLANNED).first()
    if made is not None:
        raise Sent(made)
    return find(key, user) or VisitDraft(key=key, user=user, enterprise=firm)


def _kept(typed: str) -> str:
    return typed.replace("\0", "").replace("\r\n", "\n")[:LONGEST]  # PostgreSQL keeps no NUL


@transaction.atomic
def add_photo(key: uuid.UUID, user: User, firm: Enterprise, upload: UploadedFile) -> VisitPhoto:
    """Raises files.Refused for a file that is not taken, or one more than a visit may have (SEC-7), and Sent."""
    draft = _opened(key, user, firm)
    if draft.pk is None:
        draft.save()
    files.check_count(draft.photos.count(), 1)
    return VisitPhoto.objects.create(draft=draft, file=files.store(upload, by=user))


def photos(draft: VisitDraft | None) -> list[VisitPhoto]:
    return list(draft.photos.select_related("file")) if draft else []


def remove_photo(key: uuid.UUID, user: User, pk: int) -> None:
    """Takes a photo out of one's own draft; what is not there any more, or another's, is 404."""
    removed, _what = VisitPhoto.objects.filter(draft__key=key, draft__user=user, pk=pk).delete()
    if not removed:
        raise Http404


def keep_only(draft: VisitDraft, wanted: Iterable[int]) -> None:
    """Drops the photos that were not in the form as it was sent."""
    draft.photos.exclude(pk__in=list(wanted)).delete()


def unsent(user: User, most: int = 20) -> list[VisitDraft]:
    """What he began and did not send, the newest first."""
    begun = VisitDraft.objects.filter(user=user).select_related("enterprise")
    return list(begun[:most])
