"""A criterion that decides a clause is in use: it is ended with the clause alone."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from enterprises.criteria import naming
from enterprises.criteria.uses import Use, register
from enterprises.models import Criterion

from .models import Clause


@register
def clauses_of(criterion: Criterion) -> Iterator[Use]:
    for clause in Clause.objects.filter(criterion=criterion, ended_at=None).select_related("policy__current"):
        title = clause.policy.current.title if clause.policy.current else clause.policy.code
        named = _("%(title)s 第 %(n)s 条") % {"title": title, "n": clause.number}
        yield Use(named, clause.get_absolute_url(), keeps=True)


@naming.register
def by_clauses(criteria: Sequence[Criterion]) -> Mapping[str, str]:
    """A clause's criterion has the clause's name."""
    standing = Clause.objects.filter(criterion__in=criteria, ended_at=None)
    return dict(standing.values_list("criterion__code", "current__title_en"))
