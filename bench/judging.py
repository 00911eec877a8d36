"""What criteria cost, as JSON: `python -m bench.judging [firms]` in a database that is thrown away afterwards.

100 criteria over 8,000 firms and over a million, from stored attributes to stored yes rows, beside one statement of
PostgreSQL that inserts the same rows into a table of the same shape, out of one scan over typed columns, with the same
rules written by hand; one firm with every node explained; and 500 clauses of policies matched with 8,000 firms, with
what is almost, unknown and missing, into an empty table and once more with nothing changed (POL-2).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django
import psycopg2

FIRMS, TOWN, RULES, CLAUSES, ROUNDS = 1_000_000, 8_000, 100, 500, 3
DAY = "2026-11-22"

# Synthetic firms, money in whole cents, as fast as PostgreSQL itself reads it.
TYPED = """
CREATE TABLE bench_typed AS SELECT g::bigint AS firm, date '1995-01-01' + (random() * 11000)::int AS established_on,
    (exp(random() * 9 + 8) * 100)::bigint AS revenue_last_year,
    (exp(random() * 8 + 5) * 100)::bigint AS rd_cost_last_year, (exp(random() * 8 + 5) * 100)::bigint AS tax_last_year,
    (exp(random() * 8 + 5) * 100)::bigint AS tax_year_before, (exp(random() * 8 + 5) * 100)::bigint AS profit_last_year,
    (exp(random() * 8 + 5) * 100)::bigint AS investment_last_year, (exp(random() * 6))::bigint AS headcount,
    (exp(random() * 5))::bigint AS rd_staff, (random() ^ 4 * 12)::bigint AS invention_patents,
    (random() ^ 4 * 30)::bigint AS utility_patents, (random() ^ 4 * 30)::bigint AS design_patents,
    (random() ^ 6 * 5)::bigint AS open_hazards, (random() ^ 6 * 3)::bigint AS penalties, random() < 0.1 AS high_tech,
    random() < 0.2 AS above_scale, (100 + random() * 20000)::bigint AS land_area,
    (array['C', 'F', 'G', 'I', 'K', 'L', 'M', 'E'])[1 + (random() * 7.99)::int % 8] AS industry_section
FROM generate_series(1, {firms}) g"""
LOOSEN = """
DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype IN ('f', 'c')
        AND conrelid IN ('enterprises_enterprise'::regclass, 'enterprises_firmvalues'::regclass) LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP;
    FOR c IN SELECT indexrelid::regclass AS i FROM pg_index WHERE indrelid = 'enterprises_enterprise'::regclass
        AND NOT indisprimary AND NOT indisunique LOOP EXECUTE format('DROP INDEX %s', c.i); END LOOP;
END $$"""
ENTERPRISES = """
INSERT INTO enterprises_enterprise
    (id, uscc, name, short_name, legal_representative, kind, address, place_id, status, phone)
