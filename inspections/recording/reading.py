"""A record as the telephone sends it, in JSON, made into values; its shape is asked here, `complete` asks the rest.

{"by": 7, "key": "…", "begun_at": "…", "written_at": "…", "photos": ["…"], "checks": [{"need": 3, "remarks": "",
"answers": [{"item": 5, "result": "ok", "note": ""}], "findings": [{"item": 5, "n": 0, "text": "…", "basis": "…",
"severity": "minor", "outcome": "rectify", "days": 15}]}], "signatures": [{"whose": "firm", "name": "…", "title": "",
"image": "data:image/png;base64,…", "refused_for": ""}]}
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from portal.people.refusal import Refused

from ..models import Signature
from . import stages
from .kinds import SIGNATURE_BYTES
from .written import DAYS, Answer, Checked, Found, Record, Signed

PNG = "data:image/png;base64,"
MOST = 200  # of anything in a list; far above what a visit has


class AnswerIn(serializers.Serializer):
    item = serializers.IntegerField(min_value=1)
    result = serializers.ChoiceField(list(stages.RESULTS))
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class FoundIn(serializers.Serializer):
    item = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    n = serializers.IntegerField(min_value=0, max_value=MOST, default=0)
    text = serializers.CharField(max_length=500, allow_blank=True)
    basis = serializers.CharField(max_length=300, allow_blank=True, default="")
    severity = serializers.CharField(max_length=10, allow_blank=True)
    outcome = serializers.CharField(max_length=10, allow_blank=True)
    days = serializers.IntegerField(min_value=0, max_value=1000, default=DAYS)


class CheckedIn(serializers.Serializer):
    need = serializers.IntegerField(min_value=1)
    remarks = serializers.CharField(max_length=2000, allow_blank=True, default="")
    answers = AnswerIn(many=True, max_length=MOST)
    findings = FoundIn(many=True, max_length=MOST)


class SignedIn(serializers.Serializer):
    whose = serializers.ChoiceField(Signature.Whose.values)
    name = serializers.CharField(max_length=40, allow_blank=True, default="")
    title = serializers.CharField(max_length=40, allow_blank=True, default="")
    image = serializers.CharField(max_length=2 * SIGNATURE_BYTES, allow_blank=True, default="")
    refused_for = serializers.CharField(max_length=300, allow_blank=True, default="")


class RecordIn(serializers.Serializer):
    by = serializers.IntegerField()
    key = serializers.UUIDField()
    begun_at = serializers.DateTimeField(allow_null=True, default=None)
    written_at = serializers.DateTimeField(allow_null=True, default=None)
    photos = serializers.ListField(child=serializers.UUIDField(), max_length=MOST)
    checks = CheckedIn(many=True, max_length=MOST)
    signatures = SignedIn(many=True, max_length=4)


@dataclass(frozen=True)
class Sent:
    """`by`: whose telephone filled it in; `digest`: of all that was sent, so that the same key holds for it alone."""

    by: int
    key: uuid.UUID
    record: Record
    digest: str


def read(sent: Any) -> Sent:
    """Raises Refused with the place of the first thing that has another shape; the page of ours never sends such."""
    try:
        whole = json.dumps(sent, sort_keys=True, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:  # half of a character; no database keeps it
        raise Refused(_("收到的记录有认不出的字，没有收下。请改掉再提交。")) from error
    form = RecordIn(data=sent)
    if not form.is_valid():
        raise Refused(
            _("收到的记录格式不对（%(where)s），没有收下。请刷新这一页再提交。") % {"where": _first(form.errors)}
        )
    told = form.validated_data
    record = Record(
        checks=tuple(_checked(one) for one in told["checks"]),
        signatures=tuple(_signed(one) for one in told["signatures"]),
        photos=frozenset(told["photos"]),
        written_at=told["written_at"],
        begun_at=told["begun_at"],
    )
    return Sent(told["by"], told["key"], record, hashlib.sha256(whole).hexdigest())


def _first(errors: Any, path: str = "") -> str:
    """`checks.0.answers.2.result`."""
    while errors and not isinstance(errors, str):
        pairs = errors.items() if isinstance(errors, dict) else enumerate(errors)
        step, errors = next(((key, value) for key, value in pairs if value), ("", None))
        if isinstance(errors, str):
            break
        path = f"{path}.{step}" if path else str(step)
    return path[:80] or "?"


def _checked(told: dict[str, Any]) -> Checked:
    return Checked(
        need=told["need"],
        remarks=told["remarks"],
        answers=tuple(Answer(**one) for one in told["answers"]),
        findings=tuple(Found(**one) for one in told["findings"]),
    )


def _signed(told: dict[str, Any]) -> Signed:
    return Signed(**{**told, "image": _png(told["image"])})


def _png(image: str) -> bytes:
    if not image:
        return b""
    if not image.startswith(PNG):
        raise Refused(_("签名图不完整，请擦掉重签。"), "sign")
    try:
        return base64.b64decode(image[len(PNG) :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(_("签名图不完整，请擦掉重签。"), "sign") from error
