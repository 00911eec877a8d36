"""知识库 (APP-17): a solved matter becomes an article, reviewed by somebody else than its writer, and grows old.

What is published is never changed: an edit begins a version of its own, and the former one is kept as superseded.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.actors import CLOCK, Clock
from portal.people.models import Department, User
from portal.people.refusal import one_line, required
from portal.people.rights import Grant, rights_of, standing_in
from portal.worktime import clock
from requests import anonymity, commons, stages
from requests.capacity import own_case
from requests.flow.core import Refused
from requests.models import Article, ArticleUse, ArticleVersion, Category, Result, Ticket
from requests.models.articles import KNOWS

Doer = User | Clock
HOLDS_FOR = timedelta(days=365)  # after which somebody looks again
WORDS = ("question", "answer", "basis", "keywords", "public", "public_answer", "question_en", "answer_en")
TEXTS = tuple(name for name in WORDS if name != "public")
IN_DEPARTMENT = ("handler", "deputy_head", "department_head")


def standing(article: Article | None, by: Doer, at: datetime | None = None) -> dict[str, Grant | None]:
    """Each capacity towards an article (None: one to be written), with the right that gives it; see `commons`."""
    if isinstance(by, Clock):
        return {"clock": None}
    rights = rights_of(by, at)
    own = next((grant for grant in rights.grants if grant.role in KNOWS), None)
    if own is None or rights.is_outside:
        return {}
    held: dict[str, Grant | None] = {"official": own}
    held |= {str(g.role): g for g in reversed(rights.grants) if g.role in commons.CENTRE}
    if article is not None and article.department_id:
        over = {role: rights.grant_over(article.department_id, role) for role in IN_DEPARTMENT}
        held |= {f"owner.{role}": grant for role, grant in over.items() if grant}
    writing = article.worked_on or article.latest if article is not None else None
    if writing is not None and writing.written_by_id in {user.pk for user in standing_in(by, at)}:
        held["writer"] = own
    return held


def verbs_of(article: Article, by: User) -> list[str]:
    """What somebody may do now: to the version being worked on, else to the one that holds."""
    held = frozenset(standing(article, by))
    verbs = commons.verbs_from(commons.ARTICLE_VERBS, _point(article).status, held)
    if "publish_article" in verbs and _wrote(article.worked_on, by):
        verbs.remove("publish_article")  # reviewed by somebody else
    if article.worked_on and article.holding:
        verbs += [
            v for v in ("withdraw_article", "keep_article") if commons.may(commons.ARTICLE_VERBS, v, "published", held)
        ]
    return verbs


def _wrote(version: ArticleVersion | None, by: User) -> bool:
    return version is not None and version.written_by_id in {user.pk for user in standing_in(by)}


# Writing ------------------------------------------------------------------------------------------------------


def sketch(ticket: Ticket) -> dict[str, Any]:
    """A draft's words from a solved matter, without what it knows of names, numbers, firms and addresses."""
    result = _answered(ticket)
    what = anonymity.cleaned(ticket, ticket.title)
    text = anonymity.cleaned(ticket, f"{ticket.title}{ticket.description}")
    words = [word for word in (ticket.category.words if ticket.category else ()) if word and word in text]
    return {
        "question": what[:120],
        "answer": anonymity.cleaned(ticket, result.written_reply or result.text if result else "")[:8000],
        "keywords": " ".join(dict.fromkeys(words))[:200],
    }


def _answered(ticket: Ticket) -> Result | None:
    """The signed result that stood at the end."""
    return ticket.results.filter(signed_at__isnull=False).exclude(kind=Result.Kind.CANNOT).order_by("-id").first()


def may_draft(ticket: Ticket, by: User) -> bool:
    """Whether a draft can be made of it: closed with an answer that others can use, and no confidential matter."""
    solved = ticket.status == stages.CLOSED and not ticket.confidential
    return solved and bool(standing(None, by)) and not own_case(ticket, by) and _answered(ticket) is not None


