"""The chapters of a story: the six stages of the loop as the demo's people live through them (handbook §2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from portal.desk.demo import filing, sealing
from portal.desk.demo.story import Step, Story
from portal.desk.demo.units import Unit
from portal.people.actors import CLOCK
from portal.people.models import User
from portal.worktime.calendar import calendar
from requests import flow
from requests.flow.feedback import Scores
from requests.models.conversation import Audience

SWEEP = timedelta(seconds=20)  # how long after its due time the clock acts
AGAIN = ("second", "order")


def tell(story: Story) -> list[Step]:
    """The story's steps; up to where its ticket stands, with what is said there."""
    told = list(_all(story))
    if not story.fate.stands:
        return told
    last = next(i for i, step in enumerate(told) if step.name == story.fate.stands)
    end = next((i for i, step in enumerate(told) if i > last and step.moves), len(told))
    return told[:end]


def standing(story: Story, steps: list[Step]) -> Step:
    """The step after which the ticket stands still."""
    return next(step for step in steps if step.name == story.fate.stands)


def _all(story: Story) -> Iterator[Step]:
    yield from intake(story)
    if story.fate.end in ("rejected", "lapsed"):
        return
    yield from dispatch(story)
    if story.fate.end == "withdrawn":
        at = story.diary.firm(story.at, 3, 30)
        yield story.step("withdrawn", at, flow.withdraw, by=story.member, reason=story.say("withdraw", at))
        return
    yield from work(story, "handle", story.matter.reply)
    if story.fate.disputed:
        yield dispute(story)
        yield from work(story, "rework", story.matter.rework)
    for again in range(story.fate.unhappy):
        yield from unhappy(story, again)
        yield from work(story, AGAIN[again], story.matter.second if again == 0 else story.word("orders"))
    yield from answer(story)
    yield from revisit(story)


# 接诉 ---------------------------------------------------------------------------------------------------------


def intake(story: Story) -> Iterator[Step]:
    fate, diary = story.fate, story.diary
    spoken = fate.channel != "online" and not fate.by_steward
    story.owe("dispatch" if spoken else "first_response", story.filed_at)
    come_in = partial(filing.come_in, story, spoken=spoken)
    yield Step(story.filed_at, "accepted" if spoken else "filed", lambda at: come_in(at=at), True, story.due_at)
    if fate.end == "rejected":
        item, at = story.setting.items[story.matter.item], diary.minutes(story.at, 10, 120)
        by = story.triager if spoken else story.clerk
        yield story.step("rejected", at, flow.reject, by=by, item=item, go_to=story.say("reason", at))
        return
    if fate.urged and fate.stands == "filed":
        yield urge(story, diary.firm(story.at, 0.2, 0.5))
    if fate.supplement:
        yield from supplement(story, story.triager if spoken else story.clerk)
    if fate.end == "lapsed":
        return
    if not spoken:
        at = diary.minutes(story.at, 45, 160) if "accept" in fate.late else story.hastily(4, 26)
        yield story.step("accepted", at, flow.accept, "dispatch", story.filed_at, by=story.clerk)


def supplement(story: Story, by: User) -> Iterator[Step]:
    at = story.diary.minutes(story.at, 5, 25)
    yield story.step("asked", at, flow.ask_supplement, "supplement", by=by, items=story.say("ask", at))
    if story.fate.end == "lapsed":
        yield story.step("lapsed", story.due_at + SWEEP, flow.lapse_supplement, by=CLOCK)
        return
    at = story.diary.firm(story.at, 2, 70) if story.member else story.diary.minutes(story.at, 60, 900)
    by = story.member or story.clerk
    yield story.step("supplemented", at, filing.supply, story=story, by=by, answer=story.say("answer", at))


def urge(story: Story, at: datetime) -> Step:
    return story.aside("urged", at, flow.urge, by=story.member, text=story.word("urges"))


# 研判、流转 ----------------------------------------------------------------------------------------------------


def dispatch(story: Story) -> Iterator[Step]:
    matter, late, diary, lead = story.matter, story.fate.late, story.diary, story.lead
    assert lead is not None
    at = story.hastily(15, 170)
    if "dispatch" in late:
        at = max(at, diary.days(story.filed_at, 2))
    yield story.step(
        "dispatched",
        at,
        flow.dispatch,
        "accept",
        by=story.triager,
        kind=matter.kind,
        complexity=story.complexity,
        category=story.setting.categories[matter.category],
        lead=lead.row,
        co=[unit.row for unit in story.co],
        urgency=matter.urgency,
        instruction=story.word("instructions") if story.happens(0.4) else "",
    )
    due = story.due_at
    at = diary.days(due, story.random.randint(1, 2)) if "take" in late else story.hastily(20, 330)
    by = lead.deputy if story.happens(0.25) else story.handler
    if at > due:
        yield story.aside("begun", due + SWEEP, flow.begin_handling, by=CLOCK)
    yield story.step("taken", at, flow.take, "handle", min(at, due), by=by, handler=story.handler)


