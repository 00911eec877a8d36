"""One agency's record: complete or refused, taken once, what it brings about (INS-6, INS-7)."""

import threading

import pytest
from django.db import connection, connections

from inspections.models import Check, CheckPhoto, Finding, JointVisitDeadline, RecordDraft, Signature, Upload
from inspections.recording import drafts, flow
from inspections.recording.capacity import Conflict
from inspections.recording.written import Answer, Checked, Found, Signed
from portal.outbox.models import Message
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.inspections.recording.conftest import (
    AT,
    BEGUN,
    key,
    later,
    needs_of,
    point,
    problem,
    record,
    signed,
)
from tests.inspections.recording.pictures import drawn, empty, upload


def send(part, by, sent=None, at=AT, **fields):
    return flow.record(part, by=by, record=sent or record(part, **fields), key=key(), at=at)


def test_a_part_is_recorded_with_its_points_and_signatures(of, under_way, housing):
    made = send(housing, of.town.inspector)
    housing.refresh_from_db(), under_way.refresh_from_db()
    assert (housing.recorded_by, housing.recorded_at, under_way.status) == (of.town.inspector, AT, "under_way")
    first = made.checks.first()
    assert (first.result, [item.result for item in first.items.all()]) == ("clean", ["ok", "ok"])
    assert [item.text for item in first.items.all()] == ["证照齐全", "台账记录完整"]
    told = {one.whose: (one.name, bool(one.image)) for one in Signature.objects.filter(part=housing)}
    assert told == {"inspector": (of.town.inspector.name, True), "firm": ("列御寇", True)}
    assert {need.status for need in needs_of(housing)} == {"done"}


def test_with_the_last_part_the_visit_is_done_and_each_agency_has_met_its_own_clock(of, under_way, housing, fire):
    send(housing, of.town.inspector)
    clocks = JointVisitDeadline.objects.filter(subject=under_way)
    assert set(clocks.values_list("department__short_name", "met_at")) == {
        (of.housing.department.short_name, AT),
        (of.fire.department.short_name, None),
    }
    send(fire, of.fire_second, at=later(1))
    under_way.refresh_from_db()
    assert (under_way.status, under_way.done_at) == ("done", later(1))
    assert not clocks.filter(met_at=None)
    kinds = list(
        Event.objects.about(under_way)
        .filter(kind__startswith="joint_visit.")
        .order_by("pk")
        .values_list("kind", "role")
    )
    assert kinds == [("joint_visit.recorded", "inspector")] * 2 + [("joint_visit.done", "inspector")]
    assert Message.objects.filter(kind="joint_visit.recorded").count() == 2


def test_findings_stand_with_what_was_decided(of, housing):
    worse = Found("围挡缺口", "serious", "case", n=1)
    gone = problem(housing, 2, severity="minor", outcome="remedied")
    send(housing, of.town.inspector, record(housing, gone, worse))
    found = list(Finding.objects.values_list("text", "severity", "status", "remedied_on_the_spot", "item", "agency"))
    assert found == [
        ("台账缺三个月", "minor", "remedied", True, point(housing, 2).pk, of.housing.pk),
        ("围挡缺口", "serious", "case", False, None, of.housing.pk),
    ]
    assert Check.objects.order_by("pk").first().result == "found"


