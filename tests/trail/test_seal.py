"""The chain: what is sealed, when, and that every tampering shows."""

import threading
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from portal.people.actors import CLOCK
from portal.trail import record
from portal.trail import seal as sealing
from portal.trail.models import Event, Head, Seal

from .factories import connect, person, seal_all, tampering

pytestmark = pytest.mark.django_db(transaction=True)


def events(count: int, at) -> list[Event]:
    subject = person()
    return [record("user.edited", subject, by=CLOCK, at=at("2026-11-23"), data={"no": no}) for no in range(count)]


def faults(expect: str = "") -> list[str]:
    return sealing.verify(expect).faults


def test_every_event_is_sealed_once_and_linked_to_the_one_before(at):
    written = events(7, at)
    seal_all(7, batch=3)

    seals = list(Seal.objects.order_by("position"))
    assert [seal.position for seal in seals] == [1, 2, 3, 4, 5, 6, 7]
    assert [seal.event_id for seal in seals] == [event.pk for event in written]
    digests = [sealing.GENESIS, *(bytes(seal.digest) for seal in seals)]
    assert [bytes(seal.previous) for seal in seals] == digests[:-1]
    assert len(set(digests)) == 8
    assert sealing.seal() == 0
    assert Head.objects.order_by("position").last().position == 7
    report = sealing.verify()
    assert (report.faults, report.sealed, report.waiting) == ([], 7, 0)


def test_an_empty_trail_is_sound():
    report = sealing.verify(sealing.head())
    assert (report.faults, report.sealed, report.waiting) == ([], 0, 0)


def test_sealing_is_refused_inside_a_transaction(at):
    events(1, at)
    with transaction.atomic(), pytest.raises(RuntimeError):
        sealing.seal()


def test_an_event_waits_until_every_older_transaction_is_over(at, settings):
    """Otherwise a slow transaction's events could be slipped in before what is already sealed."""
    subject = person()
    open_transaction = connect(settings.DATABASE_URL)
    try:
        with open_transaction.cursor() as slow:
            slow.execute("SELECT pg_current_xact_id()")
            record("user.edited", subject, by=CLOCK, at=at("2026-11-23"))
            assert sealing.seal() == 0
            assert sealing.verify().waiting == 1
            open_transaction.rollback()
    finally:
        open_transaction.close()
    seal_all(1)


def test_a_transaction_of_another_database_holds_nothing_up(at, settings):
    elsewhere = connect(settings.DATABASE_OWNER_URL, database="postgres")
    try:
        with elsewhere.cursor() as slow:
            slow.execute("SELECT pg_current_xact_id()::text::bigint")
            (older,) = slow.fetchone()
            (event,) = events(1, at)
            event.refresh_from_db()
            assert older < event.xid
            seal_all(1)
    finally:
        elsewhere.close()


def test_only_one_sealer_works_at_a_time(at, settings):
    events(1, at)
    other = connect(settings.DATABASE_URL)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [sealing.LOCK])
            assert sealing.seal() == 0
    finally:
        other.close()
    seal_all(1)


def test_writers_and_sealers_at_once_leave_one_unbroken_chain(at):
    """Eight writers, some undone, two sealers all the while; each committed event is sealed exactly once."""
    subject, done = person(), threading.Event()

    def write(writer: int) -> int:
        kept = 0
        for turn in range(12):
            try:
                with transaction.atomic():
                    for no in range(3):
                        record("user.edited", subject, by=CLOCK, at=at("2026-11-23"), data={"w": writer, "no": no})
                    if turn % 4 == 3:
                        raise InterruptedError
                kept += 3
            except InterruptedError:
                continue
        connection.close()
        return kept

    def keep_sealing() -> None:
        while not done.is_set():
            sealing.seal(batch=5)
        connection.close()

    with ThreadPoolExecutor(10) as pool:
        sealers = [pool.submit(keep_sealing) for _ in range(2)]
        kept = sum(pool.map(write, range(8)))
        done.set()
        for sealer in sealers:
            sealer.result()

    assert kept == 8 * 9 * 3 == Event.objects.count()
    seal_all(kept)
    assert sorted(Seal.objects.values_list("event_id", flat=True)) == sorted(Event.objects.values_list("pk", flat=True))
    assert faults() == []


