"""What is being typed into a step is kept as it is typed, sound or not, until the step is saved (look: Form).

Kept by person, version, revision and step: what was saved since, in this or another tab, makes it void by itself.
"""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from portal.people.doors import only_for

from ...models import PolicyVersion
from ...models.policies import WRITES_POLICIES
from ..capacity import verbs_of
from ..stages import DRAFT
from .desk import kept as kept_here

DAYS = 30
LONGEST = 200_000  # characters of one step


def _name(request: HttpRequest, version: PolicyVersion | None, step: str) -> str:
    where = f"{version.pk}:{version.revision}" if version is not None else "new"
    return f"policies.step:{request.user.pk}:{where}:{step}"


@require_POST
@only_for(WRITES_POLICIES)
def keep(request: HttpRequest) -> HttpResponse:
    """`?policy=` and `?step=`: `document`, `new` or a clause's number; 404 where nothing is being written."""
    step = request.GET.get("step", "")
    if not (step in ("document", "new") or (step.isascii() and step.isdecimal() and len(step) < 6)):
        raise Http404
    version = _draft(request, request.GET["policy"]) if "policy" in request.GET else None
    typed = request.POST.urlencode()
    if len(typed) <= LONGEST:
        cache.set(_name(request, version, step), typed, DAYS * 24 * 3600)
    return HttpResponse(status=204 if len(typed) <= LONGEST else 413)


def _draft(request: HttpRequest, code: str) -> PolicyVersion:
    policy = kept_here(request).filter(code=code.replace("\0", "")).first()
    version = policy.versions.filter(status=DRAFT).first() if policy is not None else None
    if policy is None or version is None or "edit" not in verbs_of(policy, request.user):
        raise Http404
    return version


def typed_before(request: HttpRequest, version: PolicyVersion | None, step: str) -> QueryDict | None:
    """What was typed into this step and not saved; `?afresh=1` puts it away."""
    name = _name(request, version, step)
    if "afresh" in request.GET:
        cache.delete(name)
    typed = cache.get(name)
    return QueryDict(typed) if typed else None


def forget(request: HttpRequest, version: PolicyVersion | None, step: str) -> None:
    cache.delete(_name(request, version, step))
