"""What is held, about whom, in which form and until when: one list, from which three papers make their tables.

It says what the store does (`bot/store/tables.py`, `bot/privacy/erasure.py`),
also where no end is built in. A new table wants a line here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.privacy.papers.brief import Brief
from bot.privacy.papers.page import Markup, blank, joined, table

#: Where the code has no end of its own, people have to decide one.
_DECIDE = blank("no end is built in; period and who removes it")


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of data. The sentences hold placeholders of `Brief.figures`."""

    tables: tuple[str, ...]  # of the database
    what: str
    whom: str
    form: str
    until: str
    decide: bool = False  # whether people have to set an end


HELD = (
    Held(
        ("answers",),
        "Words that arrive before a yes",
        "residents",
        "encrypted",
        "24 hours. A yes turns them into the story; a no, STOP, DELETE or the end of the day removes them.",
    ),
    Held(
        ("stories", "answers"),
        "Stories: what residents write after a yes, and what they choose from lists",
        "residents, and people they write about",
        "words and choices encrypted; hub, channel, language and times in clear",
        "{story_months} months from when the story began, or earlier by DELETE or `openear erase`.",
    ),
    Held(
        ("contacts",),
        "Telephone number or Telegram chat",
        "residents",
        "encrypted, apart from the story",
        "{contact_days} days after the last message. Where somebody agreed to be contacted again: until that story "
        "goes.",
    ),
    Held(
        ("flags",),
        "Words of danger or violence (flags), with their writer's address",
        "residents, and people they write about",
        "encrypted",
        "{flag_days} days, or earlier by DELETE. That there was a flag, its kind, time, owner and decision remain, "
        "without words and address.",
        decide=True,
    ),
    Held(
        ("consents", "wordings"),
        "The consent ledger: what was asked, word for word, the decision, when and how",
        "residents, by a random id",
        "in clear; the resident's own reply encrypted",
        "The reply goes with the story. The fact of consent and of its withdrawal remains, as evidence.",
        decide=True,
    ),
    Held(
        ("outbox",),
        "Replies of ours",
        "residents",
        "encrypted",
        "Text and address go when the carrier has the message. That it was sent, and when, remains until DELETE.",
        decide=True,
    ),
    Held(
        ("seen", "contacts"),
        "Keyed hashes of messages and of contacts",
        "residents",
        "a code made with a secret key",
        "Kept on, so that a STOP holds and what was erased cannot come back. Without the keyring they name nobody; "
        "with it, a known number can be looked up: they remain personal data.",
        decide=True,
    ),
    Held(
        ("conversations",),
        "Where a conversation stands: campaign, language, hub, step",
        "residents, by a number",
        "in clear, without any word of theirs",
        "Kept on; DELETE leaves campaign, language and the silence.",
        decide=True,
    ),
    Held(
        ("marks",),
        "Names and details that organisers marked, to be masked in downloads",
        "residents and others",
        "encrypted",
        "As long as the story.",
    ),
    Held(
        ("tombstones", "downloads"),
        "Ids of erased stories; which download held which story ids, by whom and when",
        "residents, by a random id; organisers",
        "in clear",
        "Kept on, so that copies can be cleaned.",
        decide=True,
    ),
    Held(
        ("complaints",),
        "Complaints, and where their senders can be reached, if they say",
        "anybody who complains",
        "encrypted",
        "Kept on with the outcome.",
        decide=True,
    ),
    Held(
        ("organisers", "alerts", "tokens"),
        "E-mail addresses, roles, where safeguarding leads are told, access tokens",
        "organisers",
        "addresses in clear, where leads are told encrypted, of tokens a hash only",
        "Until revoked; a token ends after {token_days} days. Of ended tokens the hash and the address remain.",
        decide=True,
    ),
    Held(
        ("audit",),
        "Who did what and when: downloads, erasures, flags, roles, keys",
        "organisers",
        "in clear, without words of residents; each row sealed to the one before",
        "Kept on.",
        decide=True,
    ),
    Held(
        ("hubs", "spending", "sendings", "facts"),
        "Hubs' codes and names, counts of SMS parts by day, technical facts",
        "nobody, as a rule",
        "in clear",
        "As long as the installation.",
    ),
    Held(
        (),
        "Backups",
        "all of the above",
        "{backups}",
        "{backup_days} days. The software does not delete them: the operator does.",
        decide=True,
    ),
)


def held_table(brief: Brief, caption: str, rows: Sequence[Held] = HELD) -> Markup:
    """What, about whom, how, until when."""
    return table(
        caption,
        ("Data", "About", "Kept how", "Until when"),
        ((brief.says(one.what), brief.says(one.whom), brief.says(one.form), until(brief, one)) for one in rows),
    )


def until(brief: Brief, one: Held) -> Markup:
    """When it goes, and a place to decide where nothing ends it."""
    said = brief.says(one.until)
    return joined((said, _DECIDE)) if one.decide else said
