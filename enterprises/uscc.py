"""The unified social credit code 统一社会信用代码 (GB 32100-2015, ENT-1): 18 characters, the last one a check digit."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as gb32100

# Digits and capitals without I, O, S, V, Z. The first two name the registrar and may be letters (N2: village
# collectives), which stdnum.cn.uscc.validate() refuses; so the shape is checked here, the check digit taken from there.
ASSOCIATION = "51"  # registrar: civil affairs; kind: social organisation (社会团体)
SHAPE = r"^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$"


def normal(code: str) -> str:
    """The code as it is stored: no blanks or hyphens, capitals."""
    return gb32100.compact(code)


def validate_uscc(code: str) -> None:
    """Raises ValidationError that says which of length, characters and check digit is wrong (ENT-1)."""
    if len(code) != 18:
        raise ValidationError(
            _("统一社会信用代码应为 18 位，现在是 %(length)s 位"), code="length", params={"length": len(code)}
        )
    if not re.match(SHAPE, code):
        raise ValidationError(
            _("统一社会信用代码里有不该出现的字符：只用数字和大写字母，不用 I、O、S、V、Z"), code="shape"
        )
    if code[-1] != gb32100.calc_check_digit(code[:-1]):
        raise ValidationError(_("统一社会信用代码的校验位不对，请对照营业执照再看一遍"), code="checksum")
