"""What happened to an entry, for those who may read it: the trail's events in words (APP-19)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.trail.models import Event
from requests.history import Happened

from ..models import Agency, Entry, EntryReview

SAID = {
    "whitelist.proposed": gettext_noop("推荐列入白名单"),
    "whitelist.renewal_begun": gettext_noop("推荐续期"),
    "whitelist.reviewed": gettext_noop("提出审查意见"),
    "whitelist.upheld": gettext_noop("答复异议，报审批"),
    "whitelist.dropped": gettext_noop("撤回推荐"),
    "whitelist.listed": gettext_noop("批准列入白名单"),
    "whitelist.refused": gettext_noop("不批准"),
    "whitelist.removed": gettext_noop("移出白名单"),
    "whitelist.appealed": gettext_noop("企业申诉"),
    "whitelist.restored": gettext_noop("申诉成立，恢复在册"),
    "whitelist.dismissed": gettext_noop("申诉不成立"),
    "whitelist.expired": gettext_noop("有效期到期"),
}


def history(entry: Entry, *, firm_side: bool) -> list[Happened]:
    """The latest first; the firm's people read what was told to them, without the names of officials."""
    events = Event.objects.about(entry).filter(kind__in=SAID)
    if firm_side:
        events = events.for_firm()
    ordered = list(events.select_related("actor", "principal").order_by("-at", "-pk"))
    agencies = _agencies(ordered)
    return [_told(event, agencies, firm_side) for event in ordered]


def _agencies(events: list[Event]) -> dict[int, str]:
    named = {(event.data or {}).get("agency") for event in events} - {None}
    found = Agency.objects.filter(pk__in=named).select_related("department") if named else ()
    return {agency.pk: str(agency) for agency in found}


def _told(event: Event, agencies: dict[int, str], firm_side: bool) -> Happened:
    data: dict[str, Any] = event.data or {}
    what = _(SAID[event.kind])
    if event.kind == "whitelist.reviewed":
        what = _("%(agency)s：%(says)s") % {
            "agency": agencies.get(data.get("agency", 0), ""),
            "says": EntryReview.Says(data["says"]).label,
        }
    return Happened(
        at=event.at,
        who=_("镇企业服务中心") if firm_side and event.role else event.who,
        what=what,
        deputy="" if firm_side or not event.principal else event.principal.name,
        n=None,
    )