SELECT firm, 'B' || lpad(firm::text, 17, '0'), 'B' || firm, '', '', 'limited', '', 1, 'active', '' FROM bench_typed"""
WORDS = "INSERT INTO enterprises_word (text) SELECT DISTINCT industry_section FROM bench_typed ON CONFLICT DO NOTHING"

REVENUES = (300, 2000, 4000, 8000, 12000)  # 万元
SECTIONS = ("C", "I", "M", "F", "K")


def rules(count: int = RULES) -> list[tuple[dict[str, Any], str]]:
    """Each rule twice: as a criterion, and as a person would write it in SQL. Amounts in SQL are cents."""
    kinds = (_size, _research, _young, _patents, _rising)
    return [kinds[number % 5](number // 5) for number in range(count)]


def _size(n: int) -> tuple[dict[str, Any], str]:
    least, staff = REVENUES[n % 5] * 10_000, 20 + 5 * n
    tree = {"all": [{"compare": ["revenue_last_year", ">=", least]}, {"compare": ["headcount", "<=", staff]}]}
    tree["all"] += [{"compare": [{"ratio": ["tax_last_year", "land_area"]}, ">", 3000 + 500 * n]}]
    per_mu = (3000 + 500 * n) * 100
    sql = f"revenue_last_year >= {least * 100} AND headcount <= {staff} AND tax_last_year * 100 > {per_mu} * land_area"
    return tree, sql


def _research(n: int) -> tuple[dict[str, Any], str]:
    percent = 5 + n % 15
    bands = [
        [30_000_000, "<=", f"0.{percent + 2:02}"],
        [100_000_000, "<=", f"0.{percent + 1:02}"],
        [None, None, f"0.{percent:02}"],
    ]
    ratio = {"ratio": ["rd_cost_last_year", "revenue_last_year"]}
    tree = {
        "all": [{"compare": [ratio, ">=", {"tiers": "revenue_last_year", "bands": bands}]}, {"holds": "above_scale"}]
    }
    share = (
        f"CASE WHEN revenue_last_year <= 3000000000 THEN {percent + 2}"
        f" WHEN revenue_last_year <= 10000000000 THEN {percent + 1} ELSE {percent} END"
    )
    return tree, f"revenue_last_year <> 0 AND rd_cost_last_year * 100 >= revenue_last_year * ({share}) AND above_scale"


def _young(n: int) -> tuple[dict[str, Any], str]:
    section, years = SECTIONS[n % 5], 3 + n % 7
    tree = {"all": [{"in": ["industry_section", [section, "L"]]}, {"not": {"holds": "high_tech"}}]}
    tree["all"] += [{"date": ["established_on", ">", "today"], "after": {"years": years}}]
    sql = f"industry_section IN ('{section}', 'L') AND NOT high_tech"
    sql += f" AND established_on + interval '{years} years' > date '{DAY}'"
    return tree, sql


def _patents(n: int) -> tuple[dict[str, Any], str]:
    pairs = [[5, "invention_patents"], [2, "utility_patents"], [1, "design_patents"]]
    tree = {"all": [{"compare": [{"weighted": pairs}, ">=", 40 + n]}, {"compare": ["penalties", "<", 2]}]}
    return tree, f"5 * invention_patents + 2 * utility_patents + design_patents >= {40 + n} AND penalties < 2"


def _rising(n: int) -> tuple[dict[str, Any], str]:
    low, percent = 50_000 * (n + 1), 200 + 20 * n
    tax, profit = {"between": ["tax_last_year", low, low + 80_000]}, {"compare": ["profit_last_year", ">", 5_000_000]}
    growth = {"compare": [{"growth": ["tax_last_year", "tax_year_before"]}, ">=", f"{percent / 100:.2f}"]}
    sum_of = {"compare": [{"sum": ["tax_last_year", "investment_last_year"]}, ">=", 3_000_000]}
    rising = (
        f"tax_year_before > 0 AND (tax_last_year - tax_year_before) * 100 >= tax_year_before * {percent}"
        " AND tax_last_year + investment_last_year >= 300000000"
    )
    sql = (
        f"(tax_last_year BETWEEN {low * 100} AND {(low + 80_000) * 100} AND profit_last_year > 500000000) OR ({rising})"
    )
    return {"any": [{"all": [tax, profit]}, {"all": [growth, sum_of]}]}, sql


GATES: tuple[Callable[[int], dict[str, Any]], ...] = (
    lambda n: {"in": ["industry_section", [SECTIONS[n % 5], SECTIONS[(3 * n + 1) % 5]]]},
    lambda n: {"holds": "high_tech"},
    lambda n: {"holds": "above_scale"},
    lambda n: {"date": ["established_on", "<=", "today"], "after": {"years": 1 + n % 5}},
    lambda n: {"compare": ["open_hazards", "=", 0]},
    lambda n: {"compare": ["penalties", "=", 0]},
)


def clauses(count: int = CLAUSES) -> list[dict[str, Any]]:
    """As policies have them: whom it is for (industry, kind, age), what must not be, and an amount or a share."""
    made = []
    for number, (tree, _sql) in enumerate(rules(count)):
        gates = [GATES[number % 3](number), GATES[3 + number // 3 % 3](number)]
        made.append({"all": [*gates, *(tree.get("all", [tree]))]})
    return made


def fill(owner: Any, firms: int) -> None:
    """Firms, their typed table and their stored attributes; whatever the town had of firms' values goes."""
    from enterprises.attributes.catalogue import TOWN as CATALOGUE
    from enterprises.attributes.catalogue import Kind
    from enterprises.models import UNKNOWN

    owner.execute("TRUNCATE enterprises_enterprise, enterprises_firmvalues CASCADE")
    owner.execute(LOOSEN)
    owner.execute(TYPED.format(firms=firms))
    owner.execute("ALTER TABLE bench_typed ADD PRIMARY KEY (firm)")
    owner.execute(ENTERPRISES)
    owner.execute(WORDS)
    owner.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'bench_typed'::regclass AND attnum > 0")
    typed = {name for (name,) in owner.fetchall()}
    kept = {
        Kind.DATE: "established_on - date '0001-01-01' + 1",
        Kind.BOOL: "{}::int",
        Kind.TEXT: "(SELECT id FROM enterprises_word WHERE text = {})",
        Kind.NUMBER: "{}",
    }
    places = [kept[a.kind].format(a.code) if a.code in typed else str(UNKNOWN) for a in CATALOGUE]
    owner.execute(
        f"INSERT INTO enterprises_firmvalues SELECT firm, array[{', '.join(places)}]::bigint[] FROM bench_typed"
    )
    owner.execute("CREATE TABLE bench_outcome (LIKE enterprises_outcome INCLUDING ALL)")
    for table in ("bench_typed", "enterprises_firmvalues", "enterprises_enterprise"):
        owner.execute(f"VACUUM ANALYZE {table}")


