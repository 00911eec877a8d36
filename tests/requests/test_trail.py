"""全程留痕 (APP-19): every verb leaves exactly its events and queues its messages with them, or nothing at all."""

from portal.outbox.models import Message
from requests import flow
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.loop_acts import ACTS

ELSEWHERE = {"relay", "undo"}  # tests/api, tests/queues/test_undo
# No acts on a ticket: `tests/commons`.
PROBLEMS = {"open_problem", "link_tickets", "unlink_ticket", "name_owner", "edit_problem", "decide_measure"}
PROBLEMS |= {"close_problem", "drop_problem", "dismiss_cluster", "remind_owner"}
ARTICLES = {"draft_article", "edit_article", "submit_article", "return_article", "publish_article", "use_article"}
ARTICLES |= {"withdraw_article", "keep_article", "remind_review"}


def test_every_verb_is_among_these_acts():
    verbs = {name.split(",")[0] for name in ACTS} - {"lapse", "lapse again"} | {"lapse_confirmation"}
    assert verbs | ELSEWHERE | PROBLEMS | ARTICLES == set(flow.__all__) - {"Refused"}


def picture(ticket):
    """All that the database knows of a ticket."""
    rows = [Ticket.objects.filter(pk=ticket.pk).values().get()]
    for related in ("deadlines", "comments", "attachments", "assignments", "results", "ratings", "revisits"):
        rows += getattr(ticket, related).order_by("pk").values()
    rows += make.events(ticket).values_list("kind", "at", "data")
    return rows + list(Message.objects.filter(subject_id=ticket.pk).order_by("pk").values_list("key", "params"))


def test_a_refused_act_leaves_nothing(town, refusal):
    ticket = make.handling(town)
    before = picture(ticket)
    refusal(flow.report, ticket, by=town.handler, kind="cannot", text="不能办", written_reply="")
    refusal(flow.sign_off, ticket, by=town.department_head)
    refusal(flow.take, ticket, by=town.handler)
    assert picture(ticket) == before


def test_the_trail_keeps_no_words_of_persons(town):
    """Texts live in rows that can be anonymised; events hold identifiers and codes (architecture: trail)."""
    ticket = make.closed(town, co=[town.police], result="cannot", stars=5)
    flow_words = ["乌有先生", "13800000001", "管网", "疏通", "电话联系", "已查排口", "答复"]
    told = [str(data) for data in make.events(ticket).values_list("data", flat=True)]
    assert len(told) > 8
    assert [word for word in flow_words for data in told if word in data] == []


def test_without_an_instant_a_verb_happens_now_and_never_before_the_last_one(town):
    """A ticket moved at a later instant (imports) is not overtaken by the clock of today."""
    ticket = make.filed(town, filed_at=make.moment("2035-01-08 10:00"))
    ticket = flow.accept(ticket, by=town.intake_clerk)
    assert ticket.moved_at == make.moment("2035-01-08 10:00")
    past = flow.accept(make.filed(town), by=town.intake_clerk)
    assert past.moved_at > make.MONDAY
    assert make.events(past).last().at == past.moved_at
