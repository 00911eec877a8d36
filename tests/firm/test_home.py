"""The firm's home: what must be done first, the matters like parcels, drafts, one person to call (APP-8, APP-20)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from stdnum.cn import uscc

from enterprises.models import Enterprise, Member, Stewardship
from portal.people.models import Membership
from requests import flow
from requests.models import Ticket, TicketDeadline
from tests.firm.conftest import signed_in
from tests.firm.factories import draft, leave, member_of, one_more_firm, page_of, photo, yesterday
from tests.requests import factories as make
from tests.requests.factories import fresh

pytestmark = pytest.mark.django_db

HOME = reverse("desk:firm")


def shown(client) -> str:
    return client.get(HOME).content.decode()


def text(page: str) -> str:
    main = re.sub(r"(?s)^.*?<main", "<main", page)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def links(page: str, name: str) -> list[str]:
    """Numbers of tickets in the order in which the page names them."""
    return re.findall(rf'href="/tickets/([^/"]+)/{name}', page)


# What must be done --------------------------------------------------------------------------------------------


def test_what_waits_for_the_firm_comes_first_with_the_words_to_decide_by(town, member):
    done, asked = make.confirming(town, title="雨污管网倒灌"), make.incomplete(town, title="用电增容")
    page = shown(member)
    assert "要您做的 2 件" in page
    assert links(page, "confirm") == [done.number]
    assert links(page, "supplement") == [asked.number]
    assert "雨污管网倒灌 ，办好了吗 已疏通管网" in text(page)
    assert "用电增容 ，请补充材料 进水照片" in text(page)


def test_app_11_what_is_not_solved_is_not_asked_to_be_called_done(town, member):
    make.confirming(town, title="公寓租金补贴", result="explained")
    page = text(shown(member))
    assert "公寓租金补贴 ，请看答复" in page
    assert "知道了，没有异议 提出异议" in page
    assert "办好" not in page.partition("我的诉求")[0]
    ticket = Ticket.objects.get()
    flow.confirm(ticket, by=town.enterprise_member)
    story = text(member.get(f"/tickets/{ticket.number}/").content.decode())
    assert "对答复没有异议" in story
    assert "确认办好" not in story


def test_app_2_an_association_sees_for_which_member_each_matter_is(town, client):
    code = "5132058500000001X"
    club = Enterprise.objects.create(uscc=code + uscc.calc_check_digit(code), name="企业家协会", place=town.place)
    Member.objects.create(enterprise=club, user=town.nobody, since=make.LONG_AGO)
    Ticket.objects.filter(pk=make.handling(town).pk).update(proxy=club)
    Ticket.objects.filter(pk=make.confirming(town).pk).update(proxy=club)
    client.force_login(town.nobody)
    assert text(shown(client)).count(town.firm.name) == 1
    assert text(shown(client)).count(f"{town.firm.short_name}，") == 1
    assert client.get("/matters/").content.decode().count(f"{town.firm.short_name}，") == 2
    assert "适合您的政策" not in text(shown(client))  # they are for firms


def test_the_soonest_due_comes_first_and_has_the_one_filled_button(town, member):
    later = make.confirming(town)
    sooner = make.incomplete(town, filed_at=make.MONDAY)
    TicketDeadline.objects.filter(subject=sooner, obligation="supplement").update(due_at=make.MONDAY)
    page = shown(member)
    assert page.index(sooner.number) < page.index(later.number)
    assert len(re.findall(r'class="sx-do( sx-do--wide)?"', page)) == 1


def test_the_firms_own_limit_is_shown_not_the_centres(town, member):
    asked = make.incomplete(town)
    page = text(shown(member))
    own = TicketDeadline.objects.get(subject=asked, obligation="supplement")
    assert "暂停" not in page
    assert f"{own.due_at.astimezone(make.SHANGHAI):%-m月%-d日}" in page


def test_confirming_right_there_rates_and_comes_back(town, member):
    ticket = make.confirming(town)
    page = shown(member)
    form = re.search(rf'(?s)<form[^>]*id="{ticket.number}-confirm".*?</form>', page)[0]
    assert re.findall(r'type="radio" name="overall" value="(\d)"', form) == ["5", "4", "3", "2", "1"]
    assert 'name="csrfmiddlewaretoken"' in form
    act = reverse("requests:verb", args=[ticket.number, "confirm"])
    answer = member.post(act, {"overall": "5", "next": HOME}, follow=True)
    assert answer.redirect_chain[-1][0] == HOME
    assert fresh(ticket).status == "revisiting"
    assert "现在没有要您做的" in answer.content.decode()


def test_disputing_right_there_sends_it_back(town, member):
    ticket = make.confirming(town)
    act = reverse("requests:verb", args=[ticket.number, "dispute"])
    answer = member.post(act, {"reason": "还在积水", "next": HOME}, follow=True)
    assert answer.redirect_chain[-1][0] == HOME
    assert fresh(ticket).status == "handling"


def test_every_field_has_an_id_of_its_own_when_several_wait(town, member):
    for _ in range(2):
        make.confirming(town)
    ids = re.findall(r'\bid="([^"]+)"', shown(member))
    assert len(ids) == len(set(ids))


# Parcels ------------------------------------------------------------------------------------------------------


def test_app_20_each_matter_shows_where_it_is_and_what_was_said_last(town, member):
    first = make.handling(town, title="消防车道")
    second = make.accepted(town, title="货车限行")
    flow.write(first, by=town.handler, text="沥青面层今天铺完", at=first.moved_at + timedelta(hours=4))
    flow.write(first, by=town.handler, text="内部：缺经费", audience="office", at=first.moved_at + timedelta(hours=5))
    page = text(shown(member))
    assert f"消防车道 接诉 研判 流转 办理 反馈 回访 住建局 {town.handler.name}在办" in page
    assert "沥青面层今天铺完" in page
    assert "缺经费" not in page
    assert "货车限行 企业服务中心在办" in page
    assert f"全部 {2} 件" in page
    assert second.number in shown(member)


def test_what_moved_last_comes_first(town, member):
    early = make.accepted(town, filed_at=make.moment("2026-11-02 09:00"), title="先提的")
    late = make.filed(town, filed_at=make.moment("2026-11-03 09:00"), title="后提的")
    flow.dispatch(
        early,
        by=town.triager,
        kind="coordination",
        complexity="ordinary",
        category=town.category,
        lead=town.housing,
        at=make.moment("2026-11-04 09:00"),
    )
    page = shown(member)
    assert page.index(early.number) < page.index(late.number)


def test_a_foreign_firms_matters_are_not_there(town, member):
    foreign = make.filed(town, by=town.other_member, enterprise=town.foreign_firm)
    assert foreign.number not in shown(member)


def test_a_firm_without_matters_is_shown_the_way_to_the_first(town, member):
    page = shown(member)
    assert "现在没有要您做的" in page
    assert "还没有提过诉求" in page
    assert reverse("requests:file") in page


def test_when_all_is_done_the_list_says_where_the_rest_is(town, member):
    make.closed(town)
    assert "没有在办的，办过的在“全部”里" in shown(member)


# Drafts, and whom to call -------------------------------------------------------------------------------------


def test_what_was_begun_is_listed_and_can_be_dropped(town, member):
    begun = draft(town, data={"description": "厂门口的路灯坏了三盏"})
    page = shown(member)
    assert page_of(begun.key) in page
    assert "厂门口的路灯坏了三盏" in page
    assert page_of(begun.key, "draft-drop") in page
    assert "不能恢复" in page


def test_an_emptied_draft_is_not_listed_but_one_with_files_is(town, member):
    begun = draft(town, data={"description": "", "title": ""})
    assert page_of(begun.key) not in shown(member)
    member.post(page_of(begun.key, "draft-upload"), {"file": photo()})
    assert page_of(begun.key) in shown(member)
    assert "1 个附件" in shown(member)


def test_a_draft_of_files_alone_has_no_name_yet(town, member):
    begun = draft(town)
    begun.data = {}  # the first thing that was done was taking a photograph
    begun.save()
    member.post(page_of(begun.key, "draft-upload"), {"file": photo()})
    assert page_of(begun.key) in shown(member)


def test_a_colleagues_draft_is_his_own(town):
    draft(town, data={"description": "我的草稿"})
    assert "我的草稿" not in shown(signed_in(member_of(town.firm)))


def test_app_8_one_named_person_to_call(town, member):
    page = text(shown(member))
    assert f"{town.steward.name} 服务管家" in page
    Stewardship.objects.filter(kind="steward").update(until=yesterday())
    assert f"{town.project_assistant.name} 助企员" in text(shown(member))
    Stewardship.objects.update(until=yesterday())
    assert f"{town.intake_clerk.name} 值班接诉员" in text(shown(member))
    Membership.objects.filter(role="intake_clerk").update(until=yesterday())
    assert "找人" not in text(shown(member))


# Several firms ------------------------------------------------------------------------------------------------


def test_a_person_of_several_firms_looks_at_one_and_switches(town):
    second = one_more_firm(town, "扶摇光电科技有限公司")
    client = signed_in(member_of(town.firm, second))
    mine, other = make.filed(town), make.filed(town, by=town.other_member, enterprise=town.foreign_firm)
    client.post(reverse("desk:firm-switch"), {"firm": town.firm.uscc})
    assert mine.number in shown(client)
    assert client.post(reverse("desk:firm-switch"), {"firm": second.uscc}).url == HOME
    assert mine.number not in shown(client)
    assert other.number not in shown(client)
    assert second.called in shown(client)


@pytest.mark.parametrize("code", ["", "²", "a\0b", "9" * 40, "foreign"])
def test_one_switches_only_to_ones_own(town, member, code):
    code = town.foreign_firm.uscc if code == "foreign" else code
    assert member.post(reverse("desk:firm-switch"), {"firm": code}).status_code == 404
    assert town.firm.called in shown(member)


def test_the_firm_looked_at_is_left_when_its_membership_ends(town):
    second = one_more_firm(town)
    user = member_of(town.firm, second)
    client = signed_in(user)
    client.post(reverse("desk:firm-switch"), {"firm": second.uscc})
    user_ties = second.members.filter(user=user)
    user_ties.update(until=yesterday())
    page = shown(client)
    assert second.called not in page
    assert town.firm.called in page


def test_one_firm_is_not_offered_for_choice(town, member):
    assert reverse("desk:firm-switch") not in shown(member)


# Who has no firm ----------------------------------------------------------------------------------------------


def test_who_left_is_told_so_with_what_he_can_do(town):
    page = shown(signed_in(town.former_member))
    assert "您现在不是任何企业的联系人" in page
    assert town.firm.name not in page


def test_when_the_last_membership_ends_the_next_click_shows_nothing_of_the_firm(town, member):
    make.filed(town)
    assert "在办" in shown(member)
    leave(town.enterprise_member)
    answer = member.get(HOME, follow=True)
    assert town.firm.called not in answer.content.decode()


@pytest.mark.parametrize("who", ["intake_clerk", "steward", "leader", "administrator"])
def test_officials_have_no_firms_home(town, who):
    assert signed_in(town.people[who]).get(HOME).status_code == 404


# Queries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_home_costs_the_same_whatever_there_is(town, member, django_assert_num_queries, rows):
    for _ in range(rows):
        make.confirming(town)
        make.incomplete(town)
        make.handling(town)
        draft(town)
    shown(member)
    with django_assert_num_queries(26):
        shown(member)
