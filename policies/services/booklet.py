"""The service package as a Word booklet (POL-7): the page's parts, always in Chinese, as all papers of the town are."""

from __future__ import annotations

from django.utils.translation import override

from requests.papers.issued import exact, until
from requests.papers.paper import Block, Facts, Grid, Paper, Prose

from ..matching.matches import Match
from .package import Package

LANGUAGE = "zh-hans"


def booklet(made: Package) -> Paper:
    """Of a package that was made with `LANGUAGE` active; it says for whom and when, for it is out of date tomorrow."""
    with override(LANGUAGE):
        blocks = (
            _head(made),
            *_part(
                "一、符合条件的政策",
                ("政策条款", "能得到什么", "金额", "怎么拿"),
                _policies(made),
                "目前没有符合条件的政策条款。",
            ),
            *((Prose(f"另有 {made.more} 条没有列出，可以在平台“我的政策”里看。"),) if made.more else ()),
            *_part("二、差一点的政策", ("政策条款", "还差什么"), _almost(made), "目前没有差一点就符合的政策条款。"),
            *_part("三、正在开放的申报", ("批次", "截止时间"), _rounds(made), "目前没有可以申报的批次。"),
            *_part("四、在办的申报", ("编号", "批次", "状态"), _claims(made), "目前没有在办的申报。"),
            *_part(
                "五、建议的专业服务", ("类别", "为什么", "机构和电话"), _services(made), "目前没有特别建议的专业服务。"
            ),
            *_part("六、在办的服务单", ("编号", "机构", "状态"), _orders(made), "目前没有在办的服务单。"),
            *_part("七、未办结的诉求", ("编号", "诉求", "承办", "状态"), _tickets(made), "目前没有未办结的诉求。"),
            *_part("八、有事找谁", ("姓名", "职责", "电话"), _contacts(made), "请联系企业服务中心。"),
        )
        foot = ("符合与否按平台现有数据判断，以责任单位审核为准；合计已按不可同时享受的规则扣除。",)
        return Paper("企业服务包", made.firm.name, blocks, day=made.now, sealed=False, foot=foot, form=True)


def _part(heading: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], none: str) -> tuple[Block, ...]:
    return (Grid(head, rows, heading),) if rows else (Prose(none, heading),)


def _head(made: Package) -> Facts:
    firm = made.firm
    rows = [("企业", firm.name), ("信用代码", firm.uscc), ("网格", str(firm.place or ""))]
    rows += [("行业", firm.industry.name)] if firm.industry else []
    rows += [("合计金额", f"符合的条款合计最多 {made.total}")] if made.total else []
    rows.append(("生成", f"{exact(made.now)}，{made.reader.name}"))
    return Facts(tuple(rows))


def _called(match: Match) -> str:
    return f"《{match.clause.policy}》{match.version.title}"


def _policies(made: Package) -> tuple[tuple[str, ...], ...]:
    return tuple((_called(m), m.version.benefit, m.amount or "—", str(m.version.get_way_display())) for m in made.shown)


def _almost(made: Package) -> tuple[tuple[str, ...], ...]:
    return tuple((_called(match), match.change) for match in made.almost)


def _rounds(made: Package) -> tuple[tuple[str, ...], ...]:
    found = []
    for match in made.rounds:
        assert match.round is not None
        closes = until(match.round.closes_at) if match.round.closes_at else "常年受理"
        found.append((f"{_called(match)}{match.round.title}", closes))
    return tuple(found)


def _claims(made: Package) -> tuple[tuple[str, ...], ...]:
    return tuple((one.number, str(one.round), one.status_name) for one in made.claims)


def _services(made: Package) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (one.name, one.why, "\n".join(f"{p.name} {p.contact_phone}" for p in one.providers) or "暂无入驻机构")
        for one in made.services
    )


def _orders(made: Package) -> tuple[tuple[str, ...], ...]:
    return tuple((one.number, one.provider.name, one.status_name) for one in made.orders)


def _tickets(made: Package) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (one.number, one.title, one.lead_department.short_name if one.lead_department else "服务中心", one.status_name)
        for one, _due in made.tickets
    )


def _contacts(made: Package) -> tuple[tuple[str, ...], ...]:
    return tuple((one.name, one.what, one.phone or "—") for one in made.contacts)
