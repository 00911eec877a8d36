"""Forms to which files belong, sent ahead one by one or with the form itself (`parts/files_field.html`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from portal import files
from portal.files.models import StoredFile
from portal.people.models import User
from requests.forms.base import keys


class TakesFiles(forms.Form):
    """A form with a field `files`; what was sent ahead comes as `stored`."""

    user: User

    def taken(self, by: User) -> list[StoredFile]:
        """All files of the form, kept; call it in the transaction that gives them a subject. Raises Refused."""
        stored = files.sent_ahead(self._ahead, by=by, lock=True)
        files.check_count(len(stored), len(self.cleaned_data["files"]))
        return stored + [files.store(upload, by=by) for upload in self.cleaned_data["files"]]

    @property
    def kept(self) -> list[StoredFile]:
        """What the page shows again after a mistake."""
        return files.sent_ahead(self._ahead, by=self.user) if self.is_bound else []

    @property
    def _ahead(self) -> set[int]:
        sent: Any = self.data
        return keys(sent.getlist("stored"))

    @property
    def most(self) -> int:
        return settings.FILES_PER_SUBJECT

    @property
    def most_mb(self) -> int:
        return settings.FILE_MAX_BYTES // 1024 // 1024
