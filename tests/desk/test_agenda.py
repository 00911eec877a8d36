"""The agenda of the next supervision meeting (DL-4, SUP-5): who is on it, what is noted, who reads it."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from portal.deadlines.sweep import sweep
from requests import flow
from requests.flow.agenda import on_agenda, taken_off
from requests.models import AgendaNote, Ticket
from requests.story import Story
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.factories import fresh, moment

LATE = moment("2026-11-24 17:30")  # five working days after the 17th
URL = "/agenda/"


def late(town, **given):
    return make.handling(town, kind="consultation", **given)


def listed():
    return [deadline.subject for deadline in on_agenda()]


def noted(town, ticket, kind, text="请到会说明", by=None):
    return flow.note_agenda(overdue.work(ticket), by=by or town.supervisor, kind=kind, text=text, at=LATE)


def test_it_is_on_the_agenda_from_its_fifth_working_day(town):
    ticket = late(town)
    sweep(moment("2026-11-24 16:59"))
    assert listed() == []
    sweep(LATE)
    assert listed() == [ticket]


def test_what_is_done_withdrawn_or_confidential_is_not(town):
    done, gone, secret, kept = (late(town) for _n in range(4))
    sweep(LATE)
    make.report(done, LATE)
    flow.sign_off(fresh(done), by=town.department_head, at=LATE)
    flow.withdraw(fresh(gone), by=town.enterprise_member, at=LATE)
    Ticket.objects.filter(pk=secret.pk).update(confidential=True)
    assert listed() == [kept]


def test_an_instruction_that_nobody_answered_is_no_item(town):
    """Congress observers read the agenda; what a leader wrote is the office's own (APP-21)."""
    ticket = make.handling(town)
    flow.instruct(ticket, by=town.leader, text="请抓紧", department=town.housing, days=1, at=make.MONDAY + make.OPINION)
    sweep(LATE)
    assert ticket.deadlines.get(obligation="instruction").firings.filter(rung=5).exists()
    assert listed() == []


def test_taken_off_with_a_reason_and_put_on_again(town, refusal):
    ticket = late(town)
    sweep(LATE)
    noted(town, ticket, "remark")
    assert refusal(noted, town, ticket, "removed", " ").field == "text"
    noted(town, ticket, "removed", "已约定下周现场会")
    assert (listed(), [d.subject for d in taken_off()]) == ([], [ticket])
    assert "已经不在这里" in refusal(noted, town, ticket, "removed").sentence
    noted(town, ticket, "restored", "现场会没有开")
    assert (listed(), list(taken_off())) == ([ticket], [])
    assert "已经不在这里" in refusal(noted, town, ticket, "restored").sentence
    assert list(AgendaNote.objects.values_list("kind", flat=True)) == ["remark", "removed", "restored"]
    assert make.events(ticket).filter(kind="ticket.agenda_noted", role="supervisor").count() == 3


def test_only_a_supervisor_notes_and_only_what_there_is_to_note(town, refusal):
    ticket = late(town)
    sweep(LATE)
    for name in ("leader", "congress_observer", "department_head", "handler", "enterprise_member", "administrator"):
        assert refusal(noted, town, ticket, "remark", by=town.people[name]).sentence == "这一步不由您办理。"
    assert refusal(noted, town, ticket, "nonsense").field == "kind"


def test_the_firm_never_reads_a_note(town):
    ticket = late(town)
    sweep(LATE)
    noted(town, ticket, "remark")
    assert "请到会说明" in {line.text for line in Story(fresh(ticket), firm_side=False).lines}
    assert "请到会说明" not in {line.text for line in Story(fresh(ticket), firm_side=True).lines}


@pytest.fixture
def that_day(monkeypatch):
    monkeypatch.setattr("portal.worktime.clock.now", lambda: LATE)


def test_the_page_with_its_figures(client, town, that_day, django_assert_max_num_queries):
    client.force_login(town.supervisor)
    assert "没有要上会的事项" in client.get(URL).content.decode()
    ticket = overdue.broken(town)
    sweep(LATE)
    noted(town, ticket, "remark")
    with django_assert_max_num_queries(COUNT):
        page = client.get(URL)
    text = page.content.decode()
    for words in (ticket.title, "没有兑现", "修好广漠路雨污管网", "请到会说明", "住建局", "备注或移出"):
        assert words in text
    assert (page.context["uncommitted"], page.context["broken"]) == (0, 1)
    for _n in range(2):
        late(town)
    sweep(LATE)
    with django_assert_max_num_queries(COUNT):
        page = client.get(URL)
    assert (len(page.context["items"]), page.context["uncommitted"]) == (3, 2)


def test_a_co_handlers_part_is_in_its_own_hands_and_needs_no_commitment(client, town, that_day):
    ticket = late(town, co=[town.police])
    part = ticket.deadlines.open().get(obligation="co_handle")
    ticket.deadlines.open().exclude(pk=part.pk).update(next_rung_at=None)
    sweep(LATE)
    client.force_login(town.supervisor)
    page = client.get(URL)
    (item,) = page.context["items"]
    assert (item.pk, item.in_hand, page.context["uncommitted"]) == (part.pk, None, 0)
    assert "这一步不另作承诺" in page.content.decode()
    assert ticket.handler.name not in page.content.decode()


COUNT = 12


def test_leaders_and_observers_read_and_do_not_write(client, town, that_day):
    ticket = late(town)
    sweep(LATE)
    pk = overdue.work(ticket).pk
    for name in ("leader", "congress_observer"):
        client.force_login(town.people[name])
        text = client.get(URL).content.decode()
        assert ticket.title in text, name
        assert "备注或移出" not in text, name
        assert client.get(reverse("desk:agenda-note", args=[pk])).status_code == 404, name


def test_from_the_form_to_the_list_of_what_was_taken_off(client, town, that_day):
    ticket = late(town)
    sweep(LATE)
    url = reverse("desk:agenda-note", args=[overdue.work(ticket).pk])
    client.force_login(town.supervisor)
    assert client.post(url, {"kind": "removed", "text": ""}).status_code == 422
    assert client.post(url, {"kind": "removed", "text": "已约定现场会"}).status_code == 302
    page = client.get(URL)
    assert (page.context["items"], [item.subject for item in page.context["removed"]]) == ([], [ticket])
    assert "已约定现场会" in page.content.decode()
    second = client.post(url, {"kind": "removed", "text": "再来一次"})  # in a second tab
    assert (second.status_code, "刚才有人动过" in second.content.decode()) == (422, True)
    assert client.post(url, {"kind": "restored", "text": "现场会没有开"}).status_code == 302
    assert [item.subject for item in client.get(URL).context["items"]] == [ticket]


def test_the_export_has_what_the_page_has(client, town, that_day):
    ticket = late(town)
    sweep(LATE)
    noted(town, ticket, "remark", "=1+1")
    client.force_login(town.congress_observer)
    answer = client.get(reverse("desk:agenda-export"))
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    heading, row = list(sheet.iter_rows(values_only=True))
    told = dict(zip(heading, row, strict=True))
    assert (told["编号"], told["责任单位"], told["超期工作日"], told["公开承诺"]) == (ticket.number, "住建局", 5, None)
    assert told["备注"].endswith("=1+1")
