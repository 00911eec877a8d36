"""The papers: 责令限期整改通知书, 整改复查意见书, 首违不罚告知书; each to print or as a Word file (APP-22)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from requests.papers.paper import Facts, Paper, Prose, full_day

from ..models import Finding, Rectification, RectificationDeadline, Warned
from ..needs import stages as needs
from . import limits, stages
from .first_offence import YEARS

NAMES = {"order": gettext_lazy("责令限期整改通知书"), "closing": gettext_lazy("整改复查意见书")}
APPEAL = "如不服，可以依法申请行政复议或提起行政诉讼。"


@dataclass(frozen=True)
class Offer:
    """One paper of a rectification."""

    rectification: Rectification
    kind: str
    make: Callable[[Rectification, datetime], Paper]
    day: datetime

    @property
    def name(self) -> str:
        return str(NAMES[self.kind])

    @property
    def url(self) -> str:
        return reverse("rectification:paper", args=[self.rectification.number, self.kind])

    @property
    def word_url(self) -> str:
        return reverse("rectification:paper-word", args=[self.rectification.number, self.kind])

    def paper(self) -> Paper:
        """In Chinese, whatever the reader's language: it is a document of the town."""
        with override("zh-hans"):
            return self.make(self.rectification, self.day)


def papers_of(rectification: Rectification) -> list[Offer]:
    return list(_offered(rectification))


def _offered(rectification: Rectification) -> Iterator[Offer]:
    yield Offer(rectification, "order", order, rectification.ordered_at)
    if rectification.status == stages.CLOSED and rectification.ended_at:
        yield Offer(rectification, "closing", closing, rectification.ended_at)


def order(rectification: Rectification, day: datetime) -> Paper:
    due = _first_due(rectification)
    rows = [*_matter(rectification.finding), ("整改期限", f"{full_day(due.due_at)}前" if due else "")]
    text = (
        "经检查，发现你单位存在下列问题，现责令限期改正。请在期限内完成整改，在门户“整改”里提交整改情况和照片；"
        f"确有困难的，可以在到期前申请延期一次。{APPEAL}"
    )
    title, firm = "责令限期整改通知书", rectification.enterprise.name
    return _paper(title, rectification.number, rectification.finding, rows, text, day, firm)


def closing(rectification: Rectification, day: datetime) -> Paper:
    seen = rectification.recheck is not None and rectification.recheck.status == needs.DONE
    how = "经现场复查" if seen else "经审核你单位提交的整改情况"
    rows = [
        *_matter(rectification.finding),
        ("责令整改", full_day(rectification.ordered_at)),
        ("完成日期", full_day(day)),
        ("意见", rectification.ended_for),
    ]
    text = f"{how}，下列问题已整改完成，予以销号。"
    title, firm = "整改复查意见书", rectification.enterprise.name
    return _paper(title, rectification.number, rectification.finding, rows, text, day, firm)


def warning(one: Warned) -> Paper:
    """首违不罚告知书."""
    with override("zh-hans"):
        text = (
            "经检查，你单位有下列轻微违法行为，属于首次被发现，当场已改正，未造成危害后果。"
            "依照《中华人民共和国行政处罚法》第三十三条，决定不予行政处罚，现予告知。"
            f"请引以为戒，守法经营；{YEARS} 年内再次发生同样行为的，不再适用首违不罚。"
        )
        rows = [*_matter(one.finding), ("改正情况", "当场已改正")]
        return _paper("首违不罚告知书", one.number, one.finding, rows, text, one.at, one.enterprise.name)


def _matter(finding: Finding) -> list[tuple[str, str]]:
    visit = finding.record.part.visit
    return [
        ("检查编号", visit.number),
        ("检查日期", full_day(visit.day)),
        ("检查事项", str(finding.record.need.subject)),
        ("发现的问题", finding.text),
        ("依据", finding.basis or (finding.item.basis if finding.item else "") or finding.record.need.subject.basis),
    ]


def _first_due(rectification: Rectification) -> RectificationDeadline | None:
    """The limit as it stands: that of the order, or of its extension."""
    clocks = rectification.deadlines.filter(obligation=limits.RECTIFY).order_by("pk")
    return clocks.first()


def _paper(
    title: str, number: str, finding: Finding, rows: list[tuple[str, str]], text: str, day: datetime, firm: str
) -> Paper:
    unit = finding.agency.department.name
    return Paper(title, number, (Prose(text), Facts(tuple(rows))), unit=unit, addressee=firm, day=day, form=True)
