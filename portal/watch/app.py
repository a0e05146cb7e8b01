"""One face of the watch as an application: no cookie, no session, no address, strict headers, nothing kept."""

from __future__ import annotations

from flask import Blueprint, Flask, Response

from portal.errors import answer_errors
from portal.headers import send_headers, strict_headers


def watch_app(views: Blueprint, *, behind_tls: bool) -> Flask:
    """The officer's face or the drop, whichever the views are."""
    app = Flask("portal.watch", static_folder=None)
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    answer_errors(app)
    send_headers(app, strict_headers(behind_tls=behind_tls))
    app.register_blueprint(views)
    app.add_url_rule("/healthz", view_func=_health, methods=["GET"])
    return app


def _health() -> Response:
    return Response(status=204)
