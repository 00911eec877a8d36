"""Problems and articles brought to each status by the verbs, beside `tests.requests.factories`."""

from datetime import timedelta

from requests import flow
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.factories import moment

NOW = moment("2026-11-20 10:00")
LATER = timedelta(minutes=10)


def tickets(town, n=2, **given):
    """Filed by both firms in turn."""
    both = [{}, {"enterprise": town.foreign_firm, "by": town.other_member}]
    return [make.accepted(town, **{**both[i % 2], **given}) for i in range(n)]


def gathering(town, linked=None, *, at=NOW, **words):
    said = {"title": "雨天管网倒灌", "statement": "几家企业一下雨就进水。"} | words
    linked = tickets(town) if linked is None else linked
    return flow.open_problem(linked, by=town.triager, at=at, **said)


def owned(town, linked=None, *, until=None, owner=None, **given):
    problem = gathering(town, linked, **given)
    day = until or moment("2026-11-25 00:00").date()
    return flow.name_owner(problem, by=town.supervisor, department=town.housing, owner=owner, until=day, at=NOW + LATER)


def decided(town, linked=None, *, words="北片管网这个月底前改造完，不会再倒灌。", **given):
    problem = owned(town, linked, **given)
    measure = {"kind": "process", "measure": "分两段改造，月底完工。", "public_words": words}
    return flow.decide_measure(problem, by=town.department_head, at=NOW + 2 * LATER, **measure)


def closed(town, linked=None, **given):
    problem = decided(town, linked, **given)
    return flow.close_problem(problem, by=town.triager, at=NOW + 3 * LATER)


def dropped(town, linked=None, **given):
    problem = owned(town, linked, **given)
    return flow.drop_problem(problem, by=town.triager, reason="不是一个原因", at=NOW + 2 * LATER)


PROBLEMS = {"gathering": owned, "decided": decided, "closed": closed, "dropped": dropped}

WORDS = {
    "question": "雨污管网倒灌，找谁来疏通？",
    "answer": "打水务站电话，两小时内到现场；要停产的，先报服务中心。",
    "basis": "排水与污水处理条例",
    "keywords": "管网 倒灌 排水",
}


def draft(town, *, by=None, ticket=None, at=NOW, public=True, **words):
    given = {"department": town.housing, "category": town.category} | WORDS | words
    return flow.draft_article(ticket, by=by or town.handler, at=at, public=public, **given)


def review(town, **given):
    article = draft(town, **given)
    return flow.submit_article(article, by=given.get("by") or town.handler, at=given.get("at", NOW))


def published(town, **given):
    return flow.publish_article(review(town, **given), by=town.triager, at=given.get("at", NOW))


def withdrawn(town, **given):
    return flow.withdraw_article(published(town, **given), by=town.triager, reason="政策变了", at=NOW)


ARTICLES = {"draft": draft, "review": review, "published": published, "withdrawn": withdrawn}


def solved(town, **given):
    """A closed ticket with an answer."""
    return make.closed(town, **given)


def secret(ticket):
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    ticket.refresh_from_db()
    return ticket
