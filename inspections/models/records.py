"""What was found at the door: one record per agency part, its checks, findings, photos and signatures (INS-6)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.models import Enterprise, firms_of
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of

from ..recording import stages
from .agencies import OVERSEE_INSPECTIONS, Agency, departments_of, keeps_plans
from .needs import Need
from .plans import VisitPart
from .subjects import ChecklistItem


def recorded_for(user: Any, at: datetime | None, visit: str, part: str) -> Q:
    """SEC-1, on rows whose paths to the visit and the part are given: the agencies that took part in the visit, the
    agency that keeps plans and who oversees the town; the firm, once the part is recorded. Nobody else near the firm.
    """
    if not getattr(user, "is_authenticated", False):
        return Q(pk__in=[])
    rights, firms = rights_of(user, at), firms_of(user, at)
    own = Q(**{f"{visit}__enterprise__in": firms, f"{part}__recorded_at__isnull": False})
    if not rights.is_official or rights.is_outside:
        return own
    elsewhere = ~Q(**{f"{visit}__enterprise__in": firms})
    if rights.has(*OVERSEE_INSPECTIONS) or keeps_plans(rights):
        return own | elsewhere
    there = VisitPart.objects.filter(agency__department__in=departments_of(rights)).order_by().values("visit")
    return own | elsewhere & Q(**{f"{visit}__in": there})


class Upload(models.Model):
    """One record as it was sent: under its key it is taken once, and answered as often as it comes."""

    key = models.UUIDField(unique=True, editable=False)
    part = models.ForeignKey(VisitPart, models.PROTECT, related_name="uploads")
    digest = models.CharField(max_length=64)  # SHA-256 of what was sent, in canonical JSON
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()  # when it arrived
    written_at = models.DateTimeField()  # when it was finished on the phone, by its clock, within begun_at and at

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["part"], name="inspections_upload_one_a_part")]


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        return self.filter(recorded_for(user, at, "part__visit", "part"))


class Check(models.Model):
    """The record of one need: what was looked at on its subject, and what came out."""

    need = models.OneToOneField(Need, models.PROTECT, related_name="record", verbose_name=gettext_lazy("检查需求"))
    part = models.ForeignKey(VisitPart, models.PROTECT, related_name="checks")
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="checks")
    result = models.CharField(max_length=10, choices=[(k, gettext_lazy(n)) for k, n in stages.CONCLUSIONS.items()])
    remarks = models.TextField(gettext_lazy("检查情况"), max_length=2000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查记录")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=list(stages.CONCLUSIONS)), name="inspections_check_result_known"
            )
        ]

    @property
    def result_name(self) -> str:
        return _(stages.CONCLUSIONS[self.result])


class CheckItem(models.Model):
    """One point of the checklist, as it was worded on that day."""

    record = models.ForeignKey(Check, models.PROTECT, related_name="items")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    result = models.CharField(max_length=10, choices=[(k, gettext_lazy(n)) for k, n in stages.RESULTS.items()])
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["record", "item"], name="inspections_checkitem_once"),
            models.CheckConstraint(
                condition=Q(result__in=list(stages.RESULTS)), name="inspections_checkitem_result_known"
            ),
        ]

    @property
    def result_name(self) -> str:
        return _(stages.RESULTS[self.result])


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        return self.filter(recorded_for(user, at, "record__part__visit", "record__part"))


class Finding(models.Model):
    """A problem that was found; what follows hangs on it. `status` is moved by `inspections.rectification`."""

    record = models.ForeignKey(Check, models.PROTECT, related_name="findings")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, related_name="findings")  # null: in no checklist
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="inspection_findings")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="findings")
    text = models.CharField(pgettext_lazy("检查", "问题"), max_length=500)
    basis = models.CharField(gettext_lazy("依据"), max_length=300, blank=True)
    severity = models.CharField(max_length=10, choices=[(k, gettext_lazy(n)) for k, n in stages.SEVERITIES.items()])
    outcome = models.CharField(max_length=10, choices=[(k, gettext_lazy(n)) for k, n in stages.OUTCOMES.items()])
    remedied_on_the_spot = models.BooleanField(gettext_lazy("当场已改正"), default=False)
    status = models.CharField(max_length=10, choices=[(k, gettext_lazy(n)) for k, n in stages.STATUSES.items()])
    at = models.DateTimeField()

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = gettext_lazy("检查发现的问题")
        ordering = ["pk"]
        indexes = [models.Index(fields=["enterprise", "item", "-at"], name="inspections_finding_of_firm")]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=list(stages.SEVERITIES)), name="inspections_finding_severity_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=list(stages.OUTCOMES)), name="inspections_finding_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(stages.STATUSES)), name="inspections_finding_status_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="inspections_finding_says_what"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def status_name(self) -> str:
        return _(stages.STATUSES[self.status])

    @property
    def severity_name(self) -> str:
        return _(stages.SEVERITIES[self.severity])

    @property
    def outcome_name(self) -> str:
        return _(stages.OUTCOMES[self.outcome])


class CheckPhotoQuerySet(models.QuerySet["CheckPhoto"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """As the record it belongs to; before there is one, whoever took it."""
        kept = Q(record__isnull=False) & recorded_for(user, at, "part__visit", "part")
        if getattr(user, "is_authenticated", False):
            kept |= Q(record=None, by=user)
        return self.filter(kept)


class CheckPhoto(models.Model):
    """A photo; it arrives before its record, under a key of its own, so that a broken line costs one photo alone."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    part = models.ForeignKey(VisitPart, models.PROTECT, related_name="photos")
    need = models.ForeignKey(Need, models.PROTECT, related_name="+")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, related_name="+")
    record = models.ForeignKey(Check, models.PROTECT, null=True, related_name="photos")  # null until it is recorded
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = CheckPhotoQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]


