"""From a question on a policy to a ticket, its answer and the public page, without a name (POL-9, APP-17)."""

import uuid

import pytest
from django.db import transaction
from django.urls import reverse

from policies.models import PolicyAnswer, PolicyQuestion
from policies.questions import flow
from policies.questions.of_policy import alike, answered_in, asked_in, block
from portal.people.refusal import Refused
from portal.trail.models import Event
from requests import flow as loop
from requests.models import Ticket
from tests.policies.factories import clause, officer_of, policy
from tests.requests import factories as make
from tests.requests.factories import MONDAY, fresh, town

__all__ = ["town"]
PEOPLE = (
    "enterprise_member other_member member_official intake_clerk triager handler deputy_head department_head revisitor"
    " steward grid_member supervisor congress_observer leader data_officer policy_officer inspector evaluator auditor"
    " administrator stand_in nobody police_head economy_officer"
)
KEEPS = "policy_officer department_head deputy_head stand_in"
TEXT = "乌有精密的设备去年底买，发票今年开，算今年的投入吗？电话 13800000001。"


@pytest.fixture
def known(town):
    """A policy of `town.housing` with one clause."""
    town.people["economy_officer"] = officer_of(town.economy, "economy_officer")
    made = policy(town, title="技术改造补助办法", contact_phone="0512-0000 6001")
    clause(town, made, title="设备投入补助")
    return made


def asked(town, of, *, by=None, at=MONDAY, key=None, text=TEXT, firm=None):
    contact = {"contact_name": "乌有先生", "contact_phone": "13800000001"}
    by, firm = by or town.enterprise_member, firm or town.firm
    one = of.clauses.first()
    return flow.ask(of, firm=firm, text=text, by=by, key=key or uuid.uuid4(), clause=one, at=at, **contact)


def answered(town, of, *, result="explained", said="按发票日期算，乌有精密的算今年的。"):
    """The question's ticket, closed by the loop's own verbs; what ties it to the policy."""
    ticket = asked(town, of)
    at = ticket.filed_at
    loop.accept(ticket, by=town.intake_clerk, at=at + make.ACCEPTED)
    choices = {"kind": "consultation", "complexity": "ordinary", "category": ticket.category, "lead": town.housing}
    loop.dispatch(fresh(ticket), by=town.triager, co=[], urgency=None, at=at + make.DISPATCHED, **choices)
    loop.take(fresh(ticket), by=town.handler, at=at + make.TAKEN)
    loop.log_contact(fresh(ticket), by=town.handler, text="已电话联系", at=at + make.CONTACTED)
    reply = "经核查，答复如下。" if result == "cannot" else ""
    loop.report(fresh(ticket), by=town.handler, kind=result, text=said, written_reply=reply, at=at + make.REPORTED)
    signed = loop.sign_off(fresh(ticket), by=town.department_head, at=at + make.SIGNED)
    loop.confirm(make.seal(signed), by=town.enterprise_member, scores=None, at=at + make.CONFIRMED)
    make.revisit(town, fresh(ticket))
    return PolicyQuestion.objects.get(ticket=ticket)


def test_a_question_is_a_ticket_that_names_its_policy(town, known):
    key = uuid.uuid4()
    ticket = asked(town, known, key=key)
    assert asked(town, known, key=key).pk == ticket.pk
    assert (Ticket.objects.count(), PolicyQuestion.objects.count()) == (1, 1)
    assert ticket.status == "received"
    assert ticket.enterprise == town.firm
    assert (
        f"问的是政策《技术改造补助办法》第 1 条“设备投入补助”（/policies/{known.code}/#clause-1）" in ticket.description
    )
    assert ticket.category.code == "finance-tax"  # 发票
    assert asked(town, known, text="两年内都可以提交吗？").category.code == "industry"
    row = PolicyQuestion.objects.get(ticket=ticket)
    assert (row.policy, row.clause.number) == (known, 1)


def test_what_cannot_be_asked_leaves_nothing(town, known):
    other = clause(town)
    contact = {"contact_name": "甲", "contact_phone": "13800000001", "key": uuid.uuid4(), "by": town.enterprise_member}
    for given in (
        {"firm": town.foreign_firm, "text": TEXT},
        {"firm": town.firm, "text": "  "},
        {"firm": town.firm, "text": "问" * 2001},
        {"firm": town.firm, "text": TEXT, "clause": other},
    ):
        with pytest.raises(Refused), transaction.atomic():
            flow.ask(known, **contact, **given)
    assert not Ticket.objects.exists()
    assert not PolicyQuestion.objects.exists()


