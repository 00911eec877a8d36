"""The knowledge base (知识条目, APP-17): a question, its answer and its basis, in versions that are all kept."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from enterprises.search import Bigrams, Normal, pairs, words
from portal.people.models import Department, User
from portal.people.rights import rights_of, standing_in
from portal.people.roles import OFFICIALS, Role
from requests import commons
from requests.models.catalogue import Category
from requests.models.ticket import Ticket

# Officials who work with the knowledge; accounts and audit stay apart (SEC-10) and read what everybody reads.
KNOWS = tuple(OFFICIALS - {Role.ADMINISTRATOR, Role.AUDITOR})
REVIEWS = (Role.TRIAGER, Role.SUPERVISOR)
_LINE = Value("\n")
ASKED = Lower(Normal(Concat("question", _LINE, "keywords", output_field=models.TextField())))
SEARCHED = Lower(
    Normal(Concat("question", _LINE, "keywords", _LINE, "answer", _LINE, "basis", output_field=models.TextField()))
)


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ArticleQuerySet:
        """Officials read what is published, firms and strangers what is published for all; unpublished ones are read
        by whoever wrote them, by their department and by the centre that reviews (SEC-1)."""
        rights = rights_of(user, at)
        if rights.is_outside or not rights.has(*KNOWS):
            return self.public()
        if rights.has(*REVIEWS):
            return self
        own = Q(opened_by__in=standing_in(user, at)) | Q(department__in=rights.workplaces)
        return self.filter(own | Q(pk__in=_published().values("article")))

    def published(self) -> ArticleQuerySet:
        return self.filter(pk__in=_published().values("article"))

    def public(self) -> ArticleQuerySet:
        """Published with a version for everybody."""
        return self.filter(pk__in=_published().filter(public=True).values("article"))

    def ageing(self, at: datetime) -> ArticleQuerySet:
        """待复审: published, and the day has come on which somebody looks whether it still holds."""
        return self.published().filter(review_at__lte=at)

    def search(
        self, query: str, *, public: bool = False, statuses: tuple[str, ...] = (commons.PUBLISHED,)
    ) -> ArticleQuerySet:
        """Those with a version of these statuses that has every word; `public`: in what everybody may read of it."""
        found = self
        text = PUBLIC_TEXT if public else SEARCHED
        versions = ArticleVersion.objects.order_by().filter(status__in=statuses)
        for word in words(query):
            hits = (versions.filter(public=True) if public else versions).alias(text=text).filter(text__contains=word)
            if len(word) > 1 and not public:  # few enough articles are public to read them all
                hits = hits.alias(pairs=Bigrams(text)).filter(pairs__contains=pairs(word))
            found = found.filter(pk__in=hits.values("article"))
        return found

    def with_versions(self) -> ArticleQuerySet:
        """With the version that holds and the one being worked on, in one query for all."""
        rows = ArticleVersion.objects.exclude(status=commons.SUPERSEDED).select_related("written_by", "reviewed_by")
        return self.select_related("category", "department").prefetch_related(
            Prefetch("versions", rows.order_by("number"), to_attr="current_versions")
        )

    def with_use(self) -> ArticleQuerySet:
        """Adds how often it was quoted, found useful or not, and how many filings it made needless."""
        filed = Ticket.objects.filter(filed_key=OuterRef("draft_key"))
        spared = (
            ArticleUse.objects.filter(article=OuterRef("pk"), kind=ArticleUse.Kind.SPARED)
            .filter(~Exists(filed))
            .order_by()
            .values("article")
            .annotate(n=Count("pk"))
            .values("n")
        )
        counts = {
            f"{kind}_count": Count("uses", filter=Q(uses__kind=kind), distinct=True)
            for kind in (ArticleUse.Kind.CITED, ArticleUse.Kind.HELPED, ArticleUse.Kind.USELESS)
        }
        return self.annotate(**counts, spared_count=models.functions.Coalesce(models.Subquery(spared), 0))


def _published() -> models.QuerySet[Any]:
    return ArticleVersion.objects.order_by().filter(status=commons.PUBLISHED)


class Article(models.Model):
    """One piece of knowledge; what it says is its versions'. Moved only by the verbs of `requests.flow.articles`."""

    source = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="articles")
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="articles")
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="articles")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    review_at = models.DateTimeField(null=True)  # when somebody looks again whether it still holds
    reminded_at = models.DateTimeField(null=True)  # when the clock asked for that, for this review

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [models.Index(fields=["review_at"], name="article_review")]

    def __str__(self) -> str:
        return self.title

    @property
    def _versions(self) -> list[ArticleVersion]:
        if not hasattr(self, "current_versions"):
            rows = self.versions.exclude(status=commons.SUPERSEDED).select_related("written_by", "reviewed_by")
            self.current_versions = list(rows.order_by("number"))
        return self.current_versions

    @property
    def holding(self) -> ArticleVersion | None:
        """The version that is published now."""
        return next((v for v in self._versions if v.status == commons.PUBLISHED), None)

    @property
    def worked_on(self) -> ArticleVersion | None:
        """The version that is being written or reviewed."""
        return next((v for v in self._versions if v.status in commons.WORKED_ON), None)

    @property
    def latest(self) -> ArticleVersion:
        """The version that holds, else the one being worked on, else the last that was taken off."""
        found = self.holding or self.worked_on
        return found or self._versions[-1]

    @property
    def title(self) -> str:
        return self.latest.question

    @property
    def status(self) -> str:
        return self.latest.status


