"""The demo town loaded small: every queue and figure has something, and all of it was made by the rules."""

import pytest
from django.core.cache import cache
from django.core.management import CommandError
from django.db import transaction
from django.db.models import F, Q
from django.test import override_settings

from enterprises.models import Correction, Enterprise, JoinRequest, Member, Stewardship
from portal.desk.demo import loading
from portal.desk.demo.firms import find_writers
from portal.desk.demo.plan import Plan
from portal.desk.models import DisplayKey
from portal.outbox.models import Delivery, Message, State
from portal.people.models import Department, Membership, TaskGroup, User
from portal.people.roles import Role
from portal.trail.models import Event
from portal.worktime.calendar import SHANGHAI, calendar
from requests import stages
from requests.agenda import Agenda
from requests.capacity import capacities, verbs_with
from requests.models import (
    Assignment,
    Attachment,
    CallerLink,
    CommonProblem,
    DeadlineCommitment,
    Instruction,
    Rating,
    Result,
    ResultLink,
    Revisit,
    Suggestion,
    Ticket,
    TicketDeadline,
    UnitQuestion,
    Visit,
)
from requests.queues import queues_of
from tests.desk.demo_policies import *  # noqa: F403  they are tried on this module's town
from tests.desk.demo_town import NOW, digest, load

pytestmark = pytest.mark.django_db  # so that the test database is set up; each test's changes end with it

# What a firm, or the clock on its behalf, does at any hour; all else is done by officials in office hours.
BY_THE_FIRM = {
    "filed",
    "supplemented",
    "withdrawn",
    "confirmed",
    "disputed",
    "urged",
    "firm_wrote",
    "review_asked",
    "assigned_again",
    "ordered",
}
BY_THE_CLOCK = {
    "confirmation_lapsed",
    "left_unanswered",
    "supplement_lapsed",
    "handling_began",
    "commitment_broken",
    "commitment_kept",
    "progress_owed",
    "came_up_again",
}


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker, tmp_path_factory):
    """A town of 40 firms and 72 matters, for all tests of this module; taken back at the end."""
    storages = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path_factory.mktemp("files")},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with django_db_blocker.unblock(), override_settings(DEMO=True, STORAGES=storages), transaction.atomic():
        yield load(40, 72)
        transaction.set_rollback(True)


def test_the_town_has_the_size_that_was_asked_for_and_says_so(said):
    assert "演示镇已装好：41 家企业，75 件诉求" in said  # with the chamber of commerce and what it lodged for members
    assert (Enterprise.objects.count(), Ticket.objects.filter(confidential=False).count()) == (41, 75)
    assert all(role in said for role in Role.values)
    assert said.index("5 %") < said.index("50 %") < said.index("98 %")
    assert cache.get(loading.PROGRESS) is None


def test_a_second_run_changes_nothing_and_says_so(said):
    before = digest()
    assert "没有改动" in load(40, 72)
    assert "没有改动" in load(50, 60, seed=2)
    assert digest() == before


def test_somebody_signs_in_by_every_role_and_holds_it(said):
    for role in Role.values:
        user = User.objects.get(username=role)
        assert user.check_password("shaxi-demo-2026")
        assert Membership.objects.current(NOW).filter(user=user, role=role).exists()


def test_units_are_staffed(said):
    kinds = set(Department.objects.values_list("kind", flat=True))
    assert kinds == set(Department.Kind.values)
    assert Department.objects.filter(kind="village").count() == 28
    for unit in Department.objects.filter(kind__in=("centre", "town_office", "town_company", "economic_city")):
        held = Membership.objects.current(NOW).filter(department=unit)
        assert held.filter(role=Role.HANDLER, is_liaison=False).count() >= 2
        assert {Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD} <= set(held.values_list("role", flat=True))
        assert unit.leader_in_charge
    for unit in Department.objects.filter(kind__in=("county", "third_party", "village")):
        assert Membership.objects.current(NOW).filter(department=unit, is_liaison=True).exists()
    assert TaskGroup.objects.filter(kind="standing").count() == 4


def test_something_stands_at_every_status_and_in_every_round(said):
    there = set(Ticket.objects.values_list("status", flat=True))
    assert there == set(stages.STATUSES)
    assert set(Ticket.objects.open().values_list("round", flat=True)) == {"first", "rework", "second", "order"}


@pytest.mark.parametrize("obligation", ["dispatch", "accept", "handle", "revisit", "second", "co_handle"])
def test_something_is_overdue_with_everyone_who_can_be_late(said, obligation):
    assert TicketDeadline.objects.overdue(NOW).filter(obligation=obligation).exists()


def test_something_is_due_soon_and_most_is_in_time(said):
    assert TicketDeadline.objects.near(NOW).filter(obligation="handle").exists()
    late = Ticket.objects.overdue(NOW).count()
    assert 3 <= late < Ticket.objects.open().count() / 2


