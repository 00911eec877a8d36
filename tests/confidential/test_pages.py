"""The pages of confidential complaints: filing, the clerk's, the unit's own place, who has read (APP-18)."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from portal.outbox.delivery import deliver
from portal.outbox.models import Channel, Delivery
from portal.people.models import User
from portal.trail.models import Read
from requests import flow
from requests.done import done
from requests.flow.feedback import Scores
from requests.models import ComplaintLink, Ticket, UnitQuestion
from tests.confidential import factories as make
from tests.requests.factories import fresh


@pytest.fixture
def as_(town):
    def client(name):
        signed_in = Client()
        signed_in.force_login(town.people[name])
        return signed_in

    return client


def typed(town, **given):
    return {
        "key": "11111111-1111-4111-8111-111111111112",
        "enterprise": town.firm.pk,
        "about": "inspection",
        "accused": town.police.pk,
        "unit_name": "",
        "persons": "",
        "description": "没有出示证件",
        "contact_name": "乌有先生",
        "contact_phone": "13800000001",
        **given,
    }


def opened(ticket):
    return list(Read.objects.filter(subject_id=ticket.pk).order_by("pk").values_list("reader__username", "what"))


def test_a_member_files_and_is_led_to_his_complaint(town, as_):
    member = as_("enterprise_member")
    assert "谁看得到" in member.get(reverse("confidential:new")).content.decode()
    sent = member.post(reverse("confidential:new"), typed(town))
    ticket = Ticket.objects.get()
    assert sent["Location"] == reverse("requests:ticket", args=[ticket.number])
    assert "没有出示证件" in member.get(sent["Location"]).content.decode()
    member.post(reverse("confidential:new"), typed(town))  # pressed twice
    assert Ticket.objects.count() == 1


def test_no_line_and_no_count_tells_operators_that_somebody_complained(town, as_, caplog, settings):
    settings.METRICS_TOKEN = "of-prometheus"
    caplog.set_level(logging.INFO, "portal.access")
    member = as_("enterprise_member")
    sent = member.post(reverse("confidential:new"), typed(town))
    assert member.get(sent["Location"]).status_code == 200
    assert as_("intake_clerk").get(sent["Location"]).status_code == 404, "a line like that of any wrong number"
    member.get(reverse("requests:mine"))  # the control
    assert [line.path for line in caplog.records if line.name == "portal.access"] == ["/tickets/*/", "/matters/"]
    told = member.get("/metrics", headers={"Authorization": "Bearer of-prometheus"}).content.decode()
    assert 'view="requests:mine"' in told
    assert "confidential:" not in told


def test_without_a_unit_it_is_asked_for(town, as_):
    answer = as_("enterprise_member").post(reverse("confidential:new"), typed(town, accused=""))
    assert answer.status_code == 422
    assert "请选或写下投诉的是哪个单位。" in answer.content.decode()
    named = as_("enterprise_member").post(reverse("confidential:new"), typed(town, accused="", unit_name="执法的"))
    assert named.status_code == 302


def test_nobody_files_for_a_firm_that_is_not_his(town, as_):
    answer = as_("enterprise_member").post(reverse("confidential:new"), typed(town, enterprise=town.foreign_firm.pk))
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_the_home_shows_it_to_who_filed_it_and_to_no_colleague(town, as_):
    make.filed(town)
    assert "我的保密投诉" in as_("enterprise_member").get(reverse("desk:firm")).content.decode()
    colleague = as_("member_official").get(reverse("desk:firm")).content.decode()
    assert "保密" not in colleague


def test_the_clerk_is_told_before_and_gets_no_number(town, as_):
    clerk = as_("intake_clerk")
    assert "您就看不到这件了" in clerk.get(reverse("confidential:take-down")).content.decode()
    sent = clerk.post(reverse("confidential:take-down"), typed(town, business_name="庖丁熟食店"), follow=True)
    ticket = Ticket.objects.get()
    assert ticket.number not in sent.content.decode()
    assert clerk.get(reverse("requests:ticket", args=[ticket.number])).status_code == 404


def test_the_caller_has_a_receipt_that_says_nothing_of_the_matter(town, settings):
    settings.WEBHOOK_URL = "https://gateway.example.test/"
    ticket = make.taken_down(town)
    link = ComplaintLink.objects.get(ticket=ticket)
    page = Client().get(reverse("confidential:receipt", args=[link.token]))
    shown = page.content.decode()
    assert ticket.number in shown
    assert not [word for word in (ticket.description, "庖丁", "执法局", "乌有先生") if word in shown]
    assert "noindex" in page["X-Robots-Tag"]
    assert Client().get(reverse("confidential:receipt", args=["A" * 24])).status_code == 404


def test_every_way_of_opening_it_is_noted_and_the_supervisor_sees_who(town, as_):
    ticket = make.signoff(town)
    supervisor, handler = as_("supervisor"), as_("economy_handler")
    handler.get(reverse("requests:ticket", args=[ticket.number]))
    handler.get(reverse("requests:panel", args=[ticket.number]))
    supervisor.get(reverse("requests:verb", args=[ticket.number, "send_back"]))
    supervisor.get(reverse("tickets-api:ticket", args=[ticket.number]))
    supervisor.get(reverse("requests:export"))
    by = town.economy_handler.username
    wanted = [(by, "page"), (by, "panel"), *(("supervisor", what) for what in ("act", "api", "export"))]
    assert opened(ticket) == wanted
    assert "谁看过" in supervisor.get(reverse("requests:ticket", args=[ticket.number])).content.decode()
    assert "谁看过" not in handler.get(reverse("requests:ticket", args=[ticket.number])).content.decode()


def test_an_ordinary_ticket_is_read_without_a_note(town, as_):
    from tests.requests import factories as ordinary

    as_("supervisor").get(reverse("requests:ticket", args=[ordinary.filed(town).number]))
    assert not Read.objects.exists()


def test_the_auditor_sees_that_there_is_one_and_how_often_it_was_opened(town, as_):
    ticket = make.filed(town)
    as_("supervisor").get(reverse("requests:ticket", args=[ticket.number]))
    shown = as_("auditor").get(reverse("confidential:reads")).content.decode()
    assert ticket.number in shown
    assert ticket.description not in shown
    assert town.firm.name not in shown


def test_the_auditor_sees_who_read_and_when_but_not_who_complained(town, as_):
    ticket = make.filed(town)
    for name in ("supervisor", "enterprise_member"):
        as_(name).get(reverse("requests:ticket", args=[ticket.number]))
    reads = as_("auditor").get(reverse("confidential:reads")).context["reads"]
    assert {(read["who"], read["number"], read["what"]) for read in reads} == {
        (town.supervisor.name, ticket.number, "看诉求"),
        ("投诉人一方", ticket.number, "看诉求"),
    }


def test_the_units_head_answers_in_his_own_place_and_learns_nothing(town, as_):
    ticket = make.handling(town)
    asked = flow.ask_unit(ticket, by=town.supervisor, text="请说明入企检查的规定。")
    head = as_("police_head")
    address = reverse("confidential:unit-question", args=[asked.key])
    shown = head.get(address).content.decode()
    assert "请说明入企检查的规定。" in shown
    assert not [w for w in (ticket.number, "乌有", ticket.description, town.economy_handler.name) if w in shown]
    assert head.post(address, {"text": "均有出示"}).status_code == 302
    assert UnitQuestion.objects.get().answer == "均有出示"
    assert head.post(address, {"text": "再答"}).status_code == 422
    assert as_("department_head").get(address).status_code == 404


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (make.filed, {"supervisor"}),
        (make.entrusted, {"economy_handler", "enterprise_member"}),
        (make.signoff, {"supervisor", "enterprise_member"}),
    ],
)
def test_letters_say_that_there_is_something_and_not_what(town, step, told):
    """Who has the next act when they are written, and the firm's side: who filed it, alone."""
    ticket = step(town)
    deliver()
    letters = Delivery.objects.filter(message__subject_id=ticket.pk, channel=Channel.INBOX)
    assert {letter.recipient.username for letter in letters} == told
    assert {letter.title for letter in letters} <= {"您有一件保密件需要处理", "您提交的保密投诉有新进展"}
    assert not [letter for letter in letters for word in ("责令", "证件", "乌有") if word in letter.body]


