"""One's own account: how one is reached, one's roles, who stands in for whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.outbox.models import Message
from portal.people.models import User
from portal.people.roles import Role
from portal.trail.models import Event
from tests.people.factories import PASSWORD, department, hold, person, stand_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = person(username="lin", name="林乔", mobile="13800000021", email="lin@example.org", password=PASSWORD)
    client.force_login(user)
    return user


def save(client, **fields):
    as_it_is = {
        "mobile": "13800000021",
        "email": "lin@example.org",
        "phone": "",
        "language": "zh-hans",
        "theme": "auto",
    }
    return client.post("/account/", as_it_is | fields)


def test_colours_and_language_change_without_a_password(client, user):
    assert save(client, theme="dark", language="en", phone="0512-0000 2210").status_code == 302
    user.refresh_from_db()
    assert (user.theme, user.language, user.phone) == ("dark", "en", "0512-0000 2210")


@pytest.mark.parametrize("fields", [{"mobile": "13800000022"}, {"email": "new@example.org"}, {"mobile": ""}])
def test_how_one_signs_in_or_resets_changes_only_with_the_password(client, user, fields):
    assert "password" in save(client, **fields).context["form"].errors
    assert "password" in save(client, **fields, password="wrong").context["form"].errors
    user.refresh_from_db()
    assert (user.mobile, user.email) == ("13800000021", "lin@example.org")
    assert save(client, **fields, password=PASSWORD).status_code == 302


def test_a_new_way_to_be_reached_is_in_the_trail_and_the_person_is_told(client, user):
    save(client, theme="dark")
    assert not Event.objects.exists()
    save(client, mobile="13800000022", theme="dark", password=PASSWORD)
    event = Event.objects.about(user).get()
    assert (event.kind, event.actor, event.data) == ("user.contact_changed", user, {"fields": ["mobile"]})
    assert Message.objects.get().kind == "user.contact_changed"


def test_wrong_passwords_here_count_as_at_sign_in(client, user):
    for _ in range(4):
        assert save(client, mobile="", password="wrong").status_code == 200
    assert save(client, mobile="", password="wrong").status_code == 429
    assert save(client, mobile="", password=PASSWORD).status_code == 429


def test_saving_writes_nothing_but_what_was_changed(client, user, monkeypatch):
    """A row written whole would bring back an old password or a deactivated account."""

    def meanwhile(self):
        User.objects.filter(pk=user.pk).update(name="林乔（借调）", must_change_password=True)
        return self.cleaned_data["mobile"]

    monkeypatch.setattr("portal.people.forms.ProfileForm.clean_mobile", meanwhile)
    assert save(client, theme="dark").status_code == 302
    user.refresh_from_db()
    assert (user.name, user.must_change_password, user.theme) == ("林乔（借调）", True, "dark")


def test_the_same_number_written_differently_is_no_change(client, user):
    assert save(client, mobile="138 0000 0021").status_code == 302


@pytest.mark.parametrize("mobile, sentence", [("13800000033", "另一个账号"), ("call me", "只写数字")])
def test_what_is_wrong_with_a_number_is_said(client, user, mobile, sentence):
    person(mobile="13800000033")
    response = save(client, mobile=mobile, password=PASSWORD)
    assert sentence in "".join(response.context["form"].errors["mobile"])


def test_nobody_renames_or_promotes_himself(client, user):
    save(client, name="镇长", username="mayor", is_active="", position="镇长", must_change_password="on")
    user.refresh_from_db()
    assert (user.name, user.username, user.position) == ("林乔", "lin", "")


def test_a_refused_form_does_not_change_who_is_shown(client, user):
    response = save(client, theme="dark", mobile="call me", password=PASSWORD)
    assert response.context["user"].theme == "auto"


def test_roles_and_deputies_are_listed_with_their_time(client, user, at):
    now, unit = timezone.now(), department("住建办")
    hold(user, Role.HANDLER, at=unit, since=at("2025-03-01"), until=now + timedelta(days=400))
    hold(user, Role.TRIAGER, since=at("2020-01-01"), until=at("2021-01-01"))
    stand_in(person(name="周南"), user, now, now + timedelta(days=3))
    stand_in(user, person(Role.SUPERVISOR, name="陆清和"), now, now + timedelta(days=3))
    page = client.get("/account/").content.decode()
    assert "2025-03-01 至" in page
    assert "住建办" in page
    assert "研判员" not in page
    assert "周南 代我" in page
    assert "我代 陆清和" in page


def test_strangers_are_asked_to_sign_in(client):
    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"


def test_rows_do_not_add_queries(client, user, django_assert_num_queries):
    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            client.get("/account/")
        return len(captured)

    now = timezone.now()
    hold(user, Role.HANDLER)
    stand_in(user, person(Role.TRIAGER), now, now + timedelta(days=3))
    client.get("/account/")
    few = queries()
    for _ in range(3):
        hold(user, Role.HANDLER)
        stand_in(user, person(Role.TRIAGER), now, now + timedelta(days=3))
    client.get("/account/")
    assert queries() == few
    assert User.objects.get(pk=user.pk).memberships.count() == 4