def test_the_tickets_page_and_triage_name_policy_and_department(client, town, known):
    ticket = asked(town, known)
    client.force_login(town.enterprise_member)
    page = client.get(reverse("requests:ticket", args=[ticket.number])).content.decode()
    assert "问的政策" in page
    assert "《技术改造补助办法》设备投入补助" in page
    loop.accept(ticket, by=town.intake_clerk)
    client.force_login(town.triager)
    form = client.get(reverse("requests:verb", args=[ticket.number, "dispatch"])).content.decode()
    assert "由住建局负责" in form
    assert f"kind=consultation&amp;lead={town.housing.pk}" in form


def test_only_answered_questions_reach_the_list_of_the_policys_department(town, known):
    open_one = asked(town, known)
    done = answered(town, known)
    answered(town, known, result="cannot")
    seen = {}
    for name in PEOPLE.split():
        rows = PolicyQuestion.objects.visible_to(town.people[name])
        if rows:
            seen[name] = {row.pk for row in rows}
    assert seen == {name: {done.pk} for name in f"{KEEPS} supervisor leader".split()}
    assert open_one.status == "received"


def test_what_the_officer_reads_names_nobody(town, known):
    done = answered(town, known)
    for text in (asked_in(done.ticket), answered_in(done.ticket)):
        assert "乌有" not in text
        assert "13800000001" not in text
        assert "问的是政策" not in text
    assert "发票今年开" in asked_in(done.ticket)


def test_who_writes_publishes_and_takes_down(town, known):
    done = answered(town, known)
    words = {"question_text": "去年买的设备算哪一年？", "answer_text": "按发票日期算。"}
    draft = flow.add(known, by=town.policy_officer, **words)
    public = flow.publish(flow.add(known, by=town.policy_officer, **words), by=town.policy_officer)
    acts = {
        "write": lambda by: flow.write(done, by=by, **words),
        "aside": lambda by: flow.set_aside(done, by=by),
        "add": lambda by: flow.add(known, by=by, **words),
        "edit": lambda by: flow.edit(draft, by=by, **words),
        "publish": lambda by: flow.publish(draft, by=by),
        "withdraw": lambda by: flow.withdraw(public, by=by),
    }
    for verb, act in acts.items():
        able = set()
        for name in PEOPLE.split():
            try:
                with transaction.atomic():
                    act(town.people[name])
                    transaction.set_rollback(True)
            except Refused:
                continue
            able.add(name)
        assert able == set(KEEPS.split()), verb


def test_names_are_refused_wherever_they_come_in(town, known):
    done = answered(town, known)
    good = {"question_text": "设备算哪一年？", "answer_text": "按发票日期算。"}
    for wrong in (
        {"question_text": "乌有精密问设备算哪一年"},
        {"answer_text": "乌 有 先 生的设备算今年"},
        {"answer_text": f"见 {done.ticket.number}"},
        {"answer_text": "请打 138-0000-0001"},
        {"question_text": " "},
        {"answer_text": ""},
        {"answer_text": "长" * 2001},
    ):
        with pytest.raises(Refused):
            flow.write(done, by=town.policy_officer, **good | wrong)
    draft = flow.write(done, by=town.policy_officer, **good)
    with pytest.raises(Refused):
        flow.edit(draft, by=town.policy_officer, question_text="乌有精密呢", answer_text="算")
    PolicyAnswer.objects.filter(pk=draft.pk).update(answer="乌有精密算今年")  # past the verbs: publishing looks again
    with pytest.raises(Refused):
        flow.publish(draft, by=town.policy_officer)
    assert PolicyAnswer.objects.get().status == "draft"


def test_his_own_firms_question_is_written_by_a_colleague(town, known):
    from enterprises.models import Member

    done = answered(town, known)
    Member.objects.create(enterprise=town.firm, user=town.policy_officer, since=make.LONG_AGO)
    town.forget()
    with pytest.raises(Refused):
        flow.write(done, by=town.policy_officer, question_text="问", answer_text="答")


def test_set_aside_and_written_ones_leave_the_list(town, known):
    first, second = answered(town, known), answered(town, known)
    flow.set_aside(first, by=town.policy_officer)
    flow.write(second, by=town.policy_officer, question_text="问什么", answer_text="答什么")
    assert not PolicyQuestion.objects.visible_to(town.policy_officer).waiting().exists()
    with pytest.raises(Refused):
        flow.write(second, by=town.policy_officer, question_text="问什么", answer_text="答什么")
    assert Event.objects.filter(kind="policy_question.set_aside", actor=town.policy_officer).count() == 1


