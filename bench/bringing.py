"""What bringing in facts costs, as JSON: `python -m bench.bringing [rows]` in a database that is thrown away then.

A CSV file of a million rows goes through the import (read, checked, previewed, applied), beside the least that
PostgreSQL itself could do: COPY of the same file to a staging table and one INSERT … SELECT that finds the firm by its
code and minds the key. Both end with the same values, which are compared.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
import time
from typing import Any

import django
import psycopg2

ROWS, FIRMS = 1_000_000, 8_000
HEADINGS = "统一社会信用代码,所属期,入库税收合计（元）,增值税（元）,企业所得税（元）,地方留存（元）"

BARE = """
CREATE TABLE bench_staged (uscc text, period text, total text, vat text, income text, local text);
CREATE TABLE bench_fact (id bigserial PRIMARY KEY, enterprise_id bigint NOT NULL, period date NOT NULL,
    total numeric(16, 2), vat numeric(16, 2), income numeric(16, 2), local numeric(16, 2),
    UNIQUE (enterprise_id, period))"""
KEYED = """
INSERT INTO bench_fact (enterprise_id, period, total, vat, income, local)
SELECT e.id, (s.period || '-01')::date, s.total::numeric, s.vat::numeric, s.income::numeric, s.local::numeric
FROM bench_staged s JOIN enterprises_enterprise e ON e.uscc = s.uscc
ON CONFLICT (enterprise_id, period) DO UPDATE SET total = excluded.total, vat = excluded.vat,
    income = excluded.income, local = excluded.local"""
SAME = """
SELECT count(*) FROM bench_fact b JOIN enterprises_fact f ON f.enterprise_id = b.enterprise_id AND f.period = b.period
WHERE f.resource_id = %s AND f.values = array[b.total * 100, b.vat * 100, b.income * 100, b.local * 100]::bigint[]"""


def written(codes: list[str], rows: int) -> bytes:
    """The file: month after month, every firm in it."""
    dice = random.Random(6)
    lines = [HEADINGS]
    for number in range(rows):
        month = number // len(codes)
        amounts = ",".join(f"{dice.lognormvariate(9, 2):.2f}" for _column in range(4))
        lines.append(f"{codes[number % len(codes)]},{2010 + month // 12}-{month % 12 + 1:02},{amounts}")
    return "\n".join(lines).encode()


def prepare() -> tuple[Any, Any, list[str]]:
    """The resource, a data officer of its line, and the codes of 8,000 firms, those made that were missing."""
    from enterprises.demo import valid_uscc
    from enterprises.facts.describing import load
    from enterprises.facts.writing import run
    from enterprises.models import Enterprise, Place, Resource
    from portal.people.models import Department, Membership, User
    from portal.people.roles import Role
    from portal.worktime import clock

    load()
    resource = Resource.objects.select_related("line").get(code="tax_paid")
    for table in ("conflict", "formerfact"):
        of_it = "fact_id IN (SELECT id FROM enterprises_fact WHERE resource_id = %s)"
        run(f"DELETE FROM enterprises_{table} WHERE {of_it}", [resource.pk])
    run("DELETE FROM enterprises_fact WHERE resource_id = %s", [resource.pk])
    department = Department.objects.create(name=f"条线{time.time()}", short_name="条线", kind="county")
    resource.line.department = department
    resource.line.save()
    user = User.objects.create_user(f"bench{time.time()}", None, name="某数据员")
    Membership.objects.create(user=user, role=Role.DATA_OFFICER, department=department, since=clock.now())
    place = Place.objects.first() or Place.objects.create(code="B", name="镇", level=1)
    missing = max(FIRMS - Enterprise.objects.count(), 0)
    made = (Enterprise(uscc=valid_uscc(99_999 - n), name=f"乌有{n}号厂", place=place) for n in range(missing))
    Enterprise.objects.bulk_create(made, ignore_conflicts=True)
    return resource, user, list(Enterprise.objects.order_by("pk").values_list("uscc", flat=True)[:FIRMS])


def bare(owner: Any, file: bytes) -> float:
    owner.execute(f"DROP TABLE IF EXISTS bench_staged, bench_fact; {BARE}")
    started = time.perf_counter()
    owner.copy_expert("COPY bench_staged FROM STDIN (FORMAT csv, HEADER)", io.BytesIO(file))
    owner.execute(KEYED)
    return time.perf_counter() - started


def brought(resource: Any, user: Any, file: bytes, rows: int) -> dict[str, float]:
    """Seconds for each step of the import, as its pages and its worker do them."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from enterprises.facts.work import FACTS, FactImporting

    importing = FactImporting(resource, resource.line)
    marks = [time.perf_counter()]
    batch = importing.upload(SimpleUploadedFile("tax.csv", file), by=user)
    marks.append(time.perf_counter())
    importing.choose_columns(batch, batch.columns, by=user, units=batch.units)
    FACTS.carry_on()
    marks.append(time.perf_counter())
    batch.refresh_from_db()
    assert (batch.state, batch.new) == ("ready", rows), (batch.state, batch.problem, batch.new)
    importing.apply(batch, by=user)
    FACTS.carry_on()
    marks.append(time.perf_counter())
    batch.refresh_from_db()
    assert batch.state == "applied", batch.problem
    steps = zip(("upload_s", "check_s", "apply_s"), marks, marks[1:], strict=False)
    return {name: round(end - start, 2) for name, start, end in steps} | {"import_s": round(marks[-1] - marks[0], 2)}


def measure(rows: int = ROWS) -> dict[str, float]:
    from django.conf import settings

    settings.FILE_MAX_BYTES, settings.TABLE_MAX_ROWS = 2**30, rows + 10
    resource, user, codes = prepare()
    file = written(codes, rows)
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    connection.autocommit = True
    with connection.cursor() as owner:
        owner.execute("VACUUM ANALYZE enterprises_fact, enterprises_enterprise")  # the bare table is new as well
        found = {"rows": rows, "bare_s": round(min(bare(owner, file) for _round in range(2)), 2)}
        found |= brought(resource, user, file, rows)
        owner.execute(SAME, [resource.pk])
        assert owner.fetchone() == (rows,), "not the same values"
        owner.execute("DROP TABLE bench_staged, bench_fact")
    return found


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(measure(*map(int, sys.argv[1:]))) + "\n")
