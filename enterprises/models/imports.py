"""One import of the list of firms (ENT-1, ENT-2) and its rows, which are the preview, the record and the way back."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from .firms import Enterprise, EnterpriseName
from .places import Place

# SEC-1 names `import` among what the data officer does and nobody else: a clerk registers matters, the administrator
# has no business content. The list of firms belongs to no single line, so every data officer sees every import of it.
IMPORTS_FIRMS = (Role.DATA_OFFICER,)


class FirmImportQuerySet(models.QuerySet["FirmImport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if user.is_authenticated and rights_of(user).has(*IMPORTS_FIRMS):
            return self.all()
        return self.none()


class FirmImport(models.Model):
    """`columns` says what each column of the file is, by its number from 0; `problem` is a sentence for people."""

    class State(models.TextChoices):
        MAPPING = "mapping", _("待对列")
        CHECKING = "checking", _("正在核对")
        READY = "ready", _("待导入")
        APPLYING = "applying", _("正在导入")
        APPLIED = "applied", _("已导入")
        UNDOING = "undoing", _("正在撤销")
        UNDONE = "undone", _("已撤销")
        FAILED = "failed", _("读不了")
        DROPPED = "dropped", _("已放弃")

    WAITING = (State.CHECKING, State.APPLYING, State.UNDOING)  # for the worker

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("文件"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.MAPPING)
    tries = models.PositiveSmallIntegerField(default=0)  # of the worker at what is to be done now
    problem = models.TextField(blank=True)
    sheet = models.CharField(_("工作表"), max_length=100, blank=True)
    heading_row = models.PositiveIntegerField()
    headings = models.JSONField(default=list)
    headings_key = models.CharField(max_length=64, db_index=True)
    samples = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    fallback_place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("导入人"))
    at = models.DateTimeField(_("上传时间"), db_default=Now())
    acting = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = FirmImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("企业名单导入")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["moved_at"],
                name="enterprises_import_waiting",
                condition=models.Q(state__in=["checking", "applying", "undoing"]),
            )
        ]

    def __str__(self) -> str:
        return self.file.name

    @property
    def total(self) -> int:
        return self.new + self.changed + self.unchanged + self.rejected

    @property
    def version(self) -> str:
        """Changes with every step, so that a page knows whether it shows the last one."""
        return self.moved_at.isoformat()

    @property
    def is_waiting(self) -> bool:
        return self.state in self.WAITING


class FirmImportRow(models.Model):
    """One row of the file. `values` are all it says that can be stored, `former` what the firm had where it differs."""

    class Outcome(models.TextChoices):
        NEW = "new", _("新增")
        CHANGED = "changed", _("变更")
        UNCHANGED = "unchanged", _("不变")
        REJECTED = "rejected", _("不收")

    batch = models.ForeignKey(FirmImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("行号"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices)
    uscc = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120, blank=True)
    enterprise = models.ForeignKey(Enterprise, models.SET_NULL, null=True, related_name="+")
    renamed = models.ForeignKey(EnterpriseName, models.SET_NULL, null=True, related_name="+")
    values: Any = models.JSONField(default=dict)
    former: Any = models.JSONField(default=dict)
    problems: Any = models.JSONField(default=list)  # [{"column": …, "code": …, "said": …}]
    raw: Any = models.JSONField(default=list)  # a rejected row's cells, to be mended and sent again
    kept: Any = models.JSONField(default=list)  # what undoing left as it is: names of columns, or "used"

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="enterprises_import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="enterprises_import_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
