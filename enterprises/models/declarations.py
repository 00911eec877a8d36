"""What a firm says of itself where no line has said anything (POL-2): its own word until somebody verifies it."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from .firms import Enterprise
from .ties import firms_of

DECLARED, CONFIRMED = "企业自报（待核实）", "企业自报（已核实）"  # sources of values, shown wherever the value is
OWN_WORDS = (DECLARED, CONFIRMED)
DECLARED_BY_FIRM = "企业申报"  # what it delivered as data where no line is named


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """The firm its own; who verifies (data officers, policy officers) and the supervisor all (SEC-1)."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if rights_of(user, at).has(Role.DATA_OFFICER, Role.POLICY_OFFICER, Role.SUPERVISOR):
            return self
        return self.filter(enterprise__in=firms_of(user, at))

    def open(self) -> Self:
        return self.filter(state=Declaration.State.DECLARED)

    def standing(self) -> Self:
        return self.filter(state__in=[Declaration.State.DECLARED, Declaration.State.CONFIRMED])


class Declaration(models.Model):
    """One attribute's value by the firm's own word; it holds until a line's fact takes its place or it is refuted."""

    class State(models.TextChoices):
        DECLARED = "declared", _("待核实")
        CONFIRMED = "confirmed", _("已核实")
        REFUTED = "refuted", _("不属实")
        REPLACED = "replaced", _("已更新")  # by the firm's later word, or by a line's fact

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="declarations")
    attribute = models.CharField(_("指标"), max_length=60)  # its code in the catalogue
    value = models.BigIntegerField()  # as `attributes.values.kept` keeps it
    state = models.CharField(max_length=10, choices=State, default=State.DECLARED)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("企业自报")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "attribute"],
                condition=Q(state__in=["declared", "confirmed"]),
                name="enterprises_declaration_one_stands",
            ),
            models.CheckConstraint(
                condition=~Q(state="refuted") | ~Q(reason=""), name="enterprises_declaration_refuted_for_a_reason"
            ),
        ]
