"""Numbers as people type them: full-width digits, thousands separators and blanks are no mistakes."""

import re
import unicodedata
from typing import Any

from django import forms

SEPARATOR = re.compile(r"(?<=\d)[,\s](?=\d{3}(?!\d))")  # any other comma stays, to be refused: 1,5 is not 15


def plain(typed: str) -> str:
    """`１，０００` and `1 000` as 1000; what is no number stays as it is."""
    return SEPARATOR.sub("", unicodedata.normalize("NFKC", typed)).strip()


def typing() -> forms.TextInput:
    """A box of text with the keyboard of digits: a box of numbers swallows commas and full-width digits unsaid."""
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class SumField(forms.DecimalField):
    """A sum or measure, typed as people write it: nobody means `1e9`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": typing(), **kwargs})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = plain(value)
            if "e" in value.lower():
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class CountField(forms.IntegerField):
    """How many of something, where thousands are usual."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": typing(), **kwargs})

    def to_python(self, value: Any) -> Any:
        return super().to_python(plain(value) if isinstance(value, str) else value)
