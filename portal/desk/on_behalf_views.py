"""A report that a member took down for somebody: sealed in the member's browser, taken exactly as intake takes one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from crypto.reporter.lengths import LONGEST_SUBMISSION
from portal.desk.access import signed_in_member
from portal.desk.desk import Desk
from portal.edge.bodies import whole_body
from portal.edge.directory_lookup import DirectoryLookup
from portal.mailroom.shapes import submission_sent
from portal.mailroom.submissions import accept_submission


def on_behalf_views(desk: Desk) -> Blueprint:
    """`/api/submissions`: nothing that is kept of it tells who took it down, nor that anybody did."""
    views = Blueprint("taking", __name__, url_prefix="/api")
    front = DirectoryLookup(desk.directory)

    @views.post("/submissions")
    def submit() -> Response:
        signed_in_member(desk)
        submission = submission_sent(whole_body(LONGEST_SUBMISSION))
        day = front.admit_submission(submission, desk.clock())
        new = accept_submission(desk.mailroom, submission, day).new
        answer = jsonify({"day": day.isoformat()})
        answer.status_code = 201 if new else 200
        return answer

    return views
