"""Drafts: what somebody has begun to write, and its files, kept until it is filed or dropped."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import Http404

from enterprises.models import Enterprise
from portal import files
from portal.people.models import User
from requests.models import Attachment, Draft, Ticket

FIELDS = ("contact_name", "contact_phone", "description", "title", "category", "urgency", "public", "guessed")
FIELDS += ("member_name", "member_uscc")
LONGEST = 8000  # characters kept of one field; the form's own limit speaks when it is sent


class Filed(Exception):
    """Under this key a ticket was made meanwhile: sent twice, or from another page."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket.number)
        self.ticket = ticket


def find(key: uuid.UUID, user: User) -> Draft | None:
    """The person's draft, None where nothing is saved yet; another's is 404, as if it weren't there (SEC-1)."""
    draft = Draft.objects.filter(key=key).select_related("enterprise").first()
    if draft is not None and draft.user_id != user.pk:
        raise Http404
    return draft


def filed(key: uuid.UUID, user: User) -> Ticket | None:
    """The ticket made under this key, None where there is none; another's is 404."""
    ticket = Ticket.objects.filter(filed_key=key).first()
    if ticket is not None and ticket.filed_by_id != user.pk:
        raise Http404
    return ticket


def unsent(user: User, firm: Enterprise | None) -> QuerySet[Draft]:
    """The person's drafts for a firm, and those that name none yet, the newest first."""
    return Draft.objects.filter(Q(enterprise=firm) | Q(enterprise=None), user=user)


def alone(key: uuid.UUID) -> None:
    """Until the transaction ends nobody else saves, adds files to or files what is written under this key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])


@transaction.atomic
def save(key: uuid.UUID, user: User, typed: Mapping[str, str], firm: Enterprise | None) -> Draft | None:
    """Keeps what is typed, unchecked. None where nothing is: looking makes no draft. Raises Filed."""
    draft = _opened(key, user)
    data = {name: _kept(typed.get(name, "")) for name in FIELDS}
    if draft.pk is None and not data["description"] and not data["title"]:
        return None
    draft.data, draft.enterprise = data, firm
    draft.save()
    return draft


def _opened(key: uuid.UUID, user: User) -> Draft:
    """The draft under this key, or one not saved yet. Raises Filed where it has become a ticket."""
    alone(key)
    made = filed(key, user)
    if made is not None:
        raise Filed(made)
    return find(key, user) or Draft(key=key, user=user)


def _kept(typed: str) -> str:
    return typed.replace("\0", "").replace("\r\n", "\n")[:LONGEST]  # PostgreSQL keeps no NUL


@transaction.atomic
def add_file(key: uuid.UUID, user: User, upload: UploadedFile) -> Attachment:
    """Raises files.Refused for a file that is not taken, or one more than a matter may have (SEC-7), and Filed."""
    draft = _opened(key, user)
    if draft.pk is None:
        draft.save()
    files.check_count(draft.attachments.count(), 1)
    return Attachment.objects.create(draft=draft, file=files.store(upload, by=user))


def attachments(draft: Draft | None) -> list[Attachment]:
    return list(draft.attachments.select_related("file")) if draft else []


def remove_file(key: uuid.UUID, user: User, attachment: int) -> None:
    """Takes a file out of one's own draft; what is not there any more, or another's, is 404."""
    removed, _what = Attachment.objects.filter(draft__key=key, draft__user=user, pk=attachment).delete()
    if not removed:
        raise Http404


def keep_only(draft: Draft, wanted: Iterable[int]) -> None:
    """Drops the files that were not in the form as it was sent: what is on the screen is what is filed."""
    draft.attachments.exclude(pk__in=list(wanted)).delete()
