"""What is chosen once for all tickets of a batch; the rest of each verb's form comes from the ticket itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests.forms.base import choice, prose
from requests.forms.units import unit, units
from requests.models import HandlingRequest, SecondLook, Ticket
from requests.models.ticket import Kind
from requests.queues import HEADS
from requests.respite_words import asked_for


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return str(person.name)


class BatchForm(forms.Form):
    """The choices of one verb; without fields the act is done at once."""

    hint: Any = ""
    asks_first = False  # the tickets are shown before it is done, though there is nothing to choose
    undoable = True

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user
        self.shape()

    def shape(self) -> None:
        """Fits the fields to the person."""

    def act(self, n: int) -> str:
        raise NotImplementedError

    def about(self, tickets: list[Ticket]) -> None:
        """Sets `about` of tickets, where each has something to be read before."""

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
    lead = unit(_("主办部门"), empty=_("请选主办部门"), sentence=_("请选主办部门。"))
    instruction = prose(_("交办说明"), rows=2, required=False, max_length=1000)

    def shape(self) -> None:
        self.fields["lead"].queryset = units()
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


class ApproveMany(BatchForm):
    hint = _("部门负责人批后送服务中心，服务中心批后企业会收到通知。")
    asks_first, undoable = True, False

    def about(self, tickets: list[Ticket]) -> None:
        asked = HandlingRequest.objects.open().filter(ticket__in=tickets).select_related("asked_by")
        said = {request.ticket_id: asked_for(request) for request in asked}
        for ticket in tickets:
            ticket.about = said.get(ticket.pk, "")  # type: ignore[attr-defined]

    def act(self, n: int) -> str:
        return ngettext("同意 %(n)s 件的延期或挂起申请", "同意 %(n)s 件的延期或挂起申请", n) % {"n": n}


class LookAtMany(BatchForm):
    hint = _("条件没有变化的一起记下，一个季度后再看；有变化的请单件办。")
    undoable = False
    text = prose(_("现在的情况"), rows=2, max_length=1000, error_messages={"required": _("请写现在的情况。")})

    def act(self, n: int) -> str:
        return ngettext("记下 %(n)s 件没有变化", "记下 %(n)s 件没有变化", n) % {"n": n}

    def given(self) -> dict[str, str]:
        return {**super().given(), "found": SecondLook.Found.UNCHANGED.value}


BATCH_FORMS: dict[str, type[BatchForm]] = {
    "accept": AcceptMany,
    "take": TakeMany,
    "dispatch": DispatchMany,
    "name_handler": NameHandlerForMany,
    "approve_request": ApproveMany,
    "look_again": LookAtMany,
}
