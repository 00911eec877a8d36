"""What finding a firm costs among 20,000, and the picture of the town's economy, as JSON: `python -m bench.finding`.

The town's firms are copied under other names and codes until there are as many; their facts stay those of the town.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import django
import psycopg2

FIRMS, ROUNDS, FIRST = 20_000, 9, 10
QUERIES = ("wyjm", "wuyoujm", "wy", "zhou", "乌有", "乌有精密", "精密 岳王", "有限", "9132", "周南", "longchangjixie")
COPY = """INSERT INTO enterprises_enterprise
    (uscc, name, short_name, legal_representative, kind, registered_capital, established_on, address, place_id,
     industry_id, status, phone)
SELECT left(e.uscc, 8) || 'N' || lpad((row_number() OVER ())::text, 9, '0'),
    translate(e.name, '太苏江沙有云', '昆常浙浏无风'), translate(e.short_name, '有云', '无风'),
    reverse(e.legal_representative), e.kind, e.registered_capital, e.established_on, e.address, e.place_id,
    e.industry_id, e.status, ''
FROM enterprises_enterprise e CROSS JOIN generate_series(1, 9) g
WHERE e.uscc NOT LIKE '________N%' LIMIT greatest(0, {firms} - (SELECT count(*) FROM enterprises_enterprise))"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from enterprises import sounds
    from portal.people.models import User

    user = User.objects.get(username="leader")
    drawn = timed(partial(picture, user))
    owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute(COPY.format(firms=FIRMS))
        sounds.fill()
        cursor.execute("VACUUM ANALYZE enterprises_enterprise")
    found = {query: timed(partial(search, user, query)) for query in QUERIES}
    sys.stdout.write(json.dumps({"firms": FIRMS, "search_ms": found, "picture_ms": drawn}))


def timed(ask: Callable[[], Any]) -> float:
    """The middle of some rounds, in milliseconds."""
    spent = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        spent.append(1000 * (time.perf_counter() - begun))
    return round(median(spent), 1)


def search(user: Any, query: str) -> None:
    """As a picker asks: the first few, the best first."""
    from enterprises.models import Enterprise

    list(Enterprise.objects.visible_to(user).search(query).best_first(query)[:FIRST])


def picture(user: Any) -> None:
    """All measures of a section, one of them by divisions and months."""
    from portal.desk.structure.dimensions import Names
    from portal.desk.structure.measures import period_of
    from portal.desk.structure.picture import Picture
    from portal.desk.structure.selecting import Selection
    from portal.worktime import clock

    now = clock.now()
    period = period_of("", now.date())
    assert period is not None
    one = Picture(user, Selection({"section": "C"}), period, "tax", "industry", Names(), now)
    assert one.figures
    assert one.rows
    assert one.charts


if __name__ == "__main__":
    main()
