"""检查通知书: what the firm is given before or at the visit, to print or as a Word file (INS-6).

Who comes stands on it once the visit has begun; before that the code at the door says it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max
from django.utils.translation import override

from portal.trail.models import Event
from requests.papers.paper import Block, Facts, Grid, Paper, Prose, full_day

from ..models import JointVisit, Need
from . import stages
from .capacity import parts_of
from .rows import checked

TITLE = "涉企检查通知书"
CHANGES = ("joint_visit.put_off", "joint_visit.joined")  # the notice says something else since


def has_notice(visit: JointVisit) -> bool:
    return visit.status in stages.STANDING


def notice(visit: JointVisit) -> Paper:
    """In Chinese, whatever the reader's language: it is a document of the town."""
    with override("zh-hans"):
        parts = parts_of(visit)
        agencies = "、".join(part.agency.department.name for part in parts)
        rows = [
            ("检查日期", full_day(visit.day)),
            ("检查部门", agencies),
            ("被检查单位", visit.enterprise.name),
            ("统一社会信用代码", visit.enterprise.uscc),
            ("地址", visit.enterprise.address or visit.enterprise.place.name),
            ("检查方式", "几个部门合并一次检查" if len(parts) > 1 else "现场检查"),
        ]
        wanted = checked(visit, office=False)
        items = tuple(
            (one.need.agency.department.short_name, one.title, one.need.kind_name, one.basis) for one in wanted
        )
        blocks: list[Block] = [
            Prose(_opening(visit)),
            Facts(tuple(rows)),
            Grid(("检查部门", "检查事项", "检查类别", "依据"), items, heading="检查什么、依据什么"),
        ]
        if visit.begun_at:
            blocks.append(Grid(("检查部门", "检查人员", "执法证号"), _people(visit), heading="检查人员"))
        blocks.append(Prose(RIGHTS, heading="您可以做什么"))
        unit = parts[0].agency.department.name if parts else ""
        return Paper(
            TITLE,
            visit.number,
            tuple(blocks),
            unit=unit,
            addressee=visit.enterprise.name,
            day=_dated(visit, [one.need for one in wanted]),
            form=True,
        )


RIGHTS = (
    "检查人员到场时应当出示执法证和检查码。请扫码核对来的人、检查事项和有效期；没有检查码的，可以拒绝检查，"
    "并在门户“涉企检查”里反映。\n"
    "请安排熟悉情况的人员在场，准备好与检查事项有关的证照和台账；无关的资料可以不提供。\n"
    "检查结束后，您可以看检查记录、签字或写明意见，可以评价，也可以投诉。"
)


def _dated(visit: JointVisit, wanted: Iterable[Need]) -> datetime:
    """Of what it says: never before the day it names was set, nor before a check on it was asked for."""
    if visit.begun_at:
        return visit.begun_at
    changed = Event.objects.about(visit).filter(kind__in=CHANGES).aggregate(at=Max("at"))["at"]
    times = [visit.told_at or visit.created_at, changed, *(need.created_at for need in wanted)]
    return max(at for at in times if at)


def _opening(visit: JointVisit) -> str:
    when = full_day(visit.day)
    if visit.begun_at:
        return f"经核定，{when}对你单位进行检查。有关事项通知如下。"
    return f"定于{when}对你单位进行检查，请予配合。有关事项通知如下。"


def _people(visit: JointVisit) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (part.agency.department.short_name, one.user.name, one.certificate)
        for part in parts_of(visit)
        for one in part.inspectors.all()
    )
