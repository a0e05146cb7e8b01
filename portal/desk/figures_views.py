"""Figures for those who open nothing: auditor, council observer, oversight."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from casework.event_store.counting import cases_deleted, cases_received
from casework.statistics.overview import Counted, overview, period_before
from casework.statistics.tables import Category, Table
from casework.words import Words
from portal.desk.access import signed_in_member
from portal.desk.desk import Desk


def figures_views(desk: Desk) -> Blueprint:
    """`/api/figures`."""
    views = Blueprint("figures", __name__, url_prefix="/api")

    @views.get("/figures")
    def figures() -> Response:
        signed_in_member(desk)
        return jsonify(figures_document(desk))

    return views


def figures_document(desk: Desk) -> dict[str, object]:
    """The twelve whole months before this one, small groups withheld; no case is named, and none is told apart."""
    period = period_before(desk.today())
    content = desk.directory.on(desk.today()).content
    entities = {one.id: Words(one.name.zh, one.name.en) for one in content.entities}
    with desk.cases.read() as connection:
        cases = [Counted(*row) for row in cases_received(connection, period.first, period.last)]
        gone = cases_deleted(connection, period.months())
    tables = overview(cases, gone, entities, period)
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "tables": [_table(one) for one in tables],
    }


def _table(table: Table) -> dict[str, object]:
    return {
        "id": table.id,
        "title": _words(table.title),
        "rows": [_category(one) for one in table.rows],
        "columns": [_category(one) for one in table.columns],
        "cells": [list(row) for row in table.cells],
        "row_totals": list(table.row_totals),
        "column_totals": list(table.column_totals),
        "total": table.total,
    }


def _category(category: Category) -> dict[str, object]:
    return {"id": category.id, "name": _words(category.name)}


def _words(words: Words) -> dict[str, str]:
    return words.both()
