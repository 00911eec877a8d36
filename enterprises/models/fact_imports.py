"""One import of facts (ENT-2) and its rows, which are the preview, what is written, and the record of it."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.files.importing import BatchQuerySet, Import, ImportRow
from portal.people.models import User
from portal.people.roles import Role

from .disputes import lines_of
from .facts import Delivery, Line, Resource
from .firms import Enterprise


class FactImportQuerySet(BatchQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """To the data officers of the line that brings it, and of the line whose resource it is (SEC-1)."""
        lines = lines_of(user)
        return self.filter(Q(line__in=lines) | Q(resource__line__in=lines))


class FactImport(Import):
    """`period` is that of every row, where no column says one; `units` what the columns are in, by their number.

    `revision` is the resource's when the preview was made. `delivery` came of applying it.
    """

    IMPORTERS = (Role.DATA_OFFICER,)

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", verbose_name=_("数据资源"))
    line = models.ForeignKey(Line, models.PROTECT, related_name="+", verbose_name=_("来源条线"))
    period = models.DateField(_("所属期"), null=True, blank=True)
    units = models.JSONField(default=dict)
    conflicting: Any = models.PositiveIntegerField(default=0)
    revision = models.BigIntegerField(default=0)
    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, blank=True, related_name="imported")

    objects: ClassVar[Any] = FactImportQuerySet.as_manager()

    class Meta(Import.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("数据导入")
        indexes = [
            models.Index(
                fields=["moved_at"],
                name="enterprises_facts_waiting",
                condition=Q(state__in=["checking", "applying", "undoing"]),
            )
        ]


class FactImportRow(ImportRow):
    """`values` are kept numbers by the places of the resource's columns; `said` names the firm where none was found.

    Rows come by the hundred thousand: foreign keys are not checked one by one, and rows go with their import only.
    """

    batch = models.ForeignKey(FactImport, models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    enterprise = models.ForeignKey(
        Enterprise, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    said = models.CharField(max_length=120, blank=True)
    period = models.DateField(null=True, blank=True)
    item = models.CharField(max_length=80, blank=True)
    values: Any = ArrayField(models.BigIntegerField(null=True), default=list)

    class Meta(ImportRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="enterprises_fact_row_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
