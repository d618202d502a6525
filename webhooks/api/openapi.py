"""The description of every address, as OpenAPI 3.1, for people who write programs and for the tools that they use.

`document` is the whole of it; a test holds it against the addresses that the app really has. Written by hand, because
the views cannot say what a provider sends or what stands in a file.
"""

from importlib.metadata import version

from flask import Blueprint, Response, jsonify

from bot.installation import Installation
from bot.stories.export import FORMATS
from bot.stories.formats import csv, docx, jsonl
from bot.stories.formats.rows import columns
from webhooks.api import openapi_people
from webhooks.api.openapi_parts import (
    BOM,
    FILTERS,
    HEADERS,
    SCHEMA_OF,
    SCHEMAS,
    SCHEMES,
    Json,
    operation,
    path,
    refusals,
)  # fmt: skip
from webhooks.auth import open_to_all

_MEDIA = {"csv": csv.MEDIA_TYPE, "jsonl": jsonl.MEDIA_TYPE, "docx": docx.MEDIA_TYPE}


def blueprint(installation: Installation) -> Blueprint:
    """GET /openapi.json."""
    routes = Blueprint("openapi", __name__)

    @routes.get("/openapi.json")
    @open_to_all
    def describe() -> Response:
        return jsonify(document(installation))

    return routes


def document(installation: Installation) -> Json:
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
        "tags": [{"name": name} for name in ("export", "numbers", "flags", "privacy", "webhooks", "operation")],
        "security": [],
        "paths": _webhooks() | _exports(installation) | openapi_people.paths(installation) | _operation_paths(),
        "components": {"securitySchemes": SCHEMES, "schemas": SCHEMAS},
    }


def _webhooks() -> Json:
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
    refused = refusals("400", "403", "413", "503")
    return {
        "/webhooks/twilio": {
            "post": operation("webhooks", "receiveTwilio", "A text that Twilio received.", done | refused) | twilio
        },
        "/webhooks/twilio/status": {
            "post": operation("webhooks", "receiveTwilioStatus", "What became of a text that was sent.", done | refused)
            | twilio
        },
        "/webhooks/telegram": {
            "post": operation("webhooks", "receiveTelegram", "An update from Telegram.", done | refused) | telegram
        },
    }


def _exports(installation: Installation) -> Json:
    campaigns = {"type": "string", "examples": sorted(installation.campaigns)}
    campaign = {"name": "campaign", "in": "path", "required": True, "schema": campaigns}
    bearer: list[Json] = [{"token": []}]
    refused = refusals("400", "401", "403", "404", "503")
    stories = {"description": "The stories, redacted unless the token's role is raw.", "headers": HEADERS}
    stories["content"] = {_MEDIA[name]: {"schema": SCHEMA_OF.get(name, {"type": "string"})} for name in FORMATS}
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
            "parameters": [campaign, path("file_format", enum=list(FORMATS))],
            "get": operation("export", "downloadStories", "Download stories.", {"200": stories} | refused)
            | {"description": about, "security": bearer, "parameters": [*FILTERS, BOM]},
        },
        "/export/{campaign}/tombstones.csv": {
            "parameters": [campaign],
            "get": operation(
                "export", "downloadTombstones", "Download the ids of erased stories.", {"200": gone} | refused
            )
            | {
                "description": "Remove these stories from earlier downloads.",
                "security": bearer,
                "parameters": [BOM],
            },
        },
    }


def _operation_paths() -> Json:
    json_object = {"application/json": {"schema": {"type": "object"}}}
    ready = {
        "200": {"description": "The database can be written to, and replies go out.", "content": json_object},
        "503": {"description": "Not ready; the body says why.", "content": json_object},
    }
    alive = {"200": {"description": "The process answers.", "content": json_object}}
    described = {"200": {"description": "This document.", "content": json_object}}
    return {
        "/openapi.json": {"get": operation("operation", "describe", "This description.", described)},
        "/healthz": {"get": operation("operation", "isAlive", "Whether the process is alive.", alive)},
        "/readyz": {"get": operation("operation", "isReady", "Whether it can take in and send.", ready)},
    }
