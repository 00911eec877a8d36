"""What a record must have before it is taken (INS-6). Each refusal names the field of the page that would mend it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from portal.people.refusal import Refused

from ..models import ChecklistItem, Need, Signature, VisitPart
from . import stages
from .words import UNSIGNED
from .written import Checked, Found, Record, Signed

MOST_FINDINGS = 20  # of one subject
MOST_DAYS = 120  # working days of a rectification


def demand_complete(record: Record, needs: Sequence[Need], part: VisitPart) -> None:
    """Raises Refused."""
    told = {checked.need: checked for checked in record.checks}
    if len(told) != len(record.checks) or set(told) - {need.pk for need in needs}:
        raise Refused(_("检查事项有变化，请刷新这一页再提交，填过的还在。"))
    for need in needs:
        if need.pk not in told:
            raise Refused(_("“%(subject)s”还没有填。") % {"subject": need.subject}, f"n{need.pk}")
        _demand_check(told[need.pk], need, part)
    _demand_signatures(record.signatures)


def _demand_check(checked: Checked, need: Need, part: VisitPart) -> None:
    points = {point.pk: point for point in need.subject.checklist.all() if _holds(point, part)}
    answered = {answer.item: answer for answer in checked.answers}
    if len(answered) != len(checked.answers) or set(answered) - set(points):
        raise Refused(_("检查清单有变化，请刷新这一页再提交，填过的还在。"), f"n{need.pk}")
    for point in _unanswered(points, set(answered)):
        named = {"subject": need.subject, "n": point.number}
        raise Refused(_("“%(subject)s”第 %(n)s 项还没有填。") % named, f"n{need.pk}-i{point.pk}")
    if not points and not checked.remarks.strip():
        raise Refused(_("请写“%(subject)s”的检查情况。") % {"subject": need.subject}, f"n{need.pk}-remarks")
    wrong = {answer.item for answer in checked.answers if answer.result == stages.PROBLEM}
    _demand_findings(checked, need, wrong)


def _holds(point: ChecklistItem, part: VisitPart) -> bool:
    """Points that are in the list, and those taken out of it since the visit began: a telephone may not know yet."""
    begun = part.visit.begun_at
    return point.ended_at is None or (begun is not None and point.ended_at > begun)


def _unanswered(points: dict[int, ChecklistItem], answered: set[int]) -> list[ChecklistItem]:
    """Where the list as it was is answered, points that came since are not asked for."""
    current = [point for point in points.values() if point.ended_at is None]
    as_it_was = any(points[key].ended_at is not None for key in answered)
    return [] if as_it_was else [point for point in current if point.pk not in answered]


def _demand_findings(checked: Checked, need: Need, wrong: set[int]) -> None:
    at_points = [found.item for found in checked.findings if found.item]
    if len(checked.findings) > MOST_FINDINGS:
        raise Refused(_("一个事项最多记 %(n)s 个问题。") % {"n": MOST_FINDINGS}, f"n{need.pk}")
    if sorted(at_points) != sorted(wrong):
        raise Refused(_("有问题的项和所记的问题对不上，请核对。"), f"n{need.pk}")
    for found in checked.findings:
        _demand_finding(found, need)


def _demand_finding(found: Found, need: Need) -> None:
    field = found.field(need.pk)
    if not found.text.strip():
        raise Refused(_("请写发现了什么问题。"), field)
    if found.severity not in stages.SEVERITIES:
        raise Refused(_("请选问题的轻重。"), field)
    if found.outcome not in stages.OUTCOMES:
        raise Refused(_("请选怎样处理这个问题。"), field)
    if found.outcome == stages.RECTIFY and not 1 <= found.days <= MOST_DAYS:
        raise Refused(_("整改期限写 1 到 %(n)s 个工作日。") % {"n": MOST_DAYS}, field)


def _demand_signatures(signatures: Sequence[Signed]) -> None:
    """Both sides; only the firm may refuse, and then the reason stands there."""
    by = {signed.whose: signed for signed in signatures}
    inspector, firm = by.get(Signature.Whose.INSPECTOR), by.get(Signature.Whose.FIRM)
    if len(by) != len(signatures) or set(by) - set(Signature.Whose.values):
        raise Refused(_("签名重复，请刷新这一页再签。"), "sign")
    if inspector is None or not inspector.image:
        raise Refused(str(UNSIGNED["inspector_unsigned"]), "sign-inspector")
    if firm is None or not (firm.image or firm.refused_for.strip()):
        raise Refused(str(UNSIGNED["firm_unsigned"]), "sign-firm")
    if firm.image and firm.refused_for.strip():
        raise Refused(str(UNSIGNED["signed_and_refused"]), "sign-firm-refused")
    if firm.image and not firm.name.strip():
        raise Refused(str(UNSIGNED["firm_unnamed"]), "sign-firm-name")
