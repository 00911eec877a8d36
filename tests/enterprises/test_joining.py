"""Coming to act for a firm: the verbs, and who may do them (registration and invitations)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from enterprises.demo import valid_uscc
from enterprises.flow import Refused
from enterprises.joining import flow
from enterprises.models import Enterprise, JoinProof, JoinRequest, Member
from portal import files
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery
from portal.people.models import User
from portal.trail.models import Event
from portal.worktime import clock
from tests.enterprises import factories
from tests.enterprises.factories import again

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": options}


@pytest.fixture
def clerk():
    return factories.person("clerk", "intake_clerk")


@pytest.fixture
def zhou():
    return factories.person("zhou", name="周南", mobile="13800000021")


def paper(by: User):
    return files.store(SimpleUploadedFile("执照.txt", "营业执照".encode()), by=by)


def asked(user: User, firm: Enterprise | None = None, **given) -> JoinRequest:
    given = {"uscc": firm.uscc if firm else valid_uscc(77), "title": "会计", "notice": "2026-11"} | given
    if firm is None:
        given = {"name": "太仓子虚商贸有限公司", "address": "子虚路 1 号"} | given
    return flow.ask(user, by=user, **({"papers": [paper(user)]} | given))


def letters(user: User) -> list[str]:
    deliver()
    return list(Delivery.objects.inbox(user).values_list("title", flat=True))


# Asking ------------------------------------------------------------------------------------------------------------


def test_asking_waits_for_the_clerk_and_gives_nothing_yet(clerk, zhou):
    firm = factories.firm(1)
    request = asked(zhou, firm)
    assert (request.state, request.enterprise, request.notice) == ("pending", firm, "2026-11")
    assert not Enterprise.objects.visible_to(again(zhou)).exists()
    assert letters(clerk) == ["新的注册申请"]
    assert Event.objects.get(kind="join_request.asked").actor == zhou


def test_the_firms_primary_contact_is_told_too(zhou):
    firm, boss = factories.firm(1), factories.person("boss")
    factories.member(firm, boss, is_primary=True)
    asked(zhou, firm)
    assert letters(boss) == ["新的注册申请"]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:.8} {:.8}"])
def test_the_code_is_read_as_people_write_it(zhou, typed):
    firm = factories.firm(1)
    code = f"{firm.uscc[:8]} {firm.uscc[8:].lower()}" if ":" in typed else typed.format(firm.uscc)
    assert asked(zhou, uscc=code).enterprise == firm


def test_what_cannot_be_asked(zhou):
    firm, closed = factories.firm(1), factories.firm(2, status="cancelled")
    for given, sentence in (
        ({"firm": closed}, "注销"),
        ({"firm": None, "name": " "}, "写名称和住所"),
        ({"firm": None, "address": ""}, "写名称和住所"),
        ({"firm": firm, "papers": []}, "请上传营业执照"),
    ):
        with pytest.raises(Refused, match=sentence):
            asked(zhou, **given)
    with pytest.raises(Refused, match="为自己"):
        flow.ask(zhou, by=factories.person("other"), uscc=firm.uscc, notice="1", papers=[paper(zhou)])
    factories.member(firm, zhou)
    with pytest.raises(Refused, match="已经是这家企业的人员"):
        asked(zhou, firm)
    assert not JoinRequest.objects.exists()


def test_one_request_per_firm_at_a_time_and_few_at_once(zhou):
    for number in range(1, flow.AT_ONCE + 1):
        asked(zhou, factories.firm(number))
    with pytest.raises(Refused, match="已经申请过"):
        asked(zhou, Enterprise.objects.get(uscc=valid_uscc(1)))
    with pytest.raises(Refused, match="几份申请"):
        asked(zhou, factories.firm(9))


# Deciding ----------------------------------------------------------------------------------------------------------


def test_the_clerk_approves_and_the_person_acts_for_the_firm(clerk, zhou):
    firm, boss = factories.firm(1), factories.person("boss")
    factories.member(firm, boss, is_primary=True)
    member = flow.approve(asked(zhou, firm), by=clerk)
    assert (member.enterprise, member.user, member.title, member.is_primary) == (firm, zhou, "会计", False)
    assert list(Enterprise.objects.visible_to(again(zhou))) == [firm]
    request = JoinRequest.objects.get()
    assert (request.state, request.decided_by, request.member) == ("approved", clerk, member)
    assert "注册申请已通过" in letters(zhou)
    assert "企业多了一位人员" in letters(boss)
    event = Event.objects.get(kind="join_request.approved")
    assert (event.actor, event.role) == (clerk, "intake_clerk")
    assert Event.objects.get(kind="enterprise.member_added").data["user"] == zhou.pk


def test_a_firm_that_is_not_on_file_is_put_on_it(clerk, zhou):
    place = factories.town()["A1"]
    request = asked(zhou)
    with pytest.raises(Refused, match="网格"):
        flow.approve(request, by=clerk)
    member = flow.approve(request, by=clerk, place=place)
    firm = member.enterprise
    assert (firm.uscc, firm.name, firm.address, firm.place) == (
        valid_uscc(77),
        "太仓子虚商贸有限公司",
        "子虚路 1 号",
        place,
    )
    assert member.is_primary, "the first of a firm"
    assert Event.objects.get(kind="enterprise.put_on_file").actor == clerk


def test_a_firm_that_came_onto_the_file_meanwhile_is_taken_as_it_is(clerk, zhou):
    request = asked(zhou)
    firm = factories.firm(77, name="名录里的名称")
    assert flow.approve(request, by=clerk, place=firm.place).enterprise == firm
    assert Enterprise.objects.get(pk=firm.pk).name == "名录里的名称"


def test_a_refusal_says_why_and_the_person_may_ask_again(clerk, zhou):
    firm = factories.firm(1)
    request = asked(zhou, firm)
    with pytest.raises(Refused, match="写明为什么"):
        flow.refuse(request, by=clerk, reason=" ")
    flow.refuse(request, by=clerk, reason="执照看不清")
    assert "注册申请没有通过" in letters(zhou)
    assert "执照看不清" in Delivery.objects.inbox(zhou).first().body
    assert asked(zhou, firm).state == "pending"


@pytest.mark.parametrize("first", ["approve", "refuse", "withdraw"])
@pytest.mark.parametrize("second", ["approve", "refuse", "withdraw"])
def test_what_is_decided_is_decided(clerk, zhou, first, second):
    request = asked(zhou, factories.firm(1))
    acts = {
        "approve": lambda: flow.approve(request, by=clerk),
        "refuse": lambda: flow.refuse(request, by=clerk, reason="不清"),
        "withdraw": lambda: flow.withdraw(request, by=zhou),
    }
    acts[first]()
    with pytest.raises(Refused, match="已处理"):
        acts[second]()
    assert Member.objects.filter(user=zhou).count() == (first == "approve")


def test_a_firm_that_ended_or_a_person_who_came_another_way_is_a_clear_sentence(clerk, zhou):
    firm, other = factories.firm(1), factories.firm(2)
    one, two = asked(zhou, firm), asked(zhou, other)
    Enterprise.objects.filter(pk=firm.pk).update(status="moved")
    with pytest.raises(Refused, match="迁出"):
        flow.approve(one, by=clerk)
    factories.member(other, zhou)
    with pytest.raises(Refused, match="已经是这家企业的人员"):
        flow.approve(two, by=clerk)
    User.objects.filter(pk=zhou.pk).update(is_active=False)
    with pytest.raises(Refused, match="停用"):
        flow.approve(asked_anew(zhou), by=clerk)
    assert set(JoinRequest.objects.values_list("state", flat=True)) == {"pending"}


def asked_anew(user: User) -> JoinRequest:
    return asked(user, factories.firm(3))


@pytest.mark.parametrize(
    "role, may",
    [("intake_clerk", True), ("supervisor", True)]
    + [(role, False) for role in ("triager", "steward", "grid_member", "leader", "administrator", "data_officer")],
)
def test_who_decides(zhou, role, may):
    firm, user = factories.firm(1), factories.person("someone", role)
    factories.steward(firm, user)
    request = asked(zhou, firm)
    assert (request in JoinRequest.objects.visible_to(user)) == may
    if may:
        flow.approve(request, by=user)
    else:
        for act in (lambda: flow.approve(request, by=user), lambda: flow.refuse(request, by=user, reason="x")):
            with pytest.raises(Refused, match="不由您处理"):
                act()


def test_the_primary_contact_decides_for_his_own_firm_only(zhou):
    firm, foreign = factories.firm(1), factories.firm(2)
    boss, colleague = factories.person("boss"), factories.person("colleague")
    factories.member(firm, boss, is_primary=True)
    factories.member(firm, colleague)
    own, other = asked(zhou, firm), asked(zhou, foreign)
    assert list(JoinRequest.objects.visible_to(boss)) == [own]
    assert not JoinRequest.objects.visible_to(colleague).exists()
    assert flow.approve(own, by=boss).enterprise == firm
    for request in (other, asked_anew(zhou)):
        with pytest.raises(Refused, match="不由您处理"):
            flow.approve(request, by=boss)
    Member.objects.filter(user=boss).update(until=clock.now())
    assert not JoinRequest.objects.visible_to(again(boss)).exists()


def test_nobody_decides_on_his_own_request(clerk):
    request = asked(clerk, factories.firm(1))
    with pytest.raises(Refused, match="自己的申请"):
        flow.approve(request, by=clerk)
    assert request not in JoinRequest.objects.decidable_by(clerk)


def test_only_one_takes_ones_own_request_back(zhou, clerk):
    request = asked(zhou, factories.firm(1))
    with pytest.raises(Refused, match="自己的申请"):
        flow.withdraw(request, by=clerk)
    assert flow.withdraw(request, by=zhou).state == "withdrawn"


def test_papers_are_seen_by_whoever_sees_the_request(zhou, clerk):
    firm, boss, other = factories.firm(1), factories.person("boss"), factories.person("other", "triager")
    factories.member(firm, boss, is_primary=True)
    asked(zhou, firm)
    seen = {user.username: JoinProof.objects.visible_to(user).count() for user in (zhou, clerk, boss, other)}
    assert seen == {"zhou": 1, "clerk": 1, "boss": 1, "other": 0}


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_make_one_member(zhou):
    clerks = [factories.person(f"clerk{n}", "intake_clerk") for n in range(4)]
    request = asked(zhou, factories.firm(1))

    def approve(user: User) -> str:
        try:
            flow.approve(request, by=user)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(approve, clerks))
    assert outcomes == ["done", "refused", "refused", "refused"]
    assert Member.objects.count() == 1