class ArticleVersion(models.Model):
    """What an article says, or said. Only a draft is changed; whatever was published stays as it was."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=10, choices=[(s, gettext_lazy(n)) for s, n in commons.ARTICLE_STATUSES.items()]
    )
    question = models.CharField(max_length=120)
    answer = models.TextField(max_length=8000)
    basis = models.TextField(max_length=1000, blank=True)  # documents and articles it rests on
    keywords = models.CharField(max_length=200, blank=True)
    public = models.BooleanField(default=False)
    public_answer = models.TextField(max_length=8000, blank=True)  # empty: the answer itself is fit for everybody
    question_en = models.CharField(max_length=240, blank=True)
    answer_en = models.TextField(max_length=8000, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    returned_for = models.CharField(max_length=500, blank=True)  # why the reviewer gave it back
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # withdrawn or superseded
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_for = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        indexes = [GinIndex(Bigrams(SEARCHED), name="article_bigrams")]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_number"),
            models.UniqueConstraint(
                fields=["article"], condition=Q(status="published"), name="article_one_published_version"
            ),
            models.UniqueConstraint(
                fields=["article"], condition=Q(status__in=commons.WORKED_ON), name="article_one_version_worked_on"
            ),
            models.CheckConstraint(condition=Q(status__in=list(commons.ARTICLE_STATUSES)), name="article_status_known"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False, reviewed_by__isnull=False),
                name="article_published_was_reviewed",
            ),
            models.CheckConstraint(
                condition=~Q(reviewed_by=models.F("written_by")), name="article_reviewed_by_somebody_else"
            ),
        ]

    @property
    def status_name(self) -> str:
        return _(commons.ARTICLE_STATUSES[self.status])

    @property
    def for_all(self) -> str:
        """The answer as everybody may read it."""
        return self.public_answer or self.answer

    @property
    def shown_question(self) -> str:
        """In the language of the interface, in Chinese where there is no other."""
        return self.question_en if _english() and self.question_en and self.answer_en else self.question

    @property
    def shown_answer(self) -> str:
        return self.answer_en if self.shown_question != self.question else self.for_all

    @property
    def lang(self) -> str:
        """The language of what is shown, for the page's `lang`."""
        return "en-GB" if self.shown_question != self.question else "zh-Hans"


PUBLIC_TEXT = Lower(
    Normal(
        Concat(
            *("question", _LINE, "keywords", _LINE, "question_en", _LINE, "answer_en", _LINE),
            models.Case(models.When(public_answer="", then="answer"), default="public_answer"),
            output_field=models.TextField(),
        )
    )
)


def _english() -> bool:
    return (get_language() or "").startswith("en")


class ArticleUse(models.Model):
    """What an article was good for. `spared` counts only while the draft it answered was not filed after all."""

    class Kind(models.TextChoices):
        CITED = "cited", gettext_lazy("引用到答复")
        SPARED = "spared", gettext_lazy("解决了，没有提交")
        HELPED = "helped", gettext_lazy("有用")
        USELESS = "useless", gettext_lazy("没用")

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="+")
    draft_key = models.UUIDField(null=True, default=None)
    session = models.UUIDField(default=uuid.uuid4)  # one visitor's vote of one day, without saying whose
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["draft_key"], condition=Q(draft_key__isnull=False), name="article_use_draft")]
        constraints = [
            models.UniqueConstraint(fields=["article", "kind", "ticket"], name="article_cited_once_per_ticket"),
            models.UniqueConstraint(fields=["article", "draft_key"], name="article_spares_a_draft_once"),
            models.UniqueConstraint(fields=["article", "session"], name="article_one_vote_of_a_visitor"),
        ]
