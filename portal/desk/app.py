"""The desk as a WSGI app: guard, limits, views, static bundle, strict headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask_limiter import Limiter, RequestLimit

from portal.desk.access import signed_in_member
from portal.desk.case_views import case_views, queue_views
from portal.desk.custody_views import custody_views
from portal.desk.desk import Desk
from portal.desk.duty_views import duty_views
from portal.desk.enrolment_views import enrolment_views
from portal.desk.figures_views import figures_views
from portal.desk.guard import guard
from portal.desk.on_behalf_views import on_behalf_views
from portal.desk.passkey_views import passkey_signin_views, passkey_views
from portal.desk.rotation_views import rotation_views
from portal.desk.session_views import session_views
from portal.desk.shapes import KEYS_LIMIT
from portal.edge.blob_views import add_upload_views
from portal.edge.headers import IMMUTABLE, permissions, send_headers, strict_headers
from portal.edge.health import add_health_check
from portal.edge.office_views import office_views, rules_views
from portal.edge.proof_of_work import Costly, ProofOfWorkMiddleware, whole_body
from portal.edge.static_site import read_site, serve_site
from portal.errors import ProblemCode, ProblemRefusal, answer_errors
from portal.mailroom.batch import slot_numbers
from portal.mailroom.storage_quota import LEAST_COUNTED
from portal.mailroom.uploads import PART_SIZE

READING = ("GET", "HEAD")
CHANGING = ["POST", "PUT", "DELETE"]
FRAME = "/frame/"
# Where a member signs in, adds passkeys and opens cases; no other page may ask an authenticator or start a worker.
SIGN_IN_PAGES = ("/zh/", "/en/")
PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
FRAME_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# The desk's page starts workers from one constant address of this origin; nothing else of it makes a policy.
NO_SCRIPT_POLICY = "trusted-types 'none'"
WORKERS_POLICY = "trusted-types yanlu-decrypting"
WORKER = "/assets/worker."
# A worker that holds keys loads nothing and calls nobody.
WORKER_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"require-trusted-types-for 'script'; {NO_SCRIPT_POLICY}"
)

DOOR = (
    *("/api/session", "/api/session/challenge", "/api/session/passkey"),
    *("/api/enrolment", "/api/enrolment/keys", "/api/enrolment/trial"),
)
# What hashes slowly or writes, and needs no session: anyone who hammers at the door does work for it; and what hashes
# slowly for who is signed in, since a session may be stolen or lent.
COSTLY = tuple(
    Costly(method, rule, whole_body(KEYS_LIMIT))
    for method, rule in (
        *(("POST", rule) for rule in DOOR),
        ("PUT", "/api/me/secrets"),
        ("PUT", "/api/me/keys"),
        ("POST", "/api/me/keys/taken"),
        ("POST", "/api/me/passkeys"),
    )
)


class OverBudget(ProblemRefusal):
    """A member did more than one member's budget allows: changes in a minute; uploads, names, reports in a day."""

    def __init__(self, code: ProblemCode) -> None:
        super().__init__(code)
        self.code = code


def desk_app(desk: Desk) -> Flask:
    """The staff face; the stores must be up to date."""
    app = Flask("yanlu.desk", static_folder=None)
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.extensions["yanlu_desk"] = desk
    guard(app, desk)
    answer_errors(app)
    _open_frame(app)
    headers = strict_headers(behind_tls=desk.behind_tls)
    headers["Content-Security-Policy"] += "; frame-src 'self'"
    send_headers(app, headers)
    signin = (session_views(desk), passkey_signin_views(desk), enrolment_views(desk))
    custody = custody_views(desk)
    on_behalf = on_behalf_views(desk)
    papers = (on_behalf, custody, passkey_views(desk), rotation_views(desk), figures_views(desk), duty_views(desk))
    casework = (queue_views(desk), case_views(desk), *papers)
    uploads = _upload_views(desk)
    _limit_each_member(app, desk, casework, (uploads, custody, on_behalf))
    for views in (*signin, *casework, uploads):
        app.register_blueprint(views)
    app.register_blueprint(
        office_views(desk.office, demo=desk.demo, slots=lambda: slot_numbers(desk.mailroom), shown=desk.shown)
    )
    app.register_blueprint(rules_views(desk.office))
    add_health_check(app)
    serve_site(app, read_site(desk.site))
    if desk.limiter is not None:
        app.wsgi_app = ProofOfWorkMiddleware(app, desk.limiter, COSTLY, desk.clock, headers)
    return app