TAMPERINGS = {
    "a changed time": (
        "UPDATE trail_event SET at = at - interval '1 day' WHERE id = {third}",
        "第 3 位的事项 {third} 被改动",
    ),
    "a changed actor": ("UPDATE trail_event SET actor_id = {actor} WHERE id = {third}", "第 3 位的事项 {third} 被改动"),
    "changed data": (
        "UPDATE trail_event SET data = '{{\"no\": 9}}' WHERE id = {third}",
        "第 3 位的事项 {third} 被改动",
    ),
    "a changed audience": (
        "UPDATE trail_event SET audience = 'closed' WHERE id = {third}",
        "第 3 位的事项 {third} 被改动",
    ),
    "a missing event": (
        "DELETE FROM trail_event WHERE id = {third}",
        "第 3 位的事项 {third} 缺失",
    ),
    "a missing row": (
        "DELETE FROM trail_seal WHERE position = 3; DELETE FROM trail_event WHERE id = {third}",
        "第 3 位的封印缺失",
    ),
    "a forged digest": (
        "UPDATE trail_seal SET digest = sha256('x') WHERE position = 3",
        "第 3 位的事项 {third} 被改动",
    ),
    "two events exchanged": (
        "UPDATE trail_seal SET position = -position WHERE position IN (3, 4);"
        "UPDATE trail_seal SET position = CASE position WHEN -3 THEN 4 ELSE 3 END WHERE position < 0",
        "第 3 位",
    ),
    "an end cut off": (
        "DELETE FROM trail_seal WHERE position > 3; DELETE FROM trail_event WHERE id > {third}",
        "第 5 位的封印缺失(有链尾记录)",
    ),
    "an end cut off with its head": (
        "DELETE FROM trail_seal WHERE position > 3; DELETE FROM trail_head WHERE position > 3;"
        "DELETE FROM trail_event WHERE id > {third}",
        "第 3 位之后的链尾或其记录被截去",
    ),
}


@pytest.mark.parametrize(("sql", "fault"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_tampering_by_the_owner_shows_and_names_the_row(sql, fault, at):
    written, actor = events(5, at), person("gusheng")
    seal_all(5)
    assert faults() == []

    named = {"third": written[2].pk, "actor": actor.pk}
    with tampering() as owner:
        owner.execute(sql.format(**named))

    found = faults()
    assert any(fault.format(**named) in line for line in found), found


def test_a_chain_forged_from_end_to_end_does_not_match_the_head_kept_elsewhere(at):
    """Whoever owns the database can recompute the seals too; only a head kept outside tells."""
    written = events(4, at)
    seal_all(4)
    kept = sealing.head()
    with tampering() as owner:
        owner.execute("UPDATE trail_event SET data = '{\"no\": 9}' WHERE id = %s", [written[1].pk])
        owner.execute("DELETE FROM trail_seal; DELETE FROM trail_head")
    seal_all(4)

    assert faults() == []
    assert faults(expect=kept) == [f"留存的链尾 {kept} 不在链上"]
    assert faults(expect=sealing.head()) == []


def test_a_cleanly_cut_end_does_not_match_the_head_kept_elsewhere(at):
    events(2, at)
    seal_all(2)
    last = record("user.edited", person("gusheng"), by=CLOCK, at=at("2026-11-23"))
    seal_all(3)
    kept = sealing.head()
    with tampering() as owner:
        owner.execute("DELETE FROM trail_seal WHERE position = 3; DELETE FROM trail_head WHERE position = 3")
        owner.execute("DELETE FROM trail_event WHERE id = %s", [last.pk])

    assert faults() == []
    assert faults(expect=kept) == [f"留存的链尾 {kept} 不在链上"]


def test_after_a_restore_old_and_new_events_are_sealed_on(at):
    """A dump restored into a new cluster brings transaction numbers from far ahead of the new ones."""
    subject = person()
    written = [record("user.edited", subject, by=CLOCK, at=at("2026-11-23"))]
    seal_all(1)
    written += [record("user.edited", subject, by=CLOCK, at=at("2026-11-23")) for _ in range(3)]
    with tampering() as owner:
        owner.execute("UPDATE trail_event SET xid = xid + 10 ^ 12")
    with transaction.atomic():
        later = [record("user.edited", subject, by=CLOCK, at=at("2026-11-24")) for _ in range(2)]
    new = record("user.edited", subject, by=CLOCK, at=at("2026-11-24"))
    seal_all(7, batch=2)
    newer = record("user.edited", subject, by=CLOCK, at=at("2026-11-25"))
    seal_all(8)

    order = list(Seal.objects.order_by("position").values_list("event_id", flat=True))
    assert order == [*(event.pk for event in [*written, *later]), new.pk, newer.pk]


def test_the_digest_does_not_depend_on_the_session(at):
    events(2, at)
    seal_all(2)
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'America/New_York'; SET DateStyle TO 'SQL, DMY'")
        found = faults()
        cursor.execute("RESET DateStyle; SET TIME ZONE 'UTC'")
    assert found == []


def test_the_command_reports_and_exits_with_one(at):
    events(3, at)
    seal_all(3)
    out, wrong = StringIO(), StringIO()
    call_command("trail", "verify", stdout=out)
    assert "留痕链完好:已封存 3 条,待封存 0 条" in out.getvalue()

    out = StringIO()
    call_command("trail", "head", stdout=out)
    call_command("trail", "verify", expect=out.getvalue().strip(), stdout=StringIO())

    with tampering() as owner:
        owner.execute("DELETE FROM trail_seal WHERE position = 2")
    with pytest.raises(CommandError) as ended:
        call_command("trail", "verify", stdout=StringIO(), stderr=wrong)
    assert ended.value.returncode == 1
    assert "第 2 位的封印缺失" in wrong.getvalue()


@pytest.mark.parametrize("expect", ["x", "3", "3:abc", "a:" + "0" * 64])
def test_a_head_that_is_none_is_refused(expect):
    with pytest.raises(CommandError, match="位次:摘要"):
        call_command("trail", "verify", expect=expect)
