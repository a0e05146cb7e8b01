"""The officer's alerts: shown on their day under no name, named one at a time, moved along the ladder."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, jsonify

from crypto.framing import b64encode
from crypto.shape import Fields
from crypto.text import read_json
from portal.bodies import id_in_path
from portal.clock import day_in
from portal.watch.calls import BODY_LIMIT, Calls
from portal.watch.room import WatchRoom
from retaliation_watch.looking.alerts import AlertState, Naming, name_person, set_state, shown_alerts
from retaliation_watch.looking.evidence_file import enter_evidence


def add_alert_views(views: Blueprint, room: WatchRoom, calls: Calls) -> None:
    """Every call is the officer's, signed."""

    @views.get("/alerts")
    def alerts() -> Response:
        calls.officer()
        return jsonify({"alerts": _alerts(room)})

    @views.post("/alerts/<alert>/name")
    def name(alert: str) -> Response:
        officer, _ = calls.officer()
        return jsonify(_named(room, id_in_path(alert), officer.id))

    @views.post("/alerts/<alert>/evidence")
    def evidence(alert: str) -> Response:
        calls.officer()
        return jsonify({"sha256": b64encode(_entered(room, id_in_path(alert)))})

    @views.post("/alerts/<alert>/state")
    def state(alert: str) -> Response:
        _, body = calls.officer()
        fields = Fields(read_json(body, BODY_LIMIT), "v", "state")
        fields.version()
        _set_state(room, id_in_path(alert), fields.word("state", *AlertState))
        return jsonify({})


def _alerts(room: WatchRoom) -> list[dict[str, object]]:
    with room.store.read() as connection:
        return shown_alerts(connection, _today(room))


def _named(room: WatchRoom, alert: bytes, officer: str) -> dict[str, str]:
    with room.store.write() as tx:
        return name_person(tx, room.key, alert, Naming(officer, _today(room)), room.rng)


def _entered(room: WatchRoom, alert: bytes) -> bytes:
    with room.store.write() as tx:
        return enter_evidence(tx, alert, _today(room))


def _set_state(room: WatchRoom, alert: bytes, state: str) -> None:
    with room.store.write() as tx:
        set_state(tx, alert, AlertState(state))


def _today(room: WatchRoom) -> date:
    return day_in("UTC", room.clock())
