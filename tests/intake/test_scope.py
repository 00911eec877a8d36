"""受理范围: both lists, kept by the administrator, read by everybody (APP-6)."""

import pytest
from django.urls import reverse

from portal.people.models import User
from requests import flow
from requests.flow import scope
from requests.models import ListItem, Ticket
from tests.requests import factories as make


def codes(accepted=False):
    return list(ListItem.objects.filter(accepted=accepted, active=True).values_list("code", flat=True))


def test_app_6_a_new_item_stands_last_with_the_next_code(town):
    made = scope.add_item(by=town.administrator, accepted=False, text="  已由 检察机关办理 ", go_to="请向检察机关反映")
    assert (made.code, made.text) == ("N6", "已由 检察机关办理")
    assert codes() == ["N1", "N2", "N3", "N4", "N5", "N6"]


def test_app_6_unused_it_is_changed_in_place(town):
    made = scope.change_item(town.not_ours, by=town.administrator, text="已进入诉讼程序")
    assert (made.pk, made.code, made.text) == (town.not_ours.pk, "N1", "已进入诉讼程序")


def test_app_6_used_by_a_rejection_another_takes_its_place(town):
    ticket = make.rejected(town)
    said = town.not_ours.text
    made = scope.change_item(town.not_ours, by=town.administrator, text="已进入诉讼程序")
    old = ListItem.objects.get(pk=town.not_ours.pk)
    assert (old.text, old.active, old.replaced_by) == (said, False, made)
    assert codes() == ["N6", "N2", "N3", "N4", "N5"]
    assert make.fresh(ticket).rejected_item == old


def test_app_6_where_to_go_may_change_for_each_rejection_keeps_its_own(town):
    ticket = make.rejected(town)
    made = scope.change_item(town.not_ours, by=town.administrator, go_to="请向仲裁院反映")
    assert (made.pk, made.go_to) == (town.not_ours.pk, "请向仲裁院反映")
    assert make.fresh(ticket).end_reason == "向受理法院反映"


def test_app_6_retired_it_can_be_named_no_more(town, refusal, client):
    scope.retire_item(town.not_ours, by=town.administrator)
    assert "停用" in refusal(scope.change_item, town.not_ours, by=town.administrator, text="别的").sentence
    ticket = make.filed(town)
    item = ListItem.objects.get(pk=town.not_ours.pk)
    assert refusal(flow.reject, ticket, by=town.intake_clerk, item=item, go_to="法院").field == "item"
    assert town.not_ours.text not in client.get(reverse("requests:scope")).content.decode()


def test_app_6_the_last_item_of_refusals_stays(town, refusal):
    rest = ListItem.objects.filter(accepted=False).exclude(pk=town.not_ours.pk)
    for item in rest:
        scope.retire_item(item, by=town.administrator)
    assert "至少要有一项" in refusal(scope.retire_item, town.not_ours, by=town.administrator).sentence


@pytest.mark.parametrize("up, after", [(True, ["N2", "N1", "N3"]), (False, ["N1", "N3", "N2"])])
def test_app_6_the_order_is_the_administrators(town, up, after):
    scope.move_item(ListItem.objects.get(code="N2"), by=town.administrator, up=up)
    assert codes()[:3] == after
    scope.move_item(ListItem.objects.get(code=after[0]), by=town.administrator, up=True)
    assert codes()[:3] == after


def test_app_6_the_same_item_twice_is_refused(town, refusal):
    error = refusal(scope.add_item, by=town.administrator, accepted=False, text=town.not_ours.text)
    assert error.field == "text"


@pytest.mark.parametrize("who", ["intake_clerk", "supervisor", "leader", "enterprise_member"])
def test_app_6_nobody_else_keeps_them(town, refusal, who):
    assert "系统管理员" in refusal(scope.retire_item, town.not_ours, by=town.people[who]).sentence


def test_app_6_everybody_reads_both_in_his_language(town, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        page = client.get(reverse("requests:scope")).content.decode()
    assert town.ours.text in page
    assert town.not_ours.go_to in page
    scope.change_item(town.not_ours, by=town.administrator, go_to_en="Please turn to the court")
    english = client.get(reverse("requests:scope"), headers={"accept-language": "en"}).content.decode()
    assert "Please turn to the court" in english
    assert "Already before a court" in english


@pytest.mark.parametrize("reviewed", [False, True])
def test_app_6_an_english_firm_reads_in_english_where_to_go_unless_a_clerk_wrote_it(town, client, reviewed):
    own, written = make.rejected(town), make.rejected(town)
    Ticket.objects.filter(pk=own.pk).update(end_reason=town.not_ours.go_to)  # as where he wrote nothing
    User.objects.filter(pk=town.enterprise_member.pk).update(language="en")
    client.force_login(town.enterprise_member)
    for ticket, says in ((own, town.not_ours.go_to_en), (written, written.end_reason)):
        if reviewed:
            flow.ask_review(make.fresh(ticket), by=town.enterprise_member, reasons="没有立案")
        page = client.get(reverse("requests:ticket", args=[ticket.number])).content.decode()
        assert page.count(says) == 2, "beside the next act and in the story"


def test_app_6_the_administrator_changes_them_on_his_pages(town, client):
    client.force_login(town.administrator)
    add = reverse("requests:scope-add")
    assert client.post(add, {"text": ""}).status_code == 422
    client.post(add, {"text": "已经信访复核终结", "go_to": "请按信访复核意见办理"})
    made = ListItem.objects.get(code="N6")
    client.post(reverse("requests:scope-item", args=[made.pk]), {"text": "已经信访终结", "go_to": made.go_to})
    client.post(reverse("requests:scope-move", args=[made.pk]), {"up": "1"})
    assert codes()[-2:] == ["N6", "N5"]
    client.post(reverse("requests:scope-retire", args=[made.pk]))
    page = client.get(reverse("requests:scope-items")).content.decode()
    assert "已停用 1 项" in page
    assert "已经信访终结" in page
