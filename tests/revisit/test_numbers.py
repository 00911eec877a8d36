"""Papers' numbers under concurrency, with real commits; without the counter's lock it breaks (APP-22)."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from requests import flow
from requests.models import SerialNumber, WrittenReply
from tests.requests import factories as make
from tests.requests.factories import town
from tests.requests.sealing import scan

__all__ = ["town"]

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, EACH = 10, 20


def many(take):
    """Numbers taken by several at once; every third one is given back."""

    def run(thread):
        kept = []
        try:
            for n in range(EACH):
                try:
                    with transaction.atomic():
                        number = take()
                        if (thread + n) % 3 == 0:
                            raise ZeroDivisionError
                    kept.append(number)
                except ZeroDivisionError:
                    pass
        finally:
            connection.close()
        return kept

    with ThreadPoolExecutor(THREADS) as pool:
        return sorted(number for kept in pool.map(run, range(THREADS)) for number in kept)


def test_no_gap_and_no_number_twice():
    taken = many(lambda: SerialNumber.take("reply:1:2026"))
    assert taken == list(range(1, len(taken) + 1))
    assert SerialNumber.objects.get().last == len(taken)


def test_control_reading_and_writing_apart_gives_numbers_twice():
    SerialNumber.objects.create(series="try", last=0)

    def take():
        last = SerialNumber.objects.get(series="try").last
        time.sleep(0.002)
        SerialNumber.objects.filter(series="try").update(last=last + 1)
        return last + 1

    taken = many(take)
    assert len(set(taken)) < len(taken)


def test_two_who_deliver_at_once_leave_one_scan_that_holds(town):
    ticket = make.signoff(town, result="cannot")
    ticket = flow.sign_off(ticket, by=town.department_head, at=make.MONDAY + make.SIGNED)
    files = [scan(town.handler, f"{n}.pdf") for n in range(4)]

    def deliver(n):
        try:
            return flow.deliver_scan(
                ticket, by=town.handler, files=[files[n]], at=ticket.moved_at + timedelta(minutes=n)
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        scans = list(pool.map(deliver, range(4)))
    assert len({scan.pk for scan in scans}) == 4
    reply = WrittenReply.objects.get()
    assert reply.scans.filter(replaced_at=None).count() == 1
    assert reply.result.attachments.filter(audience="firm").count() == 1
