"""The inbox is one's own; the dead letters are the administrator's, and show no content."""

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.outbox import unread_count
from portal.outbox.models import Delivery, Message
from portal.trail.models import Event

from .factories import AT, administrator, dead_delivery, greet, person, received, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = person(email="luyue@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def admin(client):
    user = administrator()
    client.force_login(user)
    return user


def page(client, name: str, **query) -> str:
    response = client.get(reverse(f"outbox:{name}"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_unread_ones_come_first_then_the_newest(client, user):
    received(user, 1, read_at=AT)
    received(user, 2, sent_at=AT - timedelta(days=3))
    received(user, 3, sent_at=AT - timedelta(days=2), read_at=AT)
    received(user, 4, sent_at=AT - timedelta(days=1))

    html = page(client, "inbox")
    places = [html.index(f"第 {no} 条") for no in (4, 2, 1, 3)]
    assert places == sorted(places)
    assert "2 条消息没看" in html
    assert unread_count(user) == 2


def test_an_empty_inbox_says_what_will_be_here(client, user):
    html = page(client, "inbox")
    assert "还没有消息" in html
    assert "全部标为已读" not in html


def test_opening_one_marks_it_and_leads_to_the_matter(client, user):
    item, other = received(user, 1), received(user, 2)
    response = client.get(reverse("outbox:open", args=[item.pk]))
    assert (response.status_code, response["Location"]) == (302, "/account/")
    item.refresh_from_db(), other.refresh_from_db()
    assert item.read_at is not None
    assert other.read_at is None


def test_when_it_was_first_read_stays(client, user):
    item = received(user, 1, read_at=AT)
    client.get(reverse("outbox:open", args=[item.pk]))
    item.refresh_from_db()
    assert item.read_at == AT


def test_all_can_be_marked_read_in_place(client, user):
    for no in range(3):
        received(user, no)
    html = client.post(reverse("outbox:read-all"), follow=True).content.decode()
    assert "3 条已标为已读" in html
    assert "消息都看过了" in html
    assert unread_count(user) == 0


def test_somebody_elses_message_is_not_there(client, user):
    foreign = received(person("gusheng"), 1)
    assert client.get(reverse("outbox:open", args=[foreign.pk])).status_code == 404
    client.post(reverse("outbox:read-all"))
    foreign.refresh_from_db()
    assert foreign.read_at is None
    assert "第 1 条" not in page(client, "inbox")


def test_mail_is_no_inbox_item(client, user):
    mail = dead_delivery(user)
    assert unread_count(user) == 0
    assert client.get(reverse("outbox:open", args=[mail.pk])).status_code == 404


@pytest.mark.parametrize("name", ["inbox", "dead"])
def test_strangers_are_asked_to_sign_in(client, name):
    response = client.get(reverse(f"outbox:{name}"))
    assert response.status_code == 302
    assert reverse("people:sign-in") in response["Location"]


@pytest.mark.parametrize("name", ["read-all", "channel"])
def test_reading_pages_change_nothing(client, user, name):
    assert client.get(reverse(f"outbox:{name}")).status_code == 405


def test_mail_can_be_declined_and_wanted_again(client, user):
    assert "消息也发到邮箱 luyue@example.com" in page(client, "inbox")
    client.post(reverse("outbox:channel"), {"channel": "email", "wanted": "0"})
    assert "消息不发邮件" in page(client, "inbox")
    client.post(reverse("outbox:channel"), {"channel": "email", "wanted": "1"})
    assert "消息也发到邮箱" in page(client, "inbox")


@pytest.mark.parametrize("channel", ["inbox", "pigeon", ""])
def test_no_other_channel_can_be_declined(client, user, channel):
    response = client.post(reverse("outbox:channel"), {"channel": channel, "wanted": "0"})
    assert response.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_for_every_length(client, user, count, django_assert_num_queries):
    for no in range(count):
        received(user, no)
    page(client, "inbox")  # the session notes its first use
    with django_assert_num_queries(INBOX_QUERIES):
        page(client, "inbox")


INBOX_QUERIES = 7


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_administrators_see_dead_letters(client, user, method):
    row = dead_delivery(user)
    assert client.get(reverse("outbox:dead")).status_code == 404
    for url in (
        reverse("outbox:retry", args=["delivery", row.pk]),
        reverse("outbox:give-up", args=["delivery", row.pk]),
        reverse("outbox:retry-all", args=["delivery"]),
    ):
        assert getattr(client, method)(url).status_code in {404, 405}
    row.refresh_from_db()
    assert row.state == "dead"


def test_the_list_shows_kind_key_and_error_but_no_content(client, admin):
    dead_delivery(person(), title="某公司的秘密", body="某公司的详情")
    html = page(client, "dead")
    assert "1 条没送到" in html
    assert "user.greeted" in html
    assert "greeting:1:email" in html
    assert "SMTPServerDisconnected" in html
    assert "秘密" not in html
    assert "详情" not in html


def test_messages_that_could_not_be_written_have_their_own_tab(client, admin, monkeypatch):
    register(monkeypatch)
    greet(person(), "broken:1")
    Message.objects.update(state="dead", last_error="KeyError (notices.py:7)")
    assert "KeyError (notices.py:7)" in page(client, "dead", kind="message")
    assert "消息都送到了" in page(client, "dead")


def test_retrying_queues_it_with_all_its_tries_and_leaves_an_event(client, admin):
    row = dead_delivery(person())
    response = client.post(reverse("outbox:retry", args=["delivery", row.pk]))
    assert response["Location"] == f"{reverse('outbox:dead')}?kind=delivery"
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("queued", 0, "")
    event = Event.objects.about(row).get()
    assert (event.kind, event.actor, event.data) == ("delivery.retried", admin, {"key": row.key})
    assert client.post(reverse("outbox:retry", args=["delivery", row.pk])).status_code == 404


def test_all_can_be_retried_at_once(client, admin):
    user = person()
    rows = [dead_delivery(user, f"k:{no}") for no in range(3)]
    html = client.post(reverse("outbox:retry-all", args=["delivery"]), follow=True).content.decode()
    assert "3 条已重新排队" in html
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued"}
    assert Event.objects.filter(kind="delivery.retried").count() == len(rows)


def test_giving_up_leaves_it_unsent_for_good(client, admin):
    row = dead_delivery(person())
    client.post(reverse("outbox:give-up", args=["delivery", row.pk]))
    row.refresh_from_db()
    assert row.state == "dropped"
    assert Event.objects.get().kind == "delivery.given_up"


def test_an_unknown_kind_is_not_there(client, admin):
    assert client.get(reverse("outbox:dead"), {"kind": "user"}).status_code == 404


def test_the_page_says_when_nothing_moves(client, admin, monkeypatch):
    register(monkeypatch)
    greet(person())
    assert "15 分钟以上" not in page(client, "dead")
    Message.objects.update(next_try_at=AT - timedelta(days=300))
    assert "另有 1 条等了 15 分钟以上" in page(client, "dead")


@pytest.mark.parametrize("count", [1, 3])
def test_the_dead_letters_cost_the_same_for_every_length(client, admin, count, django_assert_num_queries):
    user = person()
    for no in range(count):
        dead_delivery(user, f"k:{no}")
    page(client, "dead")
    with django_assert_num_queries(DEAD_QUERIES):
        page(client, "dead")


DEAD_QUERIES = 9
