"""The systems that speak to the portal (hotline, mini-program), and the answers kept for a repeated key."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.people.spans import Spanned


class Scope(models.TextChoices):
    """What a line system may do with its token; everything else is refused (SEC-1)."""

    READ = "read", _("查看自己转来的诉求")
    FILE = "file", _("代企业提交诉求")
    ACT = "act", _("代企业补充、催办、确认、撤回")
    FACTS = "facts", _("代条线推送企业数据")
    NEEDS = "needs", _("代执法部门报检查需求")


class LineSystem(Spanned):
    """A system outside with a token: it files through one channel and reads what it filed, nothing else (APP-1).

    `user` is its account, which holds no role and cannot sign in; `prefix` names the token, `digest` is all that is
    kept of its secret. `rate` is in requests per minute. Revoked by `until`, never deleted.
    """

    name = models.CharField(_("名称"), max_length=60, unique=True, error_messages={"unique": _("这个名称已有人用。")})
    user = models.OneToOneField(User, models.PROTECT, related_name="line_system")
    channel = models.CharField(_("渠道"), max_length=10)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices), verbose_name=_("权限"))
    rate = models.PositiveIntegerField(
        _("每分钟最多请求"), default=120, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(_("令牌生成于"))
    last_used_at = models.DateTimeField(_("上次使用"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接入系统")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="line_until_after_since"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """The answer to a POST with an `Idempotency-Key`: once per account and key, by the database."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # of address and content, which must be the same again
    status = models.PositiveSmallIntegerField(null=True)  # null only inside the transaction that is at work
    content = models.TextField(blank=True)
    location = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answer_once_per_key")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
