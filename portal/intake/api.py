"""The intake interface: sealed bytes come in and go out; sizes and headers are all it looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date

from flask import Blueprint, Response, jsonify

from crypto.reporter.lengths import DRAFT_PUT_SIZE, LONGEST_SUBMISSION, POST_SIZE
from portal.clock import Clock
from portal.edge.blob_views import add_upload_views
from portal.edge.bodies import whole_body
from portal.edge.directory_lookup import DirectoryLookup
from portal.intake.bundles import accept_bundle
from portal.intake.response_timing import ResponseTiming
from portal.mailroom.context import Mailroom
from portal.mailroom.service import (
    accept_post,
    accept_submission,
    listing_for_poll,
    read_part_for_reporter,
    store_draft,
)
from portal.mailroom.shapes import (
    SMALL_LIMIT,
    blob_request_of,
    draft_sent,
    poll_of,
    post_sent,
    read_shape,
    submission_sent,
)

SEALED = "application/octet-stream"


@dataclass(frozen=True)
class Intake:
    """What the views work on."""

    mailroom: Mailroom
    clock: Clock
    pace: ResponseTiming = field(default_factory=ResponseTiming)

    def day(self) -> date:
        """The day at Greenwich, for whatever has no entity yet."""
        return self.clock().astimezone(UTC).date()


def intake_views(intake: Intake, directory_lookup: DirectoryLookup) -> Blueprint:
    """`/api/…`."""
    views = Blueprint("intake", __name__, url_prefix="/api")
    add_upload_views(views, intake.mailroom, intake.clock)
    _add_submission_views(views, intake, directory_lookup)
    _add_mailbox_views(views, intake, directory_lookup)
    return views


def accepted(day: date, *, new: bool) -> Response:
    """201 for a report that is here now, 200 for one that was here already."""
    answer = jsonify({"day": day.isoformat()})
    answer.status_code = 201 if new else 200
    return answer


def _add_submission_views(views: Blueprint, intake: Intake, directory_lookup: DirectoryLookup) -> None:
    @views.post("/submissions")
    def submit() -> Response:
        submission = submission_sent(whole_body(LONGEST_SUBMISSION))
        day = directory_lookup.admit_submission(submission, intake.clock())
        return accepted(day, new=accept_submission(intake.mailroom, submission, day).new)

    @views.post("/bundles")
    def bundle() -> Response:
        day, new = accept_bundle(intake.mailroom, directory_lookup, intake.clock())
        return accepted(day, new=new)


def _add_mailbox_views(views: Blueprint, intake: Intake, directory_lookup: DirectoryLookup) -> None:
    @views.post("/poll")
    def poll() -> Response:
        token, start = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, poll_of)
        with intake.pace.quantized():
            listing = listing_for_poll(intake.mailroom, token, start)
        return Response(listing, mimetype=SEALED)

    @views.post("/posts")
    def post() -> Response:
        posted = post_sent(whole_body(POST_SIZE))
        accept_post(intake.mailroom, posted, directory_lookup.days(intake.clock()))
        return Response("{}\n", 202, mimetype="application/json")

    @views.put("/drafts")
    def draft() -> Response:
        token, content = draft_sent(whole_body(DRAFT_PUT_SIZE))
        store_draft(intake.mailroom, token, content, intake.day())
        return Response("{}\n", 202, mimetype="application/json")

    @views.post("/blob")
    def blob() -> Response:
        token, wanted, part = read_shape(whole_body(SMALL_LIMIT), SMALL_LIMIT, blob_request_of)
        return Response(read_part_for_reporter(intake.mailroom, token, wanted, part), mimetype=SEALED)
