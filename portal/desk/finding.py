"""What the one search box looks through: tickets, firms, people, departments, each as far as the person may see it.

A further group is one more entry of GROUPS: what it finds is a queryset limited by `visible_to`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from enterprises.models import Enterprise
from enterprises.search import normal, words
from inspections.models import JointVisit, Need
from inspections.visits import stages as visits
from policies.library import search as library
from policies.library.showing import called
from policies.models import Policy
from portal.desk.context import TICKET_READERS
from portal.people.models import Department, Membership, User
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests.models import Article, Assignment, CommonProblem, Ticket
from requests.models.articles import KNOWS

COUNTED = 100  # above it, “100 多”: nobody needs the exact number of what is too much
NUMBER = re.compile(r"(?:[A-Z]+-)?(?:(\d{8})-)?(\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True)
class Hit:
    """One line of the result: what it is called, what stands beside it, where it leads."""

    title: str
    note: str
    url: str
    row: Any = None


@dataclass(frozen=True)
class Found:
    """What one group found: the first hits, how many there are (`COUNTED` at most), and where all of them are."""

    key: str
    title: str
    hits: Sequence[Hit]
    count: int
    url: str

    @property
    def many(self) -> bool:
        return self.count > COUNTED

    @property
    def more(self) -> bool:
        return self.count > len(self.hits)


@dataclass(frozen=True)
class Group:
    """A kind of thing: the rows that fit, as `visible_to` allows, how one is shown, and the list of all."""

    key: str
    name: str
    rows: Callable[[User, str], QuerySet]
    hit: Callable[[User, Any], Hit]
    url: Callable[[User, str], str]

    def find(self, user: User, query: str, most: int, *, counted: bool = True) -> Found:
        rows = self.rows(user, query)
        first = list(rows[: most + 1])
        count = len(first)
        if counted and count > most:
            count = rows.order_by()[: COUNTED + 1].count()
        title = pgettext("名录", self.name) if self.key in ("firms", "departments") else _(self.name)
        return Found(self.key, title, [self.hit(user, row) for row in first[:most]], count, self.url(user, query))


# Tickets and firms --------------------------------------------------------------------------------------------------


def _tickets(user: User, query: str) -> QuerySet:
    return Ticket.objects.visible_to(user).search(query).for_rows()


def _ticket(user: User, ticket: Ticket) -> Hit:
    note = f"{ticket.number} · {ticket.firm_short_name} · {ticket.status_name}"
    return Hit(ticket.heading, note, reverse("requests:ticket", args=[ticket.number]), ticket)


def _firms(user: User, query: str) -> QuerySet:
    return Enterprise.objects.visible_to(user).search(query).best_first(query)


def _firm(user: User, firm: Enterprise) -> Hit:
    return Hit(firm.name, firm.uscc, reverse("enterprises:detail", args=[firm.uscc]), firm)


def _list(view: str) -> Callable[[User, str], str]:
    return lambda user, query: f"{reverse(view)}?{urlencode({'q': query})}"


def _list_of_tickets(user: User, query: str) -> str:
    own = not rights_of(user).has(*TICKET_READERS)
    return _list("requests:mine" if own else "requests:list")(user, query)


# Inspections, by their numbers --------------------------------------------------------------------------------------


def _numbered(model: Any, user: User, prefix: str, query: str) -> QuerySet:
    """Those whose number is typed whole, or as far as its day; a firm's name leads to the firm."""
    typed = normal(query).replace(" ", "").upper()
    if not re.fullmatch(prefix + r"-\d{8}(-\d{1,4})?", typed, re.ASCII):
        return model.objects.none()
    return model.objects.visible_to(user).filter(number__startswith=typed).order_by("number")


def _visits(user: User, query: str) -> QuerySet:
    found = _numbered(JointVisit, user, "JC", query)
    return found.exclude(status=visits.PROPOSED).select_related("enterprise")


def _visit(user: User, visit: JointVisit) -> Hit:
    note = f"{visit.enterprise.name} · {visit.day:%Y-%m-%d} · {visit.status_name}"
    return Hit(visit.number, note, reverse("inspections:visit", args=[visit.number]), visit)


def _needs(user: User, query: str) -> QuerySet:
    return _numbered(Need, user, "JX", query).select_related("enterprise", "subject")


def _need(user: User, need: Need) -> Hit:
    note = f"{need.enterprise.name} · {need.subject} · {need.status_name}"
    return Hit(need.number, note, need.get_absolute_url(), need)


# Common problems and articles -----------------------------------------------------------------------------------------


def _problems(user: User, query: str) -> QuerySet:
    return CommonProblem.objects.visible_to(user).search(query).with_counts().order_by("-opened_at", "-pk")


def _problem(user: User, problem: CommonProblem) -> Hit:
    n = ngettext("%(n)s 家企业", "%(n)s 家企业", problem.firm_count) % {"n": problem.firm_count}
    return Hit(problem.title, f"{problem.status_name} · {n}", reverse("requests:problem", args=[problem.pk]), problem)


def _articles(user: User, query: str) -> QuerySet:
    """Officials search what is published, everybody else what everybody may read."""
    inside = rights_of(user).has(*KNOWS)
    found = Article.objects.visible_to(user).published()
    return found.search(query, public=not inside).with_versions().order_by("-opened_at", "-pk")


