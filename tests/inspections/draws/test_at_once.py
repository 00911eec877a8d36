"""Of many who fix, draw and confirm at the same moment one does it, and each need is made once (INS-5)."""

import uuid

import pytest

from inspections.draws import flow
from inspections.draws.confirming import confirm
from inspections.models import Draw, Need
from portal.people.models import User
from portal.people.refusal import Refused
from tests.inspections.draws.conftest import LATER, frozen
from tests.requests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


def test_one_list_one_drawing_one_set_of_needs(of, pool):
    key = uuid.uuid4()
    made = at_once([lambda: frozen(of, pool, key=key)] * MANY)
    assert {one.pk for one in made} == {Draw.objects.get().pk}
    draw, by = made[0], User.objects.get(username="inspector")
    drawn = at_once([lambda n=n: flow.draw(draw, by=by, text=f"{n}", at=LATER) for n in range(MANY)])
    (won,) = [one for one in drawn if not isinstance(one, Refused)]
    assert Draw.objects.get().text == won.text
    done = at_once([lambda: confirm(draw, by=by, at=LATER)] * MANY)
    assert sum(not isinstance(one, Refused) for one in done) == 1, done
    assert Need.objects.filter(came_by="draw").count() == 4
