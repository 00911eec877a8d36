"""One visit: what is next, who comes for what on what basis, what happened."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.people.models import User
from portal.people.rights import rights_of
from portal.worktime import clock, words

from ...models import JointVisit, VisitRating
from ...models.agencies import READS_INSPECTIONS
from .. import stages
from ..beside import rectified_of, sections_of_visit, ways_on
from ..capacity import standing, verbs_of, why_not
from ..forms import AT_ONCE, FORMS
from ..history import history
from ..journey import due_of, journey
from ..papers import has_notice
from ..rows import checked, for_rows


def found(request: HttpRequest, number: str) -> JointVisit:
    """The visit as its reader may fetch it; 404 else. One that a plan only proposes has its place in the plan."""
    seen = JointVisit.objects.visible_to(request.user).exclude(status=stages.PROPOSED)
    return get_object_or_404(for_rows(seen), number=number.replace("\0", ""))


def reads_all(user: User, held: Any) -> bool:
    """Whether he reads it as an official of inspections does; the firm, and who looks after it, read what it was told.

    An inspector who is the firm's steward as well is here for his agency.
    """
    return "firm" not in held and (bool(held) or rights_of(user).has(*READS_INSPECTIONS[-2:]))


@require_safe
@login_required
def record(request: HttpRequest, number: str) -> HttpResponse:
    visit, now = found(request, number), clock.now()
    user: Any = request.user
    held = standing(visit, user)
    office = reads_all(user, held)
    verbs = verbs_of(visit, user, now)
    put_right = rectified_of([visit.pk]).get(visit.pk)
    context = {
        "now": now,
        "visit": visit,
        "own": "firm" in held,
        "office": office,
        "parts": _parts(visit, office),
        "checks": checked(visit, office=office),
        "line": journey(visit, now, put_right),
        "due": due_of(visit) if office else None,
        "says": says(visit, now, put_right, own="firm" in held),
        "blocked": why_not("begin", visit, user, now) if "taking_part" in held and "begin" not in verbs else "",
        "shows_code": "issue_code" in verbs,
        "ways": ways_on(visit, user),
        "arrival": getattr(visit, "arrival", None),
        "scans": _scans(visit) if office else None,
        "notice": has_notice(visit),
        "sections": sections_of_visit(visit, user),
        "history": history(visit, firm_side=not office, rated=_reads_rating(visit, user)),
        **_acts(visit, user, verbs),
    }
    if visit.status != stages.SCHEDULED:
        context["blocked"] = ""
    return render(request, "inspections/visit.html", context)


def _acts(visit: JointVisit, user: User, verbs: list[str]) -> dict[str, Any]:
    """Beginning is the filled button; what moves or ends the visit stands under “more”."""
    forms = {verb: FORMS[verb](visit=visit, user=user) for verb in FORMS if verb in verbs}
    first = forms.pop("begin", None)
    plain = [form for verb, form in forms.items() if verb == "name_people"]
    more = [form for verb, form in forms.items() if verb in ("put_off", "cancel")]
    return {"first": first, "plain": plain, "more": more, "at_once": AT_ONCE}


def _parts(visit: JointVisit, office: bool) -> list[dict[str, Any]]:
    """Who comes: for the firm by name once the visit has begun, before that by agency."""
    named = office or visit.begun_at is not None
    day = visit.day
    return [
        {
            "part": part,
            "people": [(one, one.valid_until < day) for one in part.inspectors.all()] if named else [],
        }
        for part in visit.parts.all()
    ]


def _reads_rating(visit: JointVisit, user: User) -> bool:
    """The firm and who oversees; an agency learns of no single rating (INS-8)."""
    return VisitRating.objects.visible_to(user).filter(visit=visit).exists()


def _scans(visit: JointVisit) -> dict[str, int]:
    """How often the codes were scanned, and how often of that by the firm's people."""
    rows = [scan.of_firm for code in visit.codes.prefetch_related("scans") for scan in code.scans.all()]
    return {"all": len(rows), "firm": sum(rows)}


def says(visit: JointVisit, now: Any, put_right: bool | None, *, own: bool) -> str:
    """Where it is, in a sentence."""
    day = words.day(visit.day)
    if visit.status == stages.SCHEDULED:
        today = words.local_day(now)
        if visit.day == today:
            return _("今天检查")
        return _("%(day)s检查") % {"day": day} if visit.day > today else _("检查日已过，还没有开始")
    if visit.status == stages.UNDER_WAY:
        return _("正在检查") if own else _("检查中，检查结束后补齐记录")
    if visit.status == stages.DONE:
        return _("检查结束，问题整改中") if put_right is False else _("检查结束")
    if visit.status == stages.MISSED:
        return _("%(day)s没有实施") % {"day": day}
    return visit.status_name
