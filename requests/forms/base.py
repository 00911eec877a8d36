"""What all verbs' forms share: the fields' kinds, the limits named on buttons, files sent ahead, and the call.

A button names the act and its effect (look: Words): “转交住建办，15 个工作日内办结”.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal import files
from portal.deadlines.rules import NoRule, rule_under
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.rights import rights_of
from portal.worktime import words
from portal.worktime.calendar import calendar
from portal.worktime.limits import Limit, LimitKind
from requests import flow, limits, stages
from requests.models import Assignment, Attachment, ReplyTemplate, Ticket
from requests.models.ticket import DIVISOR, Urgency
from requests.reply_templates import may_keep

PHONE = re.compile(r"[\d\s+()（）#*转-]+")
SCORES = [(5, _("5 很满意")), (4, _("4 满意")), (3, _("3 一般")), (2, _("2 不满意")), (1, _("1 很不满意"))]


def keys(typed: Iterable[str]) -> set[int]:
    """Row keys as a form sends them; what is none, or longer than one can be, is left out."""
    return {int(key) for key in typed if key.isdecimal() and len(key) < 19}


class Prose(forms.CharField):
    """What people write at length: never cut off by the browser, a line's end counted as the one it is.

    Too long a text comes back whole, with how long it is and how long it may be.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个，请删短一些。")
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)
        return text


def prose(label: Any, rows: int = 3, **kwargs: Any) -> Prose:
    kwargs.setdefault("max_length", 4000)
    return Prose(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def choice(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **kwargs)


def phone_of(typed: str) -> str:
    """Digits enough to be called. Raises ValidationError."""
    typed = typed.strip()
    if sum(char.isdecimal() for char in typed) < 7 or not PHONE.fullmatch(typed):
        raise forms.ValidationError(gettext("电话至少 7 位数字，只写数字，分机前写“转”。"))
    return typed


def score(label: Any, required: bool = False) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=SCORES, coerce=int, empty_value=None, required=required, widget=forms.RadioSelect
    )


def limit_of(ticket: Ticket, obligation: str, now: datetime, **conditions: str) -> Limit | None:
    """The limit that this obligation would get now, in the ticket's urgency; None where the rule has no amount."""
    urgency = conditions.pop("urgency", ticket.urgency)
    try:
        limit = rule_under(obligation, limits.conditions(ticket, **conditions), at=now).limit
    except NoRule:
        return None
    return limit.hastened(DIVISOR[Urgency(urgency)]) if limit else None


def amount(limit: Limit | None) -> str:
    """“15 个工作日”, “30 分钟”; empty where there is no limit."""
    if limit is None or limit.amount is None:
        return ""
    if limit.kind == LimitKind.WORKING_DAYS:
        return ngettext("%(n)s 个工作日", "%(n)s 个工作日", limit.amount) % {"n": limit.amount}
    if limit.kind == LimitKind.CALENDAR_DAYS:
        return ngettext("%(n)s 日", "%(n)s 日", limit.amount) % {"n": limit.amount}
    if limit.kind == LimitKind.BEFORE:
        return gettext("主办到期前 %(n)s 个工作日") % {"n": limit.amount}
    return words.span(limit.amount)


# Unique among the verbs of one status, and none of those that move about in a list (static/js/keys.js).
KEYS = {
    "accept": "a",
    "ask_supplement": "b",
    "reject": "e",
    "supplement": "m",
    "dispatch": "d",
    "merge": "m",
    "split": "s",
    "take": "t",
    "name_handler": "h",
    "log_contact": "l",
    "give_opinion": "o",
    "report": "r",
    "sign_off": "s",
    "send_back": "b",
    "confirm": "c",
    "dispute": "p",
    "record_revisit": "v",
    "urge": "u",
    "instruct": "i",
    "answer_instruction": "w",
    "make_commitment": "y",
    "approve_commitment": "a",
    "return_commitment": "z",
    "report_progress": "f",
    "approve_request": "c",
    "ask_extension": "e",
    "ask_suspension": "p",
    "end_suspension": "s",
    "look_again": "v",
    "ask_review": "q",
    "rule_review": "s",
    "write_back": "b",
    "entrust": "s",
    "record_confirmation": "v",
    "find": "q",
}


