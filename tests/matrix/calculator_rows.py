"""The rows of `test_urls` for the calculator, exclusions and the money, and what they are asked for."""

from policies.models import Exclusion
from tests.policies.factories import clause

OVERSEES = "supervisor leader"
OWN = "policy_officer department_head deputy_head stand_in"
WRITES = "policy_officer"


def rows(everybody, read_firms):
    """(address, its arguments in `world`, method): {status: who}."""
    return {
        ("calculator:start", "", "GET"): {200: everybody},
        ("calculator:results", "", "GET"): {200: everybody},
        ("calculator:mine", "", "GET"): {200: "enterprise_member member_official other_member"},
        ("calculator:of", "firm", "GET"): {200: read_firms},
        ("calculator:of", "foreign firm", "GET"): {200: read_firms},
        ("calculator:exclusions", "", "GET"): {200: everybody},
        ("calculator:exclusion-keep", "", "POST"): {422: WRITES},
        ("calculator:exclusion-end", "exclusion", "POST"): {302: f"{WRITES} anonymous"},
        ("calculator:exclusion-end", "foreign exclusion", "POST"): {},
        ("calculator:formula-draft", "", "POST"): {200: OWN},
        ("money:departments", "", "GET"): {200: f"{OVERSEES} {OWN}"},
        ("money:departments-export", "", "GET"): {200: f"{OVERSEES} {OWN}"},
        ("money:coverage", "keeping unit", "GET"): {200: f"{OVERSEES} {OWN}"},
        ("money:coverage", "unit without policies", "GET"): {},
        ("money:money", "", "GET"): {200: f"{OVERSEES} {OWN}"},
        ("money:export", "", "GET"): {200: f"{OVERSEES} {OWN}"},
    }


def world(town):
    kept = [clause(town, tree={"holds": "high_tech"}, formula={"fixed": "100"}) for _number in range(2)]
    made = [
        Exclusion.objects.create(name=f"就高{number}", rule=Exclusion.Rule.HIGHEST, department=department)
        for number, department in enumerate((town.housing, town.economy))
    ]
    for one in made:
        one.clauses.set(kept)
    units = {"keeping unit": (town.housing.pk,), "unit without policies": (town.economy.pk,)}
    return {"exclusion": (made[0].pk,), "foreign exclusion": (made[1].pk,)} | units
