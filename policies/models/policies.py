"""A policy (POL-1): its versions with some thirty elements, its clauses 微条款, and what excludes what.

A `Policy` and its `Clause`s are what lasts; a `PolicyVersion` with its `ClauseVersion`s is what was written, reviewed
and in force from a day to a day, and is never changed once approved. A clause's criterion follows the version in force
(`library.flow.take_effect`), so that its matches are the stored outcomes of that criterion (POL-2).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from enterprises.models import Criterion
from portal.files.models import StoredFile
from portal.people.models import Department, User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..library import stages

WRITES_POLICIES = Role.POLICY_OFFICER
HEADS = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD)
OVERSEE_POLICIES = (Role.SUPERVISOR, Role.LEADER)
READS_MONEY = (*OVERSEE_POLICIES, *HEADS, WRITES_POLICIES)  # what was paid, by whom and how fast (POL-6)


class Level(models.TextChoices):
    NATIONAL = "national", gettext_lazy("国家级")
    PROVINCIAL = "provincial", gettext_lazy("省级")
    MUNICIPAL = "municipal", gettext_lazy("设区市级")
    COUNTY = "county", gettext_lazy("县市级")
    TOWN = "town", gettext_lazy("镇级")


class Support(models.TextChoices):
    """Kind of support; what people mute and filter by."""

    FUNDS = "funds", gettext_lazy("资金补助")
    AWARD = "award", gettext_lazy("奖励")
    TAX = "tax", gettext_lazy("税费减免")
    FINANCE = "finance", gettext_lazy("融资支持")
    TALENT = "talent", gettext_lazy("人才用工")
    LAND = "land", gettext_lazy("用地用能")
    PREMISES = "premises", gettext_lazy("场地租金")
    HONOUR = "honour", gettext_lazy("资质荣誉")
    SERVICE = "service", gettext_lazy("公共服务")


class Way(models.TextChoices):
    """How a clause's benefit reaches the firm (POL-5)."""

    BY_DATA = "by_data", gettext_lazy("数据核校")
    BY_REVIEW = "by_review", gettext_lazy("审查遴选")
    CLAIM_FREE = "claim_free", gettext_lazy("免申即享")
    ELSEWHERE = "elsewhere", gettext_lazy("向上级平台申报")  # the portal tells where; no claim is made here
    ENJOYED = "enjoyed", gettext_lazy("自行享受")  # a tax relief that is simply used


