"""How the pages on time limits say a rule, a rung and what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from portal.deadlines.models import LadderRung, RuleKind, SlaRule
from portal.deadlines.obligations import Obligation, ObligorKind
from portal.trail.models import Event
from portal.worktime import words
from portal.worktime.limits import Limit, LimitKind
from requests.models.ticket import Complexity, Kind, Urgency

TOLD = {
    "handler": gettext_lazy("承办人"),
    "department_head": gettext_lazy("部门主要负责人"),
    "supervisor": gettext_lazy("中心督查员"),
    "leader_in_charge": gettext_lazy("分管镇领导"),
    "leader": gettext_lazy("镇领导"),
    "board": gettext_lazy("督效屏"),
    "agenda": gettext_lazy("督查例会议程"),
    "clerk": gettext_lazy("经办的中心人员"),
    "enterprise": gettext_lazy("企业"),
    "visitor": gettext_lazy("走访人"),
    "inspector": gettext_lazy("执法人员"),
}
OF_FIRMS = ("confirm", "supplement")  # a firm is not hurried because its matter is urgent
SAYS = {
    "rule.revised": gettext_lazy("改了时限"),
    "rule.added": gettext_lazy("加了时限"),
    "rule.withdrawn": gettext_lazy("撤销了未生效的时限"),
    "rule.applied": gettext_lazy("在走的按新时限重算"),
    "table.chosen": gettext_lazy("定了用哪张表"),
    "choice.withdrawn": gettext_lazy("撤销了未生效的选表"),
    "ladder.revised": gettext_lazy("改了升级阶梯"),
}


def limit_words(limit_kind: str, amount: int | None) -> str:
    """“15 个工作日”, “主办到期前 2 个工作日”, “每月第一个工作日”."""
    n = amount or 0
    match limit_kind:
        case RuleKind.WORKING_DAYS:
            return ngettext("%(n)s 个工作日", "%(n)s 个工作日", n) % {"n": n}
        case RuleKind.WORKING_MINUTES:
            return ngettext("%(n)s 工作分钟", "%(n)s 工作分钟", n) % {"n": n}
        case RuleKind.CALENDAR_DAYS:
            return ngettext("%(n)s 日", "%(n)s 日", n) % {"n": n}
        case RuleKind.STATUTORY:
            return _("法定时限，没有规定的 %(n)s 个工作日") % {"n": n}
        case RuleKind.BEFORE_LEAD:
            return _("主办到期前 %(n)s 个工作日") % {"n": n}
        case RuleKind.TIMES:
            return ngettext("%(n)s 次", "%(n)s 次", n) % {"n": n}
    return str(RuleKind(limit_kind).label)


def hastened_words(rule: SlaRule, divisor: int) -> str:
    """The limit of an urgent matter; a dash where urgency changes nothing."""
    limit = rule.limit
    if rule.obligation in OF_FIRMS or limit is None or not limit.in_working_time or limit.amount is None:
        return "—"
    shorter = limit.hastened(divisor)
    if shorter.kind is LimitKind.WORKING_MINUTES:
        return words.span(shorter.amount or 0)
    return limit_words(shorter.kind.value, shorter.amount)


def obligation_words(code: str) -> str:
    return str(Obligation(code).label) if code in Obligation.values else code


def case_words(kind: str, complexity: str) -> str:
    """For which matters a rule holds: “咨询，一般”; all of them: “所有”."""
    named = [str(Kind(kind).label)] if kind in Kind.values else [kind] * bool(kind)
    named += [str(Complexity(complexity).label)] if complexity in Complexity.values else [complexity] * bool(complexity)
    return _("，").join(named) or _("所有")


def rule_words(rule: SlaRule) -> str:
    return about_words(rule.obligation, rule.kind, rule.complexity)


def about_words(obligation: str, kind: str, complexity: str) -> str:
    """What a rule is about: “办理，审批”; “办理” where it holds for all matters."""
    of_some = kind or complexity
    return _("，").join([obligation_words(obligation), *[case_words(kind, complexity)] * bool(of_some)])


def urgency_words() -> list[tuple[str, str]]:
    """The two columns of hastened limits."""
    return [("urgent", str(Urgency.URGENT.label)), ("critical", str(Urgency.CRITICAL.label))]


def when_words(anchor: str, working_days: int) -> str:
    """“到期”, “超期 3 个工作日”."""
    if anchor == LadderRung.Anchor.AFTER:
        return ngettext("超期 %(days)s 个工作日", "超期 %(days)s 个工作日", working_days) % {"days": working_days}
    return str(LadderRung.Anchor(anchor).label)


def told_words(tells: list[str]) -> str:
    return _("、").join(str(TOLD.get(code, code)) for code in tells)


@dataclass(frozen=True)
class Change:
    """One entry of the list of changes."""

    event: Event
    categories: Mapping[str, str]  # names by code

    @property
    def what(self) -> str:
        return str(SAYS.get(self.event.kind, self.event.kind))

    @property
    def detail(self) -> str:
        data = self.event.data
        if self.event.kind == "ladder.revised":
            return _("：").join([str(ObligorKind(data["obligor_kind"]).label), _("；").join(_steps_changed(data))])
        case = data.get("kind", ""), data.get("complexity", "")
        named = [about_words(data["obligation"], *case)] if data.get("obligation") else []
        if "category" in data:
            named += [case_words(self.categories.get(data["category"], data["category"]), data["complexity"])]
        named += filter(None, [data.get("table")])  # what was noted before names were kept has none
        if "now" in data:
            named.append(f"{_version(data['former'])} → {_version(data['now'])}")
        elif "limit_kind" in data:
            named.append(_version(data))
        if data.get("valid_from") or data.get("now"):
            named.append(
                pgettext("后一项", "%(day)s 起") % {"day": data.get("valid_from") or data["now"]["valid_from"]}
            )
        return _("，").join(named)


def _steps_changed(data: Mapping[str, Any]) -> list[str]:
    """What differs between the steps of a ladder before and after: changed, taken out, added."""
    former = {step["key"]: step for step in data["former"]}
    kept = {step["key"]: step for step in data["now"] if step["key"]}
    pairs = [(_step(step), _step(kept[key])) for key, step in former.items() if key in kept]
    return [
        *(_("%(former)s 改为 %(now)s") % {"former": was, "now": now} for was, now in pairs if was != now),
        *(_("去掉 %(step)s") % {"step": _step(step)} for key, step in former.items() if key not in kept),
        *(_("加上 %(step)s") % {"step": _step(step)} for step in data["now"] if not step["key"]),
    ]


def _step(step: Mapping[str, Any]) -> str:
    told = {"when": when_words(step["anchor"], step["working_days"]), "told": told_words(step["tells"])}
    return _("%(when)s告诉%(told)s") % told


def _version(said: dict[str, Any]) -> str:
    return limit_words(said["limit_kind"], said["amount"])


def amount_words(limit: Limit) -> str:
    """Of a running deadline: “8 个工作日”; empty for a fixed instant."""
    kind = RuleKind.BEFORE_LEAD if limit.kind is LimitKind.BEFORE else limit.kind.value
    return "" if limit.amount is None else limit_words(kind, limit.amount)


def changes(rows: list[Event], categories: Mapping[str, str]) -> list[Change]:
    return [Change(event, categories) for event in rows]
