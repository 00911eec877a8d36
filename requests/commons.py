"""What a common problem and an article can be, who moves them, from where to where (APP-16, APP-17). Imports nothing.

The words of `who`: a role of handbook §1; `owner.` somebody of the owning department or the owner by name, `writer.`
whoever wrote the version. `requests.flow.problems` and `requests.flow.articles` refuse whatever is not in here.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


# Common problems (共性问题) ------------------------------------------------------------------------------------

GATHERING, DECIDED, CLOSED, DROPPED = "gathering", "decided", "closed", "dropped"

PROBLEM_STATUSES = {
    GATHERING: _("待定措施"),
    DECIDED: _("措施已定"),
    CLOSED: _("已告知办结"),
    DROPPED: _("已撤销"),
}
PROBLEM_OPEN = (GATHERING, DECIDED)

CENTRE = ("triager", "supervisor")
OWNER = ("owner.handler", "owner.deputy_head", "owner.department_head", "owner.named")

# verb: (from, to, who)
PROBLEM_VERBS = {
    "open_problem": ((), (GATHERING,), CENTRE),
    "link_tickets": (PROBLEM_OPEN, PROBLEM_OPEN, CENTRE),
    "unlink_ticket": (PROBLEM_OPEN, PROBLEM_OPEN, CENTRE),
    "name_owner": (PROBLEM_OPEN, PROBLEM_OPEN, CENTRE),
    "edit_problem": (PROBLEM_OPEN, PROBLEM_OPEN, CENTRE),
    "decide_measure": (PROBLEM_OPEN, (DECIDED,), (*OWNER, "supervisor")),
    "close_problem": ((DECIDED,), (CLOSED,), CENTRE),
    "drop_problem": (PROBLEM_OPEN, (DROPPED,), CENTRE),
    "remind_owner": ((GATHERING,), (GATHERING,), ("clock",)),
}

# Articles of the knowledge base (知识条目); the statuses are a version's ------------------------------------------

DRAFT, REVIEW, PUBLISHED, WITHDRAWN, SUPERSEDED = "draft", "review", "published", "withdrawn", "superseded"

ARTICLE_STATUSES = {
    DRAFT: _("草稿"),
    REVIEW: _("待审核"),
    PUBLISHED: _("已发布"),
    WITHDRAWN: _("已撤下"),
    SUPERSEDED: _("旧版"),
}
WORKED_ON = (DRAFT, REVIEW)

WRITER = ("writer",)  # whoever wrote it, or stands in for him

ARTICLE_VERBS = {
    "draft_article": ((), (DRAFT,), ("official",)),
    "edit_article": ((DRAFT, PUBLISHED, WITHDRAWN), (DRAFT,), (*WRITER, *OWNER, *CENTRE)),
    "submit_article": ((DRAFT,), (REVIEW,), (*WRITER, *CENTRE)),
    "return_article": ((REVIEW,), (DRAFT,), CENTRE),
    "publish_article": ((REVIEW,), (PUBLISHED,), CENTRE),
    "withdraw_article": ((PUBLISHED,), (WITHDRAWN,), CENTRE),
    "keep_article": ((PUBLISHED,), (PUBLISHED,), CENTRE),
    "remind_review": ((PUBLISHED,), (PUBLISHED,), ("clock",)),
}


def may(table: dict[str, tuple], verb: str, status: str, capacities: frozenset[str]) -> bool:
    """Whether somebody with these capacities may do the verb where the subject has this status."""
    sources, _targets, who = table[verb]
    return (not sources or status in sources) and not capacities.isdisjoint(who)


def verbs_from(table: dict[str, tuple], status: str, capacities: frozenset[str]) -> list[str]:
    """The verbs on something that is there, in the table's order."""
    return [verb for verb, row in table.items() if row[0] and may(table, verb, status, capacities)]
