"""What a firm says of itself (POL-2): used at once, marked, verified by whom it concerns, gone when a line knows."""

import itertools
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises.attributes import computing, declaring, stale
from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.declaring import MOST_AN_HOUR, Verifying, confirm, declare, refute
from enterprises.attributes.forms import DeclareForm
from enterprises.attributes.values import of_firm, put
from enterprises.criteria import flow
from enterprises.models import Declaration, Line, Outcome
from enterprises.models.declarations import CONFIRMED, DECLARED
from portal.outbox.models import Message
from portal.people.actors import CLOCK
from portal.people.models import Membership
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.facts.factories import fact, resources
from tests.requests.factories import LONG_AGO, town

__all__ = ["town"]

NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
STAFF = {"compare": ["headcount", ">=", 20]}
State = Declaration.State


def outcome(criterion, firm):
    return Outcome.objects.filter(criterion=criterion, enterprise_id=firm.pk).values_list("outcome", flat=True).first()


def said(firm, code):
    return of_firm(firm).get(code)


def declared(town, at=NOW, **values):
    return declare(town.firm, values, by=town.enterprise_member, at=at)


def states(firm, code):
    rows = Declaration.objects.filter(enterprise=firm, attribute=code).order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_it_is_used_at_once_and_says_whose_word_it_is(town):
    criterion = flow.define("staff", "二十人以上", STAFF, by=CLOCK, at=NOW)
    assert outcome(criterion, town.firm) == Outcome.Is.UNKNOWN
    (made,) = declared(town, headcount=Decimal(30))
    held = said(town.firm, "headcount")
    assert (held.value, held.source, held.as_of) == (30, DECLARED, NOW.date())
    assert outcome(criterion, town.firm) == Outcome.Is.YES
    assert outcome(criterion, town.foreign_firm) == Outcome.Is.UNKNOWN
    assert (made.state, made.value, made.by) == (State.DECLARED, 30, town.enterprise_member)
    assert [event.kind for event in Event.objects.about(made)] == ["declaration.made"]


def test_what_is_reckoned_from_it_bears_its_mark(town):
    declared(town, rd_cost_last_year=Decimal(500), revenue_last_year=Decimal(10000))
    assert (said(town.firm, "rd_ratio").value, said(town.firm, "rd_ratio").source) == (Decimal("0.05"), DECLARED)


def test_a_later_word_takes_the_place_of_the_former(town):
    declared(town, headcount=Decimal(30))
    declared(town, headcount=Decimal(31))
    assert states(town.firm, "headcount") == [State.REPLACED, State.DECLARED]
    assert said(town.firm, "headcount").value == 31


REFUSED = [
    ({}, "至少填写一项", None),
    ({"headcount": Decimal(-1)}, "不能小于", "headcount"),
    ({"headcount": Decimal("1.5")}, "小数", "headcount"),
    ({"headcount": Decimal("NaN")}, "有效值", "headcount"),
    ({"headcount": Decimal(10) ** 30}, "过大", "headcount"),
    ({"headcount": "三十"}, "有效值", "headcount"),
    ({"research_institute": "galactic"}, "有效值", "research_institute"),
    ({"established_on": date(2020, 1, 1)}, "不能自报", "established_on"),
    ({"registered_city": "杭州"}, "不能自报", "registered_city"),
    ({"moon": Decimal(1)}, "不能自报", "moon"),
]


def test_what_is_refused(town):
    for values, sentence, field in REFUSED:
        with pytest.raises(Refused, match=sentence) as refused:
            declare(town.firm, values, by=town.enterprise_member, at=NOW)
        assert refused.value.field == field
    assert not Declaration.objects.exists()


def test_only_the_firms_own_people_and_only_what_nobody_has_said(town):
    for name in ("other_member", "former_member", "steward", "supervisor", "nobody"):
        with pytest.raises(Refused, match="只有企业自己的人"):
            declare(town.firm, {"headcount": Decimal(3)}, by=town.people[name], at=NOW)
    put(town.firm, "headcount", Decimal(12), "人社", date(2026, 6, 30))
    with pytest.raises(Refused, match="已有数据，来自人社"):
        declared(town, headcount=Decimal(30))
    assert said(town.firm, "headcount").value == 12


def test_so_many_an_hour(town):
    for number in range(MOST_AN_HOUR):
        Declaration.objects.create(
            enterprise=town.firm, attribute=f"a{number}", value=1, at=NOW - timedelta(minutes=59), state=State.REPLACED
        )
    with pytest.raises(Refused, match="一小时内最多"):
        declared(town, headcount=Decimal(30))
    assert declared(town, at=NOW + timedelta(minutes=2), headcount=Decimal(30))


# A line's fact ----------------------------------------------------------------------------------------------------


