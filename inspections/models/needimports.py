"""检查需求导入: an agency's needs, brought in from a table with one need a row (INS-3)."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.files.importing import Import, ImportRow
from portal.people.rights import rights_of

from .agencies import OF_AGENCY, Agency, departments_of
from .needs import Need


class NeedImportQuerySet(models.QuerySet["NeedImport"]):
    def visible_to(self, user: Any) -> Self:
        """Who works for the agency for which it was uploaded (SEC-1)."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(agency__department__in=departments_of(rights_of(user)))


class NeedImport(Import):
    """An import of needs of one agency; `new` counts those that come in."""

    IMPORTERS = OF_AGENCY

    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")

    objects = NeedImportQuerySet.as_manager()

    class Meta(Import.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("检查需求导入")
        indexes = [
            models.Index(
                fields=["moved_at"],
                name="inspections_import_waiting",
                condition=models.Q(state__in=["checking", "applying", "undoing"]),
            )
        ]


class NeedImportRow(ImportRow):
    """One need; `firm` is its firm's name as found, or as typed."""

    batch = models.ForeignKey(NeedImport, models.CASCADE, related_name="rows")
    firm = models.CharField(max_length=200, blank=True)
    need = models.ForeignKey(Need, models.SET_NULL, null=True, related_name="+")

    class Meta(ImportRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="inspections_import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="inspections_import_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
