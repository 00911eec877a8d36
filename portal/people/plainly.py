"""What a form says of a field that was left empty or mistyped: plain sentences, for all forms of the portal.

Django's own are a programmer's (“确保该变量包含不超过 80 字符”). A field that has better words says its own.
"""

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.core import validators
from django.db import models
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

FILL, CHOOSE, GONE = _("请填写。"), _("请选择。"), _("没有这个选项，请重新选择。")
WHOLE, NUMERAL = _("请填写整数。"), _("请填写数字。")
DAY, HOUR = _("日期不对，请按 2026-11-24 这样填写。"), _("时间不对，请按 09:30 这样填写。")
MIXED = _("这一项没有填对，请核对后重新填写。")
STALE = _("页面上的数据不完整，请刷新页面后再提交。")  # of a field that nobody types: only a broken page sends it wrong
TAKEN = _("已有相同的%(field_label)s，请换一个。")
PICKED = {"required": CHOOSE, "invalid_choice": GONE, "invalid_list": GONE, "invalid_pk_value": GONE}
FIELDS: dict[type, dict[str, Any]] = {
    forms.Field: {"required": FILL},
    forms.ChoiceField: {"required": CHOOSE, "invalid_choice": GONE},
    forms.MultipleChoiceField: PICKED,
    forms.ModelChoiceField: {"required": CHOOSE, "invalid_choice": GONE},
    forms.ModelMultipleChoiceField: PICKED,
    forms.BooleanField: {"required": _("请先勾选。")},
    forms.FileField: {
        "required": _("请选择文件。"),
        "missing": _("请选择文件。"),
        "invalid": _("文件没有传上来，请重新选择文件。"),
        "empty": _("这个文件是空的，请换一个。"),
        "max_length": _("文件名最多 %(max)d 个字，现在有 %(length)d 个，请改短后再选。"),
        "contradiction": _("已选了新文件，就不要再勾“清除”。"),
    },
    forms.ImageField: {"invalid_image": _("这个文件打不开，请换一张 JPG 或 PNG 图片。")},
    forms.IntegerField: {"invalid": WHOLE},
    forms.FloatField: {"invalid": NUMERAL},
    forms.DecimalField: {"invalid": NUMERAL},
    forms.DateField: {"invalid": DAY},
    forms.DateTimeField: {"invalid": DAY},
    forms.TimeField: {"invalid": HOUR},
    forms.MultiValueField: {"invalid": MIXED, "incomplete": _("这一项没有填完。")},
    forms.SplitDateTimeField: {"invalid_date": DAY, "invalid_time": HOUR},
    forms.UUIDField: {"invalid": STALE},
    forms.JSONField: {"invalid": STALE},
    models.Field: {"blank": FILL, "null": FILL, "invalid_choice": GONE, "unique": TAKEN},
    models.ForeignKey: {"invalid": GONE},
    models.BooleanField: {"invalid": GONE, "invalid_nullable": GONE},
    models.IntegerField: {"invalid": WHOLE},
    models.FloatField: {"invalid": NUMERAL},
    models.DecimalField: {"invalid": NUMERAL},
    models.DateField: {"invalid": DAY, "invalid_date": DAY},
    models.DateTimeField: {"invalid": DAY, "invalid_date": DAY, "invalid_datetime": DAY},
    models.TimeField: {"invalid": HOUR, "invalid_time": HOUR},
    models.UUIDField: {"invalid": STALE},
    models.JSONField: {"invalid": STALE},
    ArrayField: {"item_invalid": _("第 %(nth)s 项："), "nested_array_mismatch": MIXED},
    SimpleArrayField: {"item_invalid": _("第 %(nth)s 项：")},
    BaseFormSet: {
        "missing_management_form": STALE,
        "too_many_forms": _("最多 %(num)d 行，请删去一些。"),
        "too_few_forms": _("至少 %(num)d 行，请补上。"),
    },
}
VALIDATORS: dict[type, Any] = {
    validators.MaxLengthValidator: _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个，请删短一些。"),
    validators.MinLengthValidator: _("至少 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
    validators.MinValueValidator: _("不能小于 %(limit_value)s。"),
    validators.MaxValueValidator: _("不能大于 %(limit_value)s。"),
    validators.StepValueValidator: _("要是 %(limit_value)s 的整数倍。"),
    validators.RegexValidator: MIXED,
    validators.URLValidator: _("网址不对，请从 https:// 开始填写。"),
    validators.EmailValidator: _("邮箱地址不对，请核对。"),
    validators.FileExtensionValidator: _("不收 %(extension)s 文件，请换成：%(allowed_extensions)s。"),
    validators.ProhibitNullCharactersValidator: _("里面有看不见的字符，请删去后重新填写。"),
}
DIGITS = {
    "invalid": NUMERAL,
    "max_digits": _("最多 %(max)s 位数字。"),
    "max_decimal_places": _("小数点后最多 %(max)s 位。"),
    "max_whole_digits": _("小数点前最多 %(max)s 位。"),
}


def speak() -> None:
    """Once, before any form is made: fields take their class's sentences as they are made."""
    for field, said in FIELDS.items():
        words: dict[str, Any] = getattr(field, "default_error_messages", {})
        field.default_error_messages = words | said  # type: ignore[attr-defined]
    for validator, sentence in VALIDATORS.items():
        validator.message = sentence  # type: ignore[attr-defined]
    validators.DecimalValidator.messages = DIGITS  # type: ignore[assignment]
    validators.validate_slug.message = _("只用英文字母、数字、横线和下划线。")
    forms.URLField.default_error_messages = {"invalid": VALIDATORS[validators.URLValidator]}
