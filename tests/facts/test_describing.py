from decimal import Decimal

import pytest

from enterprises.facts.describing import load
from enterprises.models import Line, Resource, ResourceColumn

pytestmark = pytest.mark.django_db


def test_a_town_starts_with_eighteen_lines_and_more_than_sixty_resources():
    lines, resources, columns = load()
    assert (lines, resources) == (18, 76)
    assert columns == ResourceColumn.objects.count() > 200
    assert not Line.objects.filter(resources=None).exists()
    assert not Resource.objects.filter(columns=None).exists()


def test_loading_again_keeps_what_the_centre_changed():
    load()
    Resource.objects.filter(code="tax_paid").update(due_days=7)
    load()
    assert Resource.objects.get(code="tax_paid").due_days == 7
    assert Resource.objects.count() == 76


def test_every_column_is_a_measure_that_can_be_kept():
    load()
    for column in ResourceColumn.objects.select_related("resource"):
        measure = column.measure
        assert measure.kind != "number" or measure.step >= 1, column
        assert (measure.kind == "choice") == bool(measure.choices), column
        assert column.name_en
        assert column.resource.name_en


def test_money_is_kept_in_fen_and_shown_in_ten_thousands():
    load()
    total = ResourceColumn.objects.get(resource__code="tax_paid", code="total").measure
    assert (total.unit, total.scale, total.display, total.factor) == ("元", 2, "万元", Decimal("1E+4"))
