"""The pages of common problems and of the knowledge base, their exports, the API, and what filing and handling show."""

import uuid
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation

from portal.desk.figures.classes import Cell, Classes, Row
from requests import clusters, flow
from requests.answers import answers_to
from requests.models import Article, ArticleUse, CommonProblem, SuggestedCluster
from tests.commons import making
from tests.commons.making import NOW
from tests.requests import factories as make

FLOOD = "昨夜大雨，广漠路雨污管网倒灌，车间进水，设备停产，请帮助尽快疏通管网。"


@pytest.fixture
def queries(django_assert_max_num_queries):
    return django_assert_max_num_queries


def sheet(answer):
    heading, *rows = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


# Common problems ----------------------------------------------------------------------------------------------


def test_the_list_costs_the_same_for_one_and_three(client, town, queries):
    client.force_login(town.triager)
    first = making.owned(town)
    url = reverse("requests:problems")
    with queries(13):
        assert first.title in client.get(url).content.decode()
    for n in range(2):
        making.gathering(town, title=f"又一个 {n}")
    with queries(13):
        assert len(client.get(url).context["page"].object_list) == 3


def test_one_problem_costs_the_same_for_one_ticket_and_three(client, town, queries):
    client.force_login(town.triager)
    problem = making.gathering(town, making.tickets(town, 1))
    url = reverse("requests:problem", args=[problem.pk])
    with queries(17):
        client.get(url)
    flow.link_tickets(problem, by=town.triager, tickets=making.tickets(town, 2), at=NOW)
    with queries(17):
        page = client.get(url)
    assert (len(page.context["rows"]), page.context["elsewhere"]) == (3, 0)


def test_the_owner_sees_of_others_tickets_only_how_many(client, town):
    own = make.dispatched(town)
    other = make.dispatched(town, lead=town.economy, title="经发局的那一件")
    problem = making.owned(town, [own, other])
    client.force_login(town.handler)
    page = client.get(reverse("requests:problem", args=[problem.pk]))
    assert (len(page.context["rows"]), page.context["elsewhere"]) == (1, 1)
    assert other.number not in page.content.decode()


def test_found_by_word_category_month_and_lateness(client, town):
    client.force_login(town.supervisor)
    problem = making.owned(town)
    url = reverse("requests:problems")
    here = ({"q": "倒灌"}, {"category": town.category.code}, {"opened": "2026-11"}, {"tab": "all"})
    gone = ({"q": "招工"}, {"category": "none"}, {"opened": "2026-10"}, {"decided": "2026-11"}, {"tab": "closed"})
    for asked in here:
        assert problem.title in client.get(url, asked).content.decode(), asked
    for asked in gone:
        assert problem.title not in client.get(url, asked).content.decode(), asked
    for asked in ({"opened": "x-y"}, {"opened": "²-¹"}, {"category": "'; --"}, {"page": "9999"}, {"q": "\0"}):
        assert client.get(url, asked).status_code == 200, asked


def test_the_export_is_what_the_list_shows_and_holds_no_formula(client, town):
    making.owned(town, title="=1+1 倒灌")
    client.force_login(town.leader)
    (row,) = sheet(client.get(reverse("requests:problems-export")))
    assert (row["共性问题"], row["诉求"], row["企业"], row["牵头部门"]) == ("=1+1 倒灌", 2, 2, "住建局")
    assert sheet(client.get(reverse("requests:problems-export"), {"tab": "closed"})) == []


def test_from_the_batch_bar_to_the_problem(client, town):
    linked = making.tickets(town)
    client.force_login(town.triager)
    url, numbers = reverse("requests:problem-new"), [ticket.number for ticket in linked]
    asked = client.post(url, {"t": numbers, "next": "/tickets/"})
    assert asked.context["form"].initial["title"].startswith("雨污管网倒灌")
    words = {"t": numbers, "next": "/tickets/", "sure": "1", "statement": "一下雨就进水"}
    assert client.post(url, words | {"title": "乌有精密倒灌"}).status_code == 422
    assert client.post(url, words | {"title": "雨天倒灌"}).status_code == 302
    problem = CommonProblem.objects.get()
    assert (problem.title, problem.links.count(), problem.category) == ("雨天倒灌", 2, town.category)
    again = client.post(url, words | {"title": "雨天倒灌"})  # a double click, or a second tab
    assert (again.status_code, CommonProblem.objects.count()) == (422, 1)


