"""What may be kept and what may be published: a version is refused, with the place, where it is not sound (POL-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN
from enterprises.criteria.check import checked as checked_tree
from enterprises.models import Industry
from portal.people.refusal import Refused

from ..amounts.check import checked as checked_formula
from ..models import ClauseVersion, PolicyVersion, Way
from .content import CLAUSE, POLICY, Content, Element, fields

MOST_CLAUSES = 60
MOST_MATERIALS = 30
MOST_PUBLICITY = 60  # working days
FOREIGN = ("responsible", "reviewers")


class Unsound(Refused):
    """`clause` is the place of the clause among those given, from 0; None for the policy's own elements."""

    def __init__(self, sentence: str, field: str | None = None, clause: int | None = None) -> None:
        super().__init__(sentence, field)
        self.clause = clause


def demand_sound(content: Content) -> None:
    """Raises Unsound for the first thing that cannot be kept even in a draft."""
    _demand_elements(content.elements)
    if len(content.clauses) > MOST_CLAUSES:
        raise Unsound(_("一件政策最多 %(n)s 条。") % {"n": MOST_CLAUSES})
    for place, clause in enumerate(content.clauses):
        _demand_clause(clause, place)


def _demand_elements(said: Mapping[str, Any]) -> None:
    unknown = set(said) - set(POLICY)
    if unknown:
        raise KeyError(f"no elements of a policy: {sorted(unknown)}")
    _clean(PolicyVersion(**said), [], None)
    starts, ends = said.get("valid_from"), said.get("valid_to")
    if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
        raise Unsound(_("有效期的末日早于首日。"), "valid_to")
    codes = said.get("industries") or []
    known = set(Industry.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()
    if set(codes) - known:
        raise Unsound(_("没有这个行业代码：%(code)s") % {"code": min(set(codes) - known)}, "industries")


def _demand_clause(said: Mapping[str, Any], place: int) -> None:
    unknown = set(said) - set(CLAUSE) - {"number"}
    if unknown:
        raise KeyError(f"no elements of a clause: {sorted(unknown)}")
    own = {name: value for name, value in said.items() if name in CLAUSE and name not in FOREIGN}
    _clean(ClauseVersion(**own), ["tree", "formula", "materials"], place)
    if int(own.get("publicity_days", 0)) > MOST_PUBLICITY:
        raise Unsound(_("公示最多 %(n)s 个工作日。") % {"n": MOST_PUBLICITY}, "publicity_days", place)
    if own.get("tree") is not None:
        node, faults = checked_tree(own["tree"])
        if node is None or faults:
            raise Unsound(_("条件：%(fault)s") % {"fault": faults[0]}, "tree", place)
    if own.get("formula") is not None:
        formula, wrong = checked_formula(own["formula"])
        if formula is None or wrong:
            raise Unsound(_("金额：%(fault)s") % {"fault": wrong[0]}, "formula", place)
    _demand_materials(own.get("materials") or [], place)


def _demand_materials(materials: Any, place: int) -> None:
    if not isinstance(materials, list) or len(materials) > MOST_MATERIALS:
        raise Unsound(_("申报材料最多 %(n)s 项。") % {"n": MOST_MATERIALS}, "materials", place)
    for one in materials:
        name = one.get("name") if isinstance(one, dict) else None
        if not isinstance(name, str) or not 0 < len(name.strip()) <= 80:
            raise Unsound(_("每项材料要有名称，最多 80 字。"), "materials", place)
        if one.get("attribute") and one["attribute"] not in TOWN:
            raise Unsound(_("材料“%(name)s”对应的指标不存在。") % {"name": name}, "materials", place)


def _clean(row: PolicyVersion | ClauseVersion, leave: list[str], place: int | None) -> None:
    """Lengths, choices and what is required, as the model says."""
    of_clause = place is not None
    known = {one.name: one for one in fields() if one.of_clause == of_clause}
    others = [one.name for one in row._meta.fields if one.name not in known]
    for name, element in known.items():
        value = getattr(row, name, None) if name not in FOREIGN else None
        if isinstance(value, str) and "\0" in value:
            raise _fault(element, _("有不能保存的字符"), place)
    try:
        row.clean_fields(exclude=[*others, *leave, *FOREIGN])
    except ValidationError as error:
        name = next(name for name in known if name in error.message_dict)
        raise _fault(known[name], error.message_dict[name][0], place) from error


def _fault(element: Element, sentence: str, place: int | None) -> Unsound:
    return Unsound(_("%(label)s：%(sentence)s") % {"label": element.label, "sentence": sentence}, element.name, place)


def demand_complete(version: PolicyVersion, today: date) -> None:
    """Raises Unsound where a version may be kept as a draft but not published."""
    clauses = list(version.clauses.select_related("clause").prefetch_related("reviewers"))
    if not clauses:
        raise Unsound(_("还没有条款，至少写一条。"))
    if version.valid_to is not None and version.valid_to < today:
        raise Unsound(_("有效期已经过了。"), "valid_to")
    if version.valid_to is not None and version.effective_on > version.valid_to:
        raise Unsound(_("生效日期晚于有效期的末日。"), "effective_on")
    for place, clause in enumerate(clauses):
        if clause.way == Way.ELSEWHERE and not (clause.claim_url or version.office):
            sentence = _("第 %(number)s 条向上级平台申报，请写上级申报网址，或在政策里写办理地点。")
            raise Unsound(sentence % {"number": clause.clause.number}, "claim_url", place)
        if clause.way == Way.CLAIM_FREE and clause.tree is None:
            sentence = _("第 %(number)s 条免申即享，要有能自动判断的条件。")
            raise Unsound(sentence % {"number": clause.clause.number}, "tree", place)
        if clause.way == Way.BY_DATA and clause.tree is None:
            sentence = _("第 %(number)s 条按数据核校，要有能自动判断的条件。")
            raise Unsound(sentence % {"number": clause.clause.number}, "tree", place)
