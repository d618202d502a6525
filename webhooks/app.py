"""Makes the web app of one installation: blueprints, guards, the one error shape, limits and headers."""

from collections.abc import Callable, Iterable

from flask import Blueprint, Flask

from bot.installation import Installation
from webhooks import auth, errors, headers, health
from webhooks.api import export, flags, numbers, openapi
from webhooks.pages import privacy
from webhooks.providers import telegram, twilio

#: The largest body, in bytes. Twilio's forms and Telegram's updates are a few kilobytes.
MOST_BYTES = 64 * 1024


def create_app(
    installation: Installation,
    on_received: Callable[[], None] = lambda: None,
    *,
    invented: bool = False,
    more: Iterable[Blueprint] = (),
) -> Flask:
    """The app. Raises UndeclaredViewError when a view does not declare who may call it.

    `on_received` is called after each new message, so that the worker delivers at once. `invented` marks downloads as
    the demo's invented stories. `more` are further blueprints, such as the demo's page.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.config["MAX_FORM_PARTS"] = 0  # no address takes multipart forms
    errors.install(app)
    headers.install(app)
    for blueprint in (
        twilio.blueprint(installation, on_received),
        telegram.blueprint(installation, on_received),
        export.blueprint(installation, invented=invented),
        flags.blueprint(installation),
        privacy.blueprint(installation),
        numbers.blueprint(installation),
        openapi.blueprint(installation),
        health.blueprint(installation),
        *more,
    ):
        app.register_blueprint(blueprint)
    auth.require_guards(app)
    return app
