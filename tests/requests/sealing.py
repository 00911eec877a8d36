"""The sealed reply in tests: a scan as an upload leaves it, delivered where one is due (APP-11)."""

import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.files.models import StoredFile
from portal.people.models import User
from requests import flow, overseen
from requests.models import Ticket


def seal(ticket: Ticket) -> Ticket:
    """Delivers the sealed reply at the moment of the signature, where one is due; the row as it is then."""
    if overseen.scan_missing(ticket, ticket.results.latest("id")):
        flow.deliver_scan(ticket, by=ticket.handler, files=[scan(ticket.handler)], at=ticket.moved_at)
    return Ticket.objects.get(pk=ticket.pk)


def scan(by: User, name: str = "盖章答复.pdf", content_type: str = "application/pdf") -> StoredFile:
    """The row of an upload, with something where it says that its content lies."""
    path = default_storage.save(f"test/{uuid.uuid4()}", ContentFile(b"%PDF"))
    return StoredFile.objects.create(
        name=name, size=4, content_type=content_type, sha256="0" * 64, path=path, uploaded_by=by
    )