def test_every_act_has_its_page(client, town):
    problem = making.gathering(town)
    client.force_login(town.supervisor)

    def act(verb, **typed):
        return client.post(reverse("requests:problem-act", args=[problem.pk, verb]), typed).status_code

    more = make.accepted(town)
    assert act("link_tickets", numbers="SX-00000000-0001") == 422
    assert act("link_tickets", numbers=f"{more.number.lower()}、{more.number}") == 302
    assert act("edit_problem", title="倒灌", statement="改过") == 302
    assert act("name_owner", department=town.police.pk, owner=town.handler.pk) == 422
    assert act("name_owner", department=town.housing.pk, owner=town.handler.pk, until="2048-01-01") == 422
    assert act("name_owner", department=town.housing.pk, owner=town.handler.pk) == 302
    assert act("decide_measure", kind="guide", measure="编一本指南", public_words="请看办事指南。") == 302
    assert client.post(reverse("requests:problem-unlink", args=[problem.pk, more.number])).status_code == 302
    assert act("close_problem") == 302
    assert act("drop_problem", reason="撤") == 404, "not offered any more"
    problem.refresh_from_db()
    assert (problem.status, problem.links.filter(removed_at=None).count()) == ("closed", 2)


def test_the_ticket_says_to_which_problem_it_belongs_and_the_firm_reads_nothing(client, town):
    ticket = make.handling(town)
    problem = making.gathering(town, [ticket])
    url = reverse("requests:ticket", args=[ticket.number])
    for name, opens in (("triager", True), ("handler", False)):
        client.force_login(town.people[name])
        page = client.get(url)
        assert problem.title in page.content.decode(), name
        assert bool(page.context["problem_opens"]) is opens
    client.force_login(town.enterprise_member)
    assert problem.title not in client.get(url).content.decode()


# Suggested clusters -------------------------------------------------------------------------------------------


def same_at_three_firms(town):
    third = make.enterprise("亡是公食品有限公司", "亡是公食品", town.place)
    return [
        make.accepted(town, filed_at=NOW, title="雨污管网倒灌", description=FLOOD),
        make.registered(town, filed_at=NOW, enterprise=town.foreign_firm, title="管网倒灌进水", description=FLOOD),
        make.registered(town, filed_at=NOW, enterprise=third, title="下雨倒灌", description=FLOOD),
        make.accepted(town, filed_at=NOW, title="招不到工人", description="节后缺普工二十人，产线开不满。"),
    ]


def test_a_cluster_says_why_and_becomes_a_problem(client, town):
    *same, other = same_at_three_firms(town)
    client.force_login(town.triager)
    client.post(reverse("requests:suggestions-look"))
    (cluster,) = client.get(reverse("requests:suggestions")).context["clusters"]
    assert {ticket.pk for ticket in cluster.free} == {ticket.pk for ticket in same}
    assert any("管网" in word or "倒灌" in word for word in cluster.shared)
    numbers = [ticket.number for ticket in same]
    typed = {"t": numbers, "cluster": cluster.pk, "sure": "1", "title": "雨天倒灌", "statement": "一下雨就进水"}
    assert client.post(reverse("requests:problem-new"), typed).status_code == 302
    assert CommonProblem.objects.get().clusters.get() == cluster
    assert clusters.suggested(town.triager) == []
    assert clusters.find_clusters(NOW) == 0, "what is in a problem is not suggested again"
    assert other.problems.count() == 0


def test_what_was_dismissed_comes_again_only_with_a_further_firm(town):
    same_at_three_firms(town)
    assert clusters.find_clusters(NOW) == 1
    flow.dismiss_cluster(SuggestedCluster.objects.get(), by=town.triager, at=NOW)
    make.accepted(town, filed_at=NOW, title="又倒灌了", description=FLOOD)  # of the same firm
    assert clusters.find_clusters(NOW) == 0
    fourth = make.enterprise("虚无印染有限公司", "虚无印染", town.place)
    make.registered(town, filed_at=NOW, enterprise=fourth, title="管网倒灌", description=FLOOD)
    assert clusters.find_clusters(NOW) == 1


def test_confidential_matters_are_neither_searched_nor_shown(town):
    same = same_at_three_firms(town)
    making.secret(same[0])
    assert clusters.find_clusters(NOW) == 0
    making_open = make.Ticket.objects.filter(pk=same[0].pk)
    making_open.update(confidential=False)
    assert clusters.find_clusters(NOW) == 1
    making_open.update(confidential=True)  # between the search and the look
    assert clusters.suggested(town.supervisor) == []


def test_only_the_centre_decides(town, refusal):
    same_at_three_firms(town)
    clusters.find_clusters(NOW)
    cluster = SuggestedCluster.objects.get()
    assert refusal(flow.dismiss_cluster, cluster, by=town.leader, at=NOW).sentence == "这一步不由您办理。"
    flow.dismiss_cluster(cluster, by=town.triager, at=NOW)
    assert "已经有人处理" in refusal(flow.dismiss_cluster, cluster, by=town.supervisor, at=NOW).sentence


