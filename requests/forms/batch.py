"""What is chosen once for all tickets of a batch; the rest of each verb's form comes from the ticket itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.people.models import Department, User
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests.forms.base import choice, prose
from requests.models.ticket import Kind
from requests.queues import HEADS


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return str(person.name)


class DepartmentChoice(forms.ModelChoiceField):
    def label_from_instance(self, department: Any) -> str:
        return str(department.short_name)


class BatchForm(forms.Form):
    """The choices of one verb; without fields the act is done at once."""

    hint: Any = ""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user
        self.shape()

    def shape(self) -> None:
        """Fits the fields to the person."""

    def act(self, n: int) -> str:
        raise NotImplementedError

    def given(self) -> dict[str, str]:
        """What was chosen, as the verbs' own forms take it."""
        return {name: str(self.data.get(name, "")) for name in self.fields}


class AcceptMany(BatchForm):
    def act(self, n: int) -> str:
        return ngettext("受理 %(n)s 件，交研判", "受理 %(n)s 件，交研判", n) % {"n": n}


class TakeMany(BatchForm):
    def act(self, n: int) -> str:
        return ngettext("签收 %(n)s 件，开始办理", "签收 %(n)s 件，开始办理", n) % {"n": n}


class DispatchMany(BatchForm):
    hint = _("都按一般事项、各自原来的类别和紧急程度转交；要协办的请单件转交。")
    kind = choice(_("办理类型"), Kind.choices, error_messages={"required": _("请选办理类型。")})
    lead = DepartmentChoice(
        label=_("主办部门"),
        queryset=Department.objects.none(),
        empty_label=_("请选主办部门"),
        error_messages={"required": _("请选主办部门。")},
    )
    instruction = prose(_("交办说明"), rows=2, required=False, max_length=1000)

    def shape(self) -> None:
        departments = Department.objects.active().exclude(kind=Department.Kind.CENTRE).order_by("kind", "name")
        self.fields["lead"].queryset = departments
        self.fields["instruction"].widget.attrs["placeholder"] = gettext("部门和协办单位能看到，企业看不到")

    def act(self, n: int) -> str:
        return ngettext("转交 %(n)s 件", "转交 %(n)s 件", n) % {"n": n}


class NameHandlerForMany(BatchForm):
    handler = PersonChoice(
        label=_("承办人"),
        queryset=User.objects.none(),
        empty_label=_("请选承办人"),
        error_messages={"required": _("请选承办人。")},
    )

    def shape(self) -> None:
        mine = rights_of(self.user).subtree(*HEADS)
        people = User.objects.none()
        for department in mine:
            for role in (Role.HANDLER, *HEADS):
                people = people | User.objects.filter(pk__in=User.objects.holding(role, department).values("pk"))
        self.fields["handler"].queryset = people.distinct().order_by("name")

    def act(self, n: int) -> str:
        return ngettext("指定 %(n)s 件的承办人，通知本人", "指定 %(n)s 件的承办人，通知本人", n) % {"n": n}


BATCH_FORMS: dict[str, type[BatchForm]] = {
    "accept": AcceptMany,
    "take": TakeMany,
    "dispatch": DispatchMany,
    "name_handler": NameHandlerForMany,
}
