"""The rows of policies, their rounds and claims, what was pushed, services, and questions."""

from .claims import Claim, Publicity, Round
from .claimsteps import (
    ClaimDeadline,
    ClaimFile,
    ClaimFiring,
    ClaimPause,
    ClaimReview,
    ClaimSupplement,
    Objection,
    Payment,
)
from .imports import PolicyImport, PolicyImportRow
from .policies import (
    Clause,
    ClauseVersion,
    Exclusion,
    Level,
    Policy,
    PolicyFile,
    PolicyVersion,
    Support,
    Way,
)
from .pushes import Muted, Pushed, Reminded
from .questions import PolicyAnswer, PolicyQuestion
from .services import Provider, ServiceDeadline, ServiceFiring, ServiceKind, ServiceOrder, ServicePause

__all__ = [
    "Claim",
    "ClaimDeadline",
    "ClaimFile",
    "ClaimFiring",
    "ClaimPause",
    "ClaimReview",
    "ClaimSupplement",
    "Clause",
    "ClauseVersion",
    "Exclusion",
    "Level",
    "Muted",
    "Objection",
    "Payment",
    "Policy",
    "PolicyAnswer",
    "PolicyFile",
    "PolicyImport",
    "PolicyImportRow",
    "PolicyQuestion",
    "PolicyVersion",
    "Provider",
    "Publicity",
    "Pushed",
    "Reminded",
    "Round",
    "ServiceDeadline",
    "ServiceFiring",
    "ServiceKind",
    "ServiceOrder",
    "ServicePause",
    "Support",
    "Way",
]
