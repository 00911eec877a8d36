"""The rows of `test_urls` for facts through the API; the town's data officer is the science line's."""

from enterprises.facts.describing import load
from enterprises.models import Line
from portal.people.rights import rights_of
from portal.people.roles import Role


def rows(signed_in):
    """(address, its arguments in `world`, method): {status: who}; strangers are asked for a token (401)."""
    stranger = {401: "anonymous"}
    return {
        ("firms-api:resources", "", "GET"): {200: signed_in} | stranger,  # who reads no firms gets an empty list
        ("firms-api:facts", "own resource", "POST"): {422: "data_officer"} | stranger,
        ("firms-api:facts", "foreign resource", "POST"): stranger,
    }


def world(town):
    load()
    (department,) = rights_of(town.data_officer).departments(Role.DATA_OFFICER)
    Line.objects.filter(code="science").update(department=department)
    return {"own resource": ("high_tech",), "foreign resource": ("copyrights",)}
