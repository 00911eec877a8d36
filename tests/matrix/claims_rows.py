"""The rows of `test_urls` for rounds, claims and public notices, and what they are asked for."""

from django.core.files.uploadedfile import SimpleUploadedFile

from policies.claims import flow
from portal import files
from tests.files.factories import PDF
from tests.policies.claims import walks

OFFICER = "policy_officer"
HEADS = "deputy_head department_head stand_in"
DESK = f"{OFFICER} {HEADS}"
OVERSEES = "supervisor leader"
NEAR = "steward project_assistant"
READS = f"{DESK} {OVERSEES} {NEAR}"
FIRM = "enterprise_member member_official"  # in his own firm's claims the official is the firm
PEOPLE_OF_FIRMS = f"{FIRM} other_member"
OUT = "former_member nobody"  # told that they act for no firm
OWN = f"{READS} {FIRM}"


def rows(everybody, signed_in):
    """(address, its arguments in `world`, method): {status: who}."""
    stranger = {401: "anonymous"}
    return {
        ("claims:mine", "", "GET"): {200: f"{PEOPLE_OF_FIRMS} {OUT}"},
        ("claims:new", "claim round", "GET"): {200: f"{PEOPLE_OF_FIRMS} {OUT}"},
        ("claims:new", "claim round", "POST"): {422: PEOPLE_OF_FIRMS, 200: OUT},
        ("claims:upload", "", "POST"): {422: PEOPLE_OF_FIRMS},
        ("claims:desk", "", "GET"): {200: DESK},
        ("claims:reviewed", "", "GET"): {200: DESK},
        ("claims:batch", "accept", "POST"): {302: f"{DESK} anonymous"},  # nothing was chosen
        ("claims:all", "", "GET"): {200: READS, 302: f"enterprise_member other_member {OUT}"},
        ("claims:export", "", "GET"): {200: READS},
        ("claims:rounds", "", "GET"): {200: READS},
        ("claims:round-new", "", "GET"): {200: OFFICER},
        ("claims:round-new", "", "POST"): {422: OFFICER},
        ("claims:round", "claim round", "GET"): {200: f"{DESK} {OVERSEES}"},
        ("claims:round", "claim round", "POST"): {422: OFFICER},
        ("claims:round-check", "claim round", "POST"): {302: f"{OFFICER} anonymous"},
        ("claims:round-list", "claim-free round", "GET"): {200: OFFICER},
        ("claims:round-list", "claim-free round", "POST"): {302: f"{OFFICER} anonymous"},
        ("claims:round-list", "claim round", "GET"): {},
        ("claims:publicity", "", "GET"): {200: everybody},
        ("claims:notice", "notice", "GET"): {200: everybody},
        ("claims:object", "notice", "GET"): {200: everybody},
        ("claims:object", "notice", "POST"): {422: everybody},
        ("claims:object", "notice over", "GET"): {409: everybody},
        ("claims:objected", "notice", "GET"): {200: everybody},
        ("claims:claim", "claim", "GET"): {200: OWN},
        ("claims:claim", "foreign claim", "GET"): {200: f"{DESK} {OVERSEES} other_member"},
        ("claims:claim", "claim under review", "GET"): {200: OWN},
        ("claims:download", "claim file", "GET"): {200: OWN},
        ("claims:paper", "claim paper", "GET"): {200: OWN},
        ("claims:paper-word", "claim paper", "GET"): {200: OWN},
        ("claims:act", "claim accepting", "GET"): {200: OFFICER},
        ("claims:act", "claim accepting", "POST"): {302: f"{OFFICER} anonymous"},
        ("claims:act", "claim withdrawing", "GET"): {200: FIRM},
        ("claims:act", "claim withdrawing", "POST"): {302: f"{FIRM} anonymous"},
        ("claims:act", "claim approving", "GET"): {200: HEADS},
        ("claims:act", "claim approving", "POST"): {422: HEADS},
        ("claims:act", "claim too late", "GET"): {409: OFFICER},
        ("claims:act", "claim too late", "POST"): {409: OFFICER},
        ("claims-api:claims", "", "GET"): {200: signed_in} | stranger,  # who may see none gets an empty list
        ("claims-api:claims", "", "POST"): {422: PEOPLE_OF_FIRMS} | stranger,
        ("claims-api:claim", "claim", "GET"): {200: OWN} | stranger,
        ("claims-api:claim", "foreign claim", "GET"): {200: f"{DESK} {OVERSEES} other_member"} | stranger,
    }


def world(town):
    stored = files.store(SimpleUploadedFile("清单.pdf", PDF, "application/pdf"), by=town.enterprise_member)
    claim = walks.send(walks.batch(town), town, files=[(stored, "清单")])
    approving = walks.to_approve(town)
    public = walks.to_publish(town)
    notice = flow.publish([public], by=town.policy_officer)
    over = walks.public(town)
    return {
        "claim round": (walks.batch(town, days=None).pk,),
        "claim-free round": (walks.batch(town, days=None, way="claim_free").pk,),
        "claim": (claim.number,),
        "claim file": (claim.number, claim.files.get().pk),
        "claim paper": (approving.number, "acceptance"),
        "foreign claim": (walks.submitted(town, firm=town.foreign_firm).number,),
        "claim under review": (walks.reviewing(town).number,),
        "claim accepting": (claim.number, "accept"),
        "claim withdrawing": (claim.number, "withdraw"),
        "claim approving": (approving.number, "approve"),
        "claim too late": (approving.number, "accept"),
        "notice": (notice.number,),
        "notice over": (over.publicity.number,),
    }
