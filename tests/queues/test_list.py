"""The list of all tickets: only what one may see, narrowed and sorted as asked, each figure's link understood."""

import unicodedata
from datetime import timedelta

import pytest

from portal.lists.models import Kind, Layout
from portal.worktime import clock
from requests import flow
from requests.columns import COLUMNS, MOST
from requests.models import Ticket, TicketDeadline
from tests.requests import factories as f
from tests.requests import respite
from tests.requests.factories import Town, moment


def titles(response) -> list[str]:
    return [row.ticket.title for row in response.context["rows"]]


@pytest.fixture
def several(town: Town, standing_at) -> Town:
    """Seen from 2026-11-24 (a Tuesday) at noon."""
    f.filed(town, title="网上刚提交", filed_at=moment("2026-11-24 11:45"))
    f.registered(town, title="热线停电", channel="hotline", urgency="urgent", filed_at=moment("2026-11-23 09:00"))
    f.dispatched(town, title="等签收", kind="consultation", filed_at=moment("2026-11-23 09:30"))
    f.handling(town, title="办超了", given_urgency="critical", filed_at=moment("2026-11-09 09:00"))
    f.handling(
        town, title="别人家的", enterprise=town.foreign_firm, by=town.other_member, filed_at=moment("2026-11-16 09:00")
    )
    disputed = f.confirming(town, title="返工", category=town.other_category, filed_at=moment("2026-11-10 09:00"))
    flow.dispute(disputed, by=town.enterprise_member, reason="又堵了", at=moment("2026-11-20 10:00"))
    f.revisit(town, f.revisiting(town, title="二次", filed_at=moment("2026-11-11 09:00")), overall=1)
    f.closed(town, title="办结", filed_at=moment("2026-11-02 09:00"))
    f.closed(town, title="超期办结", given_urgency="critical", filed_at=moment("2026-10-12 09:00"))
    f.rejected(town, title="不受理", filed_at=moment("2026-11-05 09:00"))
    late = f.confirming(town, title="等企业", filed_at=moment("2026-11-16 09:00"))
    assert late.deadlines.open().get(obligation="confirm").due_at < moment("2026-11-24 12:00")
    standing_at("2026-11-24 12:00")
    return town


EVERYTHING = {
    *("网上刚提交", "热线停电", "等签收", "办超了", "别人家的", "返工", "二次", "办结", "超期办结", "不受理", "等企业"),
}


def test_each_filter_leaves_what_it_says(several, open_as):
    """Written by hand; the names are those to which the figures link."""
    town = several

    def left(**query) -> set[str]:
        response = open_as(town.supervisor, "requests:list", **query)
        assert response.status_code == 200
        assert response.context["count"] == len(titles(response))
        return set(titles(response))

    open_ones = EVERYTHING - {"办结", "超期办结", "不受理"}
    assert left() == EVERYTHING
    assert left(status="closed") == {"办结", "超期办结"}
    assert left(status="handling") == {"办超了", "别人家的", "返工", "二次"}
    assert left(stage="handle") == {"办超了", "别人家的", "返工", "二次"}
    assert left(stage="intake", open=1) == {"网上刚提交"}  # a rejected one stands nowhere any more
    assert left(stage="feedback", open=1) == {"等企业"}
    assert left(open=1) == open_ones
    assert left(overdue=1) == {"办超了"}  # a firm's own limit is no lateness (DL-4)
    assert left(stage="handle", overdue=1) == {"办超了"}
    assert left(in_department=1) == {"等签收", "办超了", "别人家的", "返工", "二次"}
    assert left(department=town.housing.pk, in_department=1) == {"等签收", "办超了", "别人家的", "返工", "二次"}
    assert left(department=town.police.pk) == set()
    assert left(handler=town.handler.pk, open=1) == {"办超了", "别人家的", "返工", "二次", "等企业"}
    assert left(handler=town.utilities_handler.pk) == set()
    assert left(round="rework") == {"返工"}
    assert left(round="again") == {"二次"}
    assert left(category=town.other_category.pk) == {"返工"}
    assert left(channel="hotline") == {"热线停电"}
    assert left(kind="consultation") == {"等签收"}
    assert left(urgency="critical") == {"办超了", "超期办结"}
    assert left(place=town.place.pk) == EVERYTHING - {"别人家的"}
    assert left(place=town.place.parent_id) == EVERYTHING  # the district, and what lies below
    assert left(filed_after="2026-11-23") == {"网上刚提交", "热线停电", "等签收"}
    assert left(filed_before="2026-11-05") == {"办结", "超期办结", "不受理"}  # both days are included
    assert left(filed_after="2026-11-05", filed_before="2026-11-05") == {"不受理"}
    assert left(closed_after="2026-11-05", closed_before="2026-11-05") == {"不受理"}
    assert left(closed_before="2026-11-04") == {"超期办结"}
    assert left(status="closed", late_handled=1) == set()
    assert left(q="停电") == {"热线停电"}
    assert left(q="子虚生物") == {"别人家的"}  # the firm's name
    assert left(q="停电", channel="phone") == set()


