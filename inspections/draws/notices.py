"""The letters about draws (INS-5). No firm is told of one: a check may be unannounced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.outbox import topics
from portal.outbox.letters import Said, saying
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.roles import Role

from ..models import Draw
from ..models.agencies import HEADS
from . import stages

Params = Mapping[str, Any]

topics.put_under(Topic.WORK, "draw.drawn", "draw.dropped")


@saying("draw.drawn", subject=Draw, url=Draw.get_absolute_url)
def drawn(draw: Draw, params: Params) -> Iterator[Said]:
    """Its heads, while it waits to become needs."""
    if draw.status == stages.DRAWN:
        heads = [one for role in HEADS for one in User.objects.holding(role, draw.agency.department)]
        title = _("“%(title)s”已抽取 %(n)s 户，请确认") % {"title": draw.title, "n": draw.take}
        yield heads, title, _("确认后生成检查需求。")


@saying("draw.dropped", subject=Draw, url=Draw.get_absolute_url)
def dropped(draw: Draw, params: Params) -> Iterator[Said]:
    """The supervisors: whoever draws again until it suits him is seen."""
    title = _("%(agency)s作废了已抽取的“%(title)s”") % {"agency": draw.agency, "title": draw.title}
    yield User.objects.holding(Role.SUPERVISOR), title, _("原因：%(reason)s") % {"reason": draw.dropped_for}
