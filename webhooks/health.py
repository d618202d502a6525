"""Two addresses for monitoring: whether the process is alive, and whether it is ready."""

from flask import Blueprint, Response, jsonify

from bot.installation import Installation
from bot.store import facts, outbox
from webhooks.auth import open_to_all


def blueprint(installation: Installation) -> Blueprint:
    """`/healthz`: the process answers. `/readyz`: the database can be written, and how long the oldest reply waits."""
    views = Blueprint("health", __name__)

    @views.get("/healthz")
    @open_to_all
    def alive() -> Response:
        return jsonify({"alive": True})

    @views.get("/readyz")
    @open_to_all
    def ready() -> Response:
        with installation.write() as tx:  # UnavailableError, so 503, when the database cannot be written
            facts.put(tx, "last ready", tx.now.isoformat())
            oldest = outbox.oldest_unsent(tx)
        waiting = round((tx.now - oldest).total_seconds(), 1) if oldest is not None else 0
        return jsonify({"ready": True, "oldest_unsent_seconds": waiting})

    return views
