"""The record of consent for one story, as an information officer asks for it (UK GDPR, Article 7(1)).

Who (a random id), when and how they consented, their reply, and the text that asked: its key, version, language and
hash, which is checked here. Each look is recorded in the audit.
"""

import hashlib
from collections.abc import Iterator

from bot.errors import NotFoundError
from bot.installation import Installation
from bot.store import audit, consents
from bot.store.consents import Consent


def lines(installation: Installation, story: str, actor: str) -> Iterator[str]:
    """The record of `story` as lines to read. Raises NotFoundError before the first line."""
    with installation.write() as tx:
        entries = consents.of_story(tx, story) if story else []  # a refusal has no story
        if not entries:
            raise NotFoundError("there is no consent for this story; the ids are in the first column of an export")
        audit.record(tx, actor, "consent.show", {"story": story})
    return _lines(entries)


def _lines(entries: list[Consent]) -> Iterator[str]:
    yield f"story     {entries[0].story}"
    yield f"resident  {entries[0].resident}"
    for entry in entries:
        yield ""
        yield f"{entry.purpose}: {entry.decision}"
        yield f"  when     {entry.at:%Y-%m-%d %H:%M:%S} UTC"
        yield f"  how      {entry.channel}, {entry.method}"
        reply = "\n  |        ".join(entry.reply.splitlines())  # so that its lines do not look like ours
        yield f"  reply    {reply or _no_reply(entry)}"
        if entry.key or entry.sha256 or entry.body:
            same = hashlib.sha256(entry.body.encode()).hexdigest() == entry.sha256
            yield f"  asked    {entry.key}, version {entry.version}, in {entry.language}"
            yield f"  sha256   {entry.sha256} ({'the text below' if same else 'NOT THE TEXT BELOW: it was changed'})"
            yield from (f"  | {line}" for line in entry.body.split("\n"))


def _no_reply(entry: Consent) -> str:
    return "(erased)" if entry.decision == "granted" else "(not kept)"
