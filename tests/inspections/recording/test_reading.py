"""The record as it is read: page, paper, Word file with photos and signatures; letters; never by who is not there."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from inspections.models import AmendmentPhoto, Check, CheckPhoto, Finding, Rectification
from inspections.recording import drafts, flow
from inspections.recording.papers import paper_of
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of, subject_of
from portal.people.refusal import Refused
from tests.inspections.recording.conftest import AT, key, later, needs_of, point, problem, record, signed
from tests.inspections.recording.pictures import jpeg, upload

BASE = "/inspections/recording/"


@pytest.fixture
def recorded(of, housing):
    shot = key()
    drafts.add_photo(
        housing,
        of.town.inspector,
        shot,
        need=needs_of(housing)[0].pk,
        item=point(housing).pk,
        upload=upload(jpeg(900, 600)),
    )
    sent = record(housing, problem(housing, text="台账<b>缺</b>三个月"), photos=frozenset([shot]))
    flow.record(housing, by=of.town.inspector, record=sent, key=key(), at=AT)
    return housing


def test_the_firm_reads_its_record_and_so_do_those_who_took_part(of, client, recorded):
    for by in (of.town.enterprise_member, of.fire_inspector, of.fire_head, of.keeper_inspector, of.town.supervisor):
        client.force_login(by)
        page = client.get(f"{BASE}{recorded.pk}/record/").content.decode()
        assert "台账&lt;b&gt;缺&lt;/b&gt;三个月" in page


def test_the_firm_reads_nothing_of_a_part_that_is_not_recorded(of, recorded, fire):
    """Photos that fire has sent ahead are fire's alone, though housing's record is read."""
    drafts.add_photo(fire, of.fire_inspector, key(), need=needs_of(fire)[0].pk, item=None, upload=upload())
    seen = CheckPhoto.objects.visible_to(of.town.enterprise_member)
    assert [one.part for one in seen] == [recorded]
    assert [one.part for one in CheckPhoto.objects.visible_to(of.town.inspector)] == [recorded]


def test_who_looks_after_the_firm_reads_no_record(of, recorded):
    for by in (of.town.steward, of.town.project_assistant, of.town.intake_clerk, of.town.administrator, of.town.nobody):
        assert not Check.objects.visible_to(by).exists()
        assert not Finding.objects.visible_to(by).exists()


def test_the_paper_names_people_points_findings_and_has_the_pictures(of, client, recorded):
    client.force_login(of.town.enterprise_member)
    page = client.get(f"{BASE}{recorded.pk}/paper/").content.decode()
    for words in (of.town.firm.uscc, "执法证号", "证照齐全", "另案处理", "列御寇", "签名"):
        assert words in page
    answer = client.get(f"{BASE}{recorded.pk}/paper.docx")
    document = Document(BytesIO(answer.content))
    assert len(document.inline_shapes) == 3  # a photo and two signatures
    text = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "台账<b>缺</b>三个月" in text


def test_what_was_amended_stands_on_the_paper(of, recorded):
    flow.amend(recorded, by=of.housing_second, text="日期应为 11 月 8 日", at=later(24))
    assert any("日期应为 11 月 8 日" in line for line in paper_of(recorded).foot)


def test_a_refusal_to_sign_stands_on_the_paper(of, housing):
    sent = record(housing, signatures=(signed()[0], signed(image=b"", name="", title="", refused_for="负责人不在")[1]))
    flow.record(housing, by=of.town.inspector, record=sent, key=key(), at=AT)
    said = [block.text for block in paper_of(housing).blocks if block.kind == "prose"]
    assert any("负责人不在" in text for text in said)


def test_the_firm_gets_its_record_and_the_colleague_is_told(of, recorded):
    message = Message.objects.get(kind="joint_visit.recorded")
    told = {letter.to.username: letter.title for letter in letters_of(message, subject_of(message))}
    assert "发现 1 个问题" in told["enterprise_member"]
    assert "已提交" in told["housing_second"]
    assert "inspector" not in told


def test_what_is_ordered_at_the_door_is_ordered_with_the_record(of, housing):
    sent = record(housing, problem(housing, outcome="rectify", days=7))
    flow.record(housing, by=of.town.inspector, record=sent, key=key(), at=AT)
    ordered = Rectification.objects.get()
    assert (ordered.finding.status, ordered.finding.record.need) == ("open", needs_of(housing)[0])


def test_a_warning_that_is_not_allowed_undoes_the_whole_record(of, housing):
    with pytest.raises(Refused) as refused:
        flow.record(
            housing, by=of.town.inspector, record=record(housing, problem(housing, 1, outcome="warn")), key=key(), at=AT
        )
    assert refused.value.field == f"n{needs_of(housing)[0].pk}-i{point(housing, 1).pk}"
    assert not Check.objects.exists()


def test_a_first_minor_offence_is_warned_once(of, housing):
    sent = record(housing, problem(housing, 2, severity="minor", outcome="warn"))
    flow.record(housing, by=of.town.inspector, record=sent, key=key(), at=AT)
    assert Finding.objects.get().status == "warned"


def test_an_amendment_is_written_on_a_page_of_its_own_and_sent_twice_is_one(of, client, recorded):
    client.force_login(of.housing_second)
    at = f"{BASE}{recorded.pk}/amend/"
    under = client.get(at).context["form"].initial["sending"]
    for status in (302, 302):
        assert client.post(at, {"sending": under, "text": "第二项应为不适用"}).status_code == status
    assert client.post(at, {"sending": key(), "text": " "}).status_code == 422
    assert [one.text for one in recorded.amendments.all()] == ["第二项应为不适用"]
    assert "第二项应为不适用" in client.get(f"{BASE}{recorded.pk}/record/").content.decode()


def test_an_amendment_may_bring_the_photo_that_the_record_lacks(of, client, recorded):
    client.force_login(of.housing_second)
    at = f"{BASE}{recorded.pk}/amend/"
    no_photo = SimpleUploadedFile("说明.pdf", b"%PDF-1.4", "application/pdf")
    assert client.post(at, {"sending": key(), "text": "见附件", "files": [no_photo]}).status_code == 422
    assert not recorded.amendments.exists()
    assert client.post(at, {"sending": key(), "text": "漏拍一张", "files": [upload()]}).status_code == 302
    photo = AmendmentPhoto.objects.get()
    client.force_login(of.town.enterprise_member)
    assert str(photo.key) in client.get(f"{BASE}{recorded.pk}/record/").content.decode()
    assert client.get(f"{BASE}amended/{photo.key}/?small=1").headers["Content-Type"] == "image/jpeg"
    document = Document(BytesIO(client.get(f"{BASE}{recorded.pk}/paper.docx").content))
    assert len(document.inline_shapes) == 4  # a photo, two signatures, and this one
