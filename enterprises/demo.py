"""The invented firms of the demo town: the same for the same seed, with valid codes and names nobody bears.

The names come from myths and novels, the telephone numbers from an exchange that does not exist.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils import timezone
from stdnum.cn import uscc as gb32100

from portal.people.models import User

from . import sounds
from .data import DEMO_LINES, rows_of
from .models import Enterprise, EnterpriseName, Industry, Member, Place, PlaceMember, Stewardship
from .models.places import Level

MARKS = """
乌有 亡是 子虚 南柯 华胥 蓬莱 方壶 瀛洲 丹丘 桃源 云梦 槐安 镜花 海若 大荒 昆吾 扶桑 若木 青丘 不周 归墟 建木 汤谷 咸池
悬圃 阆风 羽渊 穷桑 空桑 羲和 望舒 飞廉 丰隆 屏翳 句芒 蓐收 玄冥 勾陈 英招 陆吾 毕方 文鳐 精卫 重明 鲲溟 扶摇 逍遥 齐物
秋水 濠梁 庖丁 轮扁 匠石 抱瓮 濮上 沧浪 湘君 涉江 橘颂 招隐 远游 抽思 采薇 蒹葭 鹿鸣 白驹 伐檀 甘棠 芣苢 鹤鸣 淇奥 绿衣
芄兰 河广 子衿 溱洧 东皋 九罭 潇湘 蘅芜 稻香 秋爽 栊翠 藕香 沁芳 梨香 凹晶 凸碧 芦雪 暖香 紫菱 缀锦 嘉荫 太虚 青埂 通灵
渺渺 水帘 方寸 斜月 灌江 五庄 火云 玉华 宝象 朱紫 君子 淑士 白民 毗骞 聂耳 无继 智佳 岐舌 巫咸 长人 靖人 画壁 劳山 罗浮
烂柯 黄粱 邯郸 华表 武陵 问津 忘机 漱石 枕流 梦溪 梦蝶 听雨 知鱼 观鱼 射阳 谪仙 碧落 青鸟 玉兔 金蟾 银汉 星槎 鹊桥 广寒
""".split()  # noqa: SIM905  a page of words reads better than a page of quotes
TOWNS = ("太仓", "苏州", "江苏", "沙溪", "苏南")
SHOP_TOWNS = ("沙溪镇", "太仓市沙溪镇", "沙溪", "太仓市", "太仓")
LEADING = (  # the first firms of every town, whatever the seed: town, mark, class
    (1, "乌有", "3484"),
    (0, "亡是", "1751"),
    (1, "子虚", "2761"),
    (0, "桃源", "3599"),
    (2, "海若", "3591"),
    (0, "南柯", "1411"),
    (1, "镜花", "3584"),
    (1, "华胥", "3982"),
    (0, "大荒", "2231"),
    (0, "槐安", "5431"),
    (0, "云梦", "2110"),
    (2, "蓬莱", "7320"),
    (1, "丹丘", "3976"),
    (0, "方壶", "2641"),
)
SURNAMES = "陆白谢周顾沈叶苏江林宋秦柳许方温程姜孟俞祝傅纪乔季景阮向卓岑宁闻虞桑"
GIVEN = """
清和 乐山 南屿 知言 望舒 行简 若谷 怀瑾 思齐 听澜 云起 归帆 砚秋 鹤鸣 松年 漱石 临川 见微 长亭 远山 静渊 知秋 映雪 采薇
青禾 半夏 子衿 如晦 既明 无咎 初晴 晚舟 星野 溪亭 疏桐 照影 拾遗 念初 守拙 抱朴 逢春 渡之 言蹊 若水 惟新 载阳
""".split()  # noqa: SIM905  a page of words reads better than a page of quotes
ROADS = (
    "北门路",
    "园区东路",
    "云岫路",
    "听泉路",
    "桑陌路",
    "望溪路",
    "鹿鸣路",
    "问津路",
    "芦花路",
    "青禾路",
    "归帆路",
    "枕流路",
)
SHOP_CAPITALS = (1, 2, 5, 10, 20)  # 万元, as all capital
CAPITALS = (50, 100, 100, 200, 300, 500, 500, 800, 1000, 1000, 2000, 3000, 5000, 10000)
STATUSES = [*(Enterprise.Status.ACTIVE,) * 92, *(Enterprise.Status.CANCELLED,) * 4]
STATUSES += [*(Enterprise.Status.REVOKED,) * 2, *(Enterprise.Status.MOVED,) * 2]
KINDS = {  # in a hundred companies
    Enterprise.Kind.LIMITED: 84,
    Enterprise.Kind.FOREIGN: 8,
    Enterprise.Kind.JOINT_STOCK: 3,
    Enterprise.Kind.SOLE: 3,
    Enterprise.Kind.BRANCH: 2,
}
ORGANISATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Line:
    form: str  # firm, shop or coop
    code: str
    words: str
    short: str
    weight: int


def valid_uscc(number: int, registrar: str = "91") -> str:
    """The `number`-th code, with both check digits: GB 11714 of the organisation, GB 32100 of the whole."""
    organisation = f"MA0{number:05d}"
    rest = -sum(ORGANISATION.index(c) * w for c, w in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    body = f"{registrar}320585{organisation}{'X' if rest == 10 else rest}"
    return body + gb32100.calc_check_digit(body)


@transaction.atomic
def make_enterprises(
    n: int, seed: int, places: Sequence[Place], industries: Sequence[Industry], at: datetime
) -> list[Enterprise]:
    """`n` firms, saved, in the order of their codes, the same for the same arguments; some bore another name before.

    `places` and `industries` are the rows of load_places and load_industries. Raises KeyError if a class is missing.
    """
    random = Random(f"firms {seed}")
    classes = {industry.code: industry for industry in industries}
    sites, today = _sites(places), timezone.localdate(at)
    drawn = zip(range(1, n + 1), _names(random), strict=False)
    firms = [
        _firm(random, number, town, mark, line, classes[line.code], random.choice(sites[line.form]), today)
        for number, (town, mark, line) in drawn
    ]
    Enterprise.objects.bulk_create(firms, batch_size=2000)
    sounds.fill()
    EnterpriseName.objects.bulk_create(_former_name(random, firm, today) for firm in firms[len(LEADING) :: 29])
    return firms


def make_members(enterprises: Sequence[Enterprise], users: Sequence[User], *, since: datetime) -> list[Member]:
    """The i-th user is primary contact of the i-th firm; every tenth also keeps the books of the next three."""
    titles = ("总经理", "办公室主任", "行政经理", "财务经理", "厂长")
    members = [
        Member(enterprise=firm, user=user, title=titles[i % len(titles)], is_primary=True, since=since)
        for i, (firm, user) in enumerate(zip(enterprises, users, strict=False))
    ]
    for i in range(0, len(users), 10):
        for firm in enterprises[i + 1 : i + 4]:
            members.append(Member(enterprise=firm, user=users[i], title="代账会计", since=since))
    return Member.objects.bulk_create(members, batch_size=2000)


def make_stewardships(
    enterprises: Sequence[Enterprise], stewards: Sequence[User], assistants: Sequence[User] = (), *, since: datetime
) -> list[Stewardship]:
    """Every firm given gets a steward in turn; every eighth also an assistant for one project, if there are any."""
    ties = [
        Stewardship(enterprise=firm, user=stewards[i % len(stewards)], since=since)
        for i, firm in enumerate(enterprises)
        if stewards
    ]
    projects = ("二期厂房", "智能产线", "研发中心", "仓储扩建", "屋顶光伏")
    kind = Stewardship.Kind.PROJECT_ASSISTANT
    for i, firm in enumerate(enterprises[::8] if assistants else ()):
        user, project = assistants[i % len(assistants)], projects[i % len(projects)]
        ties.append(Stewardship(enterprise=firm, user=user, kind=kind, project=project, since=since))
    return Stewardship.objects.bulk_create(ties, batch_size=2000)


def make_grid_members(places: Sequence[Place], users: Sequence[User], *, since: datetime) -> list[PlaceMember]:
    """Every district and village gets a grid member in turn."""
    held = [place for place in places if place.level in (Level.DISTRICT, Level.VILLAGE)]
    ties = [PlaceMember(place=place, user=users[i % len(users)], since=since) for i, place in enumerate(held) if users]
    return PlaceMember.objects.bulk_create(ties)


def _lines() -> list[Line]:
    return [Line(r["form"], r["code"], r["words"], r["short"], int(r["weight"])) for r in rows_of(DEMO_LINES)]


def _names(random: Random) -> Iterator[tuple[int, str, Line]]:
    """Town, mark and line of one firm after the other, never the same three; the leading ones first."""
    lines = _lines()
    by_code = {line.code: line for line in reversed(lines)}
    yield from ((town, mark, by_code[code]) for town, mark, code in LEADING)
    taken = {(mark, code) for _town, mark, code in LEADING}
    stock = {line: _marks(random) for line in lines}
    weights = [line.weight for line in lines]
    while stock:
        line = random.choices(lines, weights)[0]
        town, mark = next(stock[line])
        if (mark, line.code) not in taken:
            yield town, mark, line


def _marks(random: Random) -> Iterator[tuple[int, str]]:
    """Every mark once before any comes again with another town; at most 800 in all."""
    marks = random.sample(MARKS, len(MARKS))
    for turn in range(len(TOWNS)):
        yield from (((i + turn) % len(TOWNS), mark) for i, mark in enumerate(marks))


def _sites(places: Sequence[Place]) -> dict[str, list[tuple[Place, str]]]:
    """Where a firm of each form may be, with the address as far as the road: half of the firms in carriers."""
    villages = [(place, f"{place.name}{road}") for place in places if place.level == Level.VILLAGE for road in ROADS]
    carriers = [(place, place.name) for place in places if place.level == Level.CARRIER]
    spread = carriers * (len(villages) // max(len(carriers), 1))
    return {"firm": villages + spread, "shop": villages, "coop": villages}


def _firm(
    random: Random,
    number: int,
    town: int,
    mark: str,
    line: Line,
    industry: Industry,
    site: tuple[Place, str],
    today: date,
) -> Enterprise:
    kind, name = _kind_and_name(random, town, mark, line)
    place, road = site
    capital = Decimal(random.choice(SHOP_CAPITALS if line.form == "shop" else CAPITALS))
    leading = number <= len(LEADING)
    age = random.randint(3 * 365, 20 * 365) if leading else int(30 + 28 * 365 * random.random() ** 2)
    return Enterprise(
        uscc=valid_uscc(number, {"shop": "92", "coop": "93"}.get(line.form, "91")),
        name=name,
        short_name=f"{mark}{line.short}",
        legal_representative=random.choice(SURNAMES) + random.choice(GIVEN),
        kind=kind,
        registered_capital=None if kind == Enterprise.Kind.BRANCH else capital,
        established_on=today - timedelta(days=age),
        address=f"太仓市沙溪镇{road}{random.randint(1, 899)}号",
        place=place,
        industry=industry,
        status=Enterprise.Status.ACTIVE if leading else random.choice(STATUSES),
        phone=f"0512-0000 {number % 10000:04d}",
    )


def _kind_and_name(random: Random, town: int, mark: str, line: Line) -> tuple[str, str]:
    if line.form == "shop":
        return Enterprise.Kind.INDIVIDUAL, f"{SHOP_TOWNS[town]}{mark}{line.words}"
    if line.form == "coop":
        return Enterprise.Kind.COOPERATIVE, f"{TOWNS[town]}{mark}{line.words}专业合作社"
    kind = random.choices(list(KINDS), list(KINDS.values()))[0]
    if kind == Enterprise.Kind.FOREIGN:
        return kind, f"{mark}{line.words}（{TOWNS[town]}）有限公司"
    ends = {
        Enterprise.Kind.JOINT_STOCK: "股份有限公司",
        Enterprise.Kind.SOLE: "厂",
        Enterprise.Kind.BRANCH: "有限公司沙溪分公司",
    }
    return kind, f"{TOWNS[town]}{mark}{line.words}{ends.get(kind, '有限公司')}"


def _former_name(random: Random, firm: Enterprise, today: date) -> EnterpriseName:
    """What the firm was called until half of its life was over."""
    mark = firm.short_name[:2]
    other = random.choice([m for m in MARKS if m != mark])
    since = firm.established_on or today
    until = since + (today - since) / 2
    return EnterpriseName(enterprise=firm, name=firm.name.replace(mark, other, 1), since=since, until=until)
