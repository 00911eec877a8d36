"""Tickets through the API: the list, one ticket, a new one, its story, its files, and every verb of the loop.

The verbs' addresses, their fields and the sentences that refuse are those of the verbs' forms; who may do what is the
transition table, as for the buttons of the pages.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, Http404, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from portal import files
from portal.api.authentication import line_asking
from portal.api.forms import refused, serializer_of, typed
from portal.api.idempotency import once
from portal.api.models import Scope
from portal.api.pagination import Pages
from portal.api.problems import Problem
from portal.api.views import ApiView
from portal.worktime import clock
from requests import stages
from requests.api import serializers as shown
from requests.capacity import capacities
from requests.confiding import note_read, note_reads
from requests.filters import TicketFilter
from requests.forms.base import VerbForm
from requests.forms.lodging import LodgingForm
from requests.forms.verbs import FORMS
from requests.models import Attachment, Ticket
from requests.reading import tickets_of
from requests.story import Story
from requests.views.ticket import office

LodgingSerializer = serializer_of(LodgingForm, "MatterSerializer")


class TicketView(ApiView):
    """What all addresses below one ticket share."""

    pagination_class: Any = None
    serializer_class = shown.TicketDetailSerializer
    queryset = Ticket.objects.none()

    def ticket(self, number: str) -> Ticket:
        """The ticket if the asker may read it, else 404 (SEC-1)."""
        readable = Ticket.objects.visible_to(self.request.user).for_rows().select_related("place", "first_responder")
        found: Ticket = get_object_or_404(readable.prefetch_related("assignments__department"), number=number)
        note_read(found, self.request.user, "api")
        return found

    def shown(self, number: str) -> Response:
        ticket = self.ticket(number)
        said = self.serializer_class(ticket, context=shown.context(self.request.user, clock.now()))
        return Response(said.data)


class Asked(TicketFilter):
    """The list's filters, without a form to show."""

    SHOWN = ()


class TicketPages(Pages):
    def read(self, rows: QuerySet[Ticket]) -> list[Ticket]:
        return tickets_of(rows, shown.READ)


