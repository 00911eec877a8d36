"""Forms of what is said beside the loop: urging and writing (see `requests.forms.base`)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.people.rights import rights_of
from requests.capacity import is_members
from requests.forms.base import VerbForm, choice, prose
from requests.forms.files import FilesField
from requests.models.conversation import Audience


class UrgeForm(VerbForm):
    verb, name = "urge", _("催办")
    sub = _("记一次催办，经办的人和他的负责人都会收到提醒。")
    text = prose(_("想说的"), rows=2, required=False, max_length=1000)

    def act(self) -> str:
        return gettext("催办，提醒经办人和负责人")


class WriteForm(VerbForm):
    verb, name = "write", _("留言")
    fills = ("text",)
    audience = choice(
        _("写给谁"),
        [(Audience.FIRM, _("回复企业")), (Audience.OFFICE, _("内部意见"))],
        required=False,
        initial=Audience.FIRM,
    )
    text = prose(_("内容"), rows=2, error_messages={"required": _("请写下要说的话。")})
    files = FilesField()

    def shape(self) -> None:
        if not rights_of(self.user, self.now).is_official or is_members(self.ticket, self.user):
            del self.fields["audience"]

    def act(self) -> str:
        return gettext("发送")

    def given(self, files: list[StoredFile]) -> dict[str, Any]:
        data = self.cleaned_data
        return {"text": data["text"], "audience": data.get("audience") or Audience.FIRM, "files": files}


TALKING = (UrgeForm, WriteForm)
