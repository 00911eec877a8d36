from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from portal.files.models import StoredFile
from requests.flow import Refused
from tests.requests.factories import Town, town

__all__ = ["refusal", "stored_file", "town"]


@pytest.fixture
def refusal() -> Callable[..., Refused]:
    """`refusal(flow.reject, ticket, by=…)`: the refusal with which the verb answers."""

    def of(verb: Callable, *args: Any, **kwargs: Any) -> Refused:
        with pytest.raises(Refused) as caught:
            verb(*args, **kwargs)
        return caught.value

    return of


@pytest.fixture
def stored_file(town: Town) -> Callable[[str], StoredFile]:
    """`stored_file("照片.jpg")`: the row of an upload; nothing here opens the file itself."""

    def make(name: str) -> StoredFile:
        return StoredFile.objects.create(
            name=name,
            size=3,
            content_type="text/plain",
            sha256="0" * 64,
            path=f"test/{uuid4()}",
            uploaded_by=town.enterprise_member,
        )

    return make
