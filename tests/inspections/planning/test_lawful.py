"""Random small towns from rows to a plan and back to rows: no rule is broken, asked of rows alone by SQL (INS-4)."""

from __future__ import annotations

import contextlib
import random
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction

from inspections.models import Away, Closure, JointVisit, Need, Rules, VisitPart
from inspections.needs import stages as needs
from inspections.planning import approving, flow
from portal.people.refusal import Refused
from portal.worktime.calendar import calendar
from tests.inspections.factories import DAY, need, subject, visit
from tests.inspections.planning.world import AT, computed, drafted, firms, second_team

pytestmark = pytest.mark.django_db

# Each finds the rows that break one rule; nothing of the planner's or the room's own reckoning is used.
LAWS = {
    "window": """SELECT 1 FROM inspections_need n JOIN inspections_jointvisit v ON v.id = n.visit_id
                 WHERE v.day NOT BETWEEN n.first AND n.last""",
    "other firm": """SELECT 1 FROM inspections_need n JOIN inspections_jointvisit v ON v.id = n.visit_id
                     WHERE v.enterprise_id <> n.enterprise_id""",
    "closed": """SELECT 1 FROM inspections_jointvisit v JOIN inspections_closure c USING (enterprise_id)
                 WHERE v.plan_id = %(plan)s AND v.day BETWEEN c.first AND c.last""",
    "away": """SELECT 1 FROM inspections_crew c JOIN inspections_visitpart p ON p.id = c.part_id
               JOIN inspections_jointvisit v ON v.id = p.visit_id JOIN inspections_away a ON a.team_id = c.team_id
               WHERE v.plan_id = %(plan)s AND v.day BETWEEN a.first AND a.last""",
    "capacity": """SELECT 1 FROM inspections_crew c JOIN inspections_visitpart p ON p.id = c.part_id
                   JOIN inspections_jointvisit v ON v.id = p.visit_id WHERE v.status <> 'cancelled'
                   GROUP BY c.team_id, v.day HAVING sum(c.parts) > 4""",
    "all the work": """SELECT 1 FROM inspections_visitpart p JOIN inspections_jointvisit v ON v.id = p.visit_id
                       WHERE v.plan_id = %(plan)s
                       AND (SELECT sum(parts) FROM inspections_crew WHERE part_id = p.id) IS DISTINCT FROM
                           (SELECT sum(parts) FROM inspections_need
                            WHERE visit_id = v.id AND agency_id = p.agency_id)""",
    "every agency": """SELECT 1 FROM inspections_need n WHERE n.visit_id IS NOT NULL AND NOT EXISTS
                       (SELECT 1 FROM inspections_visitpart p
                        WHERE p.visit_id = n.visit_id AND p.agency_id = n.agency_id)""",
    "own team": """SELECT 1 FROM inspections_crew c JOIN inspections_visitpart p ON p.id = c.part_id
                   JOIN inspections_team t ON t.id = c.team_id WHERE t.agency_id <> p.agency_id""",
    "two inspectors": """SELECT 1 FROM inspections_visitpart p JOIN inspections_jointvisit v ON v.id = p.visit_id
                         WHERE v.plan_id = %(plan)s AND (SELECT count(*) FROM inspections_visitpart_inspectors x
                               JOIN inspections_inspector i ON i.id = x.inspector_id
                               WHERE x.visitpart_id = p.id AND i.active AND i.valid_until >= v.day) < 2""",
    "skill": """SELECT 1 FROM inspections_need n WHERE n.visit_id IS NOT NULL AND n.skill_id IS NOT NULL
                AND n.plan_id = %(plan)s AND NOT EXISTS (SELECT 1 FROM inspections_visitpart p
                    JOIN inspections_visitpart_inspectors x ON x.visitpart_id = p.id
                    JOIN inspections_inspector_skills s ON s.inspector_id = x.inspector_id
                    WHERE p.visit_id = n.visit_id AND p.agency_id = n.agency_id AND s.skill_id = n.skill_id)""",
    "cap": """SELECT 1 FROM inspections_jointvisit v WHERE v.status <> 'cancelled' AND EXISTS (SELECT 1
                FROM inspections_need n WHERE n.visit_id = v.id AND n.kind IN ('self_chosen', 'random'))
              GROUP BY v.enterprise_id, extract(year FROM v.day) HAVING count(*) > 2""",
}


