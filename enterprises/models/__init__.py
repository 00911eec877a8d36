from .firms import READS_EVERY_FIRM, Enterprise, EnterpriseName
from .places import Industry, Place, PlaceMember
from .ties import Member, Stewardship, firms_of

__all__ = [
    "READS_EVERY_FIRM",
    "Enterprise",
    "EnterpriseName",
    "Industry",
    "Member",
    "Place",
    "PlaceMember",
    "Stewardship",
    "firms_of",
]
