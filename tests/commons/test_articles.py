"""The knowledge base (APP-17): who writes, who reviews, what is kept, what it was good for."""

import uuid
from datetime import timedelta

import pytest

from portal.deadlines import timed
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of, to_accounts
from requests import flow
from requests.flow.articles import may_draft, verbs_of
from requests.models import Article, ArticleUse
from tests.commons import making
from tests.commons.making import NOW
from tests.requests import factories as make

EDITS = frozenset({"edit_article"})
WRITES = EDITS | {"submit_article"}
REVIEWERS = ("triager", "member_official", "supervisor")
HOUSING = ("handler", "colleague", "deputy_head", "department_head", "stand_in")
# status: {person: the verbs he may do}; written by `handler` of `town.housing`. Whoever is not named may do nothing.
MAY = {
    "draft": {
        **dict.fromkeys(HOUSING, EDITS),
        "handler": WRITES,
        **dict.fromkeys(REVIEWERS, WRITES),
    },
    "review": dict.fromkeys(REVIEWERS, frozenset({"return_article", "publish_article"})),
    "published": {
        **dict.fromkeys(HOUSING, EDITS),
        **dict.fromkeys(REVIEWERS, EDITS | {"withdraw_article", "keep_article"}),
    },
    "withdrawn": {
        **dict.fromkeys(HOUSING, EDITS),
        **dict.fromkeys(REVIEWERS, EDITS),
    },
}
OUTSIDE = {"enterprise_member", "other_member", "former_member", "nobody", "administrator", "auditor", "former_handler"}


@pytest.mark.parametrize("status", list(MAY))
def test_who_reads_and_who_does_what(town, status):
    article = making.ARTICLES[status](town, public=False)
    town.forget()
    may = {name: set(verbs_of(article, user)) for name, user in town.people.items()}
    assert {name: verbs for name, verbs in may.items() if verbs} == MAY[status]
    reads = {name for name, user in town.people.items() if Article.objects.visible_to(user).exists()}
    everybody = set(town.people) - OUTSIDE
    assert reads == (everybody if status == "published" else {*HOUSING, *REVIEWERS})


def test_a_public_one_is_read_by_everybody_and_only_while_it_is_published(town):
    article = making.published(town)
    for name in (*OUTSIDE, "handler"):
        assert Article.objects.visible_to(town.people[name]).exists(), name
    assert Article.objects.public().exists()
    flow.withdraw_article(article, by=town.triager, reason="变了", at=NOW)
    town.forget()
    assert not any(Article.objects.visible_to(town.people[name]).exists() for name in OUTSIDE)
    assert not Article.objects.public().exists()


def test_nobody_reviews_what_he_wrote(town, refusal):
    article = making.draft(town, by=town.triager)
    flow.submit_article(article, by=town.triager, at=NOW)
    assert "publish_article" not in verbs_of(article, town.triager)
    assert "自己写的" in refusal(flow.publish_article, article, by=town.triager, at=NOW).sentence
    assert flow.publish_article(article, by=town.supervisor, at=NOW).holding.reviewed_by == town.supervisor


def test_the_reply_to_one_firm_is_no_article_yet(town, refusal):
    ticket = making.solved(town)
    article = flow.draft_article(ticket, by=town.handler, at=NOW)
    assert refusal(flow.submit_article, article, by=town.handler, at=NOW).field == "answer"
    flow.edit_article(article, by=town.handler, at=NOW, answer="先报水务站，两小时内到现场。")
    assert flow.submit_article(article, by=town.handler, at=NOW).worked_on.status == "review"


def test_the_writer_is_not_asked_to_send_his_own_text_back(town, client):
    article = making.review(town, by=town.triager)
    client.force_login(town.triager)
    own = client.get(f"/articles/{article.pk}/").content.decode()
    assert "拿回来改" in own
    assert "退回修改" not in own
    client.force_login(town.supervisor)
    assert "退回修改" in client.get(f"/articles/{article.pk}/").content.decode()


def test_whoever_edits_is_the_writer_and_cannot_review_it(town, refusal):
    article = making.draft(town)
    flow.edit_article(article, by=town.supervisor, at=NOW, answer="改了")
    flow.submit_article(article, by=town.supervisor, at=NOW)
    assert "自己写的" in refusal(flow.publish_article, article, by=town.supervisor, at=NOW).sentence


