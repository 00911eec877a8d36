"""Who may ask for more time and end a suspension, written by hand from APP-10 and §1; see `test_verbs` for letters.

What needs a request or a second look is in `test_respite`: `PENDING`.
"""

LEAD = {"ask_extension": "H", "ask_suspension": "H"}
ENDS = {"end_suspension": "P"}

MAY = {
    "handler": LEAD,
    "colleague": LEAD,
    "deputy_head": LEAD,
    "department_head": LEAD | ENDS,
    "stand_in": LEAD | ENDS,  # for the head (AB角)
    "triager": ENDS,
    "supervisor": ENDS,
    "clock": ENDS,
}
PENDING = {"approve_request", "refuse_request", "withdraw_request", "look_again", "bring_back"}
NEEDS_WORDS = {"ask_extension", "ask_suspension"}
