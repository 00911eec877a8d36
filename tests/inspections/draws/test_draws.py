"""Draws by the verbs: the list is bound before the number is known, drawn once, confirmed once (INS-5)."""

import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from inspections.draws import files, flow, formula, lots, protocol
from inspections.draws.confirming import confirm
from inspections.models import BlockedAttempt, Draw, DrawRow, Need
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of
from portal.people.refusal import Refused
from portal.trail.models import Event
from portal.worktime.calendar import SHANGHAI
from tests.inspections.draws.conftest import FIRST, KNOWN_ON, LAST, LATER, confirmed, drawn, fresh, frozen
from tests.inspections.factories import inspector, listed, need, subject, visit
from tests.requests.factories import MONDAY, person


def test_from_the_list_to_the_needs(of, pool):
    draw = frozen(of, pool)
    assert (draw.number, draw.population, draw.status) == ("CQ-20261109-0001", 12, "frozen")
    assert draw.seed == draw.text == ""
    draw = flow.draw(draw, by=of.housing_second, text=" 3 7\n11 ", at=LATER)
    assert (draw.text, draw.status) == ("3 7 11", "drawn")
    ranks = draw.rows.exclude(rank=None).order_by("rank").values_list("rank", flat=True)
    assert list(ranks) == [1, 2, 3, 4]
    draw = confirm(draw, by=of.department_head, at=LATER)
    made = Need.objects.filter(came_by="draw")
    assert {one.enterprise_id for one in made} == set(draw.rows.exclude(rank=None).values_list("enterprise", flat=True))
    one = made.first()
    assert (one.kind, one.first, one.last, one.subject) == ("random", FIRST, LAST, pool.subject)
    assert one.basis == f"年度抽查计划（抽查 {draw.number}）"
    assert one.drawn_in.get().draw == draw
    kinds = Event.objects.about(draw).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["draw.frozen", "draw.drawn", "draw.confirmed"]


def test_weights_are_one_and_the_points_of_known_risks(of, pool):
    draw = frozen(of, pool)
    found = {row.enterprise_id: (row.weight, row.points) for row in draw.rows.all()}
    assert found[pool.firms[0].pk] == (4, {"hazards": 3})  # five, of which three count
    assert found[pool.firms[1].pk] == (7, {"penalties": 2, "risk": 4})
    assert found[pool.firms[2].pk] == (1, {})
    assert formula.HEAVIEST < protocol.HEAVIEST


def test_its_protocol_is_recomputed_with_and_without_names(of, pool):
    draw = drawn(of, pool)
    for names in (True, False):
        told = files.protocol(fresh(draw), names=names)
        assert protocol.check(told) == []
        assert (pool.firms[0].name in str(told)) is names
    told = files.protocol(draw, names=True)
    told["firms"][0]["uscc"] = told["firms"][1]["uscc"]
    assert protocol.check(told) != []


def test_it_is_drawn_when_the_announced_day_is_over_and_no_minute_before(of, pool):
    draw = frozen(of, pool)
    over = datetime.combine(KNOWN_ON + timedelta(days=1), time(), SHANGHAI)
    with pytest.raises(Refused, match="11月10日.*这一天过完才能抽取"):
        flow.draw(draw, by=of.inspector, text="3 7 11", at=over - timedelta(seconds=1))
    assert fresh(draw).seed == ""
    assert flow.draw(draw, by=of.inspector, text="3 7 11", at=over).seed


def test_the_announced_day_is_bound_and_a_draw_of_before_it_was_asked_for_still_agrees(of, pool):
    told = files.protocol(fresh(drawn(of, pool)), names=False)
    assert any("摘要不符" in one for one in protocol.check(told | {"known_on": None}))
    assert protocol.check(told | {"drawn_at": told["frozen_at"]}) == ["公共随机数的产生日期不在固定名单和抽取之间。"]
    old = frozen(of, pool)
    Draw.objects.filter(pk=old.pk).update(known_on=None)
    old = fresh(old)
    digest = lots.digest(lots.listing(flow.head_of(old), *_listed(old)))
    Draw.objects.filter(pk=old.pk).update(digest=digest)
    drawn_old = flow.draw(old, by=of.inspector, text="1", at=MONDAY)
    assert protocol.check(files.protocol(fresh(drawn_old), names=False)) == []


def _listed(draw):
    subjects = {one.pk: one for one in draw.subjects.all()}
    people = [flow.person_of(one) for one in draw.inspectors.all()]
    return [flow.firm_of(row, subjects) for row in draw.rows.all()], people


def test_a_row_changed_behind_the_verbs_is_noticed_when_it_is_drawn(of, pool):
    draw = frozen(of, pool)
    row = draw.rows.first()
    DrawRow.objects.filter(pk=row.pk).update(weight=row.weight + 1)
    with pytest.raises(Refused, match="摘要"):
        flow.draw(draw, by=of.inspector, text="3 7 11", at=LATER)
    DrawRow.objects.filter(pk=row.pk).update(weight=row.weight)
    assert flow.draw(draw, by=of.inspector, text="3 7 11", at=LATER).seed


