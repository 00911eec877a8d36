"""The firm learns that its printed codes are dead."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import Letter, notice

from ..models import Enterprise, Member


@notice("enterprise.code_renewed", subject=Enterprise)
def code_renewed(firm: Enterprise, params: Mapping[str, Any]) -> list[Letter]:
    title = _("%(firm)s 的企业码已更换") % {"firm": firm.called}
    body = _("以前印出来的企业码从现在起打不开了，请换上新的。")
    url = reverse("enterprises:code", args=[firm.uscc])
    people = Member.objects.current().filter(enterprise=firm, user__is_active=True).exclude(user=params.get("by"))
    return [Letter(to=member.user, title=title, body=body, url=url) for member in people.select_related("user")]
