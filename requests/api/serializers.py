"""Tickets as the API shows them: what their pages show to the same person, and no more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from enterprises.api import Named
from portal.people.masks import mask_phone
from portal.worktime.calendar import SHANGHAI, Calendar, calendar
from requests import stages
from requests.capacity import capacities, is_firm_side, verbs_with
from requests.models import Ticket, TicketDeadline
from requests.models.ticket import Channel, Complexity, Kind, Round, Urgency
from requests.rows import address
from requests.views.mine import due_of
from requests.views.ticket import CALLS_THE_FIRM

LIGHTS = ("green", "yellow", "red", "paused")


class FirmNamed(serializers.Serializer):
    uscc = serializers.CharField()
    name = serializers.CharField()


class DepartmentNamed(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(source="short_name")


class DueSerializer(serializers.Serializer):
    """The time limit that counts now; `light` is green, yellow, red or paused (DL-3)."""

    obligation = serializers.CharField()
    label = serializers.CharField()
    due_at = serializers.DateTimeField()
    light = serializers.ChoiceField(LIGHTS)


class TicketSerializer(serializers.Serializer):
    """A ticket as a row of a list."""

    number = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(list(stages.STATUSES))
    status_name = serializers.CharField()
    stage = serializers.ChoiceField(list(stages.STAGES))
    round = serializers.ChoiceField(Round.values)
    channel = serializers.ChoiceField(Channel.values)
    category = Named(allow_null=True)
    kind = serializers.ChoiceField(["", *Kind.values])
    complexity = serializers.ChoiceField(["", *Complexity.values])
    urgency = serializers.ChoiceField(Urgency.values)
    enterprise = FirmNamed(allow_null=True)
    business_name = serializers.CharField()
    lead_department = DepartmentNamed(allow_null=True)
    handler = serializers.SerializerMethodField()
    due = serializers.SerializerMethodField()
    next_due_at = serializers.SerializerMethodField()
    light = serializers.SerializerMethodField()
    remaining = serializers.SerializerMethodField()
    urges = serializers.IntegerField()
    filed_at = serializers.DateTimeField()
    moved_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()

    def to_representation(self, ticket: Ticket) -> dict[str, Any]:
        """The fields above, written out: a page has 25 rows, and their fields cost more than reading them."""
        category, firm, department = ticket.category, ticket.enterprise, ticket.lead_department
        deadline, now = self._deadline(ticket), self.context["now"]
        due = _due(deadline, now) if deadline else None
        return {
            "number": ticket.number,
            "title": ticket.title,
            "status": ticket.status,
            "status_name": str(ticket.status_name),
            "stage": ticket.stage,
            "round": ticket.round,
            "channel": ticket.channel,
            "category": {"code": category.code, "name": category.name} if category else None,
            "kind": ticket.kind,
            "complexity": ticket.complexity,
            "urgency": ticket.urgency,
            "enterprise": {"uscc": firm.uscc, "name": firm.name} if firm else None,
            "business_name": ticket.business_name,
            "lead_department": {"id": department.pk, "name": department.short_name} if department else None,
            "handler": self.get_handler(ticket),
            "due": due,
            "next_due_at": due["due_at"] if due else None,
            "light": due["light"] if due else None,
            "remaining": _left(deadline, now, self.context["calendar"]),
            "urges": ticket.urges,
            "filed_at": written(ticket.filed_at),
            "moved_at": written(ticket.moved_at),
            "closed_at": written(ticket.closed_at),
            "url": self.get_url(ticket),
        }

    def get_handler(self, ticket: Ticket) -> str:
        return ticket.handler.name if ticket.handler else ""

    def get_due(self, ticket: Ticket) -> DueSerializer(allow_null=True):  # type: ignore[valid-type]
        deadline = self._deadline(ticket)
        return _due(deadline, self.context["now"]) if deadline else None

    def get_next_due_at(self, ticket: Ticket) -> serializers.DateTimeField(allow_null=True):  # type: ignore[valid-type]
        """The due time of the limit that counts now; null once nothing is owed."""
        deadline = self._deadline(ticket)
        return written(deadline.due_at) if deadline else None

    def get_light(self, ticket: Ticket) -> serializers.ChoiceField(LIGHTS, allow_null=True):  # type: ignore[valid-type]
        """green, yellow, red or paused (DL-3)."""
        deadline = self._deadline(ticket)
        return deadline.light(self.context["now"]) if deadline else None

    def get_remaining(self, ticket: Ticket) -> serializers.IntegerField(allow_null=True):  # type: ignore[valid-type]
        """Working minutes until it is due, negative once it is past; null while it is paused."""
        return _left(self._deadline(ticket), self.context["now"], self.context["calendar"])

    def _deadline(self, ticket: Ticket) -> TicketDeadline | None:
        return due_of(ticket) if self.context["firm_side"] else ticket.deadline

    def get_url(self, ticket: Ticket) -> str:
        return address("tickets-api:ticket") % ticket.number


def _due(deadline: TicketDeadline, now: datetime) -> dict[str, Any]:
    return {
        "obligation": deadline.obligation,
        "label": deadline.label,
        "due_at": written(deadline.due_at),
        "light": deadline.light(now),
    }


def _left(deadline: TicketDeadline | None, now: datetime, known: Calendar) -> int | None:
    if deadline is None or deadline.is_paused:
        return None
    left = known.remaining(now, deadline.due_at)
    return -left.minutes if left.late else left.minutes


def written(at: datetime | None) -> str | None:
    """An instant as `DateTimeField` writes it: in the town's time."""
    return at.astimezone(SHANGHAI).isoformat() if at else None


