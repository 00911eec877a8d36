"""New versions of rules, ladders and calendar days: what holds for whom, and how open deadlines follow (DL-2, DL-4)."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal import deadlines
from portal.deadlines import adjusting, following, revising
from portal.deadlines.models import Following, LadderRung, Move, SlaChoice, SlaRule, SlaTable
from portal.deadlines.obligations import ObligorKind
from portal.deadlines.presets import BEGINNING
from portal.deadlines.revising import Refused, Step
from portal.deadlines.rules import rule_for, rule_under
from portal.deadlines.sweep import sweep
from portal.trail.models import Event
from requests.models import Category, DeadlineFiring, Ticket, TicketDeadline
from tests.deadlines.factories import fresh, running, ticket
from tests.requests.factories import person
from tests.worktime.factories import day, instant

pytestmark = pytest.mark.django_db

AT = instant("2026-11-20 10:00")
WD = "working_days"


def rule(reference: str, table: str = "malu") -> SlaRule:
    return SlaRule.objects.get(reference=reference, table__code=table)


# Held per process ------------------------------------------------------------------------------------------------


def test_the_tables_are_read_once_and_anew_after_any_change() -> None:
    assert rule_for("accept", at=AT).amount == 1
    with CaptureQueriesContext(connection) as asked:
        rule_under("handle", {"kind": "consultation"}, at=AT)
    assert len(asked) == 1  # the token alone
    SlaRule.objects.filter(reference="SLA-2").update(amount=4)  # past every save() and signal
    assert rule_for("accept", at=AT).amount == 4
    SlaRule.objects.filter(reference="SLA-2").delete()
    with pytest.raises(LookupError):
        rule_for("accept", at=AT)


def test_a_rolled_back_change_of_the_tables_is_forgotten() -> None:
    with transaction.atomic():
        SlaRule.objects.filter(reference="SLA-2").update(amount=4)
        assert rule_for("accept", at=AT).amount == 4
        transaction.set_rollback(True)
    assert rule_for("accept", at=AT).amount == 1


def test_starting_a_clock_asks_for_tables_and_calendar_once() -> None:
    subject = ticket()
    running(ticket())  # both have been read once
    with CaptureQueriesContext(connection) as asked:
        deadlines.start(TicketDeadline, subject, "dispatch", at=AT, obligor_kind="centre")
    assert [q["sql"].split()[0] for q in asked] == ["SELECT", "SELECT", "INSERT"]


# Rules -----------------------------------------------------------------------------------------------------------


def test_a_new_version_is_for_later_clocks_and_running_ones_keep_theirs(admin) -> None:
    before = running(ticket())
    version = revising.revise_rule(
        rule("SLA-4"), by=admin, limit_kind=WD, amount=10, valid_from=day("2026-11-23"), at=AT
    )
    assert fresh(before).due_at == instant("2026-12-07 17:00")
    assert running(ticket(), at="2026-11-20 16:00").limit_amount == 15
    later = running(ticket(), at="2026-11-23 09:00")
    assert (later.limit_amount, later.rule) == (10, version)
    event = Event.objects.get(kind="rule.revised")
    assert (event.actor, event.role, event.subject_id) == (admin, "administrator", version.pk)
    assert event.data["former"] == {"limit_kind": WD, "amount": 15}


def test_running_clocks_get_a_new_rule_only_on_purpose_and_begin_their_ladder_anew(admin) -> None:
    coordination = running(ticket(), hastened := "handle")
    urgent = running(ticket(), divisor=2)
    fixed = running(ticket(), limit=deadlines_limit("2026-12-30 17:00"))
    extended = running(subject := ticket())
    deadlines.extend(TicketDeadline, subject, "handle", at=AT, to=instant("2027-02-01 17:00"))
    met = running(done := ticket())
    deadlines.meet(TicketDeadline, done, "handle", at=AT)
    TicketDeadline.objects.filter(pk=coordination.pk).update(next_rung=2)
    revising.revise_rule(rule("SLA-4"), by=admin, limit_kind=WD, amount=5, valid_from=day("2026-11-20"), at=AT)

    seen = following.preview(hastened, at=AT)
    assert (seen.running, seen.moving) == (2, 2)
    assert {moved.deadline.pk for moved in seen.shown} == {coordination.pk, urgent.pk}
    assert fresh(coordination).due_at == instant("2026-12-07 17:00")  # a look moves nothing

    asked = revising.apply_rules("handle", by=admin, at=AT)
    assert following.carry_on()
    first, second = fresh(coordination), fresh(urgent)
    assert (first.due_at, first.limit_amount, first.cycle, first.next_rung) == (instant("2026-11-23 17:00"), 5, 1, 1)
    assert (second.due_at, second.limit_amount, second.hastened) == (instant("2026-11-19 17:00"), 3, 2)
    assert [fresh(row).cycle for row in (fixed, extended, met)] == [0, 1, 0]
    assert set(asked.moves.values_list("deadline_id", flat=True)) == {coordination.pk, urgent.pk}
    event = Event.objects.about(first.subject).get(kind="deadline.moved")
    assert (event.actor, event.data["cause"], event.data["obligation"]) == (admin, "rule", "handle")

    revising.apply_rules("handle", by=admin, at=AT)
    following.carry_on()
    assert fresh(coordination).cycle == 1  # the same rule again moves nothing


def deadlines_limit(until: str):
    from portal.worktime.calendar import Limit

    return Limit.until(instant(until))


def test_a_preview_of_a_rule_that_is_not_saved_changes_nothing(admin) -> None:
    deadline = running(ticket(), at="2026-11-19 09:00")
    version = revising.new_version(rule("SLA-4"), limit_kind=WD, amount=20, valid_from=day("2026-12-01"), at=AT)
    seen = following.preview("handle", at=AT, rule=version)
    assert [(m.deadline.pk, m.former, m.deadline.due_at) for m in seen.shown] == [
        (deadline.pk, instant("2026-12-10 17:00"), instant("2026-12-17 17:00"))
    ]
    assert SlaRule.objects.filter(reference="SLA-4").count() == 1
    assert running(ticket(), at="2026-12-02 09:00").limit_amount == 15


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"amount": 15}, "和现行的一样"),
        ({"amount": 0}, "数值填"),
        ({"amount": None}, "数值填"),
        ({"amount": 501}, "数值填"),
        ({"limit_kind": "monthly", "amount": None}, "不能这样定"),
        ({"limit_kind": "nonsense"}, "不能这样定"),
        ({"valid_from": day("2026-11-19")}, "不能早于今天"),
        ({"valid_from": day("2028-01-01")}, "一年以内"),
    ],
)
def test_a_version_without_sense_is_refused(admin, given, complaint) -> None:
    said = {"limit_kind": WD, "amount": 9, "valid_from": day("2026-11-23")} | given
    with pytest.raises(Refused, match=complaint):
        revising.revise_rule(rule("SLA-4"), by=admin, at=AT, **said)
    assert SlaRule.objects.filter(reference="SLA-4").count() == 1


def test_a_version_is_made_once_and_withdrawn_only_before_it_holds(admin) -> None:
    said = {"limit_kind": WD, "valid_from": day("2026-11-23"), "by": admin}
    version = revising.revise_rule(rule("SLA-4"), amount=9, at=AT, **said)
    with pytest.raises(Refused, match="已经有一个新版本"):
        revising.revise_rule(SlaRule.objects.get(valid_from=BEGINNING, reference="SLA-4"), amount=8, at=AT, **said)
    with pytest.raises(Refused, match="已经生效"):
        revising.withdraw_rule(version, by=admin, at=instant("2026-11-23 00:00"))
    revising.withdraw_rule(version, by=admin, at=AT)
    with pytest.raises(Refused, match="已经撤销"):
        revising.withdraw_rule(version, by=admin, at=AT)
    assert running(ticket(), at="2026-11-23 09:00").limit_amount == 15


def test_a_preview_shows_what_this_change_moves_and_not_what_others_before_it_would(admin) -> None:
    """A limit was changed and its running clocks kept theirs: choosing a table for land is no matter of theirs."""
    of_land = ticket()
    Ticket.objects.filter(pk=of_land.pk).update(category=Category.objects.get(code="land-energy"))
    other, land = running(ticket(), at="2026-11-19 09:00"), running(of_land, at="2026-11-19 09:00")
    revising.revise_rule(rule("SLA-4"), by=admin, limit_kind=WD, amount=20, valid_from=day("2026-11-20"), at=AT)
    assert {m.deadline.pk for m in following.preview("", at=AT).shown} == {other.pk, land.pk}
    table = SlaTable.objects.get(code="2-10")
    choice = revising.new_choice(table, category="land-energy", complexity="", valid_from=day("2026-11-23"), at=AT)
    assert [m.deadline.pk for m in following.preview("", at=AT, choice=choice).shown] == [land.pk]


def test_a_table_is_chosen_for_a_category_from_a_day_on(admin) -> None:
    table = SlaTable.objects.get(code="2-10")
    choice = revising.choose_table(table, by=admin, category="land", complexity="", valid_from=day("2026-11-23"), at=AT)
    land = {"kind": "coordination", "category": "land"}
    assert rule_under("handle", land, at=AT).amount == 15
    assert rule_under("handle", land, at=instant("2026-11-23 00:00")).amount == 10
    revising.withdraw_choice(choice, by=admin, at=AT)
    assert not SlaChoice.objects.exists()


@pytest.mark.parametrize("role", ["supervisor", "leader", "department_head", "auditor"])
def test_only_administrators_change_time_limits(admin, role) -> None:
    other = person("other", "某人", (role, None) if role != "department_head" else (role, running(ticket()).department))
    for act in (
        lambda: revising.revise_rule(rule("SLA-4"), by=other, limit_kind=WD, amount=9, valid_from=day("2027-01-01")),
        lambda: revising.apply_rules("handle", by=other),
        lambda: revising.revise_ladder("centre", [Step("due", 0, ("supervisor",))], by=other),
        lambda: adjusting.override(day("2027-03-01"), day("2027-03-01"), by=other, working=False, name="x", reason="y"),
    ):
        with pytest.raises(Refused, match="系统管理员"):
            act()


# Ladders ---------------------------------------------------------------------------------------------------------


def steps_of(kind: str = "department") -> list[Step]:
    rungs = LadderRung.objects.filter(obligor_kind=kind).order_by("number")
    return [Step(rung.anchor, rung.working_days, tuple(rung.tells), rung.pk) for rung in rungs]


def climbed(deadline: TicketDeadline) -> list[tuple[int, int]]:
    return list(
        DeadlineFiring.objects.filter(deadline=deadline).order_by("fired_at", "rung").values_list("cycle", "rung")
    )


def revise(steps: list[Step], admin, kind: str = "department") -> Following | None:
    asked = revising.revise_ladder(kind, steps, by=admin, at=AT)
    assert following.carry_on()
    if asked:
        asked.refresh_from_db()
    return asked


def test_a_moved_step_is_told_at_its_new_time_and_what_fired_does_not_fire_again(admin) -> None:
    deadline = running(ticket(), at="2026-11-12 09:00", limit=None, conditions={"kind": "consultation"})  # due 19th
    sweep(instant("2026-11-19 18:00"))
    assert climbed(deadline) == [(0, 1), (0, 2)]
    near, due, one, three, five = steps_of()
    later = Step("after", 2, one.tells, one.key)
    told_early = Step(near.anchor, 0, ("handler", "supervisor"), near.key)
    asked = revise([told_early, due, later, three, five], admin)
    assert (asked.moved, Move.objects.count()) == (1, 0)
    moved = fresh(deadline)
    assert (moved.cycle, moved.next_rung, moved.next_rung_at) == (0, 3, instant("2026-11-23 17:00"))
    sweep(instant("2026-11-20 18:00"))
    assert climbed(deadline) == [(0, 1), (0, 2)]
    sweep(instant("2026-11-24 18:00"))
    assert climbed(deadline) == [(0, 1), (0, 2), (0, 3), (0, 4)]


def test_a_step_taken_out_below_or_put_in_never_makes_one_fire_twice(admin) -> None:
    deadline = running(ticket(), at="2026-11-12 09:00", conditions={"kind": "consultation"})
    sweep(instant("2026-11-20 18:00"))
    assert climbed(deadline) == [(0, 1), (0, 2), (0, 3)]  # near, due, +1
    revise(steps_of()[1:], admin)  # near is gone: numbers are used again, so the cycle rises
    assert (fresh(deadline).cycle, fresh(deadline).next_rung) == (1, 3)
    two, seven = Step("after", 2, ("leader",)), Step("after", 7, ("leader",))
    revise([*steps_of()[:2], two, *steps_of()[2:], seven], admin)
    assert fresh(deadline).next_rung == 3
    sweep(instant("2026-12-02 18:00"))
    told = [(0, 1), (0, 2), (0, 3), (1, 3), (1, 4), (1, 5), (1, 6)]
    assert climbed(deadline) == told
    rungs = list(LadderRung.objects.filter(obligor_kind="department").values_list("working_days", flat=True))
    assert rungs == [0, 1, 2, 3, 5, 7]
    sweep(instant("2026-12-02 18:01"))
    assert climbed(deadline) == told


def test_a_step_put_in_below_what_was_told_is_passed_over(admin) -> None:
    deadline = running(ticket(), at="2026-11-12 09:00", conditions={"kind": "consultation"})
    sweep(instant("2026-11-24 18:00"))
    assert climbed(deadline)[-1] == (0, 4)  # +3 wd
    near, due, one, three, five = steps_of()
    revise([near, due, one, Step("after", 2, ("leader",)), three, five], admin)
    assert (fresh(deadline).cycle, fresh(deadline).next_rung) == (0, 6)
    sweep(instant("2026-11-26 18:00"))
    assert climbed(deadline)[-1] == (0, 6)


@pytest.mark.parametrize(
    ("kind", "steps", "complaint"),
    [
        ("department", [], "至少留一级"),
        ("department", [Step("due", 0, ())], "至少选一个"),
        ("centre", [Step("due", 0, ("board",))], "至少选一个"),
        ("enterprise", [Step("due", 0, ("leader",))], "至少选一个"),
        ("department", [Step("after", 0, ("leader",))], "1 到"),
        ("department", [Step("after", 61, ("leader",))], "1 到"),
        ("department", [Step("due", 1, ("leader",))], "1 到"),
        ("department", [Step("after", 2, ("leader",)), Step("after", 2, ("board",))], "同一个时点"),
        ("department", [Step("after", n, ("leader",)) for n in range(1, 14)], "最多"),
        ("department", [Step("due", 0, ("handler",), 999_999)], "刷新"),
    ],
)
def test_a_ladder_without_sense_is_refused(admin, kind, steps, complaint) -> None:
    before = steps_of(kind)
    with pytest.raises(Refused, match=complaint):
        revising.revise_ladder(kind, steps, by=admin, at=AT)
    assert steps_of(kind) == before


def test_no_second_change_while_deadlines_still_follow_the_first(admin) -> None:
    revising.revise_ladder("centre", [Step("due", 0, ("supervisor",))], by=admin, at=AT)
    with pytest.raises(Refused, match="还在重算"):
        revising.revise_ladder("centre", [Step("due", 0, ("leader",))], by=admin, at=AT)
    following.carry_on()
    assert revising.revise_ladder("centre", steps_of("centre"), by=admin, at=AT) is None  # nothing differs


def test_every_word_of_the_shipped_ladders_may_be_chosen() -> None:
    for rung in LadderRung.objects.all():
        assert set(rung.tells) <= set(revising.TELLS[ObligorKind(rung.obligor_kind)])


def test_who_adds_a_rule_a_moment_after_another_is_told_so(admin, monkeypatch) -> None:
    plain = revising.new_version

    def overtaken(pattern: SlaRule, **given) -> SlaRule:
        made = plain(pattern, **given)
        plain(pattern, **given).save(force_insert=True)  # after the question whether there is one
        return made

    monkeypatch.setattr(revising, "new_version", overtaken)
    table = SlaTable.objects.get(code="1-3-5")
    said = {"obligation": "accept", "kind": "complaint", "complexity": "", "limit_kind": WD, "amount": 2}
    with pytest.raises(Refused) as refused, transaction.atomic():
        revising.add_rule(table, by=admin, valid_from=date(2026, 12, 1), at=AT, **said)
    assert refused.value.field == "valid_from"
