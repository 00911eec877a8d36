"""What a form says of a field that was left empty or mistyped: plain sentences, for all forms of the portal.

Django's own are a programmer's (“确保该变量包含不超过 80 字符”). A field that has better words says its own.
"""

from typing import Any

from django import forms
from django.core import validators
from django.db import models
from django.utils.translation import gettext_lazy as _

FILL, CHOOSE, GONE = _("请填写。"), _("请选择。"), _("没有这个选项，请重新选择。")
WHOLE, NUMERAL = _("请填写整数。"), _("请填写数字。")
DAY, HOUR = _("日期不对，请按 2026-11-24 这样填写。"), _("时间不对，请按 09:30 这样填写。")
FIELDS: dict[type, dict[str, Any]] = {
    forms.Field: {"required": FILL},
    forms.ChoiceField: {"required": CHOOSE, "invalid_choice": GONE},
    forms.MultipleChoiceField: {"required": CHOOSE, "invalid_choice": GONE, "invalid_list": GONE},
    forms.ModelChoiceField: {"required": CHOOSE, "invalid_choice": GONE},
    forms.ModelMultipleChoiceField: {"required": CHOOSE, "invalid_choice": GONE, "invalid_list": GONE},
    forms.BooleanField: {"required": _("请先勾选。")},
    forms.FileField: {"required": _("请选择文件。")},
    forms.IntegerField: {"invalid": WHOLE},
    forms.FloatField: {"invalid": NUMERAL},
    forms.DecimalField: {"invalid": NUMERAL},
    forms.DateField: {"invalid": DAY},
    forms.DateTimeField: {"invalid": DAY},
    forms.TimeField: {"invalid": HOUR},
    models.Field: {"blank": FILL, "null": FILL, "invalid_choice": GONE},
    models.DateField: {"invalid": DAY, "invalid_date": DAY},
}
VALIDATORS: dict[type, Any] = {
    validators.MaxLengthValidator: _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个，请删短一些。"),
    validators.MinLengthValidator: _("至少 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
    validators.MinValueValidator: _("不能小于 %(limit_value)s。"),
    validators.MaxValueValidator: _("不能大于 %(limit_value)s。"),
    validators.URLValidator: _("网址不对，请从 https:// 开始填写。"),
    validators.EmailValidator: _("邮箱地址不对，请核对。"),
}


def speak() -> None:
    """Once, before any form is made: fields take their class's sentences as they are made."""
    for field, said in FIELDS.items():
        words: dict[str, Any] = getattr(field, "default_error_messages", {})
        field.default_error_messages = words | said  # type: ignore[attr-defined]
    for validator, sentence in VALIDATORS.items():
        validator.message = sentence  # type: ignore[attr-defined]
    forms.URLField.default_error_messages = {"invalid": VALIDATORS[validators.URLValidator]}
