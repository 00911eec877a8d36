from .attributes import UNKNOWN, FirmOrigins, FirmValues, Reckoned, StaleFirm, Word
from .codes import EnterpriseCode
from .criteria import READS_CRITERIA, WRITES_CRITERIA, Criterion, CriterionVersion, Outcome
from .declarations import Declaration
from .disputes import Conflict, Correction, lines_of
from .fact_imports import FactImport, FactImportRow
from .facts import (
    Delivery,
    Fact,
    FormerFact,
    Line,
    Resource,
    ResourceColumn,
)
from .firms import READS_EVERY_FIRM, Enterprise, EnterpriseName
from .imports import FirmImport, FirmImportRow
from .joining import Invitation, JoinProof, JoinRequest, NumberProof
from .keylists import WORKS_ON_KEY_LISTS, KeyEntry, KeyList, Level
from .places import Industry, Place, PlaceMember
from .tags import Tag
from .ties import Member, Stewardship, acted_for, firms_of
from .yearly import FirmYear

__all__ = [
    "READS_CRITERIA",
    "READS_EVERY_FIRM",
    "UNKNOWN",
    "WORKS_ON_KEY_LISTS",
    "WRITES_CRITERIA",
    "Conflict",
    "Correction",
    "Criterion",
    "CriterionVersion",
    "Declaration",
    "Delivery",
    "Enterprise",
    "EnterpriseCode",
    "EnterpriseName",
    "Fact",
    "FactImport",
    "FactImportRow",
    "FirmImport",
    "FirmImportRow",
    "FirmOrigins",
    "FirmValues",
    "FirmYear",
    "FormerFact",
    "Industry",
    "Invitation",
    "JoinProof",
    "JoinRequest",
    "KeyEntry",
    "KeyList",
    "Level",
    "Line",
    "Member",
    "NumberProof",
    "Outcome",
    "Place",
    "PlaceMember",
    "Reckoned",
    "Resource",
    "ResourceColumn",
    "StaleFirm",
    "Stewardship",
    "Tag",
    "Word",
    "acted_for",
    "firms_of",
    "lines_of",
]
