"""The filing page before it is sent: whose it is, what it knows already, what it guesses while one writes."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Member, Stewardship
from portal.files.models import StoredFile
from portal.people.models import Membership
from portal.trail.models import Event
from requests.forms.filing import FilingForm
from requests.models import Draft, Ticket
from tests.firm.conftest import signed_in
from tests.firm.factories import (
    NEW,
    TEXT,
    begin,
    draft,
    key_in,
    leave,
    member_of,
    one_more_firm,
    page_of,
    send,
    typed,
    value_of,
    yesterday,
)
from tests.requests import factories as make
from tests.requests.factories import LONG_AGO, moment

pytestmark = pytest.mark.django_db

# Opening ------------------------------------------------------------------------------------------------------


def test_an_empty_page_knows_the_firm_and_the_contact(town, member):
    page = member.get(begin(member)).content.decode()
    assert value_of(page, "enterprise") == town.firm.uscc
    assert value_of(page, "contact_name") == town.enterprise_member.name
    assert value_of(page, "contact_phone") == town.enterprise_member.mobile
    assert "乌有精密" in page
    assert "138 **** 1000" in page
    assert '<select name="enterprise"' not in page
    assert town.steward.name in page  # whom to call instead
    assert not Draft.objects.exists()


def test_each_empty_page_has_a_key_of_its_own(town, member):
    assert key_in(begin(member)) != key_in(begin(member))


def test_the_newest_draft_opens_again_with_its_words(town, member):
    draft(town, data={"description": "旧的"})
    newest = draft(town, data={"description": "新的", "contact_phone": "0512-0000 1234", "urgency": "urgent"})
    address = begin(member)
    page = member.get(address).content.decode()
    assert key_in(address) == newest.key
    assert value_of(page, "description") == "新的"
    assert value_of(page, "contact_phone") == "0512-0000 1234"
    assert '<option value="urgent" selected>' in page


def test_another_matter_is_begun_beside_a_draft(town, member):
    begun = draft(town)
    assert key_in(begin(member, new="1")) != begun.key


def test_several_firms_are_chosen_from_and_the_one_looked_at_comes_first(town):
    second = one_more_firm(town)
    user = member_of(town.firm, second)
    client = signed_in(user)
    client.post(reverse("desk:firm-switch"), {"firm": second.uscc})
    page = client.get(begin(client)).content.decode()
    assert f'<option value="{second.uscc}" selected>' in page
    assert f'<option value="{town.firm.uscc}">' in page
    send(client, uuid.uuid4(), typed(town))
    assert Ticket.objects.get().enterprise == town.firm


def test_drafts_of_the_other_firm_are_not_opened(town):
    second = one_more_firm(town)
    user = member_of(town.firm, second)
    begun = draft(town, user=user)
    assert key_in(begin(signed_in(user), firm=second.uscc)) != begun.key
    assert key_in(begin(signed_in(user), firm=town.firm.uscc)) == begun.key


@pytest.mark.parametrize("code", ["foreign", "91320585MA0000000X", "²", "a\0b", "x" * 500])
def test_a_firm_one_does_not_serve_is_not_there(town, member, code):
    code = town.foreign_firm.uscc if code == "foreign" else code
    assert member.get(NEW, {"firm": code}).status_code == 404
    assert member.get(page_of(uuid.uuid4()), {"firm": code}).status_code == 404


# Memberships that end -----------------------------------------------------------------------------------------


def test_who_left_the_last_firm_is_told_so(town):
    client = signed_in(town.former_member)
    pages = [client.get(NEW), client.get(page_of(uuid.uuid4())), send(client, uuid.uuid4(), typed(town))]
    assert all("您现在不是任何企业的联系人" in page.content.decode() for page in pages)
    assert not Ticket.objects.exists()


def test_when_the_membership_ends_while_writing_nothing_is_filed(town, member):
    key = uuid.uuid4()
    member.get(page_of(key))
    leave(town.enterprise_member)
    assert send(member, key, typed(town)).status_code in (200, 302)
    assert not Ticket.objects.exists()


def test_a_draft_of_a_firm_one_has_left_asks_which_firm_instead_of_taking_another(town):
    second = one_more_firm(town)
    user = member_of(town.firm, second)
    client, begun = signed_in(user), draft(town, user=user)
    Member.objects.filter(user=user, enterprise=town.firm).update(until=yesterday())
    page = client.get(page_of(begun.key)).content.decode()
    assert value_of(page, "description") == TEXT
    assert '<option value="" selected>请选企业' in page
    answer = send(client, begun.key, typed(town))
    assert answer.status_code == 422
    assert "您已不是这家企业的联系人" in answer.content.decode()
    assert not Ticket.objects.exists()
    assert Draft.objects.get().data["description"] == TEXT


@pytest.mark.parametrize("who", ["intake_clerk", "triager", "leader", "administrator", "auditor"])
def test_officials_who_serve_no_firm_have_no_such_page(town, who):
    client = signed_in(town.people[who])
    assert [client.get(NEW).status_code, client.get(page_of(uuid.uuid4())).status_code] == [404, 404]
    assert send(client, uuid.uuid4(), typed(town)).status_code == 404


def test_strangers_sign_in_first(town, client):
    assert client.get(NEW).url.startswith(reverse("people:sign-in"))


# On behalf of a firm ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["steward", "project_assistant"])
def test_an_official_files_for_his_firm_and_both_identities_are_kept(town, who):
    client = signed_in(town.people[who])
    address = begin(client)
    page = client.get(address).content.decode()
    assert f"替{town.firm.called}提交" in page
    assert value_of(page, "contact_name") == town.enterprise_member.name  # the firm's contact, not the official
    assert value_of(page, "contact_phone") == town.enterprise_member.mobile
    send(client, key_in(address), typed(town))
    ticket, event = Ticket.objects.get(), Event.objects.get(kind="ticket.filed")
    assert (ticket.enterprise, ticket.filed_by, ticket.contact_name) == (town.firm, town.people[who], "周南")
    assert (event.actor, event.role) == (town.people[who], who)


def test_a_members_own_filing_names_no_office_even_if_he_is_a_steward_elsewhere(town, member):
    Stewardship.objects.create(enterprise=town.foreign_firm, user=town.enterprise_member, since=LONG_AGO)
    send(member, uuid.uuid4(), typed(town))
    assert Event.objects.get(kind="ticket.filed").role == ""


def test_a_steward_of_several_firms_says_for_which(town):
    second = one_more_firm(town)
    Stewardship.objects.create(enterprise=second, user=town.steward, since=LONG_AGO)
    client = signed_in(town.steward)
    page = client.get(NEW).content.decode()
    assert town.firm.name in page
    assert second.name in page
    assert f"替{second.called}提交" in client.get(begin(client, firm=second.uscc)).content.decode()


def test_a_steward_no_longer_files_when_his_stewardship_has_ended(town):
    client = signed_in(town.steward)
    Stewardship.objects.filter(user=town.steward).update(until=yesterday())
    assert client.get(NEW, {"firm": town.firm.uscc}).status_code == 404
    assert send(client, uuid.uuid4(), typed(town)).status_code == 404


def test_a_steward_no_longer_files_when_his_role_has_ended_and_nobody_has_handed_over(town):
    Membership.objects.filter(user=town.steward).update(until=yesterday())
    client = signed_in(town.steward)
    assert client.get(NEW, {"firm": town.firm.uscc}).status_code == 404
    page = send(client, uuid.uuid4(), typed(town))
    assert town.enterprise_member.mobile not in page.content.decode()
    assert not Ticket.objects.exists()


# What follows the typing --------------------------------------------------------------------------------------


def hint(client, town, **given) -> str:
    return client.post(page_of(uuid.uuid4(), "draft-hints"), typed(town, **given)).content.decode()


def chosen(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]*)" selected>', page)


def test_the_guesses_follow_the_text_and_can_be_changed(town, member):
    page = hint(member, town)
    assert chosen(page) == ["land-energy", "urgent"]
    assert "看起来是" in page
    assert "您写了“停机”" in page
    assert value_of(page, "guessed") == "land-energy:urgent"


def test_unsure_it_is_silent(town, member):
    page = hint(member, town, description="你们好，想问一件事")
    assert chosen(page) == ["", "ordinary"]
    assert "看起来是" not in page


def test_what_was_chosen_by_hand_is_not_guessed_again(town, member):
    page = hint(member, town, category="talent", urgency="urgent", guessed="land-energy:urgent", description="停水了吗")
    assert chosen(page) == ["talent", "urgent"]
    assert "看起来是" not in page


def test_only_what_was_not_touched_follows_the_text(town, member):
    page = hint(member, town, category="talent", urgency="urgent", guessed="land-energy:urgent", description="招工难")
    assert chosen(page) == ["talent", "ordinary"]


def test_a_matter_already_filed_is_found_while_writing(town, member):
    mine = make.filed(town, title="园区东路夜里停电", description="园区东路夜里停电三次。")
    make.filed(
        town,
        by=town.other_member,
        enterprise=town.foreign_firm,
        title="园区东路夜里又停电",
        description="园区东路夜里又停电，昨晚停了两次",
    )
    page = hint(member, town)
    assert re.findall(r'href="/tickets/([^/]+)/"', page) == [mine.number]
    assert "sx-due" in page  # with the time it has left


def test_an_ended_matter_is_no_reason_not_to_file(town, member):
    make.withdrawn(town, title="园区东路夜里停电", description="园区东路夜里停电三次。")
    assert "/tickets/" not in hint(member, town)


def test_a_foreign_firms_code_finds_nothing(town, member):
    make.filed(town, by=town.other_member, enterprise=town.foreign_firm, title="停电", description=TEXT)
    assert "/tickets/" not in hint(member, town, enterprise=town.foreign_firm.uscc)


def test_looking_keeps_nothing(town, member):
    hint(member, town)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("junk", ["停" * 30_000, "\0", "<b>", "²"])
def test_no_text_breaks_the_hints(town, member, junk):
    given = dict.fromkeys(typed(town), junk)
    answer = member.post(page_of(uuid.uuid4(), "draft-hints"), given)
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


@pytest.mark.parametrize(
    "now, urgency, said",
    [
        ("2026-11-23 15:20", "ordinary", "提交，30 分钟内有人联系您"),
        ("2026-11-23 15:20", "urgent", "提交，15 分钟内有人联系您"),
        ("2026-11-23 11:15", "ordinary", "提交，11月23日(周一)13:15 前有人联系您"),  # over the midday break
        ("2026-11-21 10:00", "ordinary", "提交，11月23日(周一)09:00 前有人联系您"),  # a Saturday
        ("2026-11-23 15:20", "nonsense", "提交，30 分钟内有人联系您"),
    ],
)
def test_sla_10_the_button_says_by_when_somebody_calls(town, now, urgency, said):
    form = FilingForm(initial=typed(town, urgency=urgency), user=town.enterprise_member)
    assert form.act(moment(now)) == said


# Queries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_whatever_there_is(town, member, django_assert_num_queries, rows):
    begun = draft(town)
    for n in range(rows):
        stored = StoredFile.objects.create(name=f"{n}.jpg", size=1, path=str(uuid.uuid4()))
        begun.attachments.create(file=stored)
        make.filed(town, description=TEXT)
    member.get(page_of(begun.key))
    with django_assert_num_queries(24):  # two find what is alike, one its clocks, one how long personal data is kept
        member.get(page_of(begun.key))
    with django_assert_num_queries(14):
        hint(member, town)


def test_filing_is_as_old_as_now(town, member):
    send(member, uuid.uuid4(), typed(town))
    assert timezone.now() - Ticket.objects.get().filed_at < timedelta(minutes=1)
