"""The office's documents as both faces serve them; whoever seals verifies them for himself."""

from __future__ import annotations

import json

from flask import Flask, Response
from werkzeug.exceptions import NotFound

from portal.errors import OfficeNotReady
from portal.office.errors import OfficeMissing
from portal.office.folder import OfficeFolder

JSON = "application/json"


def serve_office(app: Flask, office: OfficeFolder, *, demo: bool) -> None:
    """Adds `GET /office/…` to an origin."""

    def site() -> Response:
        return Response(json.dumps({"v": 1, "demo": demo}), content_type=JSON)

    def roots() -> Response:
        try:
            return Response(json.dumps({"roots": office.roots()}, ensure_ascii=False), content_type=JSON)
        except OfficeMissing as error:
            raise OfficeNotReady from error

    def directory() -> Response:
        note = office.directory()
        if note is None:
            raise OfficeNotReady
        return Response(note, content_type="text/plain; charset=utf-8")

    def policy(name: str) -> Response:
        return _published(office.policy(name))

    def jurisdictions(name: str) -> Response:
        return _published(office.jurisdictions(name))

    app.add_url_rule("/office/site.json", "office_site", site)
    app.add_url_rule("/office/roots.json", "office_roots", roots)
    app.add_url_rule("/office/directory.note", "office_directory", directory)
    app.add_url_rule("/office/policies/<name>.json", "office_policy", policy)
    app.add_url_rule("/office/jurisdictions/<name>.json", "office_jurisdictions", jurisdictions)


def _published(content: bytes | None) -> Response:
    if content is None:
        raise NotFound
    return Response(content, content_type=JSON)
