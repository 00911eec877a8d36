"""Asking about a policy, and what its answers become (POL-9): the only code that writes questions and answers.

A question is a consultation ticket that goes its way like any other. The policy's department may put its answer beside
the interpretation, where everybody reads it, without what it knows of firm and persons (APP-17).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from enterprises.models import Enterprise, firms_of
from portal import trail
from portal.people.models import User
from portal.people.refusal import Refused, required, required_line
from portal.people.rights import HEADS, Grant, rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests import anonymity, guess
from requests.flow import intake
from requests.models import Category, Ticket

from ..models import Clause, Policy, PolicyAnswer, PolicyQuestion

LONGEST = 2000  # of the question as it is asked
USUAL = "industry"  # 产业发展: where no word of the text says more


@transaction.atomic
def ask(
    policy: Policy,
    *,
    firm: Enterprise,
    text: str,
    contact_name: str,
    contact_phone: str,
    by: User,
    key: uuid.UUID,
    clause: Clause | None = None,
    title: str = "",
    at: datetime | None = None,
) -> Ticket:
    """问政策: a ticket of the firm, with the policy it asks about, in one transaction. The same `key` is one ticket."""
    if policy.current is None or (clause is not None and clause.policy_id != policy.pk):
        raise Refused(_("没有这条政策，请回到政策页面再问。"))
    text = required(text, _("请写想问什么。"), "text", LONGEST)
    matter = intake.Matter(
        enterprise=firm,
        contact_name=contact_name,
        contact_phone=contact_phone,
        title=title or guess.title_of(text),
        description=f"{text}\n\n{about(policy, clause)}",
        category=guess.category_of(text) or Category.objects.filter(code=USUAL, active=True).first(),
    )
    ticket = intake.file(matter, by=by, key=key, at=at)
    PolicyQuestion.objects.get_or_create(ticket=ticket, defaults={"policy": policy, "clause": clause})
    return ticket


def about(policy: Policy, clause: Clause | None) -> str:
    """The line that names policy and clause in the ticket, in Chinese whoever asks: it is read in the office."""
    with override("zh-hans"):
        said = f"问的是政策《{policy.current.title if policy.current else policy.code}》"
        if clause is not None and clause.current is not None:
            said += f"第 {clause.number} 条“{clause.current.title}”"
        return f"{said}（{(clause or policy).get_absolute_url()}）"


# Answers -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(
    question: PolicyQuestion, *, by: User, question_text: str, answer_text: str, at: datetime | None = None
) -> PolicyAnswer:
    """A draft made of an answered ticket; refused while it names the firm, a person or a number the ticket knows."""
    question = PolicyQuestion.objects.select_for_update(of=("self",), no_key=True).get(pk=question.pk)
    grant, at = demand(question.policy, by, at, question.ticket), at or clock.now()
    if not PolicyQuestion.objects.filter(pk=question.pk).visible_to(by, at).exists():
        raise Refused(_("这件咨询还没有办结，或没有可以并入解读的答复。"))
    made = PolicyAnswer.objects.filter(ticket=question.ticket_id).first()
    if made is not None:
        raise Refused(_("这件咨询的答复已经有人在写。"))
    said = _texts(question.ticket, question_text, answer_text)
    known = {"policy": question.policy, "clause": question.clause, "ticket": question.ticket}
    made = PolicyAnswer.objects.create(**known, **said, written_by=by, written_at=at)
    trail.record("policy_answer.written", made, by=by, at=at, grant=grant)
    return made


@transaction.atomic
def add(
    policy: Policy,
    *,
    by: User,
    question_text: str,
    answer_text: str,
    clause: Clause | None = None,
    at: datetime | None = None,
) -> PolicyAnswer:
    """A draft that no ticket is behind: what is asked again and again at the counter."""
    grant, at = demand(policy, by, at), at or clock.now()
    said = _texts(None, question_text, answer_text)
    made = PolicyAnswer.objects.create(policy=policy, clause=clause, **said, written_by=by, written_at=at)
    trail.record("policy_answer.written", made, by=by, at=at, grant=grant)
    return made


@transaction.atomic
def edit(
    answer: PolicyAnswer, *, by: User, question_text: str, answer_text: str, at: datetime | None = None
) -> PolicyAnswer:
    """Of a draft, or of one taken down, which becomes a draft again; what is published is taken down first."""
    answer, at, grant = _begin(answer, by, at)
    if answer.status == PolicyAnswer.Status.PUBLISHED:
        raise Refused(_("已经公开的先撤下再改。"))
    said = _texts(answer.ticket, question_text, answer_text)
    answer.question, answer.answer, answer.status = said["question"], said["answer"], PolicyAnswer.Status.DRAFT
    answer.save(update_fields=["question", "answer", "status"])
    trail.record("policy_answer.edited", answer, by=by, at=at, grant=grant)
    return answer


@transaction.atomic
def publish(answer: PolicyAnswer, *, by: User, at: datetime | None = None) -> PolicyAnswer:
    """Everybody reads it beside the policy from now on."""
    answer, at, grant = _begin(answer, by, at)
    if answer.status == PolicyAnswer.Status.PUBLISHED:
        return answer
    _texts(answer.ticket, answer.question, answer.answer)  # the ticket may know more by now than when it was written
    answer.status, answer.published_by, answer.published_at = PolicyAnswer.Status.PUBLISHED, by, at
    answer.withdrawn_at = None
    answer.save(update_fields=["status", "published_by", "published_at", "withdrawn_at"])
    trail.record("policy_answer.published", answer, by=by, at=at, grant=grant)
    return answer


@transaction.atomic
def withdraw(answer: PolicyAnswer, *, by: User, at: datetime | None = None) -> PolicyAnswer:
    """撤下: it is out of date, or wrong; it can be edited and published again."""
    answer, at, grant = _begin(answer, by, at)
    if answer.status != PolicyAnswer.Status.PUBLISHED:
        raise Refused(_("这条问答没有公开。"))
    answer.status, answer.withdrawn_at = PolicyAnswer.Status.WITHDRAWN, at
    answer.save(update_fields=["status", "withdrawn_at"])
    trail.record("policy_answer.withdrawn", answer, by=by, at=at, grant=grant)
    return answer


@transaction.atomic
def set_aside(question: PolicyQuestion, *, by: User, at: datetime | None = None) -> PolicyQuestion:
    """不并入: the answer concerns this firm alone; it leaves the work list."""
    question = PolicyQuestion.objects.select_for_update(of=("self",), no_key=True).get(pk=question.pk)
    grant, at = demand(question.policy, by, at, question.ticket), at or clock.now()
    if question.set_aside_at is None:
        question.set_aside_by, question.set_aside_at = by, at
        question.save(update_fields=["set_aside_by", "set_aside_at"])
        trail.record("policy_question.set_aside", question, by=by, at=at, grant=grant)
    return question


def grant_for(policy: Policy, by: Any, at: datetime | None = None) -> Grant | None:
    """The right by which he writes answers for the policy's department; None where he has none."""
    rights = rights_of(by, at)
    if rights.is_outside:
        return None
    found = (rights.grant_over(policy.department_id, role) for role in (Role.POLICY_OFFICER, *HEADS))
    return next((grant for grant in found if grant is not None), None)


