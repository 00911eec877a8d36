"""The shipped tags by what each asks, how they are shown and to whom, and the verbs on them."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.values import Held, Put, put_many
from enterprises.criteria import flow as criteria
from enterprises.criteria.check import checked
from enterprises.criteria.one import outcome
from enterprises.models import Tag
from enterprises.tags import flow, shipped
from portal.people.actors import CLOCK
from portal.people.refusal import Refused
from portal.trail.models import Event

TODAY = date(2026, 11, 22)
WRITTEN = {one["code"]: one for one in shipped.tags()}

# What just makes the tag, and what just does not.
BORDERS = {
    "tag-above-scale": ({"above_scale": True}, {"above_scale": False}),
    "tag-revenue-growing": (
        {"revenue_last_year": 110, "revenue_year_before": 100},
        {"revenue_last_year": Decimal("109.99"), "revenue_year_before": 100},
    ),
    "tag-revenue-falling": (
        {"revenue_last_year": 90, "revenue_year_before": 100},
        {"revenue_last_year": Decimal("90.01"), "revenue_year_before": 100},
    ),
    "tag-loss": ({"profit_last_year": Decimal("-0.01")}, {"profit_last_year": 0}),
    "tag-exporter": (
        {"export_last_year": 10, "revenue_last_year": 100},
        {"export_last_year": 9, "revenue_last_year": 100},
    ),
    "tag-high-tech": ({"high_tech": True}, {"high_tech": False}),
    "tag-tech-sme": ({"tech_sme": True}, {"tech_sme": False}),
    "tag-specialised": ({"specialised": "provincial"}, {"specialised": "none"}),
    "tag-research": ({"rd_ratio": Decimal("0.05")}, {"rd_ratio": Decimal("0.049999")}),
    "tag-patents": (
        {"invention_patents": 2, "utility_patents": 5, "design_patents": 0},
        {"invention_patents": 2, "utility_patents": 4, "design_patents": 1},
    ),
    "tag-young": ({"established_on": date(2023, 11, 23)}, {"established_on": date(2023, 11, 22)}),
    "tag-rooted": ({"established_on": date(2011, 11, 22)}, {"established_on": date(2011, 11, 23)}),
    "tag-foreign": ({"firm_kind": "foreign"}, {"firm_kind": "limited"}),
    "tag-employer": ({"headcount": 200}, {"headcount": 199}),
    "tag-tax-per-mu": ({"tax_per_mu": 300000}, {"tax_per_mu": Decimal("299999.99")}),
    "tag-tax-growing": (
        {"tax_last_year": 11, "tax_year_before": 10},
        {"tax_last_year": Decimal("10.99"), "tax_year_before": 10},
    ),
    "tag-margin": (
        {"profit_last_year": 10, "revenue_last_year": 100},
        {"profit_last_year": Decimal("9.99"), "revenue_last_year": 100},
    ),
    "tag-output-per-head": (
        {"revenue_last_year": 2000000, "headcount": 2},
        {"revenue_last_year": 2000000, "headcount": 3},
    ),
    "tag-hazards": ({"open_hazards": 1}, {"open_hazards": 0}),
    "tag-penalties": ({"penalties": 1}, {"penalties": 0}),
    "tag-serious": ({"serious_violation": True}, {"serious_violation": False}),
    "tag-tax-falling": (
        {"tax_last_year": 8, "tax_year_before": 10},
        {"tax_last_year": Decimal("8.01"), "tax_year_before": 10},
    ),
    "tag-certificate": ({"high_tech_until": date(2027, 5, 22)}, {"high_tech_until": date(2027, 5, 23)}),
}


def test_there_are_23_in_five_dimensions():
    assert len(WRITTEN) == 23
    assert set(WRITTEN) == set(BORDERS)
    assert {one["dimension"] for one in WRITTEN.values()} == set(Tag.Dimension.values)


@pytest.mark.parametrize("code", WRITTEN)
def test_each_holds_at_its_border_and_not_beside_it(code):
    node, faults = checked(WRITTEN[code]["tree"])
    assert faults == []
    yes, no = ({key: Held(_plain(value)) for key, value in values.items()} for values in BORDERS[code])
    assert (outcome(node, yes, TODAY), outcome(node, no, TODAY)) == (True, False)
    assert outcome(node, {}, TODAY) is None  # what nobody said makes no tag


def _plain(value):
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.fixture
def taxed(town):
    """A firm whose tax grew; the tag over it is there."""
    values = {"tax_last_year": Decimal("1234567.89"), "tax_year_before": Decimal("1000000"), "open_hazards": Decimal(2)}
    put_many(Put(town.firm.pk, code, value, TOWN[code].source, date(2025, 12, 31)) for code, value in values.items())
    return shipped.load()


def test_loading_again_adds_nothing(taxed):
    assert len(taxed) == 23
    assert shipped.load() == []


def test_a_tag_over_tax_shows_itself_but_no_value(town, taxed, signed_in):
    page = signed_in("handler").get(reverse("enterprises:detail", args=[town.firm.uscc])).content.decode()
    assert "税收增长" in page
    assert "有未整改隐患" in page
    assert "123.5" not in page
    assert "1,234,567" not in page
    why = reverse("enterprises:firm-tag", args=[town.firm.uscc, "tag-tax-growing"])
    told = signed_in("handler").get(why).content.decode()
    assert "符合" in told
    assert "数值不公开" in told
    assert "123.456" not in told
    assert "23.46%" not in told
    own = signed_in("enterprise_member").get(why).content.decode()
    assert "123.456789 万元" in own
    assert "23.46%" in own


def test_the_list_is_narrowed_to_a_tag(town, taxed, signed_in):
    shown = signed_in("handler").get(reverse("enterprises:list"), {"tag": "tag-tax-growing", "all": 1})
    assert [firm.pk for firm in shown.context["page"].object_list] == [town.firm.pk]
    none = signed_in("handler").get(reverse("enterprises:list"), {"tag": "tag-loss", "all": 1})
    assert list(none.context["page"].object_list) == []


def test_taken_off_it_is_gone_and_its_criterion_stays(town, taxed, signed_in):
    tag = Tag.objects.get(criterion__code="tag-tax-growing")
    with pytest.raises(Refused, match="还在使用"):
        criteria.retire(tag.criterion, by=CLOCK)
    flow.end_tag(tag, by=town.policy_officer)
    page = signed_in("handler").get(reverse("enterprises:detail", args=[town.firm.uscc])).content.decode()
    assert "税收增长" not in page
    with pytest.raises(Refused, match="已经停用"):
        flow.end_tag(tag, by=town.policy_officer)
    again = flow.add_tag(tag.criterion, by=town.policy_officer, dimension="quality")
    assert again.pk == tag.pk
    assert again.ended_at is None
    with pytest.raises(Refused, match="已经是标签"):
        flow.add_tag(tag.criterion, by=town.policy_officer, dimension="quality")
    kinds = Event.objects.about(tag).values_list("kind", flat=True)
    assert list(kinds) == ["tag.added", "tag.ended", "tag.added"]


@pytest.mark.parametrize("name", ["handler", "supervisor", "enterprise_member", "administrator"])
def test_only_who_writes_criteria_sets_tags(town, taxed, name):
    with pytest.raises(Refused, match="不能设置标签"):
        flow.end_tag(Tag.objects.first(), by=town.people[name])


def test_the_page_adds_and_takes_off(town, taxed, signed_in):
    made = criteria.define("tiny", "五人以下", {"compare": ["headcount", "<", 5]}, by=CLOCK)
    officer = signed_in("policy_officer")
    sent = {"criterion": made.code, "dimension": "structure", "name_en": "Fewer than five"}
    assert officer.post(reverse("enterprises:tag-add"), sent).status_code == 302
    assert officer.post(reverse("enterprises:tag-add"), sent).status_code == 422  # pressed twice
    officer.post(reverse("enterprises:tag-end", args=["tiny"]))
    assert not Tag.objects.standing().filter(criterion=made).exists()
    assert officer.post(reverse("enterprises:tag-end", args=["tiny"])).status_code == 404
