"""Canaries for the logs, and every logger at its loudest."""

import logging

from kit.fakes.telegram_api import TOKEN as BOT_TOKEN
from kit.fakes.twilio_api import TOKEN
from kit.sandbox import SECRET

NAME = "Zephyrine Quillfeather"
PHONE = "+447911987654"
CHAT = 918273645
STORY = f"my landlord {NAME} keeps a wolverine in the boiler room"
CANARIES = ("Zephyrine", "Quillfeather", "447911987654", "911987654", str(CHAT), "wolverine", BOT_TOKEN, TOKEN, SECRET)


def loudest() -> None:
    """Somebody has asked for all details, after all senders were made."""
    root = logging.getLogger()
    root.setLevel(logging.DEBUG)
    for one in list(root.manager.loggerDict.values()):
        if isinstance(one, logging.Logger):
            one.setLevel(logging.DEBUG)
            one.disabled = False


def found_in(text: str, *more: str) -> list[str]:
    return [canary for canary in (*CANARIES, *more) if canary in text]
