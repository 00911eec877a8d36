"""What may be read without an account: never the text of a matter, of its title only what names nobody.

The firm agrees to “公开（不含企业名称和联系方式）” (handbook SEC-3). The description is free text in which anything may
stand, so it is not published; of the title, names of the firm and the persons known to the ticket and all numbers are
taken out.
"""

from __future__ import annotations

import re
from typing import Any

from requests import stages
from requests.models import Category, Ticket
from requests.models.ticket import WORKS

OTHER = "other"  # the category of what has none yet
NUMBERS = re.compile(r"[\d０-９][\d０-９\s\-()（）]{4,}")
MAIL = re.compile(r"\S+@\S+")
GONE = "…"
VILLAGE = 3  # a carrier may have a single firm in it


def public_title(ticket: Ticket) -> str:
    title = NUMBERS.sub(GONE, MAIL.sub(GONE, ticket.title))
    for name in sorted(_names(ticket), key=len, reverse=True):
        title = re.sub(re.escape(name), GONE, title, flags=re.I)
    return title


def _names(ticket: Ticket) -> set[str]:
    firm = ticket.enterprise
    names = {ticket.contact_name, ticket.business_name, ticket.proxy_for}
    if firm is not None:
        names |= {firm.name, firm.short_name, firm.legal_representative, firm.uscc}
        names.add(re.sub(r"(股份)?(有限)?(责任)?公司$", "", firm.name))
    return {name.strip() for name in names if len(name.strip()) > 1}


def shown(ticket: Ticket, others: Category | None) -> dict[str, Any]:
    """A ticket as a GeoReport service request; needs `for_rows` and its place with the place above."""
    category = ticket.category or others
    place = ticket.place
    if place is not None and place.level > VILLAGE:
        place = place.parent
    work = next((d for d in ticket.open_deadlines if d.obligation in {"accept", *WORKS}), None)
    return {
        "service_request_id": ticket.number,
        "status": "closed" if ticket.status in stages.ENDED else "open",
        "status_notes": ticket.status_name,
        "service_name": str(category) if category else "",
        "service_code": category.code if category else OTHER,
        "description": public_title(ticket),
        "agency_responsible": ticket.lead_department.name if ticket.lead_department else None,
        "service_notice": None,
        "requested_datetime": ticket.filed_at.isoformat(timespec="seconds"),
        "updated_datetime": (ticket.closed_at or ticket.moved_at).isoformat(timespec="seconds"),
        "expected_datetime": work.due_at.isoformat(timespec="seconds") if work else None,
        "address": place.name if place else None,
        "address_id": place.code if place else None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
