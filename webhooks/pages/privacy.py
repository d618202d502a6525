"""The public privacy page of each campaign, in every language that has one, with the form for complaints.

Open to all, and says nothing about anybody. No script, no cookie, nothing from elsewhere. A complaint is taken in by
`bot/privacy/complaints.py`; its words are never in an address.
"""

from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response as Answer

from bot.errors import TooManyError
from bot.installation import Installation
from bot.language.catalogue import Language
from bot.language.notice import Notice
from bot.privacy import complaints
from bot.privacy.complaints import MOST, MOST_REACH
from bot.privacy.notice import drafted, notice_of
from webhooks.auth import open_to_all
from webhooks.errors import Refusal

_STATIC = Path(__file__).parents[1] / "static"
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def blueprint(installation: Installation) -> Blueprint:
    """The addresses below /privacy."""
    views = Blueprint("privacy", __name__, template_folder="templates")
    notices = {slug: notice_of(installation, campaign) for slug, campaign in installation.campaigns.items()}

    @views.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    @views.get("/privacy/<campaign>/")
    @open_to_all
    def choose(campaign: str) -> Answer:
        codes = _notice(notices, campaign).languages()
        default = installation.campaigns[campaign].default_language
        best = request.accept_languages.best_match(codes, default if default in codes else "en")
        return redirect(url_for("privacy.page", campaign=campaign, code=best), 302)

    @views.get("/privacy/<campaign>/<code>")
    @open_to_all
    def page(campaign: str, code: str) -> Response:
        return make_response(_page(installation, _notice(notices, campaign, code), campaign, code))

    @views.post("/privacy/<campaign>/<code>")
    @open_to_all
    def complain(campaign: str, code: str) -> Response:
        notice = _notice(notices, campaign, code)
        body, reach = _written(), request.form.get("reach", "")
        problem = ""
        if not body.strip():
            problem = notice.text("form empty", code)
        elif len(body) > MOST or len(reach) > MOST_REACH:
            problem = notice.text("form long", code, most=str(MOST))
        if problem:
            return make_response(_page(installation, notice, campaign, code, problem=problem), 400)
        try:
            chosen = installation.campaigns[campaign]
            number = complaints.take(installation, chosen, complaints.PAGE, body, reach, code)
        except TooManyError:
            problem = notice.text("form busy", code)
            return make_response(_page(installation, notice, campaign, code, problem=problem), 429)
        return make_response(_page(installation, notice, campaign, code, done=str(number)))

    @views.get("/privacy.css")
    @open_to_all
    def style() -> Response:
        return send_from_directory(_STATIC, "privacy.css")

    return views


def _notice(notices: dict[str, Notice], campaign: str, code: str = "en") -> Notice:
    notice = notices.get(campaign)
    if notice is None or code not in notice.languages():
        raise Refusal(404, "unknown_notice", "There is no privacy page of this campaign in this language.")
    return notice


def _written() -> str:
    """The complaint, its line breaks one letter each, as browsers count them against the field's length."""
    return request.form.get("complaint", "").replace("\r\n", "\n")


def _page(
    installation: Installation, notice: Notice, campaign: str, code: str, *, problem: str = "", done: str = ""
) -> str:
    known = installation.catalogues.languages
    wording = installation.wordings[campaign]
    language: Language = known[code]
    return render_template(
        "privacy.html",
        language=language,
        name=wording.template("organisers short_name", code),
        sections=notice.sections(code),
        say=lambda key, **more: notice.text(key, code, **more),
        draft=code != "en" and drafted(installation, installation.campaigns[campaign], code),
        problem=problem,
        done=done,
        written=_written() if problem else "",
        reach=request.form.get("reach", "") if problem else "",
        others=[known[other] for other in notice.languages() if other != code],
        action=url_for("privacy.complain", campaign=campaign, code=code),
        style=url_for("privacy.style"),
        most=MOST,
        most_reach=MOST_REACH,
    )
