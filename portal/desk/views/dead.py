"""Dead letters as an Excel file; here, because the outbox lies below the room that writes such files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.outbox import dead
from portal.people.doors import only_for
from portal.people.roles import Role
from portal.worktime import clock


@require_safe
@only_for(Role.ADMINISTRATOR)
def export(request: HttpRequest) -> HttpResponse:
    """What the page shows of one kind: matter, way, error and time, never the content (SEC-1)."""
    kind = request.GET.get("kind", "delivery")
    if kind not in dead.KINDS:
        raise Http404
    columns = [_("事项"), _("编号"), _("方式"), _("错误"), _("时间")]
    rows = (
        [row.message.kind, row.key, row.get_channel_display(), row.last_error, row.message.at]
        if kind == "delivery"
        else [row.kind, row.key, "", row.last_error, row.at]
        for row in dead.dead(kind).iterator(chunk_size=1000)
    )
    given = {"by": request.user, "at": clock.now(), "of": dead.KINDS[kind], "filters": {"kind": kind}}
    return workbook(_("没送到的消息"), columns, rows, **given)