# What a row of the list is made of: no more is read.
READ = (
    *("number", "title", "status", "round", "channel", "kind", "complexity", "urgency", "business_name", "urges"),
    *("filed_at", "moved_at", "closed_at", "dispatched_at", "confidential", "category_id", "category__code"),
    *("category__name", "enterprise_id", "enterprise__uscc", "enterprise__name", "lead_department_id"),
    *("lead_department__short_name", "handler_id", "handler__name"),
)


class ResponderSerializer(serializers.Serializer):
    """The one named person who follows it (APP-8)."""

    name = serializers.CharField()
    phone = serializers.CharField()


class VerbSerializer(serializers.Serializer):
    """An act that the asker may do now, and where to POST it."""

    verb = serializers.CharField()
    url = serializers.CharField()


class TicketDetailSerializer(TicketSerializer):
    """The whole ticket, with the acts that the asker may do now."""

    description = serializers.CharField()
    contact_name = serializers.CharField()
    contact_phone = serializers.SerializerMethodField()
    place = Named(allow_null=True)
    first_responder = ResponderSerializer(allow_null=True)
    public = serializers.BooleanField()
    proxy_for = serializers.CharField()
    hotline_number = serializers.CharField()
    outer_due_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    verbs = serializers.SerializerMethodField()

    to_representation = serializers.Serializer.to_representation

    def get_contact_phone(self, ticket: Ticket) -> str:
        whole = not self._held(ticket).isdisjoint(CALLS_THE_FIRM)
        return ticket.contact_phone if whole else mask_phone(ticket.contact_phone)

    def get_verbs(self, ticket: Ticket) -> VerbSerializer(many=True):  # type: ignore[valid-type]
        return [
            {"verb": verb, "url": reverse("tickets-api:verb", kwargs={"number": ticket.number, "verb": verb})}
            for verb in verbs_with(ticket, self._held(ticket), self.context["user"])
        ]

    def _held(self, ticket: Ticket) -> frozenset[str]:
        if "held" not in self.context:
            self.context["held"] = capacities(ticket, self.context["user"])
        held: frozenset[str] = self.context["held"]
        return held


def context(user: Any, now: datetime) -> dict[str, Any]:
    return {"user": user, "now": now, "calendar": calendar(), "firm_side": is_firm_side(user)}


class FileSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(source="file.name")
    size = serializers.IntegerField(source="file.size")
    content_type = serializers.CharField(source="file.content_type")
    audience = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, attachment: Any) -> str:
        number = self.context["number"]
        return reverse("tickets-api:attachment", kwargs={"number": number, "pk": attachment.pk})


class LineSerializer(serializers.Serializer):
    """One entry of the story, the newest first (APP-19): who, what, the words said, the files with them."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    what = serializers.CharField()
    who = serializers.CharField()
    unit = serializers.CharField()
    deputy_for = serializers.CharField(source="deputy")
    text = serializers.CharField()
    written_reply = serializers.CharField(source="written")
    small = serializers.CharField()
    internal = serializers.BooleanField()
    files = FileSerializer(many=True)


class ListItemSerializer(serializers.Serializer):
    """An item of the acceptance or the non-acceptance list (APP-6)."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    accepted = serializers.BooleanField()
    text = serializers.SerializerMethodField()
    go_to = serializers.CharField(source="instead")

    def get_text(self, item: Any) -> str:
        return str(item)


class CategorySerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.SerializerMethodField()

    def get_name(self, category: Any) -> str:
        return str(category)


class DepartmentSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.CharField()


class ChoiceSerializer(serializers.Serializer):
    """A code and its name, for fixed lists."""

    code = serializers.CharField()
    name = serializers.CharField()


def choices(pairs: Any) -> list[dict[str, str]]:
    return [{"code": code, "name": str(name)} for code, name in pairs]
