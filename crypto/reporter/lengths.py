"""What a reporter sends has one of a few lengths, whatever is in it (SPEC §7)."""

from collections.abc import Mapping

from crypto.errors import WrongShape
from crypto.reporter.submission import Submission, read_post, read_submission
from crypto.text import is_canonical, pad_exactly, read_json, without_padding, write_canonical

SUBMISSION_SIZES = (196608, 262144, 393216)
LONGEST_SUBMISSION = SUBMISSION_SIZES[-1]
POST_SIZE = 196608
DRAFT_PUT_SIZE = 49152
MANY_PARTS = 256
"""With more parts than that, of all attachments together, a submission has the greatest length."""


def submission_size(submission: Submission) -> int:
    """The one length (bytes) of this submission; packet size and number of parts decide it, no text does."""
    if sum(len(blob.parts) for blob in submission.blobs) > MANY_PARTS:
        return LONGEST_SUBMISSION
    return SUBMISSION_SIZES[0] if submission.grant.bucket == 8 else SUBMISSION_SIZES[1]


def write_submission(document: Mapping[str, object]) -> bytes:
    """A submission as it is sent and as a bundle carries it; raises the stages of `read_submission`."""
    return pad_exactly(write_canonical(dict(document)), submission_size(read_submission(dict(document))))


def write_post(document: Mapping[str, object]) -> bytes:
    """A post as it is sent: exactly 196,608 bytes; raises the stages of `read_post`."""
    read_post(dict(document))
    return pad_exactly(write_canonical(dict(document)), POST_SIZE)


def read_sent_submission(content: bytes) -> Submission:
    """A submission with its length; stage json and those of `read_submission`, schema for another length."""
    value = read_json(content, LONGEST_SUBMISSION)
    submission = read_submission(value)
    check_sent(content, value, submission_size(submission))
    return submission


def check_sent(content: bytes, value: object, size: int) -> None:
    """Raise WrongShape unless `content` is the one way to send `value`: written without a blank, spaces to `size`.

    `value` is what `read_json` gave of `content`.
    """
    if len(content) != size:
        raise WrongShape("not the length that this has whatever is in it")
    if not is_canonical(without_padding(content), value):
        raise WrongShape("something else than spaces at the end fills it up")
