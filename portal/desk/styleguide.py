"""Every part in every state on one page, with invented content: for whoever builds pages. DEBUG only."""

from datetime import datetime
from types import SimpleNamespace as Sample
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

STATIONS = ("接诉", "研判", "流转", "办理", "反馈", "回访")
NOW = datetime(2026, 11, 23, 15, 20, tzinfo=ZoneInfo("Asia/Shanghai"))  # the day of the pictures, a Monday


class SampleDeadline:
    """A deadline that is in whatever light the page wants to show."""

    provisional = False
    met_at = paused_at = None

    def __init__(self, light: str, due_at: datetime, **facts: Any) -> None:
        self.colour, self.due_at = light, due_at
        vars(self).update(facts)

    def light(self, at: datetime) -> str:
        return self.colour


class SampleForm(forms.Form):
    KINDS = [("consultation", "咨询"), ("coordination", "协调"), ("approval", "审批"), ("complaint", "投诉")]

    title = forms.CharField(label="一句话说清", max_length=40, help_text="不超过 40 个字")
    text = forms.CharField(label="遇到了什么事", widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(label="办理类型", choices=KINDS, widget=forms.RadioSelect, initial="coordination")
    category = forms.ChoiceField(label="类别", choices=[("", "请选择"), ("1", "安全环保"), ("2", "用地用能")])
    by = forms.DateField(label="新的时限", widget=forms.DateInput(attrs={"type": "date"}))
    parts = forms.MultipleChoiceField(
        label="协办部门",
        choices=[("1", "资规分局"), ("2", "综合执法局"), ("3", "安环办")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    confidential = forms.BooleanField(label="只让督查员看到", required=False, help_text="投诉部门或检查时可选")
    paper = forms.FileField(label="材料", required=False)


def journey(at: int, **facts: Any) -> Sample:
    """Six stations with the matter at number `at` (7: closed), each with who, when and a short word."""
    stations = []
    for number, name in enumerate(STATIONS, start=1):
        state = "done" if number < at else "here" if number == at else "ahead"
        if number in facts.get("been", ()):
            state = "been"
        told = {"who": "顾言", "lines": [f"11月{number}日 09:12", "用时 3 小时 23 分"], "short": f"11-0{number}"}
        if state in ("ahead", "been"):
            told = {"who": "", "lines": ["送达后 3 个工作日内"], "short": ""}
        stations.append(Sample(name=name, state=state, late=state == "here" and facts.get("late", False), **told))
    branches = [Sample(cls=cls, text=text) for cls, text in facts.get("branches", ())]
    late, closed = facts.get("late", False), at > len(STATIONS)
    return Sample(stations=stations, branches=branches, late=late, closed=closed, label=facts.get("label", ""))


def flow() -> Sample:
    counts = ((9, 0), (14, 1), (6, 0), (86, 7), (21, 0), (17, 1))
    stations = [
        Sample(name=name, state="done", count=count, url="#", late_count=late, late_url="#")
        for name, (count, late) in zip(STATIONS, counts, strict=True)
    ]
    branches = [
        Sample(cls="b-43", text="退回", count=4, url="#"),
        Sample(cls="b-64", text="二次交办", count=2, url="#"),
    ]
    return Sample(stations=stations, branches=branches, late=True, closed=False, label="153 件在办")


def day(number: int, hour: int = 17, minute: int = 0, month: int = 11) -> datetime:
    return NOW.replace(month=month, day=number, hour=hour, minute=minute)


def dues() -> list[SampleDeadline]:
    return [
        SampleDeadline("green", day(3, month=12)),
        SampleDeadline("yellow", day(24)),
        SampleDeadline("yellow", day(23)),
        SampleDeadline("red", day(20)),
        SampleDeadline("red", day(13)),
        SampleDeadline("paused", day(7, month=12), paused_at=day(20, 9)),
        SampleDeadline("met", day(20), met_at=day(19, 15, 20)),
        SampleDeadline("met_late", day(19), met_at=day(20, 9, 5)),
        SampleDeadline("cancelled", day(20)),
        SampleDeadline("green", day(8, month=12), provisional=True),
    ]


def rows() -> list[Sample]:
    returned, twice = [("b-43", "退回")], [("b-64", "二次交办")]
    told = [
        ("雨污管网倒灌，3 号车间停产", "热线", "亡是纺织", journey(2, late=True), dues()[3], ""),
        ("污水纳管手续由谁受理", "网上", "海若环保", journey(3, been=(4,), branches=returned), dues()[2], "退回待裁"),
        ("园区东路夜间停电 3 次", "网上", "桃源智能", journey(2), dues()[2], "紧急"),
        ("夜间摊贩影响冷链车出入", "走访", "南柯食品", journey(4, been=(5, 6), branches=twice), dues()[0], ""),
        ("刚收到的一件", "网上", "镜花医疗", journey(1), dues()[0], ""),
        ("等回访的一件", "柜台", "子虚生物", journey(6), dues()[0], ""),
        ("已办结的一件", "网上", "华胥电子", journey(7), dues()[6], ""),
    ]
    names = ("title", "way", "who", "journey", "deadline", "chip")
    return [Sample(number=n, **dict(zip(names, row, strict=True))) for n, row in enumerate(told)]


def figures() -> dict[str, Any]:
    departments = [("住建办", 31, 2), ("综合执法局", 18, 3), ("资规分局", 16, 1), ("安环办", 12, 1), ("经发办", 9, 0)]
    months = zip(("12月", *(f"{n}月" for n in range(1, 12))),
                 (88.6, 90.4, 91.9, 93.2, 95, 95.5, 96.5, 97, 97.3, 97.8, 96.5, 94.2), strict=True)  # fmt: skip
    ages = [("5 日内", 68, True), ("6–10 日", 43, True), ("11–15 日", 30, False), ("15 日以上", 12, False)]
    return {
        "bars": [
            {"label": name, "value": n, "late": late, "url": "#", "late_url": "#", "subject": name == "综合执法局"}
            for name, n, late in departments
        ],
        "trend": list(months),
        "ages": [{"label": name, "value": n, "subject": subject, "url": "#"} for name, n, subject in ages],
    }


def styleguide(request: HttpRequest) -> HttpResponse:
    """`/styleguide/`: the parts, in the day of the pictures (2026-11-23 15:20)."""
    if not settings.DEBUG:
        raise Http404
    messages.success(request, "已转交住建办\n12月15日(周二)17:00 前办结", extra_tags="undo:#")
    wrong = SampleForm({"kind": "approval", "by": "x"}, auto_id="wrong_%s")
    returned = [("b-43", "经发办退回，11月11日改派")]
    twice = [("b-43", "退回 1 次"), ("b-64", "二次交办")]
    samples = {
        "now": NOW,
        "full": journey(4, branches=returned, label="诉求进程：现在办理，第 4 站，共 6 站"),
        "late": journey(4, late=True, been=(5, 6), branches=twice),
        "disputed": journey(4, been=(5,), branches=[("b-54", "企业有异议")]),
        "both": journey(4, been=(5, 6), branches=[("b-54", "企业有异议"), ("b-64", "二次交办")]),
        "fresh": journey(1),
        "closed": journey(7),
        "flow": flow(),
        "dues": dues(),
        "rows": rows(),
        "form": SampleForm(),
        "wrong": wrong,
        "page": Paginator(range(764), 25).page(4),
        **figures(),
    }
    return render(request, "desk/styleguide.html", samples)
