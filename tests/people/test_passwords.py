"""Changing a password, and setting a new one by e-mail when it is forgotten."""

import re

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client

from portal.celery import app
from portal.outbox.models import Message
from portal.people.models import User
from portal.people.roles import Role
from portal.people.tasks import send_reset_links
from portal.people.views import REQUESTS
from portal.trail.models import Event
from tests.people.factories import PASSWORD, person

pytestmark = pytest.mark.django_db
NEW = "bamboo-ferry-1893"


@pytest.fixture
def user():
    return person(Role.TRIAGER, username="linqiao", name="林乔", email="lin@example.org", password=PASSWORD)


@pytest.fixture(autouse=True)
def _worker(settings):
    app.conf.task_always_eager = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    yield
    app.conf.task_always_eager = False


def change(client, old=PASSWORD, new=NEW, again=NEW):
    return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": again})


def errors(response) -> str:
    return " ".join(error for found in response.context["form"].errors.values() for error in found)


def test_a_change_ends_the_sessions_on_other_devices(client, user):
    elsewhere = Client()
    client.force_login(user)
    elsewhere.force_login(user)
    assert change(client)["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert User.objects.get(pk=user.pk).check_password(NEW)


@pytest.mark.parametrize(
    "asked, sentence",
    [
        ({"old": "wrong"}, "现在的密码不对。"),
        ({"again": "bamboo-ferry-1894"}, "两次输入的新密码不一样。"),
        ({"new": PASSWORD, "again": PASSWORD}, "新密码不能和现在的一样。"),
        ({"new": "a1b2c3", "again": "a1b2c3"}, "至少 10 个字符"),
        ({"new": "2718281828459", "again": "2718281828459"}, "不能全是数字"),
        ({"new": "password1234", "again": "password1234"}, "太常见"),
        ({"new": "linqiao-2026", "again": "linqiao-2026"}, "密码和用户名太像"),
    ],
)
def test_what_is_refused_is_said_in_chinese(client, user, asked, sentence):
    client.force_login(user)
    response = change(client, **asked)
    assert response.status_code == 200
    assert sentence in errors(response)
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_the_answer_does_not_tell_whether_the_address_is_known(client, user):
    known = client.post("/password/forgotten/", {"email": "lin@example.org"}, follow=True)
    unknown = client.post("/password/forgotten/", {"email": "nobody@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert without_tokens(known) == without_tokens(unknown)
    assert [message.to for message in mail.outbox] == [["lin@example.org"]]


def without_tokens(response) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def link() -> str:
    return re.search(r"http\S+(/password/set/\S+)", mail.outbox[-1].body)[1]


def test_the_mailed_link_sets_a_new_password_once_and_unlocks(client, user):
    AccessAttempt.objects.create(username="linqiao", ip_address="192.0.2.7", failures_since_start=9)
    other = Client()
    other.force_login(user)
    client.post("/password/forgotten/", {"email": "LIN@example.org"})
    assert "林乔" in mail.outbox[0].body
    form = client.get(link(), follow=True)
    response = client.post(form.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    assert response["Location"] == "/sign-in/?why=password"
    assert other.get("/account/").status_code == 302
    assert client.post("/sign-in/", {"username": "linqiao", "password": NEW}).status_code == 302
    used = Client().get(link(), follow=True)
    assert "链接已失效" in used.content.decode()


def test_the_mail_comes_in_the_persons_language_and_from_our_address(user, settings):
    settings.BASE_URL = "https://portal.example"
    User.objects.filter(pk=user.pk).update(language="en")
    send_reset_links("lin@example.org")
    assert "https://portal.example/password/set/" in mail.outbox[0].body


def test_a_host_header_does_not_get_into_the_link(client, user, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/password/forgotten/", {"email": "lin@example.org"}, HTTP_HOST="evil.example")
    assert "evil.example" not in mail.outbox[0].body


def test_a_mailbox_is_not_flooded(client, user):
    for _ in range(3):
        client.post("/password/forgotten/", {"email": "lin@example.org"})
    assert len(mail.outbox) == 1


def test_a_mail_that_does_not_get_through_is_tried_again(user, settings, monkeypatch):
    """The page promised it; nobody should have to ask twice because the mail server slept."""
    person(email="lin@example.org")
    send, failures = User.email_user, [ConnectionRefusedError(), TimeoutError()]

    def sent(self, *args):
        if self == user and failures:
            raise failures.pop()
        send(self, *args)

    monkeypatch.setattr(User, "email_user", sent)
    send_reset_links.delay("lin@example.org")
    assert len(mail.outbox) == 2, "one each: who got it at once gets it once"


def test_a_silent_mail_server_is_not_waited_for_long(settings):
    assert 0 < settings.EMAIL_TIMEOUT <= 30


def test_one_address_cannot_ask_without_end(client, user):
    for _ in range(REQUESTS):
        assert client.post("/password/forgotten/", {"email": "nobody@example.org"}).status_code == 302
    response = client.post("/password/forgotten/", {"email": "lin@example.org"})
    assert response.status_code == 429
    assert "请求太多" in response.content.decode()
    assert mail.outbox == []
    elsewhere = client.post("/password/forgotten/", {"email": "lin@example.org"}, REMOTE_ADDR="192.0.2.9")
    assert elsewhere.status_code == 302


def test_guessing_in_an_open_session_counts_as_at_sign_in(client, user):
    client.force_login(user)
    for _ in range(4):
        assert change(client, old="wrong").status_code == 200
    assert change(client, old="wrong").status_code == 429
    assert change(client).status_code == 429, "the right one does not help now"
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_a_change_is_in_the_trail_and_the_person_is_told(client, user):
    client.force_login(user)
    change(client)
    event = Event.objects.about(user).get()
    assert (event.kind, event.actor, event.audience) == ("user.password_changed", user, "closed")
    assert Message.objects.get().kind == "user.password_changed"


@pytest.mark.parametrize("meanwhile", ["a reset", "the end of the account"])
def test_a_change_does_not_undo_what_an_administrator_did_meanwhile(client, user, meanwhile, monkeypatch):
    """The old password is checked, then the administrator acts, then the new one would be stored."""
    client.force_login(user)

    def first(self):
        row = User.objects.get(pk=user.pk)
        if meanwhile == "a reset":
            row.set_password("reset-by-office-5")
            row.must_change_password = True
        else:
            row.is_active = False
        row.save()
        return self.cleaned_data

    monkeypatch.setattr("portal.people.forms.ChangePasswordForm.clean", first)
    response = change(client)
    assert "刚有变动" in errors(response)
    row = User.objects.get(pk=user.pk)
    assert row.check_password("reset-by-office-5" if meanwhile == "a reset" else PASSWORD)
    assert row.is_active == (meanwhile == "a reset")


def test_no_mail_to_those_who_left_or_have_no_address(user):
    person(email="")
    User.objects.filter(pk=user.pk).update(is_active=False)
    send_reset_links("lin@example.org")
    send_reset_links("")
    assert mail.outbox == []
