"""The public face, wired."""

from __future__ import annotations

from flask import Flask

from portal.clock import Clock, system_clock
from portal.db_roles.privileges import StoreRole
from portal.edge.load_limiter import LoadLimiter
from portal.edge.security_txt import security_views
from portal.intake.api import Intake
from portal.intake.app import add_proof_of_work, intake_app
from portal.intake.filings import filing_views
from portal.settings import Settings
from portal.wiring.shared import publish_log, shown_office, watch_stores, wire


def build_intake(settings: Settings, clock: Clock = system_clock, limiter: LoadLimiter | None = None) -> Flask:
    """The public face as a WSGI app; the stores must be up to date (`upgrade_stores`).

    Without a gate it never asks for work: what `yanlu serve` builds has one.
    """
    wired = wire(settings, clock)
    intake = Intake(wired.mailroom, clock)
    site = settings.site / "intake"
    shown, tls = shown_office(settings), settings.behind_tls
    app = intake_app(intake, wired.directory_lookup, site, demo=settings.demo, behind_tls=tls, shown=shown)
    publish_log(app, settings)
    app.register_blueprint(filing_views(wired.mailroom, app.extensions["yanlu_ledger"], intake.pace))
    app.register_blueprint(security_views(settings.security_contact, clock))
    if limiter is not None:
        add_proof_of_work(app, intake, limiter, behind_tls=settings.behind_tls)
    return watch_stores(app, settings, StoreRole.INTAKE)
