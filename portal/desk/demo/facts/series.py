"""What comes every month, quarter and year, with the gaps and delays that lines have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

import numpy as np

from portal.worktime.calendar import SHANGHAI

from .giving import Giving
from .profile import MONTHS, Column

GAP = 0.05  # of firms that miss some months with a line
BEHIND = {"water": 5, "gas": 5, "invoices": 0, "trade": 1}  # months by which a line is late altogether
BEGUN = {"invoices": 13, "survey": 8}  # how many months or quarters a line has delivered at all
LAST_YEAR_MISSING = ("emissions",)


class Series:
    """Adds everything that has a period to what is given."""

    def __init__(self, giving: Giving) -> None:
        self.giving, self.firms, self.calendar = giving, giving.firms, giving.firms.calendar

    def add(self) -> None:
        self._money()
        self._people()
        self._meters()
        self._statistics()
        self._quarters()
        self._years()
        self._research()
        self._ratings()

    # Ways to add --------------------------------------------------------------------------------------------------

    def _monthly(self, resource: str, lag: int, mask: Column, columns: Mapping[str, Column]) -> None:
        """`mask` firms, or firms × months, and columns of firms × months; a few firms miss some months."""
        told = (mask if mask.ndim == 2 else mask[:, None]) & self.firms.there & ~self._gaps(resource)
        first, last = MONTHS - BEGUN.get(resource, MONTHS), MONTHS - BEHIND.get(resource, 0)
        for place in range(first, last):
            month = self.calendar.months[place]
            at = _after(_next(month, 1), lag)
            self.giving.add(
                resource, at, told[:, place], {code: c[:, place] for code, c in columns.items()}, period=month
            )

    def _quarterly(self, resource: str, lag: int, mask: Column, columns: Mapping[str, Column]) -> None:
        """Columns of firms × quarters."""
        count = len(self.calendar.quarters)
        for place in range(count - BEGUN.get(resource, count), count):
            quarter = self.calendar.quarters[place]
            born = self.firms.born <= quarter.toordinal()
            still = self.firms.ended >= min(place * 3 + 3, MONTHS)
            given = {code: column[:, place] for code, column in columns.items()}
            self.giving.add(resource, _after(_next(quarter, 3), lag), mask & born & still, given, period=quarter)

    def _yearly(self, resource: str, lag: int, mask: Column, columns: Mapping[str, list[Column]]) -> None:
        """A column for each of the years that are over; `lag` in days after the end of the year."""
        years = self.calendar.years[:-1] if resource in LAST_YEAR_MISSING else self.calendar.years
        for place, year in enumerate(years):
            given = {code: column[place] for code, column in columns.items()}
            at_work = self.firms.at_work_in(year.year)
            self.giving.add(resource, _after(_next(year, 12), lag), mask & at_work, given, period=year)

    def _gaps(self, resource: str) -> Column:
        """Firms × months that did not come: a few firms, one to four months on end."""
        dice = self.firms.dice(f"gaps {resource}")
        n = len(self.firms)
        start, long = dice.integers(0, MONTHS, n), dice.integers(1, 5, n)
        start[dice.random(n) > GAP] = MONTHS + 9
        month = np.arange(MONTHS)
        return (month >= start[:, None]) & (month < (start + long)[:, None])

    def _each_year(self, of_year: Callable[[int], Column]) -> list[Column]:
        return [of_year(year.year) for year in self.calendar.years]

    def _each_quarter(self, monthly: Column) -> Column:
        """Firms × quarters: a monthly column at the end of each, or of the months that are told."""
        months = self.calendar.months
        ends = [_next(quarter, 2) for quarter in self.calendar.quarters]
        return monthly[:, [months.index(end) if end in months else 0 for end in ends]]

    # Money --------------------------------------------------------------------------------------------------------

    def _money(self) -> None:
        firms, dice = self.firms, self.firms.dice("tax")
        n, shape = len(firms), (len(firms), MONTHS)
        quarter_begins = np.array([month.month in (1, 4, 7, 10) for month in self.calendar.months])
        due = firms.revenue * firms.tax_rate[:, None]
        vat = due * dice.normal(0.62, 0.16, shape)
        refunded = (firms.exports > 0.3)[:, None] & (dice.random(shape) < 0.12)
        vat = np.where(refunded, -vat * 0.6, vat)
        income = np.maximum(due * 0.27 * 3 * quarter_begins * (firms.margin > 0)[:, None], 0)
        total = vat + income + due * 0.11
        taxed = ~firms.shop | (dice.random(n) < 0.2)
        columns = {"total": total, "vat": vat, "income": income, "local": np.where(total > 0, total * 0.38, 0)}
        self._monthly("tax_paid", 17, taxed, {code: np.round(column, 2) for code, column in columns.items()})
        stuck = firms.failing & ~firms.shop & (dice.random(n) < 0.6)
        late = stuck[:, None] & (np.arange(MONTHS) >= MONTHS - dice.integers(3, 14, n)[:, None])
        owed = np.round(np.cumsum(np.where(late, due * 0.8, 0), axis=1), 2)
        self._monthly("tax_arrears", 20, late & (owed > 0), {"amount": owed})
        sales = np.round(firms.revenue * dice.normal(1.0, 0.03, shape), 2)
        bought = np.round(sales * dice.uniform(0.4, 0.85, n)[:, None], 2)
        self._monthly("invoices", 16, taxed & (firms.turnover > 4_000_000), {"sales": sales, "purchases": bought})
        export = np.round(firms.revenue * firms.exports[:, None], 2)
        imports = np.round(export * dice.uniform(0, 0.5, n)[:, None], 2)
        self._monthly("trade", 12, firms.exports > 0, {"export": export, "import": imports})

    def _people(self) -> None:
        firms, dice = self.firms, self.firms.dice("people")
        n = len(firms)
        insures = ~firms.shop & (dice.random(n) < np.where(firms.staff[:, -1] > 4, 0.98, 0.72))
        insured = np.maximum(np.round(firms.staff * dice.uniform(0.85, 1.0, n)[:, None]), 1)
        base = np.round(insured * dice.uniform(5_200, 9_800, n)[:, None], 0)
        behind = (firms.failing & (dice.random(n) < 0.4))[:, None] & (np.arange(MONTHS) >= MONTHS - 3)
        self._monthly("social_insurance", 14, insures, {"insured": insured, "base": base, "paid": 1.0 * ~behind})

    def _meters(self) -> None:
        firms, dice = self.firms, self.firms.dice("meters")
        n = len(firms)
        capacity = np.repeat(np.round(firms.power.max(axis=1) / 190, -1)[:, None], MONTHS, axis=1) + 30
        owing = (firms.failing & (dice.random(n) < 0.3))[:, None] & (np.arange(MONTHS) >= MONTHS - 2)
        columns = {"used": firms.power, "capacity": capacity, "owing": np.where(owing, firms.power * 0.7, 0)}
        self._monthly("electricity", 4, firms.metered & (dice.random(n) < 0.93), columns)
        wet = firms.industrial & (firms.turnover > 8_000_000) & (dice.random(n) < 0.6)
        used = np.round(firms.revenue * dice.uniform(0.0002, 0.002, n)[:, None], 2)
        self._monthly("water", 9, wet, {"used": used, "owing": used * 0})
        burns = firms.industrial & firms.above_scale & (dice.random(n) < 0.25)
        self._monthly("gas", 9, burns, {"used": np.round(used * 3, 2), "owing": used * 0})

    def _statistics(self) -> None:
        firms, dice = self.firms, self.firms.dice("statistics")
        n = len(firms)
        made = np.round(firms.revenue * dice.normal(1.02, 0.02, (n, MONTHS)), -3)
        delivered = np.round(made * firms.exports[:, None], -3)
        reports = firms.above_scale & firms.industrial
        self._monthly("monthly_output", 11, reports, {"output": made, "export_delivery": delivered})
        cost = np.round(firms.revenue * (0.93 - firms.margin)[:, None], -3)
        columns = {
            "revenue": firms.revenue,
            "cost": cost,
            "profit": np.round(firms.revenue * firms.margin[:, None], -3),
        }
        self._monthly("monthly_operation", 12, firms.above_scale, columns)
        builds = firms.above_scale & (dice.random(n) < np.where(firms.booming, 0.9, 0.22))
        begun, long = dice.integers(-6, MONTHS, n), dice.integers(4, 19, n)
        month = np.arange(MONTHS)
        under_way = builds[:, None] & (month >= begun[:, None]) & (month < (begun + long)[:, None])
        spent = np.round(firms.turnover[:, None] * dice.uniform(0.004, 0.03, (n, MONTHS)), -4)
        equipment = np.round(spent * dice.uniform(0.2, 0.9, n)[:, None], -4)
        self._monthly("fixed_investment", 13, under_way, {"amount": spent, "equipment": equipment})

    # Quarters -----------------------------------------------------------------------------------------------------

    def _quarters(self) -> None:
        firms, dice = self.firms, self.firms.dice("quarters")
        n, staff = len(firms), self._each_quarter(firms.staff)
        shape = staff.shape
        hired, left = np.round(staff * dice.uniform(0, 0.09, shape)), np.round(staff * dice.uniform(0, 0.08, shape))
        short = np.round(staff * dice.uniform(0, 0.06, shape) * (dice.random(n) < 0.3)[:, None])
        counted = ~firms.shop & (firms.staff[:, -1] >= 5) & (dice.random(n) < 0.85)
        employment = {"headcount": np.maximum(staff, 1), "hired": hired, "left": left, "short": short}
        self._quarterly("employment", 18, counted, employment)
        owes = ~firms.shop & (firms.turnover > 3_000_000) & (dice.random(n) < 0.42)
        drift = np.exp(dice.normal(0, 0.05, shape))
        balance = np.round(firms.turnover[:, None] * dice.uniform(0.05, 0.5, n)[:, None] * drift, -4)
        banks = np.repeat(dice.integers(1, 5, n)[:, None], shape[1], axis=1)
        overdue = (firms.failing & (dice.random(n) < 0.35))[:, None] & (np.arange(shape[1]) >= shape[1] - 2)
        self._quarterly("loans", 27, owes, {"balance": balance, "banks": banks, "overdue": 1.0 * overdue})
        declared = np.array([_next(month, -((month.month - 1) % 3)) for month in self.calendar.months])
        sums = np.stack([firms.revenue[:, declared == q].sum(axis=1) for q in self.calendar.quarters], axis=1)
        declares = ~firms.shop & (firms.turnover > 4_000_000) & (dice.random(n) < 0.9)
        self._quarterly("vat_returns", 17, declares, {"sales": np.round(sums, 2)})
        wants = owes & (dice.random(n) < 0.18)
        wanted = np.round(firms.turnover[:, None] * dice.uniform(0.05, 0.2, shape), -5)
        met = np.round(wanted * dice.uniform(0, 1, shape), -5)
        self._quarterly("financing_needs", 29, wants, {"wanted": wanted, "met": met})
        sells = np.isin(firms.industry, ("5292", "1771", "1819", "2682")) & (dice.random(n) < 0.6)
        online = np.round(firms.turnover[:, None] / 4 * dice.uniform(0.2, 0.9, n)[:, None] * drift, -2)
        self._quarterly("online_sales", 22, sells, {"sales": online})
        asked = firms.above_scale & (dice.random(n) < 0.7)
        words = np.array(["worse", "same", "better"], object)
        mood = words[dice.choice(3, shape, p=(0.2, 0.55, 0.25))]
        mood[firms.failing], mood[firms.booming] = "worse", "better"
        use = np.round(np.clip(dice.normal(0.78, 0.1, shape) - 0.3 * firms.failing[:, None], 0.15, 1.0), 2)
        orders = np.round(firms.turnover[:, None] * dice.uniform(0.05, 0.4, shape), -4)
        survey = {"orders": orders, "utilisation": use, "short": short, "confidence": mood}
        self._quarterly("survey", 20, asked, survey)

    # Years --------------------------------------------------------------------------------------------------------

    def _years(self) -> None:
        firms, dice = self.firms, self.firms.dice("years")
        n = len(firms)
        revenue = self._each_year(lambda year: np.round(firms.of_year(firms.revenue, year), -3))
        assets = [one * dice.uniform(0.6, 1.5, n) for one in revenue]
        owed = dice.uniform(0.25, 0.75, n) + 0.35 * firms.failing
        staff = self._each_year(lambda year: np.maximum(firms.at_year_end(firms.staff, year), 1))
        reports = firms.above_scale | ~firms.shop & (firms.turnover > 1_500_000) & (dice.random(n) < 0.75)
        self._yearly(
            "annual_finance",
            100,
            reports,
            {
                "revenue": revenue,
                "cost": [np.round(one * (0.93 - firms.margin), -3) for one in revenue],
                "profit": [np.round(one * firms.margin, -3) for one in revenue],
                "assets": [np.round(one, -3) for one in assets],
                "liabilities": [np.round(one * owed, -3) for one in assets],
                "wages": [np.round(one * 88_000, -3) for one in staff],
                "domestic": [np.round(one * (1 - firms.exports), -3) for one in revenue],
            },
        )
        burnt = self._each_year(lambda year: np.round(firms.of_year(firms.power, year) * 1.6e-4 + 3, 2))
        coal = [np.round(one * 0.02 * (firms.division == "17"), 2) for one in burnt]
        self._yearly("energy_use", 95, firms.industrial & firms.above_scale, {"total": burnt, "coal": coal})
        capped = firms.industrial & firms.above_scale & np.isin(firms.division, ("17", "26", "30", "31"))
        self._yearly("energy_cap", 60, capped, {"quota": [np.round(one * 1.05, -1) for one in burnt]})
        foul = capped | firms.industrial & (firms.division == "33") & (firms.turnover > 9_000_000)
        load = [one * dice.uniform(0.001, 0.004, n) for one in burnt]
        emitted = {"cod": load, "nox": [one * 1.4 for one in load], "vocs": [one * 0.6 for one in load]}
        self._yearly("emissions", 75, foul, {code: [np.round(one, 4) for one in c] for code, c in emitted.items()})
        self._reliefs(revenue)
        self._reports(assets, staff)

    def _reliefs(self, revenue: list[Column]) -> None:
        firms = self.firms
        relief = [np.round(one * firms.research * 0.15 * firms.high_tech, -2) for one in revenue]
        refund = [np.round(one * firms.exports * 0.06, -2) for one in revenue]
        deducted = [np.round(one * firms.research * firms.high_tech, -2) for one in revenue]
        relieved = {"relief": relief, "refund": refund, "rd_deduction": deducted}
        self._yearly("tax_relief", 120, firms.high_tech | (firms.exports > 0.2), relieved)

    def _reports(self, assets: list[Column], staff: list[Column]) -> None:
        firms, dice = self.firms, self.firms.dice("reports")
        n = len(firms)
        filed = [
            np.full(n, float(date(year.year + 1, 3, 1).toordinal())) + dice.integers(0, 110, n)
            for year in self.calendar.years
        ]
        report = {"filed_on": filed, "staff": staff, "assets": [np.round(one, -4) for one in assets]}
        self._yearly("annual_report", 185, ~firms.shop & (dice.random(n) < 0.88), report)
        self._yearly(
            "training", 110, firms.above_scale & (dice.random(n) < 0.4),
            {"people": [np.ceil(one * 0.3) for one in staff], "subsidy": [np.ceil(one * 0.3) * 600 for one in staff]},
        )  # fmt: skip

    def _research(self) -> None:
        firms, dice = self.firms, self.firms.dice("research")
        n = len(firms)
        does = firms.high_tech | firms.above_scale & firms.industrial & (dice.random(n) < 0.45)
        cost = self._each_year(lambda year: np.round(firms.of_year(firms.revenue, year) * firms.research, -3))
        share = np.where(firms.high_tech, dice.uniform(0.09, 0.26, n), 0.05)
        staff = self._each_year(lambda year: np.ceil(firms.at_year_end(firms.staff, year) * share))
        projects = [np.minimum(np.ceil(one / 900_000), 30) for one in cost]
        new = [np.round(one * 9, -4) for one in cost]
        activity = {"cost": cost, "staff": staff, "projects": projects, "new_products": new}
        self._yearly("rd_activity", 98, does & (dice.random(n) < 0.95), activity)
        engineers = [np.floor(one * dice.uniform(0.2, 0.7, n)) for one in staff]
        self._yearly("technology_staff", 105, does & (dice.random(n) < 0.8), {"staff": staff, "engineers": engineers})

    def _ratings(self) -> None:
        """Yearly judgements; those that are made within the year have the current one, too."""
        firms, dice = self.firms, self.firms.dice("ratings")
        n, years = len(firms), self.calendar.years

        def words(codes: str, weights: tuple[float, ...]) -> list[Column]:
            return [np.array(codes.split(), object)[dice.choice(len(weights), n, p=weights)] for _year in years]

        grades = words("d c m b a", (0.02, 0.05, 0.3, 0.41, 0.22))
        for place, grade in enumerate(grades):
            grade[firms.failing & (place == 2)] = "d"
        self._yearly("tax_rating", 115, ~firms.shop, {"grade": grades})
        self._yearly(
            "environment_credit",
            90,
            firms.industrial & firms.above_scale,
            {"grade": words("d c b a", (0.02, 0.1, 0.6, 0.28))},
        )
        self._yearly(
            "risk_level",
            40,
            firms.industrial & (firms.turnover > 3_000_000),
            {"level": words("blue yellow orange red", (0.62, 0.28, 0.08, 0.02))},
        )
        digital = {
            "level": words("l1 l2 l3 l4", (0.35, 0.4, 0.2, 0.05)),
            "cloud": [1.0 * (dice.random(n) < 0.6)] * len(years),
        }
        self._yearly("digital_level", 130, firms.above_scale, digital)
        self._land()
        self._tech_smes()
        self._above_scale()

    def _land(self) -> None:
        firms, dice = self.firms, self.firms.dice("land")
        n = len(firms)
        until = np.full(n, np.nan)
        until[firms.owns_land] = dice.integers(
            date(2038, 1, 1).toordinal(), date(2062, 1, 1).toordinal(), firms.owns_land.sum()
        )
        land = {"area": [firms.area] * 3, "tenure": [np.full(n, "granted", object)] * 3, "until": [until] * 3}
        self._yearly("land_use", 55, firms.owns_land, land)
        rated = firms.owns_land | firms.industrial & firms.above_scale
        yields = self._each_year(lambda year: firms.of_year(firms.revenue, year) * firms.tax_rate / firms.area / 1000)
        score = [
            np.round(np.clip(38 + 14 * np.log1p(np.maximum(one, 0) / 18) + dice.normal(0, 3, n), 5, 120), 2)
            for one in yields
        ]
        classes = [np.select([one >= 78, one >= 58, one >= 42], ["a", "b", "c"], "d").astype(object) for one in score]
        self._yearly("yield_rating", 135, rated, {"score": score, "class": classes})

    def _tech_smes(self) -> None:
        firms, dice = self.firms, self.firms.dice("tech smes")
        n = len(firms)
        small = firms.high_tech | (firms.research > 0.02) & ~firms.shop & (dice.random(n) < 0.4)
        for year in self._with_this_year():
            numbers = [f"{year.year}320585{pk % 10**6:06d}" for pk in firms.pk]
            stored = np.full(n, float(date(year.year, 4, 20).toordinal()))
            there = small & firms.alive & (firms.born < year.toordinal())
            columns = {"number": np.array(numbers, object), "stored_on": stored}
            self.giving.add("tech_smes", _after(date(year.year, 6, 1), 8), there, columns, period=year)

    def _with_this_year(self) -> list[date]:
        return [*self.calendar.years, date(self.firms.today.year, 1, 1)]

    def _above_scale(self) -> None:
        firms = self.firms
        fields = {"C": "industry", "B": "industry", "D": "industry", "E": "construction", "F": "trade", "H": "trade"}
        field = np.array([fields.get(section, "service") for section in firms.section], object)
        for year in self._with_this_year():
            there = firms.above_scale & (firms.born < year.toordinal())
            at = _after(date(year.year, 1, 1), 20)
            self.giving.add("above_scale", at, there, {"field": field}, period=year)


def _next(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _after(day: date, lag: int) -> datetime:
    return datetime.combine(day + timedelta(days=lag), time(10, lag % 60), SHANGHAI)
