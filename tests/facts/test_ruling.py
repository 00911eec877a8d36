"""Conflicts (ENT-3): the owning line keeps or takes, one by one or a whole delivery, and the other line hears of it."""

from decimal import Decimal

import pytest

from enterprises.facts import ruling
from enterprises.facts.notices import conflict_ruled
from enterprises.models import Conflict, Delivery
from portal.outbox.models import Message
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.facts.world import SEPTEMBER, conflicts, said

OPERATION = "monthly_operation"


def disagreeing(world, *firms):
    """Tax says seven (and what profit) where statistics, whose resource it is, said five."""
    for number in firms or (0,):
        world.deliver(OPERATION, (number, SEPTEMBER, "", {"revenue": Decimal(5)}))
    rows = [(number, SEPTEMBER, "", {"revenue": Decimal(7), "profit": Decimal(1)}) for number in firms or (0,)]
    return world.deliver(OPERATION, *rows, line="tax").delivery


def revenue(world, number=0):
    return said(world.resources[OPERATION], world.firms[number], SEPTEMBER)["revenue"]


def test_kept_what_stands_stays_and_the_same_value_opens_no_further_conflict(world):
    disagreeing(world)
    conflict = ruling.keep(Conflict.objects.get(), by=world.officers.statistics, reason="以统计口径为准")
    assert (conflict.state, conflict.reason, conflict.ruled_by) == (
        "kept",
        "以统计口径为准",
        world.officers.statistics,
    )
    disagreeing(world)
    assert (revenue(world), conflicts()) == (500, [])
    event = Event.objects.get(kind="conflict.kept")
    assert (event.role, event.subject_id) == ("data_officer", conflict.pk)


def test_taken_the_offered_value_stands_as_the_other_lines_word(world):
    disagreeing(world)
    ruling.take(Conflict.objects.get(), by=world.officers.statistics, reason="税务已核")
    assert revenue(world) == 700
    delivery = Delivery.objects.get(way="ruling")
    assert (delivery.line.code, delivery.by) == ("tax", world.officers.statistics)
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))  # the old file once more
    assert revenue(world) == 700
    assert conflicts() == []


def test_the_other_line_hears_of_it_and_nobody_else(world):
    disagreeing(world)
    conflict = ruling.take(Conflict.objects.get(), by=world.officers.statistics, reason="税务已核")
    message = Message.objects.get(kind="conflict.ruled")
    (letter,) = conflict_ruled(conflict, message.params)
    assert (letter.to, letter.title) == (world.officers.tax, "数据冲突：采用新值")
    assert "税务已核" in letter.body


def test_only_the_owning_line_decides(world):
    disagreeing(world)
    for officer in (world.officers.tax, world.officers.labour):
        for verb in (ruling.keep, ruling.take):
            with pytest.raises(Refused, match="统计"):
                verb(Conflict.objects.get(), by=officer, reason="试试")
    assert conflicts() == [(1, 500, 700)]


def test_without_a_reason_twice_or_on_what_has_changed_nothing_is_decided(world):
    disagreeing(world)
    conflict, by = Conflict.objects.get(), world.officers.statistics
    with pytest.raises(Refused, match="理由"):
        ruling.keep(conflict, by=by, reason="  ")
    with pytest.raises(Refused, match="刚刚变了"):
        ruling.take(conflict, by=by, reason="好", seen=499)
    ruling.take(conflict, by=by, reason="好", seen=500)
    with pytest.raises(Refused, match="处理过"):
        ruling.keep(conflict, by=by, reason="又点一次")
    assert revenue(world) == 700


def test_a_whole_delivery_is_decided_at_once_with_one_message(world):
    delivery = disagreeing(world, 0, 1, 2)
    assert ruling.take_all(delivery, by=world.officers.statistics, reason="税务已核") == 3
    assert [revenue(world, number) for number in range(3)] == [700, 700, 700]
    assert Delivery.objects.filter(way="ruling").count() == 1
    assert Message.objects.filter(kind="conflict.ruled").count() == 1
    assert Event.objects.filter(kind="conflict.taken").count() == 3
    with pytest.raises(Refused, match="没有待处理"):
        ruling.keep_all(delivery, by=world.officers.statistics, reason="又点一次")


def test_both_lines_and_the_supervisor_see_a_conflict(world):
    from tests.enterprises.factories import person

    disagreeing(world)
    seen = {
        name: Conflict.objects.visible_to(user).count()
        for name, user in {
            "statistics": world.officers.statistics,
            "tax": world.officers.tax,
            "labour": world.officers.labour,
            "supervisor": person("watcher", "supervisor"),
            "leader": person("mayor", "leader"),
        }.items()
    }
    assert seen == {"statistics": 1, "tax": 1, "labour": 0, "supervisor": 1, "leader": 0}
