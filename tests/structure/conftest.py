"""A demo town of 160 firms with three years of facts, made once for this folder and taken back at its end."""

from datetime import datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction

from enterprises.demo import make_enterprises
from enterprises.models import Industry, Place
from portal.desk.demo.facts import make_facts
from portal.desk.demo.units import make_town
from portal.people.models import User
from portal.worktime.calendar import SHANGHAI

NOW = datetime(2026, 11, 20, 15, 20, tzinfo=SHANGHAI)
FIRMS = 160


@pytest.fixture(scope="package")
def economy(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        for command in ("load_industries", "load_places"):
            call_command(command, verbosity=0, stdout=StringIO())
        make_town(NOW - timedelta(days=900))
        firms = make_enterprises(FIRMS, 1, list(Place.objects.order_by("path")), list(Industry.objects.all()), NOW)
        count = make_facts(firms, 1, NOW)
        people = {user.username: user for user in User.objects.all()}
        yield SimpleNamespace(firms=firms, facts=count, people=people)
        transaction.set_rollback(True)


@pytest.fixture
def person(economy, db):
    """Somebody with a role, his rights not read yet."""

    def found(username):
        return User.objects.get(username=username)

    return found
