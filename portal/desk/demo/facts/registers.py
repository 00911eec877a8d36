"""Registers, each item with its own dates, and what is known as at a day; a register is delivered again every quarter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

import numpy as np

from enterprises.models import Enterprise
from portal.worktime.calendar import SHANGHAI

from .giving import Giving
from .profile import MONTHS, Column

HAZARDS = ("消防通道堆放物料", "配电箱未接地", "有限空间无警示标识", "危化品混放", "行车限位失效", "粉尘清扫记录缺失")
OFFENCES = ("未按规定设置警示标识", "擅自占用道路堆放", "未批先建附属用房", "未如实记录培训情况", "违规设置户外广告")
FOUL_OFFENCES = ("废气处理设施未正常运行", "危险废物贮存不规范", "未按证排污", "未按要求开展自行监测")
PROJECTS = ("智能化生产线", "二期厂房", "高端装备制造", "研发中心", "绿色化改造", "仓储物流中心")
UPGRADES = ("冲压线自动化改造", "数字化车间", "节能电机更换", "焊接机器人应用", "检测线升级")
SCIENCE = ("关键零部件可靠性研究", "高性能涂层工艺开发", "轻量化结构设计", "在线检测方法研究")
AGENCIES = ("市场监管分局", "综合执法局", "安环办", "人社所", "税务分局")
FIELDS = ("机械工程", "材料科学", "电子信息", "生物医药", "经营管理")
BACK = MONTHS * 31  # days before today that are told


class Registers:
    """Adds all registers to what is given."""

    def __init__(self, giving: Giving) -> None:
        self.giving, self.firms, self.today = giving, giving.firms, giving.firms.today
        last = date(self.today.year, (self.today.month - 1) // 3 * 3 + 1, 8)
        self.days = [day for day in (_back(last, 3 * n) for n in range(11, -1, -1)) if day < self.today]

    def add(self) -> None:
        self._identity()
        self._invention()
        self._recognition()
        self._safety()
        self._trouble()
        self._building()

    # Ways to add --------------------------------------------------------------------------------------------------

    def _items(
        self,
        resource: str,
        mask: Column,
        mean: float,
        item: Callable[[int], str],
        columns: Callable[[np.random.Generator, Column], Mapping[str, Column]],
    ) -> None:
        """About `mean` items for each firm of the mask; an item is delivered after the last of its days that is past.

        The last delivery comes even where it is empty: then it says that nobody has any.
        """
        dice = self.firms.dice(resource)
        counts = np.where(mask, dice.poisson(mean, len(self.firms)) if mean < 9 else 1, 0)
        who = np.repeat(np.arange(len(self.firms)), counts)
        given = columns(dice, who)
        names = np.array([item(number) for number in range(1, len(who) + 1)], object)
        happened = np.zeros(len(who))
        for code, column in given.items():
            if code.endswith("_on") or code == "since":
                happened = np.fmax(happened, column)
        turn = np.searchsorted([day.toordinal() for day in self.days], happened, side="right")
        after_birth = happened >= self.firms.born[who]
        for place, day in enumerate(self.days):
            here = np.flatnonzero((turn == place) & after_birth)
            at = datetime.combine(day, time(9, 30), SHANGHAI)
            columns_here, last = {c: v[here] for c, v in given.items()}, day == self.days[-1]
            self.giving.add(resource, at, who[here], columns_here, items=names[here], even_empty=last)

    def _days(self, dice: np.random.Generator, n: int, most: int = BACK, least: int = 8) -> Column:
        return self.today.toordinal() - dice.integers(least, most, n).astype(float)

    def _ended(self, dice: np.random.Generator, began: Column, most: int, share: float) -> Column:
        """A day within `most` days after each, for that share; not known where it would be to come."""
        day = began + dice.integers(2, most, len(began))
        return np.where((dice.random(len(began)) < share) & (day < self.today.toordinal()), day, np.nan)

    def _once(self, resource: str, day: date, mask: Column, columns: Mapping[str, Column]) -> None:
        self.giving.add(resource, datetime.combine(day, time(9), SHANGHAI), mask, columns, period=day)

    # What a firm is -----------------------------------------------------------------------------------------------

    def _identity(self) -> None:
        firms, rows = self.firms, self.firms.rows
        recently, everybody = self.today - timedelta(days=24), np.ones(len(firms), bool)

        def text(value: Callable[[Enterprise], str]) -> Column:
            return np.array([value(row) or None for row in rows], object)

        capital = np.array(
            [np.nan if r.registered_capital is None else float(r.registered_capital) * 1e4 for r in rows]
        )
        self._once("registration", recently, everybody, {
            "legal_representative": text(lambda r: r.legal_representative),
            "registered_capital": capital,
            "paid_capital": np.round(capital * firms.dice("capital").choice((0.2, 0.5, 1.0, 1.0), len(firms)), 2),
            "established_on": firms.born.astype(float),
            "kind": text(lambda r: r.get_kind_display()),
            "status": text(lambda r: r.status),
            "address": text(lambda r: r.address),
        })  # fmt: skip
        classes = {
            "class": text(lambda r: r.industry.code if r.industry else ""),
            "section": text(lambda r: r.industry.section if r.industry else ""),
        }
        self._once("industry_codes", self.today - timedelta(days=200), firms.industry != "", classes)
        self._sites()

    def _sites(self) -> None:
        firms, rows = self.firms, self.firms.rows
        dice = firms.dice("sites")
        visited = firms.alive & (firms.in_carrier | (dice.random(len(firms)) < 0.15))
        carrier = np.array(
            [r.place.name if inside else None for r, inside in zip(rows, firms.in_carrier, strict=True)], object
        )
        area = np.round(np.clip(firms.staff[:, -1] * dice.uniform(18, 60, len(firms)), 40, 60_000), -1)
        sites = {
            "carrier": carrier,
            "floor_area": area,
            "open": 1.0 * ~(firms.failing & (dice.random(len(firms)) < 0.2)),
        }
        self._once("sites", self.today - timedelta(days=75), visited, sites)
        permitted = firms.industrial & (firms.turnover > 3_000_000)
        level = np.select(
            [np.isin(firms.division, ("17", "26", "33")) & firms.above_scale, firms.above_scale],
            ["key", "simple"],
            "registered",
        )
        self._once("discharge_permits", self.today - timedelta(days=150), permitted, {"level": level.astype(object)})
        stages = np.array(["reformed", "coached", "filed", "listed"], object)[
            dice.choice(4, len(firms), p=(0.5, 0.25, 0.15, 0.1))
        ]
        self._once(
            "listings",
            self.today - timedelta(days=60),
            firms.above_scale & (firms.turnover > 90_000_000) & (dice.random(len(firms)) < 0.3),
            {"stage": stages},
        )

    def _invention(self) -> None:
        firms = self.firms
        inventive = firms.high_tech | firms.industrial & (firms.research > 0.02)

        def patents(dice: np.random.Generator, who: Column) -> dict[str, Column]:
            kind = np.array(["design", "utility", "invention"], object)[dice.choice(3, len(who), p=(0.15, 0.6, 0.25))]
            granted = self._days(dice, len(who), 2400)
            lapsed = np.where(dice.random(len(who)) < 0.04, granted + 1500, np.nan)
            return {
                "kind": kind,
                "granted_on": granted,
                "until": np.where(lapsed > self.today.toordinal(), np.nan, lapsed),
            }

        self._items("patents", firms.high_tech, 7.0, lambda n: f"ZL20{n:09d}.X", patents)
        self._items("patent_applications", inventive, 0.6, lambda n: f"CN{n:09d}.A", lambda dice, who: {
            "filed_on": (filed := self._days(dice, len(who), 900)),
            "kind": np.array(["utility", "invention"], object)[dice.choice(2, len(who))],
            "closed_on": self._ended(dice, filed, 600, 0.6),
        })  # fmt: skip
        self._items("trademarks", ~firms.shop & (firms.turnover > 6_000_000), 0.8, lambda n: f"TM{n:08d}", lambda dice, who: {
            "registered_on": (since := self._days(dice, len(who), 3000)),
            "class": dice.integers(1, 46, len(who)),
            "until": since + 3652,
        })  # fmt: skip
        self._items("copyrights", np.isin(firms.section, ("I", "M", "R")), 0.7, lambda n: f"SR{n:08d}", lambda dice, who: {
            "registered_on": self._days(dice, len(who), 2500),
            "kind": np.array(["software", "work"], object)[dice.choice(2, len(who), p=(0.85, 0.15))],
        })  # fmt: skip
        self._science()

    def _science(self) -> None:
        firms = self.firms
        self._items("tech_contracts", firms.high_tech, 0.35, lambda n: f"TC{n:07d}", lambda dice, who: {
            "registered_on": self._days(dice, len(who)),
            "amount": np.round(firms.turnover[who] * dice.uniform(0.005, 0.05, len(who)), -3),
            "kind": np.array(["development", "transfer", "service"], object)[dice.choice(3, len(who))],
        })  # fmt: skip
        self._items("science_projects", firms.high_tech, 0.25, lambda n: f"KJ{n:06d}", lambda dice, who: {
            "started_on": (since := self._days(dice, len(who))),
            "name": np.array(SCIENCE, object)[dice.choice(len(SCIENCE), len(who))],
            "level": np.array(["municipal", "provincial"], object)[dice.choice(2, len(who), p=(0.8, 0.2))],
            "grant": dice.choice((100_000, 200_000, 300_000, 500_000), len(who)),
            "done_on": self._ended(dice, since, 900, 0.7),
        })  # fmt: skip

    def _recognition(self) -> None:
        firms, n = self.firms, len(self.firms)
        today = self.today.toordinal()
        lasts = firms.dice("certificates").integers(-40, 1060, n)  # days until the certificate runs out

        def certificate(dice: np.random.Generator, who: Column) -> dict[str, Column]:
            return {
                "granted_on": (today + lasts[who] - 1095).astype(float),
                "until": (today + lasts[who]).astype(float),
            }

        self._items("high_tech", firms.high_tech, 9, lambda n: f"GR{n:010d}", certificate)
        special = firms.high_tech & firms.above_scale & (firms.dice("special").random(n) < 0.3)
        self._items("specialised", special, 9, lambda n: f"ZJ{n:06d}", lambda dice, who: {
            "level": np.array(["provincial", "national"], object)[dice.choice(2, len(who), p=(0.85, 0.15))],
            **certificate(dice, who),
        })  # fmt: skip
        institute = firms.high_tech & firms.above_scale & (firms.dice("institute").random(n) < 0.55)
        self._items("research_institutes", institute, 9, lambda n: f"企业研究开发中心{n:03d}", lambda dice, who: {
            "level": np.array(["municipal", "provincial", "national"], object)[dice.choice(3, len(who), p=(0.6, 0.36, 0.04))],
            "recognised_on": self._days(dice, len(who), 2000),
        })  # fmt: skip
        self._items("talents", firms.high_tech, 0.35, lambda n: f"RC{n:06d}", lambda dice, who: {
            "recognised_on": self._days(dice, len(who), 1500),
            "rank": np.array(list("edcba"), object)[dice.choice(5, len(who), p=(0.5, 0.3, 0.15, 0.04, 0.01))],
            "field": np.array(FIELDS, object)[dice.choice(len(FIELDS), len(who))],
        })  # fmt: skip
        self._items("quality_awards", firms.above_scale, 0.05, lambda n: f"质量奖{n:03d}", lambda dice, who: {
            "level": np.array(["municipal", "provincial"], object)[dice.choice(2, len(who), p=(0.85, 0.15))],
            "granted_on": self._days(dice, len(who), 1500),
        })  # fmt: skip
        self._items("standards", firms.high_tech & firms.above_scale, 0.3, lambda n: f"T/SX {n:04d}", lambda dice, who: {
            "level": np.array(["local", "industry", "national"], object)[dice.choice(3, len(who), p=(0.4, 0.45, 0.15))],
            "role": np.array(["participant", "lead"], object)[dice.choice(2, len(who), p=(0.8, 0.2))],
            "published_on": self._days(dice, len(who), 1800),
        })  # fmt: skip
        self._items("green_factories", firms.industrial & firms.above_scale, 0.05, lambda n: f"LS{n:05d}", lambda dice, who: {
            "level": np.array(["municipal", "provincial"], object)[dice.choice(2, len(who), p=(0.8, 0.2))],
            "granted_on": self._days(dice, len(who), 1400),
        })  # fmt: skip

    # What goes wrong ----------------------------------------------------------------------------------------------

    def _safety(self) -> None:
        firms = self.firms
        shaky = np.where(firms.failing, 1.0, 0.35)

        def cleared(dice: np.random.Generator, who: Column, on: str, most: int, share: float) -> dict[str, Column]:
            return {on: (since := self._days(dice, len(who))), "cleared_on": self._ended(dice, since, most, share)}

        risky = firms.industrial & (firms.dice("risky").random(len(firms)) < shaky)
        self._items("hazards", risky, 1.4, lambda n: f"YH{n:06d}", lambda dice, who: {
            **cleared(dice, who, "found_on", 45, 0.93),
            "grade": np.array(["general", "major"], object)[dice.choice(2, len(who), p=(0.97, 0.03))],
            "matter": np.array(HAZARDS, object)[dice.choice(len(HAZARDS), len(who))],
        })  # fmt: skip
        standard = firms.industrial & (firms.turnover > 8_000_000) & (firms.dice("standard").random(len(firms)) < 0.5)
        self._items("safety_standard", standard, 9, lambda n: f"AQB{n:06d}", lambda dice, who: {
            "granted_on": (since := self._days(dice, len(who), 1090)),
            "grade": np.array(["third", "second"], object)[dice.choice(2, len(who), p=(0.9, 0.1))],
            "until": since + 1095,
        })  # fmt: skip
        self._items("accidents", firms.industrial, 0.002, lambda n: f"SG{n:04d}", lambda dice, who: {
            "happened_on": self._days(dice, len(who)),
            "dead": np.zeros(len(who)),
            "injured": np.ones(len(who)),
            "loss": np.round(dice.uniform(2e4, 4e5, len(who)), -3),
        })  # fmt: skip
        result = np.array(["passed", "corrected", "punished"], object)
        self._items("checks", firms.alive, 0.55, lambda n: f"JC{n:06d}", lambda dice, who: {
            **cleared(dice, who, "checked_on", 40, 0.4),
            "agency": np.array(AGENCIES, object)[dice.choice(len(AGENCIES), len(who))],
            "result": result[dice.choice(3, len(who), p=(0.66, 0.28, 0.06))],
        })  # fmt: skip
        self._items("fire_checks", firms.industrial, 0.35, lambda n: f"XF{n:06d}", lambda dice, who: {
            **cleared(dice, who, "checked_on", 30, 0.35),
            "result": result[dice.choice(3, len(who), p=(0.7, 0.27, 0.03))],
        })  # fmt: skip
        self._labour()

    def _labour(self) -> None:
        firms = self.firms
        self._items("wage_arrears", firms.failing & ~firms.shop, 0.25, lambda n: f"QX{n:05d}", lambda dice, who: {
            "reported_on": (since := self._days(dice, len(who), 500)),
            "amount": np.round(dice.uniform(3e4, 9e5, len(who)), -3),
            "people": dice.integers(1, 30, len(who)),
            "settled_on": self._ended(dice, since, 120, 0.8),
        })  # fmt: skip
        self._items("labour_disputes", ~firms.shop & (firms.staff[:, -1] > 10), 0.08, lambda n: f"LZ{n:05d}", lambda dice, who: {
            "filed_on": self._days(dice, len(who)),
            "people": dice.integers(1, 6, len(who)),
            "result": np.array(["open", "mediated", "ruled", "withdrawn"], object)[dice.choice(4, len(who), p=(0.1, 0.55, 0.25, 0.1))],
        })  # fmt: skip

    def _trouble(self) -> None:
        firms = self.firms

        def fined(dice: np.random.Generator, who: Column, offences: tuple[str, ...]) -> dict[str, Column]:
            return {
                "decided_on": (since := self._days(dice, len(who))),
                "matter": np.array(offences, object)[dice.choice(len(offences), len(who))],
                "fine": np.round(dice.uniform(2e3, 8e4, len(who)), -2),
                "ended_on": self._ended(dice, since, 90, 0.9),
            }

        self._items(
            "penalties",
            firms.alive,
            0.05,
            lambda n: f"沙综执罚〔{self.today.year}〕{n}号",
            lambda d, w: fined(d, w, OFFENCES),
        )
        self._items(
            "environment_penalties",
            firms.industrial,
            0.02,
            lambda n: f"苏环罚〔{self.today.year}〕{n}号",
            lambda d, w: fined(d, w, FOUL_OFFENCES),
        )
        listed = firms.failing | ~firms.alive | (firms.dice("listed").random(len(firms)) < 0.008)
        self._items("abnormal_list", listed, 0.3, lambda n: f"异常{n:05d}", lambda dice, who: {
            "since": (since := self._days(dice, len(who))),
            "until": self._ended(dice, since, 300, 0.6),
            "reason": np.array(["未按期公示年报", "通过登记住所无法联系"], object)[dice.choice(2, len(who))],
        })  # fmt: skip
        self._items("serious_list", firms.failing, 0.02, lambda n: f"严重{n:04d}", lambda dice, who: {
            "since": self._days(dice, len(who), 700),
            "reason": np.full(len(who), "被列入经营异常名录满三年", object),
        })  # fmt: skip
        self._items("defaulters", firms.failing & ~firms.shop, 0.15, lambda n: f"（{self.today.year - 1}）苏0585执{n}号", lambda dice, who: {
            "since": (since := self._days(dice, len(who), 700)),
            "amount": np.round(dice.uniform(5e4, 3e6, len(who)), -3),
            "until": self._ended(dice, since, 400, 0.4),
        })  # fmt: skip

    # What is built ------------------------------------------------------------------------------------------------

    def _building(self) -> None:
        firms = self.firms
        builds = firms.above_scale & (firms.booming | (firms.dice("builds").random(len(firms)) < 0.3))
        self._items("projects", builds, 0.6, lambda n: f"沙备{n:05d}", lambda dice, who: {
            "filed_on": (since := self._days(dice, len(who))),
            "name": np.array(PROJECTS, object)[dice.choice(len(PROJECTS), len(who))],
            "planned": np.round(firms.turnover[who] * dice.uniform(0.1, 0.9, len(who)), -5),
            "started_on": (begun := self._ended(dice, since, 240, 0.8)),
            "done_on": np.where(np.isnan(begun), np.nan, self._ended(dice, np.nan_to_num(begun) + 200, 400, 0.7)),
        })  # fmt: skip
        self._items("upgrades", builds & firms.industrial, 0.7, lambda n: f"技改{n:05d}", lambda dice, who: {
            "started_on": (since := self._days(dice, len(who))),
            "name": np.array(UPGRADES, object)[dice.choice(len(UPGRADES), len(who))],
            "planned": (planned := np.round(firms.turnover[who] * dice.uniform(0.02, 0.15, len(who)), -4)),
            "invested": np.round(planned * dice.uniform(0.3, 1.1, len(who)), -4),
            "done_on": self._ended(dice, since, 500, 0.8),
        })  # fmt: skip
        self._items("premises", firms.in_carrier & firms.alive & ~firms.shop, 1.0, lambda n: f"ZL{n:06d}", lambda dice, who: {
            "since": (since := self._days(dice, len(who), 1400)),
            "area": (area := np.round(np.clip(firms.staff[who, -1] * 30, 60, 30_000), -1)),
            "rent": np.round(area * dice.uniform(11, 22, len(who)), -1),
            "until": since + dice.choice((1095, 1826), len(who)),
        })  # fmt: skip
        self._items("foreign_capital", firms.above_scale & (firms.exports > 0.4), 0.4, lambda n: f"FDI{n:04d}", lambda dice, who: {
            "arrived_on": self._days(dice, len(who)),
            "amount": np.round(firms.turnover[who] * dice.uniform(0.02, 0.2, len(who)), -4),
        })  # fmt: skip
        self._items("chattel_mortgages", ~firms.shop & (firms.turnover > 5_000_000), 0.03, lambda n: f"DY{n:05d}", lambda dice, who: {
            "registered_on": (since := self._days(dice, len(who))),
            "amount": np.round(firms.turnover[who] * dice.uniform(0.03, 0.2, len(who)), -4),
            "until": since + 730,
        })  # fmt: skip
        self._items("new_land", firms.booming & firms.owns_land, 0.5, lambda n: f"沙地{n:04d}", lambda dice, who: {
            "signed_on": self._days(dice, len(who)),
            "area": (area := np.round(dice.uniform(10, 60, len(who)), 2)),
            "price": np.round(area * 240_000, -4),
        })  # fmt: skip


def _back(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, day.day)
