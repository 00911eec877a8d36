"""What must not stand in a text that others will read: the names, numbers, firms and addresses a ticket knows (APP-17).

`cleaned` takes them out of a draft, `leaks` names those that somebody has written in (again). What no row knows, a
passer-by's name in the middle of a sentence, no rule finds: that is why somebody else reviews every article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from portal.people.models import User
from requests.models import Ticket

FIRM, PERSON, NUMBER, MAIL, ADDRESS = "某企业", "某某", "（号码略）", "（邮箱略）", "（地址略）"

# Full-width letters, digits and signs that a number or an address of mail may be written with.
WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
WIDE |= {ord("＠"): "@", ord("．"): ".", ord("－"): "-", ord("＿"): "_", ord("＋"): "+", 0x3000: " "}
HIDDEN = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD])  # signs of no width, to slip between digits

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎鲁韦昌马苗凤方俞"
    "任袁柳鲍史唐费廉薛雷贺倪汤滕罗毕郝邬安常乐于时傅皮齐康伍余元顾孟黄穆萧尹姚邵湛汪祁毛狄米贝明臧计成戴宋庞熊纪舒"
    "项祝董梁杜阮蓝闵席季麻贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫丁邓洪包左石崔吉龚程陆侯"
)
POSTS = "先生|女士|小姐|总经理|总监|经理|厂长|董事长|老板|主任|科长|局长|师傅|老师|总"
PATTERNS = (
    (re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), MAIL),
    (re.compile(r"(?:微信号?|QQ号?|vx|v信)\s*[:：]?\s*[A-Za-z0-9_-]{5,}", re.I), NUMBER),
    (re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NP-RT-UW-Y]{17,18}[0-9Xx]?(?![0-9A-Za-z])", re.I), NUMBER),  # codes, ids
    (re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}-\d{8}-\d{4}(?!\d)"), NUMBER),  # a ticket's own number
    (re.compile(r"[\u4e00-\u9fff][A-Z][·・ ]?[A-Z0-9]{5,6}(?![A-Za-z0-9])"), NUMBER),  # a car's
    (re.compile(r"(?<![\d.])\+?\(?\d(?:[\s()（）\-–—./·]{0,2}\d){6,}(?![\d%％])"), NUMBER),
    (re.compile(r"[〇零一二三四五六七八九幺两]{7,}"), NUMBER),
    (
        re.compile(
            r"[\u4e00-\u9fff]{1,3}(?:大道|公路|路|街|巷|弄)\s*[\d〇零一二三四五六七八九十百]{1,6}\s*(?:弄\s*\d+\s*)?号?"
            r"(?:[\dA-Za-z一二三四五六七八九十]{1,4}\s*(?:号楼|幢|栋|座|楼|室|单元|层))*"
        ),
        ADDRESS,
    ),
    (re.compile(r"[\dA-Za-z]{1,4}\s*(?:号楼|幢|栋|座)\s*(?:[\dA-Za-z]{1,4}\s*(?:单元|层|楼|室))*"), ADDRESS),
    (re.compile(rf"(?<![\u4e00-\u9fff])[{SURNAMES}](?:{POSTS})(?=[\W_]|[\u4e00-\u9fff]|$)"), PERSON),
    (re.compile(rf"(?<=[联系找请和与向由是])[{SURNAMES}](?:{POSTS})"), PERSON),
)
SUFFIX = re.compile(
    r"(?:（[^）]*）|\([^)]*\))|(?:(?:股份)?(?:有限)?(?:责任)?公司|(?:有限合伙|个体工商户)|厂|店|部|中心)$"
)


def half_width(text: str) -> str:
    """Letters and digits as a keyboard has them, without signs that nobody sees."""
    return text.translate(HIDDEN).translate(WIDE)


def cleaned(ticket: Ticket, text: str) -> str:
    """The text without what the ticket knows of anybody, and without whatever looks like a number or an address."""
    text = half_width(text)
    for name, instead in known(ticket):
        text = _spelt(name).sub(instead, text)
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    text = re.sub(r"[（(](（(?:号码|邮箱|地址)略）)[）)]", r"\1", text)  # where it stood in brackets already
    return re.sub(r"(某企业)(?:（[^）]{0,12}）)?(?:股份)?(?:有限)?(?:责任)?公司", r"\1", text)


def leaks(ticket: Ticket, *texts: str) -> list[str]:
    """What of the ticket's names, numbers and addresses stands in the texts, as it is known."""
    whole = half_width("\n".join(texts))
    return list(dict.fromkeys(name for name, _instead in known(ticket) if _spelt(name).search(whole)))


