"""Questions about policies (POL-9): each is a consultation ticket; its answer, cleaned, joins the interpretation."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.people.rights import rights_of
from requests.models import Ticket
from requests.stages import CLOSED

from .policies import OVERSEE_POLICIES, Clause, Policy, kept_by

EXPLAINED = ("solved", "partly", "explained")  # results (`requests.Result.kind`) whose answer explains the policy


class QuestionQuerySet(models.QuerySet["PolicyQuestion"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Answered questions the policy's department and who oversees the town; the ticket itself they need not see."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        answered = self.filter(ticket__status=CLOSED, ticket__confidential=False, ticket__outcome__in=EXPLAINED)
        if rights_of(user, at).has(*OVERSEE_POLICIES):
            return answered
        return answered.filter(policy__department__in=kept_by(user, at))

    def waiting(self) -> Self:
        """Nobody has written down yet what was answered, nor said that it does not suit."""
        written = PolicyAnswer.objects.filter(ticket__isnull=False).order_by().values("ticket")
        return self.filter(set_aside_at=None).exclude(ticket__in=written)


class PolicyQuestion(models.Model):
    """What ties a consultation ticket to the policy it asks about."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="questions")
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="+")
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="policy_question")
    set_aside_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True)  # its answer is no matter for the interpretation

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]


class AnswerQuerySet(models.QuerySet["PolicyAnswer"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """What is published everybody; drafts the policy's department and who oversees the town."""
        public = Q(status=PolicyAnswer.Status.PUBLISHED)
        if not getattr(user, "is_authenticated", False):
            return self.filter(public)
        if rights_of(user, at).has(*OVERSEE_POLICIES):
            return self
        return self.filter(public | Q(policy__department__in=kept_by(user, at)))

    def published(self) -> Self:
        return self.filter(status=PolicyAnswer.Status.PUBLISHED)

    def search(self, query: str) -> Self:
        """Those whose question, answer or policy's title hold every word."""
        found = self
        for word in query.split()[:5]:
            said = Q(question__icontains=word) | Q(answer__icontains=word)
            found = found.filter(said | Q(policy__current__title__icontains=word))
        return found


class PolicyAnswer(models.Model):
    """A question and its answer beside the interpretation; names no firm and no person (APP-17)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已公开")
        WITHDRAWN = "withdrawn", _("已撤下")

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="answers")
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True, related_name="+")
    ticket = models.OneToOneField(Ticket, models.PROTECT, null=True, related_name="+")
    question = models.CharField(_("问题"), max_length=300)
    answer = models.TextField(_("解答"), max_length=2000)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("政策问答")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False, published_by__isnull=False),
                name="policies_answer_published_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.question
