"""A form with files that is sent by script is told where to go on, and nothing of the next page is used up."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect

from portal.files.middleware import KeepsThePage


@pytest.mark.parametrize(
    ("asked", "answer", "status", "onward"),
    [
        ({}, HttpResponseRedirect("/next/"), 302, None),
        ({"X-Keeps-The-Page": "1"}, HttpResponseRedirect("/next/"), 200, "/next/"),
        ({"X-Keeps-The-Page": "1"}, HttpResponse(status=422), 422, None),
    ],
)
def test_a_redirect_becomes_a_header_for_whoever_asks(rf, asked, answer, status, onward):
    response = KeepsThePage(lambda request: answer)(rf.post("/", headers=asked))
    assert (response.status_code, response.get("X-Go-To")) == (status, onward)
