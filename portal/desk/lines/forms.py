"""Forms of the pages on line systems and their subscriptions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.models import Line
from inspections.models import Agency
from portal.api.models import LineSystem, Scope
from portal.outbox.guard import Forbidden, target_of
from portal.outbox.hooks import PUSHES
from requests.models.ticket import Channel

from .words import event_name


class LineForm(forms.ModelForm):
    channel = forms.ChoiceField(
        label=_("渠道"),
        choices=[("", _("请选渠道")), *((c.value, c.label) for c in Channel if c != Channel.ONLINE)],
        help_text=_("它转来的诉求都记这个渠道，建好以后不能改"),
    )
    scopes = forms.MultipleChoiceField(
        label=_("权限"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=[Scope.READ, Scope.FILE]
    )
    data_lines = forms.ModelMultipleChoiceField(
        label=_("代哪些条线推送数据"),
        queryset=Line.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只在有推送企业数据的权限时有用"),
    )
    agencies = forms.ModelMultipleChoiceField(
        label=_("代哪些执法部门报检查需求"),
        queryset=Agency.objects.filter(active=True).select_related("department"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只在有报检查需求的权限时有用"),
    )

    class Meta:
        model = LineSystem
        fields = ["name", "channel", "scopes", "rate"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["channel"]
            self.initial["data_lines"] = self.instance.data_lines.all()
            self.initial["agencies"] = self.instance.agencies.all()


class SubscriptionForm(forms.Form):
    url = forms.CharField(
        label=_("网址"),
        max_length=300,
        help_text=_("要用 https，不能是内部网络的地址"),
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(label=_("推送哪些进展"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [(kind, event_name(kind)) for kind in PUSHES]
        self.fields["events"].initial = list(PUSHES)

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            target_of(url)
        except Forbidden as forbidden:
            raise forms.ValidationError(str(forbidden)) from None
        except OSError:
            raise forms.ValidationError(_("找不到这个网址的主机，请核对。")) from None
        return url
