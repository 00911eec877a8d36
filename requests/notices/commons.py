"""The messages of common problems and of the knowledge base (APP-16, APP-17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.words import by_when
from requests import commons
from requests.models import Article, CommonProblem, Ticket
from requests.notices.letters import FIRM, Params, Words, tells
from requests.recipients import handler, responder

topics.put_under(Topic.WORK, "problem.owner_named", "problem.decided", "article.submitted", "article.returned")
topics.put_under(Topic.MUST, "problem.overdue")
topics.put_under(
    Topic.NEWS,
    *("ticket.measure_told", "problem.closed", "problem.dropped"),
    *("article.published", "article.withdrawn", "article.aged"),
)


@tells("ticket.measure_told")
def measure_told(ticket: Ticket, params: Params) -> Iterator[Words]:
    """Each firm once, however many of its matters are linked; the officials of each matter."""
    problem = CommonProblem.objects.get(pk=params["problem"])
    if not params.get("again"):
        yield FIRM, _("您反映的这类问题有办法了"), problem.public_words
    body = _("共性问题“%(title)s”已定措施：%(measure)s") % {"title": problem.title, "measure": problem.measure}
    yield [*handler(ticket), *responder(ticket)], _("共性问题有了措施"), body


# To those who read the problem or the article ------------------------------------------------------------------


def _about(kind: str, model: type[CommonProblem] | type[Article], address: str) -> Callable[[Says], Says]:
    """Registers words about a problem or an article, whose name stands after each title."""

    def register(says: Says) -> Says:
        @wraps(says)
        def headed(subject: CommonProblem | Article, params: Params) -> Iterator[Said]:
            for people, title, body in says(subject, params):
                yield people, _("%(title)s：%(what)s") % {"title": title, "what": str(subject)}, body

        saying(kind, subject=model, url=lambda subject: reverse(address, args=[subject.pk]))(headed)
        return says

    return register


def _owners(problem: CommonProblem) -> list[User]:
    """The owner and who stands in for him; where there is none, or he has left, all who could take it on."""
    named = list(User.objects.answering_for(problem.owner)) if problem.owner else []
    return named or _department(problem.department_id, Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD, Role.HANDLER)


def _department(department: int | None, *roles: str) -> list[User]:
    if department is None:
        return []
    return [user for role in roles for user in User.objects.holding(role, department)]


def _centre() -> list[User]:
    return [user for role in commons.CENTRE for user in User.objects.holding(role)]


def _writer(article: Article) -> list[User]:
    version = article.worked_on or article.latest
    return list(User.objects.answering_for(version.written_by))


@_about("problem.owner_named", CommonProblem, "requests:problem")
def owner_named(problem: CommonProblem, params: Params) -> Iterator[Said]:
    until = _("，%(due)s定下措施") % {"due": by_when(problem.due_at)} if problem.due_at else ""
    body = _("请牵头研究共性问题 %(until)s。") % {"until": until}
    if problem.owner is not None:
        yield _owners(problem), _("共性问题请您牵头"), body
        yield _department(problem.department_id, Role.DEPARTMENT_HEAD), _("共性问题由您部门牵头"), body
    else:
        yield _owners(problem), _("共性问题由您部门牵头"), body


@_about("problem.overdue", CommonProblem, "requests:problem")
def problem_overdue(problem: CommonProblem, params: Params) -> Iterator[Said]:
    if problem.status != commons.GATHERING or not problem.due_at:
        return
    body = _("应在 %(due)s定下措施，现在还没有。") % {"due": by_when(problem.due_at)}
    yield _owners(problem), _("共性问题到期未定措施"), body
    yield _department(problem.department_id, Role.DEPARTMENT_HEAD), _("共性问题到期未定措施"), body
    yield User.objects.holding(Role.SUPERVISOR), _("共性问题到期未定措施"), body


@_about("problem.decided", CommonProblem, "requests:problem")
def problem_decided(problem: CommonProblem, params: Params) -> Iterator[Said]:
    yield _centre(), _("共性问题定了措施，请告知企业"), problem.measure


@_about("problem.closed", CommonProblem, "requests:problem")
def problem_closed(problem: CommonProblem, params: Params) -> Iterator[Said]:
    yield _owners(problem), _("共性问题的措施已告知企业"), problem.public_words


@_about("problem.dropped", CommonProblem, "requests:problem")
def problem_dropped(problem: CommonProblem, params: Params) -> Iterator[Said]:
    yield _owners(problem), _("共性问题已撤销"), _("理由：%(reason)s") % {"reason": problem.end_reason}


@_about("article.submitted", Article, "requests:article")
def article_submitted(article: Article, params: Params) -> Iterator[Said]:
    if article.worked_on and article.worked_on.status == commons.REVIEW:
        yield _centre(), _("知识条目待审核"), article.worked_on.question


@_about("article.returned", Article, "requests:article")
def article_returned(article: Article, params: Params) -> Iterator[Said]:
    version = article.worked_on
    if version is not None:
        yield _writer(article), _("知识条目退回修改"), _("理由：%(reason)s") % {"reason": version.returned_for}


@_about("article.published", Article, "requests:article")
def article_published(article: Article, params: Params) -> Iterator[Said]:
    yield _writer(article), _("知识条目已发布"), _("谢谢。以后办理和提交相近的事时会显示它。")


@_about("article.withdrawn", Article, "requests:article")
def article_withdrawn(article: Article, params: Params) -> Iterator[Said]:
    yield _writer(article), _("知识条目已撤下"), _("理由：%(reason)s") % {"reason": article.latest.ended_for}


@_about("article.aged", Article, "requests:article")
def article_aged(article: Article, params: Params) -> Iterator[Said]:
    body = _("发布满一年，请看是否仍然有效：有效就确认，变了就改，不适用就撤下。")
    yield _centre(), _("知识条目待复审"), body
    yield _department(article.department_id, Role.DEPARTMENT_HEAD), _("知识条目待复审"), body