def test_branches_and_figures_have_something(said):
    assert Ticket.objects.filter(urges__gt=0).exists()
    assert Ticket.objects.filter(disputes__gt=0).exists()
    assert Ticket.objects.filter(dissatisfied=2).exists()
    assert Ticket.objects.filter(status=stages.REJECTED, rejected_item__isnull=False).exclude(end_reason="").exists()
    assert Ticket.objects.filter(enterprise=None).exclude(business_name="").exists()
    assert Result.objects.filter(answer=Result.Answer.UNANSWERED).exists()
    assert Revisit.objects.filter(reached=False, attempt=3).exists()
    assert Rating.objects.filter(overall__gte=4).exists()
    assert Rating.objects.filter(overall__lte=2).exists()
    assert Assignment.objects.filter(part="co").exclude(opinion="").exists()
    assert Attachment.objects.filter(ticket__isnull=False, file__content_type="application/pdf").exists()
    assert Ticket.objects.filter(filed_by__memberships__role=Role.STEWARD, registered_by=None).exists()
    assert len(set(Ticket.objects.values_list("title", flat=True))) >= 40
    outer = TicketDeadline.objects.open().filter(obligation="outer")
    assert outer.filter(subject__status__in=stages.ANSWERED).exists()  # something to write back to a hotline


def test_the_demo_member_has_matters_of_every_kind_and_one_to_confirm(said):
    firms = Member.objects.current(NOW).filter(user__username=Role.ENTERPRISE_MEMBER)
    assert firms.count() == 1
    firm = firms.get().enterprise
    assert "乌有" in firm.name
    assert firm.tickets.filter(confidential=True).count() == 1
    plain = firm.tickets.filter(confidential=False)
    assert plain.count() == 9
    assert plain.filter(status=stages.CONFIRMING).count() == 1
    assert plain.filter(status=stages.HANDLING).count() == 1
    assert plain.filter(status=stages.CLOSED).count() == 6
    assert Stewardship.objects.current(NOW).get(enterprise=firm, kind="steward").user.username == Role.STEWARD


def test_an_association_follows_what_it_lodged_for_members_and_answers_for_one(said):
    """APP-2: for a member that is on no list it confirms; a member with people of its own does so itself."""
    user = User.objects.get(username="association")
    lodged = Ticket.objects.filter(filed_by=user)
    assert user.check_password("shaxi-demo-2026")
    assert {ticket.proxy.is_association for ticket in lodged} == {True}
    assert set(lodged.values_list("status", flat=True)) == {stages.RECEIVED, stages.HANDLING, stages.CONFIRMING}
    asked = lodged.get(status=stages.CONFIRMING)
    assert asked.enterprise is None
    assert "confirm" in verbs_with(asked, capacities(asked, user, NOW), user, NOW)
    for ticket in lodged.exclude(pk=asked.pk):
        assert Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()
        assert "withdraw" not in verbs_with(ticket, capacities(ticket, user, NOW), user, NOW)
    assert not asked.proxy.joint_visits.exists()  # inspectors come to firms


def test_of_what_the_triager_was_shown_suggestions_for_some_is_closed(said):
    """APP-16: what was right can be counted of what is closed alone."""
    assert Suggestion.objects.filter(ticket__status=stages.CLOSED).exists()


def test_time_runs_forward_everywhere(said):
    about = Event.objects.filter(kind__startswith="ticket.")
    lawful = ("ticket.progress_owed", "ticket.commitment_broken")  # have it whenever the sweep comes by (SLA-9, DL-5)
    about = about.exclude(kind__in=lawful)
    events = list(about.order_by("pk").values_list("at", flat=True))
    assert events == sorted(events)
    assert max(events) <= NOW
    numbers = Ticket.objects.filter(confidential=False).order_by("filed_at", "pk").values_list("number", flat=True)
    assert list(numbers) == sorted(numbers)
    filed = dict(Ticket.objects.values_list("pk", "filed_at"))
    about = Event.objects.filter(subject_type="requests.ticket").values_list("subject_id", "at")
    assert about
    assert all(at >= filed[pk] for pk, at in about)


def test_officials_act_in_office_hours_of_working_days(said):
    known = calendar()
    acts = Event.objects.filter(kind__startswith="ticket.").values_list("kind", "at", "actor__username")
    officials = set(User.objects.officials(NOW).values_list("username", flat=True))
    wrong = [
        (kind, at.astimezone(SHANGHAI))
        for kind, at, actor in acts
        if kind.removeprefix("ticket.") not in BY_THE_CLOCK and actor in officials and not known.is_open(at)
    ]
    assert wrong == []
    by_firms = {kind.removeprefix("ticket.") for kind, _at, actor in acts if actor not in officials}
    assert by_firms <= BY_THE_FIRM | BY_THE_CLOCK


