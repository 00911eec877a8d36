"""What the forms of common problems and articles share: one verb, its fields, and the sentence where it is refused."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from portal.people.models import User
from requests import flow
from requests.flow.core import Refused


class SubjectForm(forms.Form):
    """The form of one verb on a problem or an article, for one person."""

    verb: ClassVar[str]
    name: ClassVar[Any]  # the short name, for menus and headings
    sub: Any = ""  # what will happen, where the act needs saying so
    do_not_call_in_templates: ClassVar[bool] = True  # menus name the classes

    def __init__(self, *args: Any, subject: Any, user: User, **kwargs: Any) -> None:
        self.subject, self.user = subject, user
        super().__init__(*args, label_suffix="", **kwargs)
        self.shape()

    def shape(self) -> None:
        """Fits the fields to the subject."""

    def act(self) -> str:
        """What the button says."""
        return str(self.name)

    def given(self) -> dict[str, Any]:
        """The verb's arguments from the cleaned fields."""
        return dict(self.cleaned_data)

    def do(self) -> Any:
        """What the verb gives; None, with the sentence beside its field, where it is refused."""
        if not self.is_valid():
            return None
        try:
            return getattr(flow, self.verb)(self.subject, by=self.user, **self.given())
        except Refused as refused:
            refused.put_on(self)
            return None