# 办理 ---------------------------------------------------------------------------------------------------------


def work(story: Story, obligation: str, text: str) -> Iterator[Step]:
    """From the department's start to the signature on its result, with what is said in between."""
    diary, since, first = story.diary, story.at, obligation == "handle"
    late = first and "handle" in story.fate.late
    part = story.random.uniform(0.3, 0.75)
    ready = diary.days(story.due_at, story.random.randint(1, 6)) if late else diary.share(since, story.due_at, part)
    said = sorted(_said(story, since, ready) if first else _noted(story, since, ready), key=lambda step: step.at)
    yield from said
    story.at = max(step.at for step in said) if said else since
    yield from report(story, obligation, story.slots.tell(text, ready), max(ready, diary.worked(story.at, 20)))


def _said(story: Story, since: datetime, ready: datetime) -> Iterator[Step]:
    """Contact within a working day, the conversation, co-handlers' opinions, a note and perhaps an urge."""
    matter, diary, handler = story.matter, story.diary, story.handler
    first = story.hastily(10, 200)
    ready = max(ready, diary.worked(first, 60))
    yield story.aside("contacted", first, flow.log_contact, by=handler, text=story.say("contact", first))
    part = 0.05
    for speaker, text in matter.talk:
        part += story.random.uniform(0.12, 0.26)
        at = diary.share(first, ready, part)
        by = handler if speaker == "部门" else story.member
        if by:
            yield story.aside("wrote", at, flow.write, by=by, text=story.slots.tell(text, at))
    for unit in story.co:
        yield _opinion(story, unit, since, ready)
    if story.happens(0.4):
        at = diary.share(first, ready, 0.4)
        yield story.aside("noted", at, flow.write, by=handler, text=matter.note, audience=Audience.OFFICE)
    if "handle" in story.fate.late:
        at, text = diary.share(first, ready, 0.9), story.word("late_notes")
        yield story.aside("noted", at, flow.write, by=handler, text=text, audience=Audience.OFFICE)
    if story.fate.urged and story.member and story.fate.stands != "filed":
        yield urge(story, diary.share(first, ready, 0.85))


def _opinion(story: Story, unit: Unit, since: datetime, ready: datetime) -> Step:
    """In time for the lead; a late one comes after its own limit, and the lead waits for it (SLA-16)."""
    at = story.diary.share(since, ready, story.random.uniform(0.3, 0.8))
    if "co" in story.fate.late:
        limit = max(since, calendar().close_before(story.due_at, 2))
        at = story.diary.days(limit, story.random.randint(1, 3))
    by, text = story.random.choice(unit.handlers), story.random.choice(unit.opinions)
    return story.aside("opinion", at, flow.give_opinion, by=by, text=text)


def _noted(story: Story, since: datetime, ready: datetime) -> Iterator[Step]:
    if story.happens(0.4):
        at, text = story.diary.share(since, ready, 0.3), story.word("again_notes")
        yield story.aside("noted", at, flow.write, by=story.handler, text=text, audience=Audience.OFFICE)


def report(story: Story, obligation: str, text: str, ready: datetime) -> Iterator[Step]:
    """The handler's result, sent back by his head or not, and signed by the right rank (handbook §1)."""
    lead, diary, kind = story.lead, story.diary, story.matter.result
    assert lead is not None
    again = obligation in AGAIN
    if again:
        kind = "partly" if kind == "cannot" else "solved"
    for_head = again or kind == "cannot"
    letter = _letter(story, text, again) if for_head else ""
    how: dict[str, Any] = {"by": story.handler, "kind": kind, "text": text, "written_reply": letter}
    yield story.step("reported", ready, flow.report, **how)
    if story.fate.sent_back and obligation == "handle":
        at, reason = diary.minutes(story.at, 15, 120), story.word("send_backs")
        yield story.step("sent_back", at, flow.send_back, by=lead.deputy, reason=reason)
        yield story.step("reported", diary.minutes(story.at, 40, 240), flow.report, **how)
    signer = lead.head if for_head or story.happens(0.1) else lead.deputy
    yield story.step("signed", diary.minutes(story.at, 15, 180), flow.sign_off, "confirm", by=signer)
    if letter:
        story.at = diary.minutes(story.at, 5, 40)  # the firm has it in hand before it says anything
        yield story.aside("sealed", story.at, sealing.seal, story=story, by=story.handler)
    if obligation == "order":
        yield from sealing.judged(story)


