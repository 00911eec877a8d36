"""What a point of a checklist, a check and a finding can be, and what follows from a finding. Imports nothing.

A finding's status is set once by the record and from then on by `inspections.rectification` alone:

    rectify → open → closed (or withdrawn)        warn → warned
    remedied → remedied                           case → case
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


OK, PROBLEM, NOT_APPLICABLE = "ok", "problem", "na"
RESULTS = {OK: _("符合"), PROBLEM: _("有问题"), NOT_APPLICABLE: _("不适用")}

CLEAN, FOUND = "clean", "found"
CONCLUSIONS = {CLEAN: _("未发现问题"), FOUND: _("发现问题")}

MINOR, GENERAL, SERIOUS = "minor", "general", "serious"
SEVERITIES = {MINOR: _("轻微"), GENERAL: _("一般"), SERIOUS: _("严重")}

# What the inspector decides on a finding at the door (INS-7).
RECTIFY, WARN, REMEDIED, CASE = "rectify", "warn", "remedied", "case"
OUTCOMES = {
    RECTIFY: _("责令限期整改"),
    WARN: _("首违不罚，口头告诫"),
    REMEDIED: _("当场改正，不再处理"),
    CASE: _("另案处理"),
}

OPEN, WARNED, CLOSED, WITHDRAWN = "open", "warned", "closed", "withdrawn"
STATUSES = {
    OPEN: _("整改中"),
    WARNED: _("首违不罚"),
    REMEDIED: _("当场已改正"),
    CASE: _("另案处理"),
    CLOSED: _("整改完成"),
    WITHDRAWN: _("已撤销"),
}
BECOMES = {RECTIFY: OPEN, WARN: WARNED, REMEDIED: REMEDIED, CASE: CASE}  # outcome: status
ON_THE_SPOT = (WARN, REMEDIED)  # what is decided so was put right while they looked
