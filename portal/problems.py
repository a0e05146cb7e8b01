"""What is refused, by code: status and words (RFC 9457); the texts are msgids of domain `errors`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    """The last part of a problem's `type`."""

    MALFORMED = "malformed"
    NOT_SEALED = "not-sealed"
    TOO_LARGE = "too-large"
    UNSUPPORTED = "unsupported-version"
    FOREIGN_OFFICE = "foreign-office"
    UNKNOWN_POLICY = "unknown-policy"
    WRONG_BUCKET = "wrong-bucket"
    ALREADY_USED = "already-used"
    PART_DIFFERS = "part-differs"
    PART_DAMAGED = "part-damaged"
    PARTS_MISSING = "parts-missing"
    NOT_FOUND = "not-found"
    WRONG_METHOD = "wrong-method"
    STORE_FULL = "store-full"
    STORE_UNAVAILABLE = "store-unavailable"
    OFFICE_NOT_READY = "office-not-ready"
    FAULT = "fault"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_IN_FIRST = "sign-in-first"
    TOO_MANY_ATTEMPTS = "too-many-attempts"
    NO_SUCH_CASE = "no-such-case"
    NO_SUCH_INVITE = "no-such-invite"
    HEAD_MOVED = "head-moved"
    STEP_REFUSED = "step-refused"
    OLDER_KEY = "older-key"
    KEYS_REFUSED = "keys-refused"
    KEYS_WAITING = "keys-waiting"
    KEYS_NOT_SIGNED = "keys-not-signed"
    TRIAL_REFUSED = "trial-refused"
    FOREIGN_PAGE = "foreign-page"
    WORK_NEEDED = "work-needed"
    UPLOADS_FULL = "uploads-full"
    ATTACHMENTS_WAITING = "attachments-waiting"
    BUSY = "busy"
    PROPOSAL_OPEN = "proposal-open"
    NOT_YOUR_PART = "not-your-part"
    NO_SUCH_REQUEST = "no-such-request"
    ALREADY_DECIDED = "already-decided"
    REQUEST_REFUSED = "request-refused"
    PASSKEY_REFUSED = "passkey-refused"
    TOO_MANY_PASSKEYS = "too-many-passkeys"
    NOT_THE_OFFICER = "not-the-officer"
    NOT_AGREED = "not-agreed"
    MANIFEST_REFUSED = "manifest-refused"
    SEQUENCE_USED = "sequence-taken"
    FORM_CHANGED = "form-changed"
    FORM_REFUSED = "form-refused"
    TOO_MANY_REQUESTS = "too-many-requests"
    TOO_MANY_STEPS = "too-many-steps"
    TOO_MANY_UPLOADS = "too-many-uploads"
    TOO_MANY_ASKED = "too-many-asked"
    TOO_MANY_REPORTS = "too-many-reports"
    MAILBOX_FULL = "mailbox-full"
    NO_SUCH_DUTY = "no-such-duty"
    NOT_YOUR_DUTY = "not-your-duty"
    DUTY_DAY = "duty-day"
    DUTY_ALREADY = "duty-already"


@dataclass(frozen=True)
class Problem:
    """Status, title and detail of one kind of refusal; the texts are msgids of domain `errors`."""

    status: int
    title: str
    detail: str


