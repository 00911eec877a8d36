"""How what inspections know of persons is forgotten (INS-1, INS-6, INS-7)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from inspections.models import (
    Appeal,
    AppealFile,
    CodelessPhoto,
    CodelessReport,
    CodeScan,
    Proof,
    ProofFile,
    Signature,
)

from .forgetting import GONE


def scans(before: datetime) -> QuerySet[CodeScan]:
    return CodeScan.objects.filter(at__lt=before, by__isnull=False)


def forget_scanner(rows: QuerySet[CodeScan]) -> object:
    return rows.update(by=None)


def codeless(before: datetime) -> QuerySet[CodelessReport]:
    return CodelessReport.objects.filter(answered_at__lt=before).exclude(who=GONE, said=GONE)


def forget_codeless(rows: QuerySet[CodelessReport]) -> object:
    """Who is said to have come, and what; the finding and the answer stay."""
    CodelessPhoto.objects.filter(report__in=rows).delete()
    return CodelessReport.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(who=GONE, said=GONE)


def proofs(before: datetime) -> QuerySet[Proof]:
    return Proof.objects.filter(rectification__ended_at__lt=before).exclude(text=GONE)


def forget_proof(rows: QuerySet[Proof]) -> object:
    ProofFile.objects.filter(proof__in=rows).delete()
    return Proof.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(text=GONE)


def appeals(before: datetime) -> QuerySet[Appeal]:
    return Appeal.objects.filter(decided_at__lt=before).exclude(text=GONE)


def forget_appeal(rows: QuerySet[Appeal]) -> object:
    AppealFile.objects.filter(appeal__in=rows).delete()
    return rows.update(text=GONE)


def signers(before: datetime) -> QuerySet[Signature]:
    """Of the firm; an inspector signs for his office."""
    firm = Signature.objects.filter(whose=Signature.Whose.FIRM, image__isnull=False, at__lt=before)
    return firm.exclude(name=GONE)


def forget_signer(rows: QuerySet[Signature]) -> object:
    return rows.update(name=GONE, title="")
