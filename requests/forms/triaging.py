"""The forms of merging: into which matter, and taking one out again (APP-16)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from requests.forms.base import VerbForm
from requests.models import Ticket

NUMBER = re.compile(r"[0-9A-Z-]{1,24}")


class MergeForm(VerbForm):
    verb, name = "merge", _("并入另一件")
    sub = _("两个编号都有效。这一件不再单独计时，跟着主件走；两边的企业都会收到通知，互相看不到对方是谁。")
    layout, named = "requests/fields_merge.html", ("into",)
    into = forms.CharField(
        label=_("主件编号"), max_length=24, error_messages={"required": _("请写主件编号，或在下面选一件。")}
    )

    def shape(self) -> None:
        self.fields["into"].widget.attrs["placeholder"] = "SX-20261121-0007"

    def main(self) -> Ticket | None:
        """The one that is named so far, if there is such a one and the person may read it."""
        found = self._readable(str(self["into"].value() or ""))
        return None if found == self.ticket else found

    def clean_into(self) -> Ticket:
        found = self._readable(self.cleaned_data["into"])
        if found is None:
            raise forms.ValidationError(_("没有这一件，请核对编号。"))
        return found

    def _readable(self, typed: str) -> Ticket | None:
        number = typed.strip().upper()
        if not NUMBER.fullmatch(number):
            return None
        tickets = Ticket.objects.visible_to(self.user).filter(confidential=False)
        return tickets.select_related("enterprise", "lead_department").filter(number=number).first()

    def act(self) -> str:
        main = self.main()
        return gettext("并入 %(number)s") % {"number": main.number} if main else gettext("并入主件")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        return {"into": self.cleaned_data["into"]}


class SplitForm(VerbForm):
    verb, name, asks = "split", _("拆出单独办"), False

    def act(self) -> str:
        return gettext("拆出，%(due)s定下由谁办") % {"due": self.due("dispatch")}


TRIAGING = (MergeForm, SplitForm)