def test_neither_the_secret_nor_the_number_alone_decides(of, pool):
    """The same list and secret with another number, and the same number with another secret, draw differently."""
    first = drawn(of, pool, text="3 7 11")
    order = list(first.rows.order_by("lot").values_list("enterprise", flat=True))
    told = files.protocol(first, names=False)
    rows = [lots.Firm(one["handle"], one["weight"], tuple(one["subjects"])) for one in told["firms"]]
    by_number = lots.drawn(lots.seed_of(first.secret, "3 7 12", first.digest), rows)
    by_secret = lots.drawn(lots.seed_of("f" * 64, "3 7 11", first.digest), rows)
    handles = dict(first.rows.values_list("handle", "enterprise"))
    assert order == [handles[one.handle] for _lot, one in lots.drawn(first.seed, rows)]
    assert order != [handles[one.handle] for _lot, one in by_number]
    assert order != [handles[one.handle] for _lot, one in by_secret]
    assert lots.digest(first.secret) == first.commitment


def test_who_is_left_out_and_why(of, pool):
    firms = pool.firms
    listed(of, firms[0])
    for n in range(4):
        own = need(of, firms[1], of.fire, first=date(2026, 2 + n, 2), last=date(2026, 2 + n, 6))
        visit(of, firms[1], [own], day=date(2026, 2 + n, 2), status="done")
    need(of, firms[2], subject=pool.subject, first=LAST, last=LAST + timedelta(days=3))
    draw = frozen(of, pool)
    out = dict(draw.exclusions.values_list("enterprise", "why"))
    assert out == {firms[0].pk: "whitelist", firms[1].pk: "cap", firms[2].pk: "waiting"}
    assert draw.population == 9
    ordered = frozen(of, pool, ordered_by="某安委办〔2026〕3 号")
    assert firms[0].pk in ordered.rows.values_list("enterprise", flat=True)
    assert BlockedAttempt.objects.count() == 0


def test_place_industry_and_several_subjects(of, pool):
    other = subject(of.housing)  # concerns all
    draw = frozen(of, pool, subjects=[pool.subject, other], place=of.town.place)
    whose = {row.enterprise_id: row.subjects for row in draw.rows.all()}
    assert whose[pool.firms[0].pk] == [pool.subject.pk, other.pk]
    assert whose[of.town.firm.pk] == [other.pk]
    assert of.town.foreign_firm.pk not in whose  # of the district above
    made = confirm(flow.draw(draw, by=of.inspector, text="1", at=LATER), by=of.inspector, at=LATER)
    for row in made.rows.exclude(rank=None):
        assert [one.subject_id for one in row.needs.order_by("subject")] == row.subjects


def test_a_share_is_rounded_up(of, pool):
    assert frozen(of, pool, take=0, share=Decimal("0.26")).take == 4  # 3.12 of 12
    assert frozen(of, pool, take=0, share=Decimal("0.25")).take == 3


def test_the_same_form_twice_is_one_draw_and_confirming_twice_makes_nothing_twice(of, pool):
    key = uuid.uuid4()
    draw = frozen(of, pool, key=key)
    assert frozen(of, pool, key=key, title="另一个").pk == draw.pk
    draw = confirm(flow.draw(draw, by=of.inspector, text="1", at=LATER), by=of.inspector, at=LATER)
    for again in (
        lambda: confirm(draw, by=of.inspector, at=LATER),
        lambda: flow.draw(draw, by=of.inspector, text="2", at=LATER),
        lambda: flow.drop(draw, by=of.department_head, reason="不满意", at=LATER),
    ):
        with pytest.raises(Refused):
            again()
    assert Need.objects.count() == 4
    assert fresh(draw).text == "1"


def test_what_stands_in_the_way_since_is_kept_beside_the_row(of, pool):
    draw = drawn(of, pool)
    first, second = draw.rows.filter(rank__in=(1, 2)).order_by("rank").select_related("enterprise")
    listed(of, first.enterprise)
    need(of, second.enterprise, subject=pool.subject, kind="random", first=FIRST, last=LAST)
    confirm(draw, by=of.inspector, at=LATER)
    skipped = dict(draw.rows.exclude(skipped="").values_list("rank", "skipped"))
    assert sorted(skipped) == [1, 2]
    assert "白名单" in skipped[1]
    assert Need.objects.filter(came_by="draw").count() == 2  # nobody takes their place
    assert BlockedAttempt.objects.count() == 0


