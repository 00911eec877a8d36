"""The engine: what it finds, what it must never see, how it takes hostile text, how many statements it costs."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests.likeness import similar
from requests.likeness.commonness import commonness, forget
from requests.likeness.words import words_of
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.factories import MONDAY

POWER = "科技路夜里又停电，数控机床停了，一批件报废"
HIRING = "一线操作工招不到，想参加招聘会"


@pytest.fixture
def told(town):
    power = make.filed(town, title="夜间停电", description="科技路这一片夜里停电三次，数控机床一批件报废。")
    hiring = make.filed(town, title="招工困难", description="一线操作工招不到，想请人社所办专场招聘会。")
    return power, hiring


def found(text, tickets=None, **more):
    every = Ticket.objects.all() if tickets is None else tickets
    return [like.ticket for like in similar(text, tickets=every, **more)]


def test_the_nearest_first_with_the_words_they_share(told):
    power, _hiring = told
    (first, *_rest) = similar(POWER, tickets=Ticket.objects.all())
    assert first.ticket == power
    assert 0 < first.score <= 1
    assert {"停电", "报废", "数控机床"} & set(first.shared_words)


def test_near_words_are_near_by_their_characters(told):
    """断电 and 停电, 机床 and 机器 are no same words."""
    power, hiring = told
    scores = {like.ticket: like.score for like in similar("昨夜断电，数控机器报废一批件", tickets=Ticket.objects.all())}
    assert scores[power] > scores.get(hiring, 0)


def test_a_confidential_matter_is_found_by_nobody(told, town):
    power, _hiring = told
    Ticket.objects.filter(pk=power.pk).update(confidential=True)
    for user in (town.supervisor, town.triager, town.enterprise_member):
        assert power not in found(POWER, Ticket.objects.visible_to(user))
    assert power not in found(POWER)


def test_words_of_confidential_matters_are_not_counted(town):
    make.filed(town, title="安静", description="这里说的是玳瑁和琥珀")
    before = commonness().total
    Ticket.objects.update(confidential=True)
    forget()
    assert (before, commonness().total, commonness().share("玳瑁")) == (1, 0, 0)


def test_nobody_finds_what_he_may_not_see(told, town):
    assert found(POWER, Ticket.objects.visible_to(town.other_member)) == []
    assert found(POWER, Ticket.objects.visible_to(AnonymousUser())) == []
    assert told[0] in found(POWER, Ticket.objects.visible_to(town.enterprise_member))


def test_what_came_later_is_not_there_yet(told):
    assert found(POWER, at=MONDAY.replace(year=2025)) == []


HOSTILE = [
    "",
    "，。！？…… ——",
    "😀🔥" * 500,
    "\0停电\0",
    "\ud800停电",
    "停" * 4000,
    "科技路停电" * 800,
    "a" * 4000,
    "' OR 1=1 -- %s %(x)s {0}",
    "ＡＢＣ１２３　停电",
    "\u202e停电\u200b",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_answered(told, text):
    similar(text, tickets=Ticket.objects.all())
    words_of(text)


@pytest.mark.parametrize("text", ["", "，。！？", "😀", "我们公司", "请问"])
def test_a_text_that_says_nothing_is_like_nothing(told, text):
    assert found(text) == []


def test_two_statements_whatever_there_is(told, town):
    commonness()
    for _n in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            similar(POWER, tickets=Ticket.objects.visible_to(town.triager))
        assert len([q for q in asked.captured_queries if "requests_ticket" in q["sql"]]) == 2
        make.filed(town, title="夜间停电", description="又停电了，数控机床停了")


def test_the_dictionary_is_not_loaded_with_the_portal():
    """It takes 33 MB in every process: imported with the first question, never at the head of a module."""
    root = Path(settings.BASE_DIR)
    heads = [
        (file.name, line)
        for room in ("portal", "enterprises", "requests")
        for file in (root / room).rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "rjieba" in line and "import" in line
    ]
    assert heads == [("words.py", "    import rjieba")]