class Tickets(ApiView):
    serializer_class = shown.TicketSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = Asked
    pagination_class = TicketPages
    queryset = Ticket.objects.none()

    def get_queryset(self) -> QuerySet[Ticket]:
        return Ticket.objects.visible_to(self.request.user)

    @property
    def scope(self) -> str:  # type: ignore[override]
        return Scope.FILE if self.request.method == "POST" else Scope.READ

    @extend_schema(
        operation_id="tickets", summary=gettext_lazy("诉求清单"), responses=shown.TicketSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        note_reads(page or (), request.user, "api")
        context = shown.context(request.user, clock.now())
        return self.get_paginated_response(shown.TicketSerializer(page, many=True, context=context).data)

    @extend_schema(
        operation_id="ticket_create",
        summary=gettext_lazy("提交诉求"),
        filters=False,
        request={"application/json": LodgingSerializer, "multipart/form-data": LodgingSerializer},
        responses={201: shown.TicketDetailSerializer},
    )
    @once
    def post(self, request: Request) -> Response:
        fields, sent = typed(request, LodgingSerializer)
        form = LodgingForm(fields, sent, user=request.user, line=line_asking(request))
        ticket = form.lodge()
        if ticket is None:
            raise refused(form)
        context = shown.context(request.user, clock.now())
        told = shown.TicketDetailSerializer(Ticket.objects.for_rows().get(pk=ticket.pk), context=context).data
        return Response(told, status=201, headers={"Location": told["url"]})


class OneTicket(TicketView):
    @extend_schema(operation_id="ticket", summary=gettext_lazy("一件诉求"))
    def get(self, request: Request, number: str) -> Response:
        return self.shown(number)


class Timeline(TicketView):
    serializer_class = shown.LineSerializer

    @extend_schema(
        operation_id="ticket_timeline", summary=gettext_lazy("经过"), responses=shown.LineSerializer(many=True)
    )
    def get(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        story = Story(ticket, firm_side=not office(capacities(ticket, request.user)), reader=request.user)
        return Response(shown.LineSerializer(story.lines, many=True, context={"number": number}).data)


class UploadSerializer(serializers.Serializer):
    """One file, and what to say of it."""

    file = serializers.FileField()
    text = serializers.CharField(required=False, max_length=4000)


class Attachments(TicketView):
    serializer_class = shown.FileSerializer

    @property
    def scope(self) -> str:  # type: ignore[override]
        return Scope.ACT if self.request.method == "POST" else Scope.READ

    @extend_schema(
        operation_id="ticket_attachments", summary=gettext_lazy("附件"), responses=shown.FileSerializer(many=True)
    )
    def get(self, request: Request, number: str) -> Response:
        return Response(self.listed(self.ticket(number)).data)

    @extend_schema(
        operation_id="ticket_attach",
        summary=gettext_lazy("上传附件，随一条留言"),
        request={"multipart/form-data": UploadSerializer},
        responses={201: shown.FileSerializer(many=True)},
    )
    @once
    def post(self, request: Request, number: str) -> Response:
        """A file comes with words, as on the page: it is the verb `write`."""
        ticket = self.ticket(number)
        expect(ticket, "write", request.user)
        sent = UploadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        file, fields = sent.validated_data["file"], QueryDict(mutable=True)
        fields["text"] = sent.validated_data.get("text") or _("上传了 %(name)s") % {"name": file.name}
        act(ticket, "write", request.user, fields, MultiValueDict({"files": [file]}))
        return Response(self.listed(ticket).data, status=201)

    def listed(self, ticket: Ticket) -> shown.FileSerializer:
        attachments = Attachment.objects.visible_to(self.request.user).filter(ticket=ticket).select_related("file")
        return shown.FileSerializer(attachments, many=True, context={"number": ticket.number})


class OneAttachment(TicketView):
    @extend_schema(
        operation_id="ticket_attachment",
        summary=gettext_lazy("下载附件"),
        responses={(200, "*/*"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, number: str, pk: int) -> FileResponse:
        attachments = Attachment.objects.visible_to(request.user).select_related("file", "ticket")
        attachment = get_object_or_404(attachments, pk=pk, ticket__number=number)
        note_read(attachment.ticket, request.user, "file")
        return files.serve(attachment.file)


def expect(ticket: Ticket, verb: str, user: Any) -> None:
    """Raises 404 for what he never may do to this ticket, 409 where it has moved on."""
    if not stages.ever(verb, capacities(ticket, user)):
        raise Http404
    if verb not in stages.verbs_from(ticket.status):
        raise _moved_on(ticket)


def act(ticket: Ticket, verb: str, user: Any, fields: QueryDict, sent: MultiValueDict) -> None:
    """The verb through its form; what it refuses is a problem (422)."""
    form: VerbForm = FORMS[verb](fields, sent, ticket=ticket, user=user, now=clock.now())
    if not form.do():
        ticket.refresh_from_db(fields=["status"])
        raise refused(form) if verb in stages.verbs_from(ticket.status) else _moved_on(ticket)


def _moved_on(ticket: Ticket) -> Problem:
    sentence = _("这件诉求现在是“%(status)s”，不能再做这一步。") % {"status": ticket.status_name}
    return Problem(409, sentence, kind="moved-on")


class Act(TicketView):
    """One verb; each has its own class, made from its form."""

    verb: ClassVar[str]
    fields: ClassVar[type[serializers.Serializer]]
    scope = Scope.ACT

    @once
    def post(self, request: Request, number: str, verb: str) -> Response:
        ticket = self.ticket(number)
        expect(ticket, self.verb, request.user)
        act(ticket, self.verb, request.user, *typed(request, self.fields))
        return self.after(ticket)

    def after(self, ticket: Ticket) -> Response:
        """The ticket as it is now; nothing (204) where the act took it out of the asker's sight (SEC-2)."""
        if Ticket.objects.visible_to(self.request.user).filter(pk=ticket.pk).exists():
            return self.shown(ticket.number)
        return Response(status=204)


def view_of(verb: str) -> Any:
    form = FORMS[verb]
    fields = serializer_of(form, f"{form.__name__.removesuffix('Form')}Serializer")
    described = extend_schema(
        operation_id=f"ticket_{verb}",
        summary=form.name,
        description=form.sub or None,
        request={"application/json": fields, "multipart/form-data": fields},
        responses={200: shown.TicketDetailSerializer, 204: None},
    )
    made = type(f"Act{form.__name__}", (Act,), {"verb": verb, "fields": fields})
    return extend_schema_view(post=described)(made).as_view()