def _letter(story: Story, text: str, again: bool) -> str:
    """The written reply (APP-11): the matter's own where it cannot be met, else the result in the form of a letter."""
    if not again:
        return story.say("written")
    letter = story.setting.words["letter"]
    return letter["head"].format(title=story.say("title")) + text + letter["foot"]


# 反馈、回访 ----------------------------------------------------------------------------------------------------


def dispute(story: Story) -> Step:
    at = story.diary.firm(story.at, 3, 45) if story.member else story.diary.minutes(story.at, 100, 800)
    by = story.member or story.clerk
    return story.step("disputed", at, flow.dispute, "rework", by=by, reason=story.say("dispute", at))


def unhappy(story: Story, again: int) -> Iterator[Step]:
    """The firm gives 1 or 2, in the portal or when it is called back (APP-13)."""
    text = story.say("unhappy") if again == 0 else story.word("unhappy_again")
    low = Scores(story.random.randint(1, 2), story.random.randint(2, 3), story.random.randint(1, 2), text)
    name, owes = f"unhappy_{again + 1}", AGAIN[again]
    if story.member and not story.fate.at_revisit:
        at = story.diary.firm(story.at, 3, 45)
        yield story.step(name, at, flow.confirm, owes, by=story.member, scores=low)
        return
    yield _confirmed(story, None)
    at = story.diary.days(story.at, story.random.randint(1, 3))
    yield story.step(
        name, at, flow.record_revisit, owes, by=story.revisitor, reached=True, real=False, scores=low, text=text
    )


def answer(story: Story) -> Iterator[Step]:
    """The firm confirms and most often rates; or answers nobody until it is called, or not at all (APP-12)."""
    lapses = story.fate.lapses
    if lapses == 0:
        yield _confirmed(story, _scores(story) if story.happens(0.8) else None)
        return
    yield story.step("lapsed", story.due_at + SWEEP, flow.lapse_confirmation, "confirm", by=CLOCK)
    if lapses == 2:
        yield story.step("unanswered", story.due_at + SWEEP, flow.lapse_confirmation, "revisit", by=CLOCK)
        return
    at = story.diary.days(story.at, 1)
    note = story.word("phone_confirms")
    yield story.aside("noted", at, flow.write, by=story.clerk, text=note, audience=Audience.OFFICE)
    yield story.step("confirmed", story.diary.worked(at, 3), flow.confirm, "revisit", by=story.clerk)


def _confirmed(story: Story, scores: Scores | None) -> Step:
    """By the firm itself, or told to a clerk on the telephone."""
    if story.member and not story.happens(0.08):
        at, by = story.diary.firm(story.at, 3, 45), story.member
    else:
        at, by, scores = story.diary.minutes(story.at, 100, 800), story.clerk, None
    return story.step("confirmed", at, flow.confirm, "revisit", by=by, scores=scores)


def _scores(story: Story) -> Scores:
    """By the matter's tendency; never low enough to count as dissatisfied, which is a turn of its own."""
    overall = min(5, max(3, story.matter.rating + story.random.choice((-1, 0, 0, 0, 1))))
    slow = 1 if story.fate.late else 0
    own = story.matter.confirm if story.happens(0.6) and not story.fate.unhappy else ""
    text = own or story.random.choice(story.setting.words["happy"][str(overall)])
    return Scores(
        overall, min(5, overall + story.random.randint(0, 1)), max(2, overall - slow), story.slots.tell(text, story.at)
    )


def revisit(story: Story) -> Iterator[Step]:
    """Up to three calls; who was not reached is never counted as satisfied (APP-13)."""
    diary, missed = story.diary, story.fate.missed
    days = story.random.randint(6, 8) if "revisit" in story.fate.late else story.random.randint(1, 3)
    at = diary.days(story.at, days)
    for call in range(missed):
        missing: dict[str, Any] = {"by": story.revisitor, "reached": False, "text": story.word("missed_calls")}
        if call == 2:
            yield story.step("closed", at, flow.record_revisit, **missing)
            return
        yield story.aside("missed", at, flow.record_revisit, **missing)
        at = diary.days(at, 1)
    text = story.word("order_confirms") if story.fate.unhappy else story.say("revisit", at)
    scores = Scores(4 if story.fate.unhappy else story.matter.rating, 5, 3 if story.fate.late else 4)
    yield story.step(
        "closed", at, flow.record_revisit, by=story.revisitor, reached=True, real=True, scores=scores, text=text
    )
