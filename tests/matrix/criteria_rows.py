"""The rows of `test_urls` for criteria over attributes of firms, and what they are asked for."""

from enterprises.criteria import flow
from portal.people.actors import CLOCK

WRITES = "triager member_official data_officer policy_officer"
READS = f"{WRITES} supervisor leader"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    return {
        ("enterprises:attributes", "", "GET"): {200: READS},
        ("enterprises:attribute", "attribute", "GET"): {200: READS},
        ("enterprises:criteria", "", "GET"): {200: READS},
        ("enterprises:criterion", "criterion", "GET"): {200: READS},
        ("enterprises:criterion-firms", "criterion", "GET"): {200: READS},
        ("enterprises:criterion-export", "criterion", "GET"): {200: READS},
        ("enterprises:criterion-firm", "criterion's firm", "GET"): {200: READS},
        ("enterprises:criterion-new", "", "GET"): {200: WRITES},
        ("enterprises:criterion-new", "", "POST"): {422: WRITES},
        ("enterprises:criterion-draft", "", "POST"): {200: WRITES},
        ("enterprises:criterion-edit", "criterion", "GET"): {200: WRITES},
        ("enterprises:criterion-edit", "criterion", "POST"): {422: WRITES},
        ("enterprises:criterion-retire", "criterion", "POST"): {302: WRITES},
    }


def world(town):
    tree = {"compare": ["headcount", ">=", 20]}
    made = flow.define("staff", "二十人以上", tree, by=CLOCK)
    return {"attribute": ("headcount",), "criterion": (made.code,), "criterion's firm": (made.code, town.firm.uscc)}
