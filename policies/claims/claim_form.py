"""The one page of a claim: what the data do not say is asked for, everything else is there already (POL-5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.attributes.catalogue import TOWN, Attribute
from enterprises.attributes.declaring import declarable
from enterprises.measures import Kind, Plain, unit_name
from enterprises.models import Enterprise
from policies.amounts.language import Question, parse
from policies.amounts.working import answered
from policies.claims import flow
from policies.claims.forms import DAY, THIS_CENTURY, account_fields, account_of, last_account
from policies.models import Round
from portal import files
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.numerals import SumField, typing
from portal.people.refusal import Refused
from requests.forms.base import keys, prose
from requests.forms.files import FilesField

YES_NO = [("", "—"), ("yes", _("是")), ("no", _("否"))]


class ClaimForm(forms.Form):
    """Fields that begin with `declare_` are facts, with `answer_` what the amount asks for, with `file_` materials."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    statement = prose(_("申报说明"), rows=3, max_length=2000, required=False)
    sure = forms.BooleanField(
        label=_("以上内容属实，同意受理、联审单位为审查这次申报查看这些数据"),
        error_messages={"required": _("请先确认内容属实。")},
    )

    def __init__(self, *args: Any, round: Round, firm: Enterprise, user: User, foreseen: flow.Foreseen, **kw: Any):
        super().__init__(*args, label_suffix="", **kw)
        self.round, self.firm, self.user, self.foreseen = round, firm, user, foreseen
        self.declares = [TOWN[code] for code in foreseen.missing if code in TOWN and declarable(TOWN[code])]
        self.questions = questions_of(round)
        last = list(self.fields.items())
        self.fields = {}
        for attribute in self.declares:
            self.fields[f"declare_{attribute.code}"] = declared_field(attribute)
        for question in self.questions:
            self.fields[f"answer_{question.code}"] = _asked_field(question)
        for n, material in enumerate(foreseen.materials):
            self.fields[f"file_{n}"] = FilesField(label=material.name, help_text=material.note)
        self.fields |= dict(account_fields()) | dict(last)
        self.initial = self._prefilled() | self.initial

    def _prefilled(self) -> dict[str, Any]:
        known = {
            "contact_name": self.user.name,
            "contact_phone": self.user.mobile or self.user.phone,
            "account_name": self.firm.name,
        }
        return known | last_account(self.firm.pk)

    # Files ------------------------------------------------------------------------------------------------------

    def kept(self, n: int) -> list[StoredFile]:
        """What was sent ahead for the n-th material."""
        return files.sent_ahead(keys(self.data.getlist(f"stored_{n}")), by=self.user) if self.is_bound else []

    def materials(self) -> list[dict[str, Any]]:
        """Each material with its field and its uploads, for the page."""
        return [
            {"n": n, "material": material, "field": self[f"file_{n}"], "kept": self.kept(n)}
            for n, material in enumerate(self.foreseen.materials)
        ]

    def stored(self) -> list[tuple[StoredFile, str]]:
        """All files with the material each stands for; raises files.Refused (SEC-7)."""
        found: list[tuple[StoredFile, str]] = []
        for n, material in enumerate(self.foreseen.materials):
            found += [(one, material.name) for one in self.kept(n)]
            uploads = self.cleaned_data.get(f"file_{n}") or []
            files.check_count(len(found), len(uploads))
            found += [(files.store(upload, by=self.user), material.name) for upload in uploads]
        return found

    # Cleaning ---------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for n, material in enumerate(self.foreseen.materials):
            if material.required and not self.kept(n) and not data.get(f"file_{n}") and f"file_{n}" not in self.errors:
                self.add_error(f"file_{n}", gettext("请上传%(name)s。") % {"name": material.name})
        for question in self.questions:
            self._check_answer(question, data)
        return data

    def _check_answer(self, question: Question, data: dict[str, Any]) -> None:
        name = f"answer_{question.code}"
        if typed := data.get(name):
            try:
                answered(question, typed)
            except Refused as refused:
                self.add_error(name, refused.sentence)

    # What is handed on ------------------------------------------------------------------------------------------

    def answers(self) -> dict[str, str]:
        """What the amount asks for, as typed; also of a form that is not complete yet."""
        return {
            question.code: str(self[f"answer_{question.code}"].value() or "").strip()
            for question in self.questions
            if str(self[f"answer_{question.code}"].value() or "").strip()
        }

    def declared(self) -> dict[str, Plain]:
        """The facts by the firm's own word, in the units they are kept in."""
        found: dict[str, Plain] = {}
        for attribute in self.declares:
            typed = self.cleaned_data.get(f"declare_{attribute.code}")
            if typed not in (None, ""):
                found[attribute.code] = plain_value(attribute, typed)
        return found

    def account(self) -> flow.Account:
        return account_of(self.cleaned_data)


def questions_of(round: Round) -> tuple[Question, ...]:
    formula = round.clause.formula
    return parse(formula).questions if formula else ()


def _asked_field(question: Question) -> forms.CharField:
    return forms.CharField(
        label=f"{question}({unit_name(question.unit)})" if question.unit else str(question),
        max_length=20,
        widget=typing(),
    )


def declared_field(attribute: Attribute) -> forms.Field:
    """An empty field for a fact nobody has said yet, in the unit it is shown in."""
    label = f"{attribute}({unit_name(attribute.display)})" if attribute.display else str(attribute)
    about = {"label": label, "required": False, "help_text": attribute.meaning}
    if attribute.kind == Kind.NUMBER:
        places = max(attribute.scale + attribute.factor.adjusted(), 0)
        return SumField(**about, max_digits=16, decimal_places=places)
    if attribute.kind == Kind.BOOL:
        return forms.ChoiceField(**about, choices=YES_NO, widget=forms.Select)
    if attribute.kind == Kind.DATE:
        return forms.DateField(**about, widget=DAY, validators=THIS_CENTURY)
    if attribute.kind == Kind.CHOICE:
        choices = [("", "—"), *((one.code, str(one)) for one in attribute.choices)]
        return forms.ChoiceField(**about, choices=choices, widget=forms.Select)
    return forms.CharField(**about, max_length=100)


def plain_value(attribute: Attribute, typed: Any) -> Plain:
    if attribute.kind == Kind.NUMBER:
        return Decimal(typed) * attribute.factor
    if attribute.kind == Kind.BOOL:
        return bool(typed == "yes")
    return typed  # type: ignore[no-any-return]
