"""The letters of POL-4: what fits the firm, and what closes soon; each person without the kinds he has muted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Enterprise, Member, Stewardship
from policies.library import stages
from policies.models import ClauseVersion, Muted, Round
from portal.outbox import Letter, notice, topics
from portal.outbox.models import Topic
from portal.people.models import User
from portal.worktime import clock
from portal.worktime.words import by_when

topics.put_under(Topic.NEWS, "policy.matched", "policy.closing")

NAMED = 3  # of several, these are named

Params = Mapping[str, Any]


def _people(firm: Enterprise) -> Iterator[tuple[User, bool]]:
    """The firm's people, then its steward, who is none of them; each with whether the firm is his own."""
    members = Member.objects.current().filter(enterprise=firm, user__is_active=True).select_related("user")
    own = [member.user for member in members]
    yield from ((user, True) for user in own)
    ties = Stewardship.objects.current().filter(enterprise=firm, kind=Stewardship.Kind.STEWARD, user__is_active=True)
    known = {user.pk for user in own}
    yield from ((tie.user, False) for tie in ties.select_related("user") if tie.user_id not in known)


def _muted(people: Iterable[User]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for user, support in Muted.objects.filter(user__in=[one.pk for one in people]).values_list("user_id", "support"):
        found.setdefault(user, set()).add(support)
    return found


def _page(firm: Enterprise, own: bool) -> str:
    return f"{reverse('matching:mine')}?firm={firm.uscc}" if own else reverse("matching:of", args=[firm.uscc])


def _listed(lines: Sequence[str]) -> str:
    said = "\n".join(lines[:NAMED])
    more = len(lines) - NAMED
    if more > 0:
        said += "\n" + ngettext("还有 %(n)s 条", "还有 %(n)s 条", more) % {"n": more}
    return said


@notice("policy.matched", subject=Enterprise)
def matched(firm: Enterprise, params: Params) -> list[Letter]:
    """What is no more in force by the time it is written is left out."""
    found = ClauseVersion.objects.filter(pk__in=params["clauses"], version__status=stages.IN_FORCE)
    clauses = list(found.select_related("version").order_by("version__title", "position", "pk"))
    people = list(_people(firm))
    muted = _muted(user for user, _own in people)
    letters = []
    for user, own in people:
        wanted = [one for one in clauses if one.support not in muted.get(user.pk, ())]
        if not wanted:
            continue
        named = {"firm": firm.called, "n": len(wanted)}
        title = ngettext("%(firm)s符合 %(n)s 条政策", "%(firm)s符合 %(n)s 条政策", len(wanted)) % named
        lines = [_("%(policy)s：%(clause)s") % {"policy": one.version.called, "clause": one.called} for one in wanted]
        hint = _("不想收到某一类政策的提醒，可以在消息设置的“政策提醒”里关闭。")
        body = f"{_listed(lines)}\n{hint}"
        letters.append(Letter(to=user, title=title, body=body, url=_page(firm, own)))
    return letters


@notice("policy.closing", subject=Enterprise)
def closing(firm: Enterprise, params: Params) -> list[Letter]:
    """Rounds that are open still, and in which the firm has not claimed meanwhile."""
    rounds = Round.objects.open(clock.now()).filter(pk__in=params["rounds"]).exclude(claims__enterprise=firm)
    found = list(rounds.select_related("clause__version").order_by("closes_at", "pk"))
    people = list(_people(firm))
    muted = _muted(user for user, _own in people)
    letters = []
    for user, own in people:
        wanted = [one for one in found if one.clause.support not in muted.get(user.pk, ())]
        if not wanted:
            continue
        named = {"firm": firm.called, "n": len(wanted)}
        title = ngettext("%(firm)s有 %(n)s 项申报快截止", "%(firm)s有 %(n)s 项申报快截止", len(wanted)) % named
        lines = [_closes(one) for one in wanted]
        letters.append(Letter(to=user, title=title, body=_listed(lines), url=_page(firm, own)))
    return letters


def _closes(round: Round) -> str:
    assert round.closes_at is not None  # of one without an end nobody is reminded
    return _("%(what)s：%(when)s申报") % {"what": round.clause.called, "when": by_when(round.closes_at)}
