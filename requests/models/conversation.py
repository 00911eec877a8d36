"""What is written and attached: drafts before filing, comments after, and the files of both."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise, firms_of
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of
from requests.models.handling import Assignment
from requests.models.ticket import Ticket


class Draft(models.Model):
    """A matter somebody has begun to write; its key becomes the ticket's, so that sending twice makes one ticket."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    enterprise = models.ForeignKey(Enterprise, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)  # the form's fields as typed
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-saved_at"]


class Audience(models.TextChoices):
    FIRM = "firm", gettext_lazy("企业可见")
    OFFICE = "office", gettext_lazy("企业看不到")


def _written_for(user: Any, at: datetime | None) -> Q:
    """What is internal stays hidden from the firm's side, and from an official in his own case (handbook §1)."""
    from requests.capacity import is_firm_side

    if is_firm_side(user, at):
        return Q(audience=Audience.FIRM)
    if rights_of(user, at).is_outside:
        from requests.outside import files_for

        return files_for(user, at)
    own = firms_of(user, at)
    own_case = Q(ticket__enterprise__in=own) | Q(ticket__proxy__in=own)
    return Q(audience=Audience.FIRM) | ~Q(own_case) if own else Q()


class Way(models.TextChoices):
    """How the firm was contacted (APP-21)."""

    TELEPHONE = "telephone", gettext_lazy("电话")
    VISIT = "visit", gettext_lazy("上门")
    WECHAT = "wechat", gettext_lazy("微信")
    MEETING = "meeting", gettext_lazy("面谈")


class Comment(models.Model):
    """A line of the conversation with the firm, or an internal note (kept apart, design: look)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="comments")
    audience = models.CharField(max_length=8, choices=Audience)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_firm = models.BooleanField(default=False)
    text = models.TextField(max_length=4000)
    way = models.CharField(max_length=10, choices=Way, blank=True)  # of a contact that was logged
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ticket", "at"])]


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> AttachmentQuerySet:
        """Files of tickets the user may read (internal ones for officials only), of his drafts and his part (SEC-1)."""
        of_tickets = _written_for(user, at) & Q(ticket__in=Ticket.objects.visible_to(user, at).values("pk"))
        of_parts = Q(assignment__in=Assignment.objects.visible_to(user, at).values("pk"))
        return self.filter(of_tickets | of_parts | Q(draft__user=user))


class Attachment(models.Model):
    """A stored file's place: in a draft, then in a ticket, with the comment, result or part it came with."""

    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="attachments")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="attachments")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.PROTECT, related_name="attachments")
    result = models.ForeignKey("requests.Result", null=True, on_delete=models.PROTECT, related_name="attachments")
    supplement = models.ForeignKey(
        "requests.Supplement", null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    assignment = models.ForeignKey(
        "requests.Assignment", null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.FIRM)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True) ^ Q(ticket__isnull=True), name="attachment_of_draft_or_ticket"
            ),
        ]

    @property
    def came_at_filing(self) -> bool:
        """Whether it came with the matter itself and with nothing that was said or done later."""
        later = (self.comment_id, self.result_id, self.supplement_id, self.assignment_id)
        return self.ticket_id is not None and not any(later)
