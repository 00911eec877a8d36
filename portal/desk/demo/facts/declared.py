"""What firms said of themselves where no line knows it, as in an application for a programme."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np

from enterprises.attributes.values import Put, put_many
from enterprises.measures import Plain

from .profile import Firms

SOURCE = "企业申报"
DAYS_AGO = 90


def make_declared(firms: Firms) -> int:
    """Two in three of the high-tech firms applied for something; returns how many."""
    dice, as_of = firms.dice("declared"), firms.today - timedelta(days=DAYS_AGO)
    applied = np.flatnonzero(firms.high_tech & (dice.random(len(firms)) < 0.66))
    puts = []
    for place in applied.tolist():
        staff = Decimal(max(2, int(firms.staff[place, -1] * dice.uniform(0.1, 0.3))))
        said: dict[str, Plain] = {
            "tech_centre_staff": staff,
            "independent_entity": True,
            "technology_products": bool(dice.random() < 0.9),
            "own_technology": bool(dice.random() < 0.5),
            "public_institution": False,
        }
        puts += [Put(int(firms.pk[place]), code, value, SOURCE, as_of) for code, value in said.items()]
    return put_many(puts)
