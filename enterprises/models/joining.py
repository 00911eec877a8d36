"""How a person comes to act for a firm: he asks and proves it, or he is invited; and the proof of his number."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.outbox.onetime import OneTime
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from .. import uscc
from .firms import Enterprise
from .ties import Member

# Who checks papers and lets people in; a firm's primary contact does so for his own firm.
ADMITS = (Role.INTAKE_CLERK, Role.SUPERVISOR)


def led_by(user: Any, at: datetime | None = None) -> models.QuerySet:
    """Ids of the firms whose primary contact the user is."""
    return Member.objects.current(at).filter(user=user, is_primary=True).values("enterprise")


class NumberProof(OneTime):
    """A code sent to a telephone number; whoever types it has the telephone. Six digits are worth a few tries only."""

    TRIES = 5
    MINUTES = 10

    mobile = models.CharField(_("手机号"), max_length=20, db_index=True)
    at = models.DateTimeField(db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0)
    proven_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def pending(self) -> Self:
        return self.filter(state=JoinRequest.State.PENDING)

    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """SEC-1: one's own, those to the firm one leads, and all for who checks them."""
        if not user.is_authenticated:
            return self.none()
        if rights_of(user, at).has(*ADMITS):
            return self
        return self.filter(Q(user=user) | Q(enterprise__in=led_by(user, at)))

    def decidable_by(self, user: Any, at: datetime | None = None) -> Self:
        """Those that wait for this person: nobody decides on his own."""
        return self.visible_to(user, at).pending().exclude(user=user)


class JoinRequest(models.Model):
    """Somebody asks to act for a firm. Where it is not on file yet, he says its name and address."""

    class State(models.TextChoices):
        PENDING = "pending", _("待核对")
        APPROVED = "approved", _("已通过")
        REFUSED = "refused", _("没有通过")
        WITHDRAWN = "withdrawn", _("已撤回")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, validators=[uscc.validate_uscc])
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="join_requests", verbose_name=_("企业")
    )
    name = models.CharField(_("企业名称"), max_length=120, blank=True)
    address = models.CharField(_("住所"), max_length=200, blank=True)
    title = models.CharField(_("职务"), max_length=30, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    notice = models.CharField(max_length=10)  # the edition of the personal-data notice that was agreed to
    asked_at = models.DateTimeField(_("申请时间"))
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(max_length=500, blank=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("注册申请")
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(fields=["asked_at"], name="enterprises_join_pending", condition=Q(state="pending")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "uscc"], condition=Q(state="pending"), name="enterprises_join_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | ~Q(name=""), name="enterprises_join_names_a_firm"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(member__isnull=False), name="enterprises_join_approved_is_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.uscc}"

    @property
    def firm_name(self) -> str:
        return self.enterprise.name if self.enterprise else self.name


class JoinProofQuerySet(models.QuerySet["JoinProof"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        return self.filter(request__in=JoinRequest.objects.visible_to(user, at).values("pk"))


class JoinProof(models.Model):
    """A paper that came with a request: business licence, letter of authority."""

    request = models.ForeignKey(JoinRequest, models.PROTECT, related_name="proofs")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    objects = JoinProofQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.file_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """SEC-1: whoever invited or accepted, and who lets people into that firm."""
        if not user.is_authenticated:
            return self.none()
        if rights_of(user, at).has(*ADMITS):
            return self
        return self.filter(Q(invited_by=user) | Q(accepted_by=user) | Q(enterprise__in=led_by(user, at)))


class Invitation(OneTime):
    """Somebody is asked to act for a firm: by a link, good once, to his telephone or his mail."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="invitations", verbose_name=_("企业"))
    mobile = models.CharField(_("手机号"), max_length=20, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    title = models.CharField(_("职务"), max_length=30, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("邀请")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mobile="", email__gt="") | Q(mobile__gt="", email=""), name="enterprises_invitation_one_way"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="enterprises_invitation_one_end"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def state(self, at: datetime) -> str:
        """`open`, `accepted`, `revoked` or `expired`."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "open" if at < self.expires_at else "expired"

    def account_of_addressee(self) -> User | None:
        """Who has the number or address already, so that he signs in instead of opening a second account."""
        if self.mobile:
            return User.objects.filter(mobile=self.mobile).first()
        found = list(User.objects.active().filter(email__iexact=self.email)[:2])
        return found[0] if len(found) == 1 else None
