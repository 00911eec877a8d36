"""Open311 GeoReport v2: what an outside client lists, reads and files, in JSON and XML.

Everybody reads matters whose firm agreed to it; who has a key also those that came in by it. Filing needs the key of a
line system. Open while the ticket is under way, closed when it is closed, rejected or withdrawn.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.authentication import TokenAuthentication, line_asking
from portal.api.idempotency import once
from portal.api.models import Scope
from portal.api.throttling import Throttle
from portal.api.tokens import bearer
from requests.forms.lodging import LodgingForm
from requests.models import Category, Ticket
from requests.models.ticket import Urgency
from requests.open311 import asking, words
from requests.open311.renderers import JSONRenderer, XMLRenderer

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# The form's fields as GeoReport calls them.
NAMES = {
    "contact_phone": "phone",
    "business_name": "attribute[business]",
    "enterprise": "attribute[business]",
    "files": "media",
}
CHANGESET = "2026-11-22T00:00:00+08:00"  # when the description below last changed


class KeyAuthentication(BaseAuthentication):
    """`api_key` in the form or the query is a line system's token, as GeoReport wants it."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        key = request.query_params.get("api_key") or (
            request.data.get("api_key") if request.method == "POST" and hasattr(request.data, "get") else ""
        )
        if not key:
            return None
        line = bearer(key)
        if line is None:
            raise PermissionDenied(_("api_key 不对，或者已经停用。"))
        return line.user, line


class GeoReport(APIView):
    """One resource; `root` is its element in XML."""

    authentication_classes = [KeyAuthentication, TokenAuthentication]
    permission_classes: ClassVar[list[Any]] = []
    throttle_classes = [Throttle]
    parser_classes = [FormParser, MultiPartParser]
    renderer_classes = [JSONRenderer, XMLRenderer]
    schema = None
    root: ClassVar[str]

    def get_exception_handler(self) -> Any:
        return as_errors

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:
        """The end of the address decides, whatever Accept says."""
        known = {renderer.format: renderer for renderer in self.get_renderers()}
        wanted = self.kwargs.get("format", "")
        if wanted not in known and not force:
            raise Http404
        chosen = known.get(wanted) or known["json"]
        return chosen, chosen.media_type

    def readable(self, request: Request) -> Any:
        line = line_asking(request)
        allowed = line if line and Scope.READ in line.scopes else None
        found = Ticket.objects.published(allowed).for_rows()
        return found.select_related("enterprise", "place__parent", "lead_department", "handler", "category")


def as_errors(error: Exception, context: Any) -> Response | None:
    """Errors as GeoReport has them: a list of code and description."""
    if isinstance(error, Http404):
        return told(404, _("没有这一项，或者它没有公开。"))
    if isinstance(error, RequestDataTooBig):  # who it is stands in the form, so that nobody is known before
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
        return told(413, _("文字连同照片一次不超过 %(most)s MB。") % {"most": most})
    if not isinstance(error, APIException):
        return None
    headers = {"Retry-After": str(max(int(error.wait), 1))} if getattr(error, "wait", None) else {}
    status = 403 if error.status_code == 401 else error.status_code
    return told(status, str(error.detail), headers=headers)


def told(status: int, *sentences: str, headers: dict[str, str] | None = None) -> Response:
    return Response([{"code": status, "description": said} for said in sentences], status=status, headers=headers)


class Discovery(GeoReport):
    root = "discovery"

    def get(self, request: Request, format: str) -> Response:
        endpoint = {
            "specification": SPECIFICATION,
            "url": request.build_absolute_uri(reverse("open311:services", args=["json"])).rsplit("/", 1)[0],
            "changeset": CHANGESET,
            "type": "test" if settings.DEMO else "production",
            "formats": ["text/xml", "application/json"],
        }
        said = {
            "changeset": CHANGESET,
            "contact": settings.DEFAULT_FROM_EMAIL,
            "key_service": _("api_key 由镇企业服务中心的系统管理员发给接入系统"),
            "endpoints": [endpoint],
        }
        return Response(said)


class Services(GeoReport):
    root = "services"

    def get(self, request: Request, format: str) -> Response:
        return Response(
            [
                {
                    "service_code": category.code,
                    "service_name": str(category),
                    "description": _("企业诉求：%(name)s。请留电话，中心会打给您。") % {"name": category},
                    "metadata": True,
                    "type": "realtime",
                    "keywords": ", ".join(category.words),
                    "group": _("企业诉求"),
                }
                for category in Category.objects.filter(active=True)
            ]
        )


class Service(GeoReport):
    root = "service_definition"

    def get(self, request: Request, code: str, format: str) -> Response:
        if not Category.objects.filter(active=True, code=code).exists():
            raise Http404
        yes_no = [{"key": "0", "name": pgettext("是非", "不同意")}, {"key": "1", "name": pgettext("是非", "同意")}]
        urgencies = [{"key": value, "name": str(label)} for value, label in Urgency.choices]
        attributes = [
            _attribute(1, "business", "string", _("企业名称或统一社会信用代码")),
            _attribute(2, "public", "singlevaluelist", _("同意公开（不含企业名称和联系方式）"), yes_no),
            _attribute(3, "urgency", "singlevaluelist", _("紧急程度"), urgencies),
            # Clients ask for what is required here; the argument `phone` of the specification does as well.
            _attribute(4, "phone", "string", _("联系电话，办理人要打给您；写在 phone 里也可以"), required=True),
        ]
        return Response({"service_code": code, "attributes": attributes})


def _attribute(
    order: int, code: str, datatype: str, said: str, values: Any = (), *, required: bool = False
) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": required,
        "datatype_description": None,
        "order": order,
        "description": said,
        "values": list(values),
    }


class Requests(GeoReport):
    root = "service_requests"

    def get(self, request: Request, format: str) -> Response:
        asked = request.query_params
        found = asking.paged(asking.narrowed(self.readable(request), asked), asked)
        others = Category.objects.filter(code=words.OTHER).first()
        return Response([words.shown(ticket, others) for ticket in found])

    @once
    def post(self, request: Request, format: str) -> Response:
        line = line_asking(request)
        if line is None or Scope.FILE not in line.scopes:
            raise PermissionDenied(_("提交要有 api_key，并且它有提交的权限。"))
        if request.data.get("service_code") not in Category.objects.filter(active=True).values_list("code", flat=True):
            return told(404, _("没有这个 service_code。"))
        uploads = MultiValueDict(
            {"files": request.FILES.getlist("media")}
        )  # not in the specification, but clients send it
        form = LodgingForm(asking.matter(request.data, line.name), uploads, user=request.user, line=line)
        ticket = form.lodge()
        if ticket is None:
            return told(400, *(f"{NAMES.get(name, name)}: {said}" for name, all in form.errors.items() for said in all))
        notice = _("已收到，等待受理。")
        return Response([{"service_request_id": ticket.number, "service_notice": notice, "account_id": None}])


class OneRequest(GeoReport):
    root = "service_requests"

    def get(self, request: Request, number: str, format: str) -> Response:
        ticket = self.readable(request).filter(number=number).first()
        if ticket is None:
            raise Http404
        return Response([words.shown(ticket, Category.objects.filter(code=words.OTHER).first())])


class Token(GeoReport):
    """Requests get their number at once, so that a token is the number itself."""

    root = "service_requests"

    def get(self, request: Request, number: str, format: str) -> Response:
        if not self.readable(request).filter(number=number).exists():
            raise Http404
        return Response([{"service_request_id": number, "token": number}])
