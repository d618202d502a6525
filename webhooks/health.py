"""Two addresses for those who watch: alive, and ready. They say nothing about anybody."""

from flask import Blueprint, Response, jsonify

from bot.installation import Installation
from bot.store import facts, outbox
from bot.store.moments import to_micros
from webhooks.auth import open_to_all


def blueprint(installation: Installation) -> Blueprint:
    """`/healthz`: the process answers. `/readyz`: the database can be written; how long the oldest reply waits."""
    views = Blueprint("health", __name__)

    @views.get("/healthz")
    @open_to_all
    def alive() -> Response:
        return jsonify({"alive": True})

    @views.get("/readyz")
    @open_to_all
    def ready() -> Response:
        now = to_micros(installation.clock())
        with installation.database.write() as connection:  # raises, and so answers 503, where it cannot
            facts.put(connection, "last ready", str(now))
            oldest = outbox.oldest_unsent(connection, now)
        waiting = round((now - oldest) / 1_000_000, 1) if oldest is not None else 0
        return jsonify({"ready": True, "oldest_unsent_seconds": waiting})

    return views
