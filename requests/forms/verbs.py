"""One form for each verb: its fields, what its button says, and the call. The verb itself checks the rules."""

from __future__ import annotations

from requests import stages
from requests.forms.after import AFTER
from requests.forms.base import VerbForm
from requests.forms.confidential import CONFIDENTIAL
from requests.forms.dispatching import DispatchForm
from requests.forms.feedback import FEEDBACK
from requests.forms.handling import HANDLING
from requests.forms.intake import INTAKE
from requests.forms.ordering import ORDERING
from requests.forms.parts import PARTS
from requests.forms.respite import RESPITE
from requests.forms.returns import RETURNS
from requests.forms.supervising import SUPERVISING
from requests.forms.taking import NameHandlerForm, TakeForm
from requests.forms.talking import TALKING
from requests.forms.triaging import TRIAGING

FORMS: dict[str, type[VerbForm]] = {
    form.verb: form
    for form in (
        *INTAKE,
        *AFTER,
        DispatchForm,
        *TRIAGING,
        TakeForm,
        NameHandlerForm,
        *PARTS,
        *RETURNS,
        *HANDLING,
        *RESPITE,
        *FEEDBACK,
        *SUPERVISING,
        *CONFIDENTIAL,
        *ORDERING,
        *TALKING,
    )
}


def forward(verbs: list[str]) -> str | None:
    """The one verb a page puts forward as its filled button (look, decision 6)."""
    return next((verb for verb in stages.FORWARD if verb in verbs), None)