def broken(plan) -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for law, question in LAWS.items():
            cursor.execute(question, {"plan": plan.pk})
            if cursor.fetchone():
                found.add(law)
    return found | ({"gap"} if _too_near(plan.gap) else set())


def _too_near(gap: int) -> bool:
    days: dict[int, list] = {}
    for firm, day in JointVisit.objects.order_by("day").values_list("enterprise", "day"):
        days.setdefault(firm, []).append(day)
    known = calendar()
    return any(known.working_days_between(a, b) < gap for own in days.values() for a, b in pairwise(own))


def a_town(of, dice: random.Random):
    """Eight firms, three agencies with two teams, some closed, away, busy or demanding."""
    Rules.objects.update_or_create(pk=1, defaults={"yearly_cap": 2, "gap": dice.choice([2, 5, 8])})
    there = firms(of, 8)
    agencies = (of.housing, of.fire, of.keeper)
    subjects = {agency: [of.subject(agency), subject(agency)] for agency in agencies}
    busy = need(of, of.town.firm, parts=2, kind=needs.STATUTORY)
    visit(of, of.town.firm, [busy], day=DAY + timedelta(days=dice.randint(0, 4)))
    for n, agency in enumerate(agencies):
        team = of.team(agency)
        second_team(of, agency, of.gas, name=f"甲{n}")
        if dice.random() < 0.5:
            Away.objects.create(
                team=team, first=DAY + timedelta(days=dice.randint(0, 9)), last=DAY + timedelta(days=11)
            )
    for firm in there:
        if dice.random() < 0.3:
            day = DAY + timedelta(days=dice.randint(0, 12))
            Closure.objects.create(enterprise=firm, first=day, last=day + timedelta(days=2), at=AT)
        for agency in agencies:
            for one in subjects[agency][: dice.randint(0, 2)]:
                first = DAY + timedelta(days=dice.randint(0, 8))
                need(
                    of,
                    firm,
                    agency,
                    subject=one,
                    first=first,
                    last=first + timedelta(days=dice.randint(0, 9)),
                    parts=dice.choice([1, 1, 2, 4]),
                    kind=dice.choice([needs.SELF_CHOSEN, needs.STATUTORY]),
                    skill=of.gas if dice.random() < 0.2 else None,
                )


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_breaks_a_rule(of, seed):
    dice = random.Random(seed)
    a_town(of, dice)
    plan = computed(drafted(of, last=DAY + timedelta(days=18)), of)
    assert broken(plan) == set()
    _shuffle(of, plan, dice)
    assert broken(plan) == set()
    again = computed(plan, of)  # with what was moved by hand standing
    assert broken(again) == set()
    approving.approve(flow.submit(again, by=of.keeper_inspector, at=AT), by=of.police_head, at=AT)
    assert broken(again) == set()
    assert not Need.objects.filter(status=needs.PLANNED, visit=None).exists()
    for breach in _vandals(again):
        with transaction.atomic():
            law = breach()
            assert law in broken(again), law  # the control: the oracle sees what is broken
            transaction.set_rollback(True)


def _shuffle(of, plan, dice: random.Random) -> None:
    """Somebody tries ten moves; what is refused is refused, what is done keeps the rules."""
    for _ in range(10):
        there = list(JointVisit.objects.filter(plan=plan).order_by("pk"))
        if not there:
            return
        chosen = list(dice.choice(there).needs.order_by("pk").values_list("pk", flat=True))
        moved = chosen[: dice.randint(1, len(chosen))]
        with contextlib.suppress(Refused):
            flow.move(plan, moved, DAY + timedelta(days=dice.randint(0, 18)), by=of.keeper_inspector, at=AT)


def _vandals(plan):
    """Ways to break a rule behind the verbs' back; each says which."""
    there = JointVisit.objects.filter(plan=plan).first()

    def late():
        JointVisit.objects.filter(pk=there.pk).update(day=there.needs.first().last + timedelta(days=1))
        return "window"

    def shut():
        Closure.objects.create(enterprise=there.enterprise, first=there.day, last=there.day, at=AT)
        return "closed"

    def gone():
        Away.objects.create(team=there.parts.first().crews.first().team, first=there.day, last=there.day)
        return "away"

    def alone():
        part = there.parts.first()
        part.inspectors.remove(part.inspectors.first())
        return "two inspectors"

    def nobody():
        VisitPart.objects.filter(visit=there).first().crews.all().delete()
        return "all the work"

    return [late, shut, gone, alone, nobody]