class PolicyQuerySet(models.QuerySet["Policy"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Everybody reads what has been in force (POL-11); its department and who oversees the town also drafts."""
        public = Q(current__isnull=False)
        if not getattr(user, "is_authenticated", False):
            return self.filter(public)
        rights = rights_of(user, at)
        if rights.has(*OVERSEE_POLICIES):
            return self
        return self.filter(public | Q(department__in=kept_by(user, at)))

    def public(self) -> Self:
        return self.filter(current__isnull=False)

    def in_force(self, day: date) -> Self:
        """Holds on that day: in force, not abolished, neither before its first day nor past its last."""
        until = Q(current__valid_to__isnull=True) | Q(current__valid_to__gte=day)
        return self.filter(until, current__valid_from__lte=day, ended_at__isnull=True)


def kept_by(user: Any, at: datetime | None = None) -> frozenset[int]:
    """The departments whose policies he writes or approves."""
    if not getattr(user, "is_authenticated", False):
        return frozenset()
    rights = rights_of(user, at)
    return rights.departments(WRITES_POLICIES) | rights.subtree(*HEADS)


class Policy(models.Model):
    """What lasts of a policy while its versions change; moved only by the verbs of `policies.library.flow`."""

    code = models.SlugField(gettext_lazy("编号"), max_length=40, unique=True)  # stands in addresses
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="policies", verbose_name=gettext_lazy("责任单位")
    )
    current = models.OneToOneField(
        "PolicyVersion", models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("现行版本")
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=gettext_lazy("承接政策")
    )
    ended_at = models.DateTimeField(gettext_lazy("废止时间"), null=True, blank=True)
    ended_for = models.CharField(gettext_lazy("废止原因"), max_length=300, blank=True)
    expiry_told_at = models.DateTimeField(null=True, blank=True)  # its department was told that it ends soon
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("政策")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(ended_for=""), name="policies_policy_ended_for_a_reason"
            )
        ]

    def __str__(self) -> str:
        return self.current.called if self.current else self.code

    def get_absolute_url(self) -> str:
        return reverse("policies:policy", args=[self.code])

    def holds_on(self, day: date) -> bool:
        """`in_force` for one row."""
        version = self.current
        if version is None or self.ended_at is not None:
            return False
        return version.valid_from <= day and (version.valid_to is None or day <= version.valid_to)


class VersionQuerySet(models.QuerySet["PolicyVersion"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Published ones everybody; drafts their department and who oversees the town."""
        public = Q(status__in=stages.PUBLISHED)
        if not getattr(user, "is_authenticated", False):
            return self.filter(public)
        if rights_of(user, at).has(*OVERSEE_POLICIES):
            return self
        return self.filter(public | Q(policy__department__in=kept_by(user, at)))


def in_english(row: PolicyVersion | ClauseVersion) -> str:
    """The title in the language of the interface, in Chinese where there is no other."""
    return row.title_en if row.title_en and (get_language() or "").startswith("en") else row.title


class PolicyVersion(models.Model):
    """What a policy says from `effective_on` until the next version: the elements that hold for all its clauses."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(gettext_lazy("版本"))
    status = models.CharField(max_length=10, choices=[(s, gettext_lazy(n)) for s, n in stages.STATUSES.items()])

    title = models.CharField(gettext_lazy("政策名称"), max_length=120)
    title_en = models.CharField(gettext_lazy("英文名称"), max_length=200, blank=True)
    document_number = models.CharField(gettext_lazy("文号"), max_length=60, blank=True)
    issuer = models.CharField(gettext_lazy("发文机关"), max_length=120)
    level = models.CharField(gettext_lazy("级别"), max_length=10, choices=Level)
    issued_on = models.DateField(gettext_lazy("发文日期"), null=True, blank=True)
    valid_from = models.DateField(gettext_lazy("有效期自"))
    valid_to = models.DateField(gettext_lazy("有效期至"), null=True, blank=True)  # null: until further notice
    object = models.TextField(gettext_lazy("支持对象"), max_length=1000)
    area = models.CharField(gettext_lazy("适用区域"), max_length=120, blank=True)
    industries = ArrayField(  # codes of GB/T 4754, sections or below; empty: every industry
        models.CharField(max_length=6), verbose_name=gettext_lazy("适用行业"), default=list, blank=True
    )
    basis = models.TextField(gettext_lazy("制定依据"), max_length=1000, blank=True)
    summary = models.CharField(gettext_lazy("一句话说明"), max_length=200)
    summary_en = models.CharField(gettext_lazy("英文说明"), max_length=400, blank=True)
    interpretation = models.TextField(gettext_lazy("政策解读"), max_length=8000, blank=True)
    keywords = ArrayField(
        models.CharField(max_length=20), verbose_name=gettext_lazy("关键词"), default=list, blank=True
    )
    contact_name = models.CharField(gettext_lazy("联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(gettext_lazy("联系电话"), max_length=40, blank=True)
    office = models.CharField(gettext_lazy("办理地点"), max_length=120, blank=True)
    source_url = models.URLField(gettext_lazy("原文链接"), max_length=300, blank=True)

    note = models.CharField(gettext_lazy("修改说明"), max_length=300, blank=True)
    effective_on = models.DateField(gettext_lazy("本版生效日期"))
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # null: shipped or imported
    written_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    returned_for = models.CharField(max_length=300, blank=True)
    took_effect_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)  # of the draft: two tabs do not overwrite each other

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("政策版本")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policies_version_once"),
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(status__in=stages.WORKED_ON),
                name="policies_version_one_worked_on",
            ),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(status=stages.IN_FORCE), name="policies_version_one_in_force"
            ),
            models.CheckConstraint(condition=Q(status__in=list(stages.STATUSES)), name="policies_version_status_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="policies_version_ends_after_start",
            ),
            models.CheckConstraint(  # whoever wrote it does not approve it
                condition=Q(approved_by=None) | Q(written_by=None) | ~Q(approved_by=models.F("written_by")),
                name="policies_version_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def called(self) -> str:
        return in_english(self)

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @cached_property
    def clauses_in_order(self) -> list[ClauseVersion]:
        return list(self.clauses.select_related("clause__criterion", "responsible").order_by("position", "pk"))


class Clause(models.Model):
    """One clause 微条款 of a policy, matched and claimed by itself; `number` is what people call it by."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="clauses")
    number = models.PositiveSmallIntegerField(gettext_lazy("条款号"))
    criterion = models.OneToOneField(
        Criterion, models.PROTECT, null=True, blank=True, related_name="clause", verbose_name=gettext_lazy("条件")
    )
    current = models.OneToOneField("ClauseVersion", models.PROTECT, null=True, related_name="+")  # as in force
    ended_at = models.DateTimeField(null=True, blank=True)  # a version in force has it no more

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("条款")
        ordering = ["policy", "number"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policies_clause_once")]

    def __str__(self) -> str:
        return self.current.called if self.current else str(self.number)

    def get_absolute_url(self) -> str:
        return f"{reverse('policies:policy', args=[self.policy.code])}#clause-{self.number}"


class ClauseVersion(models.Model):
    """What a clause says in one version of its policy: the elements that may differ from clause to clause.

    `tree` is its condition in the language of `enterprises.criteria.language`, None where data decide nothing;
    `formula` its amount in that of `policies.amounts.language`, None where no money is paid.
    `materials`: [{"name", "attribute" (what stands for it when known, or ""), "required", "note"}].
    """

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="clauses")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="versions")
    position = models.PositiveSmallIntegerField(default=0)

    title = models.CharField(gettext_lazy("条款名称"), max_length=80)
    title_en = models.CharField(gettext_lazy("英文名称"), max_length=160, blank=True)
    support = models.CharField(gettext_lazy("支持方式"), max_length=10, choices=Support)
    conditions = models.TextField(gettext_lazy("条件原文"), max_length=4000)
    tree = models.JSONField(gettext_lazy("条件"), null=True, blank=True)
    benefit = models.TextField(gettext_lazy("支持内容"), max_length=2000)
    formula = models.JSONField(gettext_lazy("金额"), null=True, blank=True)
    universal = models.BooleanField(gettext_lazy("普惠"), default=True)  # else selected among those who apply
    way = models.CharField(gettext_lazy("兑现方式"), max_length=10, choices=Way)
    materials = models.JSONField(gettext_lazy("申报材料"), default=list, blank=True)
    procedure = models.TextField(gettext_lazy("办理流程"), max_length=2000, blank=True)
    window = models.CharField(gettext_lazy("申报时间"), max_length=120, blank=True)  # in words; rounds say the days
    responsible = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("受理单位"),  # null: the policy's department
    )
    reviewers = models.ManyToManyField(Department, blank=True, related_name="+", verbose_name=gettext_lazy("联审单位"))
    publicity_days = models.PositiveSmallIntegerField(gettext_lazy("公示工作日"), default=5)  # 0: without publicity
    claim_url = models.URLField(gettext_lazy("上级申报网址"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("条款版本")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "clause"], name="policies_clauseversion_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def called(self) -> str:
        return in_english(self)

    @property
    def department_id(self) -> int:
        """Who takes its claims on."""
        return self.responsible_id or self.version.policy.department_id


class PolicyFile(models.Model):
    """An attachment of a version: the original text, a form to fill in."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")  # the next version keeps the same file
    title = models.CharField(gettext_lazy("名称"), max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["version", "file"], name="policies_file_once")]


class Exclusion(models.Model):
    """Clauses, of any policies, that may not be enjoyed together (不可同时享受), or only up to a sum."""

    class Rule(models.TextChoices):
        HIGHEST = "highest", gettext_lazy("就高不重复")  # the highest one alone
        CAP = "cap", gettext_lazy("合计封顶")  # all of them, up to `cap`

    name = models.CharField(gettext_lazy("名称"), max_length=80)
    basis = models.CharField(gettext_lazy("依据"), max_length=200, blank=True)
    rule = models.CharField(gettext_lazy("规则"), max_length=10, choices=Rule)
    cap = models.DecimalField(gettext_lazy("合计上限(元)"), max_digits=14, decimal_places=2, null=True, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    clauses = models.ManyToManyField(Clause, related_name="exclusions", verbose_name=gettext_lazy("条款"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("互斥规则")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rule="cap", cap__isnull=False) | Q(rule="highest", cap__isnull=True),
                name="policies_exclusion_cap_names_a_sum",
            )
        ]

    def __str__(self) -> str:
        return self.name
