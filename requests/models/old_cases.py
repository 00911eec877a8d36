"""旧件导入: cases of an earlier system, brought in from a file with their own numbers and dates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.files.importing import Import, ImportRow
from portal.people.roles import Role
from requests.models.ticket import Ticket

# To bring in a case is to register it, which the clerk does; the administrator has no business content (SEC-1).
IMPORTS_CASES = (Role.INTAKE_CLERK,)


class CaseImport(Import):
    """An import of old cases; `new` counts those brought in, `unchanged` those that are here already."""

    IMPORTERS = IMPORTS_CASES

    class Meta(Import.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("旧件导入")
        indexes = [
            models.Index(
                fields=["moved_at"],
                name="requests_import_waiting",
                condition=models.Q(state__in=["checking", "applying", "undoing"]),
            )
        ]


class CaseImportRow(ImportRow):
    """One old case; `firm` is its enterprise where that is on file, else its name is in `values`."""

    batch = models.ForeignKey(CaseImport, models.CASCADE, related_name="rows")
    old_number = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=60, blank=True)
    firm = models.ForeignKey(Enterprise, models.SET_NULL, null=True, related_name="+")
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="+")

    class Meta(ImportRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="requests_import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="requests_import_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