def test_an_edit_of_what_is_published_leaves_it_up_until_the_new_one_is_reviewed(town):
    article = making.published(town)
    flow.edit_article(article, by=town.handler, at=NOW, answer="新的答案")
    article = Article.objects.get()
    assert (article.holding.answer, article.worked_on.answer) == (making.WORDS["answer"], "新的答案")
    flow.submit_article(article, by=town.handler, at=NOW)
    flow.publish_article(Article.objects.get(), by=town.triager, at=NOW)
    versions = list(Article.objects.get().versions.values_list("number", "status", "answer"))
    assert versions == [(1, "superseded", making.WORDS["answer"]), (2, "published", "新的答案")]


def test_what_was_taken_off_can_become_a_new_version(town):
    article = making.withdrawn(town)
    flow.edit_article(article, by=town.handler, at=NOW, answer="又能用了")
    flow.submit_article(article, by=town.handler, at=NOW)
    again = flow.publish_article(article, by=town.triager, at=NOW)
    assert [version.status for version in again.versions.all()] == ["withdrawn", "published"]


def test_a_return_says_why_to_whoever_wrote_it(town, refusal):
    article = making.review(town)
    assert refusal(flow.return_article, article, by=town.triager, reason=" ", at=NOW).field == "reason"
    flow.return_article(article, by=town.triager, reason="依据写到哪一条", at=NOW)
    assert Article.objects.get().worked_on.status == "draft"
    message = Message.objects.get(kind="article.returned")
    (letter,) = to_accounts(letters_of(message, article))
    assert (letter.user, letter.body) == (town.handler, "理由：依据写到哪一条")


@pytest.mark.parametrize("lacking", ["question", "answer", "answer_en", "question_en"])
def test_what_lacks_a_part_is_not_sent(town, refusal, lacking):
    words = making.WORDS | {"question_en": "Who?", "answer_en": "Call."} | {lacking: ""}
    article = making.draft(town, **words)
    assert refusal(flow.submit_article, article, by=town.handler, at=NOW).field == lacking


def test_only_a_closed_and_answered_matter_that_one_may_read_becomes_a_draft(town, refusal):
    solved = making.solved(town)
    assert may_draft(solved, town.handler)
    for name in ("enterprise_member", "administrator", "auditor", "member_official"):
        assert not may_draft(solved, town.people[name]), name
    for other in (make.handling(town), make.rejected(town), making.secret(making.solved(town))):
        assert not may_draft(other, town.supervisor)
        assert "保密件不行" in refusal(flow.draft_article, other, by=town.supervisor, at=NOW).sentence
    refusal(flow.draft_article, solved, by=town.economy_handler, at=NOW)


def test_a_year_later_the_centre_is_reminded_once_and_may_keep_it(town):
    article = making.published(town)
    due = NOW + timedelta(days=365)
    assert not Article.objects.ageing(due - timedelta(minutes=1)).exists()
    for _twice in range(2):
        timed.run(due + timedelta(minutes=1))
    message = Message.objects.get(kind="article.aged")
    told = {letter.user.username for letter in to_accounts(letters_of(message, article))}
    assert {"triager", "supervisor", "department_head"} <= told
    assert Article.objects.ageing(due).get() == article
    flow.keep_article(article, by=town.triager, at=due)
    assert not Article.objects.ageing(due).exists()


def test_what_it_spared_counts_until_the_draft_is_filed_after_all(town):
    article = making.published(town)
    key = uuid.uuid4()
    for _twice in range(2):
        flow.use_article(article, kind="spared", by=town.enterprise_member, draft_key=key, at=NOW)
    assert counted("spared_count") == 1
    make.filed(town, key=key)
    assert counted("spared_count") == 0


def test_each_use_counts_once(town):
    article, ticket, visitor = making.published(town), make.handling(town), uuid.uuid4()
    assert flow.use_article(article, kind="cited", by=town.handler, ticket=ticket, at=NOW)
    assert not flow.use_article(article, kind="cited", by=town.handler, ticket=ticket, at=NOW)
    flow.use_article(article, kind="helped", by=None, session=visitor, at=NOW)
    flow.use_article(article, kind="useless", by=None, session=visitor, at=NOW)
    flow.use_article(article, kind="helped", by=None, at=NOW)
    assert [counted(f"{kind}_count") for kind in ("cited", "helped", "useless")] == [1, 2, 0]
    assert ArticleUse.objects.filter(kind="helped", by=None).count() == 2


def counted(name):
    return getattr(Article.objects.with_use().get(), name)
