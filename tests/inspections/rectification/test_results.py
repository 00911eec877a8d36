"""What was found goes into the facts, and so into attributes and the whitelist (INS-10)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from enterprises.attributes import stale
from enterprises.attributes.values import of_firm
from enterprises.facts.delivering import deliver
from enterprises.facts.describing import load
from enterprises.measures import shown
from enterprises.models import Delivery, Fact, Line, Resource, Word
from inspections.models import CaseCorrection, Entry, ResultOwed
from inspections.recording import stages as findings
from inspections.rectification import flow, results
from inspections.whitelist import criteria
from portal.deadlines.sweep import sweep
from portal.people.refusal import Refused
from tests.inspections.factories import Agencies, listed

from .world import AT, check, finding, ordered

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=3)


@pytest.fixture(autouse=True)
def described(of: Agencies) -> None:
    """The shipped lines; housing speaks for the line of housing."""
    load()
    Line.objects.filter(code="safety").update(department=of.housing.department)


def brought(at=AT) -> None:
    for row in results.waiting(at):
        results.bring(row, at)


def said(code: str) -> list[dict]:
    """The rows of a resource in words, in their order."""
    resource = Resource.objects.get(code=code)
    texts = dict(Word.objects.values_list("pk", "text"))
    columns = list(resource.columns.order_by("place"))
    return [
        {
            column.code: None if value is None else shown(column.measure, value, texts)
            for column, value in zip(columns, fact.values, strict=True)
        }
        for fact in Fact.objects.filter(resource=resource).order_by("pk")
    ]


def test_a_clean_check_is_a_check_that_was_passed(of: Agencies) -> None:
    record = check(of)
    flow.recorded(record.upload, by=of.inspector, at=AT)
    assert ResultOwed.objects.count() == 1
    brought()
    (row,) = said("checks")
    assert (row["checked_on"], row["agency"], str(row["result"]), row["cleared_on"]) == (
        date(2026, 11, 9),
        of.housing.department.name,
        "passed",
        None,
    )
    assert (said("hazards"), ResultOwed.objects.count()) == ([], 0)


def test_a_delivery_names_line_way_and_person(of: Agencies) -> None:
    ordered(of)
    brought()
    delivery = Delivery.objects.get(resource__code="hazards")
    assert (delivery.line.code, delivery.way, delivery.by) == ("safety", "check", of.inspector)


def test_an_ordered_finding_is_an_open_hazard_until_it_is_put_right(of: Agencies) -> None:
    one = ordered(of)
    brought()
    (row,) = said("hazards")
    assert (row["found_on"], str(row["grade"]), row["cleared_on"]) == (date(2026, 11, 9), "general", None)
    flow.submit(one, by=of.enterprise_member, text="已整改", at=LATER)
    flow.accept(one, by=of.inspector, at=LATER)
    brought(LATER)
    (row,) = said("hazards")
    assert row["cleared_on"] == date(2026, 11, 12)
    assert said("checks")[0]["cleared_on"] == date(2026, 11, 12)


def test_the_same_again_changes_nothing(of: Agencies) -> None:
    one = ordered(of)
    brought()
    before = list(Fact.objects.order_by("pk").values_list("pk", "values", "deliveries"))
    results.owed(one.visit, of.inspector, LATER)
    brought(LATER)
    assert list(Fact.objects.order_by("pk").values_list("pk", "values", "deliveries")) == before


def test_minor_ones_and_those_put_right_on_the_spot_are_no_hazards(of: Agencies) -> None:
    record = check(of)
    finding(record, findings.REMEDIED, severity=findings.GENERAL)
    flow.order(finding(record, severity=findings.MINOR), by=of.inspector, at=AT)
    flow.recorded(record.upload, by=of.inspector, at=AT)
    brought()
    assert said("hazards") == []


def open_hazards(of: Agencies):
    stale.carry_on(at=LATER)
    held = of_firm(of.town.firm).get("open_hazards")
    return held.value if held else None


def test_the_firms_attribute_follows_open_closed_and_withdrawn(of: Agencies) -> None:
    known = {"found_on": AT.date(), "grade": "general"}  # once the register was delivered, absence is none
    register = Resource.objects.get(code="hazards")
    deliver(
        register,
        [(of.town.foreign_firm.pk, None, "YH-1", known)],
        line=register.line,
        way=Delivery.Way.FILE,
        by=of.inspector,
        at=AT,
    )
    one, other = ordered(of), ordered(of, text="另一个问题")
    brought()
    assert open_hazards(of) == 2
    flow.submit(one, by=of.enterprise_member, text="已整改", at=LATER)
    flow.accept(one, by=of.inspector, at=LATER)
    flow.withdraw(other, by=of.department_head, reason="误判", at=LATER)
    brought(LATER)
    assert open_hazards(of) == 0


def test_a_serious_finding_takes_the_firm_off_the_whitelist_by_the_sweep(of: Agencies) -> None:
    criteria.load()
    entry, spared = listed(of, of.town.firm), listed(of, of.town.foreign_firm)
    one = flow.order(finding(check(of, kind="statutory"), severity=findings.SERIOUS), by=of.inspector, at=AT)
    for _again in range(2):
        sweep(AT)
        stale.carry_on(at=AT)
    sweep(AT)
    found = dict(Entry.objects.values_list("pk", "status"))
    assert (found[entry.pk], found[spared.pk]) == ("removed", "listed")
    assert one.finding.severity == findings.SERIOUS


def test_a_case_that_ends_with_a_penalty_is_a_penalty(of: Agencies) -> None:
    record = check(of)
    one = finding(record, findings.CASE, item=None, severity=findings.SERIOUS, text="擅自改变消防设施用途")
    flow.recorded(record.upload, by=of.inspector, at=AT)
    day = LATER.date()
    with pytest.raises(Refused):
        flow.conclude(one, by=of.fire_inspector, punished=True, decided_on=day, decision="沙建罚〔2026〕3 号", at=LATER)
    with pytest.raises(Refused):
        flow.conclude(one, by=of.inspector, punished=True, decided_on=day, at=LATER)
    given = {"punished": True, "decided_on": day, "decision": "沙建罚〔2026〕3 号", "fine": Decimal("5000")}
    flow.conclude(one, by=of.inspector, at=LATER, **given)
    with pytest.raises(Refused):
        flow.conclude(one, by=of.inspector, at=LATER, **given)
    brought(LATER)
    (row,) = said("penalties")
    assert (row["decided_on"], row["fine"]) == (day, Decimal(5000))
    assert said("hazards")[0]["cleared_on"] == day
    assert str(said("checks")[0]["result"]) == "punished"


def test_a_case_that_was_registered_wrong_is_put_right_by_a_head_and_the_facts_follow(of: Agencies) -> None:
    one = finding(check(of), findings.CASE, item=None, severity=findings.SERIOUS)
    day = LATER.date()
    given = {"punished": True, "decided_on": day, "fine": Decimal(5000)}
    flow.conclude(one, by=of.inspector, at=LATER, decision="沙建罚〔2026〕3 号", **given)
    brought(LATER)
    right = given | {"decision": "沙建罚〔2026〕4 号", "reason": "文号写错", "fine": Decimal(500)}
    for by in (of.inspector, of.fire_head, of.enterprise_member):
        with pytest.raises(Refused):
            flow.correct(one, by=by, at=LATER, **right)
    with pytest.raises(Refused, match="没有要更正的"):
        flow.correct(one, by=of.department_head, at=LATER, decision="沙建罚〔2026〕3 号", reason="看看", **given)
    flow.correct(one, by=of.department_head, at=LATER, **right)
    former = CaseCorrection.objects.get()
    assert (former.decision, former.fine, former.reason) == ("沙建罚〔2026〕3 号", 5000, "文号写错")
    brought(LATER)
    assert [(row["decided_on"], row["fine"]) for row in said("penalties")] == [(None, None), (day, 500)]
    none = {"punished": False, "decided_on": day, "remarks": "情节轻微", "reason": "复议后撤销"}
    flow.correct(one, by=of.department_head, at=LATER, **none)
    brought(LATER)
    assert {row["fine"] for row in said("penalties")} == {None}
    assert str(said("checks")[0]["result"]) == "corrected"


def test_where_the_resources_are_retired_the_mark_goes_and_nothing_else_happens(of: Agencies) -> None:
    Resource.objects.update(retired_at=AT)
    ordered(of)
    brought()
    assert (ResultOwed.objects.count(), Fact.objects.count()) == (0, 0)
