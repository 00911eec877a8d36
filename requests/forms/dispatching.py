"""The form of 研判 and 流转: what kind of matter it is, who works on it, and what will follow by when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.people.models import Department
from portal.worktime import words
from portal.worktime.calendar import calendar
from portal.worktime.limits import Limit
from requests import stages
from requests.forms.base import VerbForm, amount, choice, keys, limit_of, prose
from requests.forms.units import picks, unit, units
from requests.models import Category, Ticket
from requests.models.ticket import Complexity, Kind, Urgency

YEAR = timedelta(days=365)


class DispatchForm(VerbForm):
    verb, name = "dispatch", _("转交")
    layout = "requests/fields_dispatch.html"
    kind = choice(_("办理类型"), Kind.choices, error_messages={"required": _("请选办理类型。")})
    complexity = choice(_("复杂程度"), Complexity.choices, initial=Complexity.ORDINARY)
    category = forms.ModelChoiceField(
        label=_("类别"),
        queryset=Category.objects.filter(active=True),
        empty_label=_("请选类别"),
        error_messages={"required": _("请选类别。")},
    )
    lead = unit(_("主办部门"), empty=_("请选主办部门"), sentence=_("请选主办部门。"))
    co = picks(_("协办部门"))
    urgency = choice(_("紧急程度"), Urgency.choices)
    instruction = prose(_("交办说明"), rows=1, required=False, max_length=1000)

    def shape(self) -> None:
        for name in ("lead", "co"):
            self.fields[name].queryset = units()
        self.fields["instruction"].widget.attrs["placeholder"] = gettext("部门和协办单位能看到，企业看不到")
        self.initial.setdefault("category", self.ticket.category_id)
        self.initial.setdefault("urgency", self.ticket.urgency)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lead = data.get("lead")
        if lead is not None and lead in data.get("co", ()):
            self.add_error("co", gettext("%(name)s是主办，不用再选为协办。") % {"name": lead.short_name})
        return data

    def opens(self) -> str:
        return gettext("研判，转交主办部门")

    def act(self) -> str:
        lead = self.lead_chosen()
        if lead is None:
            return gettext("转交主办部门")
        limit = self._limit("handle")
        if limit is None:
            return gettext("转交%(name)s") % {"name": lead.short_name}
        return gettext("转交%(name)s，%(amount)s内办结") % {"name": lead.short_name, "amount": amount(limit)}

    def follows(self) -> list[str]:
        """What happens next and by when, for the choices made so far."""
        lead, accept, handle = self.lead_chosen(), self._limit("accept"), self._limit("handle")
        if lead is None or accept is None:
            return []
        taken = calendar().due(self.now, accept).at
        said = [gettext("%(due)s，%(name)s签收") % {"due": words.by_when(taken), "name": lead.short_name}]
        if handle is not None:
            done = calendar().due(taken, handle)
            given = {"due": words.by_when(done.at), "name": lead.short_name}
            said.append(gettext("最迟 %(due)s，%(name)s办结") % given)
            if done.provisional:
                said.append(gettext("暂按法定假日算，国务院通知公布后重算。"))
        return said

    def precedent(self) -> str:
        """Who closed matters of this category within a year: how the last ones went, not a rule."""
        category = self._chosen_key("category")
        return precedent(category, self.now) if category else ""

    def lead_chosen(self) -> Department | None:
        return self.fields["lead"].queryset.filter(pk=self._chosen_key("lead")).first()

    def co_open(self) -> bool:
        """Whether the co-handling departments are in question."""
        return self._chosen("complexity") != Complexity.ORDINARY or bool(self["co"].value() or self["co"].errors)

    def _chosen_key(self, name: str) -> int | None:
        return next(iter(keys([self._chosen(name)])), None)

    def _chosen(self, name: str) -> str:
        return str(self[name].value() or "")

    def _limit(self, obligation: str) -> Limit | None:
        kind, complexity, urgency = self._chosen("kind"), self._chosen("complexity"), self._chosen("urgency")
        if kind not in Kind.values or urgency not in Urgency.values:
            return None
        category = Category.objects.filter(pk=self._chosen_key("category")).values_list("code", flat=True).first() or ""
        chosen = {"kind": kind, "complexity": complexity, "category": category, "urgency": urgency}
        return limit_of(self.ticket, obligation, self.now, **chosen)


def precedent(category: int, now: datetime) -> str:
    """“近 12 个月同类办结 9 件，8 件由住建办办结”; empty where there is none."""
    closed = Ticket.objects.filter(category=category, status=stages.CLOSED, closed_at__gt=now - YEAR)
    by_department = list(
        closed.values("lead_department__short_name").annotate(n=Count("pk")).order_by("-n", "lead_department")
    )
    if not by_department:
        return ""
    total, most = sum(row["n"] for row in by_department), by_department[0]
    said = ngettext("近 12 个月同类办结 %(n)s 件", "近 12 个月同类办结 %(n)s 件", total) % {"n": total}
    given = {"said": said, "m": most["n"], "name": most["lead_department__short_name"]}
    return gettext("%(said)s，%(m)s 件由%(name)s办。") % given
