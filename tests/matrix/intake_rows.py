"""The rows of `test_urls` for 受理范围, links to callers and the import of old cases."""

from requests import flow
from requests.models import CallerLink, CaseImport, ListItem
from tests.requests import callers
from tests.requests import factories as make


def rows(everybody):
    """(address, its arguments in `world`, method): {status: who}."""
    administrator, clerk = {200: "administrator"}, {200: "intake_clerk"}
    return {
        ("requests:scope", "", "GET"): {200: everybody},
        ("requests:scope-items", "", "GET"): administrator,
        ("requests:scope-add", "", "GET"): administrator,
        ("requests:scope-add", "", "POST"): {422: "administrator"},
        ("requests:scope-item", "list item", "GET"): administrator,
        ("requests:scope-item", "list item", "POST"): {422: "administrator"},
        ("requests:scope-retire", "list item", "POST"): {302: "administrator"},
        ("requests:scope-move", "list item", "POST"): {302: "administrator"},
        ("requests:caller-link", "caller's own link", "GET"): {200: everybody},  # the link is the key
        ("requests:caller-link", "caller's own link", "POST"): {422: everybody},
        ("requests:caller-link-again", "incomplete caller's", "POST"): {302: "intake_clerk triager member_official"},
        ("requests:old-cases", "", "GET"): clerk,
        ("requests:old-cases", "", "POST"): {422: "intake_clerk"},
        ("requests:old-case", "old cases", "GET"): clerk,
        ("requests:old-case-columns", "old cases", "POST"): {422: "intake_clerk"},
        ("requests:old-case-apply", "old cases", "POST"): {302: "intake_clerk"},
        ("requests:old-case-undo", "old cases", "POST"): {302: "intake_clerk"},
        ("requests:old-case-drop", "old cases", "POST"): {302: "intake_clerk"},
        ("requests:old-case-progress", "old cases", "GET"): {204: "intake_clerk"},
        ("requests:old-case-export", "old cases", "GET"): clerk,
    }


def world(town, file, at):
    """What they are asked for: a caller who is to supply papers, an import that was read and holds nothing new."""
    ticket = make.registered(town, filed_at=at, **callers.CALLER)
    flow.ask_supplement(ticket, by=town.intake_clerk, items="执照", at=at + make.ACCEPTED)
    batch = CaseImport.objects.create(
        file=file, state="ready", heading_row=1, headings=["编号"], columns={"0": "old_number"}, by=town.intake_clerk
    )
    return {
        "list item": (ListItem.objects.get(code="N2").pk,),
        "caller's own link": (CallerLink.objects.get(ticket=ticket).token,),
        "incomplete caller's": (ticket.number,),
        "old cases": (batch.pk,),
    }