def test_dropping_is_public_and_after_the_drawing_the_supervisor_is_told(of, pool):
    early = frozen(of, pool)
    flow.drop(early, by=of.department_head, reason="名单有误", at=LATER)
    late = drawn(of, pool)
    with pytest.raises(Refused):
        flow.drop(late, by=of.department_head, reason=" ", at=LATER)
    flow.drop(late, by=of.department_head, reason="来源说错了", at=LATER)
    (message,) = Message.objects.filter(kind="draw.dropped")
    assert [letter.to.username for letter in letters_of(message, fresh(late))] == ["supervisor"]
    assert Draw.objects.visible_to(of.nobody).filter(status="dropped").count() == 2


def test_the_heads_are_asked_to_confirm(of, pool):
    draw = drawn(of, pool)
    (message,) = Message.objects.filter(kind="draw.drawn")
    told = {letter.to.username for letter in letters_of(message, fresh(draw))}
    assert told == {"deputy_head", "department_head", "stand_in"}
    confirm(draw, by=of.inspector, at=LATER)
    assert list(letters_of(message, fresh(draw))) == []


REFUSED = {
    "subjects": {"subjects": []},
    "first": {"first": KNOWN_ON},
    "last": {"last": FIRST - timedelta(days=1)},
    "known_on": {"known_on": MONDAY.date()},
    "amount": {"take": 13},
    "title": {"title": " "},
    "basis": {"basis": ""},
    "source": {"source": "\n"},
}


@pytest.mark.parametrize("field", REFUSED)
def test_what_is_missing_or_impossible_is_refused_at_its_field(of, pool, field):
    with pytest.raises(Refused) as refused:
        frozen(of, pool, **REFUSED[field])
    assert refused.value.field == field
    assert Draw.objects.count() == 0


def test_more_than_a_page_can_wait_for_is_drawn_in_parts(of, pool, monkeypatch):
    monkeypatch.setattr(flow, "TAKE_MOST", 3)
    with pytest.raises(Refused, match="最多抽 3 户"):
        frozen(of, pool)
    assert frozen(of, pool, take=3).take == 3


def test_nobody_draws_for_another_agency_its_subjects_or_his_own_firm(of, pool):
    with pytest.raises(Refused):
        frozen(of, pool, by=of.fire_inspector)
    with pytest.raises(Refused):
        frozen(of, pool, subjects=[of.subject(of.fire)])
    own = person("own_inspector", "支父", ("inspector", of.town.housing))
    pool.firms[3].members.create(user=own, since=MONDAY - timedelta(days=99))
    with pytest.raises(Refused, match="所属"):
        frozen(of, pool, by=own)
    draw = drawn(of, pool)
    with pytest.raises(Refused):
        confirm(draw, by=own, at=LATER)
    assert not Draw.objects.with_names_for(own).exists()


def test_a_team_wants_two_valid_certificates(of, pool):
    of.housing.inspectors.update(valid_until=LAST - timedelta(days=1))
    with pytest.raises(Refused, match="不足两人"):
        frozen(of, pool)
    inspector(of.town.people["colleague"], of.housing)
    inspector(of.town.people["utilities_handler"], of.housing)
    draw = drawn(of, pool)
    assert draw.inspectors.count() == 2
    assert set(draw.rows.exclude(rank=None).values_list("team", flat=True)) == {1}


def test_the_window_may_not_be_over_when_it_is_confirmed(of, pool):
    draw = drawn(of, pool)
    with pytest.raises(Refused, match="过了"):
        confirm(draw, by=of.inspector, at=MONDAY + timedelta(days=60))


def test_the_rows_hold_what_the_verbs_promise(of, pool):
    draw = frozen(of, pool)
    for wrong in (
        lambda: Draw.objects.filter(pk=draw.pk).update(status="drawn"),
        lambda: Draw.objects.filter(pk=draw.pk).update(take=13),
        lambda: Draw.objects.filter(pk=draw.pk).update(status="dropped"),
        lambda: draw.rows.update(weight=0),
        lambda: draw.rows.update(rank=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_an_unannounced_draw_is_nobodys_to_see_before_its_checks_are_over(of, pool):
    pool.subject.unannounced = True
    pool.subject.save()
    draw = confirmed(of, pool)
    seen = {name for name, user in of.town.people.items() if Draw.objects.visible_to(user).exists()}
    agency = {"inspector", "housing_second", "deputy_head", "department_head", "stand_in"}
    assert seen == agency | {"keeper_inspector", "keeper_second", "police_head", "supervisor", "leader"}
    assert all(need.unannounced for need in Need.objects.filter(came_by="draw"))
    Need.objects.filter(came_by="draw").update(status="done", ended_at=LATER)
    assert Draw.objects.over().get() == draw
    assert Draw.objects.visible_to(of.nobody).exists()


def test_secrets_of_two_draws_differ_without_the_tests_chance(of, pool):
    first, second = (frozen(of, pool, chance=flow.secrets.token_hex) for _ in range(2))
    assert first.secret != second.secret
    assert len(first.secret) == 64
    assert {row.handle for row in first.rows.all()}.isdisjoint({row.handle for row in second.rows.all()})
