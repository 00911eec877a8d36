"""The labelled set: invented matters of which is known what is the same problem, and who filed it twice.

`labelled/*.toml` holds what was written by hand: three tellings of each problem by different words, and matters that
stand alone. Each problem becomes five matters, with a fixed seed: a firm files the first telling, files it again in
other words (the second telling) and once more nearly copied; two other firms have the same problem (the third telling,
and any telling copied with its clauses in another order). Greetings, closings, roads and numbers vary.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

HERE = Path(__file__).parent / "labelled"
SEED = 20261122
FIRMS = 45  # who file the problems in turn, so that most have matters that have nothing to do with each other
ROADS = ("科技路", "北环路", "富达路", "岳王大道", "归庄街", "百花北路", "工业五路")
GREETINGS = ("", "", "您好，", "领导您好，", "尊敬的领导：", "你们好，我是厂里的行政，", "中心老师好，")
CLOSINGS = ("", "", "谢谢。", "盼回复，谢谢！", "麻烦尽快联系我们，谢谢。", "我们是沙溪本地企业，希望得到支持。")
CLAUSE = re.compile(r"(?<=[，。？！])")


@dataclass(frozen=True)
class Case:
    """One matter. `telling` names the words it was made of: two with the same one are copies, not retellings."""

    text: str
    category: str
    department: str
    problem: str
    firm: int
    telling: str

    def duplicates(self, other: Case) -> bool:
        return self.problem == other.problem and self.firm == other.firm

    def copies(self, other: Case) -> bool:
        return self.telling == other.telling


@cache
def cases() -> tuple[Case, ...]:
    """All matters of the set, always the same ones."""
    random, made = Random(SEED), list[Case]()
    for number, (category, row) in enumerate(_rows()):
        if "text" in row:
            alone = f"alone-{number}"
            text = _letter(row["text"], random)
            made.append(Case(text, category, row["department"], alone, number % FIRMS, alone))
        else:
            made.extend(_five(category, row, number, random))
    return tuple(made)


def _rows() -> Iterator[tuple[str, dict]]:
    for file in sorted(HERE.glob("*.toml")):
        with file.open("rb") as opened:
            written = tomllib.load(opened)
        for row in (*written["problem"], *written.get("alone", ())):
            yield file.stem, row


def _five(category: str, row: dict, number: int, random: Random) -> Iterator[Case]:
    first, second, third = row["tellings"]
    again = random.randrange(3)
    told = [
        (0, 0, first),
        (0, 1, second),
        (0, 0, _edited(first, random)),
        (17, 2, third),
        (31, again, _shuffled(row["tellings"][again], random)),
    ]
    for other, telling, text in told:
        firm = (number + other) % FIRMS
        named = f"{row['key']}-{telling}"
        yield Case(_letter(text, random), category, row["department"], row["key"], firm, named)


def _letter(text: str, random: Random) -> str:
    filled = text.replace("{road}", random.choice(ROADS)).replace("{n}", str(random.randint(2, 9)))
    return f"{random.choice(GREETINGS)}{filled}{random.choice(CLOSINGS)}"


def _edited(text: str, random: Random) -> str:
    """Sent again, one clause left out."""
    clauses = [clause for clause in CLAUSE.split(text) if clause]
    del clauses[random.randrange(len(clauses))]
    return "".join(clauses)


def _shuffled(text: str, random: Random) -> str:
    clauses = [clause for clause in CLAUSE.split(text) if clause]
    return "".join(random.sample(clauses, len(clauses)))
