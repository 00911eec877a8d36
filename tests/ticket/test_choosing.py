"""Choosing departments and people in groups, the lead no co-handler; the answer where the firm answers; calls."""

from datetime import timedelta

import pytest

from portal.people.models import Department
from requests import flow
from requests.calls import counts
from requests.flow.intake import said
from requests.forms.units import FEW, by_kind, usual_first
from requests.forms.verbs import FORMS
from requests.models import Result
from requests.next_act import NextAct
from tests.requests import factories as make
from tests.ticket.test_verbs import text_of

pytestmark = pytest.mark.django_db
KINDS = ["town_office", "county", "village", "third_party"]


@pytest.fixture
def many(town):
    """Enough units that a list of them needs headings."""
    rows = [(f"单位{n}", KINDS[n % 4]) for n in range(FEW)]
    return [Department.objects.create(name=f"{name}全称", short_name=name, kind=kind) for name, kind in rows]


def test_units_stand_by_kind_in_the_order_of_their_sound(town, many):
    groups = dict(by_kind(Department.objects.all()))
    assert list(groups)[:2] == ["企业服务中心", "镇办局"]
    assert list(groups)[-1] == "第三方机构"
    assert [one.short_name for one in groups["市级部门"]][-2:] == ["单位1", "单位5"]


def test_those_to_which_most_was_given_come_first_and_once(town, many):
    make.dispatched(town)
    (name, usual), *rest = usual_first(Department.objects.all())
    assert (name, [one.pk for one in usual]) == ("常用", [town.housing.pk])
    assert town.housing.pk not in {one.pk for _name, rows in rest for one in rows}
    assert sum(len(rows) for _name, rows in rest) == Department.objects.count() - 1


def test_a_few_need_no_headings(town):
    few = Department.objects.all()[:3]
    assert [name for name, _rows in usual_first(few)] == [""]


def test_the_form_draws_the_groups_and_each_unit_can_be_chosen(town, many, as_):
    ticket = make.accepted(town)
    page = as_(town.triager).see(ticket, "dispatch/").content.decode()
    assert '<optgroup label="镇办局">' in page
    assert 'role="group" aria-label="村（社区）"' in page
    assert 'data-apart="id_lead"' in page
    for one in many:
        assert page.count(f'value="{one.pk}"') >= 2, one


def test_app_4_the_lead_is_not_silently_taken_off_the_co_handlers(town, as_):
    ticket, desk = make.accepted(town), as_(town.triager)
    typed = {"kind": "coordination", "complexity": "cross", "category": town.category.pk, "urgency": "ordinary"}
    page = desk.do(ticket, "dispatch", lead=town.housing.pk, co=[town.housing.pk, town.police.pk], **typed)
    assert page.status_code == 422
    assert "是主办，不用再选为协办" in text_of(page)
    assert desk.do(ticket, "dispatch", lead=town.housing.pk, co=[town.police.pk], **typed).status_code == 303


def test_org_2_people_for_a_task_force_stand_under_their_department(town):
    ticket = make.handling(town, complexity="difficult")
    form = FORMS["give_to_group"](ticket=ticket, user=town.triager, now=ticket.moved_at)
    groups = [(name, inside) for name, inside in form.fields["convener"].choices if isinstance(inside, list)]
    assert groups[0][0] == "镇领导"
    heads = dict(groups)[town.housing.short_name]
    assert any(town.department_head.name in label for _key, label in heads)
    assert len({key for _name, inside in groups for key, _label in inside}) == form.fields["convener"].queryset.count()


# The firm's answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "asks", "yes", "no"),
    [
        ("solved", "办好了吗", "确认办好了", "没办好"),
        ("partly", "办好了一部分", "知道了，没有异议", "提出异议"),
        ("explained", "解释说明", "知道了，没有异议", "提出异议"),
        ("cannot", "不能办理", "知道了，没有异议", "提出异议"),
    ],
)
def test_app_11_what_is_not_solved_is_not_called_done(town, as_, kind, asks, yes, no):
    ticket = make.confirming(town)
    Result.objects.filter(ticket=ticket).update(kind=kind, text="管线归省里管，镇里动不了。")
    page = as_(town.enterprise_member).see(ticket).content.decode()
    box = page[page.index('class="sx-next"') : page.index('id="story"')]
    for words in (asks, yes, no, "管线归省里管"):
        assert words in box, words
    assert (">确认办好了<" in page) is (kind == "solved")
    assert "管线归省里管" not in answer_before(ticket, town.triager)
    by_telephone = as_(town.intake_clerk).see(ticket).content.decode()  # who registers what the firm says
    assert yes in by_telephone
    assert no in by_telephone
    assert ("确认办好了" in by_telephone) is (kind == "solved")


@pytest.mark.parametrize(
    ("kind", "noted", "told"),
    [("solved", "已记下没办好，交回部门", "说没办好"), ("explained", "已记下异议，交回部门", "对答复有异议")],
)
def test_app_11_an_objection_is_called_one(town, as_, kind, noted, told):
    ticket = make.confirming(town)
    Result.objects.filter(ticket=ticket).update(kind=kind)
    desk = as_(town.enterprise_member)
    desk.do(ticket, "dispute", reason="还堵")
    page = desk.see(ticket).content.decode()
    assert noted in page
    assert told in page[page.index('id="story"') :]


def answer_before(ticket, user):
    answer = NextAct(ticket, user, [], ticket.moved_at, firm_side=False).answer
    return answer.text if answer else ""


# Calling -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "is_one"),
    [
        ("2026-11-13 08:29", False),
        ("2026-11-13 08:30", True),
        ("2026-11-13 12:10", True),  # noon: the office rests, firms answer
        ("2026-11-13 16:59", True),
        ("2026-11-13 17:00", False),
        ("2026-11-14 10:00", False),  # Saturday
        ("2026-10-10 10:00", True),  # a Saturday that is worked
    ],
)
def test_app_13_nobody_answering_counts_on_working_days_in_the_day(town, at, is_one):
    assert counts(make.moment(at)) is is_one


def test_app_13_a_call_on_sunday_is_no_attempt_but_who_answers_is_heard(town, refusal):
    ticket, sunday = make.revisiting(town), make.moment("2026-11-15 19:12")
    said_so = refusal(flow.record_revisit, ticket, by=town.revisitor, reached=False, at=sunday)
    assert "11月16日 08:30" in said_so.sentence
    assert make.fresh(ticket).revisits.count() == 0
    assert make.revisit(town, ticket, at=sunday + timedelta(minutes=1)).status == "closed"


def test_the_call_page_shows_firm_matter_answer_and_rating(town, as_):
    ticket = make.revisiting(town, stars=4)
    page = text_of(as_(town.revisitor).see(ticket, "record_revisit/"))
    for words in (f"{ticket.firm_name}反映的事", ticket.description[:8], "总体 4 分", f"请问是{ticket.firm_name}的"):
        assert words in page, words


@pytest.mark.parametrize("verb", ["log_contact", "report"])
def test_the_handler_has_the_matter_beside_what_he_writes(town, as_, verb):
    ticket = make.handling(town)
    page = as_(town.handler).see(ticket, f"{verb}/").content.decode()
    assert '<details class="sx-tile tk-basis tk-folded">' in page
    assert ticket.description in page
    assert ("tel:" in page) is (verb == "log_contact")


# What is no matter ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["。", "？！", " … ", "水"])
def test_a_text_without_words_is_no_matter(text, refusal, db):
    assert refusal(said, text, "请写下遇到了什么事。", "description").field == "description"


def test_two_characters_say_something(db):
    assert said(" 停电 ", "请写。", "description") == "停电"
