"""The form field for photos and papers: several at once, checked by content when they are stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Cleans to a list of uploads, empty where none was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("照片和材料"))
        kwargs.setdefault("required", False)
        super().__init__(widget=FilesInput(), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = data if isinstance(data, list | tuple) else [data]
        if self.required and not any(uploads):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(upload, initial) for upload in uploads if upload]