def test_extension_is_decided_by_the_supervisor_alone(town, as_):
    ticket = make.handling(town)
    work = ticket.deadlines.get(obligation="handle")
    from portal.worktime.calendar import calendar
    from portal.worktime.words import local_day

    until = calendar().add_working_days(local_day(work.due_at), 3)
    at = ticket.filed_at + 5 * make.HOUR
    offered = as_("economy_handler").get(reverse("requests:verb", args=[ticket.number, "ask_extension"]))
    assert "申请延期，送服务中心批" in offered.content.decode()
    flow.ask_extension(ticket, by=town.economy_handler, reason="现场还没看", until=until, at=at)
    with pytest.raises(flow.Refused):
        flow.approve_request(fresh(ticket), by=town.department_head, at=at)
    flow.approve_request(fresh(ticket), by=town.supervisor, at=at)
    assert local_day(ticket.deadlines.get(obligation="handle").due_at) == until


def test_an_administrator_who_hands_work_over_touches_none_of_it(town):
    ticket = make.handling(town, handlers=[town.handler])
    assert flow.hand_over(town.handler, town.colleague, by=town.administrator) == 0
    assert fresh(ticket).handler == town.handler


def test_the_supervisor_names_two_from_the_list_of_those_who_may_be_named(town, as_):
    ticket = make.accepted(town)
    supervisor, address = as_("supervisor"), reverse("requests:verb", args=[ticket.number, "entrust"])
    offered = supervisor.get(address).context["form"].fields["handler"].queryset
    assert {user.username for user in offered} == {
        *("handler", "colleague", "deputy_head", "department_head", "utilities_handler", "economy_handler")
    }
    names = {"handler": town.economy_handler.pk, "second": town.handler.pk, "third": "", "urgency": "urgent"}
    assert supervisor.post(address, names).status_code == 303
    named = ticket.named_handlers.values_list("user__username", flat=True)
    assert set(named) == {"economy_handler", "handler"}
    assert supervisor.post(address, names | {"handler": town.police_handler.pk}).status_code == 422


