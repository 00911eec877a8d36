"""A firm says while it files whether its matter may be published; silence means no.

What a clerk writes down for it: tests/queues/test_registration.py.
"""

from uuid import uuid4

import pytest
from django.urls import reverse

from requests.models import Draft, Ticket
from tests.api.factories import SAID


@pytest.mark.parametrize("said, published", [({"public": "on"}, True), ({}, False), ({"public": ""}, False)])
def test_the_filing_page_asks_and_silence_means_no(town, client, said, published):
    client.force_login(town.enterprise_member)
    url = reverse("requests:draft", args=[uuid4()])
    contact = {"contact_name": "钟离春", "contact_phone": "13800001111"}
    client.post(url, {"enterprise": town.firm.uscc, "description": SAID, **contact, **said})
    assert Ticket.objects.get().public is published


def test_a_draft_keeps_the_answer(town, client):
    client.force_login(town.enterprise_member)
    key = uuid4()
    client.post(
        reverse("requests:draft-save", args=[key]),
        {"enterprise": town.firm.uscc, "description": SAID, "public": "on"},
    )
    assert Draft.objects.get(key=key).data["public"] == "on"
    shown = client.get(reverse("requests:draft", args=[key])).context["form"]["public"]
    assert "checked" in str(shown)