INCOMPLETE = {
    "a subject is missing": (lambda part: {"checks": record(part).checks[:1]}, "n{second}"),
    "a subject of another part": (lambda part: {"checks": (*record(part).checks, Checked(need=10**9))}, None),
    "the same twice": (lambda part: {"checks": record(part).checks * 2}, None),
    "a point is missing": (
        lambda part: {
            "checks": (Checked(needs_of(part)[0].pk, record(part).checks[0].answers[:1]), record(part).checks[1])
        },
        "n{first}-i{last}",
    ),
    "a point of another list": (
        lambda part: {"checks": (Checked(needs_of(part)[0].pk, (Answer(10**9, "ok"),)), record(part).checks[1])},
        "n{first}",
    ),
    "a problem without a finding": (
        lambda part: {
            "checks": (
                Checked(
                    needs_of(part)[0].pk,
                    tuple(Answer(p.pk, "problem") for p in needs_of(part)[0].subject.checklist.all()),
                ),
                record(part).checks[1],
            )
        },
        "n{first}",
    ),
    "no signature of the inspector": (lambda part: {"signatures": signed()[1:]}, "sign-inspector"),
    "no word of the firm": (lambda part: {"signatures": signed()[:1]}, "sign-firm"),
    "a name is missing": (lambda part: {"signatures": signed(name=" ")}, "sign-firm-name"),
    "signed and refused": (lambda part: {"signatures": signed(refused_for="不认可")}, "sign-firm-refused"),
    "an empty signature": (lambda part: {"signatures": signed(image=empty())}, "signature"),
    "no picture at all": (lambda part: {"signatures": signed(image=b"<svg onload=1>")}, "files"),
    "half a picture": (lambda part: {"signatures": signed(image=drawn()[:200])}, None),
    "a huge signature": (lambda part: {"signatures": signed(image=drawn() + b"0" * 400_000)}, "signature"),
    "too many points": (lambda part: {"signatures": signed(image=drawn(2000, 1500))}, "signature"),
    "photos that never came": (lambda part: {"photos": frozenset([key()])}, "photos"),
}


@pytest.mark.parametrize("case", INCOMPLETE)
def test_what_is_incomplete_is_refused_whole(of, housing, case):
    make, field = INCOMPLETE[case]
    first, second = needs_of(housing)
    with pytest.raises(Refused) as refused:
        send(housing, of.town.inspector, **make(housing))
    named = {"first": first.pk, "second": second.pk, "last": first.subject.checklist.last().pk}
    if field:
        assert refused.value.field == field.format(**named)
    assert not Upload.objects.exists()
    assert not Check.objects.exists()
    assert {need.status for need in needs_of(housing)} == {"planned"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " "},
        {"severity": "awful"},
        {"outcome": ""},
        {"outcome": "rectify", "days": 0},
        {"outcome": "rectify", "days": 121},
    ],
)
def test_a_finding_says_what_how_bad_and_what_follows(of, housing, wrong):
    with pytest.raises(Refused) as refused:
        send(housing, of.town.inspector, record(housing, problem(housing, **wrong)))
    first = needs_of(housing)[0]
    assert refused.value.field == f"n{first.pk}-i{point(housing).pk}"


def test_the_firm_may_refuse_to_sign_with_the_reason(of, housing):
    signatures = (signed()[0], Signed("firm", refused_for="负责人不在"))
    send(housing, of.town.inspector, signatures=signatures)
    assert Signature.objects.get(whose="firm").refused_for == "负责人不在"


def test_points_that_were_taken_out_meanwhile_may_still_be_answered(of, housing):
    sent = record(housing)
    subject = needs_of(housing)[0].subject
    subject.checklist.filter(number=2).update(ended_at=later(-1))
    subject.checklist.create(number=2, text="台账完整并公示")
    send(housing, of.town.inspector, sent)
    assert Check.objects.first().items.last().text == "台账记录完整"


def test_points_taken_out_before_the_visit_are_none(of, housing):
    sent = record(housing)
    needs_of(housing)[0].subject.checklist.filter(number=2).update(ended_at=BEGUN)
    with pytest.raises(Refused):
        send(housing, of.town.inspector, sent)


def test_sent_again_it_is_the_same_and_otherwise_a_conflict(of, housing):
    sent, under = record(housing), key()
    made = flow.record(housing, by=of.town.inspector, record=sent, key=under, at=AT)
    again = flow.record(housing, by=of.town.inspector, record=sent, key=under, at=later(5))
    assert (again, again.at, Check.objects.count()) == (made, AT, 2)
    other = record(housing, signatures=signed(name="林类"))
    with pytest.raises(Conflict):
        flow.record(housing, by=of.town.inspector, record=other, key=under, at=AT)
    with pytest.raises(Conflict):  # the same words from another's hand
        flow.record(housing, by=of.housing_second, record=sent, key=under, at=AT)


