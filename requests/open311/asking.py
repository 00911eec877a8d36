"""What a client asks for: which requests, or which matter it brings. ParseError (400) for what makes no sense."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError

from portal.worktime import clock
from portal.worktime.calendar import SHANGHAI
from requests import stages
from requests.models.ticket import TicketQuerySet

SPAN = timedelta(days=90)
MOST = 1000  # requests in one answer
LISTED = 100  # ids or codes in one question
ATTRIBUTES = ("business", "public", "urgency", "phone")


def narrowed(tickets: TicketQuerySet, asked: Mapping[str, str]) -> TicketQuerySet:
    """By id, which overrides all else, or by service, status and a span of at most 90 days; the newest first."""
    numbers = _several(asked, "service_request_id")
    if numbers:
        return tickets.filter(number__in=numbers).order_by("-filed_at", "-pk")
    start, end = _span(asked)
    found = tickets.filter(filed_at__gte=start, filed_at__lte=end).order_by("-filed_at", "-pk")
    codes = _several(asked, "service_code")
    if codes:
        found = found.filter(category__code__in=codes)
    statuses = set(_several(asked, "status"))
    if statuses - {"open", "closed"}:
        raise ParseError(_("status 只能是 open 或 closed。"))
    if len(statuses) == 1:
        found = found.filter(status__in=stages.OPEN if statuses == {"open"} else stages.ENDED)
    return found


def paged(tickets: TicketQuerySet, asked: Mapping[str, str]) -> TicketQuerySet:
    size = _number(asked, "page_size", MOST, MOST)
    start = (_number(asked, "page", 1, 1000) - 1) * size
    return tickets[start : start + size]


def _several(asked: Mapping[str, str], name: str) -> list[str]:
    values = [value.strip() for value in asked.get(name, "").split(",") if value.strip()]
    if len(values) > LISTED or any("\0" in value for value in values):
        raise ParseError(_("%(name)s 一次最多 %(most)s 个。") % {"name": name, "most": LISTED})
    return values


def _number(asked: Mapping[str, str], name: str, default: int, most: int) -> int:
    given = asked.get(name, "")
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 6 and 1 <= int(given) <= most):
        raise ParseError(_("%(name)s 是 1 到 %(most)s 的整数。") % {"name": name, "most": most})
    return int(given)


def _span(asked: Mapping[str, str]) -> tuple[datetime, datetime]:
    start, end = _moment(asked, "start_date"), _moment(asked, "end_date")
    if start and end and end - start > SPAN:
        raise ParseError(_("start_date 和 end_date 最多相隔 90 天。"))
    if end is None:
        end = start + SPAN if start else clock.now()
    return start or end - SPAN, end


def _moment(asked: Mapping[str, str], name: str) -> datetime | None:
    given = asked.get(name, "").replace(" ", "+")  # a plus sign that the client did not escape
    if not given:
        return None
    try:
        day = parse_date(given)
        found = datetime.combine(day, datetime.min.time()) if day else parse_datetime(given)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year < 2100:
        raise ParseError(_("%(name)s 要写成 2026-11-22T08:00:00Z 这样。") % {"name": name})
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


# A matter ------------------------------------------------------------------------------------------------------


def matter(sent: Mapping[str, str], line_name: str) -> QueryDict:
    """The POST's arguments as the fields of `LodgingForm`; what has no field there is written under the description."""
    attributes = {code: sent.get(f"attribute[{code}]", "").strip() for code in ATTRIBUTES}
    where = _place(sent)
    said = [sent.get("description", "").strip()]
    said += [f"{label}：{value}" for label, value in (*where, *_extras(sent)) if value]
    fields = QueryDict(mutable=True)
    firm = attributes["business"] or sent.get("account_id", "").strip()
    coded = len(firm) == 18 and firm.isascii() and firm.isalnum()
    person = f"{sent.get('last_name', '').strip()}{sent.get('first_name', '').strip()}"
    fields.update(
        {
            "enterprise": firm.upper() if coded else "",
            "business_name": "" if coded else firm or _("未写明企业"),
            "contact_name": person or line_name,
            "contact_phone": sent.get("phone", "").strip() or attributes["phone"],
            "description": "\n".join(said) if said[0] else "",
            "category": sent.get("service_code", ""),
            "urgency": attributes["urgency"],
        }
    )
    if attributes["public"].lower() in ("1", "true", "yes"):
        fields["public"] = "1"
    return fields


def _place(sent: Mapping[str, str]) -> list[tuple[str, str]]:
    """GeoReport wants one of the three, some clients write `address`; ours are words, there are no coordinates."""
    lat, long = sent.get("lat", "").strip(), sent.get("long", "").strip()
    words = (sent.get(name, "").strip() for name in ("address_string", "address", "address_id"))
    address = next(filter(None, words), "")
    if not address and not (lat and long):
        raise ParseError(_("请写 address_string，或 lat 和 long，或 address_id。"))
    if lat or long:
        try:
            fits = abs(float(lat)) <= 90 and abs(float(long)) <= 180
        except ValueError:
            fits = False
        if not fits:
            raise ParseError(_("lat 和 long 是 WGS-84 的度数。"))
    return [(_("地点"), address), (_("坐标"), f"{lat}, {long}" if lat else "")]


def _extras(sent: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(_("邮箱"), sent.get("email", "").strip()), (_("图片"), sent.get("media_url", "").strip())]
