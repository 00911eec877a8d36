"""回复模板: what is said often, one's own or the department's. Preferences, no records: changed and deleted at will."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from portal.people.models import Department, User
from portal.people.rights import rights_of

MOST = 50  # of one person, and of one department


class ReplyTemplateQuerySet(models.QuerySet["ReplyTemplate"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ReplyTemplateQuerySet:
        """His own, and those of the departments in which he holds a role: never another department's."""
        rights = rights_of(user, at)
        if not rights.is_official:
            return self.none()
        return self.filter(Q(owner=user, department=None) | Q(department__in=rights.departments()))


class ReplyTemplate(models.Model):
    """A text with places such as {企业} that are filled in from the ticket (`requests.reply_templates`)."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  # who wrote it
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(gettext_lazy("名称"), max_length=20)
    text = models.TextField(gettext_lazy("内容"), max_length=4000)
    changed_at = models.DateTimeField()

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["department", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(department__isnull=True), name="own_template_once"
            ),
            models.UniqueConstraint(
                fields=["department", "name"], condition=Q(department__isnull=False), name="shared_template_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
