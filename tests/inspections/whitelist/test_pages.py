"""The pages of the whitelist (INS-1): what each reader finds, what several at once come to, how much a list costs."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inspections.models import Agency, Appeal, AppealFile, Entry
from inspections.whitelist import flow
from inspections.whitelist.journey import where
from inspections.whitelist.views.desk import waiting_line
from portal.trail.models import Event, Read
from tests.files.factories import picture
from tests.inspections import factories as make
from tests.inspections.whitelist import walks
from tests.requests.factories import department, enterprise


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def world(of, now):
    """Three firms that fit, two of them under review in a round of today."""
    more = [enterprise(f"逍遥{n}有限公司", f"逍遥{n}", of.place) for n in range(3)]
    walks.admitted(*more, at=now)
    day = timezone.localdate(now)
    made = flow.propose(
        more[:2], by=of.keeper_inspector, title="一批", term_from=day, term_until=day + timedelta(days=365), at=now
    )
    return of, more, made


def client(user=None):
    made = Client()
    if user:
        made.force_login(user)
    return made


def page(user, name, *args, answer=200, **query):
    response = client(user).get(reverse(f"whitelist:{name}", args=args), query)
    assert response.status_code == answer
    return response.content.decode()


def test_the_public_list_has_what_stands_today_and_nothing_else(of, now):
    day = timezone.localdate(now)
    term = (day - timedelta(days=5), day + timedelta(days=5))
    standing = make.listed(of, of.firm, term=term)
    make.listed(of, of.foreign_firm, term=(day + timedelta(days=1), day + timedelta(days=9)))
    gone = enterprise("已移出有限公司", "已移出", of.place)
    make.listed(of, gone, term=term, status="removed", ended_for="不公开的原因")
    text = page(None, "public")
    assert standing.number in text
    assert of.firm.name in text
    assert of.foreign_firm.name not in text
    assert gone.name not in text
    assert "没有这家企业" in page(None, "public", q="子虚")
    assert of.firm.name in page(None, "public", q="乌有\0")


def test_candidates_with_their_reasons(world):
    of, more, _made = world
    text = page(of.keeper_inspector, "candidates")
    assert "1 家企业符合，还没有列入" in text
    assert more[2].called in text
    assert more[0].called not in text  # is being decided
    assert "规上企业" in text
    text = page(of.keeper_inspector, "candidate", more[2].uscc)
    assert "符合准入条件" in text
    assert "重大安全隐患已有数据，数值不公开" in text  # the inspector's is not the emergency office's line (SEC-11)
    text = page(of.supervisor, "candidate", more[2].uscc)
    assert "重大安全隐患：0 件" in text
    assert Read.objects.filter(what="whitelist").values_list("reader", flat=True).get() == of.supervisor.pk


def test_many_are_proposed_in_one_act(world):
    of, more, _made = world
    address, keeper = reverse("whitelist:propose"), client(of.keeper_inspector)
    shown = keeper.post(address, {"firm": [more[2].uscc, "../etc", more[0].uscc]})
    assert shown.status_code == 200
    assert "推荐 1 家企业" in shown.content.decode()
    day = timezone.localdate()
    typed = {"firm": more[2].uscc, "sure": "1", "title": "", "term_from": day, "term_until": day}
    assert keeper.post(address, typed).status_code == 422
    typed |= {"title": "二批", "term_until": day + timedelta(days=365)}
    assert keeper.post(address, typed).status_code == 302
    assert keeper.post(address, typed).status_code == 302  # pressed twice: there is nobody left to propose
    assert Entry.objects.filter(round__title="二批").count() == 1


def test_an_agency_agrees_with_all_but_one(world):
    of, _more, made = world
    a, b = made.entries
    fire = client(of.fire_inspector)
    assert a.enterprise.called in page(of.fire_inspector, "desk")
    address = reverse("whitelist:batch", args=["object"])
    assert fire.post(address, {"c": a.number, "sure": "1", "grounds": " "}).status_code == 422
    assert fire.post(address, {"c": a.number, "sure": "1", "grounds": "有欠费"}).status_code == 302
    address = reverse("whitelist:batch", args=["agree"])
    assert "同意 1 家企业" in fire.post(address, {"all": "1"}).content.decode()
    assert fire.post(address, {"all": "1", "sure": "1"}).status_code == 302
    assert [entry.reviews.get(agency=of.fire).says for entry in (a, b)] == ["objects", "agrees"]
    assert fire.post(reverse("whitelist:batch", args=["approve"]), {"all": "1"}).status_code == 404


def test_what_is_refused_among_many_is_named(world, now):
    of, _more, made = world
    entries = [walks.said(of, entry, at=now) for entry in made.entries]
    walks.put(entries[0].enterprise, "accidents", 1, "应急管理", timezone.localdate(now))
    text = (
        client(of.leader)
        .post(reverse("whitelist:batch", args=["approve"]), {"c": [one.number for one in entries], "sure": "1"})
        .content.decode()
    )
    assert "办好 1 家，1 家没有办成" in text
    assert "应当移出的情形" in text


def test_a_record_shows_each_reader_his_part(world, now):
    of, _more, made = world
    entry = walks.said(of, made.entries[0], objects=("fire",), at=now)
    entry = flow.uphold(entry, by=of.keeper_inspector, reason="已整改", at=now)
    entry = flow.approve(entry, by=of.leader, at=now)
    office, public = page(of.inspector, "entry", entry.number), page(of.intake_clerk, "entry", entry.number)
    assert "有欠缴的罚款" in office
    assert "推荐时的条件和数据" in office
    assert "有欠缴的罚款" not in public
    assert "推荐时的条件和数据" not in public
    make.listed(of, of.firm, status="removed", ended_for="拒不整改", term=(entry.term_from, entry.term_until))
    own = page(of.enterprise_member, "mine")
    assert "拒不整改" in own
    assert "申诉" in own


def test_the_firm_reads_on_its_own_page_why_its_appeal_failed(of):
    entry = flow.appeal(walks.removed(of), by=of.enterprise_member, text="已整改", at=walks.APPEALED)
    flow.dismiss(entry, by=of.supervisor, answer="现场仍有隐患", at=walks.JUDGED)
    assert "申诉不成立：现场仍有隐患" in page(of.enterprise_member, "mine")


def test_many_agencies_that_owe_their_word_are_counted_not_cut_off(of, now):
    entry = walks.under_review(of)
    for name in ("交警队", "气象站"):
        agency = Agency.objects.create(department=department(name, "agency"))
        entry.reviews.create(agency=agency, asked_at=entry.proposed_at)
    assert where(Entry.objects.get(pk=entry.pk), now) == "等住建局等 4 个部门审查"


def test_the_firm_reads_its_end_without_names_of_officials(of):
    entry = walks.removed(of)
    own = page(of.enterprise_member, "entry", entry.number)
    assert "责令改正通知书 8 号" in own
    for hidden in (of.police_head.name, of.leader.name, "联合审查", "住建局"):
        assert hidden not in own
    assert of.police_head.name in page(of.supervisor, "entry", entry.number)


def test_an_incident_is_told_to_the_firm_in_full_to_others_as_they_may_see_it(of):
    entry = walks.listed(of)
    walks.struck(of.firm)
    entry = flow.remove_by_incident(entry, at=walks.REMOVED)
    assert "重大安全隐患：1 件" in page(of.enterprise_member, "entry", entry.number)
    seen = page(of.fire_inspector, "entry", entry.number)
    assert "重大安全隐患：1 件" not in seen
    assert "数值不公开" in seen


def test_a_verb_that_has_moved_on_says_so(of):
    entry = walks.dropped(of)
    text = page(of.keeper_inspector, "act", entry.number, "uphold", answer=409)
    assert "未入册" in text


HOSTILE = [
    {"status": "nonsense", "state": "nonsense", "part": "nonsense"},
    {"round": "x", "place": "\0"},
    {"waits": "9" * 21, "round": "9" * 21},
    {"q": "\0' OR 1=1 --"},
    {"page": "-1", "sort": "x"},
]


def test_hostile_addresses_find_nothing(world):
    of, _more, _made = world
    for query in HOSTILE:
        for name in ("all", "public", "candidates", "desk", "rounds"):
            page(of.keeper_inspector, name, **query)


def test_hundreds_are_handed_on_in_one_field(world):
    """The page that asks holds more firms than a form may have fields."""
    of, _more, made = world
    numbers = " ".join([*(entry.number for entry in made.entries), *(f"BM-20200101-{n:04d}" for n in range(600))])
    answer = client(of.fire_inspector).post(
        reverse("whitelist:batch", args=["agree"]), {"chosen": numbers, "sure": "1"}
    )
    assert answer.status_code == 302
    assert [entry.reviews.get(agency=of.fire).says for entry in made.entries] == ["agrees", "agrees"]


def test_the_desk_leaves_out_what_takes_another(of):
    """The supervisor who removed a firm does not judge its appeal, and finds none to judge."""
    entry = flow.remove(walks.listed(of), by=of.supervisor, reason="事故", basis="8 号", at=walks.REMOVED)
    entry = flow.appeal(entry, by=of.enterprise_member, text="已整改", at=walks.APPEALED)
    assert entry.number not in page(of.supervisor, "desk")
    assert waiting_line(of.supervisor) == 0
    other = walks.second_supervisor(of)
    assert entry.number in page(other, "desk")
    assert waiting_line(other) == 1
    assert waiting_line(of.enterprise_member) == 0


def test_who_looks_after_the_firm_reads_how_it_ended(of):
    text = page(of.steward, "entry", walks.removed(of).number)
    assert "拒不整改" in text
    assert "联合审查" not in text


def test_filters(world, now):
    of, _more, made = world
    walks.said(of, made.entries[0], only=("fire",), objects=("fire",), at=now)
    count = lambda **query: page(of.leader, "all", **query).count('class="sx-row wl-row"')  # noqa: E731
    assert count() == 2
    assert count(waits=of.fire.pk) == 1
    assert count(waits=of.housing.pk) == 2
    assert count(objected="1") == 1
    assert count(round=made.round.pk, status="review") == 2
    assert count(place=of.place.pk) == 2
    assert count(q="逍遥0") == 1
    assert count(standing="1") == 0


def test_the_export_is_the_list_and_is_recorded(world):
    of, _more, _made = world
    response = client(of.keeper_inspector).get(reverse("whitelist:export"), {"status": "review", "q": "逍遥"})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/vnd.openxmlformats")
    event = Event.objects.get(kind__endswith=".exported", actor=of.keeper_inspector)
    assert event.data["filters"] == {"status": "review", "q": "…"}


@pytest.mark.parametrize("name", ["all", "public", "desk", "rounds", "candidates"])
def test_a_list_costs_the_same_whatever_its_length(of, now, name):
    day = timezone.localdate(now)
    walks.criteria.load()
    firms = [enterprise(f"北冥{n}有限公司", f"北冥{n}", of.place) for n in range(4)]

    def one_more(n):
        status = "approve" if name == "desk" else "listed"
        if name == "candidates":
            walks.admitted(firms[n], at=now)
        else:
            make.listed(of, firms[n], status=status, term=(day - timedelta(days=9), day + timedelta(days=9)))

    def asked():
        reader = client(of.leader)
        reader.get(reverse(f"whitelist:{name}"))  # what is kept for a minute is read
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert firms[0].called in reader.get(reverse(f"whitelist:{name}")).content.decode() or name == "rounds"
        return len(caught)

    one_more(0)
    first = asked()
    one_more(1)
    one_more(2)
    assert asked() == first


def test_dates_are_of_this_century(of):
    """A slip of the finger is refused with its field, not with an error."""
    walks.admitted(of.firm, at=timezone.now())
    typed = {"firm": of.firm.uscc, "sure": "1", "title": "一批", "term_from": "0001-01-01", "term_until": "9999-12-31"}
    assert client(of.keeper_inspector).post(reverse("whitelist:propose"), typed).status_code == 422


def test_the_usual_end_is_a_term_later(of):
    assert flow.usual_end(date(2026, 11, 9)) == date(2027, 11, 8)
    assert flow.usual_end(date(2028, 2, 29)) == date(2029, 2, 27)


# An appeal with its proof ------------------------------------------------------------------------------------------


def photo(name="整改后.jpg"):
    return SimpleUploadedFile(name, picture(), "image/jpeg")


def appealing(of, now):
    day = timezone.localdate(now)
    over = {"status": "removed", "ended_by": of.police_head, "ended_for": "拒不整改"}
    entry = make.listed(of, of.firm, term=(day, day + timedelta(days=90)), **over)
    return entry, reverse("whitelist:act", args=[entry.number, "appeal"])


def asked(user, entry, file):
    return client(user).get(reverse("whitelist:appeal-file", args=[entry.number, file])).status_code


def test_an_appeal_takes_what_was_sent_ahead_and_with_it_and_the_supervisor_reads_it(of, now):
    entry, where = appealing(of, now)
    firm = client(of.enterprise_member)
    ahead = firm.post(reverse("rectification:upload"), {"file": photo()}).json()["id"]
    sent = {"text": "已整改", "stored": [ahead], "files": [photo("说明.jpg")]}
    assert firm.post(where, sent).status_code == 302
    names = {kept.file.name: kept.pk for kept in AppealFile.objects.all()}
    assert set(names) == {"整改后.jpg", "说明.jpg"}
    assert firm.post(where, sent).status_code == 409
    assert (Appeal.objects.count(), AppealFile.objects.count()) == (1, 2)
    for reader in (of.supervisor, of.enterprise_member):
        assert "整改后.jpg" in page(reader, "entry", entry.number)
        assert asked(reader, entry, names["整改后.jpg"]) == 200
    assert "整改后.jpg" in page(of.supervisor, "act", entry.number, "restore")  # where it is weighed
    assert asked(of.steward, entry, names["说明.jpg"]) == asked(of.other_member, entry, names["说明.jpg"]) == 404


def test_an_appeal_without_its_words_keeps_what_was_sent_ahead_and_no_file_of_the_form(of, now):
    _entry, where = appealing(of, now)
    firm = client(of.enterprise_member)
    ahead = firm.post(reverse("rectification:upload"), {"file": photo()}).json()["id"]
    answer = firm.post(where, {"text": " ", "stored": [ahead], "files": [photo("说明.jpg")]})
    assert answer.status_code == 422
    assert f'value="{ahead}"' in answer.content.decode()
    assert not AppealFile.objects.exists()


def test_somebody_elses_upload_is_not_taken_by_an_appeal(of, now):
    _entry, where = appealing(of, now)
    ahead = client(of.other_member).post(reverse("rectification:upload"), {"file": photo()}).json()["id"]
    assert client(of.enterprise_member).post(where, {"text": "已整改", "stored": [ahead]}).status_code == 302
    assert not AppealFile.objects.exists()
