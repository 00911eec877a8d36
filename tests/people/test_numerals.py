"""Sums as people type them on a Chinese keyboard or copy them from a table."""

from decimal import Decimal

import pytest
from django.forms import ValidationError

from portal.people.numerals import CountField, SumField, plain


@pytest.mark.parametrize("typed", ["1000", "1,000", "１０００", "１，０００", "1 000", " 1,000.00 "])
def test_a_sum_is_read_as_it_is_typed(typed):
    assert SumField(max_digits=14, decimal_places=2).clean(typed) == Decimal(1000)


def test_thousands_may_be_many():
    assert SumField(max_digits=14, decimal_places=2).clean("12,345,678.9") == Decimal("12345678.9")
    assert CountField(max_value=100_000).clean("１0,000") == 10_000


@pytest.mark.parametrize(
    "typed", ["1,5", "1,00", "10,0000", "二十万", "1,000元", "NaN", "Infinity", "1e9", "１Ｅ３", "9" * 5000]
)
def test_what_may_mean_something_else_is_refused(typed):
    """A comma that separates no thousands may be a decimal one: 1,5 is not 15."""
    with pytest.raises(ValidationError):
        SumField(max_digits=14, decimal_places=2).clean(typed)
    with pytest.raises(ValidationError):
        CountField(max_value=100_000).clean(typed)


def test_what_is_no_number_stays_as_it_was_typed():
    assert plain("约 20 万") == "约 20 万"
    assert plain("1,5") == "1,5"
