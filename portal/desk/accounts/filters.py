"""How the list of users is narrowed."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from portal.people.models import Department, Membership, User, plain_mobile
from portal.people.roles import Role

STATES = [("active", _("在用")), ("inactive", _("已停用"))]


class UserFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("姓名、用户名、电话"))
    role = django_filters.ChoiceFilter(
        choices=Role.choices, method="holding", label=_("角色"), empty_label=_("所有角色")
    )
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(), method="holding", label=_("部门"), empty_label=_("所有部门")
    )
    state = django_filters.ChoiceFilter(choices=STATES, method="in_state", label=_("状态"), empty_label=_("全部"))

    class Meta:
        model = User
        fields: list[str] = []

    @property
    def picks(self) -> list[BoundField]:
        return [self.form[name] for name in ("role", "department", "state")]

    def search(self, users: QuerySet, name: str, typed: str) -> QuerySet:
        typed = typed.strip()
        found = Q(name__icontains=typed) | Q(username__icontains=typed) | Q(position__icontains=typed)
        number = plain_mobile(typed)
        if number.isdigit():
            found |= Q(mobile__contains=number) | Q(phone__contains=typed)
        return users.filter(found)

    def holding(self, users: QuerySet, name: str, value: object) -> QuerySet:
        """Role and department narrow the same membership: a handler of *this* department."""
        wanted = {key: self.form.cleaned_data.get(key) for key in ("role", "department")}
        held = Membership.objects.current().filter(user=OuterRef("pk"), **{k: v for k, v in wanted.items() if v})
        return users.filter(Exists(held))

    def in_state(self, users: QuerySet, name: str, value: str) -> QuerySet:
        return users.filter(is_active=value == "active")
