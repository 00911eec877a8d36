"""What a report of a check without a code can be, and what it came to (INS-6). Imports nothing."""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


OPEN, ANSWERED = "open", "answered"
STATUSES = {OPEN: _("核查中"), ANSWERED: _("已答复")}

CODELESS, NOT_SHOWN, LAWFUL, NO_CHECK, UNCLEAR = "codeless", "not_shown", "lawful", "no_check", "unclear"
FINDINGS = {
    CODELESS: _("确属无码检查"),
    NOT_SHOWN: _("有码，没有出示"),
    LAWFUL: _("不需要检查码"),
    NO_CHECK: _("不是执法检查"),
    UNCLEAR: _("查不清"),
}
WRONG = (CODELESS, NOT_SHOWN)  # the agency did wrong

# verb: (from, to, who); a supervisor who works for the agency named is none here, the reporter may be one
VERBS = {
    "report": ((), (OPEN,), ("firm",)),
    "answer": ((OPEN,), (ANSWERED,), ("supervisor",)),
}
