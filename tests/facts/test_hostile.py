"""A hostile file through the import of facts: refused at the upload with a sentence, quickly, and nothing is kept.

Memory and time of the readers themselves are measured in `tests/files/test_hostile.py`.
"""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enterprises.models import FactImport
from portal.people.refusal import Refused
from tests.facts.importing import uploaded
from tests.files import hostile

pytestmark = pytest.mark.usefixtures("shelf")


KINDS = ("a zip bomb", "an external entity", "a million columns", "half a sheet")


def test_hostile_workbooks_are_refused(world):
    for name in KINDS:
        make = hostile.ALL[name]
        started = time.perf_counter()
        with pytest.raises(Refused, match="请"):
            uploaded(world, SimpleUploadedFile(f"{name}.xlsx", make()))
        assert time.perf_counter() - started < 10, name
    assert not FactImport.objects.exists()
