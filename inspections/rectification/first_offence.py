"""首违不罚 (INS-7): when a finding may be told and not punished, and the reason where it may not."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.worktime.words import local_day

from ..models import ChecklistItem, Finding, Warned
from ..recording import stages as findings
from . import points

YEARS = 2


def until(day: date) -> date:
    """The last day on which the same again is no first offence; 29 February's anniversary is the 28th."""
    try:
        return day.replace(year=day.year + YEARS)
    except ValueError:
        return day.replace(year=day.year + YEARS, day=28)


def since(day: date) -> date:
    """The first day that still counts."""
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:
        return day.replace(year=day.year - YEARS, day=28)


def root(item: ChecklistItem) -> ChecklistItem:
    """The first row of the point: one that was worded anew is another row of the same place (INS-6)."""
    same = ChecklistItem.objects.filter(subject=item.subject_id, number=item.number)
    return same.order_by("pk").first() or item


def why_not(finding: Finding, at: datetime) -> str | None:
    """None where the law allows it; the firm is locked, so that of two at once the second is not the first."""
    if finding.item is None or not finding.item.minor:
        return _("这一项不在首违不罚清单里，不能适用首违不罚。")
    if finding.severity != findings.MINOR:
        return _("问题不是“轻微”，不能适用首违不罚。")
    if not finding.remedied_on_the_spot:
        return _("当场没有改正，不能适用首违不罚，请责令限期整改。")
    if (former := earlier(finding, at)) is not None:
        return _("%(day)s已发现过同样的问题，两年内不是首次，不能适用首违不罚。") % {
            "day": f"{local_day(former):%Y-%m-%d}"
        }
    if points.level_before(finding, at) is points.Level.LOW:
        return _("企业今年的包容执法积分不足三分之一，不再适用首违不罚。")
    return None


def earlier(finding: Finding, at: datetime) -> datetime | None:
    """When the same point was last found wanting at the firm within two years; withdrawn findings never were."""
    assert finding.item is not None
    same = Q(item__subject=finding.item.subject_id, item__number=finding.item.number)
    found = Finding.objects.filter(same, enterprise=finding.enterprise_id).exclude(pk=finding.pk)
    first = since(local_day(at))
    lately = [one.at for one in found.exclude(status=findings.WITHDRAWN).order_by("-at") if local_day(one.at) >= first]
    warned = Warned.objects.filter(enterprise=finding.enterprise_id, item=root(finding.item), until__gte=local_day(at))
    return next(iter(lately), None) or warned.values_list("at", flat=True).first()
