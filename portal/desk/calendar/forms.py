"""Forms of the calendar's pages: a notice, a local adjustment, office hours, the public calculator."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.desk.calendar.reading import MAX_BYTES
from portal.worktime.limits import SHANGHAI, Limit, LimitKind, Pause
from portal.worktime.statutory import FIRST_YEAR, LAST_YEAR

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
INSTANT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
MOST_PAUSES = 5


class NoticeForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("放假通知"),
        help_text=gettext_lazy("JSON，或有“日期”“名称”“类型”三列的 Excel、CSV；类型写“休息”或“上班”"),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.xlsx,.csv"}),
    )
    source = forms.CharField(
        label=gettext_lazy("文号或网址"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("文件里已经写了的，可以不填"),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("“%(name)s”太大，放假通知不会超过 1 MB。") % {"name": file.name})
        return file


class OverrideForm(forms.Form):
    first = forms.DateField(label=gettext_lazy("从哪天"), widget=DAY)
    last = forms.DateField(
        label=gettext_lazy("到哪天"), widget=DAY, required=False, help_text=gettext_lazy("只有一天可以不填")
    )
    working = forms.TypedChoiceField(
        label=gettext_lazy("这几天"),
        choices=[("0", gettext_lazy("休息")), ("1", gettext_lazy("上班"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=40, help_text=gettext_lazy("例如：台风停工"))
    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=200, help_text=gettext_lazy("写明依据，例如：防汛指挥部Ⅰ级响应通知")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["last"] = given.get("last") or given.get("first")
        return given


class HoursForm(forms.Form):
    valid_from = forms.DateField(label=gettext_lazy("从哪天起"), widget=DAY)
    opens = forms.TimeField(label=gettext_lazy("上午开始"), widget=TIME)
    breaks = forms.TimeField(label=gettext_lazy("上午结束"), widget=TIME)
    resumes = forms.TimeField(
        label=gettext_lazy("下午开始"), widget=TIME, required=False, help_text=gettext_lazy("只有一段时不填")
    )
    closes = forms.TimeField(label=gettext_lazy("下午结束"), widget=TIME, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if bool(given.get("resumes")) != bool(given.get("closes")):
            self.add_error("closes", _("下午的开始和结束要一起填。"))
        return given

    @property
    def spans(self) -> list[tuple[time, time]]:
        given = self.cleaned_data
        morning = (given["opens"].replace(second=0), given["breaks"].replace(second=0))
        return [morning, *([(given["resumes"], given["closes"])] if given.get("resumes") else [])]


COUNTED = (LimitKind.WORKING_DAYS, LimitKind.WORKING_MINUTES, LimitKind.CALENDAR_DAYS)
MOST = {LimitKind.WORKING_DAYS: 1000, LimitKind.WORKING_MINUTES: 100_000, LimitKind.CALENDAR_DAYS: 1500}


class CalculatorForm(forms.Form):
    """The public calculator's question; everything comes from the address, so it can be passed on."""

    start = forms.DateTimeField(label=gettext_lazy("从什么时候起"), widget=INSTANT)
    kind = forms.ChoiceField(
        label=gettext_lazy("怎么数"),
        choices=[
            (LimitKind.WORKING_DAYS.value, gettext_lazy("工作日")),
            (LimitKind.WORKING_MINUTES.value, gettext_lazy("工作分钟")),
            (LimitKind.CALENDAR_DAYS.value, gettext_lazy("自然日")),
        ],
        widget=forms.RadioSelect,
        initial=LimitKind.WORKING_DAYS.value,
    )
    n = forms.IntegerField(
        label=gettext_lazy("多少"),
        min_value=1,
        max_value=100_000,
        initial=5,
        widget=forms.NumberInput(attrs={"min": 1}),
    )

    def __init__(self, data: Any = None, *, pauses: int = 0, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.pauses_shown = pauses
        for number in range(1, pauses + 1):
            label = _("第 %(n)s 次暂停") % {"n": number}
            self.fields[f"p{number}"] = forms.DateTimeField(label=label, widget=INSTANT, required=False)
            self.fields[f"r{number}"] = forms.DateTimeField(label=_("恢复"), widget=INSTANT, required=False)

    def clean_start(self) -> datetime:
        start: datetime = self.cleaned_data["start"]
        if not FIRST_YEAR <= start.astimezone(SHANGHAI).year <= LAST_YEAR:
            said = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise forms.ValidationError(_("日历只到 %(first)s–%(last)s 年。") % said)
        return start

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        kind, n = given.get("kind"), given.get("n")
        if kind and n and n > MOST[LimitKind(kind)]:
            self.add_error("n", _("最多算 %(n)s。") % {"n": MOST[LimitKind(kind)]})
        self._check_pauses(given)
        return given

    def _check_pauses(self, given: dict[str, Any]) -> None:
        before = given.get("start")
        for number in range(1, self.pauses_shown + 1):
            since, until = given.get(f"p{number}"), given.get(f"r{number}")
            if until and not since:
                self.add_error(f"p{number}", _("写了恢复，也要写暂停。"))
            if since and before and since < before:
                self.add_error(f"p{number}", _("要在前一个时间之后。"))
            if since and until and until < since:
                self.add_error(f"r{number}", _("恢复不能早于暂停。"))
            before = until or since or before

    @property
    def limit(self) -> Limit:
        return Limit(LimitKind(self.cleaned_data["kind"]), self.cleaned_data["n"])

    @property
    def pauses(self) -> list[Pause]:
        given = self.cleaned_data
        found = [(given.get(f"p{n}"), given.get(f"r{n}")) for n in range(1, self.pauses_shown + 1)]
        return [Pause(since, until) for since, until in found if since]