def test_a_lines_fact_takes_its_place_and_unknown_leaves_it(town):
    made = resources()
    criterion = flow.define("staff", "二十人以上", STAFF, by=CLOCK, at=NOW)
    declared(town, headcount=Decimal(30))
    stale.mark([town.firm.pk])
    stale.carry_on(at=NOW)
    assert said(town.firm, "headcount").source == DECLARED  # nobody knows better
    fact(town.firm, made["employment"], by=town.data_officer, at=NOW, period=date(2026, 7, 1), headcount=12)
    stale.mark([town.firm.pk])
    stale.carry_on(at=NOW)
    held = said(town.firm, "headcount")
    assert held.value == 12
    assert held.source not in (DECLARED, CONFIRMED)
    assert states(town.firm, "headcount") == [State.REPLACED]
    assert outcome(criterion, town.firm) == Outcome.Is.ALMOST
    with pytest.raises(Refused, match="已有数据"):
        declared(town, headcount=Decimal(30))


def test_what_somebody_put_by_hand_stays_as_before(town):
    made = resources()
    put(town.firm, "headcount", Decimal(77), "镇企服中心", date(2026, 6, 30))
    fact(town.firm, made["employment"], by=town.data_officer, at=NOW, period=date(2026, 7, 1), headcount=12)
    computing.compute([town.firm.pk], day=NOW.date())
    assert said(town.firm, "headcount").value == 77


# Verifying --------------------------------------------------------------------------------------------------------


def test_the_owning_line_verifies_and_for_the_rest_the_policy_officer(town):
    resources()
    line = Line.objects.get(name=TOWN["headcount"].source)
    Line.objects.update(department=None)
    Line.objects.filter(pk=line.pk).update(department=town.housing)  # the data officer's own department
    people, own = declared(town, headcount=Decimal(30), own_technology=True)
    assert Verifying(town.data_officer).grant_over(people) is not None
    assert Verifying(town.data_officer).grant_over(own) is None
    assert Verifying(town.policy_officer).grant_over(people) is None
    assert Verifying(town.policy_officer).grant_over(own) is not None
    for name in ("supervisor", "leader", "handler", "enterprise_member", "member_official"):
        assert Verifying(town.people[name]).grant_over(own) is None
    with pytest.raises(Refused, match="不由您核实"):
        confirm(people, by=town.policy_officer, at=NOW)
    assert confirm(people, by=town.data_officer, at=NOW).state == State.CONFIRMED
    assert (said(town.firm, "headcount").source, said(town.firm, "headcount").value) == (CONFIRMED, 30)


def test_the_centres_data_officer_verifies_what_is_no_lines(town):
    resources()
    Line.objects.update(department=None)
    Line.objects.filter(code="centre").update(department=town.housing)
    (own,) = declared(town, own_technology=True)
    assert Verifying(town.data_officer).grant_over(own) is not None


def test_nobody_verifies_the_word_of_his_own_firm(town):
    Membership.objects.create(user=town.member_official, role="policy_officer", department=town.housing, since=LONG_AGO)
    town.forget()
    (own,) = declared(town, own_technology=True)
    with pytest.raises(Refused, match="不由您核实"):
        confirm(own, by=town.member_official, at=NOW)


def test_what_is_not_so_goes_and_the_firm_is_told(town):
    criterion = flow.define("own", "自有技术", {"holds": "own_technology"}, by=CLOCK, at=NOW)
    (own,) = declared(town, own_technology=True)
    assert outcome(criterion, town.firm) == Outcome.Is.YES
    with pytest.raises(Refused, match="为什么") as refused:
        refute(own, by=town.policy_officer, reason=" ", at=NOW)
    assert refused.value.field == "reason"
    refute(own, by=town.policy_officer, reason="没有技术合同", at=NOW)
    assert said(town.firm, "own_technology") is None
    assert outcome(criterion, town.firm) == Outcome.Is.UNKNOWN
    assert Message.objects.filter(kind="declaration.refuted", subject_id=own.pk).count() == 1
    for verb in (lambda: confirm(own, by=town.policy_officer), lambda: refute(own, by=town.policy_officer, reason="x")):
        with pytest.raises(Refused, match="已经处理过"):
            verb()
    assert declared(town, own_technology=False)  # it may say it again


STANDS = {State.DECLARED: True, State.CONFIRMED: False, State.REFUTED: False, State.REPLACED: False}


ROLES = ("policy_officer", "data_officer", "supervisor", "leader", "enterprise_member", "steward")


def test_each_state_and_each_role(town):
    """Only what waits is decided, and of what no line delivers only by the policy officer."""
    (own,) = declared(town, own_technology=True)
    verbs = (confirm, lambda one, *, by: refute(one, by=by, reason="不是"))
    for state, name, verb in itertools.product(STANDS, ROLES, verbs):
        Declaration.objects.filter(pk=own.pk).update(state=state, reason="因为")
        put(town.firm, "own_technology", True, DECLARED, NOW.date())
        try:
            verb(own, by=town.people[name])
            done = True
        except Refused:
            done = False
        assert done == (STANDS[state] and name == "policy_officer"), (state, name)


