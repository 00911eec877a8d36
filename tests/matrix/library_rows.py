"""The rows of `test_urls` for the library of policies, and what they are asked for."""

from django.core.files.uploadedfile import SimpleUploadedFile

from policies.library import flow
from policies.models import PolicyImport
from portal import files
from tests.policies.library.conftest import JANUARY, clause_said, content

WRITES = "policy_officer"
APPROVES = "deputy_head department_head stand_in"
KEEPS = f"{WRITES} {APPROVES}"
DESK = f"{KEEPS} supervisor leader"


def rows(everybody):
    """(address, its arguments in `world`, method): {status: who}."""
    public, unseen = {200: everybody}, {404: everybody}
    return {
        ("policies-api:policies", "", "GET"): public,
        ("policies-api:policy", "policy", "GET"): public,
        ("policies-api:policy", "unpublished policy", "GET"): unseen,
        ("policies:catalogue", "", "GET"): public,
        ("policies:policy", "policy", "GET"): public,
        ("policies:policy", "unpublished policy", "GET"): unseen,
        ("policies:version", "policy version", "GET"): public,
        ("policies:version", "unpublished version", "GET"): unseen,
        ("policies:file", "policy file", "GET"): public,
        ("policies:file", "unpublished file", "GET"): {200: DESK, 404: "anonymous"},
        ("policies:desk", "", "GET"): {200: DESK},
        ("policies:desk-export", "", "GET"): {200: DESK},
        ("policies:new", "", "GET"): {200: WRITES},
        ("policies:new", "", "POST"): {422: WRITES},
        ("policies:keep", "", "POST"): {404: WRITES},  # which step is not said
        ("policies:desk-policy", "policy", "GET"): {200: DESK},
        ("policies:desk-policy", "unpublished policy", "GET"): {200: DESK},
        ("policies:draft", "policy", "POST"): {302: WRITES},
        ("policies:write", "unpublished policy", "GET"): {200: WRITES},
        ("policies:write", "unpublished policy", "POST"): {422: WRITES},
        ("policies:write", "policy under review", "GET"): {},  # nobody changes what is under review
        ("policies:write-clauses", "unpublished policy", "GET"): {200: WRITES},
        ("policies:write-clauses", "unpublished policy", "POST"): {302: WRITES},
        ("policies:write-clause-new", "unpublished policy", "GET"): {200: WRITES},
        ("policies:write-clause-new", "unpublished policy", "POST"): {422: WRITES},
        ("policies:write-clause", "unpublished version", "GET"): {200: WRITES},
        ("policies:write-clause", "unpublished version", "POST"): {422: WRITES},
        ("policies:write-files", "unpublished policy", "GET"): {200: WRITES},
        ("policies:write-files", "unpublished policy", "POST"): {422: WRITES},
        ("policies:preview", "unpublished policy", "GET"): {200: DESK},
        ("policies:act", "submitting a policy", "GET"): {200: WRITES},
        ("policies:act", "submitting a policy", "POST"): {302: WRITES, 422: APPROVES},
        ("policies:act", "dropping a policy", "GET"): {200: KEEPS},
        ("policies:act", "dropping a policy", "POST"): {302: KEEPS},
        ("policies:act", "approving a policy", "GET"): {200: APPROVES},
        ("policies:act", "approving a policy", "POST"): {302: APPROVES, 422: WRITES},
        ("policies:act", "sending a policy back", "GET"): {200: APPROVES},
        ("policies:act", "sending a policy back", "POST"): {422: KEEPS},
        ("policies:act", "ending a policy", "GET"): {200: APPROVES},
        ("policies:act", "ending a policy", "POST"): {422: KEEPS},
        ("policies:imports", "", "GET"): {200: WRITES},
        ("policies:imports", "", "POST"): {422: WRITES},
        ("policies:import", "policy import", "GET"): {200: WRITES},
        ("policies:import-columns", "policy import", "POST"): {422: WRITES},
        ("policies:import-apply", "policy import", "POST"): {302: WRITES},
        ("policies:import-undo", "policy import", "POST"): {302: WRITES},
        ("policies:import-drop", "policy import", "POST"): {302: WRITES},
        ("policies:import-progress", "policy import", "GET"): {204: WRITES},
        ("policies:import-export", "policy import", "GET"): {200: WRITES},
    }


def world(town):
    """One policy in force with a file, one never published with a file, one under review; an import that was read."""
    published, unpublished, reviewed = (_drafted(town, code) for code in ("one", "two", "three"))
    kept = [flow.attach(one, by=town.policy_officer, file=_stored(town)).pk for one in (published, unpublished)]
    for version in (published, reviewed):
        flow.submit(version, by=town.policy_officer, at=JANUARY)
    flow.approve(published, by=town.department_head, at=JANUARY)
    batch = PolicyImport.objects.create(
        file=_stored(town),
        department=town.housing,
        state=PolicyImport.State.READY,
        heading_row=1,
        headings=["政策名称", "条款名称"],
        by=town.policy_officer,
    )
    return {
        "policy": ("library-one",),
        "policy version": ("library-one", 1),
        "policy file": ("library-one", kept[0]),
        "unpublished policy": ("library-two",),
        "unpublished version": ("library-two", 1),  # of a version, and of its only clause
        "unpublished file": ("library-two", kept[1]),
        "policy under review": ("library-three",),
        "submitting a policy": ("library-two", "submit"),
        "dropping a policy": ("library-two", "drop"),
        "approving a policy": ("library-three", "approve"),
        "sending a policy back": ("library-three", "send-back"),
        "ending a policy": ("library-one", "end"),
        "policy import": (batch.pk,),
    }


def _drafted(town, code):
    said = content(clause_said(tree=None, way="by_review"))
    made = flow.create(said, department=town.housing, by=town.policy_officer, code=f"library-{code}", at=JANUARY)
    return made.versions.get()


def _stored(town):
    return files.store(SimpleUploadedFile("原文.txt", "扶持办法".encode()), by=town.policy_officer)
