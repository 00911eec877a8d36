"""The acts of supervision, as `loop_acts.ACTS` and `loop_acts.WHO_IS_TOLD` have those of the loop."""

from portal.deadlines.sweep import sweep
from requests import flow
from requests.models import DeadlineCommitment
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.overdue import BROKEN, NOW, promise

FIRM, OFFICE = "firm", "office"
TOLD, SILENT = True, False


def instructed(town):
    ticket = make.handling(town)
    at = ticket.moved_at + make.OPINION
    flow.instruct(ticket, by=town.leader, text="请抓紧", department=town.housing, days=3, at=at)
    return make.fresh(ticket)


def late(town):
    """Overdue, and no sweep has come by yet."""
    return make.handling(town, kind="consultation")


def lapsing(town):
    ticket = late(town)
    promise(town, ticket)
    return make.fresh(ticket)


def decide(town, ticket, at):
    return flow.decide_commitment(ticket, commitment=DeadlineCommitment.objects.get(), at=at)


def answered_in_time(town):
    ticket = overdue.approved(town)
    make.report(ticket, NOW)
    return flow.sign_off(make.fresh(ticket), by=town.department_head, at=NOW)


def on_agenda(town):
    ticket = overdue.handling(town)
    sweep(BROKEN.replace(day=30))
    return make.fresh(ticket)


def noted(town, ticket):
    given = {"kind": "remark", "text": "请住建局到会说明", "at": BROKEN.replace(day=30)}
    return flow.note_agenda(overdue.work(ticket), by=town.supervisor, **given)


ACTS = {
    "instruct": (
        make.handling,
        lambda town, t: flow.instruct(t, by=town.leader, text="请抓紧", department=town.housing, days=3, at=t.moved_at),
        [("instructed", OFFICE, TOLD)],
    ),
    "answer_instruction": (
        instructed,
        lambda town, t: flow.answer_instruction(t, by=town.handler, text="已落实", at=NOW),
        [("instruction_answered", OFFICE, TOLD)],
    ),
    "make_commitment": (
        overdue.handling,
        lambda town, t: promise(town, t),
        [("commitment_made", OFFICE, TOLD)],
    ),
    "approve_commitment": (
        overdue.promised,
        lambda town, t: flow.approve_commitment(t, by=town.supervisor, at=NOW),
        [("commitment_approved", FIRM, TOLD)],
    ),
    "return_commitment": (
        overdue.promised,
        lambda town, t: flow.return_commitment(t, by=town.supervisor, reason="太笼统", at=NOW),
        [("commitment_returned", OFFICE, TOLD)],
    ),
    "decide_commitment": (
        overdue.approved,
        lambda town, t: decide(town, t, BROKEN),
        [("commitment_broken", OFFICE, TOLD)],
    ),
    "decide_commitment, kept": (
        answered_in_time,
        lambda town, t: decide(town, t, BROKEN),
        [("commitment_kept", OFFICE, SILENT)],
    ),
    "decide_commitment, not approved": (
        lapsing,
        lambda town, t: decide(town, t, BROKEN),
        [("commitment_lapsed", OFFICE, TOLD)],
    ),
    "owe_progress": (late, lambda town, t: flow.owe_progress(t, at=NOW), [("progress_owed", OFFICE, TOLD)]),
    "report_progress": (
        overdue.handling,
        lambda town, t: flow.report_progress(t, by=town.handler, text="材料已到", at=NOW),
        [("progress_reported", OFFICE, TOLD)],
    ),
    "report_progress, to the firm": (
        overdue.handling,
        lambda town, t: flow.report_progress(t, by=town.handler, text="材料已到", audience="firm", at=NOW),
        [("progress_reported", FIRM, TOLD)],
    ),
    "note_agenda": (on_agenda, noted, [("agenda_noted", OFFICE, SILENT)]),
}

PEOPLE = {"enterprise_member", "member_official"}
HEADS = {"department_head", "deputy_head", "stand_in"}
WHO_IS_TOLD = {
    "instruct": {"领导批示，请落实": {"handler"} | HEADS},
    "answer_instruction": {"批示有答复": {"leader"}},
    "make_commitment": {"公开承诺待审": {"supervisor"}},
    "approve_commitment": {"部门作出承诺": PEOPLE, "承诺已公开": {"handler", "steward"} | HEADS},
    "return_commitment": {"承诺退回，请重写": {"handler"} | HEADS},
    "decide_commitment": {"公开承诺没有兑现": {"handler", "supervisor"} | HEADS},
    "decide_commitment, kept": {},
    "decide_commitment, not approved": {"承诺没有及时审核": {"handler", "supervisor"} | HEADS},
    "owe_progress": {"超期件要按月报进展": {"handler"} | HEADS},
    "report_progress": {"办理进展": {"steward"}},
    "report_progress, to the firm": {"办理进展": PEOPLE | {"steward"}},
    "note_agenda": {},
}
