"""`engine.step` against python-telegram-bot's ConversationHandler: the same six turns, in memory, without sending."""

import asyncio
import warnings
from datetime import UTC, datetime
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, ConversationHandler, MessageHandler, filters
from telegram.request import BaseRequest

from bot.campaigns import load_campaigns
from bot.engine.conversation import step
from bot.engine.model import Conversation, Inbound, Kind
from scripts.benches.rounds import Result, alternate, seconds

_TEXTS = ("hello", "YES", "My rent went up again and the flat is damp", "DONE", "yes", "no")
_PEOPLE = 300


class _Nowhere(BaseRequest):
    """Answers getMe only, without a socket."""

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(self, *_args: Any, **_named: Any) -> tuple[int, bytes]:
        return 200, b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"x","username":"x_bot"}}'


def measure() -> Result:
    """The time of theirs over the time of ours."""
    campaign = load_campaigns(drafts=True)[0]["thrive"].campaign
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def ours() -> float:
        def conversation() -> None:
            for _ in range(_PEOPLE):
                conversation = Conversation(campaign="thrive")
                for text in _TEXTS:
                    conversation = step(conversation, Inbound(kind=Kind.TEXT, at=now, text=text), campaign).conversation

        return seconds(conversation)

    loop = asyncio.new_event_loop()
    application = loop.run_until_complete(_application())

    def theirs() -> float:
        updates = [_update(person, number, text) for person in range(_PEOPLE) for number, text in enumerate(_TEXTS)]

        async def conversation() -> None:
            for raw in updates:
                await application.process_update(Update.de_json(raw, application.bot))

        return seconds(lambda: loop.run_until_complete(conversation()))

    return alternate("times faster: a turn of the engine than one of a ConversationHandler", ">= 50", theirs, ours)


async def _application() -> Application:  # type: ignore[type-arg]
    async def on(_update: Update, _context: ContextTypes.DEFAULT_TYPE, state: int) -> int:
        return state

    def handler(state: int) -> MessageHandler:  # type: ignore[type-arg]
        async def go(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
            return await on(update, context, state)

        return MessageHandler(filters.TEXT, go)

    builder = Application.builder().token("1:a").request(_Nowhere()).get_updates_request(_Nowhere())
    application = builder.build()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        states = {state: [handler((state + 1) % 6)] for state in range(6)}
        application.add_handler(ConversationHandler([handler(1)], states, []))  # type: ignore[arg-type]
    await application.initialize()
    return application


def _update(person: int, number: int, text: str) -> dict[str, Any]:
    sender = {"id": 1000 + person, "is_bot": False, "first_name": "R"}
    chat = {"id": 1000 + person, "type": "private"}
    message = {"message_id": number + 1, "date": 1_795_000_000, "chat": chat, "from": sender, "text": text}
    return {"update_id": person * 10 + number, "message": message}
