"""What long lists and trends keep for a moment, under the statement that counts it: nobody is told another's number."""

import hashlib

from django.db import connection

from requests.models.ticket import TicketQuerySet


def key_of(what: str, tickets: TicketQuerySet) -> str:
    """The cache's key of a number about these tickets; the statement has in it who asks and what he may see.

    Raises EmptyResultSet where there can be none.
    """
    town = connection.settings_dict["NAME"]  # two may share one Valkey
    statement = town + repr(tickets.order_by().values("pk").query.sql_with_params())
    return f"{what}.{hashlib.sha256(statement.encode()).hexdigest()}"
