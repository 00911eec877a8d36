"""Who may do what of dispatch, written out by hand from APP-4, APP-9, SEC-1 and §1; see `test_verbs` for the letters.

What waits for a return, a referral or a group is in `test_dispatch`: `PENDING`.
"""

LEAD = {"ask_return": "AH", "add_part": "AH", "end_part": "AH"}
HEAD = LEAD | {"raise_level": "AH"}
CENTRE = {"add_part": "AH", "end_part": "AH", "raise_level": "AH", "give_to_group": "AH"}
CO = {"take_part": "AH"}

MAY = {
    "handler": LEAD,
    "colleague": LEAD,
    "deputy_head": HEAD,
    "department_head": HEAD,
    "stand_in": HEAD,  # for the head (AB角)
    "triager": CENTRE,
    "supervisor": {"raise_level": "AH", "give_to_group": "AH", "reassign": "AHS"},
    "police_handler": CO,
    "police_head": CO,
}
PENDING = {"report_up", "rule_return", "refer_to_chiefs", "give_view", "decide_raised", "contribute", "end_group"}
NEEDS_WORDS = {"ask_return", "add_part", "end_part", "raise_level", "give_to_group", "reassign"}
