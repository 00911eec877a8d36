"""Who there is: users, departments (ORG-1), task groups (ORG-2), roles held for a time, and deputies (AB角)."""

import re
from datetime import datetime
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.functions import TransactionNow
from django.core.mail import send_mail
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from portal.people.roles import DEPARTMENT_ROLES, OFFICIALS, Role
from portal.people.spans import Span, Spanned

# A user name of digits could be taken for somebody else's mobile number when signing in.
NO_NUMBER = r"[^0-9+() （）－-]"
NUMBER = r"^\+?[0-9]{6,19}$"


def plain_mobile(typed: str) -> str:
    """A mobile number as it is stored: digits only, without the country code of the mainland."""
    digits = re.sub(r"[ ()（）－-]", "", typed)
    return re.sub(r"^(\+|00)86(?=1\d{10}$)", "", digits)


def _named(username: str) -> Exact:
    """The user name in any case, folded as the unique index folds it (`iexact` folds more, and does not use it)."""
    return Exact(Lower("username"), Lower(Value(username)))


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def holding(self, role: str, department: "Department | int | None" = None, at: datetime | None = None) -> Self:
        """Active users who hold `role` (in `department`, if given) at `at`, and those who stand in for one now."""
        held = Membership.objects.current(at).filter(role=role, user__is_active=True)
        if department is not None:
            held = held.filter(department=department)
        lent = Delegation.objects.current(at).filter(principal__in=held.values("user"))
        itself, as_deputy = held.filter(user=OuterRef("pk")), lent.filter(deputy=OuterRef("pk"))
        return self.active().filter(Exists(itself) | Exists(as_deputy))

    def answering_for(self, user: "User | int", at: datetime | None = None) -> Self:
        """The person himself and those who stand in for him now: who is told of what is bound to him by name (AB角)."""
        lent = Delegation.objects.current(at).filter(principal=user, principal__is_active=True)
        return self.active().filter(Q(pk=getattr(user, "pk", user)) | Q(pk__in=lent.values("deputy")))

    def serving(self, *roles: str, at: datetime | None = None) -> Self:
        """Active users who hold one of the roles themselves, without those who stand in for one."""
        return self.active().filter(Exists(Membership.objects.current(at).filter(role__in=roles, user=OuterRef("pk"))))

    def officials(self, at: datetime | None = None) -> Self:
        """Active users who hold any role other than that of a firm's person."""
        return self.serving(*OFFICIALS, at=at)

    def signing_in_as(self, typed: str) -> Self:
        """The user a person means who typed a user name (in any case) or a mobile number; at most one."""
        typed = typed.strip()
        return self.filter(Q(_named(typed)) | Q(mobile=plain_mobile(typed)))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a hashed password; without one he cannot sign in until it is set."""
        fields["mobile"] = plain_mobile(fields.get("mobile") or "") or None
        fields["email"] = self.normalize_email(fields.get("email"))
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """The first administrator of a new site, through `manage.py createsuperuser`; no right beyond that role."""
        with transaction.atomic(using=self._db):
            user = self.create_user(username, password, **fields)
            Membership.objects.create(user=user, role=Role.ADMINISTRATOR, since=TransactionNow())
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(_named(username or ""))


class User(AbstractBaseUser):
    """A person with an account: an official, a firm's person, or both."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("跟随系统")
        LIGHT = "light", _("浅色")
        DARK = "dark", _("深色")

    class Language(models.TextChoices):
        CHINESE = "zh-hans", "中文"
        ENGLISH = "en", "English"

    username = models.CharField(
        _("用户名"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(NO_NUMBER, _("用户名不能全是数字。")),
            RegexValidator(r"^\S+$", _("用户名里不要有空格。")),
        ],
        error_messages={"unique": _("这个用户名已有人用。")},
    )
    name = models.CharField(_("姓名"), max_length=60)
    position = models.CharField(_("职务"), max_length=60, blank=True)
    mobile = models.CharField(
        _("手机号"),
        max_length=20,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(NUMBER, _("手机号只写数字。"))],
        error_messages={"unique": _("这个手机号已登记在另一个账号上。")},
    )
    phone = models.CharField(_("办公电话"), max_length=40, blank=True, help_text=_("企业能看到这个号码"))
    email = models.EmailField(_("邮箱"), blank=True)
    language = models.CharField(_("界面语言"), max_length=10, choices=Language.choices, default=Language.CHINESE)
    theme = models.CharField(_("界面颜色"), max_length=10, choices=Theme.choices, default=Theme.AUTO)
    is_active = models.BooleanField(_("在用"), default=True)
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    # Names the set-up of the second factor (`people.factor`); null: none.
    second_factor_at = models.DateTimeField(_("两步验证"), null=True, editable=False)
    joined_at = models.DateTimeField(_("建立时间"), db_default=TransactionNow(), editable=False)

    objects = UserManager()

    # What `rights_of` read for this object.
    _holdings: Any = None
    _rights: Any = None
    _line: Any  # what `portal.api.tokens.line_of` found

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_once_in_any_case",
                violation_error_message=_("这个用户名已有人用（不分大小写）。"),
            ),
            models.CheckConstraint(condition=Q(username__regex=NO_NUMBER), name="user_name_is_no_number"),
            models.CheckConstraint(
                condition=Q(mobile__isnull=True) | Q(mobile__regex=NUMBER), name="user_mobile_is_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def forget_rights(self) -> None:
        """Rights are read once per user object (`rights_of`); a changed membership makes it read them again."""
        self._holdings = self._rights = None

    def email_user(self, subject: str, body: str) -> None:
        send_mail(subject, body, None, [self.email])

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class DepartmentQuerySet(models.QuerySet["Department"]):
    def active(self) -> Self:
        return self.filter(active=True)


class Department(models.Model):
    """A responsible unit (责任单位, ORG-1). Its head, deputies and liaison officers are memberships."""

    class Kind(models.TextChoices):
        CENTRE = "centre", _("企业服务中心")
        TOWN_OFFICE = "town_office", _("镇办局")
        TOWN_COMPANY = "town_company", _("镇属公司")
        ECONOMIC_CITY = "economic_city", _("经济城")
        VILLAGE = "village", _("村（社区）")
        COUNTY = "county", _("市级部门")
        THIRD_PARTY = "third_party", _("第三方机构")

    name = models.CharField(_("名称"), max_length=80, unique=True)
    short_name = models.CharField(_("简称"), max_length=20)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级部门")
    )
    leader_in_charge = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="departments_in_charge", verbose_name=_("分管镇领导")
    )
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    active = models.BooleanField(_("在用"), default=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("部门")
        verbose_name_plural = _("部门")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="department_not_below_itself"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TaskGroup(models.Model):
    """People from several departments: the standing groups (专项小组) and task forces (专班), ORG-2."""

    class Kind(models.TextChoices):
        STANDING = "standing", _("专项小组")
        TASK_FORCE = "task_force", _("专班")
        CHIEFS = "chiefs", _("总召集人")  # NET-6: three leaders, of whom the head of the group is convener

    name = models.CharField(_("名称"), max_length=80, unique=True)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices, default=Kind.TASK_FORCE)
    purpose = models.CharField(_("任务"), max_length=200, blank=True)
    active = models.BooleanField(_("在用"), default=True)
    members = models.ManyToManyField(User, through="TaskGroupMember", related_name="task_groups")

    class Meta:
        verbose_name = _("工作组")
        verbose_name_plural = _("工作组")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class TaskGroupMember(Spanned):
    group = models.ForeignKey(TaskGroup, models.PROTECT, related_name="memberships", verbose_name=_("工作组"))
    user = models.ForeignKey(User, models.PROTECT, related_name="group_memberships", verbose_name=_("成员"))
    is_head = models.BooleanField(_("组长"), default=False)

    class Meta:
        verbose_name = _("工作组成员")
        verbose_name_plural = _("工作组成员")
        ordering = ["-is_head", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="group_member_until_after_since"
            ),
            ExclusionConstraint(
                name="group_member_once_at_a_time",
                expressions=[
                    ("group", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (Span("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.group}"


class Membership(Spanned):
    """A role held for a time: from `since` to just before `until` (instants; null is open). Ended, never deleted."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("用户"))
    role = models.CharField(_("角色"), max_length=30, choices=Role.choices)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("部门")
    )
    is_liaison = models.BooleanField(_("联络人"), default=False)
    on_duty = models.BooleanField(_("值班"), default=False)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["since", "pk"]
        indexes = [models.Index(fields=["role", "department"], name="membership_role_department")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_until_after_since"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_known_role"),
            models.CheckConstraint(
                condition=Q(department__isnull=False) | (~Q(role__in=sorted(DEPARTMENT_ROLES)) & Q(is_liaison=False)),
                name="membership_names_department",
            ),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("department", 0), RangeOperators.EQUAL),
                    (Span("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if Membership.user.is_cached(self):
            self.user.forget_rights()


class Delegation(Spanned):
    """AB角: for a time the deputy acts with the principal's memberships, and is shown as doing so."""

    principal = models.ForeignKey(User, models.PROTECT, related_name="delegations_given", verbose_name=_("委托人"))
    deputy = models.ForeignKey(User, models.PROTECT, related_name="delegations_held", verbose_name=_("代理人"))
    until = models.DateTimeField(_("到"))
    reason = models.CharField(_("事由"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("AB角")
        verbose_name_plural = _("AB角")
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("deputy")), name="delegation_to_somebody_else"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="delegation_until_after_since"),
            ExclusionConstraint(
                name="delegation_one_deputy_at_a_time",
                expressions=[
                    ("principal", RangeOperators.EQUAL),
                    (Span("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal} → {self.deputy}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if Delegation.deputy.is_cached(self):
            self.deputy.forget_rights()