def _article(user: User, article: Article) -> Hit:
    inside = rights_of(user).has(*KNOWS)
    says = article.latest
    url = reverse("requests:article" if inside else "requests:guide-answer", args=[article.pk])
    return Hit(says.question if inside else says.shown_question, str(article.category or ""), url, article)


def _list_of_articles(user: User, query: str) -> str:
    return _list("requests:articles" if rights_of(user).has(*KNOWS) else "requests:guide")(user, query)


# Policies -------------------------------------------------------------------------------------------------------------


def _policies(user: User, query: str) -> QuerySet:
    return library.find(user, query)


def _policy(user: User, policy: Policy) -> Hit:
    assert policy.current is not None  # only what is published is found
    title, summary = called(policy.current)
    return Hit(title, summary, policy.get_absolute_url(), policy)


# People: officials and their departments, for officials -------------------------------------------------------------


def _people(user: User, query: str) -> QuerySet:
    """Colleagues by name, user name, position or office telephone; a mobile number is nobody's to search (SEC-3)."""
    if not rights_of(user).is_official or rights_of(user).is_outside:
        return User.objects.none()
    found = User.objects.officials()
    for word in words(query):
        fits = Q(name__icontains=word) | Q(username__istartswith=word) | Q(position__icontains=word)
        digits = re.sub(r"\D", "", word)
        if len(digits) >= 4:
            fits |= Q(phone__endswith=digits[-4:]) & Q(phone__regex=r"[ -]*".join(digits))
        within = Membership.objects.current().filter(
            Q(department__name__icontains=word) | Q(department__short_name__icontains=word)
        )
        found = found.filter(fits | Q(pk__in=within.values("user")))
    return found.order_by("name", "pk").prefetch_related("memberships__department")


def _person(reader: User, user: User) -> Hit:
    held = [m for m in user.memberships.all() if m.until is None and m.role != Role.ENTERPRISE_MEMBER]
    where = list(dict.fromkeys(m.department.short_name for m in held if m.department))
    what = user.position or next((str(m.get_role_display()) for m in held), "")
    return Hit(user.name, " · ".join(filter(None, [_("、").join(where), what, user.phone])), "", user)


def _departments(user: User, query: str) -> QuerySet:
    if not rights_of(user).is_official or rights_of(user).is_outside:
        return Department.objects.none()
    found = Department.objects.active()
    for word in words(query):
        found = found.filter(Q(name__icontains=word) | Q(short_name__icontains=word))
    return found.order_by("name").select_related("leader_in_charge")


def _department(user: User, department: Department) -> Hit:
    leader = department.leader_in_charge
    in_charge = _("分管 %(name)s") % {"name": leader.name} if leader else ""
    reads = rights_of(user).has(*TICKET_READERS)
    url = f"{reverse('requests:list')}?{urlencode({'department': department.pk, 'open': 1})}" if reads else ""
    return Hit(department.name, " · ".join(filter(None, [in_charge, department.phone])), url, department)


GROUPS = (
    Group("tickets", gettext_noop("诉求"), _tickets, _ticket, _list_of_tickets),
    Group("problems", gettext_noop("共性问题"), _problems, _problem, _list("requests:problems")),
    Group("articles", gettext_noop("知识库"), _articles, _article, _list_of_articles),
    Group("policies", gettext_noop("政策"), _policies, _policy, _list("policies:catalogue")),
    Group("visits", gettext_noop("涉企检查"), _visits, _visit, _list("inspections:visits")),
    Group("needs", gettext_noop("检查需求"), _needs, _need, _list("needs:needs")),
    Group("firms", gettext_noop("企业"), _firms, _firm, _list("enterprises:list")),
    Group("people", gettext_noop("人员"), _people, _person, _list("desk:search")),
    Group("departments", gettext_noop("部门"), _departments, _department, _list("desk:search")),
)


def find(user: User, query: str, most: int, *, counted: bool = True) -> list[Found]:
    """The groups in which something is found; nothing for a query without a word."""
    if not words(query):
        return []
    found = (group.find(user, query, most, counted=counted) for group in GROUPS)
    return [group for group in found if group.hits]


def jump(user: User, query: str) -> str:
    """Where a whole number leads at once: a ticket's, with or without its prefix, or a firm's code; else nowhere."""
    typed = normal(query).replace(" ", "").upper()
    if re.fullmatch(r"[0-9A-Z]{18}", typed):
        firm = Enterprise.objects.visible_to(user).filter(uscc=typed).first()
        return reverse("enterprises:detail", args=[firm.uscc]) if firm else ""
    match = NUMBER.fullmatch(typed)
    if match is None or match[1] is None:
        return ""
    number = f"{settings.TICKET_PREFIX}-{match[1]}-{int(match[2]):04d}"
    kept = Assignment.objects.visible_to(user).kept().filter(ticket__number=number)  # read on that page, too (SEC-2)
    found = Ticket.objects.visible_to(user).filter(number=number).exists() or kept.exists()
    return reverse("requests:ticket", args=[number]) if found else ""
