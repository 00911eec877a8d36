from portal.deadlines.models.clocks import Commitment, Deadline, DeadlineQuerySet, Firing, Pause
from portal.deadlines.models.tables import LadderRung, RuleKind, SlaChoice, SlaRule, SlaTable

__all__ = [
    "Commitment",
    "Deadline",
    "DeadlineQuerySet",
    "Firing",
    "LadderRung",
    "Pause",
    "RuleKind",
    "SlaChoice",
    "SlaRule",
    "SlaTable",
]
