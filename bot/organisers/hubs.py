"""Hubs: adding and changing them, and what their leaders share: Telegram link, SMS keyword, a text in each language."""

import re

from bot.engine.folding import words
from bot.engine.vocabulary import Phrase
from bot.errors import InvalidError
from bot.installation import Installation
from bot.store import facts, hubs
from bot.store.hubs import Hub

_CODE = re.compile(r"[A-Za-z0-9]{2,20}")
#: How many languages are named as examples beside a keyword.
_EXAMPLES = 6


def add(installation: Installation, hub: Hub) -> None:
    """Add a hub, or give a known hub this name and language. Raises InvalidError."""
    _refuse_bad(installation, hub)
    with installation.write() as tx:
        if hubs.add(tx, hub):
            return
        known = hubs.find(tx, hub.code)
        if known is None or known.campaign != hub.campaign:
            raise InvalidError(f"another campaign has a hub with the code {hub.code!r}; choose another code")
        hubs.change(tx, hub)


def every(installation: Installation, campaign: str = "") -> list[Hub]:
    """All hubs, or those of one campaign."""
    with installation.read() as tx:
        return hubs.every(tx, campaign)


def to_share(installation: Installation, hub: Hub, bot: str) -> list[str]:
    """The hub's Telegram link, its SMS keyword with the number, and a text to share in each language.

    `bot` is the user name of the Telegram bot; empty if it is unknown.
    """
    settings, wording = installation.settings, installation.wordings[hub.campaign]
    codes = installation.campaigns[hub.campaign].vocabulary.languages
    link = f"https://t.me/{bot}?start={hub.code}" if bot else ""
    number = settings.twilio.sender if settings.twilio else ""
    missing = (
        "set TELEGRAM_BOT_TOKEN to get one" if settings.telegram is None else "run this again when Telegram answers"
    )
    lines = [
        f"Hub: {hub.name} ({hub.code}), campaign {hub.campaign}",
        f"Telegram link: {link or missing}",
        f"SMS: text {hub.code} to {number}"
        if number
        else f"SMS keyword: {hub.code} (set TWILIO_FROM to print the number)",
        "With a language: " + ", ".join(f"{hub.code} {code.upper()}" for code in codes[:_EXAMPLES]),
    ]
    for code in codes:
        ways = [f"{link}_{code}"] if link else []
        if number:
            keyword = f"{hub.code} {code.upper()}"
            ways.append(wording.template("invite_sms", code).format(keyword=keyword, number=number))
        lines += ["", f"[{code}] {installation.catalogues.languages[code].name}", wording.text("invite", code), *ways]
    return lines


def bot_name(installation: Installation) -> str:
    """The user name of the Telegram bot: from the store, or from Telegram; empty without a token.

    Raises SendError if Telegram does not answer.
    """
    from bot.channels.senders import telegram_sender  # noqa: PLC0415 (the providers' libraries, for this question only)

    with installation.read() as tx:
        known = facts.get(tx, facts.TELEGRAM_USERNAME)
    sender = None if known else telegram_sender(installation.settings)
    if sender is None:
        return known
    try:
        return sender.get_me()
    finally:
        sender.close()


def _refuse_bad(installation: Installation, hub: Hub) -> None:
    vocabulary = installation.campaigns[hub.campaign].vocabulary
    code = hub.code
    if not _CODE.fullmatch(code) or code.isdecimal():
        raise InvalidError("a hub's code is 2 to 20 letters and digits, at least one of them a letter: LRMN, BEWELL2")
    taken = _meanings(installation, hub.campaign)
    if words(code) in taken or " ".join(words(code)) in vocabulary.names or code in installation.campaigns:
        raise InvalidError(f"{code!r} already means something else in a resident's message; choose another code")
    if hub.language and hub.language not in vocabulary.languages:
        raise InvalidError(f"{hub.language!r} is not offered. The languages are {', '.join(vocabulary.languages)}")


def _meanings(installation: Installation, slug: str) -> set[Phrase]:
    """Every word that means something when a resident sends it alone, in every language there is, offered or not."""
    wording = installation.wordings[slug]
    everything = wording.vocabulary(list(installation.catalogues.languages))
    found = {*everything.commands, *everything.greetings}
    for lexicon in everything.lexicons.values():
        found |= lexicon.phrases("yes") | lexicon.phrases("no") | lexicon.phrases("thanks")
    return found
