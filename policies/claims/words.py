"""Amounts of money in the words of claims' lists and pages."""

from __future__ import annotations

from decimal import Decimal

from policies.amounts import words


def money(amount: Decimal | None) -> str:
    """`20 万元`, `5,321.5 元`; a dash where nothing has been decided or computed."""
    return "—" if amount is None else words.money(amount)
