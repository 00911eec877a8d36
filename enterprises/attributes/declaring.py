"""A firm says of itself what no line has said (POL-2): its own word, used at once, marked, until somebody verifies it.

A declared value is one put by hand with `OWN_WORDS` as its source. As soon as a source says something of the attribute,
`computing` puts that in its place. Locking order: the firm's values, then its declarations; so a word given while a
worker computes the firm is either seen by it or comes after it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.outbox import queue
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail.entries import record
from portal.trail.models import Audience
from portal.worktime import clock

from ..measures import Kind, Plain, kept
from ..models import Declaration, Enterprise, Line, Resource, firms_of, lines_of
from ..models.declarations import CONFIRMED, DECLARED, OWN_WORDS
from .catalogue import TOWN, Attribute
from .definitions import TOWN_DEFINITIONS, How
from .values import Held, Put, Words, lock, of_firm, put_many

MOST_AN_HOUR = 40  # values one firm may declare; a form has a dozen
CENTRE = "centre"  # the line of the centre itself
State = Declaration.State


def declarable(attribute: Attribute) -> bool:
    """Whether a firm can say it: no text, and nothing that the register of firms says."""
    definitions = TOWN_DEFINITIONS.of(attribute.code)
    of_identity = any(one.how == How.IDENTITY for one in definitions)
    return attribute.kind != Kind.TEXT and not of_identity


def may_declare(attribute: Attribute, held: Held | None) -> bool:
    """Unknown, or the firm's own word so far."""
    return declarable(attribute) and (held is None or held.source in OWN_WORDS)


@transaction.atomic
def declare(
    firm: Enterprise, values: Mapping[str, Plain], *, by: User, at: datetime | None = None
) -> list[Declaration]:
    """The firm's own word for attributes by their codes; what hangs on them follows in the same transaction.

    Raises Refused for who does not belong to the firm, for what is known already, for a value that does not fit its
    attribute (`field` is its code), and beyond MOST_AN_HOUR.
    """
    at = at or clock.now()
    _demand(firm.pk in firms_of(by), _("只有企业自己的人可以自报"))
    _demand(bool(values), _("请至少填写一项"))
    lock([firm.pk])
    lately = Declaration.objects.filter(enterprise=firm, at__gt=at - timedelta(hours=1)).count()
    _demand(
        lately + len(values) <= MOST_AN_HOUR, _("一小时内最多自报 %(most)s 项，请过一会儿再报") % {"most": MOST_AN_HOUR}
    )
    known, numbers = of_firm(firm), _numbers(values)
    for code in values:
        _demand_unknown(TOWN[code], known.get(code))
    former = Declaration.objects.standing().filter(enterprise=firm, attribute__in=values)
    former.update(state=State.REPLACED, decided_at=at)
    rows = [
        Declaration(enterprise=firm, attribute=code, value=number, by=by, at=at) for code, number in numbers.items()
    ]
    made = Declaration.objects.bulk_create(rows)
    day = timezone.localdate(at)
    put_many(Put(firm.pk, code, value, DECLARED, day) for code, value in values.items())
    _follow(firm, at)
    for one in made:
        _record("made", one, by, at, None)
    return made


@transaction.atomic
def confirm(declaration: Declaration, *, by: User, at: datetime | None = None) -> Declaration:
    """The value stands as verified. Raises Refused for who does not verify this attribute, and where it is settled."""
    at = at or clock.now()
    declaration, grant, held = _open(declaration, by, at)
    _demand(held is not None, _("这一项已经处理过，或企业已更新"))
    assert held is not None
    day = held.as_of or timezone.localdate(at)
    put_many([Put(declaration.enterprise_id, declaration.attribute, held.value, CONFIRMED, day)])
    _follow(declaration.enterprise, at)  # what is derived from it bears its source
    return _decide(declaration, State.CONFIRMED, "", by, at, grant)


@transaction.atomic
def refute(declaration: Declaration, *, by: User, reason: str, at: datetime | None = None) -> Declaration:
    """It is not so: the value goes, and the firm is told why."""
    at = at or clock.now()
    declaration, grant, _held = _open(declaration, by, at)
    _demand(bool(reason.strip()), _("请写明为什么不属实"), "reason")
    day = timezone.localdate(at)
    put_many([Put(declaration.enterprise_id, declaration.attribute, None, "", day)])
    _follow(declaration.enterprise, at)
    declaration = _decide(declaration, State.REFUTED, reason, by, at, grant)
    queue("declaration.refuted", declaration, key=f"declaration.refuted:{declaration.pk}", at=at)
    return declaration


