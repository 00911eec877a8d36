"""More time in words: what is asked for, what a suspension waits for and until when (APP-10)."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.worktime.words import by_when, day
from requests.models import HandlingRequest


def what(request: HandlingRequest) -> str:
    """“延期到12月15日(周二)17:00 前”, “挂起（等企业），12月1日(周二)复核”."""
    if request.is_suspension:
        return _("挂起（%(cause)s），%(day)s复核") % {"cause": request.get_cause_display(), "day": day(request.until)}
    return _("延期到 %(due)s") % {"due": by_when(request.until)}


def asked_for(request: HandlingRequest) -> str:
    """“张三申请延期到…，理由：…”, for whoever decides."""
    given = {"name": request.asked_by.name, "what": what(request), "reason": request.reason}
    return _("%(name)s申请%(what)s。理由：%(reason)s") % given


def until_words(suspension: HandlingRequest) -> str:
    """“挂起（等企业），12月1日(周二)复核”, with the promise of what happens then."""
    return _("%(what)s，到时自动恢复办理。") % {"what": capfirst(what(suspension))}
