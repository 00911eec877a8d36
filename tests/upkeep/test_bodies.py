"""What is taken in before a view sees it: nothing large from strangers, nothing much larger than a file may be."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from enterprises.joining.views import PROVEN
from portal.people.models import User

KNOWN = {"csrftoken": "a" * 32}


def form(size: int) -> dict:
    return {"files": SimpleUploadedFile("图.pdf", b"x" * size)}


@pytest.fixture(autouse=True)
def small(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.FILE_MAX_BYTES = 100_000, 200_000


@pytest.mark.django_db
def test_a_strangers_upload_is_stopped_before_it_is_read() -> None:
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies.load(KNOWN)
    assert stranger.post("/sign-in/", form(150_000)).status_code == 400
    assert stranger.post("/sign-in/", form(1000)).status_code == 403, "the control: read, and without a token"


@pytest.mark.django_db
def test_whoever_is_signed_in_or_registers_a_firm_may_bring_files(client: Client) -> None:
    client.post("/sign-in/", form(1000))
    session = client.session
    session[PROVEN] = ["13800000021", 0]
    session.save()
    assert client.post("/sign-in/", form(150_000)).status_code != 400
    client.force_login(User.objects.create_user("luyue", name="路越"))
    assert client.post("/language/", form(150_000)).status_code != 400


def test_of_a_file_only_so_much_is_kept_that_its_size_is_refused() -> None:
    request = RequestFactory().post("/", form(5_000_000))
    request.user = User(pk=1)
    assert request.FILES["files"].size == settings.FILE_MAX_BYTES + 1
    request = RequestFactory().post("/", form(200_000))
    request.user = User(pk=1)
    assert request.FILES["files"].size == 200_000
