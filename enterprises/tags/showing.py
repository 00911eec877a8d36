"""The tags of one firm and why it has them, as far as the reader may know (SEC-11)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.people.models import User

from ..attributes.sight import hidden_from
from ..attributes.values import Known
from ..criteria import naming
from ..criteria.one import evaluate
from ..criteria.reading import parse
from ..criteria.uses import Use, register
from ..criteria.words import explained
from ..models import Criterion, Enterprise, Outcome, Tag, firms_of
from ..models.firms import EnterpriseQuerySet


@dataclass(frozen=True)
class Why:
    """What a tag comes to for one firm now, node by node: depth and words."""

    tag: Tag
    outcome: bool | None
    lines: list[tuple[int, str]]
    missing: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return _("待补充") if self.outcome is None else _("符合") if self.outcome else _("不符合")


def tags_of(firm: Enterprise) -> list[Tag]:
    """The tags it bears, risks last, as far as they are shown; one query."""
    shown = Tag.objects.standing().only("dimension", "name_en", "criterion__code", "criterion__name")
    return list(_borne(shown, firm.pk))


def _borne(tags: QuerySet[Tag], firm: int) -> QuerySet[Tag]:
    held = Outcome.objects.filter(enterprise=firm, outcome=Outcome.Is.YES, criterion__tag__ended_at=None)
    return tags.filter(criterion__in=held.values("criterion"))


def bearing(firms: EnterpriseQuerySet, tag: Tag) -> EnterpriseQuerySet:
    """Those of the firms that bear the tag."""
    held = Outcome.objects.filter(criterion=tag.criterion_id, outcome=Outcome.Is.YES)
    return firms.filter(pk__in=held.values("enterprise_id"))


def choices_of_tags() -> list[tuple[str, list[tuple[str, str]]]]:
    """The tags to choose from, by dimension."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for tag in Tag.objects.standing():
        groups.setdefault(str(tag.get_dimension_display()), []).append((tag.criterion.code, str(tag)))
    return list(groups.items())


def counted() -> QuerySet[Tag]:
    """All standing tags with how many firms bear each."""
    yes = Count("criterion__outcomes", filter=Q(criterion__outcomes__outcome=Outcome.Is.YES))
    return Tag.objects.standing().select_related("criterion__current").annotate(firms=yes).order_by("position", "pk")


def why(tag: Tag, known: Known, day: date, hidden: Collection[str]) -> Why:
    """What the tag asks and what it saw; values of `hidden` attributes stay unsaid. `tag.criterion.current` is read."""
    assert tag.criterion.current is not None
    finding = evaluate(parse(tag.criterion.current.tree), known, day)
    lines = [(depth, words) for depth, _part, words in explained(finding, hidden)]
    missing = [str(one) for one in finding.missing] if finding.outcome is None else []
    return Why(tag, finding.outcome, lines, missing)


def unsaid_to(user: User, firm: Enterprise, *, serves: bool | None = None) -> frozenset[str]:
    """The attributes whose values he may not read of this firm; its own people read all (SEC-11)."""
    return frozenset() if firm.pk in firms_of(user) else hidden_from(user, firm, serves=serves)


@register
def as_tags(criterion: Criterion) -> Iterable[Use]:
    """A criterion that is a tag is in use."""
    standing = Tag.objects.standing().filter(criterion=criterion)
    return [Use(_("标签“%(name)s”") % {"name": tag}, reverse("enterprises:tags")) for tag in standing]


@naming.register
def by_tags(criteria: Sequence[Criterion]) -> Mapping[str, str]:
    return dict(Tag.objects.filter(criterion__in=criteria).values_list("criterion__code", "name_en"))