class SignatureQuerySet(models.QuerySet["Signature"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        return self.filter(recorded_for(user, at, "part__visit", "part"))


class Signature(models.Model):
    """Drawn by finger, once by who inspected and once by the firm, or the firm's refusal with its reason."""

    class Whose(models.TextChoices):
        INSPECTOR = "inspector", gettext_lazy("检查人员")
        FIRM = "firm", gettext_lazy("企业人员")

    part = models.ForeignKey(VisitPart, models.PROTECT, related_name="signatures")
    whose = models.CharField(max_length=10, choices=Whose)
    name = models.CharField(gettext_lazy("姓名"), max_length=40, blank=True)
    title = models.CharField(gettext_lazy("职务"), max_length=40, blank=True)
    image = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")
    refused_for = models.CharField(gettext_lazy("拒签原因"), max_length=300, blank=True)
    at = models.DateTimeField()

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["-whose", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["part", "whose"], name="inspections_signature_once"),
            models.CheckConstraint(  # drawn with a name, or refused with a reason; the inspector does not refuse
                condition=Q(image__isnull=False, refused_for="") & ~Q(name="")
                | Q(image=None, whose="firm") & ~Q(refused_for=""),
                name="inspections_signature_drawn_or_refused",
            ),
        ]


class RecordDraft(models.Model):
    """What one inspector has begun to fill in for a part, without signatures; so that another phone can go on."""

    part = models.ForeignKey(VisitPart, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=0)  # counted by the phone: an older one never overwrites a newer
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "user"], name="inspections_recorddraft_one_each")]


class Amendment(models.Model):
    """更正: what a record says wrong; the record itself is never changed, this is kept beside it."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    part = models.ForeignKey(VisitPart, models.PROTECT, related_name="amendments")
    text = models.TextField(gettext_lazy("更正内容"), max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class AmendmentPhotoQuerySet(models.QuerySet["AmendmentPhoto"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        return self.filter(recorded_for(user, at, "amendment__part__visit", "amendment__part"))


class AmendmentPhoto(models.Model):
    """A photo that the record lacks, said of in an amendment."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    objects = AmendmentPhotoQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
