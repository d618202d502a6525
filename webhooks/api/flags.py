"""The safeguarding lead's queue for programs: the steps of `openear flags`, taken as the person of the token."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot import safeguarding
from bot.installation import Installation
from bot.safeguarding import Lead
from bot.store.flags import Flag
from bot.store.organisers import Grant
from webhooks.auth import for_roles
from webhooks.errors import ApiError


def blueprint(installation: Installation) -> Blueprint:
    """The addresses below /flags."""
    views = Blueprint("flags", __name__)
    guard = for_roles(installation, "safeguarding")

    @views.get("/flags/<campaign>")
    @guard
    def queue(campaign: str, grant: Grant) -> Response:
        lead = _lead(campaign, grant)
        found = safeguarding.queue(installation, lead.campaigns, closed=request.args.get("closed") == "1")
        return jsonify({"flags": [_shown(flag) for flag in found]})

    @views.get("/flags/<campaign>/<int:number>")
    @guard
    def read(campaign: str, number: int, grant: Grant) -> Response:
        flag, words = safeguarding.read(installation, _lead(campaign, grant), number)
        return jsonify({**_shown(flag), "words": words})

    @views.post("/flags/<campaign>/<int:number>")
    @guard
    def step(campaign: str, number: int, grant: Grant) -> Response:
        lead = _lead(campaign, grant)
        match _body():
            case {"step": "acknowledge"}:
                return jsonify(_shown(safeguarding.acknowledge(installation, lead, number)))
            case {"step": "decide", "decision": str(decision)}:
                return jsonify(_shown(safeguarding.decide(installation, lead, number, decision)))
            case {"step": "close"}:
                return jsonify(_shown(safeguarding.close(installation, lead, number)))
            case {"step": "contact", "reason": str(reason)}:
                channel, address = safeguarding.show_contact(installation, lead, number, reason)
                return jsonify({"channel": channel, "address": address})
        raise ApiError(
            400,
            "bad_step",
            'Send a JSON object with "step": "acknowledge", "decide" with a "decision", "close", or "contact" with a '
            '"reason".',
        )

    return views


def _lead(campaign: str, grant: Grant) -> Lead:
    return Lead(grant.email, (campaign,))


def _body() -> dict[str, Any]:
    """The JSON object that was sent; an empty one for anything else."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        return {}
    return body if isinstance(body, dict) else {}


def _shown(flag: Flag) -> dict[str, Any]:
    """A flag as JSON. The id is text: it has more digits than a number of JavaScript holds."""
    return {
        "id": str(flag.id),
        "campaign": flag.campaign,
        "tier": flag.tier,
        "at": flag.at.isoformat(),
        "status": flag.status,
        "owner": flag.owner,
        "decision": flag.decision,
        "words_kept": flag.kept,
    }