def test_the_second_telephone_is_told_who_was_first(of, housing):
    send(housing, of.town.inspector)
    with pytest.raises(Conflict) as conflict:
        send(housing, of.housing_second, at=later(1))
    assert of.town.inspector.name in conflict.value.sentence
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("status", ["scheduled", "done", "cancelled", "missed"])
def test_only_while_it_is_under_way(of, under_way, housing, status):
    under_way.status = status
    under_way.save()
    with pytest.raises(Refused):
        send(housing, of.town.inspector)


def test_the_telephones_clock_is_believed_between_beginning_and_now(of, housing, fire):
    early = send(housing, of.town.inspector, written_at=BEGUN.replace(year=2001))
    late = send(fire, of.fire_inspector, written_at=later(100), at=later(2))
    assert (early.written_at, late.written_at) == (BEGUN, later(2))


def test_photos_that_are_named_join_the_record_and_the_others_go(of, housing):
    first, second = needs_of(housing)
    kept, left = key(), key()
    for one in (kept, left):
        drafts.add_photo(housing, of.town.inspector, one, need=first.pk, item=None, upload=upload())
    drafts.add_photo(housing, of.housing_second, key(), need=second.pk, item=None, upload=upload())
    drafts.save(housing, of.town.inspector, 1, [["a", "b"]])
    send(housing, of.town.inspector, photos=frozenset([kept]))
    assert set(CheckPhoto.objects.values_list("by__username", "record__need")) == {
        ("inspector", first.pk),
        ("housing_second", None),
    }
    assert not CheckPhoto.objects.filter(key=left)
    assert not RecordDraft.objects.exists()


def test_another_persons_photo_is_not_taken(of, housing):
    foreign = key()
    drafts.add_photo(housing, of.housing_second, foreign, need=needs_of(housing)[0].pk, item=None, upload=upload())
    with pytest.raises(Refused):
        send(housing, of.town.inspector, photos=frozenset([foreign]))


def test_amended_beside_and_never_changed(of, under_way, housing):
    with pytest.raises(Refused):
        flow.amend(housing, by=of.town.inspector, text="记错", at=AT)
    send(housing, of.town.inspector)
    under = key()
    for _twice in range(2):
        flow.amend(housing, by=of.housing_second, text="第二项应为不适用", key=under, at=later(24))
    assert [one.text for one in housing.amendments.all()] == ["第二项应为不适用"]
    assert set(Check.objects.values_list("items__result", flat=True)) == {"ok"}
    assert Event.objects.about(under_way).filter(kind="joint_visit.amended").count() == 1
    for by in (of.fire_inspector, of.town.department_head, of.town.enterprise_member):
        with pytest.raises(Refused):
            flow.amend(housing, by=by, text="别人写的", at=later(24))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locks", [True, False])
def test_sent_twice_at_once_it_is_recorded_once(of, housing, locks, monkeypatch):
    """Control: without the locks the second finds nothing of the first, and the database has to refuse it."""
    if not locks:
        monkeypatch.setattr(flow, "alone", lambda key: None)
        monkeypatch.setattr(flow, "locked", lambda part: part)
    sent, under, meet, said = record(housing), key(), threading.Barrier(2), []
    real = flow.demand_complete

    def both_there(*args):
        real(*args)
        if not locks:
            meet.wait(10)

    monkeypatch.setattr(flow, "demand_complete", both_there)

    def one():
        try:
            said.append(flow.record(housing, by=of.town.inspector, record=sent, key=under, at=AT).pk)
        except Exception as error:
            said.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert connection.in_atomic_block is False
    made = Upload.objects.get().pk
    assert sorted(map(str, said)) == sorted(map(str, [made, made] if locks else [made, "IntegrityError"]))
    assert Check.objects.count() == 2


def test_an_agency_whose_needs_all_fell_away_is_not_waited_for(of, under_way, housing, fire):
    for one in needs_of(fire):
        one.status, one.ended_at, one.ended_for = "dropped", AT, "列入白名单"
        one.save()
    with pytest.raises(Refused):
        send(fire, of.fire_inspector, record(housing))
    send(housing, of.town.inspector)
    under_way.refresh_from_db()
    assert under_way.status == "done"
