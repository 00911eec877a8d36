"""What a version of a policy can be, who moves it, from where to where (POL-1). Imports nothing.

The words of `who`: `writer` is a policy officer of the policy's department; `approver` is its head, a deputy head, or
another policy officer of it, and never the person who wrote the version; `clock` is time itself.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


DRAFT, REVIEW, SCHEDULED, IN_FORCE, SUPERSEDED, DROPPED = (
    "draft",
    "review",
    "scheduled",
    "in_force",
    "superseded",
    "dropped",
)
STATUSES = {
    DRAFT: _("草稿"),
    REVIEW: _("待审核"),
    SCHEDULED: _("待生效"),
    IN_FORCE: _("现行"),
    SUPERSEDED: _("已被替代"),
    DROPPED: _("已放弃"),
}
WORKED_ON = (DRAFT, REVIEW, SCHEDULED)  # one of a policy at most
PUBLISHED = (IN_FORCE, SUPERSEDED)  # read by everybody

# verb: (from, to, who)
VERBS = {
    "draft": ((), (DRAFT,), ("writer",)),
    "edit": ((DRAFT,), (DRAFT,), ("writer",)),
    "submit": ((DRAFT,), (REVIEW,), ("writer",)),
    "send_back": ((REVIEW,), (DRAFT,), ("approver",)),
    "approve": ((REVIEW,), (SCHEDULED, IN_FORCE), ("approver",)),
    "take_effect": ((SCHEDULED,), (IN_FORCE,), ("clock",)),
    "drop": ((DRAFT, REVIEW, SCHEDULED), (DROPPED,), ("writer", "approver")),
    "end": ((IN_FORCE,), (IN_FORCE,), ("approver",)),  # 废止: the policy ends, its last version stays to be read
}
