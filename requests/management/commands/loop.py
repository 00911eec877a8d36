"""`manage.py loop`: the transition table as a page for people who do not program, generated from `requests.stages`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from portal.people.roles import Role
from requests import stages

PAGE = Path(settings.BASE_DIR) / "docs" / "loop.md"

VERBS = {
    "accept": "受理",
    "ask_supplement": "要求补正",
    "supplement": "补正",
    "reject": "不予受理",
    "ask_review": "申请复核",
    "rule_review": "裁定复核",
    "write_back": "写回热线",
    "withdraw": "撤回",
    "lapse_supplement": "逾期未补正",
    "dispatch": "转交",
    "merge": "并入另一件",
    "split": "拆出单独办",
    "begin_handling": "逾期未签收",
    "take": "签收",
    "name_handler": "指定承办人",
    "log_contact": "联系企业",
    "give_opinion": "提协办意见",
    "report": "填写办理结果",
    "sign_off": "签批",
    "send_back": "退回修改",
    "confirm": "确认",
    "dispute": "没办好",
    "lapse_confirmation": "逾期未确认",
    "record_revisit": "记录回访",
    "urge": "催办",
    "write": "留言",
    "instruct": "批示",
    "answer_instruction": "答复批示",
    "make_commitment": "作公开承诺",
    "approve_commitment": "批准承诺",
    "return_commitment": "退回承诺",
    "decide_commitment": "判定承诺",
    "owe_progress": "超期起报进展",
    "report_progress": "报告进展",
    "ask_extension": "申请延期",
    "ask_suspension": "申请挂起",
    "approve_request": "同意申请",
    "refuse_request": "不同意申请",
    "withdraw_request": "撤回申请",
    "end_suspension": "恢复办理",
    "bring_back": "到期再看",
    "look_again": "再看一次",
    "ask_return": "申请退回",
    "rule_return": "裁定退回",
    "refer_to_chiefs": "报总召集人",
    "give_view": "总召集人意见",
    "decide_raised": "总召集人定",
    "reassign": "改派",
    "take_part": "签收协办",
    "add_part": "请部门协办",
    "end_part": "结束协办",
    "raise_level": "升级",
    "give_to_group": "交工作组",
    "contribute": "工作组意见",
    "report_up": "写专报",
    "end_group": "结束工作组",
    "issue_order": "下督办单",
    "answer_order": "答复督办单",
    "amend_order": "修改督办要求",
    "judge_order": "评定督办",
    "deliver_scan": "送达盖章答复",
    "verify": "核实结果",
    "entrust": "点名交办（保密投诉）",
    "identify": "认定投诉对象（保密投诉）",
    "ask_unit": "请单位说明（保密投诉）",
    "record_confirmation": "记三确认（保密投诉）",
    "find": "作认定（保密投诉）",
}
SIDES = {"firm": "本企业的", "lead": "主办部门的", "co": "协办部门的"}
OTHERS = {
    "link": "来电人（一次性链接）",
    "confidential.supervisor": "不涉及此事的督查员",
    "confidential.handler": "点名的承办人",
    "first_responder": "首问负责人",
    "clock": "系统时钟",
    "group.member": "工作组成员",
    "group.convener": "工作组组长",
    "chief": "总召集人",
    "chief.convener": "为首的总召集人",
    "line": "转来它的接入系统",
    "proxy": "代反映的商会、协会",
}

HEAD = """# The six-stage loop

Generated from `requests/stages.py` by `python manage.py loop`; a test fails when this page is stale. Change the table,
not the page. A ticket is moved by these verbs only; `requests.flow` refuses everything else.

"""


class Command(BaseCommand):
    help = "Write docs/loop.md: the transition table and its diagram."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(render(), encoding="utf-8")
        self.stdout.write(f"{PAGE.relative_to(settings.BASE_DIR)}: {len(stages.TRANSITIONS)} verbs")


def render() -> str:
    """The whole page. KeyError for a verb or a capacity that has no name here yet."""
    with translation.override(settings.LANGUAGE_CODE):
        return HEAD + "\n".join([*_diagram(), "", *_statuses(), "", *_table(), ""])


def _diagram() -> list[str]:
    """Mermaid: stages as boxes around their statuses, an arrow with its verbs for each way between two statuses."""
    lines = ["```mermaid", "flowchart LR", "    online((提交)) --> received", "    clerk((登记)) --> triaging"]
    for stage, stage_name in stages.STAGES.items():
        lines.append(f"    subgraph {stage}_stage [{stage_name}]")
        lines += [f"        {status}[{name}]" for status, name in _names_in(stage)]
        lines.append("    end")
    lines += [f"    {status}([{stages.STATUSES[status][1]}])" for status in stages.ENDED]
    lines += [f"    {source} -->|{'、'.join(verbs)}| {target}" for (source, target), verbs in _arrows().items()]
    return [*lines, "```"]


def _names_in(stage: str) -> list[tuple[str, str]]:
    return [(status, name) for status, (its, name) in stages.STATUSES.items() if its == stage and status in stages.OPEN]


def _arrows() -> dict[tuple[str, str], list[str]]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for verb, (sources, targets, _who) in stages.TRANSITIONS.items():
        for source, target in _moves(sources, targets):
            if source != target:
                arrows.setdefault((source, target), []).append(VERBS[verb])
    return arrows


def _moves(sources: tuple[str, ...], targets: tuple[str, ...]) -> list[tuple[str, str]]:
    """From where to where; a verb that leads back to where it starts from moves nothing."""
    if sources == targets:
        return [(status, status) for status in sources]
    return [(source, target) for source in sources for target in targets]


def _statuses() -> list[str]:
    rows = [f"| {stages.STAGES[stage]} | {name} | `{status}` |" for status, (stage, name) in stages.STATUSES.items()]
    return ["## Statuses", "", "| stage | status | code |", "| --- | --- | --- |", *rows]


def _table() -> list[str]:
    rows = []
    for verb, (sources, targets, who) in stages.TRANSITIONS.items():
        people = "、".join(map(_person, who))
        rows.append(f"| {VERBS[verb]} `{verb}` | {_names(sources)} | {_targets(sources, targets)} | {people} |")
    return ["## Verbs", "", "| verb | from | to | who |", "| --- | --- | --- | --- |", *rows]


def _names(statuses: tuple[str, ...]) -> str:
    return "、".join(stages.STATUSES[status][1] for status in statuses)


def _targets(sources: tuple[str, ...], targets: tuple[str, ...]) -> str:
    return "不变" if sources == targets else _names(targets)


def _person(capacity: str) -> str:
    if capacity in OTHERS:
        return OTHERS[capacity]
    side, _dot, role = capacity.rpartition(".")
    return f"{SIDES[side] if side else ''}{Role(role).label}"
