"""What a form may bring, before any view sees it: reading it for the CSRF check already fills the disk of /tmp."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from enterprises.joining.views import PROVEN


class Limits(FileUploadHandler):
    """First of the handlers: a stranger sends no files, and of a file that is too large only as much as tells so.

    Raises RequestDataTooBig (the page answers 400) for a stranger's form above DATA_UPLOAD_MAX_MEMORY_SIZE bytes.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and not self._known():
            raise RequestDataTooBig("a stranger's form is too large")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """One byte more than is allowed goes on, so that `files.store` refuses it with its sentence."""
        room = settings.FILE_MAX_BYTES + 1 - start
        return raw_data[:room] if room > 0 else None

    def file_complete(self, file_size: int) -> None:
        return None

    def _known(self) -> bool:
        """Whether somebody is signed in, or has proven a telephone number and registers a firm with its papers."""
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated) or PROVEN in getattr(self.request, "session", ())
