"""政策导入: drafts of policies, brought in from a table with one clause a row (POL-1); nothing is published by it."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.files.importing import Import, ImportRow
from portal.people.models import Department
from portal.people.rights import rights_of
from portal.people.roles import Role

from .policies import Policy


class PolicyImportQuerySet(models.QuerySet["PolicyImport"]):
    def visible_to(self, user: Any) -> Self:
        """The policy officers of the department for which it was uploaded (SEC-1)."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(department__in=rights_of(user).departments(Role.POLICY_OFFICER))


class PolicyImport(Import):
    """An import of policies; `new` counts the clauses that come in, each in a draft of its department."""

    IMPORTERS = (Role.POLICY_OFFICER,)

    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")

    objects = PolicyImportQuerySet.as_manager()

    class Meta(Import.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("政策导入")
        indexes = [
            models.Index(
                fields=["moved_at"],
                name="policies_import_waiting",
                condition=models.Q(state__in=["checking", "applying", "undoing"]),
            )
        ]


class PolicyImportRow(ImportRow):
    """One clause; `head` is the number of the row with which its policy begins."""

    batch = models.ForeignKey(PolicyImport, models.CASCADE, related_name="rows")
    head = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=120, blank=True)  # of the policy
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, related_name="+")

    class Meta(ImportRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="policies_import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="policies_import_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
