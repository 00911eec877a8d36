"""My deadlines, how one was computed, and the feed: everybody's own, and only what he may see now (SEC-1)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from icalendar import Calendar

from enterprises.models import Member
from portal.desk.mine.owed import grouped, owed_by
from portal.lists.models import DeadlineFeed
from portal.trail.models import Event
from portal.worktime import clock, words
from requests.models import Ticket, TicketDeadline
from tests.confidential import factories as confidential
from tests.requests import factories as make
from tests.requests import respite


def owed(user) -> set[tuple[str, str]]:
    return {(row.subject.number, row.obligation) for row in owed_by(user).select_related("subject")}


def test_everybody_owes_what_his_role_owes(town) -> None:
    new, handled, waiting = make.filed(town), make.handling(town, co=[town.police]), make.confirming(town)
    foreign = make.filed(town, enterprise=town.foreign_firm, by=town.other_member)
    assert (handled.number, "handle") in owed(town.handler)
    assert (handled.number, "handle") in owed(town.department_head)
    assert owed(town.police_handler) == {(handled.number, "co_accept"), (handled.number, "co_handle")}
    assert owed(town.economy_handler) == set()
    assert {(new.number, "dispatch"), (foreign.number, "dispatch")} <= owed(town.intake_clerk)
    assert not {what for _number, what in owed(town.intake_clerk)} & {"handle", "confirm"}
    assert owed(town.enterprise_member) == {(waiting.number, "confirm")}
    assert (waiting.number, "confirm") in owed(town.steward)
    for nobody in (town.leader, town.administrator, town.auditor, town.former_member, town.other_member):
        assert owed(nobody) == set()


def test_a_handler_owes_his_own_and_what_nobody_has_yet(town) -> None:
    ticket = make.handling(town)
    Ticket.objects.filter(pk=ticket.pk).update(handler=town.colleague)
    assert (ticket.number, "handle") not in owed(town.handler)
    assert (ticket.number, "handle") in owed(town.department_head)
    Ticket.objects.filter(pk=ticket.pk).update(handler=None)
    assert (ticket.number, "handle") in owed(town.handler)


def test_what_may_not_be_seen_is_not_owed(town) -> None:
    ticket = make.handling(town)
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    assert owed(town.department_head) == set()
    waiting = make.confirming(town)
    assert (waiting.number, "confirm") in owed(town.enterprise_member)
    Member.objects.filter(user=town.enterprise_member).update(until=clock.now())
    town.forget()
    assert owed(town.enterprise_member) == set()


def test_groups_follow_the_day_and_the_week(town) -> None:
    ticket = make.handling(town)
    handle = ticket.deadlines.get(obligation="handle")
    now = make.moment("2026-11-25 10:00")  # a Wednesday
    cases = {
        "2026-11-24 17:00": "late",
        "2026-11-25 09:59": "late",
        "2026-11-25 17:00": "today",
        "2026-11-26 00:00": "week",
        "2026-11-29 23:59": "week",
        "2026-11-30 00:00": "later",
    }
    for due, key in cases.items():
        TicketDeadline.objects.filter(pk=handle.pk).update(due_at=make.moment(due))
        found = grouped(owed_by(town.handler).filter(pk=handle.pk), now)
        assert [(group.key, group.count, len(group.rows)) for group in found] == [(key, 1, 1)]


@pytest.mark.parametrize("path", ["/deadlines/", "/deadlines/month/"])
def test_the_page_costs_the_same_with_one_and_three(town, client, django_assert_num_queries, path) -> None:
    client.force_login(town.department_head)
    make.handling(town)
    client.get(path)
    counts = []
    for more in (0, 2):
        for _ in range(more):
            make.handling(town)
        cache.clear()
        client.get(path)
        with CountQueries() as counted:
            page = client.get(path)
        assert page.status_code == 200
        counts.append(counted.n)
    assert counts[0] == counts[1] <= 15  # claims 2, services 2, his agency and his department's


class CountQueries:
    def __enter__(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.captured = CaptureQueriesContext(connection).__enter__()
        return self

    def __exit__(self, *args):
        self.captured.__exit__(*args)
        self.n = len(self.captured)


def test_an_empty_page_says_what_would_be_here(town, client) -> None:
    client.force_login(town.leader)
    assert "会按到期先后排在这里" in client.get("/deadlines/").content.decode()


def test_the_month_says_how_much_falls_due_in_it_and_that_nothing_does(town, client) -> None:
    due = words.local_day(make.handling(town).deadlines.get(obligation="handle").due_at)
    days = [words.local_day(deadline.due_at) for deadline in owed_by(town.handler)]
    client.force_login(town.handler)
    some = client.get("/deadlines/month/", {"month": f"{due:%Y-%m}"}).content.decode()
    assert f"这个月有 {sum(day.month == due.month for day in days)} 件到期" in some
    assert "cl-none" not in some
    assert words.day(due) in some  # on a phone no head of a column says the weekday
    none = client.get("/deadlines/month/", {"month": "2019-05"}).content.decode()
    assert "这个月没有到期的" in none
    assert "cl-none" in none  # on a phone there is no sheet to be empty


def test_the_month_marks_what_a_notice_may_still_move(town, client) -> None:
    limit = make.handling(town).deadlines.get(obligation="handle")
    client.force_login(town.handler)
    for provisional in (False, True):
        TicketDeadline.objects.filter(pk=limit.pk).update(provisional=provisional)
        sheet = client.get("/deadlines/month/", {"month": f"{words.local_day(limit.due_at):%Y-%m}"}).content.decode()
        assert ("暂定 办理" in sheet) is provisional


@pytest.mark.parametrize("month", ["2026-11", "2019-01", "2050-12", "1999-01", "9999-12", "0000-00", "x", "2026-11-11"])
def test_any_month_is_answered(town, client, month) -> None:
    client.force_login(town.handler)
    assert client.get("/deadlines/month/", {"month": month}).status_code == 200


# How one was computed --------------------------------------------------------------------------------------------


def test_whoever_sees_the_ticket_sees_how_its_limit_was_computed(town, client) -> None:
    ticket = make.handling(town, co=[town.police])
    handle = ticket.deadlines.get(obligation="handle")
    url = f"/tickets/{ticket.number}/deadlines/{handle.pk}/"
    client.force_login(town.enterprise_member)
    said = client.get(url).content.decode()
    assert "开始，当天不计" in said
    assert "第 1 个工作日" in said
    assert "SLA-4" in said
    part = ticket.deadlines.get(obligation="co_handle")
    assert client.get(f"/tickets/{ticket.number}/deadlines/{part.pk}/").status_code == 404  # between the officials
    for user, status in ((town.police_handler, 200), (town.other_member, 404), (town.economy_handler, 404)):
        client.force_login(user)
        assert client.get(url).status_code == status
    other = make.filed(town)
    client.force_login(town.supervisor)
    assert client.get(f"/tickets/{other.number}/deadlines/{handle.pk}/").status_code == 404  # of another ticket


def test_an_extended_limit_is_a_date_not_a_count_of_days(town, client) -> None:
    ticket = respite.extended(town)
    work = ticket.deadlines.get(obligation="handle")
    client.force_login(town.handler)
    for url in (f"/tickets/{ticket.number}/deadlines/{work.pk}/", f"/tickets/{ticket.number}/"):
        said = client.get(url).content.decode()
        assert "定下日期" in said
        assert "开始，当天不计" not in said


# The feed --------------------------------------------------------------------------------------------------------


def link(client) -> str:
    page = client.post("/deadlines/feed/")
    assert "no-store" in page["Cache-Control"]
    return page.context["link"].partition("8000")[2] or page.context["link"].partition("//")[2].partition("/")[2]


def test_the_feed_has_what_is_owed_and_no_names_titles_or_firms(town, client) -> None:
    ticket, paused = make.handling(town), make.handling(town)
    Ticket.objects.filter(pk=ticket.pk).update(title="乌有先生的秘密厂房")
    paused.deadlines.filter(obligation="handle").update(paused_at=clock.now(), next_rung_at=None)
    client.force_login(town.handler)
    url = link(client)
    client.logout()
    answer = client.get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    for hidden in ("秘密厂房", ticket.contact_name, ticket.firm_name, ticket.firm_short_name, ticket.contact_phone):
        assert hidden not in text
    events = {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    shown = events[f"办理到期 {ticket.number}"]
    assert shown["dtstart"].dt == ticket.deadlines.get(obligation="handle").due_at
    assert f"办理到期 {paused.number}" not in events
    assert not any("sessionid" in cookie for cookie in answer.cookies)


def test_nothing_of_a_confidential_complaint_goes_into_calendars(town, client) -> None:
    """APP-18: who handles it finds it in his list, while a copy of the feed lies on servers elsewhere."""
    complaint, ordinary = confidential.handling(town), make.handling(town)
    handler = confidential.named(complaint)
    Ticket.objects.filter(pk=ordinary.pk).update(handler=handler)
    assert complaint.number in {number for number, _what in owed(handler)}
    client.force_login(handler)
    text = client.get(link(client)).content.decode()
    assert complaint.number not in text
    assert str(complaint.pk) not in text


def test_an_unchanged_feed_answers_304_and_a_changed_one_does_not(town, client) -> None:
    ticket = make.handling(town)
    client.force_login(town.handler)
    url = link(client)
    etag = client.get(url)["ETag"]
    assert client.get(url, HTTP_IF_NONE_MATCH=etag).status_code == 304
    ticket.deadlines.filter(obligation="handle").update(due_at=clock.now() + timedelta(days=9))
    assert client.get(url, HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_a_new_link_ends_the_former_one_and_only_digests_are_kept(town, client) -> None:
    client.force_login(town.handler)
    first, second = link(client), link(client)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    token = second.split("/")[-2]
    assert not DeadlineFeed.objects.filter(digest=token).exists()
    assert DeadlineFeed.objects.current().filter(owner=town.handler).count() == 1
    client.post("/deadlines/feed/end/")
    client.post("/deadlines/feed/end/")  # a second click does nothing
    assert client.get(second).status_code == 404
    kinds = list(Event.objects.about(town.handler).values_list("kind", flat=True))
    assert kinds == ["user.feed_made", "user.feed_made", "user.feed_ended"]


def test_a_feed_gives_only_what_its_owner_may_see_now(town, client) -> None:
    make.handling(town)
    client.force_login(town.handler)
    url = link(client)
    assert b"BEGIN:VEVENT" in client.get(url).content
    town.handler.memberships.update(until=clock.now())
    assert b"BEGIN:VEVENT" not in client.get(url).content
    type(town.handler).objects.filter(pk=town.handler.pk).update(is_active=False)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 500, "%00", "..%2f.."])
def test_a_guessed_link_is_not_there(town, client, token) -> None:
    assert client.get(f"/feed/{token}/deadlines.ics").status_code == 404


def test_feeds_are_asked_for_so_often_and_no_more(town, client, monkeypatch) -> None:
    monkeypatch.setattr("portal.desk.mine.views.ASKS", 2)
    answers = [client.get("/feed/x/deadlines.ics") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[-1]["Retry-After"] == "60"


def test_claims_are_owed_by_department_head_firm_and_reviewer(town, client) -> None:
    """POL-5: each sees what is his to do, on the page, the sheet and in the feed."""
    from portal.desk.mine.owed import claims_owed_by
    from tests.policies.claims import walks

    at = clock.now()
    sent = walks.send(walks.batch(town, opens_at=at - timedelta(days=1)), town, at=at)
    heard = {
        name
        for name, user in town.people.items()
        if (sent.pk, "claim_accept") in claims_owed_by(user).values_list("subject", "obligation")
    }
    assert heard == {"policy_officer", "department_head", "deputy_head", "stand_in"}
    reviewed = walks.reviewing(town)
    assert {clock.department for clock in claims_owed_by(town.police_head)} == {town.police}
    assert claims_owed_by(town.economy_officer).get().subject == reviewed
    decided = walks.to_approve(town)
    assert decided.pk not in claims_owed_by(town.policy_officer).values_list("subject", flat=True)
    assert decided.pk in claims_owed_by(town.deputy_head).values_list("subject", flat=True)
    listed = walks.listed(town)
    for user in (town.enterprise_member, town.member_official, town.steward):
        assert claims_owed_by(user).get().subject == listed
    client.force_login(town.policy_officer)
    for path in ("/deadlines/", "/deadlines/month/"):
        assert sent.round.clause.title in client.get(path).content.decode()
    from portal.desk.mine import feed

    assert sent.number in feed.written(town.policy_officer).decode()
