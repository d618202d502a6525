"""The public privacy page of each campaign, in every language that has a notice, with the form for complaints.

The page has no script and no cookie, and asks no other machine for anything. What is written into the form goes in the
body of a POST, never in an address, where logs would keep it.
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
from webhooks.errors import ApiError

_STATIC = Path(__file__).parents[1] / "static"


def blueprint(installation: Installation) -> Blueprint:
    """The addresses below /privacy, and the style of the page."""
    views = Blueprint("privacy", __name__)
    notices = {slug: notice_of(installation, campaign) for slug, campaign in installation.campaigns.items()}

    @views.get("/privacy/<campaign>/", strict_slashes=False)
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
        if problem := _problem(notice, code, body, reach):
            return make_response(_page(installation, notice, campaign, code, problem=problem), 400)
        try:
            chosen = installation.campaigns[campaign]
            number = complaints.take(installation, chosen, complaints.PAGE, body, reach, code)
        except TooManyError as busy:
            problem = notice.text("form busy", code)
            return make_response(_page(installation, notice, campaign, code, problem=problem), busy.status)
        return make_response(_page(installation, notice, campaign, code, done=str(number)))

    @views.get("/privacy.css")
    @open_to_all
    def style() -> Response:
        return send_from_directory(_STATIC, "privacy.css")

    return views


def _notice(notices: dict[str, Notice], campaign: str, code: str = "en") -> Notice:
    notice = notices.get(campaign)
    if notice is None or code not in notice.languages():
        raise ApiError(404, "unknown_notice", "This campaign has no privacy page in this language.")
    return notice


def _problem(notice: Notice, code: str, body: str, reach: str) -> str:
    """What is wrong with a complaint, in the language of the page; empty if nothing is."""
    if not body.strip():
        return notice.text("form empty", code)
    if len(body) > MOST or len(reach) > MOST_REACH:
        return notice.text("form long", code, most=str(MOST))
    return ""


def _written() -> str:
    """The complaint, with line breaks of one letter each, as browsers count them against the field's length."""
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
