"""The rows of `test_urls` for matching, coverage and self-declared facts, and what they are asked for."""

from enterprises.attributes.declaring import declare
from tests.policies.factories import clause, policy

FIRM = "enterprise_member member_official"
FIRMS = f"{FIRM} other_member"
DEPARTMENT = "policy_officer department_head deputy_head stand_in"  # of the policy's department
OVERSEES = "supervisor leader"
LISTS = f"policy_officer {OVERSEES}"
OFFICIALS = "intake_clerk triager handler deputy_head department_head stand_in police_handler economy_handler steward"
OFFICIALS += " project_assistant grid_member revisitor congress_observer data_officer policy_officer inspector"
OFFICIALS += f" {OVERSEES}"
ALL_OTHERS = f"{OFFICIALS} administrator auditor evaluator former_member nobody"
VERIFIES = "data_officer policy_officer supervisor"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    return {
        ("matching:mine", "", "GET"): {200: FIRMS},
        ("matching:declare", "", "GET"): {405: f"{FIRMS} {ALL_OTHERS} anonymous"},
        ("matching:declare", "", "POST"): {302: FIRMS},  # nothing that is missing was named
        ("matching:muted", "", "GET"): {200: f"{FIRMS} steward"},
        ("matching:muted", "", "POST"): {302: f"{FIRMS} steward"},
        ("matching:why", "matched clause", "GET"): {200: FIRMS},
        ("matching:of", "firm", "GET"): {200: OFFICIALS, 302: FIRM},
        ("matching:of", "foreign firm", "GET"): {200: f"{OFFICIALS} member_official", 302: "other_member"},
        ("matching:of-why", "matched firm and clause", "GET"): {200: f"{OFFICIALS} {FIRM}"},
        ("matching:coverage", "", "GET"): {200: f"{DEPARTMENT} {OVERSEES}"},
        ("matching:coverage-export", "", "GET"): {200: f"{DEPARTMENT} {OVERSEES}"},
        ("matching:coverage-policy", "matched policy", "GET"): {200: f"{DEPARTMENT} {OVERSEES}"},
        ("matching:coverage-policy", "another's matched policy", "GET"): {200: OVERSEES},
        ("matching:coverage-policy-export", "matched policy", "GET"): {200: f"{DEPARTMENT} {OVERSEES}"},
        ("matching:coverage-policy-export", "another's matched policy", "GET"): {200: OVERSEES},
        ("matching:firms", "matched clause", "GET"): {200: LISTS},
        ("matching:firms-export", "matched clause", "GET"): {200: LISTS},
        ("enterprises:declarations", "", "GET"): {200: VERIFIES},
        ("enterprises:declaration", "declaration", "GET"): {405: f"{FIRMS} {ALL_OTHERS} anonymous"},
        ("enterprises:declaration", "declaration", "POST"): {
            302: VERIFIES
        },  # refused in words, where not his to decide
    }


def world(town):
    made = clause(town, tree={"holds": "own_technology"})
    other = clause(town, policy(town, department=town.police), tree={"holds": "high_tech"})
    (declaration,) = declare(town.firm, {"technology_products": True}, by=town.enterprise_member)
    named = (made.policy.code, made.number)
    return {
        "matched clause": named,
        "matched firm and clause": (town.firm.uscc, *named),
        "matched policy": (made.policy.code,),
        "another's matched policy": (other.policy.code,),
        "declaration": (declaration.pk,),
    }
