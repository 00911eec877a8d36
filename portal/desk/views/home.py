"""Where a person starts: the page on which his work is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from enterprises.models import firms_of
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests.queues import queues_of

# Where those start whose work is in one place.
STARTS = (
    (Role.ADMINISTRATOR, "accounts:users"),
    (Role.DATA_OFFICER, "enterprises:data"),
    (Role.POLICY_OFFICER, "claims:desk"),
    (Role.GRID_MEMBER, "visits:mine"),
    (Role.INSPECTOR, "inspections:today"),
    (Role.AUDITOR, "confidential:reads"),
)
DEPARTMENT_ROLES = (Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)


@login_required
def landing(request: HttpRequest) -> HttpResponse:
    """Firm people to their firm, the leader to the figures, clerks to their queue, administrators to the accounts."""
    rights = rights_of(request.user)
    if not rights.is_official:
        return redirect("desk:firm") if firms_of(request.user) else render(request, "desk/nothing.html")
    if rights.has(Role.LEADER):
        return redirect("desk:leader")
    if rights.has(*DEPARTMENT_ROLES) and not rights.is_outside:
        return redirect("desk:department")
    if any(queue.name != "supervision" for queue in queues_of(request.user)):
        return redirect("requests:queues")
    if rights.has(Role.SUPERVISOR):
        return redirect("desk:leader")
    if rights.has(Role.CONGRESS_OBSERVER, Role.EVALUATOR):
        return redirect("desk:figures")
    start = next((address for role, address in STARTS if rights.has(role)), None)
    if start:
        return redirect(start)
    return render(request, "desk/nothing.html")
