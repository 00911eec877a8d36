"""Pages of matching: the firm's own, where it supplies what is missing; an official's; coverage and its drill-down."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from enterprises.attributes.values import Put, of_firm, put_many
from enterprises.criteria import store
from enterprises.models import Criterion, Declaration, Enterprise, Member
from policies.matching.pushing import push
from policies.models import Claim, Exclusion, Muted, Pushed
from portal.trail.models import Read
from portal.worktime import clock
from tests.policies.factories import claim_row, clause, policy, round_
from tests.requests.factories import LONG_AGO, enterprise

KNOWN = date(2026, 6, 30)
STAFF = {"compare": ["headcount", ">=", 20]}
OWN = {"all": [{"holds": "own_technology"}, {"holds": "technology_products"}]}


def known(*firms, **values):
    put_many(Put(firm.pk, code, value, "统计", KNOWN) for firm in firms for code, value in values.items())
    store.refresh(Criterion.objects.standing())


def found(answer):
    return {key: [match.clause.pk for match in matches] for key, _label, matches in answer.context["groups"]}


# The firm's own ---------------------------------------------------------------------------------------------------


def test_the_firm_sees_what_fits_and_supplies_what_is_missing_on_the_spot(town, signed_in):
    one = clause(town, tree=OWN, formula={"fixed": "50000"}, title="自主技术补助")
    clause(town, tree=STAFF)
    known(town.firm, headcount=Decimal(12))
    client = signed_in("enterprise_member")
    answer = client.get(reverse("matching:mine"))
    assert found(answer)["unknown"] == [one.pk]
    assert list(answer.context["form"].fields) == ["own_technology", "technology_products"]
    typed = {"firm": town.firm.uscc, "own_technology": "yes", "technology_products": "yes", "headcount": "900"}
    answer = client.post(reverse("matching:declare"), typed, follow=True)
    assert found(answer)["yes"] == [one.pk]
    assert "可享受 <b>5 万元</b>" in answer.content.decode()
    assert "待核实" in answer.content.decode()
    assert of_firm(town.firm)["headcount"].value == 12  # known already: not asked, not taken
    again = client.post(reverse("matching:declare"), typed, follow=True)  # the second click
    assert Declaration.objects.count() == 2
    assert again.status_code == 200


def test_what_is_known_and_gives_no_result_says_so(town, signed_in):
    clause(town, tree={"compare": [{"ratio": ["rd_staff", "headcount"]}, ">=", "0.15"]})
    known(town.firm, headcount=Decimal(0), rd_staff=Decimal(3))
    answer = signed_in("enterprise_member").get(reverse("matching:mine"))
    assert "数据已有，但算不出结果" in answer.content.decode()


def test_ones_own_word_can_be_amended_until_it_is_verified(town, signed_in):
    clause(town, tree={"all": [STAFF, {"holds": "own_technology"}]})
    client, firm = signed_in("enterprise_member"), {"firm": town.firm.uscc}
    client.post(reverse("matching:declare"), {**firm, "headcount": "12", "own_technology": "yes"})
    page = client.get(reverse("matching:mine"), {**firm, "amend": "headcount"})
    assert list(page.context["form"].fields) == ["headcount"]
    client.post(reverse("matching:declare"), {**firm, "amend": "headcount", "headcount": "31"})
    assert of_firm(town.firm)["headcount"].value == 31
    Declaration.objects.filter(attribute="headcount", state="declared").update(state="confirmed")
    page = client.get(reverse("matching:mine"), {**firm, "amend": "headcount"})
    assert "headcount" not in page.context["form"].fields
    client.post(reverse("matching:declare"), {**firm, "amend": "headcount", "headcount": "99"})
    assert of_firm(town.firm)["headcount"].value == 31


def test_what_is_typed_wrong_is_said_beside_its_field_and_nothing_is_kept(town, signed_in):
    clause(town, tree={"all": [STAFF, {"holds": "own_technology"}]})
    known(town.foreign_firm, headcount=Decimal(1))
    client, url = signed_in("enterprise_member"), reverse("matching:declare")
    for typed, field in (
        ({"headcount": "很多", "own_technology": "yes"}, "headcount"),
        ({"headcount": "-3", "own_technology": "yes"}, "headcount"),
        ({"headcount": "", "own_technology": "maybe"}, "own_technology"),
        ({"headcount": "", "own_technology": ""}, "__all__"),
        ({"headcount": "9" * 40}, "headcount"),
    ):
        answer = client.post(url, {"firm": town.firm.uscc, **typed})
        assert answer.status_code == 422, typed
        assert field in answer.context["form"].errors, typed
    assert not Declaration.objects.exists()


def test_anothers_firm_is_not_there(town, signed_in):
    clause(town, tree={"holds": "own_technology"})
    for name in ("other_member", "former_member", "supervisor", "nobody"):
        client = signed_in(name)
        assert client.get(reverse("matching:mine"), {"firm": town.firm.uscc}).status_code == 404
        typed = {"firm": town.firm.uscc, "own_technology": "yes"}
        assert client.post(reverse("matching:declare"), typed).status_code == 404
    assert not Declaration.objects.exists()


def test_who_serves_two_firms_chooses(town, signed_in):
    Member.objects.create(enterprise=town.foreign_firm, user=town.enterprise_member, since=LONG_AGO)
    client = signed_in("enterprise_member")
    answer = client.get(reverse("matching:mine"), {"firm": town.foreign_firm.uscc})
    assert answer.context["firm"] == town.foreign_firm
    assert set(answer.context["firms"]) == {town.firm, town.foreign_firm}


def test_opening_the_page_or_the_explanation_is_a_receipt(town, signed_in):
    one, other = clause(town, tree={"holds": "high_tech"}), clause(town, tree={"holds": "tech_sme"})
    known(town.firm, high_tech=True, tech_sme=True)
    push()
    url = reverse("matching:of-why", args=[town.firm.uscc, other.policy.code, other.number])
    signed_in("steward").get(url)
    signed_in("steward").get(reverse("matching:of", args=[town.firm.uscc]))
    assert not Pushed.objects.exclude(read_at=None).exists()
    signed_in("enterprise_member").get(reverse("matching:why", args=[other.policy.code, other.number]))
    assert [row.clause_id for row in Pushed.objects.exclude(read_at=None)] == [other.current_id]
    signed_in("member_official").get(reverse("matching:mine"))
    row = Pushed.objects.get(clause=one.current_id)
    assert (row.read_at is not None, row.read_by) == (True, town.member_official)


def test_who_goes_straight_to_the_claim_has_read_what_it_is_about(town, signed_in):
    one, other = clause(town, tree={"holds": "high_tech"}), clause(town, tree={"holds": "tech_sme"})
    known(town.firm, high_tech=True, tech_sme=True)
    push()
    signed_in("enterprise_member").get(reverse("claims:new", args=[round_(one).pk]))
    assert [row.clause_id for row in Pushed.objects.exclude(read_at=None)] == [one.current_id]
    assert Pushed.objects.filter(clause=other.current_id, read_at=None).exists()


def test_what_excludes_a_claim_under_way_or_paid_this_year_is_not_offered(town, signed_in):
    had, other, free = (clause(town, tree={"holds": "high_tech"}, formula={"fixed": "1"}) for _n in range(3))
    opened = [round_(one, opens_at=clock.now() - timedelta(days=1)) for one in (had, other, free)]
    rule = Exclusion.objects.create(name="不重复", rule="highest", department=town.housing)
    rule.clauses.set([had, other])
    known(town.firm, high_tech=True)
    listed = claim_row(opened[0], town.firm, status="listed")
    client = signed_in("enterprise_member")
    before = client.get(reverse("matching:mine"))
    assert f"claims/new/{opened[1].pk}/" in before.content.decode(), "it has not chosen yet"
    Claim.objects.filter(pk=listed.pk).update(status="submitted")
    after = client.get(reverse("matching:mine"))
    page = after.content.decode()
    assert (f"claims/new/{opened[1].pk}/" in page, f"claims/new/{opened[2].pk}/" in page) == (False, True)
    assert "已申报不能同时享受的一条" in page
    ((_key, _label, rows),) = after.context["groups"]
    assert rows[-1].clause == other, "and comes last"


def test_the_page_asks_the_same_for_one_clause_and_for_three(town, signed_in):
    client = signed_in("enterprise_member")

    def counted():
        client.get(reverse("matching:mine"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("matching:mine"))
        return len(queries)

    def one_more():
        made = clause(town, tree={"holds": "high_tech"}, formula={"fixed": "1"})
        claim_row(round_(made, opens_at=clock.now() - timedelta(days=1)), town.firm)
        clause(town, tree=OWN)
        clause(town, tree=STAFF)

    known(town.firm, high_tech=True, headcount=Decimal(19))
    one_more()
    one = counted()
    one_more()
    one_more()
    assert counted() == one


def test_muted_kinds_are_ones_own(town, signed_in):
    client = signed_in("enterprise_member")
    client.post(reverse("matching:muted"), {"wanted": ["funds", "award", "nonsense"]})
    off = set(Muted.objects.filter(user=town.enterprise_member).values_list("support", flat=True))
    assert off == {"tax", "finance", "talent", "land", "premises", "honour", "service"}
    shown = client.get(reverse("matching:muted")).context["kinds"]
    assert {value for value, _label, wanted in shown if wanted} == {"funds", "award"}
    client.post(reverse("matching:muted"), {"wanted": ["funds", "tax"]})
    assert not Muted.objects.filter(support__in=["funds", "tax"]).exists()


# Officials --------------------------------------------------------------------------------------------------------


def test_an_official_reads_no_hidden_value_and_who_was_shown_one_has_read_it(town, signed_in):
    one = clause(
        town, tree={"compare": ["tax_last_year", ">=", 5_000_000]}, formula={"rate": "0.5", "of": "tax_last_year"}
    )
    staff = clause(town, tree=STAFF)
    known(town.firm, tax_last_year=Decimal(4_321_000), headcount=Decimal(25))
    for name in ("leader", "handler", "policy_officer"):
        client = signed_in(name)
        why = client.get(reverse("matching:of-why", args=[town.firm.uscc, one.policy.code, one.number]))
        listed = client.get(reverse("matching:of", args=[town.firm.uscc]))
        for answer in (why, listed):
            assert answer.status_code == 200
            for secret in ("432.1", "67.9", "216.05", "250"):
                assert secret not in answer.content.decode(), (name, secret)
    assert not Read.objects.exists()
    signed_in("leader").get(reverse("matching:of-why", args=[town.firm.uscc, staff.policy.code, staff.number]))
    assert Read.objects.get().reader == town.leader


def test_which_firms_fit_with_what_is_missing_and_the_file(town, signed_in):
    one = clause(town, tree={"all": [{"holds": "high_tech"}, {"holds": "own_technology"}]})
    known(town.firm, high_tech=True, own_technology=True)
    known(town.foreign_firm, high_tech=True)
    url = reverse("matching:firms", args=[one.policy.code, one.number])
    client = signed_in("policy_officer")
    answer = client.get(url)
    assert [firm.pk for firm in answer.context["page"]] == [town.firm.pk]
    assert [count for _key, _label, count in answer.context["kinds"]] == [1, 0, 1]
    unknown = client.get(url, {"outcome": "unknown"})
    assert [(firm.pk, firm.beside) for firm in unknown.context["page"]] == [(town.foreign_firm.pk, "拥有其他自主技术")]
    assert list(client.get(url, {"outcome": "unknown", "q": "乌有"}).context["page"]) == []
    book = client.get(reverse("matching:firms-export", args=[one.policy.code, one.number]), {"outcome": "unknown"})
    rows = list(load_workbook(BytesIO(book.content)).worksheets[0].values)
    assert rows[1][:2] == (town.foreign_firm.name, town.foreign_firm.uscc)
    assert len(rows) == 2


def test_few_firms_over_what_is_closed_are_not_named(town, signed_in):
    """Who is alone on the list of a limit on taxes would tell his taxes (SEC-11)."""
    one = clause(town, tree={"compare": ["tax_last_year", ">=", 5_000_000]})
    known(town.firm, tax_last_year=Decimal(9_000_000))
    url = reverse("matching:firms", args=[one.policy.code, one.number])
    export = reverse("matching:firms-export", args=[one.policy.code, one.number])
    client = signed_in("supervisor")
    answer = client.get(url)
    assert answer.context["kinds"][0][2] is None
    assert town.firm.name not in answer.content.decode()
    assert len(list(load_workbook(BytesIO(client.get(export).content)).worksheets[0].values)) == 1
    more = [enterprise(f"第{n}家企业", "", town.place) for n in range(4)]
    known(*more, tax_last_year=Decimal(9_000_000))
    answer = client.get(url)
    assert answer.context["kinds"][0][2] == 5
    assert town.firm.name in answer.content.decode()


def test_firms_of_a_clause_cost_the_same_for_one_and_for_three(town, signed_in):
    one, client = clause(town, tree=STAFF), signed_in("policy_officer")
    url = reverse("matching:firms", args=[one.policy.code, one.number])

    def counted():
        client.get(url, {"outcome": "almost"})
        with CaptureQueriesContext(connection) as queries:
            client.get(url, {"outcome": "almost"})
        return len(queries)

    known(town.firm, headcount=Decimal(18))
    first = counted()
    known(*(enterprise(f"第{n}家企业", "", town.place) for n in range(2)), headcount=Decimal(15))
    assert counted() == first


# Coverage ---------------------------------------------------------------------------------------------------------


def test_coverage_counts_firms_once_and_names_who_has_not_read(town, signed_in):
    kept = policy(town)
    first = clause(town, kept, tree={"holds": "high_tech"})
    clause(town, kept, tree={"holds": "tech_sme"})
    alone = enterprise("无人知晓有限公司", "", town.place)
    gone = enterprise("已经注销有限公司", "", town.place)
    known(town.firm, town.foreign_firm, alone, gone, high_tech=True, tech_sme=True)
    Enterprise.objects.filter(pk=gone.pk).update(status="cancelled")
    push()
    signed_in("enterprise_member").get(reverse("matching:mine"))
    claim_row(round_(first, opens_at=clock.now() - timedelta(days=1)), town.firm)
    client = signed_in("policy_officer")
    (row,) = client.get(reverse("matching:coverage")).context["rows"]
    assert (row.matched, row.pushed, row.reached, row.read, row.claimed, row.share) == (3, 2, 2, 1, 1, 50)
    url = reverse("matching:coverage-policy", args=[kept.code])
    listed = {tab: [firm.pk for firm in client.get(url, {"tab": tab}).context["page"]] for tab in TABS}
    assert listed == {
        "unread": [town.foreign_firm.pk],
        "unreached": [alone.pk],
        "unclaimed": [],
        "all": sorted(
            [alone.pk, town.firm.pk, town.foreign_firm.pk], key=lambda pk: Enterprise.objects.get(pk=pk).name
        ),
        "nonsense": [],
    }
    book = client.get(reverse("matching:coverage-policy-export", args=[kept.code]), {"tab": "unread"})
    rows = list(load_workbook(BytesIO(book.content)).worksheets[0].values)
    assert [line[0] for line in rows[1:]] == [town.foreign_firm.name]
    book = client.get(reverse("matching:coverage-export"))
    assert list(load_workbook(BytesIO(book.content)).worksheets[0].values)[1][2:] == (3, 2, 2, 1, 1, 50)


TABS = ("unread", "unreached", "unclaimed", "all", "nonsense")


def test_each_department_reads_the_coverage_of_its_own(town, signed_in):
    clause(town, policy(town, department=town.police), tree={"holds": "high_tech"})
    assert signed_in("policy_officer").get(reverse("matching:coverage")).context["rows"] == []
    assert len(signed_in("police_head").get(reverse("matching:coverage")).context["rows"]) == 1
    assert len(signed_in("leader").get(reverse("matching:coverage")).context["rows"]) == 1


def test_coverage_costs_the_same_for_one_policy_and_for_three(town, signed_in):
    client = signed_in("leader")

    def counted():
        client.get(reverse("matching:coverage"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("matching:coverage"))
        return len(queries)

    clause(town, tree={"holds": "high_tech"})
    known(town.firm, high_tech=True)
    one = counted()
    clause(town, tree={"holds": "high_tech"})
    clause(town, tree=STAFF)
    assert counted() == one


# The portrait -----------------------------------------------------------------------------------------------------


def test_the_portrait_says_what_fits_and_what_closes_soon(town, signed_in):
    one = clause(town, tree={"holds": "high_tech"}, title="研发补助")
    known(town.firm, high_tech=True)
    round_(one, opens_at=timezone.now() - timedelta(days=25), days=30)
    url = reverse("enterprises:detail", args=[town.firm.uscc])
    own = signed_in("enterprise_member").get(url).content.decode()
    assert "符合 1 条" in own
    assert "“研发补助”申报快截止了" in own
    steward = signed_in("steward").get(url).content.decode()
    assert "符合 1 条" in steward
    assert "符合“研发补助”，申报快截止了" in steward
    assert "研发补助" not in signed_in("handler").get(url).content.decode()
