"""Delivering facts (ENT-2, ENT-3): new, changed, the same again, and another source's word."""

from datetime import date
from decimal import Decimal

import pytest

from enterprises.facts.delivering import deliver
from enterprises.facts.notices import conflict_opened
from enterprises.models import Conflict, Delivery, Fact, FormerFact, StaleFirm, Word
from portal.outbox.models import Message
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.facts.world import OCTOBER, SEPTEMBER, conflicts, said

OPERATION = "monthly_operation"


def counts(done):
    return done.new, done.changed, done.unchanged, done.conflicting


def test_new_rows_come_in_with_where_each_value_is_from(world):
    done = world.deliver(
        OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal("12.34")}), (1, SEPTEMBER, "", {"profit": Decimal(-1)})
    )
    assert counts(done) == (2, 0, 0, 0)
    fact = Fact.objects.get(enterprise=world.firms[0])
    assert (fact.values, fact.deliveries) == ([1234, None, None], [done.delivery.pk, None, None])
    assert fact.delivery == done.delivery.pk
    event = Event.objects.get(kind="facts.delivered")
    assert (event.data["new"], event.actor) == (2, world.officers.statistics)
    assert set(StaleFirm.objects.values_list("pk", flat=True)) == {world.firms[0].pk, world.firms[1].pk}


def test_the_same_again_changes_nothing(world):
    row = (0, SEPTEMBER, "", {"revenue": Decimal(5), "cost": Decimal(3)})
    first = world.deliver(OPERATION, row)
    StaleFirm.objects.all().delete()
    assert counts(world.deliver(OPERATION, row)) == (0, 0, 1, 0)
    assert Fact.objects.get().deliveries[:2] == [first.delivery.pk] * 2
    assert not FormerFact.objects.exists()
    assert not StaleFirm.objects.exists()


def test_the_same_line_changes_its_value_and_the_former_is_kept(world):
    first = world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5), "cost": Decimal(3)}))
    second = world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(6)}))
    assert counts(second) == (0, 1, 0, 0)
    assert said(world.resources[OPERATION], world.firms[0], SEPTEMBER) == {"revenue": 600, "cost": 300}
    former = FormerFact.objects.get()
    assert (former.delivery_id, former.values) == (second.delivery.pk, [500, 300, None])
    assert former.deliveries == [first.delivery.pk, first.delivery.pk, None]


def test_another_lines_value_is_not_overwritten_and_its_gaps_are_filled(world):
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
    other = world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(7), "cost": Decimal(3)}), line="tax")
    assert counts(other) == (0, 0, 0, 1)
    assert said(world.resources[OPERATION], world.firms[0], SEPTEMBER) == {"revenue": 500, "cost": 300}
    assert conflicts() == [(1, 500, 700)]
    again = world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(7)}), line="tax")
    assert (counts(again), Conflict.objects.count()) == ((0, 0, 0, 1), 1)


def test_a_conflict_is_gone_once_the_sources_agree_or_the_other_says_something_else(world):
    world.deliver(OPERATION, *((n, SEPTEMBER, "", {"revenue": Decimal(5)}) for n in (0, 1)))
    world.deliver(OPERATION, *((n, SEPTEMBER, "", {"revenue": Decimal(7)}) for n in (0, 1)), line="tax")
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(7)}))
    assert (conflicts("gone"), conflicts()) == ([(1, 500, 700)], [(1, 500, 700)])
    world.deliver(OPERATION, (1, SEPTEMBER, "", {"revenue": Decimal(8)}), line="tax")
    assert conflicts() == [(1, 500, 800)]
    world.deliver(OPERATION, (1, SEPTEMBER, "", {"revenue": Decimal(5)}), line="tax")
    assert conflicts() == []


def test_what_was_decided_to_be_kept_is_not_asked_again(world):
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
    row = (0, SEPTEMBER, "", {"revenue": Decimal(7)})
    world.deliver(OPERATION, row, line="tax")
    Conflict.objects.update(state="kept")
    assert counts(world.deliver(OPERATION, row, line="tax")) == (0, 0, 1, 0)
    other = (0, SEPTEMBER, "", {"revenue": Decimal(8)})
    assert counts(world.deliver(OPERATION, other, line="tax")) == (0, 0, 0, 1)


def test_a_ruling_overrules_and_the_overruled_value_has_no_effect_when_it_comes_again(world):
    old = (0, SEPTEMBER, "", {"revenue": Decimal(5)})
    world.deliver(OPERATION, old)
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(7)}), line="tax")
    Conflict.objects.update(state="taken")
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(7)}), line="tax", way=Delivery.Way.RULING)
    assert said(world.resources[OPERATION], world.firms[0], SEPTEMBER) == {"revenue": 700}
    assert counts(world.deliver(OPERATION, old)) == (0, 0, 1, 0)
    assert counts(world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(6)}))) == (0, 0, 0, 1)


def test_a_confirmed_correction_stands_against_the_file_it_corrected(world):
    old = (0, SEPTEMBER, "", {"revenue": Decimal(5), "cost": Decimal(2)})
    world.deliver(OPERATION, old)
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": None, "cost": Decimal(3)}), way=Delivery.Way.VISIT)
    assert counts(world.deliver(OPERATION, old)) == (0, 0, 1, 0)
    assert said(world.resources[OPERATION], world.firms[0], SEPTEMBER) == {"cost": 300}
    assert counts(world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(4)}))) == (0, 1, 0, 0)