# The library --------------------------------------------------------------------------------------------------


def test_the_library_costs_the_same_for_one_and_three(client, town, queries):
    client.force_login(town.handler)
    making.published(town)
    url = reverse("requests:articles")
    with queries(17):
        client.get(url)
    for _n in range(2):
        making.published(town)
    with queries(17):
        assert len(client.get(url).context["page"].object_list) == 3


def test_what_is_not_published_is_neither_found_nor_read_by_others(client, town):
    article = making.published(town, public=False)
    flow.edit_article(article, by=town.handler, at=NOW, answer="还没有定的口径")
    client.force_login(town.police_handler)
    library, page = reverse("requests:articles"), reverse("requests:article", args=[article.pk])
    for asked in ({"q": "口径"}, {"q": "口径", "tab": "working"}, {"tab": "working"}):
        assert "还没有定" not in client.get(library, asked).content.decode(), asked
    for address in (page, f"{page}?version=2"):
        text = client.get(address).content.decode()
        assert "两小时内到现场" in text
        assert "还没有定" not in text
    client.force_login(town.handler)
    assert "还没有定" in client.get(page).content.decode()


def test_drafts_of_others_are_not_listed(client, town):
    making.draft(town)
    client.force_login(town.police_handler)
    assert list(client.get(reverse("requests:articles"), {"tab": "working"}).context["page"].object_list) == []
    client.force_login(town.triager)
    assert len(client.get(reverse("requests:articles"), {"tab": "working"}).context["page"].object_list) == 1


def test_from_a_closed_ticket_to_the_public_page(client, town):
    ticket = making.solved(town)
    client.force_login(town.handler)
    url = reverse("requests:article-from", args=[ticket.number])
    asked = client.get(url).context["form"]
    assert asked["answer"].value() == "已疏通管网"
    typed = {"question": "倒灌找谁？", "answer": "找乌有精密的人", "public": "on", "submit": "1"}
    client.post(url, typed)
    assert Article.objects.get().worked_on.status == "draft", "what was written is kept, and not sent"
    pk = Article.objects.get().pk
    edit = reverse("requests:article-act", args=[pk, "edit_article"])
    client.post(edit, typed | {"answer": "打水务站电话。"})
    assert Article.objects.get(pk=pk).worked_on.status == "review"
    client.force_login(town.triager)
    client.post(reverse("requests:article-act", args=[pk, "publish_article"]))
    client.logout()
    page = client.get(reverse("requests:guide-answer", args=[pk]))
    assert "打水务站电话" in page.content.decode()
    assert ticket.number not in page.content.decode()


def test_the_catalogue_is_public_and_says_only_what_is_meant_for_all(client, town):
    making.published(town, public=False, question="内部口径怎么答")
    said = {"public_answer": "请打服务中心电话。", "question_en": "Who unblocks drains?", "answer_en": "Call us."}
    article = making.published(town, **said)
    url, page = reverse("requests:guide"), reverse("requests:guide-answer", args=[article.pk])
    text = client.get(url).content.decode()
    assert "内部口径" not in text
    assert "两小时内" not in text
    assert "两小时内" not in client.get(page).content.decode()
    assert list(client.get(url, {"q": "两小时"}).context["page"].object_list) == []
    assert list(client.get(url, {"q": "服务中心"}).context["page"].object_list) == [article]
    english = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "Who unblocks drains?" in english
    assert 'lang="en-GB"' in english


def test_a_visitors_vote_counts_once_a_day(client, town):
    article = making.published(town)
    url = reverse("requests:guide-vote", args=[article.pk])
    for kind in ("helped", "helped", "useless", "nonsense"):
        client.post(url, {"kind": kind})
    assert ArticleUse.objects.values_list("kind", flat=True).get() == "helped"
    assert "今天已经记下" in client.get(reverse("requests:guide-answer", args=[article.pk])).content.decode()


def test_an_answer_is_offered_while_filing_and_spares_the_filing(client, town):
    article = making.published(town)
    making.published(town, public=False)
    client.force_login(town.enterprise_member)
    key = uuid.uuid4()
    hints = client.post(reverse("requests:draft-hints", args=[key]), {"description": "雨污管网倒灌，请问找谁疏通？"})
    assert [found.pk for found in hints.context["answers"]] == [article.pk], "and never what is not for all"
    assert "两小时内到现场" in hints.content.decode()
    assert client.post(reverse("requests:draft-spared", args=[key, article.pk])).status_code == 302
    assert Article.objects.with_use().get(pk=article.pk).spared_count == 1


