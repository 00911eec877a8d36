"""The pages of decision support: who sees which measures, how many queries, the file, an unknown address."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from enterprises.models import StaleFirm
from portal.people.models import Membership
from portal.trail.models import Event

pytestmark = pytest.mark.django_db
PICTURE = "/structure/"


def content(client, person, username, address):
    client.force_login(person(username))
    return client.get(address)


def test_a_leader_sees_every_measure_and_the_largest_part_first(economy, person, client):
    page = content(client, person, "leader", f"{PICTURE}?measure=tax").content.decode()
    for name in ("入库税收", "参保职工", "研发费用", "固定资产投资", "用电量", "认定人才", "单位营收能耗"):
        assert name in page
    assert "C 制造业" in page
    assert "2026年1–10月" in page
    assert "不足 3 家" in page or "不足 3 家的合计不显示" in page


def test_other_officials_see_open_measures_alone(economy, person, client):
    page = content(client, person, "handler", PICTURE).content.decode()
    assert "认定人才" in page
    assert "入库税收" not in page
    assert "参保职工" not in page
    for measure in ("tax", "insured", "intensity", "nothing"):
        assert client.get(f"{PICTURE}?measure={measure}").status_code == 404
    page = client.get(reverse("structure:compare")).content.decode()
    assert "入库税收" not in page


@pytest.mark.parametrize(
    "asked", ["section=ZZ", "by=nothing", "period=1999", "class=3484&section=F", "tag=x", "period=2026Q9"]
)
def test_an_address_that_names_nothing_is_404(economy, person, client, asked):
    assert content(client, person, "leader", f"{PICTURE}?{asked}").status_code == 404
    assert client.get(f"/structure/export/?{asked}").status_code == 404


@pytest.mark.parametrize("asked", ["section=%27%3Bdrop+table", "village=" + "9" * 4000, "capital=%00", "age=-1"])
def test_hostile_keys_are_404(economy, person, client, asked):
    assert content(client, person, "leader", f"{PICTURE}?{asked}").status_code == 404


@pytest.mark.parametrize("role", ["administrator", "auditor", "evaluator", "enterprise_member"])
def test_who_reads_no_firms_finds_nothing(economy, person, client, role):
    user = person("handler")
    Membership.objects.filter(user=user).update(role=role, department=None)
    client.force_login(user)
    for name in ("picture", "export", "firms", "firms-export", "compare", "compare-export"):
        assert client.get(reverse(f"structure:{name}")).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_parts(economy, person, client, django_assert_max_num_queries):
    client.force_login(person("leader"))
    for asked in ("", "?measure=tax&by=carrier", "?measure=tax&section=C&division=34&district=320585101-1"):
        client.get(PICTURE + asked)
        with django_assert_max_num_queries(32):
            client.get(PICTURE + asked)


def test_the_file_says_what_the_table_says(economy, person, client):
    client.force_login(person("leader"))
    answer = client.get("/structure/export/?measure=tax&section=C")
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].values)
    assert rows[0][3] == "入库税收（万元）"
    assert rows[-1][0] == "制造业"
    page = client.get(f"{PICTURE}?measure=tax&section=C").content.decode()
    assert all(str(row[0]) in page for row in rows[1:])
    assert any(row[3] == "不足 3 家" for row in rows[1:])
    event = Event.objects.get(kind="enterprise.exported")
    assert event.data["filters"] == {"section": "C", "measure": "tax", "by": "industry", "period": "2026"}


def test_the_firms_of_a_part_are_a_file_too(economy, person, client):
    client.force_login(person("leader"))
    page = client.get("/structure/firms/?section=C").context["page"]
    answer = client.get("/structure/firms/export/?section=C")
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].values)
    assert [row[0] for row in rows[1 : len(page) + 1]] == [firm.name for firm in page]
    assert len(rows) == page.paginator.count + 1 > len(page) + 1
    assert Event.objects.get(kind="enterprise.exported").data["filters"] == {"section": "C"}


def test_two_selections_stand_beside_each_other(economy, person, client):
    client.force_login(person("leader"))
    asked = "a-district=320585101-1&b-district=320585101-2"
    page = client.get(f"/structure/compare/?{asked}").content.decode()
    assert "城区片区与岳王片区" in page
    answer = client.get(f"/structure/compare/export/?{asked}")
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].values)
    assert [rows[0][3], rows[0][5]] == ["城区片区", "岳王片区"]
    assert len(rows) == 12


def test_it_says_what_is_still_being_reckoned(economy, person, client):
    StaleFirm.objects.create(enterprise=economy.firms[0])
    assert "还有 1 家企业的新数据正在计算" in content(client, person, "leader", PICTURE).content.decode()
