"""The pieces of the description: operations, refusals, parameters, schemas. Pure data; used by `openapi*.py` alone."""

from typing import Any

from bot.store.organisers import TOKEN_DAYS

Json = dict[str, Any]
_WHY = {
    "400": "A filter or parameter is unknown, repeated or cannot be read; the message says the mend.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "The signature, secret, account, number, campaign or role is not the right one.",
    "404": "There is no such campaign, or no such format yet; the message names the formats that there are.",
    "409": "The flag is not in a state for this step; the message says the mend.",
    "413": "The body is too large.",
    "503": "The database is not available: nothing was taken in, nothing is lost. Send again.",
}


def operation(tag: str, name: str, summary: str, responses: Json) -> Json:
    """One operation, without what only it has."""
    return {"tags": [tag], "operationId": name, "summary": summary, "responses": responses}


def refusals(*statuses: str) -> Json:
    """The answers of these statuses, all of the one error shape."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {status: {"description": _WHY[status], "content": content} for status in statuses}


def path(name: str, **schema: Any) -> Json:
    """A parameter in the path."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", **schema}}


def query(name: str, description: str, **schema: Any) -> Json:
    """A parameter in the query."""
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string", **schema}}


FILTERS = [
    query("since", "The first day, in the campaign's time zone, on which a story's first text came.", format="date"),
    query("until", "The last such day; included.", format="date"),
    query("language", "The code of the story's language, such as so or zh-Hans."),
    query("hub", "The code of the hub that brought the resident."),
    query("theme", "The id of a theme of the campaign's codebook; only stories that were given it."),
]
BOM = query("bom", "0 leaves out the byte order mark that Excel needs. CSV only.", enum=["0", "1"], default="1")
HEADERS = {
    "Content-Disposition": {"description": "A name for the file.", "schema": {"type": "string"}},
    "X-Redaction": {"description": "What is masked in this download, and what not.", "schema": {"type": "string"}},
    "X-Row-Count": {
        "description": "How many stories there were when the download began; those erased meanwhile do not come.",
        "schema": {"type": "integer"},
    },
}
SCHEMES = {
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
SCHEMAS = {
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
SCHEMA_OF = {"jsonl": {"$ref": "#/components/schemas/Story"}}
