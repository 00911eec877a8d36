"""What is to be told (`Message`) and to whom it went by which way (`Delivery`)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.people.models import User


class Channel(models.TextChoices):
    INBOX = "inbox", _("站内消息")
    EMAIL = "email", _("邮件")
    WEBHOOK = "webhook", _("短信和微信网关")
    HOOK = "hook", _("推送到接入系统")


class State(models.TextChoices):
    QUEUED = "queued", _("待处理")
    RENDERED = "rendered", _("已成文")
    HELD = "held", _("只存不发")
    SENT = "sent", _("已送达")
    DROPPED = "dropped", _("不再发送")
    DEAD = "dead", _("发送失败")


class Tried(models.Model):
    """A row a worker claims, tries, and tries again later; see `delivery`."""

    attempts = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    next_try_at = models.DateTimeField(_("下次尝试"), db_default=Now())
    # What went wrong, never what the message said: administrators read no business content (SEC-1).
    last_error = models.CharField(_("错误"), max_length=200, blank=True)

    class Meta:
        abstract = True


class Message(Tried):
    """Something happened that people must learn of; who and in which words is decided when it is rendered."""

    kind = models.CharField(_("事项"), max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    key = models.CharField(max_length=200, unique=True)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField(_("时间"))
    not_before = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="outbox_message_queued", condition=Q(state=State.QUEUED)),
            models.Index(fields=["id"], name="outbox_message_odd", condition=Q(state__in=[State.HELD, State.DEAD])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[State.QUEUED, State.RENDERED, State.HELD, State.DROPPED, State.DEAD]),
                name="outbox_message_state",
            )
        ]

    def __str__(self) -> str:
        return self.key


class Subscription(models.Model):
    """A system outside, by its account, wants to be told of events at an address (`hooks`). Stopped, never deleted."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="subscriptions")
    url = models.CharField(_("网址"), max_length=300)
    events = ArrayField(models.CharField(max_length=80), verbose_name=_("事项"))
    generation = models.PositiveSmallIntegerField(default=1)  # of its secret
    active = models.BooleanField(_("在用"), default=True)
    made_at = models.DateTimeField(_("建立时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("推送")
        ordering = ["-active", "id"]

    def __str__(self) -> str:
        return self.url


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def inbox(self, user: User) -> DeliveryQuerySet:
        """A person's messages about what he may see now (SEC-1, SEC-2), unread ones first, then the newest."""
        from .rendering import about_seen

        own = self.received(user).filter(about_seen(user))
        return own.order_by(models.F("read_at").desc(nulls_first=True), "-sent_at", "-id")

    def received(self, user: User) -> DeliveryQuerySet:
        """All that ever came to his inbox; whoever shows any of it asks first what he may see of it now."""
        return self.filter(recipient=user, channel=Channel.INBOX, state=State.SENT)

    def unread(self) -> DeliveryQuerySet:
        return self.filter(read_at__isnull=True)

    def mark_read(self, at: datetime | None = None) -> int:
        """Mark the unread ones as read; returns how many there were."""
        return self.unread().update(read_at=at or Now())


class Delivery(Tried):
    """One message to one person by one way. What is in the inbox is a delivery too."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Of somebody without an account, instead of a recipient: a telephone number or an e-mail address.
    address = models.CharField(_("号码或邮箱"), max_length=254, blank=True)
    subscription = models.ForeignKey(Subscription, models.PROTECT, null=True, related_name="deliveries")
    channel = models.CharField(_("方式"), max_length=10, choices=Channel.choices)
    # Sent along, so that a gateway can recognise a repeat after a crash.
    key = models.CharField(max_length=240, unique=True)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("送达")
        verbose_name_plural = _("送达")
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="outbox_delivery_queued", condition=Q(state=State.QUEUED)),
            models.Index(fields=["id"], name="outbox_delivery_dead", condition=Q(state=State.DEAD)),
            models.Index(
                fields=["recipient", "-sent_at"], name="outbox_delivery_inbox", condition=Q(channel=Channel.INBOX)
            ),
            models.Index(
                fields=["recipient"],
                name="outbox_delivery_unread",
                condition=Q(channel=Channel.INBOX, read_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[State.QUEUED, State.SENT, State.DROPPED, State.DEAD]),
                name="outbox_delivery_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENT) | Q(sent_at__isnull=False), name="outbox_delivery_sent_at"
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, address="")
                | Q(recipient__isnull=True) & ~Q(address="") & ~Q(channel=Channel.INBOX),
                name="outbox_delivery_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.HOOK, subscription__isnull=False)
                | ~Q(channel=Channel.HOOK) & Q(subscription__isnull=True),
                name="outbox_delivery_hook_is_subscribed",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def email(self) -> str:
        return self.recipient.email if self.recipient else self.address

    @property
    def mobile(self) -> str:
        return (self.recipient.mobile or "") if self.recipient else self.address


class OptOut(models.Model):
    """A person does not want a channel; the inbox cannot be declined."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="outbox_opt_out_once"),
            models.CheckConstraint(condition=~Q(channel=Channel.INBOX), name="outbox_opt_out_not_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.channel}"


class Topic(models.TextChoices):
    """What a message is to whoever gets it, for his choice of how soon he wants to be told outside the portal."""

    MUST = "must", _("要我答复或依规定告知我的")
    WORK = "work", _("轮到我办的")
    NEWS = "news", _("我的和我跟的诉求有进展")


class Mode(models.TextChoices):
    NOW = "now", _("马上")
    DIGEST = "digest", _("并到每天 8:30 的汇总")
    OFF = "off", _("只放站内")


class Wish(models.Model):
    """How a person wants to be told of one topic by mail and text message; without a row, at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    topic = models.CharField(max_length=6, choices=Topic)
    mode = models.CharField(max_length=6, choices=Mode)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="outbox_wish_once"),
            models.CheckConstraint(
                condition=Q(topic__in=Topic.values, mode__in=Mode.values) & ~Q(topic=Topic.MUST, mode=Mode.OFF),
                name="outbox_wish_known",
            ),
        ]
        indexes = [models.Index(fields=["user"], name="outbox_wish_digest", condition=Q(mode=Mode.DIGEST))]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic}"
