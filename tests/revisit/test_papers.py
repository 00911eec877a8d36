"""Papers, by their content: printable and as Word files, the same for both (APP-22)."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from docx import Document
from docx.shared import Mm

from portal.people.models import User
from portal.trail.models import Event
from requests import flow, papers
from requests.capacity import capacities
from requests.models import Result, Ticket, WrittenReply
from requests.papers.paper import NOT_SAID
from requests.papers.word import render
from tests.requests import factories as make

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>&amp;\x00\x0b\u202e{% now %}'


def get(user, ticket, kind, n=1, word=False):
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client.get(f"/tickets/{ticket.number}/papers/{kind}/{n}/{'word/' if word else ''}")


def read(response) -> str:
    """All text of the Word file, as a reader of it sees it."""
    document = Document(BytesIO(response.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


# stand, paper, what must be in it, what must not
FIRM = "乌有精密制造有限公司"
CONTENT = [
    ("handling", "receipt", ["受理回执", FIRM, "138 **** 0001", "沙溪镇企业服务中心"], ["13800000001"]),
    ("handling", "handover", ["交办单", "住房和城乡建设局（主办）", "138 0000 0001", "综合执法局", "签收"], ["**"]),
    (
        "unsealed",
        "reply",
        ["书面答复", f"{FIRM}：", "经核查", "住房和城乡建设局", "2026年11月11日"],
        ["138"],
    ),
    ("second", "second", ["二次交办单", "又堵了", "盖章送达"], []),
    ("by hand", "order", ["督办单", "三日内拿出办法", "超期未办结", "整改情况"], []),
    (
        "major",
        "report",
        ["专报", "一、基本情况", "三、办理经过", "签收，开始办理", "四、存在问题", "变压器不够", "请供电所扩容"],
        ["请填写"],
    ),
]


@pytest.mark.parametrize(("stand", "kind", "has", "lacks"), CONTENT, ids=[row[1] for row in CONTENT])
def test_page_and_word_file_say_the_same(town, at, stand, kind, has, lacks):
    ticket = at(stand)
    page = get(town.supervisor, ticket, kind).content.decode().partition("<article")[2].partition("</article>")[0]
    text = read(get(town.supervisor, ticket, kind, word=True))
    for words in has:
        assert words in text, words
        assert words in page, words
    for words in lacks:
        assert words not in text, words
        assert words not in page, words


def test_the_second_paper_of_a_kind_is_the_co_handlers(town, at):
    text = read(get(town.supervisor, at("handling"), "handover", 2, word=True))
    assert "协办交办单" in text
    assert "综合执法局（协办）" in text
    assert get(town.supervisor, at("handling"), "handover", 3).status_code == 404


def test_it_is_laid_out_like_an_official_document(town, at):
    section = Document(BytesIO(get(town.handler, at("unsealed"), "reply", word=True).content)).sections[0]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    assert abs(section.page_width - Mm(210)) < Mm(1)


def test_the_file_has_a_chinese_name_is_no_page_and_is_recorded(town, at):
    ticket = at("unsealed")
    answer = get(town.handler, ticket, "reply", word=True)
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    assert "%E4%B9%A6%E9%9D%A2%E7%AD%94%E5%A4%8D" in answer["Content-Disposition"]  # 书面答复
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    event = Event.objects.get(kind="paper.downloaded")
    assert (event.actor, event.data) == (town.handler, {"ticket": ticket.pk, "paper": "reply", "n": 1})
    get(town.handler, ticket, "reply")
    assert Event.objects.filter(kind="paper.downloaded").count() == 1  # looking is no taking


def test_hostile_words_stay_words(town, at):
    ticket = at("unsealed")
    Ticket.objects.filter(pk=ticket.pk).update(title=f"a/../{HOSTILE}"[:60].replace("\x00", ""))
    Result.objects.filter(ticket=ticket).update(written_reply=HOSTILE.replace("\x00", ""))
    page = get(town.handler, ticket, "reply").content.decode()
    assert "<script>alert" not in page
    assert "{% now %}" in page
    answer = get(town.handler, ticket, "reply", word=True)
    assert "<script>alert(1)</script>" in read(answer)
    assert "/" not in answer["Content-Disposition"].partition("utf-8''")[2]
    names = ZipFile(BytesIO(answer.content)).namelist()
    assert not [name for name in names if "vba" in name.lower() or "embeddings" in name.lower()]
    fields = ZipFile(BytesIO(answer.content)).read("word/document.xml").decode()
    assert "instrText" not in fields
    assert "fldSimple" not in fields  # the page number is in the foot alone


def test_what_xml_cannot_hold_is_left_out():
    from requests.papers.paper import Paper, Prose

    content = render(Paper("题\x00目", "1\ud800号", (Prose("甲\x0b乙\uffff"),)))
    assert "甲乙" in "".join(p.text for p in Document(BytesIO(content)).paragraphs)


# Who may have which --------------------------------------------------------------------------------------------

OFFICE = {"handover", "second", "order", "report"}
MAY = {  # on tickets of the firm led by housing: the kinds each may have, written by hand from SEC-1 and APP-22
    "enterprise_member": {"receipt", "reply"},
    "member_official": {"receipt", "reply"},  # a triager, but this is his own case (§1)
    "other_member": set(),
    "former_member": set(),
    "nobody": set(),
    "administrator": set(),
    "auditor": set(),
    "evaluator": set(),
    "economy_handler": set(),
    "handler": {"receipt", "reply"} | OFFICE,
    "department_head": {"receipt", "reply"} | OFFICE,
    "triager": {"receipt", "reply"} | OFFICE,
    "supervisor": {"receipt", "reply"} | OFFICE,
    "leader": {"receipt", "reply"} | OFFICE,
    "intake_clerk": {"receipt", "reply"} | OFFICE - {"report"},
    "steward": {"receipt", "reply"} | OFFICE - {"report"},
}
SUBJECTS = {"receipt": "handling", "handover": "handling", "reply": "unsealed", "second": "second"}
SUBJECTS |= {"order": "by hand", "report": "major"}


def test_the_fetch_is_the_permission(town, at):
    got = {}
    for name in MAY:
        for kind, stand in SUBJECTS.items():
            page, word = (get(town.people[name], at(stand), kind, word=word).status_code for word in (False, True))
            assert page == word, (name, kind)
            if page == 200:
                got.setdefault(name, set()).add(kind)
    assert got == {name: kinds for name, kinds in MAY.items() if kinds}


def test_nothing_is_there_before_its_time(town, at):
    for stand, kind in (("received", "handover"), ("handling", "reply"), ("unsealed", "order"), ("handling", "report")):
        assert get(town.supervisor, at(stand), kind).status_code == 404, (stand, kind)
    assert get(town.supervisor, at("handling"), "receipt", 2).status_code == 404
    assert get(town.supervisor, at("handling"), "nonsense").status_code == 404


def test_what_is_handed_on_of_a_confidential_matter_names_nobody(town, at):
    ticket = at("by hand")
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    for kind in ("order", "handover"):
        text = read(get(town.supervisor, ticket, kind, word=True))
        assert NOT_SAID in text
        assert "乌有精密" not in text
        assert "0000 0001" not in text
    for name in ("intake_clerk", "leader", "triager", "economy_handler"):
        assert get(town.people[name], ticket, "order").status_code == 404


def test_the_ticket_page_lists_what_one_may_have_and_every_link_opens(town, at):
    for name in ("supervisor", "enterprise_member"):
        user = User.objects.get(pk=town.people[name].pk)
        ticket = at("second")
        for offer in papers.papers_of(ticket, capacities(ticket, user)):
            assert get(user, ticket, offer.kind, offer.n).status_code == 200
            client = Client()
            client.force_login(user)
            assert offer.word_url in client.get(f"/tickets/{ticket.number}/").content.decode()


# The number ----------------------------------------------------------------------------------------------------


def test_app_11_the_reply_gets_the_next_number_of_department_and_year(town, at):
    first = WrittenReply.objects.get(result__ticket=at("unsealed"))
    assert first.number == f"沙住建局复〔2026〕{first.serial}号"
    taken = set(WrittenReply.objects.filter(department=town.housing, year=2026).values_list("serial", flat=True))
    assert taken == set(range(1, len(taken) + 1))
    later = make.confirming(town, result="cannot", filed_at=make.moment("2027-03-08 09:00"))
    assert WrittenReply.objects.get(result__ticket=later).number == "沙住建局复〔2027〕1号"


def test_a_result_without_a_written_reply_takes_no_number(town, at):
    assert not WrittenReply.objects.filter(result__ticket=at("solved")).exists()


def test_a_confidential_reply_takes_no_number_of_the_series(town):
    ticket = make.signoff(town, result="cannot")
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    from requests.flow.papers import give_number

    reply = give_number(make.fresh(ticket), ticket.results.get(), make.MONDAY)
    assert (reply.serial, reply.number) == (None, "")


def test_sent_back_and_signed_later_it_is_numbered_once(town):
    ticket = make.signoff(town, result="cannot")
    flow.send_back(ticket, by=town.department_head, reason="缺依据", at=ticket.moved_at)
    ticket = make.answer_again(town, make.fresh(ticket), ticket.moved_at, result="cannot")
    assert WrittenReply.objects.filter(result__ticket=ticket).count() == 1
