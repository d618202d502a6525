"""The headers of every response: what may be cached, and what a browser may do with it.

By default nothing is stored and nothing may be loaded. A response that sets a header of these names keeps its own:
`send_from_directory` says how static files are cached.
"""

from flask import Flask, Response, request

#: OWASP Secure Headers Project, https://owasp.org/www-project-secure-headers/
_DEFAULTS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_NOTHING = "default-src 'none'; frame-ancestors 'none'"
_OWN_PAGE = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
#: What the pages of a blueprint may load, by its name. Everything comes from here; the privacy page has no script.
_POLICIES = {
    "privacy": f"default-src 'none'; style-src 'self'; {_OWN_PAGE}",
    "demo": f"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; {_OWN_PAGE}",
}


def install(app: Flask) -> None:
    """Give every response of `app` these headers, errors included."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in _DEFAULTS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _POLICIES.get(request.blueprint or "", _NOTHING))
    return response
