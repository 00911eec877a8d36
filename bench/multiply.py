"""100,000 tickets out of a demo town's, multiplied in SQL: copies of what has ended, spread evenly over three
years by whole weeks, and some copies of what is open. Deadlines, results, scores, comments and the trail come along.
Confidential ones are not copied: their ids are drawn at random over all numbers.

The town is for measuring only: rows are copied, no verb is called.
"""

from __future__ import annotations

from typing import Any

TICKETS = 100_000
OPEN_COPIES = 20  # as many open ones as one and a half thousand; a town has no more
WEEKS = 156  # over which the copies that have ended are spread

# What hangs on a ticket: its foreign key, its other references to rows that are copied as well, its times. After a dot:
# a key of a JSON column.
CHILDREN: dict[str, tuple[str, dict[str, str]]] = {
    "requests_supplement": ("ticket_id", {}),
    "requests_assignment": ("ticket_id", {}),
    "requests_result": ("ticket_id", {}),
    "requests_ticketdeadline": ("subject_id", {}),
    "requests_rating": ("ticket_id", {"result_id": "requests_result"}),
    "requests_revisit": ("ticket_id", {"result_id": "requests_result"}),
    "requests_comment": ("ticket_id", {}),
    "trail_event": ("subject_id", {"data.deadline": "requests_ticketdeadline"}),
}
ONLY = {"trail_event": "AND old.subject_type = 'requests.ticket'"}


def multiply(cursor: Any, tickets: int = TICKETS) -> int:
    """Copies until there are `tickets`; returns how many there are. Call `set_sequences` afterwards."""
    cursor.execute(
        "SELECT count(*) FILTER (WHERE closed_at IS NOT NULL AND NOT confidential), count(*) FILTER (WHERE closed_at IS"
        " NULL AND NOT confidential), count(*) FROM requests_ticket"
    )
    ended, running, every = cursor.fetchone()
    wanted = tickets - every - running * OPEN_COPIES
    copies = max(-(-wanted // ended), OPEN_COPIES)
    _choose(cursor, copies, tickets - every)
    _copy_tickets(cursor)
    for table, (key, references) in CHILDREN.items():
        _copy(cursor, table, key, references)
    cursor.execute("DROP TABLE bench_copy")
    cursor.execute("SELECT count(*) FROM requests_ticket")
    return int(cursor.fetchone()[0])


def _choose(cursor: Any, copies: int, limit: int) -> None:
    """Which ticket is copied how often, by how much it is shifted, and under which id and number."""
    cursor.execute(
        """
        CREATE TEMPORARY TABLE bench_copy AS
        SELECT old.id AS old_id, n,
               (SELECT max(id) FROM requests_ticket WHERE NOT confidential)
               + row_number() OVER (ORDER BY n, old.id) AS id,
               CASE WHEN closed_at IS NULL THEN interval '0' ELSE make_interval(weeks =>
                   1 + (n * 61 + old.id * 17)::int %% %(weeks)s - extract(day FROM now() - closed_at)::int / 7)
               END AS back,
               filed_at, 0::bigint AS place
        FROM requests_ticket old, generate_series(1, %(copies)s) n
        WHERE NOT confidential AND (closed_at IS NOT NULL OR n <= %(open)s)
        ORDER BY n, old.id LIMIT %(limit)s
        """,
        {"weeks": WEEKS, "copies": copies, "open": OPEN_COPIES, "limit": limit},
    )
    cursor.execute(
        "UPDATE bench_copy c SET place = p.place FROM (SELECT id, 1000 + row_number() OVER (PARTITION BY"
        " ((filed_at - back) AT TIME ZONE 'Asia/Shanghai')::date ORDER BY id) AS place FROM bench_copy) p"
        " WHERE p.id = c.id"
    )
    cursor.execute("CREATE INDEX ON bench_copy (old_id)")
    cursor.execute("ANALYZE bench_copy")


def _copy_tickets(cursor: Any) -> None:
    """The tickets themselves; each copy is another firm's, and its text has a number of its own."""
    cursor.execute("SELECT array_agg(id ORDER BY id) FROM enterprises_enterprise")
    firms = cursor.fetchone()[0]
    changed = {
        "id": "c.id",
        "number": "to_char((old.filed_at - c.back) AT TIME ZONE 'Asia/Shanghai', '\"SX\"-YYYYMMDD-') || c.place",
        "filed_key": "gen_random_uuid()",
        "enterprise_id": "CASE WHEN old.enterprise_id IS NOT NULL"
        " THEN (%(firms)s::bigint[])[1 + (c.id * 7919) %% cardinality(%(firms)s::bigint[])] END",
        "description": "old.description || ' 第' || c.n || '号车间'",
    }
    _insert(cursor, "requests_ticket", "old.id", changed, {"firms": firms})


def _copy(cursor: Any, table: str, key: str, references: dict[str, str]) -> None:
    """Rows of one table; the n-th copy of row r has the id r + n × stride, so that references follow by arithmetic."""
    changed = {"id": f"old.id + c.n * {_stride(cursor, table)}", key: "c.id"}
    for reference, target in references.items():
        column, _dot, inside = reference.partition(".")
        if inside:
            follows = f"to_jsonb((old.{column}->>'{inside}')::bigint + c.n * {_stride(cursor, target)})"
            moved = f"jsonb_set(old.{column}, '{{{inside}}}', {follows})"
            changed[column] = f"CASE WHEN old.{column} ? '{inside}' THEN {moved} ELSE old.{column} END"
        else:
            changed[column] = f"old.{column} + c.n * {_stride(cursor, target)}"
    _insert(cursor, table, f"old.{key}", changed, {})


_strides: dict[str, int] = {}


def _stride(cursor: Any, table: str) -> int:
    if table not in _strides:
        cursor.execute(f"SELECT max(id) + 1 FROM {table}")
        _strides[table] = cursor.fetchone()[0] or 1
    return _strides[table]


def _insert(cursor: Any, table: str, joined: str, changed: dict[str, str], values: dict[str, Any]) -> None:
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = current_schema() ORDER BY ordinal_position",
        [table],
    )
    columns = dict(cursor.fetchall())
    read = [changed.get(name) or _shifted(name, kind) for name, kind in columns.items()]
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(read)}"
        f" FROM {table} old JOIN bench_copy c ON c.old_id = {joined} {ONLY.get(table, '')}",
        values,
    )


def set_sequences(cursor: Any) -> None:
    """The next row that is filed gets an id after the copies'; only the owner may."""
    for table in ("requests_ticket", *CHILDREN):
        counted = "WHERE NOT confidential" if table == "requests_ticket" else ""
        last = f"SELECT max(id) FROM {table} {counted}"
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), ({last}), true)")


def _shifted(name: str, kind: str) -> str:
    if kind == "timestamp with time zone":
        return f"old.{name} - c.back"
    if kind == "ARRAY":
        return f"(SELECT array_agg(t - c.back) FROM unnest(old.{name}) t)" if name == "rung_times" else f"old.{name}"
    return f"old.{name}"