@pytest.mark.parametrize("text", ["", "，。！", "倒灌", "🙂" * 50, "请问食堂几点开门，能不能带家属一起来吃饭"])
def test_nothing_is_offered_where_nothing_is_near(town, text):
    making.published(town)
    assert answers_to(text, Article.objects.public()) == []


def test_an_answer_is_quoted_into_the_result_once(client, town):
    article, ticket = making.published(town), make.handling(town, description=FLOOD)
    client.force_login(town.handler)
    page = client.get(reverse("requests:ticket", args=[ticket.number]))
    assert page.context["answers"] == [article]
    for _twice in range(2):
        answer = client.post(reverse("requests:article-cite", args=[article.pk, ticket.number]))
    form = client.get(answer.url).context["form"]
    assert form["text"].value() == making.WORDS["answer"]
    assert ArticleUse.objects.filter(kind="cited", ticket=ticket).count() == 1
    hostile = reverse("requests:verb", args=[ticket.number, "report"])
    for cite in ("9" * 18, "x", "-1", "9" * 40):
        assert not client.get(hostile, {"cite": cite}).context["form"]["text"].value()


def test_search_finds_problems_and_articles_as_far_as_one_may_read_them(client, town):
    problem, article = making.gathering(town), making.published(town, public=False)
    url = reverse("desk:search")
    found = {}
    for name in ("triager", "police_handler", "enterprise_member"):
        client.force_login(town.people[name])
        groups = client.get(url, {"q": "倒灌"}).context["groups"]
        found[name] = {group.key: [hit.row for hit in group.hits] for group in groups}
    assert found["triager"]["problems"] == [problem]
    assert found["triager"]["articles"] == found["police_handler"]["articles"] == [article]
    assert "problems" not in found["police_handler"]
    assert not {"problems", "articles"} & found["enterprise_member"].keys()


def test_the_api_gives_the_public_ones_to_everybody(client, town):
    making.published(town, public=False)
    article = making.published(town, public_answer="公开的话")
    listed = client.get("/api/v1/articles/?count=1").json()
    assert (listed["count"], listed["results"][0]["answer"]) == (1, "公开的话")
    assert listed["results"][0]["keywords"] == ["管网", "倒灌", "排水"]
    one = client.get(f"/api/v1/articles/{article.pk}/").json()
    assert (one["question"], one["question_en"], one["department"]) == (article.title, None, town.housing.name)
    assert client.get("/api/v1/articles/?q=招工").json()["results"] == []
    assert client.get("/api/v1/articles/9999999/").status_code == 404


def test_the_classes_count_what_the_list_shows(client, town):
    make.accepted(town)
    making.secret(make.accepted(town))
    making.closed(town)
    client.force_login(town.triager)
    page = client.get(reverse("desk:classes"))
    (row,) = page.context["classes"].rows
    assert (row.total, row.problems) == (3, 1)
    for cell in row.cells:
        if cell.n:
            assert client.get(cell.url).context["count"] == cell.n
    problems = [month for month in page.context["classes"].by_month if month.opened.n or month.decided.n]
    for month in problems:
        assert len(client.get(month.opened.url).context["page"].object_list) == month.opened.n
        assert len(client.get(month.decided.url).context["page"].object_list) == month.decided.n
    assert sheet(client.get(reverse("desk:classes-export")))[0]["合计"] == 3
    with translation.override("en"):
        assert page.context["classes"].finding


def test_app_16_one_firm_alone_is_no_common_problem_and_others_are_offered(client, town):
    own, other = making.tickets(town)
    client.force_login(town.triager)
    url, typed = reverse("requests:problem-new"), {"title": "倒灌", "statement": "一下雨就进水。", "sure": "1"}
    page = client.get(url, {"t": own.number})
    assert "现在只有一家企业" in page.content.decode()
    assert f'value="{other.number}"' in page.content.decode(), "what says the same, of another firm"
    refused = client.post(url, {"t": [own.number], **typed})
    assert (refused.status_code, "两家以上企业" in refused.content.decode()) == (422, True)
    assert client.post(url, {"t": [own.number, other.number], **typed}).status_code == 302
    assert CommonProblem.objects.get().links.count() == 2


def test_classes_that_rose_alike_are_all_named(town):
    picture = Classes(town.triager, NOW)
    picture.rows = [
        Row(name, name, [Cell(9, "")], recent, 0, 0, "")
        for name, recent in (("融资财税", 4), ("用地用能", 4), ("其他", 1))
    ]
    assert picture.finding == "融资财税、用地用能比前三个月各多 4 件，涨得最多"
    picture.rows = picture.rows[1:]
    assert picture.finding == "用地用能比前三个月多 4 件，涨得最多"
