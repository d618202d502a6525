"""The pack for a resident who asks what we hold about them (UK GDPR, Articles 15 and 20): as text and as data.

The operator must be sure that the person who asks is the resident: `bot/privacy/README.md` says how. The audit records
that a pack was made, without the address.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.engine.campaign import Campaign
from bot.engine.model import Channel
from bot.errors import NotFoundError
from bot.installation import Installation
from bot.operations.backup import KEEP_DAYS
from bot.store import audit, subject_access
from bot.store.subject_access import StoryHeld, Subject


def write(
    installation: Installation, channel: Channel, address: str, path: Path, actor: str, *, flagged: bool = False
) -> Subject:
    """Write the pack to `path`: a zip with `your-data.txt` and `your-data.json`. Raises NotFoundError.

    With `flagged`, it holds the texts that raised a flag: another person with the same phone could read them.
    """
    now = installation.clock()
    campaigns = installation.campaigns  # read before anything is recorded: a broken file stops the pack here
    with installation.write() as tx:
        found = subject_access.of_contact(tx, installation.keys.contact_hash(channel, address))
        if found is None:
            raise NotFoundError("no message ever came from this contact")
        if not flagged:
            found.flags.clear()
        audit.record(tx, actor, "mydata", {"stories": len(found.stories), "flags": flagged})
    read = "\n".join(_lines(campaigns, found, now)) + "\n"
    data = json.dumps(_readable(asdict(found)), ensure_ascii=False, indent=2)
    path.touch(mode=0o600)
    path.chmod(0o600)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("your-data.txt", read)
        pack.writestr("your-data.json", data)
    return found


def _readable(value: Any) -> Any:
    """`value` with moments as text."""
    if isinstance(value, dict):
        return {key: _readable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _lines(campaigns: Mapping[str, Campaign], found: Subject, now: datetime) -> Iterator[str]:
    yield f"What we hold about you, on {now:%d %B %Y}"
    yield ""
    yield f"You write to us by {found.channel}. Your number or chat is {'kept' if found.address_kept else 'not kept'}."
    if found.stopped_at:
        yield f"You asked us to stop on {_day(found.stopped_at)}."
    for story in found.stories:
        yield from _story(campaigns, story)
    if found.waiting:
        yield "\nTexts that wait for your yes, and go a day after you sent them:"
        yield from (f"  {_day(one.at)}: {one.text}" for one in found.waiting)
    yield "\nWhat you agreed to, or did not:"
    yield from (
        f"  {_day(one.at)}: {one.purpose}, {one.decision}. You wrote: {one.reply or '-'}. We asked: {one.body or '-'}"
        for one in found.consents
    )
    if found.flags:
        yield "\nTexts that our program marked for a named person, because it saw words of danger or violence:"
        yield from (f"  {_day(one['at'])}: {one['words'] or '(words no longer kept)'}" for one in found.flags)
    sent = sum(one["sent_at"] is not None for one in found.sent)
    yield f"\nMessages that we sent you: {sent}. Their texts are not kept once they are sent."
    yield from _keeping(campaigns, found)


def _story(campaigns: Mapping[str, Campaign], story: StoryHeld) -> Iterator[str]:
    yield f"\nYour story {story.public}, begun on {_day(story.began_at)}:"
    campaign = campaigns.get(story.campaign)
    for one in story.said:
        step = campaign.step(one.step) if campaign else None
        labels = dict(step.choices) if step else {}
        chosen = ", ".join(labels.get(code, code) for code in one.codes)
        yield f"  {_day(one.at)}, {one.step}: {chosen or one.text}"
    quote, contact = story.may_quote or "not answered", story.may_recontact or "not answered"
    yield f"  May we quote it: {quote}. May we contact you again: {contact}."
    if story.marks:
        yield f"  Hidden in downloads: {', '.join(mark.words for mark in story.marks)}."
    who = sorted({(one.role, _day(one.at)) for one in story.downloads})
    yield f"  Downloaded by: {'; '.join(f'{role}, {day}' for role, day in who) or 'nobody'}."


def _keeping(campaigns: Mapping[str, Campaign], found: Subject) -> Iterator[str]:
    yield "\nHow long:"
    for slug in dict.fromkeys(conversation["campaign"] for conversation in found.conversations):
        campaign = campaigns.get(slug)
        if campaign:
            yield (
                f"  {campaign.name}: your story {campaign.story_months} months, your number {campaign.contact_days} "
                f"days after your last message, marked texts {campaign.flag_days} days, copies {KEEP_DAYS} days. "
                f"Responsible: {'; '.join(campaign.controllers)}. Telephone: {campaign.telephone}."
            )


def _day(moment: datetime) -> str:
    return f"{moment:%d %B %Y}"
