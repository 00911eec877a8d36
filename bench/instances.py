"""Seeded instances for the planner: a quarter of a town with six agencies, filled to a share of what they can do."""

from __future__ import annotations

import random

from inspections.planner import PARTS, Firm, Instance, Need, Team

AGENCIES = 6
DAYS = 62  # working days of a quarter
GAP = 5
SKILLS = {0: "gas", 1: "special_equipment", 2: "environment"}  # agencies of which some teams are qualified for more
SHARE = 0.42  # of the firms are checked by an agency: some two and a half needs a firm, as in a town's quarter


def instance(firms: int, fill: float, seed: int = 1) -> Instance:
    """So many firms whose needs take that share of the teams' time; the same arguments give the same instance."""
    dice = random.Random(f"{firms}/{fill}/{seed}")
    known = {key: _firm(dice, key, max(firms // 20, 1)) for key in range(firms)}
    needs: dict[int, Need] = {}
    for firm in range(firms):
        for agency in range(AGENCIES):
            if dice.random() < SHARE:
                needs[len(needs)] = _need(dice, len(needs), firm, agency)
    return Instance(DAYS, known, needs, tuple(_teams(dice, needs, fill)), GAP)


def _firm(dice: random.Random, key: int, carriers: int) -> Firm:
    return Firm(
        key=key,
        carrier=dice.randrange(carriers) if dice.random() < 0.9 else None,
        shut=frozenset(dice.sample(range(DAYS), dice.choice((0, 0, 0, 3, 8)))),
        last_visit=dice.choice((None, None, None, -2, -5)),
        left=dice.choice((None, None, 2, 3, 4)),
    )


def _need(dice: random.Random, key: int, firm: int, agency: int) -> Need:
    """Most windows are long and meet: a month at least, seldom a fortnight (a follow-up, a complaint)."""
    length = dice.choices((10, 25, 45, DAYS), (2, 10, 38, 50))[0]
    first = dice.randrange(DAYS - length + 1)
    skill = SKILLS.get(agency) if dice.random() < 0.2 else None
    parts = dice.choices((1, 2, 4), (60, 35, 5))[0]
    return Need(key, firm, agency, first, first + length - 1, parts, skill, dice.random() < 0.8)


def _teams(dice: random.Random, needs: dict[int, Need], fill: float) -> list[Team]:
    """As many as are needed for the fill, the last of an agency there on some days only."""
    teams: list[Team] = []
    for agency in range(AGENCIES):
        wanted = sum(need.parts for need in needs.values() if need.agency == agency) / fill / PARTS  # days of a team
        count = 0
        while round(wanted) > 0:
            here = min(DAYS, round(wanted))
            skill = SKILLS.get(agency)
            skills = frozenset([skill]) if skill and count % 3 == 0 else frozenset()
            teams.append(Team(agency, skills, frozenset(dice.sample(range(DAYS), DAYS - here))))
            wanted -= here
            count += 1
    return teams
