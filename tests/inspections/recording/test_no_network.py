"""A visit of which the telephone could not say that it begins: its record begins it (INS-6)."""

import pytest

from inspections.models import JointVisitDeadline
from inspections.recording import flow
from inspections.visits import flow as visits_flow
from portal.deadlines.sweep import sweep
from portal.people.refusal import Refused
from tests.inspections.factories import need, visit
from tests.inspections.recording.conftest import key, later, record


def send(part, by, *, at, **fields):
    return flow.record(part, by=by, record=record(part, **fields), key=key(), at=at)


def test_begun_without_a_network_where_the_code_was_shown_and_nowhere_else(of):
    one = visit(of, of.town.firm, [need(of, of.town.firm)])
    part, written = one.parts.get(), {"begun_at": later(0.5), "written_at": later(1)}
    with pytest.raises(Refused, match="还没有开始"):
        send(part, of.town.inspector, at=later(30), **written)
    visits_flow.issue_code(one, by=of.town.inspector, at=later(0))
    sweep(later(30))
    one.refresh_from_db()
    assert one.status == "scheduled"
    send(part, of.town.inspector, at=later(30), **written)
    one.refresh_from_db()
    assert (one.status, one.begun_at, one.done_at) == ("done", later(0.5), later(30))
    assert JointVisitDeadline.objects.get(subject=one).met_at == later(30)


@pytest.mark.parametrize("begun_at", [None, later(-1), later(20), later(31)])
def test_a_telephone_whose_clock_is_wrong_has_begun_when_the_code_was_shown(of, begun_at):
    one = visit(of, of.town.firm, [need(of, of.town.firm)])
    visits_flow.issue_code(one, by=of.town.inspector, at=later(0))
    send(one.parts.get(), of.town.inspector, at=later(30), begun_at=begun_at, written_at=None)
    one.refresh_from_db()
    assert one.begun_at == later(0)


def test_after_the_days_that_a_record_may_lie_on_a_telephone_the_visit_is_missed(of):
    one = visit(of, of.town.firm, [need(of, of.town.firm)])
    visits_flow.issue_code(one, by=of.town.inspector, at=later(0))
    sweep(later(24 * 5))
    one.refresh_from_db()
    assert one.status == "missed"
