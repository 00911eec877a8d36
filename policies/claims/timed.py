"""What happens to claims by itself when its time has come (POL-5): verbs of the clock, run by the sweep (DL-4)."""

from datetime import datetime

from policies.claims.flow import end_publicity, lapse, places, publishing
from policies.models import Claim, ClaimDeadline
from portal.deadlines.timed import timed, timed_rows

timed(ClaimDeadline, "claim_confirm")(lapse)
timed(ClaimDeadline, "claim_supplement")(lapse)


def end(claim: Claim, at: datetime) -> bool:
    return end_publicity(claim, at=at) is not None


def give_up(claim: Claim, at: datetime) -> None:
    lapse(claim, at=at)


timed_rows("policies.publicity", due=publishing.over, act=end)
timed_rows("policies.waiting", due=places.moving_up, act=places.step_up)
timed_rows("policies.hopeless", due=places.hopeless, act=give_up)
