"""The demo town is the same for the same seed, down to the minute of every step, also if its loading was cut off."""

import pytest
from django.db import transaction
from django.test import override_settings

from portal.desk.demo import visits
from portal.desk.demo.loading import LOADED
from portal.trail.models import Event
from requests.models import Ticket
from tests.desk.demo_town import digest, load

pytestmark = pytest.mark.django_db


class Killed(Exception):
    pass


def town_of(seed: int, tickets: int, settings_of_files: dict, *, cut_off: bool = False) -> str:
    """Loaded, read and taken back. `cut_off`: it was killed after the matters and taken up again by somebody else."""
    with override_settings(DEMO=True, STORAGES=settings_of_files), transaction.atomic():
        if cut_off:
            _killed(tickets, seed)
            load(99, 99, 99)
        else:
            load(14, tickets, seed)
        found = digest()
        transaction.set_rollback(True)
    return found


def _killed(tickets: int, seed: int) -> None:
    def kill(now):
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(visits, "load", kill)
        with pytest.raises(Killed):
            load(14, tickets, seed)
    assert Ticket.objects.filter(confidential=False).count() == tickets + 3  # those that the chamber lodged
    assert not Event.objects.filter(kind=LOADED).exists()


def test_the_same_seed_gives_the_same_town_and_another_seed_another(settings, tmp_path):
    storages = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    assert town_of(5, 11, storages) == town_of(5, 11, storages, cut_off=True)
    assert town_of(5, 2, storages) != town_of(6, 2, storages)
