"""The description of what people look at: the safeguarding queue, numbers for leaders, the privacy page."""

from bot.installation import Installation
from bot.safeguarding import DECISIONS
from webhooks.api.openapi_parts import Json, operation, path, query, refusals


def paths(installation: Installation) -> Json:
    """The addresses below /flags, /numbers and /privacy."""
    campaign = path("campaign", examples=sorted(installation.campaigns))
    return _flags(campaign) | _numbers(campaign) | _privacy(campaign)


def _flags(campaign: Json) -> Json:
    bearer: list[Json] = [{"token": []}]
    refused = refusals("401", "403", "404", "503")
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
    steps = {
        "type": "object",
        "required": ["step"],
        "properties": {
            "step": {"type": "string", "enum": ["acknowledge", "decide", "close", "contact"]},
            "decision": {"type": "string", "enum": list(DECISIONS)},
            "reason": {"type": "string", "description": "Why this person has to be reached. Stands in the audit."},
        },
    }
    closed = query("closed", "1 shows the closed ones too.", enum=["0", "1"])
    step = operation(
        "flags", "workOnFlag", "A step of the work on a flag.", _json("The flag, or the contact.") | refused
    )
    return {
        "/flags/{campaign}": {
            "parameters": [campaign],
            "get": operation("flags", "listFlags", "What waits, without words.", _json("The queue.") | refused)
            | {"security": bearer, "parameters": [closed]},
        },
        "/flags/{campaign}/{number}": {
            "parameters": [campaign, number],
            "get": operation(
                "flags", "readFlag", "A flag and its words.", _json("The flag.") | refused | refusals("409")
            )
            | {"security": bearer},
            "post": step
            | {
                "security": bearer,
                "requestBody": {"required": True, "content": {"application/json": {"schema": steps}}},
                "responses": step["responses"] | refusals("400", "409"),
            },
        },
    }


def _numbers(campaign: Json) -> Json:
    table = {"description": "Columns by, value, stories; `*` hides a small number.", "content": {"text/csv": _TEXT}}
    refused = refusals("401", "403", "404", "503")
    return {
        "/numbers/{campaign}.csv": {
            "parameters": [campaign],
            "get": operation("numbers", "countStories", "How many stories, rounded.", {"200": table} | refused)
            | {"security": [{"token": []}]},
        }
    }


def _privacy(campaign: Json) -> Json:
    again = {
        status: {"description": f"The page again: {why}", "content": {"text/html": _TEXT}}
        for status, why in (("400", "nothing was written, or too much."), ("429", "too many complaints came today."))
    }
    page = {"200": {"description": "The page.", "content": {"text/html": _TEXT}}}
    form = {"schema": {"type": "object", "properties": {"complaint": {"type": "string"}, "reach": {"type": "string"}}}}
    moved = {"302": {"description": "To the page in the language that the browser asks for."}}
    code = path("code", description="A language's code, such as so.")
    return {
        "/privacy/{campaign}/": {
            "parameters": [campaign],
            "get": operation("privacy", "chooseNotice", "The privacy page.", moved | refusals("404")),
        },
        "/privacy/{campaign}/{code}": {
            "parameters": [campaign, code],
            "get": operation("privacy", "readNotice", "The privacy page in one language.", page | refusals("404")),
            "post": operation("privacy", "complain", "Complain.", page | again | refusals("404", "413", "503"))
            | {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": form}}},
        },
        "/privacy.css": {
            "get": operation(
                "privacy",
                "privacyStyle",
                "Its style.",
                {"200": {"description": "CSS.", "content": {"text/css": _TEXT}}},
            )
        },
    }


def _json(description: str) -> Json:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {"200": {"description": description, "content": content}}


_TEXT: Json = {"schema": {"type": "string"}}
