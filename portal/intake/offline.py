"""`/office/<language>/yanlu-report.html`: the page that works from a disk, with this office's documents inside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, Response

from portal.edge.office_views import Shown, shown_by
from portal.edge.static_site import StaticFile, published
from portal.languages import languages
from portal.mailroom.errors import NoSuchPart
from portal.office import OfficeFolder
from portal.office.errors import OfficeMissing
from portal.release.offline_page import NAME, fill_page, office_texts, shell_path


def offline_views(
    office: OfficeFolder, site: Mapping[str, StaticFile], *, demo: bool, shown: Shown | None
) -> Blueprint:
    """One address a language, for as long as the release has the form."""
    views = Blueprint("offline", __name__, url_prefix="/office")

    def page(language: str) -> Response:
        try:
            texts = office_texts(office, shown_by(office, shown), demo=demo)
        except OfficeMissing as error:
            raise NoSuchPart from error
        answer = published(fill_page(site[shell_path(language)].body, texts), "text/html; charset=utf-8")
        # It is made to be kept: on this origin its script would not run.
        answer.headers["Content-Disposition"] = f'attachment; filename="{NAME}"'
        return answer

    for language in languages():
        if shell_path(language) in site:
            views.add_url_rule(f"/{language}/{NAME}", f"offline_{language}", partial(page, language))
    return views
