"""Forms of the administrator's pages and of setting a deputy. Dates are days of the town; the last day counts whole."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.lockout import knows_password
from portal.people.models import Department, Membership, TaskGroup, User, plain_mobile
from portal.people.rights import rights_of
from portal.people.roles import Role

# That of a firm's person comes and goes with his firms (enterprises.flow).
GRANTED = [(role.value, role.label) for role in Role if role != Role.ENTERPRISE_MEMBER]


class DateField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class PersonChoice(forms.ModelChoiceField):
    """Names alone may repeat; the title tells people apart."""

    def label_from_instance(self, user: User) -> str:
        return f"{user.name}（{user.position or user.username}）"


def colleagues_of(person: User) -> QuerySet[User]:
    """All other officials, those of the same departments first: mostly one of them stands in or takes over."""
    same = Membership.objects.current().filter(user=OuterRef("pk"), department__in=rights_of(person).departments())
    others = User.objects.officials().exclude(pk=person.pk)
    return others.annotate(near=Exists(same)).order_by("-near", "name", "pk")


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "username", "mobile", "position", "phone", "email", "language"]

    def clean_mobile(self) -> str | None:
        return plain_mobile(self.cleaned_data["mobile"] or "") or None


class EndForm(forms.Form):
    """`until` None means now; a day counts to its end."""

    until = DateField(label=gettext_lazy("最后一天"), required=False, help_text=gettext_lazy("不填就现在结束"))

    def clean_until(self) -> datetime | None:
        day = self.cleaned_data["until"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("结束日期已经过去。"))
        return midnight(day + timedelta(days=1)) if day else None


class SpanForm(EndForm):
    """From the beginning of one day to the end of another; `since` None means at once."""

    since = DateField(label=gettext_lazy("从"), required=False, help_text=gettext_lazy("不填就从现在起"))
    until = DateField(label=gettext_lazy("到"), required=False, help_text=gettext_lazy("含这一天；不填就一直有效"))

    def clean_since(self) -> datetime | None:
        day = self.cleaned_data["since"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("开始日期已经过去。"))
        return None if day is None or day == timezone.localdate() else midnight(day)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", _("结束日期要晚于开始日期。"))
        return cleaned


class GrantForm(SpanForm):
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=[("", gettext_lazy("请选择")), *GRANTED])
    department = forms.ModelChoiceField(
        Department.objects.active(), label=gettext_lazy("部门"), required=False, empty_label=gettext_lazy("不属于部门")
    )
    is_liaison = forms.BooleanField(label=gettext_lazy("兼部门联络人"), required=False)
    on_duty = forms.BooleanField(label=gettext_lazy("值班"), required=False)
    field_order = ["role", "department", "since", "until", "is_liaison", "on_duty"]


class AppointForm(GrantForm):
    """The same for one department, which the page names; the person is typed."""

    department = None  # type: ignore[assignment]
    person = forms.CharField(label=gettext_lazy("人员"), help_text=gettext_lazy("用户名、手机号或姓名"))
    field_order = ["person", "role", "since", "until", "is_liaison", "on_duty"]

    def clean_person(self) -> User:
        typed = self.cleaned_data["person"]
        known = User.objects.active()
        found = list(known.signing_in_as(typed)[:1] or known.filter(name=typed)[:2])
        if len(found) > 1:
            raise forms.ValidationError(_("叫 %(name)s 的不止一位，请填用户名。") % {"name": typed})
        if not found:
            raise forms.ValidationError(_("没有找到 %(name)s，请先建账号。") % {"name": typed})
        return found[0]


class DelegateForm(SpanForm):
    deputy = PersonChoice(User.objects.none(), label=gettext_lazy("代理人"), empty_label=gettext_lazy("请选择"))
    reason = forms.CharField(
        label=gettext_lazy("事由"), required=False, max_length=100, help_text=gettext_lazy("例如：年休假、外出学习")
    )
    field_order = ["deputy", "since", "until", "reason"]

    def __init__(self, *args: Any, principal: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = colleagues_of(principal)
        self.fields["until"].required = True
        self.fields["until"].help_text = gettext_lazy("含这一天")


class LeaveForm(forms.Form):
    """Who takes over; asked only where something is open. Offered are those who can do all of it.

    Whoever is sent and cannot (any more) is refused by the verb, which says why.
    """

    to = PersonChoice(User.objects.none(), label=gettext_lazy("接手的人"), empty_label=gettext_lazy("请选择"))

    def __init__(self, *args: Any, leaver: User, able: QuerySet[User] | None, **kwargs: Any) -> None:
        """`able`: None where nothing is open."""
        super().__init__(*args, **kwargs)
        if able is None:
            del self.fields["to"]
            return
        to = self.fields["to"]
        to.queryset = colleagues_of(leaver)
        self.offered = list(to.queryset.filter(pk__in=able))
        to.choices = [("", to.empty_label), *((user.pk, to.label_from_instance(user)) for user in self.offered)]

    @property
    def stuck(self) -> bool:
        """Whether something is open and nobody can take all of it over: then nothing can be chosen or pressed."""
        return "to" in self.fields and not self.offered


class DepartmentForm(forms.ModelForm):
    leader_in_charge = PersonChoice(
        User.objects.none(), label=gettext_lazy("分管镇领导"), required=False, empty_label=gettext_lazy("未定")
    )

    class Meta:
        model = Department
        fields = ["name", "short_name", "kind", "parent", "leader_in_charge", "phone", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader_in_charge"].queryset = User.objects.serving(Role.LEADER)
        self.fields["parent"].empty_label = _("无上级")
        self.fields["parent"].queryset = Department.objects.active().exclude(pk=self.instance.pk)
        if self.instance.pk is None:
            del self.fields["active"]


class GroupForm(forms.ModelForm):
    class Meta:
        model = TaskGroup
        fields = ["name", "kind", "purpose", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["active"]


class JoinForm(forms.Form):
    user = PersonChoice(User.objects.none(), label=gettext_lazy("成员"), empty_label=gettext_lazy("请选择"))
    is_head = forms.BooleanField(label=gettext_lazy("组长"), required=False)

    def __init__(self, *args: Any, group: TaskGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = group.memberships.unfinished().values("user")
        self.fields["user"].queryset = User.objects.officials().exclude(pk__in=inside)


def midnight(day: date) -> datetime:
    """The beginning of that day in the town."""
    return timezone.make_aware(datetime.combine(day, time.min))


class PasswordForm(forms.Form):
    """What only the person himself may do is confirmed with the password."""

    password = forms.CharField(
        label=gettext_lazy("现在的密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.request = request

    def clean_password(self) -> str:
        typed = self.cleaned_data["password"]
        if not knows_password(self.request, self.request.user, typed):
            raise forms.ValidationError(_("现在的密码不对。"))
        return typed


class FactorForm(PasswordForm):
    code = forms.CharField(
        label=gettext_lazy("验证器显示的 6 位数字"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    field_order = ["code", "password"]


class ConfirmResetForm(forms.Form):
    """Nothing to fill in; the page asks once."""