def _limit_each_member(
    app: Flask, desk: Desk, casework: tuple[Blueprint, ...], daily: tuple[Blueprint, Blueprint, Blueprint]
) -> None:
    """Budgets of changing calls, uploaded bytes, names asked for, reports taken down: each wears out their own alone.

    The key is the signed-in member, so that no address is asked for or kept and no caller can use up another's.
    """
    uploads, custody, on_behalf = daily
    by_day = {
        uploads.name: ProblemCode.TOO_MANY_UPLOADS,
        custody.name: ProblemCode.TOO_MANY_ASKED,
        on_behalf.name: ProblemCode.TOO_MANY_REPORTS,
    }

    def refuse(limit: RequestLimit) -> Response:
        if limit.limit.GRANULARITY.name != "day":
            raise OverBudget(ProblemCode.TOO_MANY_STEPS)
        raise OverBudget(by_day[request.blueprint or ""])

    limiter = Limiter(lambda: signed_in_member(desk), app=app, storage_uri="memory://", on_breach=refuse)
    shared: Callable[[Any], Any] = limiter.shared_limit(desk.budget, scope="casework", methods=CHANGING)
    for views in casework:
        shared(views)
    measured: Callable[[Any], Any] = limiter.limit(
        f"{desk.upload_budget // LEAST_COUNTED}/day", methods=["PUT"], cost=_counted
    )
    measured(uploads)
    share = max(1, desk.names_budget // desk.processes)
    names_limit: Callable[[Any], Any] = limiter.limit(
        f"{share}/day", methods=["POST"], exempt_when=_asks_for_no_name, deduct_when=_is_new
    )
    names_limit(custody)
    reports_limit: Callable[[Any], Any] = limiter.limit(
        f"{desk.reports_budget}/day", methods=["POST"], deduct_when=_is_new
    )
    reports_limit(on_behalf)


def _asks_for_no_name() -> bool:
    return request.url_rule is None or request.url_rule.rule != "/api/unsealing"


def _is_new(answer: Response) -> bool:
    return answer.status_code == 201


def _counted() -> int:
    """What the part of this call counts for, in units of 64 KiB."""
    return max(1, -(-(request.content_length or PART_SIZE) // LEAST_COUNTED))


def _upload_views(desk: Desk) -> Blueprint:
    views = Blueprint("uploads", __name__, url_prefix="/api")

    def only_staff() -> None:
        signed_in_member(desk)

    views.before_request(only_staff)
    add_upload_views(views, desk.mailroom, desk.clock)
    return views


def _open_frame(app: Flask) -> None:
    """Lets the frame be framed, in an opaque origin, its script be loaded there; and the desk use passkeys and workers.

    Registered before the strict headers, so that it runs after them.
    """

    def loosen(answer: Response) -> Response:
        if request.path == FRAME:
            answer.headers["Content-Security-Policy"] = FRAME_POLICY
            answer.headers["X-Frame-Options"] = "SAMEORIGIN"
            # Firefox takes the sandboxed frame itself for a foreign origin; `frame-ancestors` still keeps others out.
            answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.path in SIGN_IN_PAGES and answer.status_code == 200:
            answer.headers["Permissions-Policy"] = permissions(PASSKEYS)
            policy = answer.headers["Content-Security-Policy"]
            answer.headers["Content-Security-Policy"] = policy.replace(NO_SCRIPT_POLICY, WORKERS_POLICY)
        if request.path.startswith(WORKER):
            answer.headers["Content-Security-Policy"] = WORKER_POLICY
        if request.path.startswith("/assets/") and request.method in READING and answer.status_code == 200:
            # These bytes are public and the same everywhere; an opaque origin asks for them too, and
            # may compare them with their hash. Their name changes with them: they are kept for good.
            answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            answer.headers["Access-Control-Allow-Origin"] = "*"
            answer.headers["Cache-Control"] = IMMUTABLE
        return answer

    app.after_request(loosen)
