"""What is written beside a record."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.files.fields import FilesField


class AmendForm(forms.Form):
    """更正说明."""

    name, act = pgettext_lazy("动作", "更正说明"), _("附在记录后面")
    sending = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("哪里记错了，应当是什么"),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("请写哪里记错了、应当是什么。")},
    )
    files = FilesField(label=_("补充照片"))
