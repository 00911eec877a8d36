"""检查记录: one agency's record as a paper, to print or as a Word file, with photos and signatures (INS-6, APP-22)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.files.models import StoredFile
from requests.papers.issued import exact
from requests.papers.paper import Block, Facts, Grid, Paper, Picture, Pictures, Prose

from ..models import AmendmentPhoto, Check, CheckPhoto, Finding, Signature, VisitPart
from . import stages
from .reports import Report, report_of
from .thumbs import small

TITLE = "现场检查记录"


def paper_of(part: VisitPart) -> Paper:
    """In Chinese, whatever the reader's language: it is a document of the town."""
    with override("zh-hans"):
        report = report_of(part)
        return Paper(
            title=f"{part.agency.department.name}{TITLE}",
            number=part.visit.number,
            blocks=tuple(_blocks(report)),
            unit=part.agency.department.name,
            day=part.recorded_at,
            form=True,
            foot=tuple(_foot(report)),
        )


def _blocks(report: Report) -> Iterator[Block]:
    yield Facts(tuple(_facts(report)))
    for check in report.checks:
        yield from _check(check)
    photos = [photo for check in report.checks for photo in check.photos.all()]
    if photos:
        yield Pictures(tuple(_photo(photo, n) for n, photo in enumerate(photos, 1)), "现场照片")
    yield from _signatures(report)
    if added := [photo for one in report.amendments for photo in one.photos.all()]:
        yield Pictures(tuple(_added(photo, n) for n, photo in enumerate(added, 1)), "更正说明的照片")


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    visit = report.part.visit
    yield "被检查单位", visit.enterprise.name
    yield "统一社会信用代码", visit.enterprise.uscc
    yield "检查地址", visit.enterprise.address or "—"
    begun, written = visit.begun_at, report.checks[0].upload.written_at
    yield "检查时间", f"{exact(begun)} 至 {exact(written)}" if begun else exact(written)
    yield "检查人员", "\n".join(f"{one.user.name}（执法证号 {one.certificate}）" for one in report.people)


def _check(check: Check) -> Iterator[Block]:
    subject, found = check.need.subject, list(check.findings.all())
    told = [("检查类别", check.need.kind_name), ("检查依据", check.need.basis), ("结论", check.result_name)]
    if check.remarks:
        told.append(("检查情况", check.remarks))
    yield Prose("", f"检查事项：{subject}")
    yield Facts(tuple(told))
    if points := list(check.items.all()):
        yield Grid(
            ("结果", "检查内容", "备注"), tuple((p.result_name, f"{p.number}. {p.text}", p.note) for p in points)
        )
    if found:
        yield Grid(("轻重", "问题", "处理"), tuple(_finding(one) for one in found), "发现的问题")


def _finding(found: Finding) -> tuple[str, str, str]:
    text = f"{found.text}（依据：{found.basis}）" if found.basis else found.text
    return found.severity_name, text, found.outcome_name


def _photo(photo: CheckPhoto, n: int) -> Picture:
    words = f"照片 {n}" + (f"：{photo.item.text}" if photo.item else "")
    url = reverse("recording:photo", args=[photo.key]) + "?small=1"
    return Picture(words[:60], url, partial(small, photo.file))


def _added(photo: AmendmentPhoto, n: int) -> Picture:
    url = reverse("recording:amended", args=[photo.key]) + "?small=1"
    return Picture(f"照片 {n}", url, partial(small, photo.file))


def _signatures(report: Report) -> Iterator[Block]:
    drawn = [(one, one.image) for one in report.signatures if one.image]
    if drawn:
        yield Pictures(tuple(_signed(one, image) for one, image in drawn), "签名")
    for one in report.signatures:
        if one.refused_for:
            yield Prose(f"企业人员未签名，原因：{one.refused_for}", "")


def _signed(one: Signature, image: StoredFile) -> Picture:
    words = f"{_(one.get_whose_display())} {one.name} {one.title}".strip()
    return Picture(words, reverse("recording:signature", args=[one.pk]), partial(small, image))


def _foot(report: Report) -> Iterator[str]:
    if any(found.outcome == stages.RECTIFY for check in report.checks for found in check.findings.all()):
        yield "责令整改的问题，请在期限内通过平台提交整改情况；期限和要求见各问题的整改通知。"
    for one in report.amendments:
        yield f"更正说明（{one.by.name}，{exact(one.at)}）：{one.text}"
