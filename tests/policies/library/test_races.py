"""Two people press at once: a draft is saved once for each revision, a version is approved once."""

import threading

import pytest
from django.db import connection

from policies.library import flow
from policies.models import Policy, PolicyVersion
from portal.people.refusal import Refused
from tests.policies.library.conftest import JANUARY, content
from tests.requests.factories import build


def at_once(*calls):
    """What came of each, run at the same moment on connections of their own."""
    gate, came = threading.Barrier(len(calls)), []

    def run(call):
        try:
            gate.wait()
            call()
            came.append("done")
        except Refused:
            came.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came)


@pytest.mark.django_db(transaction=True)
def test_each_step_is_done_once_however_many_press(request):
    town = build()
    made = flow.create(content(), department=town.housing, by=town.policy_officer, at=JANUARY)
    version = made.versions.get()
    save = [lambda: flow.edit(version, content(), by=town.policy_officer, seen=0, at=JANUARY)] * 3
    assert at_once(*save) == ["done", "refused", "refused"]
    assert at_once(*[lambda: flow.submit(version, by=town.policy_officer, at=JANUARY)] * 3).count("done") == 1
    approve = [lambda: flow.approve(version, by=town.department_head, at=JANUARY)] * 3
    assert at_once(*approve) == ["done", "refused", "refused"]
    policy = Policy.objects.get()
    assert PolicyVersion.objects.get().status == "in_force"
    assert at_once(*[lambda: flow.draft(policy, by=town.policy_officer, at=JANUARY)] * 3).count("done") == 1
    assert policy.versions.count() == 2
