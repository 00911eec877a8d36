"""The policy that a ticket asks about: on the ticket's page, and at triage with the department that answers for it."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests.about import About, register
from requests.models import Ticket

from ..models import PolicyQuestion


@register
def policy_of(ticket: Ticket, reader: Any) -> Iterator[About]:
    """One query; a policy that was in force once can be read by everybody (POL-11)."""
    rows = PolicyQuestion.objects.filter(ticket=ticket, policy__current__isnull=False)
    for one in rows.select_related("policy__current", "policy__department", "clause__current"):
        title = _("《%(title)s》") % {"title": one.policy}
        if one.clause is not None and one.clause.current is not None:
            title += one.clause.current.title
        url = one.policy.get_absolute_url() + (f"#clause-{one.clause.number}" if one.clause else "")
        yield About(_("问的政策"), title, url, one.policy.department)
