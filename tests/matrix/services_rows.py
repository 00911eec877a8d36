"""The rows of `test_urls` for providers, orders, the service package and questions, and what they are asked for."""

from policies.models import PolicyQuestion
from policies.questions import flow as questions
from policies.services import flow, keeping
from tests.policies.factories import clause, policy
from tests.requests import factories as make

CENTRE = "intake_clerk triager supervisor"
KEEPS = f"{CENTRE} member_official"
TIES = "steward project_assistant"
FIRM = "enterprise_member member_official"  # in his own firm's orders the official is the firm
LISTS = f"{KEEPS} {TIES} leader enterprise_member other_member"
READ_FIRMS = f"{CENTRE} handler deputy_head department_head stand_in police_handler economy_handler {TIES} leader"
READ_FIRMS += " data_officer policy_officer inspector grid_member revisitor congress_observer"
WRITES = "policy_officer department_head deputy_head stand_in"  # of the policy's department


def rows(everybody):
    """(address, its arguments in `world`, method): {status: who}."""
    return {**_catalogue(everybody), **_orders(), **_package(), **_questions(everybody)}


def _catalogue(everybody):
    return {
        ("services:catalogue", "", "GET"): {200: everybody},
        ("services:provider", "provider", "GET"): {200: everybody},
        ("services:provider", "provider off", "GET"): {200: f"{KEEPS} leader", 404: "anonymous"},
        ("services:provider-add", "", "GET"): {200: KEEPS},
        ("services:provider-add", "", "POST"): {422: KEEPS},
        ("services:provider-edit", "provider", "GET"): {200: KEEPS},
        ("services:provider-edit", "provider", "POST"): {422: KEEPS},
        ("services:provider-end", "provider", "GET"): {200: KEEPS},
        ("services:provider-end", "provider", "POST"): {422: KEEPS},
        ("services:provider-end", "provider off", "GET"): {},
        ("services:provider-relist", "provider off", "POST"): {302: KEEPS},
    }


def _orders():
    return {
        ("services:order-new", "provider", "GET"): {200: f"{KEEPS} {TIES} enterprise_member other_member"},
        ("services:order-new", "provider off", "GET"): {},
        ("services:order-new", "provider", "POST"): {
            200: CENTRE,  # the firm is chosen first
            422: f"member_official enterprise_member other_member {TIES}",
        },
        ("services:orders", "", "GET"): {200: LISTS},
        ("services:orders-export", "", "GET"): {200: f"{KEEPS} leader"},
        ("services:order", "service order", "GET"): {200: f"{KEEPS} {TIES} leader enterprise_member"},
        ("mine:clock", "service order's deadline", "GET"): {200: f"{KEEPS} {TIES} leader enterprise_member"},
        ("services:order", "foreign service order", "GET"): {200: f"{KEEPS} leader other_member"},
        ("services:act", "service order taken", "GET"): {409: CENTRE},
        ("services:act", "service order cancelled", "GET"): {200: f"{KEEPS} {TIES} enterprise_member"},
        ("services:act", "service order cancelled", "POST"): {422: f"{KEEPS} {TIES} enterprise_member"},
        ("services:act", "service order rated", "GET"): {409: FIRM},
    }


def _package():
    return {
        ("services:package", "", "GET"): {302: f"{FIRM} other_member anonymous"},
        ("services:package-of", "firm", "GET"): {200: f"{READ_FIRMS} {FIRM}"},
        ("services:package-of", "foreign firm", "GET"): {200: f"{READ_FIRMS} member_official other_member"},
        ("services:booklet", "firm", "GET"): {200: f"{READ_FIRMS} {FIRM}"},
        ("services:booklet", "foreign firm", "GET"): {200: f"{READ_FIRMS} member_official other_member"},
    }


def _questions(everybody):
    return {
        ("questions:answers", "", "GET"): {200: everybody},
        ("questions:ask", "asked policy", "GET"): {200: everybody},
        ("questions:ask", "asked policy", "POST"): {
            200: " ".join(set(everybody.split()) - set(f"{FIRM} {TIES} other_member".split())),  # told how to ask
            422: f"{FIRM} {TIES} other_member",
        },
        ("questions:work", "", "GET"): {200: f"{WRITES} supervisor leader"},
        ("questions:write", "policy question", "GET"): {200: WRITES},
        ("questions:write", "policy question", "POST"): {422: WRITES},
        ("questions:aside", "policy question", "POST"): {302: WRITES},
        ("questions:new", "asked policy", "GET"): {200: WRITES},
        ("questions:new", "asked policy", "POST"): {422: WRITES},
        ("questions:edit", "policy answer", "GET"): {200: WRITES},
        ("questions:edit", "policy answer", "POST"): {422: WRITES},
        ("questions:withdraw", "policy answer", "POST"): {302: WRITES},
    }


def world(town):
    """A provider without an account, orders of both firms, a policy with an answered question and a draft."""
    fields = {"kinds": ["rights", "management"], "offers": "维权", "contact_name": "甲", "contact_phone": "0512-0000"}
    kept = {"by": town.supervisor, "at": make.LONG_AGO}
    made = keeping.add_provider(fields | {"name": "某律师事务所"}, code="law", **kept)
    off = keeping.add_provider(fields | {"name": "某咨询"}, code="off", **kept)
    keeping.end_provider(off, by=town.supervisor, reason="不再合作")
    words = {"kind": "rights", "need": "维权", "contact_name": "甲", "contact_phone": "0512-0000", "at": make.MONDAY}
    own = flow.order(made, town.firm, by=town.enterprise_member, **words)
    flow.take(own, by=town.supervisor, at=make.MONDAY)
    foreign = flow.order(made, town.foreign_firm, by=town.other_member, **words)
    known = policy(town)
    clause(town, known)
    return {
        "provider": (made.code,),
        "provider off": (off.code,),
        "service order": (own.number,),
        "foreign service order": (foreign.number,),
        "service order's deadline": ("service", own.deadlines.get().pk),
        "service order taken": (own.number, "take"),
        "service order cancelled": (own.number, "cancel"),
        "service order rated": (own.number, "rate"),
        "asked policy": (known.code,),
        "policy question": (_answered(town, known),),
        "policy answer": (questions.add(known, by=town.policy_officer, question_text="问", answer_text="答").pk,),
    }


def _answered(town, known):
    """A closed ticket that asked about the policy; made a question afterwards, which no verb does."""
    ticket = make.closed(town, kind="consultation", result="explained")
    return PolicyQuestion.objects.create(policy=known, ticket=ticket).pk
