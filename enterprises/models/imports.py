"""One import of the list of firms (ENT-1, ENT-2) and its rows, which are the preview, the record and the way back."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.files.importing import Import, ImportRow
from portal.people.roles import Role

from .firms import Enterprise, EnterpriseName
from .places import Place

# SEC-1 names `import` among what the data officer does and nobody else: a clerk registers matters, the administrator
# has no business content. The list of firms belongs to no single line, so every data officer sees every import of it.
IMPORTS_FIRMS = (Role.DATA_OFFICER,)


class FirmImport(Import):
    """An import of the list of firms; `fallback_place` is where new firms without a place belong."""

    IMPORTERS = IMPORTS_FIRMS

    fallback_place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Import.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("企业名单导入")
        indexes = [
            models.Index(
                fields=["moved_at"],
                name="enterprises_import_waiting",
                condition=models.Q(state__in=["checking", "applying", "undoing"]),
            )
        ]


class FirmImportRow(ImportRow):
    """`values` are all that the row says that can be stored, `former` what the firm had where it differs."""

    batch = models.ForeignKey(FirmImport, models.CASCADE, related_name="rows")
    uscc = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120, blank=True)
    enterprise = models.ForeignKey(Enterprise, models.SET_NULL, null=True, related_name="+")
    renamed = models.ForeignKey(EnterpriseName, models.SET_NULL, null=True, related_name="+")
    former: Any = models.JSONField(default=dict)

    class Meta(ImportRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="enterprises_import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="enterprises_import_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
