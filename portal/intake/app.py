"""The intake application: no account, no cookie, no session, no address, nothing kept by a browser."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, request
from flask.sessions import NullSession, SessionInterface

from portal.edge.directory_lookup import DirectoryLookup
from portal.edge.headers import permissions, send_headers, strict_headers
from portal.edge.health import add_health_check
from portal.edge.load_limiter import LoadLimiter
from portal.edge.office_views import Shown, office_views
from portal.edge.proof_of_work import ProofOfWorkMiddleware
from portal.edge.static_site import read_site, serve_site
from portal.errors import answer_errors
from portal.intake.api import Intake, intake_views
from portal.intake.offline import offline_views
from portal.intake.proof_of_work_price import costly_calls
from portal.mailroom.batch import slot_numbers

ASKING_PAGES = ("/report/", "/mailbox/")
"""Here a voice may be recorded and a receipt be copied; no other page may do anything."""
ASKED_FOR = ("microphone", "clipboard-write")


class NoSession(SessionInterface):
    """There is no session: nothing is read from a cookie and none is ever set."""

    def open_session(self, app: Flask, request: object) -> NullSession:  # noqa: ARG002  # the base names them
        """An empty session that refuses to be written."""
        return NullSession()

    def is_null_session(self, obj: object) -> bool:  # noqa: ARG002  # every one is
        """Always: nothing is saved."""
        return True


def intake_app(
    intake: Intake,
    directory_lookup: DirectoryLookup,
    site: Path,
    *,
    demo: bool,
    behind_tls: bool,
    shown: Shown | None = None,
) -> Flask:
    """The whole public face: static pages, the office's documents, the sealed interface; it never asks for work."""
    app = Flask("portal.intake", static_folder=None)
    app.session_interface = NoSession()
    app.extensions["yanlu_mailroom"] = intake.mailroom
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    app.json.sort_keys = False  # pyright: ignore[reportAttributeAccessIssue]
    answer_errors(app)
    _allow_asking_pages(app)
    send_headers(app, strict_headers(behind_tls=behind_tls))
    app.register_blueprint(intake_views(intake, directory_lookup))
    app.register_blueprint(
        office_views(directory_lookup.office, demo=demo, slots=lambda: slot_numbers(intake.mailroom), shown=shown)
    )
    files = read_site(site)
    app.register_blueprint(offline_views(directory_lookup.office, files, demo=demo, shown=shown))
    serve_site(app, files)
    add_health_check(app)
    return app


def add_proof_of_work(app: Flask, intake: Intake, limiter: LoadLimiter, *, behind_tls: bool) -> None:
    """Lets the face ask for work when it is busy; once every route is there."""
    calls = costly_calls(intake.mailroom, intake.clock, limiter)
    app.wsgi_app = ProofOfWorkMiddleware(app, limiter, calls, intake.clock, strict_headers(behind_tls=behind_tls))


def _allow_asking_pages(app: Flask) -> None:
    """Registered before the strict headers, so that it runs after them."""

    def allow(answer: Response) -> Response:
        if answer.status_code == 200 and request.path.endswith(ASKING_PAGES):
            answer.headers["Permissions-Policy"] = permissions(ASKED_FOR)
        return answer

    app.after_request(allow)
