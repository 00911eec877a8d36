"""What a policy's page shows of its questions and answers, and which published ones are like a text (POL-9)."""

from __future__ import annotations

from typing import Any

from requests import anonymity
from requests.likeness.commonness import commonness
from requests.likeness.finding import Weighed
from requests.likeness.words import words_of
from requests.models import Ticket

from ..models import Policy, PolicyAnswer, PolicyQuestion
from .flow import grant_for

COMPARED = 300  # the latest published ones that a question is compared with
NEAR, NEARER = 0.1, 0.2  # from this likeness on one is offered: of the same policy, of another
OFFERED = 3
SHOWN = 20


def block(policy: Policy, user: Any) -> dict[str, Any]:
    """`qa` for `questions/of_policy.html`: what everybody reads, and for its department what there is to do."""
    answers = PolicyAnswer.objects.published().filter(policy=policy)
    found: dict[str, Any] = {
        "policy": policy,
        "answers": list(answers.select_related("clause").order_by("clause__number", "-published_at", "-pk")[:SHOWN]),
        "writes": grant_for(policy, user) is not None,
        "drafts": [],
        "waiting": 0,
    }
    if found["writes"]:
        drafts = PolicyAnswer.objects.visible_to(user).filter(policy=policy)
        found["drafts"] = list(drafts.exclude(status=PolicyAnswer.Status.PUBLISHED).order_by("-pk")[:SHOWN])
        found["waiting"] = PolicyQuestion.objects.visible_to(user).filter(policy=policy).waiting().count()
    return found


def waiting_count(user: Any) -> int:
    """How many answers somebody could take over: for the desk where policies are kept."""
    return PolicyQuestion.objects.visible_to(user).waiting().count()


def alike(text: str, policy: Policy) -> list[PolicyAnswer]:
    """Published answers that may spare the question, the nearest first."""
    known = commonness()
    asked = Weighed(words_of(text), known)
    rows = PolicyAnswer.objects.published().select_related("policy__current", "clause")[:COMPARED]
    near = []
    for one in rows:
        score = asked.score(Weighed(words_of(f"{one.question}\n{one.answer}"), known))
        if score >= (NEAR if one.policy_id == policy.pk else NEARER):
            near.append((score, one))
    return [one for _score, one in sorted(near, key=lambda pair: (-pair[0], pair[1].pk))[:OFFERED]]


def asked_in(ticket: Ticket) -> str:
    """The question as the firm put it, without the line that names the policy and without what names the firm."""
    text, _line, _rest = ticket.description.rpartition("\n\n问的是政策《")
    return anonymity.cleaned(ticket, text or ticket.description).strip()


def answered_in(ticket: Ticket) -> str:
    """The last signed result, without what the ticket knows of anybody."""
    result = ticket.results.filter(signed_at__isnull=False).last()
    return anonymity.cleaned(ticket, result.text).strip() if result else ""
