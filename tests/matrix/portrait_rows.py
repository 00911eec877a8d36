"""The rows of `test_urls` for a firm's portrait: tags, its past, the enterprise code."""

from enterprises.codes import flow as codes
from enterprises.criteria import flow
from enterprises.tags import flow as tags
from portal.people.actors import CLOCK
from tests.matrix.criteria_rows import READS, WRITES

READ_FIRMS = "intake_clerk triager handler deputy_head department_head stand_in police_handler economy_handler"
READ_FIRMS += " member_official steward project_assistant supervisor leader data_officer policy_officer inspector"
READ_FIRMS += " grid_member revisitor congress_observer"
KEEP_PEOPLE = "intake_clerk supervisor steward project_assistant grid_member"
STRANGERS = "administrator auditor evaluator other_member former_member nobody anonymous"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    return {
        ("enterprises:tags", "", "GET"): {200: READS},
        ("enterprises:tag-add", "", "POST"): {422: WRITES},
        ("enterprises:tag-end", "tag", "POST"): {302: WRITES},
        ("enterprises:firm-tag", "firm's tag", "GET"): {200: f"{READ_FIRMS} enterprise_member"},
        ("enterprises:firm-tag", "foreign firm's tag", "GET"): {200: f"{READ_FIRMS} other_member"},
        ("enterprises:code", "firm", "GET"): {200: f"{KEEP_PEOPLE} enterprise_member member_official"},
        ("enterprises:code-renew", "firm", "POST"): {302: f"{KEEP_PEOPLE} enterprise_member"},
        ("desk:timeline", "firm", "GET"): {200: f"{READ_FIRMS} enterprise_member"},
        ("desk:timeline", "foreign firm", "GET"): {200: f"{READ_FIRMS} other_member"},
        ("desk:code", "code", "GET"): {302: f"{READ_FIRMS} enterprise_member", 200: STRANGERS},
    }


def world(town):
    made = flow.define("size", "五十人以上", {"compare": ["headcount", ">=", 50]}, by=CLOCK)
    tag = tags.add_tag(made, by=CLOCK, dimension="structure")
    code = codes.renew(town.firm, by=town.enterprise_member)
    return {
        "tag": (tag.criterion.code,),
        "firm's tag": (town.firm.uscc, tag.criterion.code),
        "foreign firm's tag": (town.foreign_firm.uscc, tag.criterion.code),
        "code": (code.token,),
    }