def doubts(*texts: str) -> list[str]:
    """What looks like a number of a person, a mail address or a house, for the reviewer: it may be an office's."""
    whole = half_width("\n".join(texts))
    found = (match.group().strip() for pattern, _instead in PATTERNS for match in pattern.finditer(whole))
    return list(dict.fromkeys(found))[:8]


def without_firms(tickets: Iterable[Ticket], text: str) -> list[str]:
    """The firms and persons of these tickets that a text names: of one firm the others must not learn (APP-16)."""
    return list(dict.fromkeys(name for ticket in tickets for name in leaks(ticket, text)))


def named(names: Iterable[str]) -> str:
    """“甲”、“乙”."""
    return _("、").join(f"“{name}”" for name in list(names)[:3])


def known(ticket: Ticket) -> list[tuple[str, str]]:
    """(what is known, what takes its place), the longest first, so that a part never spoils the whole."""
    found = {(name.strip(), instead) for name, instead in _known(ticket) if len(half_width(name).strip()) > 1}
    return sorted(found, key=lambda pair: (-len(pair[0]), pair))


def _known(ticket: Ticket) -> Iterator[tuple[str, str]]:
    yield ticket.contact_name, PERSON
    yield from ((number, NUMBER) for number in (ticket.contact_phone, ticket.number, ticket.hotline_number))
    for name in (ticket.business_name, ticket.proxy_for):
        yield from ((part, FIRM) for part in _firm_names(name))
    firm = ticket.enterprise
    if firm is not None:
        for name in (firm.name, firm.short_name, *firm.former_names.values_list("name", flat=True)):
            yield from ((part, FIRM) for part in _firm_names(name))
        yield firm.legal_representative, PERSON
        yield from ((number, NUMBER) for number in (firm.uscc, firm.phone))
        yield firm.address, ADDRESS
    for name, mobile, mail in _people(ticket):
        yield name, PERSON
        yield mobile or "", NUMBER
        yield mail, MAIL


def _people(ticket: Ticket) -> Iterable[tuple[str, str | None, str]]:
    """The firm's people, now or then, and who filed it or had it in hand: a reader needs none of them."""
    firm = list(ticket.enterprise.members.values_list("user", flat=True)) if ticket.enterprise else []
    hands = [ticket.filed_by_id, ticket.registered_by_id, ticket.handler_id, ticket.first_responder_id]
    wanted = {pk for pk in (*firm, *hands) if pk}
    return User.objects.filter(pk__in=wanted).values_list("name", "mobile", "email")


def _firm_names(name: str) -> Iterator[str]:
    """The name, and without its legal form, if what is left still says whose it is."""
    yield name
    stem = SUFFIX.sub("", SUFFIX.sub("", name.strip())).strip()
    if len(stem) >= 3:
        yield stem


def _spelt(name: str) -> re.Pattern[str]:
    """However it is spaced, hyphenated or written large."""
    signs = [sign for sign in half_width(name) if not sign.isspace() and sign not in "-()（）·"]
    between = r"[\s\-()（）·]{0,2}"
    edge = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
    latin = name.isascii()
    core = between.join(re.escape(sign) for sign in signs)
    return re.compile(f"{edge[0]}{core}{edge[1]}" if latin else core, re.I)