def test_mine_is_what_one_filed_registered_follows_or_handles(town, open_as):
    f.registered(town, title="登记的")
    f.handling(town, title="在办的")
    f.filed(town, title="没有管家的", enterprise=town.foreign_firm, by=town.other_member)  # APP-8: the clerk on duty

    def mine(who: str) -> set[str]:
        return set(titles(open_as(getattr(town, who), "requests:list", mine=1)))

    assert mine("intake_clerk") == {"登记的", "没有管家的"}
    assert mine("handler") == {"在办的"}
    assert mine("steward") == {"登记的", "在办的"}
    assert mine("supervisor") == set()


def test_closed_after_a_limit_had_passed(town, open_as):
    """`late_handled` is what the on-time rate leaves out (SUP-4)."""
    ticket = f.handling(town, title="拖了", given_urgency="critical")
    f.report(ticket, moment("2026-11-20 09:00"))
    flow.sign_off(ticket, by=town.department_head, at=moment("2026-11-20 10:00"))
    flow.confirm(ticket, by=town.enterprise_member, at=moment("2026-11-20 11:00"))
    f.revisit(town, ticket, at=moment("2026-11-20 14:00"))
    f.closed(town, title="按时")
    assert titles(open_as(town.leader, "requests:list", status="closed", late_handled=1)) == ["拖了"]


def test_everybody_finds_only_what_he_may_read(several, open_as):
    ticket = f.filed(several, title="保密投诉", filed_at=moment("2026-11-24 10:00"))
    ticket.confidential = True
    ticket.save()

    def seen(who: str, **query) -> set[str]:
        return set(titles(open_as(getattr(several, who), "requests:list", **query)))

    assert seen("supervisor") == EVERYTHING | {"保密投诉"}
    assert seen("leader") == seen("triager") == seen("intake_clerk") == EVERYTHING
    assert seen("leader", q="保密") == set()
    assert seen("police_handler") == set()
    assert seen("steward") == EVERYTHING - {"别人家的"}
    # Whether he may verify it is asked of the database, whose own clock passes one after the other of these limits.
    far = clock.now() + timedelta(days=9999)
    TicketDeadline.objects.exclude(subject__title="办超了").update(near_at=far, due_at=far)
    assert seen("congress_observer") == {"办结", "超期办结", "办超了"}
    assert seen("handler", stage="intake") == set()


@pytest.mark.parametrize(
    "who", ["administrator", "auditor", "evaluator", "data_officer", "policy_officer", "inspector"]
)
def test_who_reads_no_tickets_has_no_list(town, open_as, who):
    """SEC-1: it is as if it weren't there."""
    assert open_as(getattr(town, who), "requests:list").status_code == 404
    assert open_as(getattr(town, who), "requests:export").status_code == 404


def test_people_of_firms_have_their_own_list(town, open_as):
    response = open_as(town.enterprise_member, "requests:list", q="停电")
    assert response.status_code == 302
    assert response.url == "/matters/?q=%E5%81%9C%E7%94%B5"
    assert open_as(town.enterprise_member, "requests:export").status_code == 404
    assert open_as(None, "requests:list").url.startswith("/sign-in/")
    assert open_as(None, "requests:export").url.startswith("/sign-in/")


def test_the_orders(town, open_as):
    f.closed(town, title="先提交的", filed_at=moment("2026-11-02 09:00"))
    f.handling(town, title="先到期的", given_urgency="critical", filed_at=moment("2026-11-03 09:00"))
    f.rejected(town, title="后结束的", filed_at=moment("2026-11-10 09:00"))
    f.filed(town, title="后提交的", filed_at=moment("2026-11-11 09:00"))

    def order(sort: str) -> list[str]:
        return titles(open_as(town.supervisor, "requests:list", sort=sort))

    assert order("") == ["后提交的", "后结束的", "先到期的", "先提交的"]
    assert order("old") == order("")[::-1]
    assert order("due") == ["先到期的", "后提交的", "后结束的", "先提交的"]  # what has ended is due no more
    assert order("moved") == ["后提交的", "后结束的", "先提交的", "先到期的"]
    assert order("closed") == ["后结束的", "先提交的", "后提交的", "先到期的"]


def test_what_waits_is_due_after_all_that_runs(town, open_as):
    waiting = respite.suspended(town, cause="court")
    later = f.handling(town, title="后到期的", filed_at=waiting.filed_at + timedelta(days=3))
    assert titles(open_as(town.supervisor, "requests:list", sort="due")) == [later.title, waiting.title]


def test_the_filters_in_force_are_named_and_can_be_taken_off_one_by_one(town, open_as):
    query = {"channel": "hotline", "overdue": "1", "place": town.place.pk, "filed_after": "2026-11-01", "page": "3"}
    chips = open_as(town.supervisor, "requests:list", **query).context["chips"]
    assert [words for words, _query in chips] == ["渠道：12345 热线", "网格：广漠村", "提交日期从：11月1日", "超期"]
    assert [query for _words, query in chips] == [
        f"overdue=1&place={town.place.pk}&filed_after=2026-11-01",
        "channel=hotline&overdue=1&filed_after=2026-11-01",
        f"channel=hotline&overdue=1&place={town.place.pk}",
        f"channel=hotline&place={town.place.pk}&filed_after=2026-11-01",
    ]


