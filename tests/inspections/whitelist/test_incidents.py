"""What the clock and the facts do: an incident removes at once and once only, a term ends by itself (INS-1)."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from inspections.models import Entry
from inspections.whitelist import flow, incidents
from inspections.whitelist.timed import over
from portal.deadlines.sweep import sweep
from portal.outbox.models import Message
from portal.trail.models import Event
from tests.inspections.whitelist import walks


def removals(entry):
    return Event.objects.about(entry).filter(kind="whitelist.removed").count()


def test_an_incident_in_the_facts_removes_at_once_and_once(of):
    entry = walks.listed(of)
    other = walks.listed(of, of.foreign_firm)
    sweep(walks.REMOVED)
    entry.refresh_from_db()
    assert entry.status == "listed"  # the control: without an incident nothing happens
    walks.struck(of.firm)
    for minutes in range(3):
        sweep(walks.REMOVED + timedelta(minutes=minutes))
    entry.refresh_from_db()
    other.refresh_from_db()
    assert (entry.status, entry.ended_at, entry.ended_by) == ("removed", walks.REMOVED, None)
    assert [row["attribute"] for row in entry.incident["seen"]] == ["major_hazards"]
    assert (removals(entry), other.status) == (1, "listed")
    with override("en"):
        assert entry.why_ended == "The data show a reason for removal from the whitelist."
    assert Message.objects.filter(kind="whitelist.removed", subject_id=entry.pk).count() == 1


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("serious_violation", True),
        ("judgment_defaulter", True),
        ("accidents", 2),
        ("registration_status", "revoked"),
    ],
)
def test_each_kind_of_incident(of, code, value):
    entry = walks.listed(of)
    walks.struck(of.firm, code, value)
    sweep(walks.REMOVED)
    entry.refresh_from_db()
    assert entry.status == "removed"


def test_what_is_unknown_removes_nobody(of):
    entry = walks.listed(of)
    walks.struck(of.firm, "major_hazards", None)
    sweep(walks.REMOVED)
    entry.refresh_from_db()
    assert entry.status == "listed"


def test_facts_that_an_appeal_has_answered_do_not_remove_again_new_ones_do(of):
    entry = walks.listed(of)
    walks.struck(of.firm)
    sweep(walks.REMOVED)
    entry = flow.appeal(entry, by=of.enterprise_member, text="已在系统外销号", at=walks.APPEALED)
    entry = flow.restore(entry, by=of.supervisor, answer="销号属实", at=walks.JUDGED)
    sweep(walks.JUDGED + timedelta(minutes=1))
    entry.refresh_from_db()
    assert entry.status == "listed"
    walks.struck(of.firm, "major_hazards", 2, at=walks.JUDGED)
    sweep(walks.JUDGED + timedelta(minutes=2))
    entry.refresh_from_db()
    assert (entry.status, removals(entry)) == ("removed", 2)


def test_facts_that_have_gone_by_the_time_of_the_sweep_remove_nobody(of):
    """The stored outcome is older than the value: what counts is asked of the facts again."""
    entry = walks.listed(of)
    walks.struck(of.firm)
    walks.put(of.firm, "major_hazards", 0, "应急管理", walks.REMOVED.date())
    assert incidents.struck(walks.REMOVED).exists()
    sweep(walks.REMOVED)
    entry.refresh_from_db()
    assert entry.status == "listed"


def test_a_firm_that_is_being_decided_is_not_removed_but_not_approved_either(of):
    entry = walks.to_approve(of)
    walks.struck(of.firm)
    sweep(walks.REMOVED)
    entry.refresh_from_db()
    assert entry.status == "approve"


def test_a_retired_criterion_removes_nobody(of):
    entry = walks.listed(of)
    walks.struck(of.firm)
    criterion = incidents.criteria.incident()
    criterion.retired_at = walks.REMOVED
    criterion.save(update_fields=["retired_at"])
    sweep(walks.REMOVED)
    entry.refresh_from_db()
    assert entry.status == "listed"


def test_a_term_ends_the_day_after_its_last(of):
    entry = walks.listed(of)
    last = walks.OVER - timedelta(days=1)
    assert not over(last).exists()
    sweep(last)
    entry.refresh_from_db()
    assert entry.status == "listed"
    for minutes in range(2):
        sweep(walks.OVER + timedelta(minutes=minutes))
    entry.refresh_from_db()
    assert (entry.status, entry.ended_at) == ("expired", walks.OVER)
    assert Event.objects.about(entry).filter(kind="whitelist.expired").count() == 1


def test_no_two_timers_fight_over_a_firm(of):
    """Over and struck on the same morning: it ends once."""
    entry = walks.listed(of)
    walks.struck(of.firm, at=walks.OVER)
    sweep(walks.OVER)
    entry.refresh_from_db()
    assert entry.status in ("expired", "removed")
    assert Entry.objects.get().ended_at == walks.OVER
