from portal.deadlines.models.clocks import Commitment, Deadline, DeadlineQuerySet, Firing, Pause
from portal.deadlines.models.following import Following, Move
from portal.deadlines.models.sweeping import Heartbeat, TimedFailure
from portal.deadlines.models.tables import LadderRung, RuleKind, SlaChoice, SlaRule, SlaTable, TablesVersion

__all__ = [
    "Commitment",
    "Deadline",
    "DeadlineQuerySet",
    "Firing",
    "Following",
    "Heartbeat",
    "LadderRung",
    "Move",
    "Pause",
    "RuleKind",
    "SlaChoice",
    "SlaRule",
    "SlaTable",
    "TablesVersion",
    "TimedFailure",
]
