"""The place of the navigation to which a page belongs."""

from django.http import HttpRequest

# Pages of facts that stand under 数据 for whoever delivers them; for others they belong to the firms.
DATA = [
    f"enterprises:{name}"
    for name in (
        *("data", "resources", "resource", "conflicts", "corrections", "declarations"),
        *("fact-imports", "fact-import"),
    )
]
# How the names of the addresses of a section of `requests` begin.
COMMONS = {
    "scope": "scope",
    "problem": "problems",
    "suggestion": "problems",
    "article": "articles",
    "guide": "articles",
}


def section_of(request: HttpRequest) -> str:
    """The place of the navigation to which the page belongs."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    view, space = match.view_name or "", match.namespace or ""
    if view == "requests:queue" and match.kwargs.get("name") == "raised":
        return "raised"
    if space == "accounts" and match.route.startswith("admin/"):
        return "departments" if "department" in view or "group" in view else "users"
    named = {
        "desk:home": "todo",
        "desk:firm": "todo",
        "desk:public-home": "public",
        "desk:leader": "figures",
        "desk:department": "figures",
        "desk:figures": "figures",
        **dict.fromkeys(("desk:overdue", "desk:beside", "desk:beside-list"), "figures"),
        "desk:classes": "problems",
        "desk:displays": "displays",
        "desk:readings": "readings",
        "requests:queue": "todo",
        "requests:queues": "todo",
        "requests:mine": "mine",
        "requests:instructions": "instructions",
        "requests:orders": "orders",
        "requests:verifications": "verifications",
        "desk:agenda": "agenda",
        "requests:file": "file",
        "requests:draft": "file",
        "outbox:dead": "messages",
        "deadlines:put-aside": "messages",
        "outbox:inbox": "inbox",
        **dict.fromkeys(DATA, "data"),
    }
    part = match.url_name or "" if space == "requests" else ""
    common = next((section for start, section in COMMONS.items() if part.startswith(start)), "")
    elsewhere = {"people": "me", "mine": "mine-deadlines", "structure": "enterprises"}
    return named.get(view) or common or elsewhere.get(space, space)
