"""非现场办结: a need that data settle ends without a visit, and the reasons stay (INS-5).

`needs.flow.settle` moves the need and tells the firm.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from enterprises.attributes.values import of_firm
from enterprises.criteria.one import evaluate
from portal.people.models import User
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Need, Settlement
from ...needs import flow as needs_flow
from .comparing import KINDS, lines_of, settling


@transaction.atomic
def settle(need: Need, *, by: User, at: datetime | None = None) -> Settlement:
    """As the facts are now, whatever the list said. Raises Refused where they do not settle it, or it has moved on."""
    at = at or clock.now()
    rows = Need.objects.select_for_update(of=("self",), no_key=True)
    need = rows.select_related("enterprise", "subject__settled_by__current").get(pk=need.pk)
    node, criterion = settling(need.subject), need.subject.settled_by
    if need.kind not in KINDS:
        raise Refused(
            _("%(number)s：%(kind)s要到现场，不能用数据办结。") % {"number": need.number, "kind": need.kind_name}
        )
    if node is None or criterion is None or criterion.current is None:
        raise Refused(_("这个事项没有设定数据比对的条件。"))
    day = local_day(at)
    finding = evaluate(node, of_firm(need.enterprise), day)
    if finding.outcome is not True:
        raise Refused(_("%(number)s：按现在的数据不能办结，请安排现场检查。") % {"number": need.number})
    settlement = Settlement(
        need=need,
        criterion=criterion.current,
        lines=[list(line) for line in lines_of(finding, frozenset(), day)],
        told=not need.unannounced,
        by=by,
        at=at,
    )
    with translation.override(settings.LANGUAGE_CODE):  # what is kept is in the site's language, whoever settles
        reasons = settlement.said
    needs_flow.settle(need, by=by, reasons=reasons, at=at)
    settlement.save()
    return settlement


def settle_many(needs: Iterable[Need], *, by: User) -> tuple[int, list[str]]:
    """One transaction each: how many were settled, and why the others were not."""
    done, refused = 0, list[str]()
    for need in needs:
        try:
            settle(need, by=by)
        except Refused as said:
            refused.append(said.sentence)
        else:
            done += 1
    return done, refused
