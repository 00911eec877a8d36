"""How a matter of the demo comes in, with its papers."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from portal import files
from portal.desk.demo.papers import paper
from portal.desk.demo.story import Story
from portal.files.models import StoredFile
from portal.people.models import User
from requests import flow
from requests.flow.intake import Matter as Filing
from requests.models import Attachment, Draft, Ticket

KEYS = uuid.UUID("5f0d6a1e-7c1b-4f1e-9a52-6b7f2c1d8e30")  # the demo's own: its tickets' keys are made from it
HOTLINE_DAYS = 14
WITH_PAPERS = 0.7
GUESSED = 0.75  # how often the firm picks the category itself
PUBLIC = 3  # of so many firms that file online one agrees that its matter may be published


def key_of(seed: int, number: int) -> uuid.UUID:
    return uuid.uuid5(KEYS, f"{seed}/{number}")


def come_in(story: Story, *, spoken: bool, at: datetime) -> None:
    """The firm or its steward files it online, or a clerk registers what was said to him; then the story has its ticket."""
    by = story.clerk if spoken else story.writer.user
    if story.fate.by_steward:
        by = story.writer.firm.first_contact(at) or by
    verb = flow.register if spoken else flow.file
    draft = _draft(story, by, at) if story.matter.files and story.happens(WITH_PAPERS) else None
    story.ticket = verb(_filing(story, at), by=by, key=key_of(story.setting.seed, story.number), draft=draft, at=at)


def _filing(story: Story, at: datetime) -> Filing:
    matter, writer, hotline = story.matter, story.writer, story.fate.channel == "hotline"
    on_file = story.member is not None
    return Filing(
        contact_name=writer.user.name,
        contact_phone=writer.user.mobile or "",
        title=story.say("title", at),
        description=story.say("text", at),
        channel=story.fate.channel,
        enterprise=writer.firm if on_file else None,
        business_name="" if on_file else f"{writer.village}{writer.firm.short_name[:2]}商店",
        category=story.setting.categories[matter.category] if story.happens(GUESSED) else None,
        place=writer.firm.place,
        urgency=matter.urgency,
        public=story.fate.channel == "online" and story.number % PUBLIC == 0,
        hotline_number=f"TC{at:%Y%m%d}{story.number:05d}" if hotline else "",
        outer_due_at=at + timedelta(days=HOTLINE_DAYS) if hotline else None,
    )


def _draft(story: Story, by: User, at: datetime) -> Draft:
    draft = Draft.objects.create(user=by, enterprise=story.writer.firm)
    papers = [stored(story, name, by=by, at=at) for name in story.matter.files]
    Attachment.objects.bulk_create(Attachment(draft=draft, file=file) for file in papers)
    return draft


def stored(story: Story, name: str, *, by: User, at: datetime) -> StoredFile:
    """A small file of this name, stored as an upload at `at`."""
    lines = [name.rpartition(".")[0], story.writer.firm.name, f"{at:%Y-%m-%d}"]
    file = files.store(paper(name, lines, story.random), by=by)
    StoredFile.objects.filter(pk=file.pk).update(at=at)
    return file


def supply(ticket: Ticket, *, story: Story, by: User, answer: str, at: datetime) -> Ticket:
    """The firm's supplement, most often with a paper."""
    papers = [stored(story, "补充材料.pdf", by=by, at=at)] if story.happens(WITH_PAPERS) else []
    return flow.supplement(ticket, by=by, answer=answer, files=papers, at=at)
