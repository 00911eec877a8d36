"""Tasks run in a real worker, through a real broker, as the application role."""

from django.db import transaction

from portal.people.actors import CLOCK
from portal.people.models import Department
from portal.trail import record
from portal.trail.models import Seal
from portal.trail.tasks import seal
from tests.worker import eventually


def test_an_event_is_sealed_by_the_worker(worker, at) -> None:
    with transaction.atomic():
        office = Department.objects.create(name="乌有办", short_name="乌有办", kind="town_office")
        record("department.created", office, by=CLOCK, at=at("2026-11-23 15:20"))

    def sealed() -> bool:
        seal.delay()  # again, as beat does: it waits for transactions that other tests have open
        return Seal.objects.exists()

    assert eventually(sealed)
