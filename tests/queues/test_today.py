"""What is left today, in groups by when it is due; the way on to the next ticket; the filters of a queue."""

from urllib.parse import parse_qs, urlsplit

import pytest

from portal.outbox import unread_count
from portal.outbox.delivery import deliver
from requests import flow
from tests.requests import factories as f
from tests.requests.factories import moment


def heading(response) -> tuple[str, str]:
    return response.context["heading"], response.context["sub"]


def groups(response) -> list[tuple[str, str, bool, list[str]]]:
    return [
        (group["name"], group["note"], group["late"], [row.ticket.title for row in group["rows"]])
        for group in response.context["groups"]
    ]


def test_the_heading_is_the_work_left_today_and_the_rows_stand_by_due_day(town, open_as, standing_at):
    """The picture of the queue, on its own day: Monday 2026-11-23, 15:20."""
    standing_at("2026-11-23 15:20")
    f.registered(town, title="周四来的", filed_at=moment("2026-11-19 10:00"))
    for title in ("周五来的", "周五来的二"):
        f.registered(town, title=title, filed_at=moment("2026-11-20 10:00"))
    f.registered(town, title="今天来的", filed_at=moment("2026-11-23 09:00"))
    response = open_as(town.triager, "requests:queue", "triage")
    assert heading(response) == ("今天 17:00 前还要流转 2 件", "另有 1 件已超期，上周五到期，先办它。")
    assert groups(response) == [
        ("已超期", "1 件", True, ["周四来的"]),
        ("今天 17:00 到期", "2 件，还剩 1 小时 40 分", False, ["周五来的", "周五来的二"]),
        ("11月24日(周二)17:00 到期", "1 件", False, ["今天来的"]),
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-19 11:00", ("还有 2 件要流转", "今天没有到期的，都在时限内。")),
        ("2026-11-20 09:00", ("今天 17:00 前还要流转 2 件", "没有超期的。")),
        ("2026-11-20 17:00", ("今天 17:00 前还要流转 2 件", "没有超期的。")),  # on the instant it is not late (DL-1)
        ("2026-11-20 17:30", ("2 件已超期，先办它们", "")),
        ("2026-11-23 09:00", ("2 件已超期，先办它们", "")),
    ],
)
def test_the_heading_through_the_days(town, open_as, standing_at, now, expected):
    standing_at(now)
    for _ in range(2):
        f.registered(town, filed_at=moment("2026-11-19 10:00"))
    assert heading(open_as(town.triager, "requests:queue", "triage")) == expected


def test_minutes_of_the_first_response_are_told_apart(town, open_as, standing_at):
    """SLA-10 is due within the day, each matter at its own minute."""
    standing_at("2026-11-23 15:20")
    f.filed(town, title="头一件", filed_at=moment("2026-11-23 15:00"))
    f.filed(town, title="第二件", filed_at=moment("2026-11-23 15:10"))
    response = open_as(town.intake_clerk, "requests:queue", "intake")
    assert heading(response) == ("今天还要受理 2 件", "最早的一件 15:30 到期。")
    assert groups(response) == [("今天到期", "2 件", False, ["头一件", "第二件"])]


def test_what_is_due_far_ahead_is_one_group(town, open_as, standing_at):
    standing_at("2026-11-10 12:00")
    f.handling(town, title="十五个工作日")
    f.handling(town, title="特急", given_urgency="critical")
    found = groups(open_as(town.handler, "requests:queue", "handling"))
    assert found[0] == ("11月16日(周一)17:00 到期", "1 件", False, ["特急"])
    assert found[1] == ("以后到期", "1 件", False, ["十五个工作日"])


