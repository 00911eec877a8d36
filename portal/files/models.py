"""One row per uploaded file. What it belongs to is said by the subject's own join row (`requests.Attachment`)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file that passed the checks. Who may see it is decided by its subject, so it has no permission of its own."""

    name = models.CharField(_("文件名"), max_length=120)
    size = models.PositiveBigIntegerField(_("大小"))
    content_type = models.CharField(_("类型"), max_length=100)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=80, unique=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("上传时间"), db_default=Now(), db_index=True)

    class Meta:
        verbose_name = _("文件")
        verbose_name_plural = _("文件")

    def __str__(self) -> str:
        return self.name


class Shelf(models.Model):
    """One row: the folder of this database's uploads, so that two databases may share a DATA_DIR."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=16)

    class Meta:
        constraints = [models.CheckConstraint(name="files_one_shelf", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return self.name
