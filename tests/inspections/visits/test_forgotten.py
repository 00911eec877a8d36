"""What inspections know of persons is forgotten in time, and what was done stays (SEC-3)."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.models import Appeal, CodelessReport, CodeScan, Proof, ProofFile
from inspections.rectification import flow as rectification
from inspections.visits import flow, reports
from inspections.whitelist import flow as appeals
from portal import files
from portal.upkeep.retention import flow as retention
from portal.upkeep.retention.rules import BY_CODE, GONE
from tests.inspections import factories as make
from tests.inspections.recording.pictures import drawn
from tests.inspections.rectification import world
from tests.inspections.visits import walks
from tests.inspections.visits.walks import DAY, NINE
from tests.inspections.whitelist import walks as whitelist


def after(code, at, days=1):
    return at + timedelta(days=BY_CODE[code].days + days)


def test_who_scanned_goes_and_that_the_firm_scanned_stays(of):
    code = flow.issue_code(make.visit(of, of.town.firm), by=of.inspector, at=NINE)
    flow.scanned(code, by=of.enterprise_member, at=NINE)
    assert "code-scans" not in retention.forget(after("code-scans", NINE, -1))
    assert retention.forget(after("code-scans", NINE))["code-scans"] == 1
    scan = CodeScan.objects.get()
    assert (scan.by, scan.of_firm, scan.at) == (None, True, NINE)


def test_a_report_loses_who_came_and_keeps_its_answer(of):
    waits, answered = walks.reported(of), walks.reported(of, agency=None)
    flow.answer(answered, by=of.supervisor, finding=next(iter(reports.FINDINGS)), answer="已核实。", at=NINE + DAY)
    retention.forget(after("codeless", NINE + DAY))
    told = {one.pk: (one.who, one.said, one.answer) for one in CodelessReport.objects.all()}
    assert told[answered.pk] == (GONE, GONE, "已核实。")
    assert GONE not in told[waits.pk]


def test_what_a_firm_showed_goes_long_after_its_rectification_ended(of):
    done, running = world.ordered(of), world.ordered(of)
    for one in (done, running):
        rectification.submit(one, by=of.enterprise_member, text="李四已更换软管", files=[upload(of)], at=NINE)
    rectification.accept(done, by=of.inspector, answer="合格", at=NINE)
    retention.forget(after("proofs", NINE))
    assert Proof.objects.get(rectification=done).text == GONE
    assert Proof.objects.get(rectification=done).answer == "合格"
    assert Proof.objects.get(rectification=running).text == "李四已更换软管"
    assert ProofFile.objects.get().proof.rectification == running


def test_what_a_firm_gave_with_its_appeal_goes_long_after_the_answer(of):
    entry = whitelist.removed(of)
    entry = appeals.appeal(entry, by=of.enterprise_member, text="已整改", files=[upload(of)], at=whitelist.APPEALED)
    assert "appeals" not in retention.forget(after("appeals", whitelist.JUDGED))
    appeals.dismiss(entry, by=of.supervisor, answer="没有整改", at=whitelist.JUDGED)
    assert retention.forget(after("appeals", whitelist.JUDGED))["appeals"] == 1
    appeal = Appeal.objects.get()
    assert (appeal.text, appeal.answer, appeal.files.count()) == (GONE, "没有整改", 0)


def upload(of):
    return files.store(SimpleUploadedFile("凭证.png", drawn(), "image/png"), by=of.enterprise_member)
