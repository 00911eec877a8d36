"""Firms by their sound: 乌有精密 is found by wyjm, wuyou, wuyoujm. Stored when a firm is written, so asking is cheap.

A sound is one line per name and reading, each syllable behind a bar: `|wu|you|jing|mi`. A word that is typed may stop
in any syllable and go on with the next; which pairs of letters can follow each other so is indexed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, product

from django.db import connection

from .search import normal

READINGS = {  # whose other reading stands in names as well, where the words around do not decide
    "重": ("zhong", "chong"),
    "长": ("chang", "zhang"),
    "行": ("xing", "hang"),
    "乐": ("le", "yue"),
    "模": ("mo", "mu"),
    "单": ("dan", "shan"),
    "曾": ("zeng", "ceng"),
    "仇": ("qiu", "chou"),
    "查": ("cha", "zha"),
    "解": ("jie", "xie"),
    "朴": ("pu", "piao"),
    "区": ("qu", "ou"),
    "盖": ("gai", "ge"),
    "翟": ("zhai", "di"),
    "尉": ("wei", "yu"),
    "覃": ("qin", "tan"),
    "种": ("zhong", "chong"),
    "石": ("shi", "dan"),
    "都": ("du", "dou"),
    "会": ("hui", "kuai"),
    "藏": ("cang", "zang"),
    "厦": ("xia", "sha"),
    "堡": ("bao", "pu"),
    "调": ("tiao", "diao"),
    "朝": ("chao", "zhao"),
    "盛": ("sheng", "cheng"),
    "晟": ("sheng", "cheng"),
    "颉": ("jie", "xie"),
    "骑": ("qi", "ji"),
    "隽": ("juan", "jun"),
    "彭": ("peng", "bang"),
    "缪": ("miao", "mou"),
    "铛": ("dang", "cheng"),
    "柏": ("bai", "bo"),
    "宿": ("su", "xiu"),
    "蔚": ("wei", "yu"),
    "弹": ("tan", "dan"),
    "传": ("chuan", "zhuan"),
    "参": ("can", "shen"),
}
VARIANTS = 8  # lines of one name at most
FORMS = re.compile(r"(?:有限责任|股份有限|有限)公司|专业合作社|分公司")  # in most names: nobody looks for them by sound
LETTERS = re.compile(r"[a-z0-9]+")
CHUNK = 2000
STORE = """UPDATE enterprises_enterprise e SET sound = n.sound, sound_pairs = n.pairs::text[]
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) n (id, name, sound, pairs)
    WHERE e.id = n.id AND e.search_text = n.name"""


def sound_of(texts: Iterable[str]) -> str:
    """All lines of these names; a bar alone where nothing has a sound, which is not the same as not yet asked for."""
    lines = dict.fromkeys(line for text in texts for line in _lines(text))
    return "\n".join(lines) or "|"


def pairs_of(sound: str) -> list[str]:
    """Each two letters that a typed word may have beside each other: within a syllable, or any with the next's first.

    Those with which a word may begin stand a second time with a capital.
    """
    found = set()
    for line in sound.split("\n"):
        syllables = line.split("|")[1:]
        for syllable, following in pairwise([*syllables, ""]):
            inside = {a + b for a, b in pairwise(syllable)}
            across = {letter + following[0] for letter in syllable if following}
            first = {syllable[:2]} if len(syllable) > 1 else set()
            first |= {syllable[0] + following[0]} if following and syllable else set()
            found |= inside | across | {pair.capitalize() for pair in first}
    return sorted(found)


def pairs_asked(word: str) -> list[str]:
    """What all of `pairs_of` must have for a name to sound like the word."""
    first, *others = (a + b for a, b in pairwise(word))
    return sorted({first.capitalize(), *others})


def pattern(word: str, *, start: bool = False) -> str:
    """What a typed word matches, as a regular expression of PostgreSQL; with `start` at the start of a name alone."""
    return ("(?:^|\n)" if start else "") + r"\|" + r"(?:[a-z0-9]*\|)?".join(word)


def has_sound(word: str) -> bool:
    """Whether the word may be meant by its sound; a single letter says nothing, and no name sounds like 20 of them."""
    return re.fullmatch(r"[a-z][a-z0-9]{1,39}", word) is not None


def fill() -> int:
    """Gives a sound to every firm that has none, or has another name since; returns how many."""
    count, last = 0, 0
    while rows := _waiting(last):
        sounds = [sound_of(text.split("\n")) for _pk, text in rows]
        pairs = ["{" + ",".join(pairs_of(sound)) + "}" for sound in sounds]
        with connection.cursor() as cursor:
            cursor.execute(STORE, [[pk for pk, _text in rows], [text for _pk, text in rows], sounds, pairs])
        count, last = count + len(rows), rows[-1][0]
    return count


def _waiting(after: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, search_text FROM enterprises_enterprise WHERE sound = '' AND id > %s ORDER BY id LIMIT %s",
            [after, CHUNK],
        )
        return cursor.fetchall()


# Readings ---------------------------------------------------------------------------------------------------------


def _lines(text: str) -> Iterator[str]:
    """The name as it is read, and as it might be: every mix of readings of doubtful characters, a few at most."""
    syllables = _syllables(FORMS.sub(" ", normal(text)))
    choices = [_choices(character, read) for character, read in syllables]
    for reading in islice(product(*choices), VARIANTS):
        if reading:
            yield "|" + "|".join(reading)


def _choices(character: str, read: str) -> Sequence[str]:
    """The reading that the words around decide first."""
    return tuple(dict.fromkeys((read, *READINGS.get(character, ()))))


def _syllables(text: str) -> list[tuple[str, str]]:
    """Each character with its reading; letters and digits as they stand, as one syllable; nothing else sounds."""
    from pypinyin import lazy_pinyin  # a large dictionary, loaded by those who write names

    found = []
    for part in re.findall(r"[a-z0-9]+|[\u3400-\u9fff]+", text):
        if LETTERS.fullmatch(part):
            found.append(("", part))
        else:
            found += zip(part, lazy_pinyin(part), strict=True)
    return [(character, read) for character, read in found if LETTERS.fullmatch(read)]
