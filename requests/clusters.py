"""Suggested common problems: recent tickets of several firms that say the same (APP-16), found at night or when asked.

A cluster is one ticket with those near to it, never a chain: what belongs together says so by words that most share.
Confidential matters are not read here at all (APP-18).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Prefetch

from portal.people.models import User
from portal.worktime import clock
from requests import stages
from requests.likeness.commonness import commonness
from requests.likeness.finding import Weighed, text_of
from requests.likeness.words import words_of
from requests.models import ProblemTicket, SuggestedCluster, Ticket

SINCE = timedelta(days=180)
LOOKED_AT = 600  # the newest; so many are compared in a second or two
NEAR = 0.3  # of the engine's score; docs/likeness.md says what it means
FIRMS = 3  # of which so many at least have it: two may be chance
MOST = 20  # clusters at once
NAMED = 6  # shared words that are told
LOCK = 0x5348_4153  # one search at a time
NOT_MEANT = (stages.REJECTED, stages.WITHDRAWN)


@transaction.atomic
def find_clusters(at: datetime | None = None) -> int:
    """Looks anew and replaces what nobody has decided on; how many there are now. The second of two waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    at = at or clock.now()
    tickets = _recent(at)
    remembered = _dismissed()
    found = [group for group in _groups(tickets) if _is_news(group[0], remembered)][:MOST]
    SuggestedCluster.objects.filter(problem=None, dismissed_at=None).delete()
    for members, shared in found:
        cluster = SuggestedCluster.objects.create(shared=shared, found_at=at)
        cluster.tickets.set(members)
    return len(found)


def suggested(user: User) -> list[SuggestedCluster]:
    """Those that wait for a decision, of the tickets that he may read and that are still free; the largest first."""
    taken = ProblemTicket.objects.filter(active=True).values("ticket")
    free = Ticket.objects.visible_to(user).filter(confidential=False).exclude(pk__in=taken).for_rows()
    rows = SuggestedCluster.objects.filter(problem=None, dismissed_at=None)
    clusters = list(rows.prefetch_related(Prefetch("tickets", free.order_by("-filed_at", "-pk"), to_attr="free")))
    shown = [cluster for cluster in clusters if len(firms_of(cluster.free)) >= FIRMS]
    return sorted(shown, key=lambda cluster: (-len(firms_of(cluster.free)), -len(cluster.free), cluster.pk))


def firms_of(tickets: Iterable[Ticket]) -> set[object]:
    """Their firms; a business that is not on file by its name, a caller without one each by himself."""
    return {ticket.enterprise_id or ticket.business_name or -ticket.pk for ticket in tickets}


def _recent(at: datetime) -> list[Ticket]:
    taken = ProblemTicket.objects.filter(active=True).values("ticket")
    rows = Ticket.objects.filter(confidential=False, filed_at__gt=at - SINCE, filed_at__lte=at)
    rows = rows.exclude(status__in=NOT_MEANT).exclude(pk__in=taken).order_by("-filed_at", "-pk")
    return list(rows.only("title", "description", "enterprise", "business_name")[:LOOKED_AT])


def _dismissed() -> list[frozenset[object]]:
    """The firms of what was dismissed, each time."""
    rows = SuggestedCluster.objects.filter(dismissed_at__isnull=False).prefetch_related("tickets")
    return [frozenset(firms_of(row.tickets.all())) | {f"t{t.pk}" for t in row.tickets.all()} for row in rows]


def _is_news(members: list[Ticket], remembered: Iterable[frozenset[object]]) -> bool:
    """Not dismissed before: a further firm has it, or none of its tickets was in there."""
    for former in remembered:
        shares = any(f"t{ticket.pk}" in former for ticket in members)
        if shares and firms_of(members) <= former:
            return False
    return True


def _groups(tickets: list[Ticket]) -> list[tuple[list[Ticket], list[str]]]:
    """The clusters with their words, the one of most firms first; a ticket is in one only."""
    known = commonness()
    weighed = [Weighed(words_of(text_of(ticket)), known) for ticket in tickets]
    near = _near(tickets, weighed)
    left, groups = set(near), []
    while left:
        seed = max(left, key=lambda n: (len(firms_of(tickets[m] for m in near[n] & left)), -n))
        members = sorted({seed, *(near[seed] & left)})
        if len(firms_of(tickets[n] for n in members)) < FIRMS:
            break
        groups.append(([tickets[n] for n in members], _shared([weighed[n] for n in members])))
        left -= set(members)
    return groups


def _near(tickets: list[Ticket], weighed: list[Weighed]) -> dict[int, set[int]]:
    """For each ticket those of other firms that are like it; only those that share a word at all are compared."""
    with_word: dict[str, list[int]] = defaultdict(list)
    for n, one in enumerate(weighed):
        for word in one.words:
            with_word[word].append(n)
    common = max(len(tickets) // 8, 12)  # what every eighth matter says joins nothing
    near: dict[int, set[int]] = defaultdict(set)
    for n, one in enumerate(weighed):
        others = {m for word in one.words if len(with_word[word]) <= common for m in with_word[word] if m > n}
        for m in others:
            if len(firms_of((tickets[n], tickets[m]))) > 1 and one.score(weighed[m]) >= NEAR:
                near[n].add(m)
                near[m].add(n)
    return near


def _shared(members: list[Weighed]) -> list[str]:
    """The words that at least half of them use, the most telling first."""
    counts = Counter(word for one in members for word in one.words)
    usual = [word for word, n in counts.items() if 2 * n >= len(members)]
    weight = {word: one.weights[word] for one in members for word in one.words}
    return [word[:40] for word in sorted(usual, key=lambda word: (-weight[word], word))[:NAMED]]