def test_the_units_head_finds_what_is_asked_on_his_desk_and_in_the_bar(town, as_):
    ticket = make.handling(town)
    asked = flow.ask_unit(ticket, by=town.supervisor, text="请说明入企检查的规定。")
    address = reverse("confidential:unit-questions")
    desk = as_("police_head").get(reverse("desk:department")).content.decode()
    assert "督查员请本单位说明 1 件事" in desk
    assert desk.count(f'href="{address}"') > 1  # beside the note also in the bar
    other = as_("department_head").get(reverse("desk:department")).content.decode()
    assert "请本单位说明" not in other
    assert address not in as_("handler").get(reverse("desk:department")).content.decode()
    flow.answer_unit_question(asked, by=town.people["police_head"], text="均有出示")
    assert "请本单位说明" not in as_("police_head").get(reverse("desk:department")).content.decode()


def test_the_title_of_all_of_them_is_said_in_the_readers_language(town, as_):
    ticket = make.filed(town)
    User.objects.filter(pk=town.supervisor.pk).update(language=User.Language.ENGLISH)
    supervisor = as_("supervisor")
    pages = (reverse("requests:ticket", args=[ticket.number]), reverse("requests:list"), reverse("requests:queues"))
    for address in pages:
        shown = supervisor.get(address, follow=True).content.decode()
        assert "Confidential complaint" in shown, address
        assert "保密投诉" not in shown, address


def test_app_18_nobody_is_told_that_the_firm_reads_it(town):
    assert done(make.entrusted(town), "take").startswith("已签收，投诉人本人会收到通知\n")
    called = make.handling(town)
    assert done(called, "log_contact").startswith("已登记，投诉人本人能看到\n")
    assert "登记，投诉人本人能看到" in contact_form(called)
    calls = make.revisiting(town)
    assert done(calls, "confirm").split("\n")[1].startswith("督查员 ")
    flow.record_revisit(calls, by=town.supervisor, reached=True, real=True, scores=Scores(5))
    assert done(fresh(calls), "record_revisit").endswith("投诉人本人和承办人已收到通知。")


def test_app_18_who_told_it_by_telephone_reads_nothing_here(town):
    ticket = flow.accept(make.taken_down(town), by=town.supervisor)
    flow.entrust(fresh(ticket), by=town.supervisor, handlers=[town.economy_handler])
    flow.take(fresh(ticket), by=town.economy_handler)
    assert done(fresh(ticket), "log_contact").startswith("已登记联系")
    assert "能看到" not in contact_form(ticket)


def contact_form(ticket):
    page = Client()
    page.force_login(make.named(ticket))
    return page.get(reverse("requests:verb", args=[ticket.number, "log_contact"])).content.decode()
