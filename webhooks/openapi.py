"""The description of every address, as OpenAPI 3.1, for people who write programs and for the tools that they use.

`document` is the whole of it; a test holds it against the addresses that the app really has. Written by hand, because
the views cannot say what a provider sends or what stands in a file.
"""

from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, jsonify

from bot.export import FORMATS
from bot.exports import csv, docx, jsonl
from bot.exports.rows import columns
from bot.installation import Installation
from bot.store.organisers import TOKEN_DAYS
from webhooks.auth import open_to_all

_MEDIA = {"csv": csv.MEDIA_TYPE, "jsonl": jsonl.MEDIA_TYPE, "docx": docx.MEDIA_TYPE}
_WHY = {
    "400": "A filter or parameter is unknown, repeated or cannot be read; the message says the mend.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "The signature, secret, account, number, campaign or role is not the right one.",
    "404": "There is no such campaign, or no such format yet; the message names the formats that there are.",
    "413": "The body is too large.",
    "503": "The database is not available: nothing was taken in, nothing is lost. Send again.",
}
_Json = dict[str, Any]


def blueprint(installation: Installation) -> Blueprint:
    """GET /openapi.json."""
    routes = Blueprint("openapi", __name__)

    @routes.get("/openapi.json")
    @open_to_all
    def describe() -> Response:
        return jsonify(document(installation))

    return routes