PROBLEMS: dict[ProblemCode, Problem] = {
    ProblemCode.MALFORMED: Problem(
        422, "The request was not understood", "Nothing was stored. Reload the page and send it again."
    ),
    ProblemCode.NOT_SEALED: Problem(
        422, "Only sealed content is accepted", "Something was not sealed on your device. It was not stored."
    ),
    ProblemCode.TOO_LARGE: Problem(413, "This is too large", "Nothing was stored. Attach fewer or smaller files."),
    ProblemCode.UNSUPPORTED: Problem(
        422, "This version is not known here", "Reload the page to get the version that this office uses."
    ),
    ProblemCode.FOREIGN_OFFICE: Problem(
        422, "This is meant for another office", "Nothing was stored. Use the address of the office on its poster."
    ),
    ProblemCode.UNKNOWN_POLICY: Problem(
        422, "This entity or policy is not known here", "Nothing was stored. Reload the page and choose again."
    ),
    ProblemCode.WRONG_BUCKET: Problem(
        422, "The office's directory has changed", "Nothing was stored. Save what you have written and reload the page."
    ),
    ProblemCode.ALREADY_USED: Problem(
        409, "This receipt is already in use", "Another report uses it. Start again to get a new receipt."
    ),
    ProblemCode.MAILBOX_FULL: Problem(
        422,
        "This mailbox takes no more messages",
        "It was not stored. Send a new report, and say in it which one it goes on from.",
    ),
    ProblemCode.PART_DIFFERS: Problem(
        409, "Another content was uploaded under this number", "Remove the attachment and add it again."
    ),
    ProblemCode.PART_DAMAGED: Problem(422, "This part arrived damaged", "It was not stored. Send it again."),
    ProblemCode.PARTS_MISSING: Problem(
        409, "An attachment has not arrived whole", "Send its missing parts, then send again."
    ),
    ProblemCode.NOT_FOUND: Problem(404, "There is nothing here", "Check the address."),
    ProblemCode.WRONG_METHOD: Problem(405, "This cannot be done here", "Check the address."),
    ProblemCode.STORE_FULL: Problem(
        507, "The office's storage is full", "It was not stored. Keep this page open and try again later."
    ),
    ProblemCode.STORE_UNAVAILABLE: Problem(
        503, "The office cannot store anything just now", "It was not stored. Keep this page open and try again later."
    ),
    ProblemCode.OFFICE_NOT_READY: Problem(
        503, "This office is not set up yet", "Its keepers have not signed a directory. Try again later."
    ),
    ProblemCode.FAULT: Problem(
        500, "Something went wrong on the office's side", "Keep this page open and send it again in a minute."
    ),
    ProblemCode.SIGN_IN_REFUSED: Problem(
        401, "Signing in was refused", "Check name, passphrase, device secret and six digits, which are good once only."
    ),
    ProblemCode.SIGN_IN_FIRST: Problem(401, "You are not signed in", "Sign in and do it again."),
    ProblemCode.TOO_MANY_ATTEMPTS: Problem(429, "Too many attempts", "Wait a quarter of an hour, then try again."),
    ProblemCode.NO_SUCH_CASE: Problem(404, "There is no such case", "It is not among your cases."),
    ProblemCode.NO_SUCH_INVITE: Problem(
        404, "This invitation is not valid", "It was used already or has expired. Ask for a new one."
    ),
    ProblemCode.HEAD_MOVED: Problem(
        409, "Somebody else acted on this case first", "Load the case again and look before you repeat the step."
    ),
    ProblemCode.STEP_REFUSED: Problem(422, "This step is not possible", "Load the case again. Nothing was changed."),
    ProblemCode.OLDER_KEY: Problem(409, "A newer key is stored already", "Load the case again."),
    ProblemCode.KEYS_REFUSED: Problem(
        422, "These keys were not accepted", "Check the six digits of the authenticator app and try again."
    ),
    ProblemCode.PASSKEY_REFUSED: Problem(
        422,
        "This passkey was not accepted",
        "Nothing was changed. Try again, and confirm on your device that it is you.",
    ),
    ProblemCode.KEYS_WAITING: Problem(
        409, "New keys of yours wait already", "The keepers sign those first. Nothing was changed."
    ),
    ProblemCode.KEYS_NOT_SIGNED: Problem(
        409, "The keepers have not signed your new keys yet", "Nothing was changed. Go on with the keys that you have."
    ),
    ProblemCode.TOO_MANY_PASSKEYS: Problem(
        409, "You have eight passkeys already", "Remove one that you no longer use first."
    ),
    ProblemCode.TRIAL_REFUSED: Problem(
        422, "This is not the word of the trial case", "Open it again and copy the word."
    ),
    ProblemCode.FOREIGN_PAGE: Problem(403, "This came from another page", "Open the desk at its own address."),
    ProblemCode.WORK_NEEDED: Problem(
        429,
        "The office is very busy just now",
        "Your device is asked for a small calculation first; then the same is sent again. Nothing is lost.",
    ),
    ProblemCode.PROPOSAL_OPEN: Problem(
        409,
        "Your own change of readers still waits for its second signature",
        "Withdraw it, or wait for the second signature, then propose again.",
    ),
    ProblemCode.NOT_YOUR_PART: Problem(
        403, "Your role has no part in this", "Who may do what stands in the table of roles and duties."
    ),
    ProblemCode.NO_SUCH_REQUEST: Problem(
        404, "There is no such request", "It is over, or was never made. Load the page again."
    ),
    ProblemCode.ALREADY_DECIDED: Problem(
        409, "This was decided already", "A custodian votes once, and a request is never altered. Load the page again."
    ),
    ProblemCode.REQUEST_REFUSED: Problem(
        422, "This request was not accepted", "Nothing was kept. Load the page again and ask again."
    ),
    ProblemCode.NO_SUCH_DUTY: Problem(
        404, "The policies in force have no such duty", "Nothing was kept. Open Duties again."
    ),
    ProblemCode.NOT_YOUR_DUTY: Problem(
        403, "This duty belongs to another role", "Nothing was kept. A member who holds that role signs it."
    ),
    ProblemCode.DUTY_DAY: Problem(
        422,
        "This day cannot count",
        "Nothing was kept. Enter a day that is not in the future, and not before the duty began.",
    ),
    ProblemCode.DUTY_ALREADY: Problem(
        409, "This duty is already signed as done for that day", "Nothing was kept. Open Duties again."
    ),
    ProblemCode.NOT_THE_OFFICER: Problem(
        403, "Only the retaliation officer can do this", "Nothing was changed. Sign the call with the officer's key."
    ),
    ProblemCode.NOT_AGREED: Problem(
        409,
        "Nobody has agreed to a watch at this entity",
        "Nothing was kept. Record the agreement with the works council or union first.",
    ),
    ProblemCode.MANIFEST_REFUSED: Problem(
        403,
        "This was not signed by a source that is known here",
        "Nothing was kept. Check source, key, day, and that the file is the one that was signed.",
    ),
    ProblemCode.SEQUENCE_USED: Problem(
        409, "Another file was delivered under this number", "Nothing was kept. Give the file the next number."
    ),
    ProblemCode.FORM_CHANGED: Problem(
        409, "Somebody changed this form meanwhile", "Nothing was kept. Look at the newest version and choose again."
    ),
    ProblemCode.FORM_REFUSED: Problem(
        422,
        "This form names a column or kind that nobody knows",
        "Nothing was kept. Load the page again and choose from what it offers.",
    ),
    ProblemCode.TOO_MANY_REQUESTS: Problem(
        429,
        "You have asked for links as often as a month allows",
        "Nothing was entered in the log. Those that you asked for can be answered; ask for more next month.",
    ),
    ProblemCode.TOO_MANY_STEPS: Problem(
        429, "Too many changes a minute", "This step was not taken. Repeat it in a minute."
    ),
    ProblemCode.TOO_MANY_ASKED: Problem(
        429,
        "You have asked for as many names today as one member may",
        "Nothing was asked. Ask again tomorrow; in danger to life have a colleague ask now.",
    ),
    ProblemCode.TOO_MANY_REPORTS: Problem(
        429,
        "You have logged as many reports today as one member may",
        "Nothing was sent. Send it tomorrow, or have a colleague take it down now.",
    ),
    ProblemCode.TOO_MANY_UPLOADS: Problem(
        429, "Too much uploaded today", "Nothing was sent. Leave it out, or wait a day."
    ),
    ProblemCode.UPLOADS_FULL: Problem(
        507,
        "There is no room for more attachments just now",
        "Nothing was stored. Send your report without attachments, or try again tomorrow: text has room of its own.",
    ),
    ProblemCode.ATTACHMENTS_WAITING: Problem(
        503,
        "Many attachments are under way just now",
        "This one has to wait. Keep this page open and try again in a minute; text gets through meanwhile.",
    ),
    ProblemCode.BUSY: Problem(
        503,
        "The office is very busy just now",
        "Nothing was stored. Keep this page open and try again in a minute.",
    ),
}
