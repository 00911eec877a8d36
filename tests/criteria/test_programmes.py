"""Five real programmes after their official conditions, each at every border (ENT-5)."""

from datetime import date

import pytest

from enterprises.criteria.check import checked
from enterprises.criteria.programmes import programmes
from enterprises.criteria.words import sentence
from tests.criteria.judging import judged

TREES = {one["code"]: one["tree"] for one in programmes()}
DAY = date(2026, 11, 22)

SME = {"registered_province": "33", "established_on": "2025-11-22", "independent_entity": True}
SME |= {"technology_products": True, "own_technology": False, "invention_patents": 1, "patent_applications": 0}
SME |= {"standards": 0}
HIGH_TECH = {**SME, "registered_city": "3301", "rd_cost_last_year": 600000, "rd_cost_year_before": 500000}
HIGH_TECH |= {"rd_cost_two_years_before": 400000, "revenue_last_year": 12000000, "revenue_year_before": 10000000}
HIGH_TECH |= {"revenue_two_years_before": 8000000}
CENTRE = {"high_tech": True, "rd_cost_last_year": 1000000, "rd_cost_year_before": 600000}
CENTRE |= {"rd_cost_two_years_before": 400000, "rd_staff": 15, "headcount": 100}
CENTRE |= {"qualified_engineers": 10, "tech_centre_staff": 20}
PROJECT = {"high_tech": True, "research_institute": "provincial", "rd_cost_last_year": 10000000}
PROJECT |= {"public_institution": False}
PILOT = {"revenue_last_year": 30000000, "invention_patents": 2, "utility_patents": 3, "design_patents": 4}
BASES = {
    "provincial-tech-sme": SME,
    "municipal-high-tech": HIGH_TECH,
    "municipal-technology-centre": CENTRE,
    "major-science-project": PROJECT,
    "patent-pilot": PILOT,
}


def test_all_five_are_there_sound_and_can_be_read():
    assert set(TREES) == set(BASES)
    for one in programmes():
        node, faults = checked(one["tree"])
        assert not faults
        assert one["source"]
        assert sentence(node)


@pytest.mark.parametrize("code", BASES)
def test_just_enough_is_enough(code):
    assert judged(TREES[code], BASES[code], DAY) is True


NONE = None
CASES = [
    ("provincial-tech-sme", {"established_on": "2025-11-23"}, False),
    ("provincial-tech-sme", {"registered_province": "32"}, False),
    ("provincial-tech-sme", {"independent_entity": False}, False),
    ("provincial-tech-sme", {"independent_entity": NONE}, None),
    ("provincial-tech-sme", {"technology_products": NONE}, None),
    ("provincial-tech-sme", {"invention_patents": 0}, False),
    ("provincial-tech-sme", {"invention_patents": 0, "own_technology": NONE}, None),
    ("provincial-tech-sme", {"invention_patents": 0, "own_technology": True}, True),
    ("provincial-tech-sme", {"invention_patents": 0, "patent_applications": 1}, True),
    ("provincial-tech-sme", {"invention_patents": 0, "patent_applications": NONE}, None),
    ("provincial-tech-sme", {"invention_patents": 0, "standards": 1}, True),
    ("provincial-tech-sme", {"invention_patents": 0, "trademarks": 1}, True),
    ("provincial-tech-sme", {"invention_patents": 0, "software_copyrights": 1}, True),
    # 5 % of up to 3,000 万元, over three years: 1.5 of 30 million
    ("municipal-high-tech", {"rd_cost_last_year": "599999.99"}, False),
    ("municipal-high-tech", {"registered_city": "3302"}, False),
    ("municipal-high-tech", {"established_on": "2025-11-23"}, False),
    ("municipal-high-tech", {"rd_cost_year_before": NONE}, None),
    ("municipal-high-tech", {"revenue_last_year": 30000000, "rd_cost_last_year": 1500000}, True),
    ("municipal-high-tech", {"revenue_last_year": 30000000, "rd_cost_last_year": "1499999.99"}, False),
    # one cent above 3,000 万元: 4 % of 48 million and a cent
    ("municipal-high-tech", {"revenue_last_year": "30000000.01", "rd_cost_last_year": 1020000}, False),
    ("municipal-high-tech", {"revenue_last_year": "30000000.01", "rd_cost_last_year": "1020000.01"}, True),
    # at 1 亿元 still 4 %: 4.72 of 118 million; a cent above 3 %: 3.54 million
    ("municipal-high-tech", {"revenue_last_year": 100000000, "rd_cost_last_year": "3819999.99"}, False),
    ("municipal-high-tech", {"revenue_last_year": 100000000, "rd_cost_last_year": 3820000}, True),
    ("municipal-high-tech", {"revenue_last_year": "100000000.01", "rd_cost_last_year": 2640000}, False),
    ("municipal-high-tech", {"revenue_last_year": "100000000.01", "rd_cost_last_year": "2640000.01"}, True),
    ("municipal-technology-centre", {"high_tech": False}, False),
    ("municipal-technology-centre", {"rd_cost_last_year": "999999.99"}, False),
    ("municipal-technology-centre", {"rd_staff": 14}, False),
    ("municipal-technology-centre", {"headcount": 101}, False),
    ("municipal-technology-centre", {"qualified_engineers": 9}, False),
    ("municipal-technology-centre", {"tech_centre_staff": 21}, False),
    ("municipal-technology-centre", {"tech_centre_staff": NONE}, None),
    ("municipal-technology-centre", {"tech_centre_staff": 0}, None),
    ("major-science-project", {"rd_cost_last_year": "9999999.99"}, False),
    ("major-science-project", {"research_institute": "municipal"}, False),
    ("major-science-project", {"research_institute": "national"}, True),
    ("major-science-project", {"high_tech": False}, False),
    ("major-science-project", {"public_institution": NONE}, None),
    ("major-science-project", {"public_institution": True}, None),
    ("major-science-project", {"public_institution": True, "leader_full_time": True}, None),
    ("major-science-project", {"public_institution": True, "leader_full_time": False}, False),
    ("major-science-project", {"public_institution": True, "leader_full_time": True, "leader_talent": True}, True),
    ("patent-pilot", {"revenue_last_year": "29999999.99"}, False),
    ("patent-pilot", {"design_patents": 3}, False),  # 19 points
    ("patent-pilot", {"invention_patents": 4, "utility_patents": NONE, "design_patents": NONE}, True),
    ("patent-pilot", {"invention_patents": 0, "utility_patents": 10, "design_patents": 0}, True),
    ("patent-pilot", {"invention_patents": 0, "utility_patents": 0, "design_patents": 19}, False),
    ("patent-pilot", {"revenue_last_year": NONE}, None),
]


@pytest.mark.parametrize("code, changed, expected", CASES)
def test_at_each_border(code, changed, expected):
    values = {key: value for key, value in {**BASES[code], **changed}.items() if value is not None}
    assert judged(TREES[code], values, DAY) is expected
