from .firms import READS_EVERY_FIRM, Enterprise, EnterpriseName
from .imports import FirmImport, FirmImportRow
from .joining import Invitation, JoinProof, JoinRequest, NumberProof
from .places import Industry, Place, PlaceMember
from .ties import Member, Stewardship, firms_of

__all__ = [
    "READS_EVERY_FIRM",
    "Enterprise",
    "EnterpriseName",
    "FirmImport",
    "FirmImportRow",
    "Industry",
    "Invitation",
    "JoinProof",
    "JoinRequest",
    "Member",
    "NumberProof",
    "Place",
    "PlaceMember",
    "Stewardship",
    "firms_of",
]
