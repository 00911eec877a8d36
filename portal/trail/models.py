"""The append-only rows: events, their seal, and who read what is confidential (APP-19, SEC-5)."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.people.actors import CLOCK, LinkHolder


def subject_type(subject: models.Model | type[models.Model]) -> str:
    """The stable name of a subject's table, e.g. `requests.ticket`; proxies count as their concrete model."""
    model = subject._meta.concrete_model
    assert model is not None
    return model._meta.label_lower


class Audience(models.TextChoices):
    FIRM = "firm", _("企业可见")
    OFFICE = "office", _("经办人员可见")
    CLOSED = "closed", _("仅指定人员可见")


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> EventQuerySet:
        """The story of one subject, in the order in which it happened."""
        return self.filter(subject_type=subject_type(subject), subject_id=subject.pk).order_by("at", "id")

    def for_firm(self) -> EventQuerySet:
        return self.filter(audience=Audience.FIRM)


class Event(models.Model):
    """One thing that happened. `data` holds identifiers and codes only: texts about persons live in their own rows."""

    kind = models.CharField(_("事项"), max_length=80)
    subject_type = models.CharField(max_length=80)
    # Null where a whole list is meant, such as an export (SEC-6).
    subject_id = models.BigIntegerField(null=True)
    # Null where the clock acted (timed verbs).
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    principal = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField(_("角色"), max_length=30, blank=True)
    at = models.DateTimeField(_("时间"))
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now(), editable=False)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.OFFICE)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    # The writing transaction: events below the snapshot's xmin can get no more siblings and may be sealed.
    xid = models.BigIntegerField(
        db_default=RawSQL("pg_current_xact_id()::text::bigint", ()),
        editable=False,
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("留痕")
        verbose_name_plural = _("留痕")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at", "id"], name="trail_event_subject"),
            models.Index(fields=["xid", "id"], name="trail_event_xid"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type}:{self.subject_id}"

    @property
    def who(self) -> str:
        """The person who did it; without an account the holder of a link or the clock."""
        if self.actor:
            return self.actor.name
        return str(LinkHolder.name if self.role == LinkHolder.role else CLOCK.name)


class Seal(models.Model):
    """An event's place in the chain: digest = SHA-256(previous digest + the event's canonical bytes)."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="seal")
    digest = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.position}:{bytes(self.digest).hex()}"


class Head(models.Model):
    """How far the chain reached after one sealing, so that a cut-off end shows."""

    position = models.BigIntegerField(primary_key=True)
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.position}:{bytes(self.digest).hex()}"


class Read(models.Model):
    """Somebody opened something confidential or sensitive (APP-18, SEC-3)."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    principal = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    what = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="trail_read_subject")]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.subject_type}:{self.subject_id}"