def _numbers(values: Mapping[str, Plain]) -> dict[str, int]:
    """Each value as it is kept."""
    words = Words({value for value in values.values() if isinstance(value, str)} | set(OWN_WORDS))
    found = {}
    for code, value in values.items():
        attribute = TOWN.get(code)
        if attribute is None or not declarable(attribute):
            raise Refused(_("这一项不能自报"), code)
        try:
            found[code] = kept(attribute, value, words)
        except Refused as refused:
            raise Refused(str(refused), code) from None
    return found


def _demand_unknown(attribute: Attribute, held: Held | None) -> None:
    if held is not None and held.source not in OWN_WORDS:
        named = {"what": attribute, "source": held.source}
        raise Refused(_("“%(what)s”已有数据，来自%(source)s；不对的请在企业数据里提更正") % named, attribute.code)


def _follow(firm: Enterprise, at: datetime) -> None:
    """What is derived from the value, and every criterion, for this firm."""
    from ..criteria.store import refresh_firms  # NumPy is loaded where it is used
    from .computing import compute_these

    compute_these([firm.pk], timezone.localdate(at))
    refresh_firms([firm.pk], at=at)


def _open(declaration: Declaration, by: User, at: datetime) -> tuple[Declaration, Grant, Held | None]:
    """The declaration, locked after the firm's values, with the right by which he decides and the value as it is."""
    lock([declaration.enterprise_id])
    rows = Declaration.objects.select_for_update(of=("self",), no_key=True).select_related("enterprise")
    found = rows.get(pk=declaration.pk)
    grant = Verifying(by, at).grant_over(found)
    if grant is None:
        raise Refused(_("这一项不由您核实"))
    _demand(found.state == State.DECLARED, _("这一项已经处理过，或企业已更新"))
    return found, grant, of_firm(found.enterprise).get(found.attribute)


def _decide(declaration: Declaration, state: str, reason: str, by: User, at: datetime, grant: Grant) -> Declaration:
    declaration.state, declaration.reason = state, reason.strip()[:300]
    declaration.decided_by, declaration.decided_at = by, at
    declaration.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _record(state, declaration, by, at, grant)
    return declaration


def _record(verb: str, declaration: Declaration, by: User, at: datetime, grant: Grant | None) -> None:
    data = {"firm": declaration.enterprise_id, "attribute": declaration.attribute}
    record(f"declaration.{verb}", declaration, by=by, at=at, data=data, grant=grant, audience=Audience.FIRM)


def _demand(holds: bool, sentence: str, field: str | None = None) -> None:
    if not holds:
        raise Refused(sentence, field)


# Who verifies -----------------------------------------------------------------------------------------------------


class Verifying:
    """What one official verifies: what his lines deliver; what no line does a policy officer, or the centre's data
    officer. Nobody the word of his own firm. Two queries, whatever is asked.
    """

    def __init__(self, user: User, at: datetime | None = None) -> None:
        self.user, self.rights, self.firms = user, rights_of(user, at), firms_of(user, at)
        self._at = at

    @cached_property
    def _lines(self) -> dict[int, Line]:
        return {line.pk: line for line in lines_of(self.user, self._at)}

    @cached_property
    def owners(self) -> dict[str, frozenset[int]]:
        """By attribute the lines, with a department, that own a source of it."""
        lines = {line.name: line.pk for line in Line.objects.exclude(department=None)}
        found = Resource.objects.filter(line__in=lines.values()).values_list("code", "line_id")
        resources = dict(found)
        owners = {}
        for attribute in TOWN:
            codes = TOWN_DEFINITIONS.resources(attribute.code)
            named = {lines.get(attribute.source), *(resources.get(code) for code in codes)}
            owners[attribute.code] = frozenset(line for line in named if line is not None)
        return owners

    @cached_property
    def codes(self) -> frozenset[str]:
        """The attributes of which he verifies what firms say."""
        return frozenset(attribute.code for attribute in TOWN if self._grant(attribute.code) is not None)

    def grant_over(self, declaration: Declaration) -> Grant | None:
        if declaration.enterprise_id in self.firms:
            return None
        return self._grant(declaration.attribute)

    def _grant(self, code: str) -> Grant | None:
        owners = self.owners.get(code, frozenset())
        mine = [self._lines[line] for line in owners & self._lines.keys()] if owners else self._for_the_rest
        grants = (self.rights.grant(Role.DATA_OFFICER, line.department_id) for line in mine)
        policy = None if owners else self.rights.grant(Role.POLICY_OFFICER)
        return next(filter(None, grants), policy)

    @cached_property
    def _for_the_rest(self) -> list[Line]:
        return [line for line in self._lines.values() if line.code == CENTRE]


def standing_words(firm: Enterprise, codes: Iterable[str] | None = None) -> list[Declaration]:
    """What the firm says of itself now; one query."""
    rows = Declaration.objects.standing().filter(enterprise=firm)
    wanted = Q() if codes is None else Q(attribute__in=list(codes))
    return list(rows.filter(wanted).order_by("at", "pk"))