class VerbForm(forms.Form):
    """A verb's form for one ticket and one person at one instant of showing it."""

    verb: ClassVar[str]
    name: ClassVar[Any]  # the short name, for menus and headings
    sub: Any = ""  # what will happen, where the act needs saying so
    asks: bool = True  # whether there is anything that must be filled in before it can be done
    key: ClassVar[str] = ""  # the letter that presses its button
    begins: ClassVar[str] = ""  # the statuses from which it can be done, for the batch bar
    layout: ClassVar[str] = "requests/fields.html"
    fills: ClassVar[tuple[str, ...]] = ()  # the fields into which a reply template may go
    named: ClassVar[tuple[str, ...]] = ()  # fields that the address of the form may fill in
    do_not_call_in_templates: ClassVar[bool] = True  # menus name the classes

    def __init__(self, *args: Any, ticket: Ticket, user: User, now: datetime, **kwargs: Any) -> None:
        self.ticket, self.user, self.now = ticket, user, now
        super().__init__(*args, label_suffix="", **kwargs)
        self.shape()

    def shape(self) -> None:
        """Fits the fields to the ticket."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        verb = getattr(cls, "verb", "")
        cls.key, cls.begins = KEYS.get(verb, ""), " ".join(stages.begins(verb))

    @property
    def at_once(self) -> bool:
        """Whether its letter does it: nothing to fill in, and half a minute to take it back."""
        return not self.asks and self.verb in stages.UNDOABLE

    @property
    def may_fill(self) -> bool:
        return bool(self.fills) and may_keep(rights_of(self.user, self.now))

    @cached_property
    def reply_templates(self) -> list[ReplyTemplate]:
        """What he may put into the fields that `fills` names."""
        return list(ReplyTemplate.objects.visible_to(self.user, self.now).only("name", "department"))

    def act(self) -> str:
        """What the button says."""
        return str(self.name)

    def opens(self) -> str:
        """What the button says that leads to the form, where the act has to be filled in first."""
        return str(self.name)

    def call(self, files: list[StoredFile]) -> Any:
        return getattr(flow, self.verb)(self.ticket, by=self.user, **self.given(files))

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        """The verb's arguments from the cleaned fields."""
        return dict(self.cleaned_data)

    def do(self) -> bool:
        """Calls the verb; False, with the sentence beside its field, where it is refused."""
        if not self.is_valid():
            return False
        try:
            with transaction.atomic():
                self.call(self._stored(self.cleaned_data.pop("files", [])))
        except flow.Refused as refused:
            refused.put_on(self)
        return not self.errors

    def _stored(self, uploads: list[Any]) -> list[StoredFile]:
        """The files of the act: those sent ahead one by one, and those that come with the form."""
        if "files" not in self.fields:
            return []
        kept = self.kept(lock=True)
        files.check_count(len(kept), len(uploads))
        return kept + [files.store(upload, by=self.user) for upload in uploads]

    def kept(self, lock: bool = False) -> list[StoredFile]:
        """What the person has uploaded to this form before sending it: his own files that nothing has taken yet."""
        wanted = keys(self.data.getlist("stored")) if self.is_bound else set()
        if not wanted:
            return []
        own = StoredFile.objects.filter(pk__in=wanted, uploaded_by=self.user).order_by("pk")
        found = list(own.select_for_update(no_key=True) if lock else own)
        taken = set(Attachment.objects.filter(file__in=found).values_list("file", flat=True))
        return [stored for stored in found if stored.pk not in taken]

    def due(self, obligation: str, **conditions: str) -> str:
        """“11月24日(周二)17:00 前” if the clock began now; empty where it has no limit."""
        limit = limit_of(self.ticket, obligation, self.now, **conditions)
        return words.by_when(calendar().due(self.now, limit).at) if limit else ""


def missing_parts(ticket: Any) -> list[str]:
    """The co-handling departments whose opinion the result waits for (APP-4)."""
    if ticket.status not in stages.IN_DEPARTMENT:
        return []
    return [
        part.department.short_name
        for part in ticket.assignments.all()
        if part.part == Assignment.Part.CO and part.ended_at is None and part.opinion_at is None
    ]
