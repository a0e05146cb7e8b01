"""The officer's alerts: shown on their day under no name, named one at a time, moved along the ladder."""

from __future__ import annotations

from datetime import date
from math import isinf

from flask import Blueprint, Response, jsonify

from crypto.framing import b64encode, sha256
from crypto.shape import Fields
from crypto.text import read_json
from crypto.watch.protection import PLACES
from portal.clock import day_in
from portal.edge.bodies import id_in_path
from portal.watch.calls import BODY_LIMIT, Calls
from portal.watch.context import WatchContext
from retaliation_watch.review_sampling.ratio import BOUND, together
from retaliation_watch.weekly_run.evidence_file import enter_evidence
from retaliation_watch.weekly_run.officer_alert_list import (
    AlertState,
    Naming,
    name_person,
    names_left,
    set_state,
    shown_alerts,
)
from retaliation_watch.weekly_run.response_options import response_options


def add_alert_views(views: Blueprint, context: WatchContext, calls: Calls) -> None:
    """Every call is the officer's, signed."""

    @views.get("/alerts")
    def alerts() -> Response:
        officer, _ = calls.officer()
        return jsonify(_alerts(context, officer.id))

    @views.get("/alerts/<alert>/steps")
    def steps(alert: str) -> Response:
        calls.officer()
        return jsonify(_steps(context, id_in_path(alert)))

    @views.post("/alerts/<alert>/name")
    def name(alert: str) -> Response:
        officer, _ = calls.officer()
        return jsonify(_named(context, id_in_path(alert), officer.id))

    @views.post("/alerts/<alert>/evidence")
    def evidence(alert: str) -> Response:
        calls.officer()
        file = _entered(context, id_in_path(alert))
        return jsonify({"sha256": b64encode(sha256(file)), "file": file.decode()})

    @views.post("/alerts/<alert>/state")
    def state(alert: str) -> Response:
        _, body = calls.officer()
        fields = Fields(read_json(body, BODY_LIMIT), "v", "state")
        fields.version()
        _set_state(context, id_in_path(alert), fields.word("state", *AlertState))
        return jsonify({})


def _alerts(context: WatchContext, officer: str) -> dict[str, object]:
    today = _today(context)
    with context.store.read() as connection:
        return {"alerts": shown_alerts(connection, today), "names": names_left(connection, officer, today)}


def _steps(context: WatchContext, alert: bytes) -> dict[str, object]:
    """The response options of an alert; what would prove the person to be on the list is `null` times the odds."""
    with context.store.read() as connection:
        options = response_options(connection, context.key.randomization_key, alert, _today(context))
    steps = [
        {
            "kind": one.kind.value,
            "recorded": one.recorded.isoformat(),
            "asked": one.asked and one.asked.isoformat(),
            "refusal": one.judgement.refusal,
            "adds": _odds(one.judgement.odds_ratio),
            "whole": _odds(one.judgement.cumulative_odds_ratio),
        }
        for one in options.steps
    ]
    return {
        "bound": BOUND,
        "together": round(together(PLACES), 1),
        "whole": _odds(options.cumulative_odds_ratio),
        "steps": steps,
    }


def _odds(ratio: float) -> float | None:
    return None if isinf(ratio) else round(ratio, 3)


def _named(context: WatchContext, alert: bytes, officer: str) -> dict[str, object]:
    naming = Naming(officer, _today(context))
    with context.store.write() as tx:
        naming_document = name_person(tx, context.key, alert, naming, context.rng)
        return {**naming_document, "left": names_left(tx, officer, naming.day)}


def _entered(context: WatchContext, alert: bytes) -> bytes:
    with context.store.write() as tx:
        return enter_evidence(tx, alert, _today(context))


def _set_state(context: WatchContext, alert: bytes, state: str) -> None:
    with context.store.write() as tx:
        set_state(tx, alert, AlertState(state))


def _today(context: WatchContext) -> date:
    return day_in("UTC", context.clock())
