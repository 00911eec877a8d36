"""Guesses from the text: right where they speak, silent where they are not sure."""

import time

import pytest

from requests import guess
from requests.models import Category, Ticket
from requests.models.ticket import Urgency
from tests.requests import factories as make


@pytest.mark.parametrize(
    "text, title",
    [
        ("园区东路夜里又停电，昨晚停了两次。想知道什么时候能修好", "园区东路夜里又停电，昨晚停了两次"),
        ("您好，园区东路停电！请帮忙", "园区东路停电"),
        ("尊敬的领导：\n厂门口的路灯坏了三盏", "厂门口的路灯坏了三盏"),
        ("\n\n第二行才是正文\n后面", "第二行才是正文"),
        ("Dear Sir, our line has stopped. Please help.", "our line has stopped"),
        ("3.5 吨货车进不了厂", "3.5 吨货车进不了厂"),
        ("？？？", "？？？"),
        ("", ""),
    ],
)
def test_the_title_is_the_first_sentence_without_its_greeting(text, title):
    assert guess.title_of(text) == title


def test_a_long_first_sentence_ends_at_its_first_comma():
    text = "园区东路夜里又停电，昨晚停了两次，数控线停机，一批主轴报废，客户催着要货，想知道什么时候能修好"
    assert guess.title_of(text) == "园区东路夜里又停电"
    text = "昨夜大雨，3 号车间进水，两台注塑机停产，请帮助疏通厂区北门外管网，再看看要不要加一台泵"
    assert guess.title_of(text) == "昨夜大雨，3 号车间进水"


@pytest.mark.parametrize("text", ["电" * 500, "power " * 200, "电 " * 300])
def test_a_sentence_without_a_comma_is_cut_to_what_a_row_holds(text):
    title = guess.title_of(text)
    assert title.endswith("…")
    assert 20 <= len(title) <= 60


def test_latin_titles_are_cut_between_words():
    text = "Our plant at East Road has had three power cuts since Monday night and every line stops each time"
    assert guess.title_of(text) == "Our plant at East Road has had three power cuts since…"


@pytest.mark.parametrize(
    "text, urgency, word",
    [
        ("车间起火，一人受伤", Urgency.CRITICAL, "起火"),
        ("昨晚停电，数控线停机", Urgency.URGENT, "停机"),
        ("咨询高企认定奖励", Urgency.ORDINARY, ""),
        ("设备老化，但没有停产", Urgency.ORDINARY, ""),
        ("怎样预防火灾", Urgency.ORDINARY, ""),
        ("没有停产，停电了", Urgency.URGENT, "停电"),
        ("", Urgency.ORDINARY, ""),
    ],
)
def test_urgency_is_said_with_the_word_it_was_read_from(text, urgency, word):
    assert guess.urgency_of(text) == (urgency, word)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text, code",
    [
        ("园区东路夜里停电，变压器坏了", "land-energy"),
        ("高企认定的专利材料", "innovation"),
        ("贷款和专利", None),  # one word each: not sure
        ("你们好", None),
        ("", None),
    ],
)
def test_the_category_with_most_of_its_words_or_none(text, code):
    category = guess.category_of(text)
    assert (category and category.code) == code


@pytest.mark.django_db
def test_an_empty_word_and_a_closed_category_point_to_nothing():
    Category.objects.filter(code="talent").update(words=[""])
    Category.objects.filter(code="innovation").update(active=False)
    assert guess.category_of("专利") is None


def test_no_text_makes_it_slow():
    began = time.perf_counter()
    for text in ("您好，" * 3000, "尊敬的" * 3000, "没停产" * 3000, "a" * 9000, "，" * 9000):
        guess.title_of(text)
        guess.urgency_of(text)
    assert time.perf_counter() - began < 1


def test_alike_finds_the_same_matter_in_other_words(town):
    same = make.filed(town, title="园区东路夜里停电", description="园区东路夜里停电三次，机器停了。")
    make.filed(town, title="招工困难", description="一线操作工招不到，想参加招聘会。")
    assert guess.alike(Ticket.objects.all(), "园区东路夜里又停电，昨晚停了两次", 3) == [same]


@pytest.mark.parametrize("text", ["", "停电", "停电了吗", "，。！？，。！？", "\0\0", "申请办理营业执照变更登记的流程"])
def test_alike_is_silent_where_the_text_says_too_little_or_something_else(town, text):
    make.filed(town, title="园区东路夜里停电", description="园区东路夜里停电三次，机器停了。")
    assert guess.alike(Ticket.objects.all(), text, 3) == []


def test_alike_gives_the_nearest_first_and_no_more_than_asked(town):
    texts = ["东路夜里停电三次了", "园区东路夜里停电三次", "园区东路夜里停电三次机器停了"]
    made = [make.filed(town, title="停电", description=text) for text in texts]
    found = guess.alike(Ticket.objects.all(), "园区东路夜里停电三次机器停了", 2)
    assert len(found) == 2
    assert found[0] == made[2]
