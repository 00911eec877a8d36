"""The protocol of a draw as a file, and its recomputing: without the database, so that anyone can (INS-5).

`check` takes the file's content and gives what does not agree. It reads JSON of any origin: whatever is wrong in it is
a sentence, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from . import lots

FORMAT = "shaxi-draw-1"
HEX = re.compile(r"[0-9a-f]{64}")
CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
HEAVIEST = 1000
TEXTS = ("number", "formula", "first", "last", "source", "secret", "text", "commitment", "digest", "seed")


class Unreadable(Exception):
    """It is no protocol of a draw; the sentence says where."""


def check(file: Any) -> list[str]:
    """What in a protocol does not agree, in sentences; empty where all does. Raises Unreadable."""
    whole = _whole(file)
    firms, people = _firms(whole), _people(whole)
    wrong = [*_commitments(whole, firms, people), *_rows(whole, firms), *_teams(whole, firms, people)]
    return wrong + _names(whole)


def _commitments(whole: Mapping[str, Any], firms: Sequence[lots.Firm], people: Sequence[lots.Person]) -> list[str]:
    wrong = []
    if lots.digest(whole["secret"]) != whole["commitment"]:
        wrong.append(_("平台随机数与事前公布的摘要不符。"))
    names = ("number", "formula", "take", "first", "last", "source")
    head = lots.Head(*(whole[name] for name in names), whole.get("known_on") or "")
    listing = lots.listing(head, firms, people)
    if lots.digest(listing) != whole["digest"]:
        wrong.append(_("名单与事前公布的摘要不符：有企业、权重、事项或人员被改动。"))
    if lots.seed_of(whole["secret"], whole["text"], whole["digest"]) != whole["seed"]:
        wrong.append(_("种子不是由平台随机数、公共随机数和名单摘要算出的。"))
    fixed, drawn = (str(whole.get(name))[:10] for name in ("frozen_at", "drawn_at"))
    if head.known_on and not fixed < head.known_on < drawn:
        wrong.append(_("公共随机数的产生日期不在固定名单和抽取之间。"))
    return wrong


def _rows(whole: Mapping[str, Any], firms: Sequence[lots.Firm]) -> list[str]:
    wrong = []
    told = {row["handle"]: row for row in whole["firms"]}
    for rank, (lot, firm) in enumerate(lots.drawn(whole["seed"], firms), 1):
        row, expected = told[firm.handle], rank if rank <= whole["take"] else None
        if row.get("lot") != lot:
            wrong.append(_("%(handle)s 的签号算出来是 %(lot)s。") % {"handle": firm.handle[:8], "lot": lot[:8]})
        if row.get("rank") != expected:
            place = _("第 %(n)s 名") % {"n": expected} if expected else _("未抽中")
            wrong.append(_("%(handle)s 应为：%(place)s。") % {"handle": firm.handle[:8], "place": place})
    return wrong


def _teams(whole: Mapping[str, Any], firms: Sequence[lots.Firm], people: Sequence[lots.Person]) -> list[str]:
    crews = lots.crews(whole["seed"], people)
    told = {row["handle"]: row for row in whole["inspectors"]}
    of_whom = {one.handle: n for n, crew in enumerate(crews, 1) for _lot, one in crew}
    wrong = [
        _("检查人员 %(handle)s 应在第 %(n)s 组。") % {"handle": handle[:8], "n": team}
        for handle, team in of_whom.items()
        if told[handle].get("team") != team
    ]
    taken = [firm for _lot, firm in lots.drawn(whole["seed"], firms)][: whole["take"]]
    where = lots.sent(taken, [[one for _lot, one in crew] for crew in crews])
    rows = {row["handle"]: row for row in whole["firms"]}
    for handle, row in rows.items():
        if row.get("team") != where.get(handle):
            wrong.append(_("%(handle)s 的检查组不对。") % {"handle": handle[:8]})
    return wrong


def _names(whole: Mapping[str, Any]) -> list[str]:
    """Where the file names firms: whether each row stands for the firm that it names."""
    wrong = []
    for row in (*whole["firms"], *whole["inspectors"]):
        code = row.get("uscc") or row.get("certificate")
        if code and lots.handle_of(str(row.get("salt", "")), str(code)) != row["handle"]:
            wrong.append(_("%(handle)s 不是 %(code)s 的代号。") % {"handle": row["handle"][:8], "code": code})
        points = row.get("points")
        if isinstance(points, dict) and 1 + sum(n for n in points.values() if isinstance(n, int)) != row["weight"]:
            wrong.append(_("%(handle)s 的权重不等于 1 加各项分值。") % {"handle": row["handle"][:8]})
    return wrong


# Reading -----------------------------------------------------------------------------------------------------------


def _whole(file: Any) -> Mapping[str, Any]:
    if not isinstance(file, dict) or file.get("format") != FORMAT:
        raise Unreadable(_("这不是抽查记录文件（%(format)s）。") % {"format": FORMAT})
    for name in TEXTS:
        if not isinstance(file.get(name), str):
            raise Unreadable(_("文件缺少 %(name)s。") % {"name": name})
    if not isinstance(file.get("known_on"), str | None):
        raise Unreadable(_("文件缺少 %(name)s。") % {"name": "known_on"})
    if type(file.get("take")) is not int or file["take"] < 1:
        raise Unreadable(_("文件缺少 %(name)s。") % {"name": "take"})
    for name in ("firms", "inspectors"):
        rows = file.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Unreadable(_("文件缺少 %(name)s。") % {"name": name})
        handles = [row.get("handle") for row in rows]
        if not all(isinstance(one, str) and HEX.fullmatch(one) for one in handles) or len(set(handles)) < len(handles):
            raise Unreadable(_("%(name)s 的代号不对，或有重复。") % {"name": name})
    if len(file["inspectors"]) < lots.TEAM:
        raise Unreadable(_("检查人员不足两人。"))
    return file


def _firms(whole: Mapping[str, Any]) -> list[lots.Firm]:
    found = []
    for row in whole["firms"]:
        weight = row.get("weight")
        if type(weight) is not int or not 1 <= weight <= HEAVIEST:
            raise Unreadable(_("%(handle)s 的权重不是正整数。") % {"handle": row["handle"][:8]})
        found.append(lots.Firm(row["handle"], weight, _codes(row, "subjects"), _codes(row, "skills")))
    return found


def _people(whole: Mapping[str, Any]) -> list[lots.Person]:
    return [lots.Person(row["handle"], _codes(row, "skills")) for row in whole["inspectors"]]


def _codes(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    codes = row.get(name, [])
    if not isinstance(codes, list) or not all(isinstance(code, str) and CODE.fullmatch(code) for code in codes):
        raise Unreadable(_("%(handle)s 的 %(name)s 不对。") % {"handle": row["handle"][:8], "name": name})
    return tuple(codes)
