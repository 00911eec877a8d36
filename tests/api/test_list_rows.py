"""A row of the API's list is written out by hand: it has what its description and the ticket itself say."""

import pytest

from requests.api.serializers import TicketSerializer
from tests.requests import factories as make

LIST = "/api/v1/tickets/"


@pytest.mark.parametrize("stand", [make.filed, make.handling, make.closed])
@pytest.mark.parametrize("who", ["enterprise_member", "supervisor"])
def test_a_row_says_what_the_ticket_says(town, as_, who, stand):
    ticket = stand(town)
    client = as_(getattr(town, who))
    row = client.get(LIST).json()["results"][0]
    whole = client.get(f"{LIST}{ticket.number}/").json()
    assert list(row) == list(TicketSerializer().fields)
    assert row == {name: whole[name] for name in row}