@transaction.atomic
def draft_article(
    ticket: Ticket | None,
    *,
    by: User,
    category: Category | None = None,
    department: Department | None = None,
    at: datetime | None = None,
    **words: Any,
) -> Article:
    """写知识条目: from a closed ticket he may read, its words cleaned where none are given; or without one."""
    at = at or clock.now()
    grant = _granted("draft_article", standing(None, by, at), "")
    if ticket is not None:
        seen = Ticket.objects.visible_to(by, at).filter(pk=ticket.pk, confidential=False)
        if not seen.exists() or not may_draft(ticket, by):
            raise Refused(_("只有您能看到的、已办结并有答复的诉求可以写成知识条目；保密件不行。"))
        words = words or sketch(ticket)
        category = category or ticket.category
        department = department or ticket.lead_department
    article = Article(source=ticket, category=category, department=department, opened_by=by, opened_at=at)
    article.save()
    version = ArticleVersion(article=article, number=1, status=commons.DRAFT, written_by=by, written_at=at)
    _write(version, words)
    version.save()
    outbox.tell("article.drafted", article, by, at, grant, told=False, version=1)
    return _fresh(article)


@transaction.atomic
def edit_article(
    article: Article,
    *,
    by: User,
    category: Category | None = None,
    department: Department | None = None,
    at: datetime | None = None,
    **words: Any,
) -> Article:
    """改条目: the draft itself, or a new version of what is published or was taken off. He is its writer now."""
    article, at, grant = _begin(article, "edit_article", by, at)
    version = article.worked_on
    if version is None:
        former = article.latest
        kept = {name: getattr(former, name) for name in WORDS}
        last = article.versions.order_by("-number").values_list("number", flat=True)[0]
        version = ArticleVersion(article=article, number=last + 1, status=commons.DRAFT, **kept)
    version.written_by, version.written_at = by, at
    _write(version, words)
    version.save()
    article.category, article.department = category or article.category, department or article.department
    article.save()
    outbox.tell("article.edited", article, by, at, grant, told=False, version=version.number)
    return _fresh(article)


def _write(version: ArticleVersion, words: Mapping[str, Any]) -> None:
    for name in TEXTS:
        if name in words:
            setattr(version, name, (words[name] or "").replace("\r\n", "\n").strip())
    version.question = one_line(version.question)
    version.question_en = one_line(version.question_en)
    version.keywords = one_line(version.keywords)
    version.public = bool(words.get("public", version.public))


# Review -------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit_article(article: Article, *, by: User, at: datetime | None = None) -> Article:
    """送审. Refused while it lacks question or answer, or still names what its ticket knows."""
    article, at, grant = _begin(article, "submit_article", by, at)
    version = _working(article)
    _fit_to_read(article, version)
    if article.source is not None and version.answer == sketch(article.source)["answer"]:
        raise Refused(_("答案还是答复这一家企业的原话，请改成别的企业也用得上的话再送审。"), "answer")
    version.status, version.returned_for = commons.REVIEW, ""
    version.save()
    outbox.tell("article.submitted", article, by, at, grant, version=version.number)
    return _fresh(article)


def _fit_to_read(article: Article, version: ArticleVersion) -> None:
    required(version.question, _("请写问题。"), "question")
    required(version.answer, _("请写答案。"), "answer")
    if bool(version.question_en) != bool(version.answer_en):
        missing = "answer_en" if version.question_en else "question_en"
        raise Refused(_("英文的问题和答案要么都写，要么都不写。"), missing)
    if article.source is None:
        return
    for name in TEXTS:
        leaks = anonymity.leaks(article.source, getattr(version, name))
        if leaks:
            raise Refused(
                _("里面还有%(names)s，是原来那件诉求里的，请改掉。") % {"names": anonymity.named(leaks)}, name
            )


@transaction.atomic
def return_article(article: Article, *, by: User, reason: str, at: datetime | None = None) -> Article:
    """退回修改: with the reason, to whoever wrote it."""
    article, at, grant = _begin(article, "return_article", by, at)
    version = _working(article)
    version.returned_for = required(one_line(reason)[:500], _("请写退回的理由。"), "reason")
    version.status = commons.DRAFT
    version.save()
    outbox.tell("article.returned", article, by, at, grant, version=version.number)
    return _fresh(article)


@transaction.atomic
def publish_article(article: Article, *, by: User, at: datetime | None = None) -> Article:
    """审核通过，发布: by somebody else than its writer. The version that held is superseded and kept."""
    article, at, grant = _begin(article, "publish_article", by, at)
    version = _working(article)
    if _wrote(version, by):
        raise Refused(_("自己写的不能自己审核，请中心的同事来审。"))
    _fit_to_read(article, version)
    former = article.holding
    if former is not None:
        former.status, former.ended_at, former.ended_by = commons.SUPERSEDED, at, by
        former.save()
    version.status, version.reviewed_by, version.published_at = commons.PUBLISHED, by, at
    version.save()
    article.review_at, article.reminded_at = at + HOLDS_FOR, None
    article.save()
    outbox.tell("article.published", article, by, at, grant, version=version.number)
    return _fresh(article)