def test_what_is_met_late_stays_the_exception(said):
    met = TicketDeadline.objects.filter(met_at__isnull=False)
    assert met.filter(met_at__gt=F("due_at")).count() < met.count() * 0.12


def test_messages_lie_in_the_inboxes_and_nothing_is_sent(said):
    kept = Message.objects.filter(at__gte=NOW - loading.KEPT)
    assert set(kept.values_list("state", flat=True)) == {State.RENDERED}
    assert set(Message.objects.difference(kept).values_list("state", flat=True)) <= {State.DROPPED}
    assert not Delivery.objects.exclude(channel="inbox").exists()
    assert Delivery.objects.inbox(User.objects.get(username=Role.ENTERPRISE_MEMBER)).unread().exists()
    assert not Delivery.objects.filter(Q(sent_at__gt=NOW) | Q(title="") | Q(body="")).exists()
    receipt = Delivery.objects.filter(message__kind="ticket.dispatched").first()
    assert "前" in receipt.body, "told with the due time that held then"


@pytest.mark.parametrize("moment", ["2026-11-21 23:10", "2026-11-23 06:40", "2026-10-03 12:00", "2026-02-28 09:15"])
def test_at_any_moment_a_town_can_be_planned_in_which_nothing_lies_ahead(said, at, moment):
    now = at(moment)
    with loading.one_calendar():
        told = Plan(loading.setting_of(1), find_writers(), 90, now).stories()
    assert len(told) == 90
    for one in told:
        times = [step.at for step in one.steps if step.moves]
        assert times == sorted(times)
        assert max(step.at for step in one.steps) <= now
        assert one.story.fate.channel == "online" or calendar().is_open(times[0])
    standing = [one for one in told if one.story.fate.stands]
    assert all(one.story.fate.stands in {step.name for step in one.steps} for one in standing)


def test_it_is_loaded_into_a_demo_only(said):
    with override_settings(DEMO=False), pytest.raises(CommandError, match="DEMO"):
        load(40, 72)


def test_supervision_has_something_in_every_state(said):
    """The board, the agenda and the queue of commitments are never empty in the demo (DL-5, APP-21)."""
    promised = DeadlineCommitment.objects.all()
    assert promised.filter(approved_at=None, returned_at=None).exists()
    assert promised.filter(returned_at__isnull=False).exists()
    assert promised.filter(approved_at__isnull=False, kept=None, until__gt=NOW).exists()
    assert promised.filter(kept=False).exists()
    assert promised.filter(kept=True).exists()
    assert {at is None for at in Instruction.objects.values_list("answered_at", flat=True)} == {True, False}
    assert DisplayKey.objects.valid().exists()
    assert "督效屏：/board/?key=" in said


def test_whoever_follows_visits_or_checks_papers_finds_something(said):
    """§1: nobody of the demo starts before an empty page."""
    assistant, grid = (User.objects.get(username=role) for role in (Role.PROJECT_ASSISTANT, Role.GRID_MEMBER))
    assert Ticket.objects.filter(first_responder=assistant).exists()
    assert Ticket.objects.filter(handler=grid, status=stages.HANDLING).exists()
    assert Visit.objects.filter(visitor=assistant).exists()
    for reader in (assistant, grid):
        assert Delivery.objects.inbox(reader).exists()
    own = Membership.objects.current(NOW).filter(user__username=Role.HANDLER, role=Role.HANDLER).get().department
    assert CommonProblem.objects.filter(department=own).exists()
    assert set(JoinRequest.objects.values_list("state", flat=True)) == {"pending", "approved", "refused"}
    assert Correction.objects.proposed().exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.INSPECTOR}))  # so small a town is not inspected
def test_everybody_has_been_told_something(said, role):
    assert Delivery.objects.inbox(User.objects.get(username=role)).exists()


def test_the_demo_head_has_answered_a_supervisor_and_is_asked_again(said):
    """情况说明 has something in both states, for him and for his unit's other heads (APP-18)."""
    head = User.objects.get(username=Role.DEPARTMENT_HEAD)
    asked = UnitQuestion.objects.visible_to(head, NOW)
    assert asked.open().count() == 1
    assert asked.exclude(answer="").count() == 1
    assert not asked.filter(ticket__in=Ticket.objects.visible_to(head)).exists()


def test_the_project_assistant_has_work_and_callers_wait_for_their_links(said):
    assistant = User.objects.get(username=Role.PROJECT_ASSISTANT)
    queues = queues_of(assistant)
    followed = next(queue for queue in queues if queue.name == "followed")
    assert Agenda(assistant, queues).count(followed) >= 2
    assert ResultLink.objects.filter(result__ticket__status=stages.CONFIRMING).exists()
    assert CallerLink.objects.filter(ticket__status=stages.INCOMPLETE).exists()
