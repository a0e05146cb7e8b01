"""The operations of the vectors of custody, over the Python twin; `crypto/vectors/README.md` describes them."""

import os
from collections.abc import Callable
from typing import Any

import crypto
from crypto.framing import b64decode, b64encode, sha256

Json = dict[str, Any]


def office_of(office: Json) -> crypto.VerifiedDirectory:
    """The office of a vector, verified."""
    roots = [root.encode() for root in office["roots"]]
    return crypto.verify_directory(
        office["code"], roots, office["note"].encode(), office["today"], also_lapsed=office.get("also_lapsed", False)
    )


def staff_of(directory: crypto.VerifiedDirectory, staff: Json) -> crypto.StaffKeys:
    """A member's keys."""
    return crypto.staff_keys(b64decode(staff["seed"]), directory.office, staff["member"])


def open_request(given: Json) -> Json:
    """What a request says, once it holds."""
    directory = office_of(given["office"])
    found = crypto.open_request(staff_of(directory, given["staff"]), directory, given["request"])
    return {
        "requester": found.requester.id, "handle": b64encode(found.handle), "packet": b64encode(sha256(found.packet)),
        "about": found.about.value, "ground": found.ground.value, "told": found.notify.value,
        "text": found.text, "delay": found.delay,
        "expires": found.expires, "hash": b64encode(found.hash),
    }  # fmt: skip


def approve_request(given: Json) -> Json:
    """A custodian's approval; its bytes differ each time."""
    directory = office_of(given["office"])
    staff, marks = staff_of(directory, given["staff"]), {b64decode(mark) for mark in given["marks"]}
    opened = crypto.open_request(staff, directory, given["request"])
    vote = crypto.approve_request(staff, directory, opened, marks, os.urandom)
    return {"custodian": vote.custodian, "approves": vote.approves}


def unseal(given: Json) -> Json:
    """The identity that the votes open."""
    directory = office_of(given["office"])
    staff = staff_of(directory, given["staff"])
    opened = crypto.open_request(staff, directory, given["request"])
    return {"identity": crypto.unseal(staff, directory, opened, given["votes"]).document()}


def read_reason(given: Json) -> Json:
    """Who asked, and why, as oversight reads it."""
    directory = office_of(given["office"])
    found = crypto.read_reason(staff_of(directory, given["staff"]), directory, given["request"])
    return {"requester": found.requester, "about": found.about.value, "text": found.text, "delay": found.delay}


def seal_review(given: Json) -> Json:
    """A review; its bytes differ each time."""
    directory = office_of(given["office"])
    staff, request = staff_of(directory, given["staff"]), crypto.read_request(given["request"])
    finding = crypto.Finding(given["finding"])
    found = crypto.seal_review(staff, directory, request, finding, given["text"], os.urandom)
    return {"reviewer": found.reviewer, "due": crypto.review_due(request.expires)}


def open_review(given: Json) -> Json:
    """What a review says, once it holds."""
    directory = office_of(given["office"])
    staff, request = staff_of(directory, given["staff"]), crypto.read_request(given["request"])
    reason = crypto.read_reason(staff, directory, given["request"])
    found = crypto.open_review(staff, directory, request, reason, given["review"])
    return {"reviewer": found.reviewer.id, "finding": found.finding.value, "text": found.text}


CUSTODY_OPS: dict[str, Callable[[Json], Json]] = {
    "open_request": open_request,
    "approve_request": approve_request,
    "unseal": unseal,
    "read_reason": read_reason,
    "seal_review": seal_review,
    "open_review": open_review,
}
