"""How each invented firm is doing: what it makes, how large, which way it goes; all as columns over the firms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from enterprises.models import Enterprise
from enterprises.models.places import Level

Column = np.ndarray

MONTHS = 36  # full months that are told
YEARS = 3  # full years that are told, the current one beside them

# By section: logarithm of a year's turnover in 元, its spread, turnover per head in 元, tax per turnover.
TRADES = {
    "A": (13.6, 0.9, 300_000, 0.004),
    "C": (15.1, 1.5, 620_000, 0.034),
    "E": (15.2, 1.4, 540_000, 0.028),
    "F": (15.0, 1.5, 1_500_000, 0.012),
    "G": (14.6, 1.3, 480_000, 0.026),
    "H": (13.9, 1.0, 170_000, 0.02),
    "I": (14.4, 1.4, 450_000, 0.036),
    "M": (14.3, 1.4, 420_000, 0.038),
    "": (14.0, 1.3, 360_000, 0.035),
}
SHOP = (12.7, 0.7, 180_000, 0.008)
SEASONS = {  # January to December, in hundredths of an ordinary month
    "C": (96, 72, 104, 101, 100, 103, 97, 98, 105, 102, 108, 114),
    "E": (70, 45, 90, 105, 110, 108, 95, 95, 110, 115, 120, 137),
    "F": (108, 80, 95, 96, 100, 104, 95, 95, 102, 104, 115, 106),
    "H": (115, 125, 85, 95, 105, 95, 100, 100, 95, 110, 90, 85),
    "": (100, 80, 100, 101, 101, 102, 99, 99, 103, 102, 105, 108),
}
ABOVE_SCALE = {"C": 20_000_000, "F": 20_000_000, "H": 2_000_000, "E": 15_000_000}  # what makes a firm above scale, 元
SERVICE_ABOVE_SCALE = 10_000_000
THIRSTY = ("17", "26", "30", "31", "32", "33", "29", "22")  # divisions that use much power for what they turn over
LARGE = (
    9.0,
    1.2,
    5.0,
    2.2,
    3.0,
    1.6,
    2.0,
    1.4,
    12.0,
    2.5,
    1.8,
    2.4,
    1.1,
    1.5,
)  # of the firms that lead every town, 千万元


@dataclass(frozen=True)
class Calendar:
    """The months, quarters and years that are over at `today`, oldest first, each by its first day."""

    today: date

    @cached_property
    def months(self) -> list[date]:
        last = self.today.year * 12 + self.today.month - 2
        return [_month(number) for number in range(last - MONTHS + 1, last + 1)]

    @cached_property
    def quarters(self) -> list[date]:
        last = (self.today.year * 12 + self.today.month - 1) // 3 - 1
        return [_month(number * 3) for number in range(last - MONTHS // 3 + 1, last + 1)]

    @cached_property
    def years(self) -> list[date]:
        return [date(self.today.year - back, 1, 1) for back in range(YEARS, 0, -1)]


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


class Firms:
    """The firms as columns, in the order given; the same for the same seed. Their industry and place are loaded."""

    def __init__(self, firms: Sequence[Enterprise], seed: int, today: date) -> None:
        self.calendar, self.seed, self.today = Calendar(today), seed, today
        self.rows = firms
        self.pk = np.array([firm.pk for firm in firms], np.int64)
        self.section = np.array([firm.industry.section if firm.industry else "" for firm in firms])
        self.industry = np.array([firm.industry.code if firm.industry else "" for firm in firms])
        self.division = np.array([code[:2] for code in self.industry])
        self.shop = np.array([firm.kind == Enterprise.Kind.INDIVIDUAL for firm in firms])
        self.alive = np.array([firm.status == Enterprise.Status.ACTIVE for firm in firms])
        self.born = np.array([(firm.established_on or date(2010, 1, 1)).toordinal() for firm in firms])
        self.in_carrier = np.array([firm.place.level == Level.CARRIER for firm in firms])
        self._draw(self.dice("firms"))

    def __len__(self) -> int:
        return len(self.pk)

    def dice(self, what: str) -> np.random.Generator:
        """Chance of its own for each thing, so that one may change without the others."""
        return np.random.default_rng([self.seed, *what.encode()])

    def _draw(self, dice: np.random.Generator) -> None:
        n = len(self)
        trades = np.array(
            [SHOP if s else TRADES.get(t, TRADES[""]) for s, t in zip(self.shop, self.section, strict=True)]
        )
        self.turnover = np.exp(trades[:, 0] + trades[:, 1] * np.clip(dice.normal(size=n), -2.6, 3.2))
        leading = min(n, len(LARGE))
        self.turnover[:leading] = np.array(LARGE[:leading]) * 10_000_000
        young = np.clip((self.today.toordinal() - self.born) / 1460, 0.12, 1.0)  # a firm takes four years to grow up
        self.turnover[leading:] *= young[leading:]
        self.growth = dice.normal(0.015, 0.09, n)  # a year
        fate = dice.random(n)
        self.booming, self.failing = fate < 0.03, fate > 0.955
        self.booming[:leading], self.failing[:leading] = (
            [i == 3 for i in range(leading)],
            [i == 5 for i in range(leading)],
        )
        self.growth[self.booming] = dice.uniform(0.35, 0.7, n)[self.booming]
        self.growth[self.failing] = dice.uniform(-0.5, -0.25, n)[self.failing]
        self.per_head = trades[:, 2] * np.exp(dice.normal(0, 0.3, n))
        self.tax_rate = trades[:, 3] * np.exp(dice.normal(0, 0.35, n))
        self.margin = dice.normal(0.055, 0.05, n) - 0.12 * self.failing
        self.industrial = np.isin(self.section, ("B", "C", "D")) & ~self.shop
        limit = np.array([ABOVE_SCALE.get(section, SERVICE_ABOVE_SCALE) for section in self.section])
        self.above_scale = (self.turnover >= limit) & ~self.shop & self.alive
        skilled = np.isin(self.section, ("I", "M")) | np.isin(self.division, ("27", "34", "35", "38", "39", "40", "36"))
        chance = np.where(skilled, 0.16, np.where(self.industrial, 0.06, 0.0)) * np.where(self.above_scale, 3.0, 1.0)
        self.high_tech = (dice.random(n) < chance) & self.alive & ~self.shop & (self.turnover > 2_000_000)
        self.high_tech[:leading] |= np.array([i in (0, 6, 11) for i in range(leading)])
        self.research = np.where(self.high_tech, dice.uniform(0.03, 0.085, n), dice.uniform(0.004, 0.025, n))
        self.exports = np.where(self.industrial & (dice.random(n) < 0.16), dice.uniform(0.05, 0.7, n), 0.0)
        self.metered = (self.industrial | self.shop | (dice.random(n) < 0.35)) & (self.section != "A")
        self.owns_land = self.industrial & (dice.random(n) < np.where(self.above_scale, 0.8, 0.12)) & ~self.in_carrier
        self.area = np.round(np.clip(self.turnover / dice.uniform(2.2e6, 7e6, n), 2.0, 180.0), 2)
        self.ended = np.where(self.alive, MONTHS, dice.integers(0, MONTHS, n))  # months told before a firm was given up

    # What follows from it -----------------------------------------------------------------------------------------

    @cached_property
    def there(self) -> Column:
        """Firms × months: whether the firm was at work."""
        firsts = np.array([month.toordinal() for month in self.calendar.months])
        return (self.born[:, None] <= firsts) & (np.arange(MONTHS) < self.ended[:, None])

    @cached_property
    def _course(self) -> Column:
        """Firms × months: the size against that of the latest twelve months, without seasons and chance."""
        back = (np.arange(MONTHS) - (MONTHS - 6.5)) / 12
        return np.exp(np.log1p(self.growth)[:, None] * back)

    @cached_property
    def revenue(self) -> Column:
        """Firms × months, 元; 0 where the firm was not at work."""
        seasons = {section: np.array(SEASONS.get(section, SEASONS[""])) / 100 for section in set(self.section)}
        of_month = [month.month - 1 for month in self.calendar.months]
        season = np.array([seasons[section][of_month] for section in self.section])
        chance = np.exp(self.dice("revenue").normal(0, 0.09, (len(self), MONTHS)))
        return np.round(self.turnover[:, None] / 12 * self._course * season * chance, -2) * self.there

    @cached_property
    def staff(self) -> Column:
        """Firms × months; people follow the work slowly, and half of its change."""
        people = self.turnover / self.per_head
        drift = np.sqrt(self._course) * np.exp(self.dice("staff").normal(0, 0.02, (len(self), MONTHS)))
        return np.maximum(np.round(people[:, None] * drift), 1) * self.there

    @cached_property
    def power(self) -> Column:
        """Firms × months, kWh."""
        much = np.where(np.isin(self.division, THIRSTY), 0.075, 0.028) * np.where(self.industrial, 1.0, 0.25)
        heat = np.array([(3, 1, 0, 0, 0, 3, 8, 9, 3, 0, 0, 3)[month.month - 1] for month in self.calendar.months]) / 100
        chance = np.exp(self.dice("power").normal(0, 0.05, (len(self), MONTHS)))
        return np.round(self.revenue * much[:, None] * (1 + heat) * chance)

    def of_year(self, monthly: Column, year: int) -> Column:
        """The year's sum; months before those that are told are taken to have been like those of the year that are."""
        inside = [place for place, month in enumerate(self.calendar.months) if month.year == year]
        return np.round(monthly[:, inside].sum(axis=1) * 12 / max(len(inside), 1), 2)

    def at_year_end(self, monthly: Column, year: int) -> Column:
        return monthly[:, max(place for place, month in enumerate(self.calendar.months) if month.year == year)]

    def at_work_in(self, year: int) -> Column:
        return self.of_year(self.there, year) > 0
