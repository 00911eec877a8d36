"""What happens to tickets by itself when its time has come: the loop's timed verbs, run by the sweep (DL-4).

Each is a verb like any other, with the clock as its actor; `requests.stages` says where it may be done.
"""

from datetime import datetime

from portal.deadlines.timed import timed, timed_rows
from requests import flow, owed
from requests.flow.commitments import undecided
from requests.models import DeadlineCommitment, TicketDeadline

timed(TicketDeadline, "supplement")(flow.lapse_supplement)  # APP-2
timed(TicketDeadline, "accept")(flow.begin_handling)  # SLA-3
timed(TicketDeadline, "confirm")(flow.lapse_confirmation)  # SLA-7
for work in owed.PROMISED:
    timed(TicketDeadline, work)(flow.owe_progress)  # SLA-9


def decide(commitment: DeadlineCommitment, at: datetime) -> None:
    flow.decide_commitment(commitment.deadline.subject, commitment=commitment, at=at)


timed_rows("requests.commitments", due=undecided, act=decide)  # DL-5