def document(installation: Installation) -> _Json:
    """The description of this installation."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OpenEar",
            "version": version("openear"),
            "description": "Residents' stories, told by SMS and Telegram, for the organisers of a listening campaign.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": installation.settings.public_url or "/"}],
        "tags": [{"name": "export"}, {"name": "webhooks"}, {"name": "operation"}],
        "security": [],
        "paths": _webhooks() | _exports(installation) | _operation_paths(),
        "components": {"securitySchemes": _SCHEMES, "schemas": _SCHEMAS},
    }


def _webhooks() -> _Json:
    done = {"200": {"description": "Taken in durably, now or before; the reply to the resident follows by itself."}}
    form = {"schema": {"type": "object", "description": "As Twilio sends it."}}
    twilio = {
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": form}},
        "security": [{"twilioSignature": []}],
    }
    update = {"schema": {"type": "object", "description": "An Update of Telegram's Bot API."}}
    telegram = {
        "requestBody": {"required": True, "content": {"application/json": update}},
        "security": [{"telegramSecret": []}],
    }
    refused = _refusals("400", "403", "413", "503")
    return {
        "/webhooks/twilio": {
            "post": _operation("webhooks", "receiveTwilio", "A text that Twilio received.", done | refused) | twilio
        },
        "/webhooks/twilio/status": {
            "post": _operation(
                "webhooks", "receiveTwilioStatus", "What became of a text that was sent.", done | refused
            )
            | twilio
        },
        "/webhooks/telegram": {
            "post": _operation("webhooks", "receiveTelegram", "An update from Telegram.", done | refused) | telegram
        },
    }


def _exports(installation: Installation) -> _Json:
    campaigns = {"type": "string", "examples": sorted(installation.campaigns)}
    campaign = {"name": "campaign", "in": "path", "required": True, "schema": campaigns}
    bearer: list[_Json] = [{"token": []}]
    refused = _refusals("400", "401", "403", "404", "503")
    stories = {"description": "The stories, redacted unless the token's role is raw.", "headers": _HEADERS}
    stories["content"] = {_MEDIA[name]: {"schema": _SCHEMA_OF.get(name, {"type": "string"})} for name in FORMATS}
    gone = {
        "description": "Columns story_id and erased_on.",
        "content": {csv.MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
    names = "; ".join(f"{slug}: {', '.join(columns(one))}" for slug, one in sorted(installation.campaigns.items()))
    about = (
        "One row or line a story, from its consent and first text on. Roles: organiser (redacted) and raw (as sent). "
        f"CSV columns of each campaign: {names}."
    )
    return {
        "/export/{campaign}/stories.{file_format}": {
            "parameters": [campaign, _path("file_format", enum=list(FORMATS))],
            "get": _operation("export", "downloadStories", "Download stories.", {"200": stories} | refused)
            | {"description": about, "security": bearer, "parameters": [*_FILTERS, _BOM]},
        },
        "/export/{campaign}/tombstones.csv": {
            "parameters": [campaign],
            "get": _operation(
                "export", "downloadTombstones", "Download the ids of erased stories.", {"200": gone} | refused
            )
            | {
                "description": "Remove these stories from earlier downloads.",
                "security": bearer,
                "parameters": [_BOM],
            },
        },
    }


def _operation_paths() -> _Json:
    json_object = {"application/json": {"schema": {"type": "object"}}}
    ready = {
        "200": {"description": "The database can be written to, and replies go out.", "content": json_object},
        "503": {"description": "Not ready; the body says why.", "content": json_object},
    }
    alive = {"200": {"description": "The process answers.", "content": json_object}}
    described = {"200": {"description": "This document.", "content": json_object}}
    return {
        "/openapi.json": {"get": _operation("operation", "describe", "This description.", described)},
        "/healthz": {"get": _operation("operation", "isAlive", "Whether the process is alive.", alive)},
        "/readyz": {"get": _operation("operation", "isReady", "Whether it can take in and send.", ready)},
    }


def _operation(tag: str, name: str, summary: str, responses: _Json) -> _Json:
    return {"tags": [tag], "operationId": name, "summary": summary, "responses": responses}


def _refusals(*statuses: str) -> _Json:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {status: {"description": _WHY[status], "content": content} for status in statuses}


def _path(name: str, **schema: Any) -> _Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", **schema}}


def _query(name: str, description: str, **schema: Any) -> _Json:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string", **schema}}


_FILTERS = [
    _query("since", "The first day, in the campaign's time zone, on which a story's first text came.", format="date"),
    _query("until", "The last such day; included.", format="date"),
    _query("language", "The code of the story's language, such as so or zh-Hans."),
    _query("hub", "The code of the hub that brought the resident."),
    _query("theme", "The id of a theme of the campaign's codebook; only stories that were given it."),
]
_BOM = _query("bom", "0 leaves out the byte order mark that Excel needs. CSV only.", enum=["0", "1"], default="1")
_HEADERS = {
    "Content-Disposition": {"description": "A name for the file.", "schema": {"type": "string"}},
    "X-Row-Count": {
        "description": "How many stories there were when the download began; those erased meanwhile do not come.",
        "schema": {"type": "integer"},
    },
}
_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": f"`openear organiser token EMAIL` makes one; it lasts {TOKEN_DAYS} days.",
    },
    "twilioSignature": {"type": "apiKey", "in": "header", "name": "X-Twilio-Signature"},
    "telegramSecret": {"type": "apiKey", "in": "header", "name": "X-Telegram-Bot-Api-Secret-Token"},
}
_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}
_ANSWER = {"type": "string", "enum": ["yes", "no", ""], "description": "Empty where it was not answered."}
_IDS = {"type": "array", "items": _TEXT}
_SCHEMAS = {
    "Error": {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {"code": _TEXT, "message": _TEXT},
            }
        },
    },
    "Message": {
        "type": "object",
        "description": "One text of a story, or one answer to a list; codes are ids of the campaign's choices.",
        "required": ["step", "text", "codes", "day"],
        "properties": {"step": _TEXT, "text": _TEXT, "codes": _IDS, "day": _DAY},
    },
    "Story": {
        "type": "object",
        "description": "One line of the JSON Lines file.",
        "properties": {
            **dict.fromkeys(("story_id", "campaign", "hub", "channel", "language", "consent_version"), _TEXT),
            "day": _DAY,
            "messages": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
            "may_quote": _ANSWER,
            "may_recontact": _ANSWER,
            "themes": _IDS,
            "schema_version": {"type": "integer"},
        },
    },
}
_SCHEMA_OF = {"jsonl": {"$ref": "#/components/schemas/Story"}}