@transaction.atomic
def withdraw_article(article: Article, *, by: User, reason: str, at: datetime | None = None) -> Article:
    """撤下: it holds no more. What it said is kept, and can become a new version."""
    article, at, grant = _begin(article, "withdraw_article", by, at, published=True)
    version = article.holding
    assert version is not None
    version.ended_for = required(one_line(reason)[:500], _("请写撤下的理由。"), "reason")
    version.status, version.ended_at, version.ended_by = commons.WITHDRAWN, at, by
    version.save()
    article.review_at, article.reminded_at = None, None
    article.save()
    outbox.tell("article.withdrawn", article, by, at, grant, version=version.number)
    return _fresh(article)


@transaction.atomic
def keep_article(article: Article, *, by: User, at: datetime | None = None) -> Article:
    """复审，仍然有效: for another year."""
    article, at, grant = _begin(article, "keep_article", by, at, published=True)
    article.review_at, article.reminded_at = at + HOLDS_FOR, None
    article.save()
    outbox.tell("article.kept", article, by, at, grant, told=False)
    return _fresh(article)


@transaction.atomic
def remind_review(article: Article, *, by: Clock = CLOCK, at: datetime | None = None) -> Article | None:
    """到期待复审: the centre and the department are told once."""
    article, at, grant = _begin(article, "remind_review", by, at, published=True)
    if article.review_at is None or article.review_at > at or article.reminded_at is not None:
        return None
    article.reminded_at = at
    article.save()
    outbox.tell("article.aged", article, by, article.review_at, grant)
    return article


# Use ----------------------------------------------------------------------------------------------------------


def use_article(
    article: Article,
    *,
    kind: str,
    by: User | None,
    ticket: Ticket | None = None,
    draft_key: uuid.UUID | None = None,
    session: uuid.UUID | None = None,
    at: datetime | None = None,
) -> bool:
    """Counts that it was of use: once for a ticket, a draft, or a visitor's day. False where that was counted before.

    No event: it is no step of anything, and who reads what he may read is nobody's business (SEC-3).
    """
    row = ArticleUse(article=article, kind=kind, by=by, ticket=ticket, draft_key=draft_key, at=at or clock.now())
    if session is not None:
        row.session = session
    made = ArticleUse.objects.bulk_create([row], ignore_conflicts=True)
    return ArticleUse.objects.filter(session=made[0].session, kind=kind, at=row.at).exists()


# What they share ----------------------------------------------------------------------------------------------


def _begin(
    article: Article, verb: str, by: Doer, at: datetime | None, *, published: bool = False
) -> tuple[Article, datetime, Grant | None]:
    """The article, locked, the instant, the right; `published` asks about the version that holds."""
    locked = Article.objects.select_for_update(of=("self",), no_key=True).select_related("source").get(pk=article.pk)
    at = at or clock.now()
    point = locked.holding if published and locked.holding else _point(locked)
    return locked, at, _granted(verb, standing(locked, by, at), point.status)


def _point(article: Article) -> ArticleVersion:
    """The version that the next step is about: the one being worked on, else the one that holds or held last."""
    return article.worked_on or article.latest


def _working(article: Article) -> ArticleVersion:
    version = article.worked_on
    assert version is not None  # the table lets no other status here
    return version


def _granted(verb: str, held: Mapping[str, Grant | None], status: str) -> Grant | None:
    sources, _targets, who = commons.ARTICLE_VERBS[verb]
    if sources and status not in sources:
        name = _(commons.ARTICLE_STATUSES[status])
        raise Refused(_("这个条目现在是“%(status)s”，不能再做这一步。") % {"status": name})
    if held.keys().isdisjoint(who):
        raise Refused(_("这一步不由您办理。"))
    allowed = [grant for capacity, grant in held.items() if capacity in who and grant]
    return min(allowed, key=lambda grant: grant.principal is not None, default=None)


def _fresh(article: Article) -> Article:
    """Without the versions as they were read before."""
    article.__dict__.pop("current_versions", None)
    return article
