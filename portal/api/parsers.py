"""JSON as it may come from anywhere: bounded, in UTF-8, and nothing that a database could not keep."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from .problems import Problem


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and infinities are no JSON


class JSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, context: Mapping[str, Any] | None = None) -> Any:
        """Raises ParseError (400), or a Problem with 413."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise Problem(413, _("内容超过 %(size)s MB。") % {"size": most // 1024 // 1024})
        try:
            read = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
            json.dumps(read, ensure_ascii=False).encode()  # half of a surrogate pair is no character
        except (ValueError, RecursionError):
            raise ParseError(_("内容不是正确的 JSON。")) from None
        return read
