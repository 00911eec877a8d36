"""ENT-1: the unified social credit code is checked wherever a firm is written."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from enterprises.demo import valid_uscc
from enterprises.models import Enterprise
from enterprises.uscc import normal, validate_uscc
from tests.enterprises import factories

KNOWN = ["91110000600037341L", "91350100M000100Y43"]  # the examples of python-stdnum and of GB 32100-2015


@pytest.mark.parametrize("code", KNOWN)
def test_the_examples_of_the_standard_are_valid(code):
    validate_uscc(code)


@pytest.mark.parametrize("position", range(8, 18))
def test_one_changed_character_is_noticed(position):
    code = KNOWN[0]
    other = "7" if code[position] != "7" else "8"
    with pytest.raises(ValidationError) as error:
        validate_uscc(code[:position] + other + code[position + 1 :])
    assert error.value.code == "checksum"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "length"),
        (KNOWN[0][:-1], "length"),
        (KNOWN[0] + "0", "length"),
        ("91110000600O37341L", "shape"),  # the letter O for a zero
        ("9111A000600037341L", "shape"),
        (KNOWN[0].lower(), "shape"),
        ("９１１１００００６０００３７３４１L", "shape"),
        (KNOWN[0][:-1] + "\n", "shape"),
        (KNOWN[0][:-1] + "M", "checksum"),
    ],
)
def test_each_kind_of_mistake_has_its_own_reason(code, reason):
    with pytest.raises(ValidationError) as error:
        validate_uscc(code)
    assert error.value.code == reason


def test_codes_of_village_collectives_begin_with_a_letter():
    body = "N2320585MA0000001"
    from stdnum.cn.uscc import calc_check_digit

    validate_uscc(body + calc_check_digit(body))


def test_a_code_in_groups_and_small_letters_is_brought_into_form():
    assert normal(" 9111 0000-6000 37341l ") == KNOWN[0]


def test_made_up_codes_are_valid_and_differ():
    codes = [valid_uscc(number) for number in range(1, 3000)]
    assert len(set(codes)) == len(codes)
    for code in codes:
        validate_uscc(code)


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "123", "91110000600O37341L", KNOWN[0].lower()])
def test_the_database_refuses_what_has_not_the_shape(code):
    place = factories.place("T")
    with pytest.raises(IntegrityError), transaction.atomic():
        Enterprise.objects.create(uscc=code, name="乌有", place=place)


@pytest.mark.django_db
def test_one_code_is_one_firm():
    factories.firm(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.firm(1)
