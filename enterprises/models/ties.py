"""Who belongs to a firm and who looks after it: its members and its stewards."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from portal.people.models import User

from .periods import Period, one_at_a_time


class Member(Period):
    """A person who acts for a firm 企业用户; one person may serve several firms (agents, accountants)."""

    enterprise = models.ForeignKey("Enterprise", models.PROTECT, related_name="members", verbose_name=_("企业"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("人员"))
    title = models.CharField(_("职务"), max_length=30, blank=True)
    is_primary = models.BooleanField(_("主要联系人"), default=False)

    class Meta(Period.Meta):
        verbose_name = verbose_name_plural = _("企业人员")
        ordering = ["-is_primary", "since", "pk"]
        constraints = [
            *Period.Meta.constraints,
            one_at_a_time("enterprise", "user", name="enterprises_member_once"),
            one_at_a_time("enterprise", name="enterprises_member_one_primary", condition=Q(is_primary=True)),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.user_id}"


class Stewardship(Period):
    """An official named as the one contact of a firm: 服务管家 of the firm, or 助企员 of one of its projects."""

    class Kind(models.TextChoices):
        STEWARD = "steward", _("服务管家")
        PROJECT_ASSISTANT = "project_assistant", _("助企员")

    enterprise = models.ForeignKey("Enterprise", models.PROTECT, related_name="stewardships", verbose_name=_("企业"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("人员"))
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices, default=Kind.STEWARD)
    project = models.CharField(_("项目"), max_length=60, blank=True)

    class Meta(Period.Meta):
        verbose_name = verbose_name_plural = _("服务管家")
        ordering = ["-kind", "since", "pk"]  # the steward before the assistants
        constraints = [
            *Period.Meta.constraints,
            one_at_a_time("enterprise", name="enterprises_stewardship_one_steward", condition=Q(kind="steward")),
            one_at_a_time(
                "enterprise",
                "project",
                name="enterprises_stewardship_one_assistant",
                condition=Q(kind="project_assistant"),
            ),
            models.CheckConstraint(
                condition=~Q(kind="steward") | Q(project=""), name="enterprises_stewardship_project_is_assistants"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.user_id}"


def firms_of(user: User | AnonymousUser, at: datetime | None = None) -> frozenset[int]:
    """Ids of the firms the user acts for at `at`; the answer for now is kept on the user object, as rights_of does."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if at is not None:
        return _firms_at(user, at)
    if "_firms" not in user.__dict__:
        user.__dict__["_firms"] = _firms_at(user, None)
    known: frozenset[int] = user.__dict__["_firms"]
    return known


def forget_firms(user: User) -> None:
    """To be called by whoever changes a membership: the same request must see it."""
    user.__dict__.pop("_firms", None)


# Written by hand, as `portal.people.rights.HELD` is: asked in every request and every verb.
ACTS_FOR = """
    SELECT enterprise_id FROM enterprises_member
     WHERE user_id = %s AND since <= coalesce(%s, CURRENT_TIMESTAMP)
       AND (until IS NULL OR until > coalesce(%s, CURRENT_TIMESTAMP))
"""


def acted_for(user: User, at: datetime | None = None) -> RawSQL:
    """The firms the user acts for, as part of a statement."""
    return RawSQL(ACTS_FOR, [user.pk, at, at])


def _firms_at(user: User, at: datetime | None) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(ACTS_FOR, [user.pk, at, at])
        return frozenset(firm for (firm,) in cursor)
