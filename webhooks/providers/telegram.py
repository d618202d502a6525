"""Telegram's webhook: check the secret, parse the update, receive it."""

from collections.abc import Callable

from flask import Blueprint, Request, Response, jsonify, request

from bot.channels.telegram.inbound import parse, verify
from bot.errors import MalformedError, UnusableError
from bot.installation import Installation
from bot.messaging.receive import receive
from bot.store import facts
from webhooks.auth import signed


def blueprint(installation: Installation, on_received: Callable[[], None]) -> Blueprint:
    """POST /webhooks/telegram."""
    views = Blueprint("telegram", __name__, url_prefix="/webhooks")
    telegram = installation.settings.telegram
    known = ""

    def username() -> str:
        """The bot's name, by which groups address it. The worker stores it; it is read once."""
        nonlocal known
        if not known:
            with installation.read() as tx:
                known = facts.get(tx, facts.TELEGRAM_USERNAME)
        return known

    def genuine(called: Request) -> bool:
        secret = telegram.secret if telegram else ""
        return bool(secret) and verify(called.headers.get("X-Telegram-Bot-Api-Secret-Token"), secret)

    @views.post("/telegram")
    @signed(genuine)
    def update() -> Response:
        try:
            arrival = parse(request.get_json(force=True), username())
        except RecursionError:
            raise MalformedError("the update is nested too deeply") from None
        if receive(installation, arrival):
            on_received()
        return jsonify({})

    @views.errorhandler(UnusableError)
    def unusable(_problem: UnusableError) -> Response:
        """200, or Telegram would send it again for a day."""
        return jsonify({})

    return views
