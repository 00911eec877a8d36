"""What happens to tickets by itself when its time has come: the loop's timed verbs, run by the sweep (DL-4).

Each is a verb like any other, with the clock as its actor; `requests.stages` says where it may be done.
"""

from datetime import datetime

from portal.deadlines.timed import timed, timed_rows
from portal.people.actors import CLOCK
from requests import flow, owed, respite
from requests.flow.commitments import undecided
from requests.joined import lost_their_main
from requests.models import DeadlineCommitment, HandlingRequest, SecondLook, Ticket, TicketDeadline

timed(TicketDeadline, "supplement")(flow.lapse_supplement)  # APP-2
timed(TicketDeadline, "accept")(flow.begin_handling)  # SLA-3
timed(TicketDeadline, "confirm")(flow.lapse_confirmation)  # SLA-7
for work in owed.PROMISED:
    timed(TicketDeadline, work)(flow.owe_progress)  # SLA-9


def decide(commitment: DeadlineCommitment, at: datetime) -> None:
    flow.decide_commitment(commitment.deadline.subject, commitment=commitment, at=at)


timed_rows("requests.commitments", due=undecided, act=decide)  # DL-5


def end(suspension: HandlingRequest, at: datetime) -> None:
    flow.end_suspension(suspension.ticket, at=at)


def bring_back(look: SecondLook, at: datetime) -> None:
    flow.bring_back(look.ticket, at=at)


def split(ticket: Ticket, at: datetime) -> None:
    flow.split(ticket, by=CLOCK, at=at)


timed_rows("requests.merged", due=lost_their_main, act=split)  # APP-16
timed_rows("requests.suspensions", due=respite.over, act=end)  # APP-10
timed_rows("requests.second_looks", due=respite.looks_due, act=bring_back)  # APP-15
