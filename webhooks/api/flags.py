"""The safeguarding lead's queue for programs: the same steps as `openear flags`, under the token's own person.

A view reads the address and the JSON body, and calls `bot/safeguarding.py`. It decides nothing. Answers are never to
be stored by anything between us and the reader.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot import safeguarding
from bot.installation import Installation
from bot.safeguarding import Lead
from bot.store.flags import Flag
from bot.store.organisers import Grant
from webhooks.auth import for_roles
from webhooks.errors import Refusal


def blueprint(installation: Installation) -> Blueprint:
    """The addresses below /flags."""
    views = Blueprint("flags", __name__)
    guard = for_roles(installation, "safeguarding")

    @views.get("/flags/<campaign>")
    @guard
    def queue(campaign: str, grant: Grant) -> Response:
        lead = _lead(campaign, grant)
        found = safeguarding.queue(installation, lead.campaigns, closed=request.args.get("closed") == "1")
        return _answer({"flags": [_shown(flag) for flag in found]})

    @views.get("/flags/<campaign>/<int:number>")
    @guard
    def one(campaign: str, number: int, grant: Grant) -> Response:
        flag, words = safeguarding.read(installation, _lead(campaign, grant), number)
        return _answer({**_shown(flag), "words": words})

    @views.post("/flags/<campaign>/<int:number>")
    @guard
    def step(campaign: str, number: int, grant: Grant) -> Response:
        wish, lead = _wish(), _lead(campaign, grant)
        match wish:
            case {"step": "acknowledge"}:
                return _answer(_shown(safeguarding.acknowledge(installation, lead, number)))
            case {"step": "decide", "decision": str(decision)}:
                return _answer(_shown(safeguarding.decide(installation, lead, number, decision)))
            case {"step": "close"}:
                return _answer(_shown(safeguarding.close(installation, lead, number)))
            case {"step": "contact", "reason": str(reason)}:
                channel, address = safeguarding.show_contact(installation, lead, number, reason)
                return _answer({"channel": channel, "address": address})
        raise Refusal(400, "bad_step", 'The body is JSON: {"step": "acknowledge"}, decide, close or contact.')

    return views


def _lead(campaign: str, grant: Grant) -> Lead:
    return Lead(grant.email, (campaign,))


def _wish() -> dict[str, Any]:
    try:
        found = request.get_json(silent=True)
    except RecursionError:
        return {}
    return found if isinstance(found, dict) else {}


def _shown(flag: Flag) -> dict[str, Any]:
    """The id as text: it has more digits than the numbers of JavaScript."""
    return {
        "id": str(flag.id), "campaign": flag.campaign, "tier": flag.tier, "at": flag.at.isoformat(),
        "status": flag.status, "owner": flag.owner, "decision": flag.decision, "words_kept": flag.kept,
    }  # fmt: skip


def _answer(body: dict[str, Any]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response
