"""Keeping reply templates, and filling one in for a ticket (回复模板): `{企业}`, `{编号}`, `{日期}` and the like."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.lists.models import may_share_in
from portal.people.models import Department, User
from portal.people.refusal import Refused
from portal.people.rights import Rights
from portal.people.roles import Role
from portal.worktime import clock, words
from requests.models import ReplyTemplate, Ticket
from requests.models.reply_templates import MOST

# Who writes to firms (SEC-1).
WRITERS = (
    *(Role.INTAKE_CLERK, Role.TRIAGER, Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD),
    *(Role.REVISITOR, Role.STEWARD, Role.PROJECT_ASSISTANT, Role.SUPERVISOR),
)
# The places, as they are written in a text whatever the reader's language: texts to firms are Chinese.
PLACES = {
    "企业": gettext_noop("企业名称"),
    "联系人": gettext_noop("企业联系人"),
    "编号": gettext_noop("诉求编号"),
    "标题": gettext_noop("诉求标题"),
    "日期": gettext_noop("今天的日期"),
    "部门": gettext_noop("主办部门"),
    "承办人": gettext_noop("承办人和电话"),
}
_PLACE = re.compile("[{｛](" + "|".join(PLACES) + ")[}｝]")


def may_keep(rights: Rights) -> bool:
    """Whether he has templates: the page is not for a third party, which has its own tickets only (APP-7)."""
    return rights.has(*WRITERS) and not rights.is_outside


def filled(template: ReplyTemplate, ticket: Ticket, now: datetime) -> str:
    """The text with its places filled in from the ticket; other braces stay as they are."""
    handler, department = ticket.handler, ticket.lead_department
    given = {
        "企业": ticket.firm_name,
        "联系人": ticket.contact_name,
        "编号": ticket.number,
        "标题": ticket.title,
        "日期": words.day(now, weekday=False),
        "部门": department.name if department else "",
        "承办人": f"{handler.name} {handler.phone}".strip() if handler else "",
    }
    return _PLACE.sub(lambda place: given[place.group(1)], template.text)


def changeable(user: User, at: datetime | None = None) -> list[ReplyTemplate]:
    """What he may change: his own, and those of the departments he heads."""
    shared = set(may_share_in(user).values_list("pk", flat=True))
    seen = ReplyTemplate.objects.visible_to(user, at).select_related("department", "owner")
    return [one for one in seen if one.department_id is None or one.department_id in shared]


@transaction.atomic
def keep(
    user: User,
    *,
    name: str,
    text: str,
    department: Department | None = None,
    template: ReplyTemplate | None = None,
) -> ReplyTemplate:
    """A new template, or the given one changed. Shared ones are the heads' to keep (`may_share_in`)."""
    if template is not None and template not in changeable(user):
        raise Refused(_("部门共用的模板由部门负责人改。"))
    if department is not None and not may_share_in(user).filter(pk=department.pk).exists():
        raise Refused(_("只有部门负责人可以给本部门共用。"), "department")
    row = template or ReplyTemplate(owner=user)
    row.name, row.text, row.department = " ".join(name.split()), text.strip(), department
    row.changed_at = clock.now()
    if not row.name or not row.text:
        raise Refused(_("名称和内容都要写。"), "text" if row.name else "name")
    if row.pk is None and _kept(user, department) >= MOST:
        raise Refused(_("最多存 %(n)s 个模板，请先删去不用的。") % {"n": MOST})
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_("已有一个叫“%(name)s”的。") % {"name": row.name}, "name") from None
    return row


def _kept(user: User, department: Department | None) -> int:
    own = ReplyTemplate.objects.filter(department=department)
    return (own if department else own.filter(owner=user)).count()


def drop(user: User, template: ReplyTemplate) -> None:
    """A preference and no record: it is gone."""
    if template not in changeable(user):
        raise Refused(_("部门共用的模板由部门负责人改。"))
    template.delete()
