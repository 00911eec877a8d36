"""The lots: exact, weighted, without putting back; and the recomputing of a protocol finds what was touched (INS-5)."""

import copy
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.draws import lots, protocol
from inspections.draws.lots import Firm, Person

GUIDE = (Path(__file__).parents[3] / "docs/guide/draws.md").read_text("utf-8")


def firm(n, weight=1, **more):
    return Firm(lots.handle_of(f"salt {n}", f"code {n}"), weight, ("s",), **more)


def person(n, *skills):
    return Person(lots.handle_of(f"salt {n}", f"certificate {n}"), skills)


def told(weights=(1, 3, 2, 5, 1, 4), take=3, text="08 15 16 23", secret="ab" * 32, people=4):
    """A protocol made by the book, without the code that the site uses for it."""
    firms = [firm(n, weight) for n, weight in enumerate(weights)]
    crew = [person(n) for n in range(people)]
    days = {"first": "2026-11-16", "last": "2026-12-18"}
    head = lots.Head("CQ-1", "f", take, **days, source="某日彩票")
    digest = lots.digest(lots.listing(head, firms, crew))
    seed = sha256(f"{secret}|{text}|{digest}".encode()).hexdigest()
    order = sorted(
        (min(sha256(f"{seed}|{one.handle}|{n + 1}".encode()).hexdigest() for n in range(one.weight)), one.handle)
        for one in firms
    )
    ranks = {handle: n for n, (_lot, handle) in enumerate(order[:take], 1)}
    walk = sorted((sha256(f"{seed}|{one.handle}|1".encode()).hexdigest(), one.handle) for one in crew)
    count = max(1, people // 2)
    teams = {handle: min(n // 2, count - 1) + 1 for n, (_lot, handle) in enumerate(walk)}
    by_lot = {handle: lot for lot, handle in order}
    return {
        "format": protocol.FORMAT,
        "number": "CQ-1",
        "formula": "f",
        "take": take,
        **days,
        "source": "某日彩票",
        "secret": secret,
        "text": text,
        "commitment": sha256(secret.encode()).hexdigest(),
        "digest": digest,
        "seed": seed,
        "firms": [
            {
                "handle": one.handle,
                "weight": one.weight,
                "subjects": ["s"],
                "skills": [],
                "lot": by_lot[one.handle],
                "rank": ranks.get(one.handle),
                "team": (ranks[one.handle] - 1) % count + 1 if one.handle in ranks else None,
            }
            for one in firms
        ],
        "inspectors": [{"handle": one.handle, "skills": [], "team": teams[one.handle]} for one in crew],
    }


def test_the_example_of_the_guide_comes_out():
    seed = "3f" * 32
    for salt, code, weight in (("a1", "甲", 1), ("b2", "乙", 3), ("c3", "丙", 2)):
        handle = lots.handle_of(salt, code)
        own = [lots.digest(f"{seed}|{handle}|{n}")[:8] for n in range(1, weight + 1)]
        row = f"| {handle[:8]} | {weight} | {'、'.join(own)} | {lots.lot(seed, handle, weight)[:8]} |"
        assert row in GUIDE


def test_the_program_of_the_guide_agrees_and_finds_what_was_touched(tmp_path):
    (program := tmp_path / "check.py").write_text(GUIDE.split("```python\n")[1].split("```")[0], "utf-8")
    (file := tmp_path / "draw.json").write_text(json.dumps(told()), "utf-8")
    run = [sys.executable, "-I", "-X", "utf8", str(program), str(file)]
    assert subprocess.run(run, capture_output=True, check=True).stdout.decode().strip() == "一致"
    touched = told()
    touched["firms"][0]["weight"] += 1
    file.write_text(json.dumps(touched), "utf-8")
    assert subprocess.run(run, capture_output=True, check=False).returncode != 0


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40), st.text(max_size=20), st.integers(2, 9))
@settings(max_examples=60, deadline=None)
def test_what_was_made_by_the_book_is_found_right(weights, text, people):
    whole = told(weights, take=max(1, len(weights) // 2), text=text, people=people)
    assert protocol.check(whole) == []
    assert protocol.check(json.loads(json.dumps(whole))) == []


TOUCHED = {
    "weight": lambda whole: whole["firms"][0].update(weight=9),
    "a firm taken out": lambda whole: whole["firms"].pop(),
    "a firm put in": lambda whole: whole["firms"].append(dict(whole["firms"][0], handle="f" * 64)),
    "another subject": lambda whole: whole["firms"][1].update(subjects=["t"]),
    "rank": lambda whole: whole["firms"][0].update(rank=1 if whole["firms"][0]["rank"] != 1 else None),
    "lot": lambda whole: whole["firms"][2].update(lot="0" * 64),
    "team of a firm": lambda whole: next(r for r in whole["firms"] if r["rank"]).update(team=9),
    "team of a person": lambda whole: whole["inspectors"][0].update(team=7),
    "a skill": lambda whole: whole["inspectors"][0].update(skills=["gas"]),
    "seed": lambda whole: whole.update(seed="0" * 64),
    "public number": lambda whole: whole.update(text="08 15 16 24"),
    "secret": lambda whole: whole.update(secret="cd" * 32),
    "how many": lambda whole: whole.update(take=4),
    "source": lambda whole: whole.update(source="另一日彩票"),
    "days": lambda whole: whole.update(last="2026-12-31"),
    "number": lambda whole: whole.update(number="CQ-2"),
    "the wrong name": lambda whole: whole["firms"][0].update(uscc="code 1", salt="salt 0"),
}


@pytest.mark.parametrize("what", TOUCHED)
def test_whatever_is_touched_is_noticed(what):
    whole = told()
    assert protocol.check(whole) == []
    TOUCHED[what](whole)
    assert protocol.check(whole) != []


def test_the_right_name_is_no_fault():
    whole = told()
    whole["firms"][0].update(uscc="code 0", salt="salt 0")
    assert protocol.check(whole) == []


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "x",
        {},
        {"format": protocol.FORMAT},
        told() | {"firms": "x"},
        told() | {"firms": [1]},
        told() | {"take": "3"},
        told() | {"take": True},
        told() | {"seed": 5},
        told() | {"inspectors": []},
        told() | {"firms": [{"handle": "x", "weight": 1}]},
        told() | {"firms": [told()["firms"][0]] * 2},
        told() | {"firms": [{"handle": "0" * 64, "weight": 10**9}]},
        told() | {"firms": [{"handle": "0" * 64, "weight": True}]},
        told() | {"firms": [{"handle": "0" * 64, "weight": 1, "subjects": ["a|b"]}]},
    ],
)
def test_what_is_no_protocol_is_said_to_be_none(broken):
    with pytest.raises(protocol.Unreadable):
        protocol.check(copy.deepcopy(broken))


def test_a_list_cannot_be_read_in_two_ways():
    """Nothing that is put into a line may hold what parts its fields."""
    assert protocol.CODE.fullmatch("fire-01_a.b")
    for code in ("a|b", "a,b", "a\nb", "", "火"):
        assert protocol.CODE.fullmatch(code) is None
    head = lots.Head("n", "f", 1, "a", "b", "c")
    first = lots.listing(head, [firm(1), firm(2)], [])
    assert first == lots.listing(head, [firm(2), firm(1)], [])
    assert first != lots.listing(head, [firm(1), firm(2, 2)], [])


def shares(weights, take, rounds=4000):
    """How often each was drawn, over fixed seeds."""
    firms = [firm(n, weight) for n, weight in enumerate(weights)]
    place = {one.handle: n for n, one in enumerate(firms)}
    hits = [0] * len(weights)
    for n in range(rounds):
        for _lot, one in lots.drawn(f"seed {n}", firms)[:take]:
            hits[place[one.handle]] += 1
    return [hit / rounds for hit in hits]


def test_chances_are_those_of_the_weights():
    """One of four with weights 1 2 3 4: 10, 20, 30, 40 %; within four standard errors of 4,000 rounds."""
    for found, expected in zip(shares((1, 2, 3, 4), 1), (0.1, 0.2, 0.3, 0.4), strict=True):
        assert abs(found - expected) < 4 * (expected * (1 - expected) / 4000) ** 0.5
    # two of three with weights 1 1 2, without putting back: 7/12, 7/12, 5/6
    for found, expected in zip(shares((1, 1, 2), 2), (7 / 12, 7 / 12, 5 / 6), strict=True):
        assert abs(found - expected) < 4 * (expected * (1 - expected) / 4000) ** 0.5


def test_all_are_drawn_where_as_many_are_taken():
    firms = [firm(n, n + 1) for n in range(5)]
    assert {one for _lot, one in lots.drawn("s", firms)} == set(firms)


@given(st.integers(2, 15))
def test_nobody_goes_alone_and_nobody_twice(count):
    crews = lots.crews("seed", [person(n) for n in range(count)])
    assert sorted({len(crew) for crew in crews}) in ([2], [3], [2, 3])
    assert len({one.handle for crew in crews for _lot, one in crew}) == count


def test_one_inspector_makes_no_team():
    with pytest.raises(ValueError, match="two"):
        lots.crews("seed", [person(1)])


def test_a_firm_that_wants_a_skill_gets_it_and_the_load_is_even():
    teams = [[person(1), person(2)], [person(3, "gas"), person(4)]]
    wants = [firm(n, skills=("gas",)) for n in range(3)]
    assert set(lots.sent(wants, teams).values()) == {2}
    plain = [firm(n) for n in range(4)]
    assert sorted(lots.sent(plain, teams).values()) == [1, 1, 2, 2]