def demand(policy: Policy, by: User, at: datetime | None, ticket: Ticket | None = None) -> Grant:
    """The right to write it. Raises Refused, also where the matter is his own firm's (own case)."""
    grant = grant_for(policy, by, at)
    if grant is None:
        raise Refused(_("政策问答由政策的责任单位来写。"))
    if ticket is not None and ticket.enterprise_id in firms_of(by, at):
        raise Refused(_("这是您所在企业提的问题，请由同事来写。"))
    return grant


def _begin(answer: PolicyAnswer, by: User, at: datetime | None) -> tuple[PolicyAnswer, datetime, Grant]:
    rows = PolicyAnswer.objects.select_for_update(of=("self",), no_key=True).select_related("policy", "ticket")
    answer = rows.get(pk=answer.pk)
    return answer, at or clock.now(), demand(answer.policy, by, at, answer.ticket)


def _texts(ticket: Ticket | None, question: str, answer: str) -> dict[str, str]:
    """Both texts as they are kept. Raises Refused where one is empty, too long, or names what the ticket knows."""
    question = required_line(question, _("请写问题。"), "question")
    answer = required(answer, _("请写解答。"), "answer", 2000)
    for text, field in ((question, "question"), (answer, "answer")):
        leaks = anonymity.leaks(ticket, text) if ticket is not None else []
        if leaks:
            raise Refused(
                _("还写着%(names)s，公开的问答不能写企业、人和号码。") % {"names": anonymity.named(leaks)}, field
            )
    return {"question": question, "answer": answer}
