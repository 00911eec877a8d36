"""One import and its rows, which are the preview, the record and the way back; concrete in each room."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role


class BatchQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Every import to whoever may import: what they bring in belongs to no single person (SEC-1)."""
        if user.is_authenticated and rights_of(user).has(*self.model.IMPORTERS):
            return self.all()
        return self.none()


class Import(models.Model):
    """`columns` says what each column of the file is, by its number from 0; `problem` is a sentence for people."""

    IMPORTERS: ClassVar[tuple[Role, ...]] = ()

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

    conflicting: Any = 0  # a field where an import may find conflicts
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

    objects = BatchQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file.name

    @property
    def total(self) -> int:
        return self.new + self.changed + self.conflicting + self.unchanged + self.rejected

    @property
    def version(self) -> str:
        """Changes with every step, so that a page knows whether it shows the last one."""
        return self.moved_at.isoformat()

    @property
    def is_waiting(self) -> bool:
        return self.state in self.WAITING


class ImportRow(models.Model):
    """One row of the file: what it says that can be stored, what is wrong with it, what undoing left as it is."""

    class Outcome(models.TextChoices):
        NEW = "new", _("新增")
        CHANGED = "changed", _("变更")
        CONFLICTING = "conflicting", _("冲突")  # only where several sources may say the same thing (ENT-3)
        UNCHANGED = "unchanged", _("不变")
        REJECTED = "rejected", _("不收")

    number = models.PositiveIntegerField(_("行号"))
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome.choices)
    values: Any = models.JSONField(default=dict)
    problems: Any = models.JSONField(default=list)  # [{"column": …, "code": …, "said": …}]
    raw: Any = models.JSONField(default=list)  # a rejected row's cells, to be mended and sent again
    kept: Any = models.JSONField(default=list)  # what undoing left as it is: names of columns, or "used"

    class Meta:
        abstract = True
        ordering = ["number"]
