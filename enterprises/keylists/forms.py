"""What is typed about key lists; the verbs of flow.py decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.models import User
from portal.people.roles import Role

from ..forms import OfficialChoice
from ..models import Enterprise, EnterpriseName, KeyEntry, KeyList, Level
from .flow import LONGEST, MOST, steward_of


def reason_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}))


class OpenForm(forms.Form):
    level = forms.ChoiceField(label=gettext_lazy("级别"), choices=Level.choices, widget=forms.RadioSelect)
    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


class SizeForm(forms.Form):
    size = forms.IntegerField(label=gettext_lazy("名额"), min_value=1, max_value=2000)


class ReasonForm(forms.Form):
    reason = reason_field(gettext_lazy("理由"))


class FirmsField(forms.CharField):
    """Firms named one to a line, by credit code or by their exact name, now or once."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[Enterprise]:
        typed = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        typed = list(dict.fromkeys(typed))
        if len(typed) > MOST:
            raise forms.ValidationError(_("一次最多 %(n)s 家。") % {"n": MOST})
        found = named_firms(typed)
        missing = [line for line in typed if line not in found]
        if missing:
            shown = _("、").join(missing[:5])
            raise forms.ValidationError(_("没有找到，请写全称或统一社会信用代码：%(names)s") % {"names": shown})
        return list(found.values())


def named_firms(typed: list[str]) -> dict[str, Enterprise]:
    """The firms meant, by what was typed; a name that several firms bear names none."""
    found: dict[str, Enterprise] = {}
    codes = {line.upper(): line for line in typed}
    for firm in Enterprise.objects.filter(uscc__in=codes):
        found[codes[firm.uscc]] = firm
    names: dict[str, list[Enterprise]] = {}
    for firm in Enterprise.objects.filter(name__in=typed):
        names.setdefault(firm.name, []).append(firm)
    former = EnterpriseName.objects.filter(name__in=[line for line in typed if line not in names])
    for one in former.select_related("enterprise"):
        names.setdefault(one.name, []).append(one.enterprise)
    return found | {name: firms[0] for name, firms in names.items() if len({firm.pk for firm in firms}) == 1}


class ProposeForm(forms.Form):
    firms = FirmsField(
        label=gettext_lazy("企业"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("每行一家，写全称或统一社会信用代码"),
    )
    reason = reason_field(gettext_lazy("推荐理由"))


class PeopleForm(forms.Form):
    leader = OfficialChoice(
        label=gettext_lazy("联系领导"), queryset=User.objects.none(), empty_label=gettext_lazy("请选择")
    )
    steward = OfficialChoice(
        label=gettext_lazy("服务管家"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("不变"),
        help_text=gettext_lazy("换了人，这家企业就移交给新的服务管家"),
    )

    def __init__(self, *args: Any, entry: KeyEntry, **kwargs: Any) -> None:
        now = steward_of(entry.enterprise)
        initial = {"leader": entry.leader_id, "steward": now.pk if now else None}
        super().__init__(*args, label_suffix="", initial=initial, **kwargs)
        self.fields["leader"].queryset = User.objects.serving(Role.LEADER)  # type: ignore[attr-defined]
        self.fields["steward"].queryset = User.objects.serving(Role.STEWARD)  # type: ignore[attr-defined]


def years_to_open(lists: list[KeyList], this_year: int) -> list[int]:
    """This year and the next, as far as some level has no list of it yet."""
    there = {(one.year, one.level) for one in lists}
    return [year for year in (this_year, this_year + 1) if any((year, level) not in there for level in Level.values)]