def test_what_a_firm_declares_never_overwrites_a_line(world):
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
    resource, by = world.resources[OPERATION], world.officers.statistics
    rows = [(world.firms[0].pk, SEPTEMBER, "", {"revenue": Decimal(9), "cost": Decimal(1)})]
    done = deliver(resource, rows, line=None, way=Delivery.Way.FIRM, by=by)
    assert counts(done) == (0, 0, 0, 1)
    assert counts(world.deliver(OPERATION, (0, SEPTEMBER, "", {"cost": Decimal(2)}))) == (0, 0, 0, 1)
    assert conflicts() == [(1, 500, 900), (2, 100, 200)]


def test_the_owning_line_hears_of_new_conflicts_once_for_a_delivery(world):
    rows = [(n, SEPTEMBER, "", {"revenue": Decimal(5), "cost": Decimal(2)}) for n in (0, 1)]
    others = [(n, SEPTEMBER, "", {"revenue": Decimal(7), "cost": Decimal(3)}) for n in (0, 1)]
    world.deliver(OPERATION, *rows)
    world.deliver(OPERATION, *others, line="tax")
    world.deliver(OPERATION, *others, line="tax")  # the same words again open nothing
    (message,) = Message.objects.filter(kind="conflict.opened")
    letters = conflict_opened(Conflict.objects.get(pk=message.subject_id), message.params)
    assert [(letter.to, "4" in letter.body) for letter in letters] == [(world.officers.statistics, True)]
    world.deliver(OPERATION, *others)  # statistics says the same by now: nothing is left to decide
    assert conflict_opened(Conflict.objects.get(pk=message.subject_id), message.params) == []


def test_items_of_a_register_are_told_apart(world):
    rows = [(0, None, f"ZL{n}", {"kind": "invention", "granted_on": date(2020, 5, n)}) for n in (1, 2)]
    assert counts(world.deliver("patents", *rows)) == (2, 0, 0, 0)
    later = (0, None, "ZL2", {"until": date(2026, 1, 1)})
    assert counts(world.deliver("patents", rows[0], later)) == (0, 1, 1, 0)


def test_none_takes_away_what_the_same_line_said(world):
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5), "cost": Decimal(2)}))
    done = world.deliver(OPERATION, (0, SEPTEMBER, "", {"cost": None}))
    assert counts(done) == (0, 1, 0, 0)
    fact = Fact.objects.get()
    assert (fact.values[1], fact.deliveries[1]) == (None, done.delivery.pk)
    other = world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": None}), line="tax")
    assert counts(other) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "row",
    [
        (0, date(2026, 9, 2), "", {"revenue": Decimal(1)}),  # not a month's first day
        (0, None, "", {"revenue": Decimal(1)}),
        (0, date(2031, 1, 1), "", {"revenue": Decimal(1)}),
        (0, SEPTEMBER, "x", {"revenue": Decimal(1)}),  # has no items
        (0, SEPTEMBER, "", {"revenu": Decimal(1)}),
        (0, SEPTEMBER, "", {"revenue": Decimal("0.001")}),
        (0, SEPTEMBER, "", {"revenue": Decimal(-1)}),
        (0, SEPTEMBER, "", {"revenue": Decimal("NaN")}),
        (0, SEPTEMBER, "", {"revenue": "5"}),
        (0, SEPTEMBER, "", {"revenue": True}),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_left(world, row):
    with pytest.raises(Refused):
        world.deliver(OPERATION, (1, SEPTEMBER, "", {"revenue": Decimal(1)}), row)
    assert not Fact.objects.exists()
    assert not Delivery.objects.exists()


def test_one_key_twice_and_an_unknown_firm_are_refused(world):
    row = (0, SEPTEMBER, "", {"revenue": Decimal(1)})
    with pytest.raises(Refused, match="有两行"):
        world.deliver(OPERATION, row, row)
    patent = (0, None, "ZL1", {"kind": "design"})
    with pytest.raises(Refused, match="有两行"):
        world.deliver("patents", patent, patent)
    rows = [(10**9, OCTOBER, "", {"revenue": Decimal(1)})]
    with pytest.raises(ValueError, match="do not exist"):
        deliver(world.resources[OPERATION], rows, line=None, way="file", by=world.officers.tax)


def test_text_of_any_kind_comes_back_as_it_was(world):
    nasty = "a\\b\"c{},NULL\r\n\tx'); --"
    done = world.deliver("patents", (0, None, "ZL\\1", {"kind": "design"}))
    assert done.new == 1
    assert Fact.objects.get().item == "ZL\\1"
    world.deliver("serious_list", (0, None, "一号", {"since": date(2026, 1, 1), "reason": nasty}))
    assert Word.objects.filter(text=nasty).exists()
    with pytest.raises(Refused):
        world.deliver("serious_list", (0, None, "二号", {"reason": "x\0y"}))
    with pytest.raises(Refused):
        world.deliver("serious_list", (0, None, "二\n号", {"since": date(2026, 1, 1)}))
    with pytest.raises(Refused):
        world.deliver("serious_list", (0, None, "二号", {"reason": "长" * 801}))
