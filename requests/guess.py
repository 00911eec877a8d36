"""What a text seems to be about, so that whoever files need not choose; always changeable (APP-2, APP-5)."""

from __future__ import annotations

import re
import unicodedata

from requests.likeness.duplicates import of_firm
from requests.models import Category, Ticket
from requests.models.ticket import TicketQuerySet, Urgency

TELLING = 8  # characters below which a clause says too little alone: “昨夜大雨，3 号车间进水”
TITLE = 60  # columns of a derived title: a Chinese character takes two
START = 400  # characters of the text in which the title is looked for
GREETING = re.compile(
    r"(尊敬的[^，,。！!：:\n]{0,16}|(各位)?领导好?|您好|你好|大家好|hello|hi|dear [^,\n]{0,40})[，,。！!：:、\s]+", re.I
)
SENTENCE = re.compile(r"[。！？!?\n]+|\.(?:\s|$)")
CLAUSE = re.compile(r"[，,；;]")

CRITICAL = ("火灾", "起火", "着火", "爆炸", "伤亡", "受伤", "泄漏", "坍塌")
URGENT = (
    "停产",
    "停机",
    "停工",
    "停电",
    "断电",
    "断水",
    "停水",
    "断气",
    "无法生产",
    "交不了货",
    "今天之内",
    "马上到期",
)
NOT_SO = re.compile(r"(没有|没|未|不会|无|以免|避免|防止|预防|防)[^，。；！？\s]{0,2}$")  # “没有停产”


def alike(tickets: TicketQuerySet, text: str, most: int) -> list[Ticket]:
    """The firm's own matters that say the same, the nearest first."""
    return [like.ticket for like in of_firm(text, tickets, most)]


def category_of(text: str) -> Category | None:
    """The category with most of its words in the text; None where none or two are equally near."""
    found = [(sum(text.count(word) for word in c.words if word), c) for c in Category.objects.filter(active=True)]
    best = sorted(found, key=lambda pair: -pair[0])[:2]
    if not best or not best[0][0] or (len(best) > 1 and best[0][0] == best[1][0]):
        return None
    return best[0][1]


def urgency_of(text: str) -> tuple[Urgency, str]:
    """Critical where people are in danger, urgent where work has stopped, with the word that says so; else ordinary."""
    for urgency, signs in ((Urgency.CRITICAL, CRITICAL), (Urgency.URGENT, URGENT)):
        word = next((sign for sign in signs if _said(sign, text)), "")
        if word:
            return urgency, word
    return Urgency.ORDINARY, ""


def _said(sign: str, text: str) -> bool:
    """Whether the text says it at least once without denying it."""
    places = (match.start() for match in re.finditer(sign, text))
    return any(not NOT_SO.search(text[max(place - 6, 0) : place]) for place in places)


def title_of(text: str) -> str:
    """The first sentence without its greeting and full stop, a long one up to the comma after which it says enough."""
    text = text.strip()[:START]
    while greeting := GREETING.match(text):
        text = text[greeting.end() :]
    sentence = next((part.strip() for part in SENTENCE.split(text) if part.strip()), text)
    if _columns(sentence) <= TITLE:
        return sentence
    ends = (comma.start() for comma in CLAUSE.finditer(sentence))
    clause = next((sentence[:end].strip() for end in ends if end >= TELLING), sentence)
    return clause if _columns(clause) <= TITLE else _cut(sentence)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _cut(text: str) -> str:
    """As much as fits with “…”, in Latin script at the end of a word."""
    while _columns(text) > TITLE - 2:
        text = text[:-1]
    head, space, _rest = text.rpartition(" ")
    return (head if space and len(head) > TITLE // 2 else text).rstrip() + "…"
