"""What everybody may read: the promise, the line explained, what can be claimed, figures, a matter by its number."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime

from axes.helpers import get_client_ip_address
from django import forms
from django.core.cache import cache
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises import phones
from policies.library.showing import called
from policies.models import Policy, Round
from portal.desk import figures
from portal.people.lockout import tries
from portal.people.models import Department
from portal.worktime import clock
from requests import stages
from requests.journey import Journey, Station, holder_name, journey
from requests.models import Article, ArticleUse, ListItem, Ticket

SHOWN = 3
HELPED = (ArticleUse.Kind.HELPED, ArticleUse.Kind.SPARED, ArticleUse.Kind.CITED)
MINUTES = 10
TRIES = 10  # of asking for one number from one address: four digits are not to be guessed
TRIES_IN_ALL = 60  # from one address: a whole park may share it


def home(request: HttpRequest) -> HttpResponse:
    """The public home; whoever is signed in goes on to his own."""
    if request.user.is_authenticated and "stay" not in request.GET:
        return redirect("desk:home")
    now = clock.now()
    return render(
        request,
        "desk/public_home.html",
        {
            "now": now,
            "line": explained(),
            "figures": figures.public(now),
            "centre": Department.objects.filter(kind=Department.Kind.CENTRE, active=True).first(),
            "lists": ListItem.objects.filter(active=True),
            "asked": often_asked(),
            "claimable": claimable(now),
            "progress": cache.get("demo.progress"),
        },
    )


def often_asked() -> list[Article]:
    """The public answers that helped most people (APP-17)."""
    helped = Count("uses", filter=Q(uses__kind__in=HELPED))
    return list(Article.objects.public().annotate(n=helped).with_versions().order_by("-n", "-pk")[:SHOWN])


def claimable(now: datetime) -> list[tuple[Policy, str, Round]]:
    """Policies that take claims now, what closes first before what stays open, each once (POL-11)."""
    rounds = Round.objects.open(now).filter(clause__version__policy__in=Policy.objects.public())
    rounds = rounds.select_related("department", "clause__version__policy__current")
    found: dict[int, tuple[Policy, str, Round]] = {}
    for one in rounds.order_by(F("closes_at").asc(nulls_last=True), "pk")[: SHOWN * 10]:
        policy = one.clause.version.policy
        if policy.current is not None:
            found.setdefault(policy.pk, (policy, called(policy.current)[0], one))
    return list(found.values())[:SHOWN]


def explained() -> Journey:
    """The six stations with what happens at each (SLA-10, SLA-1, SLA-3, SLA-4, SLA-7, APP-13)."""
    said = [
        (_("30 分钟"), [_("30 个工作分钟内"), _("有人联系您")]),
        (_("一次问全"), [_("谁主办、谁协办"), _("缺材料一次问全")]),
        (_("1 天"), [_("1 个工作日内"), _("交到部门")]),
        (_("5–15 天"), [_("咨询 5 个工作日"), _("协调 15 个工作日")]),
        (_("3 天"), [_("您确认办好没有"), _("没办好接着办")]),
        (_("全部"), [_("件件回访"), _("不满意再交办")]),
    ]
    stations = [
        Station(key, _(name), "done", short=short, lines=lines)
        for (key, name), (short, lines) in zip(stages.STAGES.items(), said, strict=True)
    ]
    return Journey(stations, [], _("一件诉求怎么走"))


class TrackForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("诉求编号"), max_length=24, strip=True)
    digits = forms.CharField(label=gettext_lazy("联系电话后四位"), max_length=24)

    def clean_number(self) -> str:
        return plain(self.cleaned_data["number"]).upper()

    def clean_digits(self) -> str:
        digits = plain(self.cleaned_data["digits"])
        if not re.fullmatch(r"[0-9]{4}", digits):
            raise forms.ValidationError(_("请写联系电话的后四位数字。"))
        return digits


def plain(typed: str) -> str:
    """As it was meant: a Chinese keyboard gives full-width digits and letters."""
    return unicodedata.normalize("NFKC", typed).strip()


def track(request: HttpRequest) -> HttpResponse:
    """凭编号查进度: line, holder and due time for whoever knows the number and the contact's last four digits.

    An unknown number and wrong digits get the same answer; confidential matters are never found; tries are limited.
    """
    form = TrackForm(request.POST or None)
    context: dict = {"form": form, "now": clock.now()}
    status = 200
    if request.method == "POST":
        form.is_valid()
        if not _may_try(request, form.cleaned_data.get("number", "")):
            status = 429
            form.add_error(None, _("查得太多，请 %(minutes)s 分钟后再试，或打中心电话。") % {"minutes": MINUTES})
        elif form.is_valid():
            ticket = _found(form.cleaned_data["number"], form.cleaned_data["digits"])
            if ticket is None:
                status = 422
                form.add_error(None, _("没有查到。请核对编号和联系电话后四位，或打中心电话。"))
            else:
                context |= {"ticket": ticket, "line": journey(ticket, context["now"]), "holder": holder_name(ticket)}
        else:
            status = 422
    return render(request, "desk/track.html", context, status=status)


def _found(number: str, digits: str) -> Ticket | None:
    ticket = Ticket.objects.filter(confidential=False, number=number).for_rows().first()
    real = phones.digits(ticket.contact_phone)[-4:] if ticket else ""
    return ticket if secrets.compare_digest(real or "none", digits) else None


def _may_try(request: HttpRequest, number: str) -> bool:
    address = get_client_ip_address(request)
    here = tries(f"track:{address}", MINUTES * 60)
    return tries(f"track:{address}:{number}", MINUTES * 60) <= TRIES and here <= TRIES_IN_ALL