def test_a_firms_own_limit_is_never_said_to_be_late(town, open_as, standing_at):
    """DL-4: firms are only reminded."""
    ticket = f.confirming(town, title="没回应")
    flow.lapse_confirmation(ticket, at=ticket.deadlines.open().get(obligation="confirm").due_at)
    standing_at("2026-11-23 15:20")
    response = open_as(town.revisitor, "requests:queue", "revisit")
    assert heading(response) == ("还有 1 件要回访", "今天没有到期的，都在时限内。")
    assert groups(response) == [("对方时限已到期", "1 件", False, ["没回应"])]
    assert "企业没回应</span>" in response.text
    assert "is-late" not in response.text


def test_the_heading_of_what_one_follows_tells_what_others_owe(town, open_as, standing_at):
    standing_at("2026-11-10 16:00")
    assert heading(open_as(town.steward, "requests:queue", "followed")) == ("没有跟着的诉求", "")
    f.filed(town)
    f.dispatched(town)
    assert heading(open_as(town.steward, "requests:queue", "followed")) == (
        "跟着 2 件诉求",
        "其中 1 件已超期，1 件今天到期。",
    )


def test_an_empty_queue_says_what_would_be_there(town, open_as):
    response = open_as(town.triager, "requests:queue", "triage")
    assert heading(response) == ("都流转完了", "")
    assert "没有待研判的诉求" in response.text
    assert "data-open-first" not in response.text


def test_after_an_act_the_person_comes_to_the_row_after_it(town, open_as, standing_at):
    standing_at("2026-11-09 12:00")
    tickets = [f.accepted(town, title=title) for title in ("甲件", "乙件", "丙件")]
    response = open_as(town.triager, "requests:queue", "triage", sort="old")
    rows = response.context["groups"][0]["rows"]
    back = [parse_qs(urlsplit(row.panel_url).query)["next"][0] for row in rows]
    here = "/queues/triage/?sort=old"
    assert [row.ticket.title for row in rows] == ["甲件", "乙件", "丙件"]
    assert back == [f"{here}#row-{tickets[n].number}" for n in (1, 2, 1)]  # the last one goes back up
    assert f'id="row-{tickets[0].number}"' in response.text


def test_the_act_in_the_panel_leads_back_to_the_queue(town, open_as, client, standing_at):
    """The panel's form carries the way back, and the verb goes there."""
    standing_at("2026-11-09 12:00")
    f.filed(town, title="甲件")
    second = f.filed(town, title="乙件")
    row = open_as(town.intake_clerk, "requests:queue", "intake").context["groups"][0]["rows"][0]
    client.force_login(town.intake_clerk)
    panel = client.get(row.panel_url)
    target = f"/queues/intake/#row-{second.number}"
    assert f'name="next" value="{target}"' in panel.text
    done = client.post(f"/tickets/{row.ticket.number}/accept/", {"next": target})
    assert done.url == target


def test_the_filters_narrow_the_rows_but_not_what_is_left_today(town, open_as, standing_at):
    standing_at("2026-11-09 12:00")
    f.accepted(town, title="紧急的", urgency="urgent")
    f.accepted(town, title="别类", category=town.other_category)
    f.registered(town, title="柜台", channel="counter", enterprise=town.foreign_firm)

    def titles(**query):
        found = open_as(town.triager, "requests:queue", "triage", **query)
        assert found.context["heading"] == "还有 3 件要流转"
        assert found.context["tabs"][0]["count"] == 3
        return {title for group in groups(found) for title in group[3]}

    assert titles() == {"紧急的", "别类", "柜台"}
    assert titles(urgency="urgent") == {"紧急的"}
    assert titles(category=town.other_category.pk) == {"别类"}
    assert titles(channel="counter") == {"柜台"}
    assert titles(place=town.place.pk) == {"紧急的", "别类"}
    assert titles(place=town.place.parent_id) == {"紧急的", "别类", "柜台"}  # and what lies below
    assert titles(channel="counter", urgency="urgent") == set()
    assert titles(channel="pigeon") == set()


