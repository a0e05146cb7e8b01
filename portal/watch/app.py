"""A face of the watch as an application: no cookie, no session, no address, strict headers, nothing kept."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, request

from portal.edge.headers import permissions, send_headers, strict_headers
from portal.edge.health import add_health_check
from portal.edge.office_views import office_views
from portal.edge.static_site import read_site, serve_site
from portal.errors import answer_errors
from portal.watch.context import WatchContext
from portal.watch.officer_views import officer_views

# Letters to HR are copied from these pages.
PAGES = ("/zh/", "/en/")


def watch_app(views: Blueprint, *, behind_tls: bool) -> Flask:
    """The officer's interface or HR's upload, whichever the views are."""
    app = Flask("portal.watch", static_folder=None)
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    answer_errors(app)
    _let_pages_copy(app)
    send_headers(app, strict_headers(behind_tls=behind_tls))
    app.register_blueprint(views)
    return add_health_check(app)


def officer_app(context: WatchContext, site: Path, *, demo: bool, behind_tls: bool) -> Flask:
    """The officer's whole face: the calls, the office's signed documents, and the pages that work on both.

    Its own origin: neither the desk's host nor anyone who runs it stands between the officer and the watch.
    """
    app = watch_app(officer_views(context), behind_tls=behind_tls)
    app.register_blueprint(office_views(context.directory.office, demo=demo))
    serve_site(app, read_site(site))
    return app


def _let_pages_copy(app: Flask) -> None:
    """Registered before the strict headers, so that it runs after them."""

    def loosen(answer: Response) -> Response:
        if request.path in PAGES and answer.status_code == 200:
            answer.headers["Permissions-Policy"] = permissions(("clipboard-write",))
        return answer

    app.after_request(loosen)