# Two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_word_given_while_a_worker_computes_is_not_lost(town, monkeypatch):
    """The worker has read the facts when the firm speaks; without the lock its older row would be written back."""
    read, go_on, made = threading.Event(), threading.Event(), computing._differs

    def pausing(*arguments):
        if threading.current_thread().name == "slow":
            read.set()
            assert go_on.wait(10)
        return made(*arguments)

    monkeypatch.setattr(computing, "_differs", pausing)
    put(town.firm, "orders", Decimal(1), "镇企服中心", date(2026, 6, 30))

    def in_thread(name, act):
        def run():
            try:
                act()
            finally:
                connection.close()

        thread = threading.Thread(target=run, name=name)
        thread.start()
        return thread

    slow = in_thread("slow", lambda: computing.compute([town.firm.pk], day=NOW.date()))
    assert read.wait(10)
    firm = in_thread("firm", lambda: declared(town, headcount=Decimal(30)))
    firm.join(0.3)
    assert firm.is_alive()  # it waits for the worker
    go_on.set()
    slow.join(10)
    firm.join(10)
    assert said(town.firm, "headcount").value == 30


# Pages ------------------------------------------------------------------------------------------------------------


def client_of(town, name):
    made = Client()
    made.force_login(town.people[name])
    return made


def test_the_work_list_shows_what_one_verifies_and_decides_there(town):
    one, two = declared(town, own_technology=True, technology_products=False)
    client = client_of(town, "policy_officer")
    answer = client.get(reverse("enterprises:declarations"))
    assert [row.pk for row in answer.context["page"]] == [one.pk, two.pk]
    assert all(row.decides for row in answer.context["page"])
    client.post(reverse("enterprises:declaration", args=[one.pk]), {"act": "confirm"})
    client.post(reverse("enterprises:declaration", args=[two.pk]), {"act": "refute", "reason": ""})
    assert states(town.firm, "technology_products") == [State.DECLARED]
    client.post(reverse("enterprises:declaration", args=[two.pk]), {"act": "refute", "reason": "没有产品"})
    done = client.get(reverse("enterprises:declarations"), {"tab": "done"})
    assert {row.state for row in done.context["page"]} == {State.CONFIRMED, State.REFUTED}
    seen = client_of(town, "supervisor").get(reverse("enterprises:declarations"), {"tab": "done"})
    assert [row.decides for row in seen.context["page"]] == [False, False]


def test_enter_in_the_reason_does_not_confirm(town):
    """The first button of the form a field stands in is what Enter presses."""
    declared(town, own_technology=True)
    page = client_of(town, "policy_officer").get(reverse("enterprises:declarations")).content.decode()
    form = next(form for form in page.split("<form") if 'name="reason"' in form)
    assert 'value="refute"' in form
    assert 'value="confirm"' not in form


def test_a_closed_value_is_shown_to_who_verifies_it_alone(town):
    declared(town, tax_last_year=Decimal(987654))
    told = "98.7654"
    assert told in client_of(town, "policy_officer").get(reverse("enterprises:declarations")).content.decode()
    assert told not in client_of(town, "supervisor").get(reverse("enterprises:declarations")).content.decode()


def test_the_list_asks_the_same_of_one_and_of_three(town):
    client = client_of(town, "policy_officer")

    def counted():
        client.get(reverse("enterprises:declarations"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("enterprises:declarations"))
        return len(queries)

    declared(town, research_institute="national")
    one = counted()
    declared(town, technology_products=True, independent_entity=True, own_technology=True)
    assert counted() == one


def test_the_form_reads_units_and_refuses_nonsense():
    attributes = [TOWN["revenue_last_year"], TOWN["rd_ratio"], TOWN["own_technology"], TOWN["specialised"]]
    typed = {"revenue_last_year": "１，２００．５", "rd_ratio": "5%", "own_technology": "no", "specialised": ""}
    form = DeclareForm(attributes, typed)
    assert form.is_valid(), form.errors
    assert form.values() == {
        "revenue_last_year": Decimal(12005000),
        "rd_ratio": Decimal("0.05"),
        "own_technology": False,
    }
    for bad in ("1e99999", "1e9", "１Ｅ３", "NaN", "十", "-", "1" * 31, "٣", "0x10", "Infinity"):
        assert not DeclareForm([TOWN["revenue_last_year"]], {"revenue_last_year": bad}).is_valid(), bad
    assert not DeclareForm(attributes, {}).is_valid()


def test_what_it_says_of_itself_is_listed_for_it(town):
    declared(town, own_technology=True)
    assert [one.attribute for one in declaring.standing_words(town.firm)] == ["own_technology"]
    assert declaring.standing_words(town.firm, ["headcount"]) == []
