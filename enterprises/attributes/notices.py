"""What the firm is told when its own word was found not to be so."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import Letter, notice, topics
from portal.outbox.models import Topic

from ..models import Declaration, Member
from .catalogue import TOWN

topics.put_under(Topic.NEWS, "declaration.refuted")


@notice("declaration.refuted", subject=Declaration)
def refuted(declaration: Declaration, params: Mapping[str, Any]) -> list[Letter]:
    """To the firm's people, who see what they had said and why it does not hold."""
    named = {"what": TOWN[declaration.attribute], "firm": declaration.enterprise.called, "reason": declaration.reason}
    title = _("自报的“%(what)s”经核实不属实，已撤下") % named
    body = _("%(firm)s。%(reason)s") % named
    members = Member.objects.current().filter(enterprise=declaration.enterprise_id, user__is_active=True)
    url = reverse("matching:mine")
    return [Letter(to=member.user, title=title, body=body, url=url) for member in members.select_related("user")]
