"""The pages: what everybody reads, how an officer writes step by step, what a draft never shows (POL-1, POL-11)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml import html

from enterprises.criteria.programmes import programmes
from enterprises.criteria.reading import parse
from policies.library import flow
from policies.library.content import content_of, tree_lines
from policies.models import Clause, Policy, PolicyFile
from portal.worktime import clock
from tests.policies import factories as rows
from tests.policies.library.conftest import JANUARY, STAFF, clause_said, content, fresh, said


@pytest.fixture
def signed_in(town):
    def sign_in(name):
        client = Client()
        client.force_login(getattr(town, name) if isinstance(name, str) else name)
        return client

    return sign_in


def text(response):
    return response.content.decode()


DOCUMENT = {
    "title": "专精特新培育办法",
    "issuer": "镇人民政府",
    "level": "town",
    "valid_from": "2026-01-01",
    "effective_on": "2026-01-05",
    "object": "本镇企业",
    "summary": "认定为专精特新的企业给奖励。",
    "keywords": "专精特新 小巨人",
}
CLAUSE = {
    "title": "认定奖励",
    "support": "award",
    "way": "by_data",
    "universal": "1",
    "conditions": "用工 20 人以上。",
    "benefit": "奖励 10 万元。",
    "judged": "on",
    "publicity_days": "5",
    "r.join": "all",
    "r.n": "1",
    "r.0.how": "value",
    "r.0.a": "headcount",
    "r.0.op": ">=",
    "r.0.value": "20",
    "f.join": "one",
    "f.n": "1",
    "f.0.kind": "fixed",
    "f.0.value": "10",
    "material": ["参保证明", "", ""],
    "material_attribute": ["headcount", "", ""],
    "material_required": ["1", "1", "1"],
    "material_note": ["数据已有的不用交", "", ""],
}


def test_an_officer_writes_a_policy_step_by_step_and_a_head_puts_it_in_force(town, signed_in):
    officer, head = signed_in("policy_officer"), signed_in("department_head")
    begun = officer.post("/policies/desk/new/", DOCUMENT | {"department": town.housing.pk})
    policy = Policy.objects.get()
    assert begun["Location"] == f"/policies/desk/{policy.code}/write/clauses/new/"
    written = officer.post(begun["Location"], CLAUSE | {"seen": "0"})
    assert written["Location"] == f"/policies/desk/{policy.code}/write/clauses/"
    row = policy.versions.get().clauses.get()
    assert (parse(row.tree), row.formula) == (parse({"all": [STAFF]}), {"fixed": "100000"})
    assert row.materials == [
        {"name": "参保证明", "attribute": "headcount", "required": True, "note": "数据已有的不用交"}
    ]
    assert policy.versions.get().keywords == ["专精特新", "小巨人"]
    assert "认定奖励" in text(officer.get(f"/policies/desk/{policy.code}/preview/"))
    officer.post(f"/policies/desk/{policy.code}/act/submit/")
    assert "看全文，审核" in text(head.get(f"/policies/desk/{policy.code}/"))
    assert "1</td>" in text(officer.get("/policies/desk/?tab=work")), "the clauses of a draft are counted"
    done = head.post(f"/policies/desk/{policy.code}/act/approve/")
    assert done["Location"] == f"/policies/desk/{policy.code}/"
    public = text(Client().get(f"/policies/{policy.code}/"))
    for words in ("认定为专精特新的企业给奖励。", "认定奖励", "职工总数不低于 20 人", "10 万元", "参保证明"):
        assert words in public


def test_an_act_from_a_page_that_is_out_of_date_says_how_it_stands_now(signed_in, drafted):
    officer, head, code = signed_in("policy_officer"), signed_in("department_head"), drafted.policy.code
    officer.post(f"/policies/desk/{code}/act/submit/")
    head.post(f"/policies/desk/{code}/act/approve/")
    for send in (head.post, head.get):
        late = send(f"/policies/desk/{code}/act/approve/", follow=True)
        assert "第 1 版现在是“现行”，不用再做这一步。" in text(late)
    late = officer.post(f"/policies/desk/{code}/act/submit/", follow=True)
    assert "第 1 版现在是“现行”，不用再做这一步。" in text(late)
    assert officer.get(f"/policies/desk/{code}/act/approve/").status_code == 404, "never his own"


def test_the_five_real_programmes_are_entered_through_the_form_as_they_stand(town, signed_in, drafted):
    """What the form draws of each, sent back as it is, stores the same condition."""
    officer, code = signed_in("policy_officer"), drafted.policy.code
    found = programmes()
    assert len(found) == 5
    for number, one in enumerate(found, 2):
        flow.edit(
            fresh(drafted),
            with_clause(drafted, one["name"], one["tree"]),
            by=town.policy_officer,
            at=JANUARY,
        )
        page = officer.get(f"/policies/desk/{code}/write/clauses/{number}/")
        officer.post(f"/policies/desk/{code}/write/clauses/{number}/", sent(page) | {"note": "x"})
        row = fresh(drafted).clauses.get(clause__number=number)
        assert page.status_code == 200
        assert parse(row.tree) == parse(one["tree"])


def test_a_condition_is_shown_line_by_line():
    either = {"any": [{"holds": "high_tech"}, {"all": [{"holds": "tech_sme"}, {"holds": "above_scale"}]}]}
    assert tree_lines({"all": [{"holds": "green"}, either]}) == [(0, "条件无法读出")]
    assert tree_lines({"all": [{"not": {"holds": "abnormal"}}, either]}) == [
        (0, "不属于“经营异常”"),
        (0, "以下至少一条符合"),
        (1, "国家高新技术企业"),
        (1, "以下都要符合"),
        (2, "科技型中小企业"),
        (2, "规上企业"),
    ]
    assert tree_lines({"holds": "abnormal"}) == [(0, "经营异常")]
    assert tree_lines(None) == []


def with_clause(version, title, tree):
    found = content_of(fresh(version))
    found.clauses.append(clause_said(title=title, tree=tree))
    return found


def sent(page):
    """What a browser sends of the form as it was drawn."""
    form = next(one for one in html.fromstring(page.content).forms if "cr-form" in one.get("class", ""))
    found = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def test_a_clause_that_is_not_sound_comes_back_as_typed_with_the_sentence(town, signed_in, drafted):
    officer, code = signed_in("policy_officer"), drafted.policy.code
    address = f"/policies/desk/{code}/write/clauses/new/"
    refused = officer.post(address, CLAUSE | {"seen": "0", "r.0.value": "许多", "title": "只此一家"})
    assert refused.status_code == 422
    assert "只此一家" in text(refused)
    assert "参保证明" in text(refused)
    assert fresh(drafted).clauses.count() == 1
    refused = officer.post(address, CLAUSE | {"seen": "0", "f.0.value": "-3"})
    assert refused.status_code == 422
    assert fresh(drafted).clauses.count() == 1
    in_words = {"seen": "0", "r.0.how": "words", "r.0.value": "职工人数不少于三十"}
    refused = officer.post(address, CLAUSE | in_words)
    assert any("不是目录里的指标" in one for one in refused.context["form"].non_field_errors())
    assert fresh(drafted).clauses.count() == 1


def test_without_scripts_a_button_of_the_condition_redraws_the_page_and_saves_nothing(signed_in, drafted):
    address = f"/policies/desk/{drafted.policy.code}/write/clauses/new/"
    drawn = signed_in("policy_officer").post(address, CLAUSE | {"seen": "0", "act": "add:r"})
    assert drawn.status_code == 200
    assert 'name="r.1.how"' in text(drawn)
    assert "认定奖励" in text(drawn)
    assert fresh(drafted).revision == 0


def test_a_clause_that_data_cannot_judge_is_kept_without_a_condition(signed_in, drafted):
    address = f"/policies/desk/{drafted.policy.code}/write/clauses/new/"
    given = {name: value for name, value in CLAUSE.items() if name != "judged"}
    signed_in("policy_officer").post(address, given | {"seen": "0", "way": "by_review", "r.0.value": "许多"})
    assert fresh(drafted).clauses.get(clause__number=2).tree is None


def test_an_older_tab_does_not_overwrite_what_was_saved_since(town, signed_in, drafted):
    officer, code = signed_in("policy_officer"), drafted.policy.code
    first = officer.post(f"/policies/desk/{code}/write/", DOCUMENT | {"title": "第一个页面", "seen": "0"})
    second = officer.post(f"/policies/desk/{code}/write/", DOCUMENT | {"title": "第二个页面", "seen": "0"})
    assert (first.status_code, second.status_code) == (302, 422)
    assert "刚被改过" in text(second)
    assert fresh(drafted).title == "第一个页面"
    officer.post(f"/policies/desk/{code}/write/clauses/", {"act": "out:1", "seen": "0"})
    assert fresh(drafted).clauses.count() == 1


def test_clauses_are_moved_and_taken_out(town, signed_in):
    both = content(clause_said(title="甲"), clause_said(title="乙"))
    policy = flow.create(both, department=town.housing, by=town.policy_officer, at=JANUARY)
    officer, address = signed_in("policy_officer"), f"/policies/desk/{policy.code}/write/clauses/"
    officer.post(address, {"act": "up:2", "seen": "0"})
    assert [row.title for row in policy.versions.get().clauses_in_order] == ["乙", "甲"]
    officer.post(address, {"act": "out:1", "seen": "1"})
    assert [row.title for row in policy.versions.get().clauses_in_order] == ["乙"]
    assert not Clause.objects.filter(number=1).exists()


def test_what_another_department_writes_is_not_there(town, signed_in, drafted):
    rows.officer_of(town.police, "police_officer")
    client = Client()
    client.force_login(type(town.leader).objects.get(username="police_officer"))
    for tail in ("", "write/", "preview/", "act/submit/"):
        assert client.get(f"/policies/desk/{drafted.policy.code}/{tail}").status_code == 404
    assert drafted.title not in text(client.get("/policies/desk/?tab=work"))


def test_a_draft_is_nowhere_to_be_read_before_it_is_in_force(town, drafted):
    public = Client()
    for address in ("/policies/", "/policies/?q=稳岗", "/api/v1/policies/"):
        assert "稳岗扶持办法" not in text(public.get(address))
    for address in (f"/policies/{drafted.policy.code}/", f"/api/v1/policies/{drafted.policy.code}/"):
        assert public.get(address).status_code == 404


def test_a_later_draft_does_not_show_before_its_day(town, in_force):
    later = flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY)
    content_now = content_of(later)
    content_now.elements |= {"title": "将来的名称", "effective_on": JANUARY.date() + timedelta(days=90)}
    flow.edit(later, content_now, by=town.policy_officer, at=JANUARY)
    flow.submit(later, by=town.policy_officer, at=JANUARY)
    flow.approve(later, by=town.department_head, at=JANUARY)
    code = in_force.policy.code
    public = Client()
    for address in (f"/policies/{code}/", "/policies/", f"/api/v1/policies/{code}/"):
        assert "将来的名称" not in text(public.get(address))
    assert public.get(f"/policies/{code}/versions/2/").status_code == 404


def test_a_former_version_takes_no_claims(town, in_force):
    policy = in_force.policy
    rows.round_(Clause.objects.filter(policy=policy)[0], opens_at=JANUARY, days=None)
    code, claim = policy.code, "/policies/claims/new/"
    assert claim in text(Client().get(f"/policies/{code}/"))
    later = flow.draft(policy, by=town.policy_officer, at=JANUARY)
    content_now = content_of(later)
    content_now.elements |= {"effective_on": JANUARY.date()}
    flow.edit(later, content_now, by=town.policy_officer, at=JANUARY)
    flow.submit(later, by=town.policy_officer, at=JANUARY)
    flow.approve(later, by=town.department_head, at=JANUARY)
    assert claim in text(Client().get(f"/policies/{code}/"))
    assert claim not in text(Client().get(f"/policies/{code}/versions/1/"))


def test_attachments_are_downloaded_by_everybody_once_the_policy_is_in_force(town, signed_in, drafted):
    officer, code = signed_in("policy_officer"), drafted.policy.code
    upload = SimpleUploadedFile("申报表.txt", "申报表".encode())
    officer.post(f"/policies/desk/{code}/write/files/", {"files": [upload], "title": "申报表"})
    row = PolicyFile.objects.get()
    assert Client().get(f"/policies/{code}/files/{row.pk}/").status_code == 404
    flow.submit(drafted, by=town.policy_officer, at=JANUARY)
    flow.approve(drafted, by=town.department_head, at=JANUARY)
    served = Client().get(f"/policies/{code}/files/{row.pk}/")
    assert b"".join(served.streaming_content).decode() == "申报表"
    assert "attachment" in served["Content-Disposition"]
    assert officer.post(f"/policies/desk/{code}/write/files/", {"drop": row.pk}).status_code == 404


def test_a_firm_sees_its_own_verdict_and_nobody_elses(town, signed_in):
    rows.clause(town, rows.policy(town, title="人人有份"), tree={"not": {"compare": ["headcount", "<", 0]}})
    page = text(signed_in("enterprise_member").get("/policies/"))
    assert "已按乌有精密的数据标出符合与否" in page
    assert "待补充" in page
    assert "待补充" not in text(Client().get("/policies/"))


def test_expired_and_abolished_policies_are_marked_and_say_what_follows_them(town):
    old = rows.policy(town, title="旧办法", valid_to=JANUARY.date())
    rows.clause(town, old)
    new = rows.policy(town, title="新办法")
    Policy.objects.filter(pk=new.pk).update(follows=old)
    page = text(Client().get(f"/policies/{old.code}/"))
    assert "已失效" in page
    assert "已由这件承接" in page
    assert "承接自" in text(Client().get(f"/policies/{new.code}/"))
    assert "旧办法" not in text(Client().get("/policies/"))
    assert "旧办法" in text(Client().get("/policies/?state=over"))


def test_an_open_round_leads_to_the_claim(town, signed_in):
    clause = rows.clause(town)
    batch = rows.round_(clause, opens_at=clock.now() - timedelta(days=1), days=5)
    page = text(Client().get(f"/policies/{clause.policy.code}/"))
    assert f"/policies/claims/new/{batch.pk}/" in page
    for_officials = text(signed_in("policy_officer").get(f"/policies/{clause.policy.code}/"))
    assert "claims/new" not in for_officials, "who claims for no firm is not led to a page that is not his"


def test_what_has_ended_leads_to_no_claim(town):
    clause = rows.clause(town, rows.policy(town, valid_to=JANUARY.date()))
    rows.round_(clause, opens_at=clock.now() - timedelta(days=1), days=5)
    assert "/policies/claims/new/" not in text(Client().get(f"/policies/{clause.policy.code}/"))


def test_hostile_words_are_shown_as_words(town):
    evil = '<script>alert(1)</script>"{{ 7|add:7 }}'
    made = rows.policy(town, title=evil, summary=evil, interpretation=evil)
    rows.clause(town, made, title="甲", conditions=evil, benefit=evil, materials=[{"name": evil}])
    for address in (f"/policies/{made.code}/", "/policies/", f"/policies/?q={evil}"):
        page = text(Client().get(address))
        assert "<script>alert" not in page
        assert "14" not in page.replace("2014", "") or "{{ 7|add:7 }}" in page


def test_the_export_holds_one_row_a_clause(town, signed_in, in_force):
    from io import BytesIO

    from openpyxl import load_workbook

    answer = signed_in("policy_officer").get("/policies/desk/export/")
    lines = list(load_workbook(BytesIO(answer.content)).worksheets[0].values)
    heads = list(lines[0])
    assert len(lines) == 2
    assert lines[1][heads.index("政策名称")] == said()["title"]
    assert lines[1][heads.index("条款：条件")] == "职工总数不低于 20 人"
    assert lines[1][heads.index("条款：金额")] == "2 万元"


KEPT = [("document", "write", []), ("new", "write-clause-new", []), ("1", "write-clause", [1])]


@pytest.mark.parametrize(("step", "page", "number"), KEPT)
def test_what_is_being_typed_is_kept_until_it_is_saved(step, page, number, town, signed_in, drafted):
    client, code = signed_in("policy_officer"), drafted.policy.code
    keep, address = f"/policies/desk/keep/?policy={code}&step={step}", reverse(f"policies:{page}", args=[code, *number])
    assert client.post(keep, {"title": "写到一半的", "publicity_days": "x"}).status_code == 204
    shown = client.get(address).content.decode()
    assert "写到一半的" in shown
    assert "还没有保存" in shown
    other = rows.officer_of(town.housing, "another_officer")
    assert "写到一半的" not in signed_in(other).get(address).content.decode(), "what is not saved is his own"
    assert "写到一半的" not in client.get(f"{address}?afresh=1").content.decode()
    client.post(keep, {"title": "写到一半的"})
    flow.edit(drafted, content_of(drafted), by=town.policy_officer)
    assert "写到一半的" not in client.get(address).content.decode(), "another tab has saved since"


def test_nothing_is_kept_for_what_is_not_written(town, signed_in, in_force):
    client = signed_in("policy_officer")
    for query in ("", "?step=new&policy=no-such", f"?step=1&policy={in_force.policy.code}", "?step=%00"):
        assert client.post(f"/policies/desk/keep/{query}", {"title": "x"}).status_code == 404


def test_a_title_is_told_in_the_readers_language_and_in_chinese_where_there_is_no_other(town):
    named = rows.clause(town, rows.policy(town, title="稳岗办法"), title="稳岗补助", title_en="Keeping staff")
    with translation.override("en"):
        assert (str(named), named.current.called, str(named.policy)) == ("Keeping staff", "Keeping staff", "稳岗办法")
    with translation.override("zh-hans"):
        assert (str(named), named.current.called) == ("稳岗补助", "稳岗补助")


def test_the_desk_names_policies_in_the_readers_language_and_counts_the_clauses_of_what_has_ended(town, signed_in):
    ended = rows.policy(town, title="稳岗办法", title_en="Keeping staff")
    for _number in range(2):
        rows.clause(town, ended)
    Clause.objects.filter(policy=ended).update(ended_at=JANUARY)
    rows.policy(town, title="用电办法")
    town.policy_officer.language = "en"
    town.policy_officer.save(update_fields=["language"])
    said = text(signed_in("policy_officer").get("/policies/desk/"))
    assert 'lang="zh-Hans">用电办法</a>' in said  # read aloud as what it is
    desk = html.fromstring(said)
    listed = {row.xpath("string(.//a)"): row.xpath("string(td[5])") for row in desk.xpath("//tbody[@data-rows]/tr")}
    assert listed == {"Keeping staff": "2", "用电办法": "0"}
