"""Makes the web app of one installation: the blueprints, the one error shape, limits and headers.

Every view declares a guard (`auth.py`); a test walks all addresses.
"""

from collections.abc import Callable

from flask import Flask, Response

from bot.installation import Installation
from webhooks import errors, health
from webhooks.api import export, flags, numbers, openapi
from webhooks.pages import privacy
from webhooks.providers import telegram, twilio

#: The largest body anybody sends us: Twilio's forms and Telegram's updates are a few kilobytes.
MOST_BYTES = 64 * 1024


def create_app(
    installation: Installation, taken: Callable[[], None] = lambda: None, *, invented: bool = False
) -> Flask:
    """The app. `taken` is called after each message that was taken in: the worker beside us delivers at once.

    `invented` says that the stories are the demo's; downloads say so too.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.config["MAX_FORM_PARTS"] = 0  # nobody sends us multipart forms
    errors.install(app)
    app.register_blueprint(twilio.blueprint(installation, taken))
    app.register_blueprint(telegram.blueprint(installation, taken))
    app.register_blueprint(export.blueprint(installation, invented=invented))
    app.register_blueprint(flags.blueprint(installation))
    app.register_blueprint(privacy.blueprint(installation))
    app.register_blueprint(numbers.blueprint(installation))
    app.register_blueprint(openapi.blueprint(installation))
    app.register_blueprint(health.blueprint(installation))
    app.after_request(_headers)
    return app


def _headers(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    return response
