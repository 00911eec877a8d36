"""SEC-3: no list, search or export shows a firm's person or his number in full; the record does, to whom calls."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from enterprises.joining import flow as joining
from enterprises.models import Enterprise, Member
from portal.people.models import User
from tests.requests import callers
from tests.requests import factories as make

CONTACT, NUMBERS = "欧阳玄机", ("13911112222", "139 1111 2222", "1391111 2222", "139-1111-2222")
LEGAL, COLLEAGUE = "白星野", "司马承祯"

LISTS = {
    "intake_clerk": ["/enterprises/", "/tickets/", "/queues/intake/", "/queues/followed/", "/registrations/"],
    "triager": ["/enterprises/", "/tickets/", "/queues/triage/"],
    "handler": ["/enterprises/", "/tickets/", "/queues/handling/", "/department/"],
    "revisitor": ["/enterprises/", "/tickets/", "/queues/revisit/"],
    "supervisor": ["/enterprises/", "/tickets/", "/registrations/"],
    "leader": ["/enterprises/", "/tickets/", "/leader/"],
    "congress_observer": ["/tickets/"],
    "data_officer": ["/enterprises/"],
}
SEARCHES = ["/search/?q=乌有", "/search/?q=雨污管网", "/enterprises/?q=乌有", "/tickets/?q=雨污管网"]
EXPORTS = ["/enterprises/export/?columns=all", "/tickets/export/?columns=all"]


@pytest.fixture
def town_with_a_secret(town):
    """One person is the contact of a matter at each status, a member of the firm, and asks to join another."""
    Enterprise.objects.filter(pk=town.firm.pk).update(legal_representative=LEGAL, phone=NUMBERS[0])
    user = User.objects.create_user("secret", None, name=COLLEAGUE, mobile=NUMBERS[0])
    Member.objects.create(enterprise=town.firm, user=user, since=make.LONG_AGO)
    for status in ("received", "triaging", "assigned", "handling", "revisiting"):
        make.AT[status](town, contact_name=CONTACT, contact_phone=NUMBERS[0])
    callers.confirming(town, contact_name=CONTACT, contact_phone=NUMBERS[0])
    joining.invite(town.firm, by=town.intake_clerk, mobile=NUMBERS[0])
    return town


def as_(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def leaks(text: str) -> list[str]:
    return [secret for secret in (CONTACT, LEGAL, COLLEAGUE, *NUMBERS) if secret in text]


def test_no_list_or_search_shows_a_firms_person_or_his_number(town_with_a_secret):
    found = {}
    for name, paths in LISTS.items():
        client = as_(town_with_a_secret.people[name])
        for path in (*paths, *SEARCHES):
            response = client.get(path)
            assert response.status_code in (200, 404), (name, path)
            if leaked := leaks(response.content.decode()):
                found[name, path] = leaked
    assert found == {}


def test_no_export_does_whatever_its_columns(town_with_a_secret):
    client = as_(town_with_a_secret.supervisor)
    for path in EXPORTS:
        book = load_workbook(BytesIO(client.get(path).content))
        cells = [str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value]
        assert len(cells) > 20, path
        assert leaks("\n".join(cells)) == [], path


def test_the_control_the_record_shows_the_number_to_whom_calls(town_with_a_secret):
    ticket = make.filed(town_with_a_secret, contact_name=CONTACT, contact_phone=NUMBERS[0])
    url = reverse("requests:ticket", args=[ticket.number])
    shown = as_(town_with_a_secret.intake_clerk).get(url).content.decode()
    assert CONTACT in shown
    assert NUMBERS[1] in shown
    assert leaks(as_(town_with_a_secret.leader).get(url).content.decode()) == [CONTACT], "the number stays masked"


def test_accounts_and_invitations_are_listed_with_masked_numbers(town_with_a_secret):
    accounts = as_(town_with_a_secret.administrator).get("/admin/users/?q=secret").content.decode()
    assert COLLEAGUE in accounts, "who keeps accounts must know whose they are"
    assert "139 **** 2222" in accounts
    invitations = as_(town_with_a_secret.intake_clerk).get(
        reverse("joining:invite", args=[town_with_a_secret.firm.uscc])
    )
    assert "139 **** 2222" in invitations.content.decode()
    for page in (accounts, invitations.content.decode()):
        assert not [number for number in NUMBERS if number in page]


def test_the_dead_letters_show_no_number(town_with_a_secret):
    from portal.outbox.delivery import deliver
    from portal.outbox.models import Delivery

    deliver()
    rows = Delivery.objects.filter(address=NUMBERS[0])
    assert rows.update(state="dead", last_error="HTTP 400") > 0
    page = as_(town_with_a_secret.administrator).get("/outbox/dead/").content.decode()
    assert "HTTP 400" in page
    assert leaks(page) == []