def test_where_nothing_is_found_the_filter_is_named_that_is_too_much(town, open_as):
    f.filed(town, title="管网一")
    f.filed(town, title="管网二")
    response = open_as(town.supervisor, "requests:list", channel="wechat", status="received", q="管网")
    assert response.context["remedies"] == [("渠道：微信", "status=received&q=%E7%AE%A1%E7%BD%91", 2)]
    assert "去掉“渠道：微信”" in response.text
    hopeless = open_as(town.supervisor, "requests:list", channel="wechat", q="飞碟着陆")
    assert hopeless.context["remedies"] == []
    assert "去掉哪一个条件都没有" in hopeless.text


def test_a_value_that_does_not_exist_finds_nothing_and_is_pointed_out(town, open_as):
    """Better nothing than everything: a wrong filter must not look like an answer."""
    f.filed(town)
    for query in (
        {"status": "asleep"},
        {"category": "99999"},
        {"filed_after": "gestern"},
        {"filed_before": "9999-12-31"},
        {"closed_after": "0001-01-01"},
        {"department": "x' OR 1=1"},
        {"q": "\0"},
        {"sort": "price"},
    ):
        response = open_as(town.supervisor, "requests:list", **query)
        assert response.status_code == 200, query
        assert titles(response) == [], query
        assert "有条件写得不对" in response.text, query


def test_the_tabs_exclude_each_other_and_keep_the_other_filters(town, open_as):
    tabs = open_as(town.supervisor, "requests:list", open=1, channel="online", page=2).context["tabs"]
    assert [(tab["name"], tab["query"], tab["here"]) for tab in tabs] == [
        ("全部", "channel=online", False),
        ("在办", "channel=online&open=1", True),
        ("超期", "channel=online&overdue=1", False),
        ("已办结", "channel=online&status=closed", False),
        ("历史疑难件", "channel=online&look=any", False),
        ("我经手的", "channel=online&mine=1", False),
    ]


def test_pages(town, open_as, monkeypatch):
    monkeypatch.setattr("requests.views.lists.PAGE", 2)
    for title in ("甲件", "乙件", "丙件"):
        f.filed(town, title=title)
    pages = [titles(open_as(town.supervisor, "requests:list", page=n)) for n in (1, 2)]
    assert pages == [["丙件", "乙件"], ["甲件"]]
    assert titles(open_as(town.supervisor, "requests:list", page="no")) == pages[0]
    assert titles(open_as(town.supervisor, "requests:list", page=99)) == pages[1]


def test_an_empty_town(town, open_as):
    response = open_as(town.supervisor, "requests:list")
    assert "还没有诉求" in response.text
    assert "导出 Excel" not in response.text


def test_the_number_of_queries_does_not_grow_with_the_rows(town, client, queries):
    client.force_login(town.supervisor)
    narrowed = {"open": "1", "q": "管网", "place": town.place.pk}
    f.handling(town, co=[town.police])
    queries(client, "/tickets/", narrowed)  # reads the departments and categories, which are kept for a minute
    first = queries(client, "/tickets/", narrowed)
    f.handling(town, co=[town.police])
    f.filed(town)
    # One of them reads the departments: a complaint about his own unit is not his to see (APP-18).
    assert [first, queries(client, "/tickets/", narrowed)] == [12, 12]  # the keys found tell their number


@pytest.mark.parametrize("chosen", [list(COLUMNS)[n : n + MOST] for n in range(0, len(COLUMNS), MOST)])
def test_every_column_is_read_with_the_rows(town, client, queries, chosen):
    Layout.objects.create(user=town.supervisor, kind=Kind.TICKETS, columns=chosen)
    client.force_login(town.supervisor)
    f.handling(town, co=[town.police])
    f.incomplete(town)
    asked = queries(client, "/tickets/")
    f.handling(town, co=[town.police])
    f.incomplete(town)
    f.closed(town)
    assert queries(client, "/tickets/") == asked


@pytest.mark.parametrize("word", ["管网", "网", "污水管网", "管 网", "网\n管", "GW", "％"])
def test_a_search_finds_what_has_every_word(town, open_as, word):
    """Two characters are found by the index alone, others compared as well: with the same outcome."""
    texts = ["管网坏了", "网管坏了", "污水管网", "ＧＷ－７", "满 100%", "坏了\n管\n网"]
    for text in texts:
        f.filed(town, title="甲件", description=text)
    wanted = [unicodedata.normalize("NFKC", one).lower() for one in word.split()]
    has = [t for t in texts if all(one in unicodedata.normalize("NFKC", t).lower() for one in wanted)]
    assert has
    rows = open_as(town.supervisor, "requests:list", q=word).context["rows"]
    found = Ticket.objects.filter(pk__in=[row.ticket.pk for row in rows])
    assert sorted(found.values_list("description", flat=True)) == sorted(has)
