"""What the page of a ticket shows of common problems and of the knowledge base (APP-16, APP-17)."""

from __future__ import annotations

from typing import Any

from portal.people.models import User
from portal.people.rights import rights_of
from requests import commons, stages
from requests.answers import answers_to
from requests.flow.articles import may_draft
from requests.models import Article, CommonProblem, ProblemTicket, Ticket

MOST = 3
ANSWERED_AT = (stages.RECEIVED, stages.TRIAGING, stages.ASSIGNED, stages.HANDLING)


def commons_of(
    ticket: Ticket, user: User, held: frozenset[str], verbs: list[str], *, firm_side: bool
) -> dict[str, Any]:
    """The problem it belongs to, articles that may answer it, and what can be made of it; nothing for the firm."""
    if firm_side or ticket.confidential:
        return {}
    link = (
        ProblemTicket.objects.filter(ticket=ticket, removed_at=None).select_related("problem").order_by("-id").first()
    )
    problem = link.problem if link and link.problem.status != commons.DROPPED else None
    centre = rights_of(user).has(*commons.CENTRE)
    return {
        "common_problem": problem,
        "problem_opens": problem and CommonProblem.objects.visible_to(user).filter(pk=problem.pk).exists(),
        "may_gather": centre and problem is None and ticket.status not in (stages.REJECTED, stages.WITHDRAWN),
        "answers": answers_for(ticket, user) if ticket.status in ANSWERED_AT else [],
        "may_cite": "report" in verbs,
        "may_write_article": may_draft(ticket, user),
    }


def answers_for(ticket: Ticket, user: User) -> list[Article]:
    """None for a third party, which does not read the office's own words (APP-7)."""
    if rights_of(user).is_outside:
        return []
    text = f"{ticket.title}\n{ticket.description}"
    return answers_to(text, Article.objects.visible_to(user).published(), MOST)
