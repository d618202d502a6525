"""The demo's page: two phones, what the organiser would download, a clock to move forward. Never part of production.

Its views are open to all, because every story is invented. Only this page may drive the demo: requests from another
page in the same browser are refused.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response as Answer

from bot.demo.phones import Entry
from bot.demo.world import LONGEST, World
from bot.engine.model import Channel
from bot.stories.export import FORMATS
from webhooks.auth import open_to_all
from webhooks.errors import ApiError

#: The names of this machine. A name that another server points here (DNS rebinding) is refused.
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_MOST_BYTES = 32 * 1024
_MOST_LETTERS = {Channel.SMS: 1600, Channel.TELEGRAM: 4096}
_NEWEST = 12
_SPANS = ((3, "3 minutes"), (30, "30 minutes"), (1440, "1 day"), (11520, "8 days"))
_STATIC = Path(__file__).parents[1] / "static"


def blueprint(world: World, hosts: Collection[str] = LOOPBACK) -> Blueprint:
    """The demo's addresses. `hosts` are the names under which it answers."""
    views = Blueprint("demo", __name__)

    @views.before_request
    def from_here() -> None:
        _only_from_here(hosts)

    _add_page(views, world)
    _add_actions(views, world)
    return views


def _add_page(views: Blueprint, world: World) -> None:
    @views.get("/")
    @open_to_all
    def home() -> Answer:
        return redirect(url_for("demo.page"))

    @views.get("/demo")
    @open_to_all
    def page() -> str:
        campaign = world.campaign
        exports = f"{request.host_url}export/{campaign.slug}"
        return render_template(
            "demo.html",
            world=world,
            campaign=campaign,
            languages=_languages(world),
            spans=_SPANS,
            formats=FORMATS,
            exports=exports,
            boot=_boot(world),
        )

    @views.get("/demo/demo.<any(css, js, svg):kind>")
    @open_to_all
    def static(kind: str) -> Response:
        return send_from_directory(_STATIC, f"demo.{kind}")

    @views.get("/demo/state")
    @open_to_all
    def state() -> Response:
        world.catch_up()
        since, version = (request.args.get(name, 0, type=int) for name in ("since", "version"))
        return jsonify(_state(world, since, version))


def _add_actions(views: Blueprint, world: World) -> None:
    @views.post("/demo/say")
    @open_to_all
    def say() -> Response:
        body = _body()
        phone = _phone(body)
        text = _text(body, "text", _MOST_LETTERS[phone])
        if not text.strip():
            raise ApiError(400, "bad_field", "text is empty. Write something to send.")
        world.say(phone.value, text, _text(body, "language", 35, default=""))
        return jsonify({"done": True})

    @views.post("/demo/tap")
    @open_to_all
    def tap() -> Response:
        body = _body()
        world.tap(_phone(body).value, _text(body, "data", 64), _text(body, "language", 35, default=""))
        return jsonify({"done": True})

    @views.post("/demo/time")
    @open_to_all
    def time() -> Response:
        minutes = _body().get("minutes")
        most = LONGEST // timedelta(minutes=1)
        if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= most:
            raise ApiError(400, "bad_field", f"minutes must be a whole number from 1 to {most}.")
        world.let_time_pass(timedelta(minutes=minutes))
        return jsonify({"done": True})

    @views.post("/demo/new-phone")
    @open_to_all
    def new_phone() -> Response:
        body = _body()
        phone = world.new_phone(_phone(body).value, _text(body, "language", 35, default=""))
        return jsonify({"address": phone.address})


def _only_from_here(hosts: Collection[str]) -> None:
    """Refuse other names of this machine, and changes that another page asks for. A program sends no Origin."""
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if name.lower() not in hosts:
        raise ApiError(403, "bad_host", "The demo answers only to this machine's own name, such as http://127.0.0.1.")
    if request.method == "POST":
        origin = request.headers.get("Origin", request.host_url.rstrip("/"))
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if origin != request.host_url.rstrip("/") or site != "same-origin":
            raise ApiError(403, "other_origin", "Another page cannot drive the demo.")


def _body() -> dict[str, Any]:
    request.max_content_length = _MOST_BYTES
    if request.mimetype != "application/json":
        raise ApiError(415, "not_json", "Send a JSON object, with the content type application/json.")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ApiError(400, "not_json", "Send a JSON object.")
    return body


def _phone(body: dict[str, Any]) -> Channel:
    try:
        return Channel(str(body.get("phone")))
    except ValueError:
        raise ApiError(404, "unknown_phone", f"The phones are {' and '.join(Channel)}.") from None


def _text(body: dict[str, Any], name: str, most: int, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str) or len(value) > most:
        raise ApiError(400, "bad_field", f"{name} must be a text of {most} letters at most.")
    return value


def _state(world: World, since: int, version: int) -> dict[str, Any]:
    """What is new: messages after `since`, and the list of stories unless the page has this version of it."""
    now, campaign = world.clock(), world.campaign
    phones = {
        channel.value: {
            "address": world.phones[channel].address,
            "language": world.phones[channel].language,
            "messages": [_entry(entry, campaign.local(entry.at)) for entry in world.messages(channel.value, since)],
        }
        for channel in Channel
    }
    seen = world.version
    return {
        "clock": {"shown": _shown(campaign.local(now)), "ahead": _span(world.clock.ahead)},
        "phones": phones,
        "version": seen,
        "organiser": None if version == seen else asdict(world.stories(_NEWEST)),
    }


def _entry(entry: Entry, here: datetime) -> dict[str, Any]:
    return {**asdict(entry), "at": f"{here:%H:%M}", "day": f"{here:%A} {here.day} {here:%B}"}


def _shown(here: datetime) -> str:
    return f"{here:%a} {here.day} {here:%b %Y, %H:%M}"


def _span(span: timedelta) -> str:
    """A span in words; empty below a minute."""
    minutes = round(span.total_seconds() / 60)
    counted = ((minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute"))
    return " ".join(f"{number} {unit}{'s' if number != 1 else ''}" for number, unit in counted if number)


def _languages(world: World) -> Sequence[tuple[str, str, str]]:
    """Each offered language: its code, own name and direction."""
    known = world.installation.catalogues.languages
    return [(code, known[code].name, known[code].direction) for code in world.campaign.languages if code in known]


def _boot(world: World) -> dict[str, Any]:
    """What the page's script needs at its start."""
    return {
        "token": world.token,
        "campaign": world.campaign.slug,
        "languages": {code: {"name": name, "dir": written} for code, name, written in _languages(world)},
        "themes": dict(world.campaign.themes),
        "suggestions": {
            channel.value: {code: world.suggestions(channel.value, code) for code in world.campaign.languages}
            for channel in Channel
        },
    }