def test_drafts_are_read_by_the_department_alone(town, known):
    draft = flow.add(known, by=town.policy_officer, question_text="问", answer_text="答")
    seen = {name for name in PEOPLE.split() if PolicyAnswer.objects.visible_to(town.people[name])}
    assert seen == set(f"{KEEPS} supervisor leader".split())
    flow.publish(draft, by=town.department_head)
    assert all(PolicyAnswer.objects.visible_to(town.people[name]) for name in PEOPLE.split())
    assert block(known, None)["answers"] == [draft]
    flow.withdraw(draft, by=town.policy_officer)
    assert block(known, None)["answers"] == []
    assert block(known, town.policy_officer)["drafts"] == [draft]
    flow.edit(draft, by=town.policy_officer, question_text="再问", answer_text="再答")
    assert PolicyAnswer.objects.get().status == "draft"


def test_what_was_answered_is_offered_before_it_is_asked_again(town, known):
    words = {"question_text": "去年底购买的设备，发票今年开具，算哪一年的投入？", "answer_text": "按发票日期算。"}
    draft = flow.add(known, by=town.policy_officer, **words)
    assert alike(TEXT, known) == []
    flow.publish(draft, by=town.policy_officer)
    assert alike(TEXT, known) == [draft]
    assert alike("食堂油烟扰民怎么办", known) == []


# In the browser ----------------------------------------------------------------------------------------------------


def test_strangers_learn_how_to_ask(client, town, known):
    url = reverse("questions:ask", args=[known.code])
    page = client.get(url).content.decode()
    assert "登录后提问" in page
    assert "0512-0000 6001" in page.replace("&nbsp;", " ")
    assert client.post(url, {"text": "问"}).status_code == 200
    client.force_login(town.inspector)
    assert "提问由企业来提" in client.get(url).content.decode()
    assert not Ticket.objects.exists()


def test_the_whole_way_in_the_browser(client, town, known):
    client.force_login(town.enterprise_member)
    url = reverse("questions:ask", args=[known.code])
    form = client.get(f"{url}?clause=1").context["form"]
    sent = {"key": str(form["key"].value()), "firm": town.firm.uscc, "clause": "1", "text": TEXT}
    sent |= {"contact_name": "乌有先生", "contact_phone": "13800000001"}
    assert client.post(url, sent | {"text": ""}).status_code == 422
    assert client.post(url, sent | {"firm": town.foreign_firm.uscc}).status_code == 422
    for _ in range(2):
        assert client.post(url, sent).status_code == 302
    assert Ticket.objects.count() == 1
    done = answered(town, known)  # another one, by the loop
    client.force_login(town.policy_officer)
    page = client.get(reverse("questions:work")).content.decode()
    assert "乌有" not in page
    write = reverse("questions:write", args=[done.pk])
    assert write in page
    client.force_login(town.supervisor)
    seen = client.get(reverse("questions:work")).content.decode()
    assert "发票今年开" in seen
    assert write not in seen
    client.force_login(town.policy_officer)
    page = client.get(write).content.decode()
    assert "按发票日期算" in page
    assert "乌有" not in page
    told = {"question": "设备算哪一年的？", "answer": "按发票日期算。", "publish": "1"}
    assert client.post(write, told | {"answer": "乌有精密算今年"}).status_code == 422
    assert client.post(write, told).url == known.get_absolute_url()
    assert client.post(write, told).url == reverse("questions:edit", args=[PolicyAnswer.objects.get().pk])
    client.logout()
    public = client.get(known.get_absolute_url()).content.decode()
    assert "设备算哪一年的？" in public
    assert "设备算哪一年的？" in client.get("/policies/questions/?q=发票").content.decode()
    assert "没有找到" in client.get("/policies/questions/?q=%00食堂").content.decode()
    client.force_login(town.enterprise_member)
    again = client.post(url, sent | {"key": str(uuid.uuid4())})
    assert "看看是不是已经答过" in again.content.decode()
    assert client.post(url, sent | {"key": str(uuid.uuid4()), "sure": "1"}).status_code == 302


def test_the_pages_of_who_keeps_it(client, town, known):
    client.force_login(town.policy_officer)
    new = reverse("questions:new", args=[known.code])
    assert client.post(new, {"question": "", "answer": ""}).status_code == 422
    answer = client.post(new, {"question": "怎么申报？", "answer": "<script>1</script>", "clause": "1"})
    made = PolicyAnswer.objects.get()
    assert answer.url == reverse("questions:edit", args=[made.pk])
    assert made.clause.number == 1
    edit = client.post(answer.url, {"question": "怎么申报？", "answer": "打 13812345678", "publish": "1"})
    assert edit.status_code == 302
    assert "13812345678" in client.get(answer.url).content.decode()
    down = reverse("questions:withdraw", args=[made.pk])
    assert client.post(down).status_code == 302
    assert PolicyAnswer.objects.get().status == "withdrawn"
    assert "像号码或地址" in client.get(answer.url).content.decode()
    for name in ("supervisor", "economy_officer", "enterprise_member"):
        client.force_login(town.people[name])
        assert client.get(answer.url).status_code == 404, name
        assert client.get(new).status_code == 404, name