def test_a_changed_filter_takes_the_address_bar_along_and_nothing_else_does(town, client):
    f.accepted(town)
    client.force_login(town.triager)
    asked = {"part": "new", "urgency": "urgent", "channel": "", "sort": ""}
    changed = client.get("/queues/triage/", asked, headers={"HX-Request": "true", "HX-Target": "list"})
    assert changed["HX-Push-Url"] == "/queues/triage/?part=new&urgency=urgent"
    refreshed = client.get("/queues/triage/", asked, headers={"HX-Request": "true", "HX-Target": "tabs"})
    assert "HX-Push-Url" not in refreshed  # what is left today is read again after each act
    client.force_login(town.leader)
    listed = client.get(
        "/tickets/", {"status": "triaging", "q": ""}, headers={"HX-Target": "main", "HX-Request": "true"}
    )
    assert listed["HX-Push-Url"] == "/tickets/?status=triaging"


def test_a_department_can_look_at_one_persons_work(town, open_as):
    f.handling(town, title="公输班的")
    other = f.handling(town, title="东郭的")
    flow.name_handler(other, by=town.department_head, handler=town.colleague, at=other.moved_at + f.DISPATCHED)
    found = open_as(town.handler, "requests:queue", "handling", handler=town.colleague.pk)
    assert [row.ticket.title for group in found.context["groups"] for row in group["rows"]] == ["东郭的"]


def test_sorted_by_filing_there_are_no_groups(town, open_as):
    f.accepted(town, title="早的", filed_at=moment("2026-11-09 09:00"))
    f.accepted(town, title="晚的", filed_at=moment("2026-11-10 09:00"))
    found = groups(open_as(town.triager, "requests:queue", "triage", sort="new"))
    assert [(name, titles) for name, _note, _late, titles in found] == [("", ["晚的", "早的"])]


def test_a_long_queue_has_pages_and_its_groups_count_all(town, open_as, standing_at, monkeypatch):
    monkeypatch.setattr("requests.views.queues.PAGE", 2)
    standing_at("2026-11-09 12:00")
    for title in ("甲件", "乙件", "丙件"):
        f.accepted(town, title=title)
    first = open_as(town.triager, "requests:queue", "triage")
    second = open_as(town.triager, "requests:queue", "triage", page=2)
    assert [group[1:] for group in groups(first)] == [("3 件", False, ["甲件", "乙件"])]
    assert [group[1:] for group in groups(second)] == [("3 件", False, ["丙件"])]


def test_what_one_was_told_and_has_not_read_stands_out(town, open_as):
    f.accepted(town, title="新的")
    tickets = [f.accepted(town, title=title) for title in ("看过全页的", "看过侧栏的")]
    deliver()
    assert unread_count(town.triager) == 3
    open_as(town.triager, "requests:ticket", tickets[0].number)
    open_as(town.triager, "requests:panel", tickets[1].number)
    response = open_as(town.triager, "requests:queue", "triage")
    assert {row.ticket.title: row.is_unread for group in response.context["groups"] for row in group["rows"]} == {
        "新的": True,
        "看过全页的": False,
        "看过侧栏的": False,
    }
    assert response.text.count("is-unread") == 1
    assert unread_count(town.triager) == 1


QUERIES = {"intake": 10, "triage": 10, "handling": 11, "revisit": 10, "followed": 11}


def test_the_number_of_queries_does_not_grow_with_the_rows(town, client, queries):
    make = {
        "intake": (f.filed, town.intake_clerk),
        "triage": (f.accepted, town.triager),
        "handling": (lambda town: f.handling(town, co=[town.police]), town.handler),
        "revisit": (f.revisiting, town.revisitor),
        "followed": (f.filed, town.steward),
    }
    for queue, (one_more, who) in make.items():
        client.force_login(who)
        one_more(town)
        queries(client, f"/queues/{queue}/")  # reads the categories, which are kept for a minute
        first = queries(client, f"/queues/{queue}/")
        one_more(town)
        one_more(town)
        assert [first, queries(client, f"/queues/{queue}/")] == [QUERIES[queue]] * 2, queue