def by_hand(owner: Any, keys: list[int]) -> float:
    """PostgreSQL's own: one scan, one insert."""
    owner.execute("TRUNCATE bench_outcome")
    cases = [f"CASE WHEN {sql} THEN {key} END" for key, (_tree, sql) in zip(keys, rules(len(keys)), strict=True)]
    started = time.perf_counter()
    owner.execute(
        f"""INSERT INTO bench_outcome (criterion_id, enterprise_id, outcome)
        SELECT unnest(array_remove(array[{", ".join(cases)}], NULL)), firm, 1 FROM bench_typed"""
    )
    return time.perf_counter() - started


def make_criteria(owner: Any, prefix: str, trees: list[dict[str, Any]], *, keeps_almost: bool) -> list[Any]:
    from enterprises.models import Criterion, CriterionVersion

    owner.execute("TRUNCATE enterprises_criterion, enterprises_outcome CASCADE")  # the town's own, and a former try's
    made = []
    for number, tree in enumerate(trees):
        code, name = f"{prefix}-{number}", f"{prefix} {number}"
        criterion = Criterion.objects.create(code=code, name=name, keeps_almost=keeps_almost)
        criterion.current = CriterionVersion.objects.create(
            criterion=criterion, number=1, tree=tree, at=datetime(2026, 11, 1, tzinfo=UTC)
        )
        criterion.save(update_fields=["current"])
        made.append(criterion)
    return made


def stored(owner: Any, criteria: list[Any]) -> float:
    """Ours, into an empty table, from the stored attributes."""
    from datetime import date

    from enterprises.criteria.store import refresh
    from enterprises.models import Criterion

    owner.execute("TRUNCATE enterprises_outcome")
    Criterion.objects.update(evaluated_at=None)
    started = time.perf_counter()
    refresh(criteria, day=date.fromisoformat(DAY))
    return time.perf_counter() - started


