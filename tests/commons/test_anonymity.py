"""What is taken out of a draft before anybody reads it (APP-17, SEC-3): hostile spellings of what a ticket knows."""

import pytest

from requests import anonymity, flow
from requests.models import Ticket
from tests.commons import making
from tests.requests import factories as make

USCC = "91320585MA1234567X"


@pytest.fixture
def ticket(town):
    town.firm.legal_representative = "诸葛 正我"
    town.firm.address = "广漠路 18 号 3 幢"
    town.firm.phone = "0512-53218888"
    town.firm.save()
    return make.filed(town, contact_name="司马·懿之", contact_phone="138 0000 0001", hotline_number="12345-26-0099")


@pytest.mark.parametrize(
    "hostile",
    [
        "乌有精密制造有限公司",
        "乌有精密",
        "乌 有 精 密",
        "司马懿之",
        "司马·懿之",
        "诸葛正我",
        "13800000001",
        "138-0000-0001",
        "１３８００００００００１",
        "138\u200b0000\u200b0001",
        "138 0000 0001",
        "0512-5321 8888",
        "（0512）53218888",
        "广漠路18号3幢",
        "广漠路 18 号",
        "12345-26-0099",
        "钟离春",
    ],
)
def test_what_the_ticket_knows_is_gone_however_it_is_written(ticket, hostile):
    text = f"请联系{hostile}，谢谢。"
    cleaned = anonymity.cleaned(ticket, text)
    plain = anonymity.half_width(hostile).replace(" ", "")
    assert hostile not in cleaned
    assert plain not in cleaned.replace(" ", "")
    assert "谢谢" in cleaned, "only what betrays is taken out"
    assert cleaned.startswith("请联" if "广漠" in hostile else "请联系")


@pytest.mark.parametrize(
    "hostile",
    [
        "zhang.san@wuyou-example.com",
        "zhang＠wuyou.example",
        USCC,
        USCC.lower(),
        "320585199001011234",
        "13912345678",
        "139.1234.5678",
        "一三九一二三四五六七八",
        "微信号 wuyou_88",
        "苏E12345",
        "SX-20261109-0001",
        "人民南路 88 号 2 号楼 301 室",
        "5 号楼 302 室",
    ],
)
def test_what_looks_like_a_number_a_mail_or_a_house_is_gone_as_well(ticket, hostile):
    cleaned = anonymity.cleaned(ticket, f"内容：{hostile}。以上。")
    assert anonymity.half_width(hostile) not in cleaned
    assert cleaned.endswith("。以上。")


def test_what_stood_in_brackets_leaves_no_second_pair(ticket):
    said = anonymity.cleaned(ticket, "请打窗口电话（13912345678）。")
    assert said == "请打窗口电话（号码略）。"


def test_titles_with_a_surname_are_gone_and_ordinary_words_stay(ticket):
    assert "张总" not in anonymity.cleaned(ticket, "和张总说过，李经理也在场")
    kept = "总共 3 台设备，2026 年 11 月停产 12.5 小时，损失约 30000 元，请先生产再整改；公路边的 3 号车间进水"
    assert anonymity.cleaned(ticket, kept) == kept


def test_the_number_of_the_firm_and_its_people_are_known(ticket, town):
    names = {name for name, _instead in anonymity.known(ticket)}
    assert {
        town.firm.uscc,
        town.firm.name,
        "乌有精密",
        "诸葛 正我",
        town.enterprise_member.mobile,
        ticket.number,
    } <= names
    assert anonymity.leaks(ticket, f"代码{town.firm.uscc.lower()}") == [town.firm.uscc]
    assert anonymity.leaks(ticket, "别的企业也一样") == []


def test_a_business_that_is_not_on_file_is_known_by_its_name(town):
    ticket = make.registered(town, enterprise=None, business_name="无是公杂货铺", proxy_for="子虚商会")
    cleaned = anonymity.cleaned(ticket, "无是公杂货铺和子虚商会都说路不通")
    assert (cleaned.count("某企业"), "无是公" in cleaned, "子虚" in cleaned) == (2, False, False)


def test_nothing_in_a_draft_and_nothing_in_what_is_sent_to_be_reviewed(town, refusal):
    """The draft is cleaned; whoever writes a name in again is told which one, in whatever field."""
    ticket = making.solved(town, title="乌有精密 3 号车间进水，电话１３８００００００００１")
    Ticket.objects.filter(pk=ticket.pk).update(contact_name="司马懿之")
    ticket.refresh_from_db()
    article = flow.draft_article(ticket, by=town.handler, at=making.NOW)
    for text in (article.latest.question, article.latest.answer, article.latest.keywords):
        assert anonymity.leaks(ticket, text) == []
        assert "0000001" not in text
    for field in ("question", "answer", "basis", "keywords", "public_answer", "answer_en"):
        fit = making.WORDS | {"public_answer": "", "question_en": "Flooding", "answer_en": "Call."}
        words = fit | {field: "问 司马 懿之"}
        edited = flow.edit_article(article, by=town.handler, at=making.NOW, **words)
        said = refusal(flow.submit_article, edited, by=town.handler, at=making.NOW)
        assert (said.field, "司马懿之" in said.sentence) == (field, True)


def test_what_may_be_a_number_of_an_office_is_only_doubted():
    assert anonymity.doubts("打 0512-00002200 或写信到 a@b.cn", "人民路 1 号") == [
        "a@b.cn",
        "0512-00002200",
        "人民路 1 号",
    ]


def test_four_thousand_characters_of_anything_are_quick(ticket):
    for text in ("某" * 4000, "1 " * 2000, "路" * 4000, "a@" * 2000, "🙂，" * 2000, "一二" * 2000):
        anonymity.cleaned(ticket, text)