def matched(owner: Any) -> dict[str, float]:
    """All firms with all clauses, stored: into an empty table, and with nothing changed; the best of three each."""
    from datetime import date

    from enterprises.criteria.store import refresh

    clauses_made = make_criteria(owner, "clause", clauses(), keeps_almost=True)
    first = [stored(owner, clauses_made) for _ in range(ROUNDS)]
    again = [timed(lambda: refresh(clauses_made, day=date.fromisoformat(DAY))) for _ in range(ROUNDS)]
    owner.execute("SELECT count(*) FROM enterprises_outcome")
    return {"matched_s": min(first), "matched_again_s": min(again), "matched_rows": owner.fetchone()[0]}


def same_rows(owner: Any) -> bool:
    theirs, ours = (f"SELECT criterion_id, enterprise_id FROM {t}" for t in ("bench_outcome", "enterprises_outcome"))
    owner.execute(f"SELECT NOT EXISTS ({theirs} EXCEPT {ours} WHERE outcome = 1)")
    (first,) = owner.fetchone()
    owner.execute("SELECT (SELECT count(*) FROM bench_outcome) = (SELECT count(*) FROM enterprises_outcome)")
    return bool(first and owner.fetchone()[0])


def evaluated(count: int) -> float:
    """100 criteria over the firms of a town: from the stored attributes to their outcomes, the best of 20."""
    from datetime import date

    from enterprises.criteria.all import evaluate
    from enterprises.criteria.reading import parse
    from enterprises.criteria.store import firms_for

    nodes = [parse(tree) for tree, _sql in rules()]

    def act() -> None:
        firms = firms_for(nodes, date.fromisoformat(DAY))
        assert len(firms) == count
        for node in nodes:
            evaluate(node, firms)

    return min(timed(act) for _ in range(20))


def explained() -> float:
    """100 criteria for one firm, every node in words with value, source and day; the best of 50."""
    from datetime import date
    from decimal import Decimal

    from enterprises.attributes.values import Held
    from enterprises.criteria.one import evaluate
    from enterprises.criteria.reading import parse
    from enterprises.criteria.words import explained as words

    nodes, day = [parse(tree) for tree, _sql in rules()], date.fromisoformat(DAY)
    known = {name: Held(Decimal(number), "统计", day) for name, number in SAMPLE.items()}
    known |= {name: Held(value, "统计", day) for name, value in (("high_tech", False), ("industry_section", "C"))}
    known["established_on"] = Held(date(2021, 3, 1), "市场监管", day)

    def act() -> int:
        return sum(len(line) for node in nodes for _depth, _node, line in words(evaluate(node, known, day)))

    assert act() > 5000
    return min(timed(act) for _ in range(50))


SAMPLE = {
    "revenue_last_year": 52_000_000, "rd_cost_last_year": 2_300_000, "tax_last_year": 1_900_000, "land_area": 30,
    "tax_year_before": 1_500_000, "profit_last_year": 6_000_000, "investment_last_year": 2_000_000, "headcount": 90,
    "invention_patents": 3, "utility_patents": 9, "design_patents": 1, "penalties": 0,
}  # fmt: skip


def timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def measure(firms: int = FIRMS, town: int = TOWN) -> dict[str, float]:
    """Milliseconds for one firm and for the town, seconds for a million; the best of three rounds each."""
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    connection.autocommit = True
    found: dict[str, float] = {"explained_ms": 1000 * explained()}
    with connection.cursor() as owner:
        for size in (town, firms):
            owner.execute("DROP TABLE IF EXISTS bench_typed, bench_outcome")
            fill(owner, size)
            if size == town:
                found["town_ms"] = 1000 * evaluated(town)
                found |= matched(owner)
        criteria = make_criteria(owner, "bench", [tree for tree, _sql in rules()], keeps_almost=False)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(by_hand(owner, [criterion.pk for criterion in criteria]))
            ours.append(stored(owner, criteria))
        assert same_rows(owner), "the two do not agree"
        owner.execute("SELECT count(*) FROM enterprises_outcome")
        found |= {"rows": owner.fetchone()[0], "stored_s": min(ours), "by_hand_s": min(theirs), "firms": firms}
    connection.close()
    return {name: round(spent, 3) for name, spent in found.items()}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(measure(*map(int, sys.argv[1:2]))))
