"""The review that is owed after an opening in danger to life: a signed finding (SPEC §11)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from crypto.custody.names import REASON_LIMIT, Ground
from crypto.custody.reasons import REASON_STANZAS, Request, UnsealingReason, first_day, read_reason, seal_to
from crypto.errors import DirectoryRefused, ForeignOffice, WrongShape
from crypto.framing import Rng, b64encode, frame, sha256
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Member
from crypto.sealing.age import open_sealed, seal
from crypto.shape import Fields
from crypto.text import TEXT_SIZES, check_padded, pad_text, read_json, write_json

REVIEW_WITHIN_DAYS = 7
"""Days after the request ended until which its review is owed."""


class Finding(StrEnum):
    """What a review finds: there was danger to life and no time, or there was not."""

    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


@dataclass(frozen=True)
class Review:
    """A review as the server keeps it; `text` is an age file of 16 stanzas."""

    office: bytes
    request: bytes
    reviewer: str
    text: bytes
    sig: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "office": b64encode(self.office),
            "request": b64encode(self.request),
            "reviewer": self.reviewer,
            "text": b64encode(self.text),
            "sig": b64encode(self.sig),
        }


@dataclass(frozen=True, repr=False)
class OpenedReview:
    """A review that holds."""

    reviewer: Member
    finding: Finding
    text: str


def read_review(value: object) -> Review:
    """The shape of a review; needs no key."""
    fields = Fields(value, "v", "office", "request", "reviewer", "text", "sig")
    fields.version()
    place = fields.bytes("office", 16), fields.bytes("request", 16), fields.id("reviewer")
    return Review(*place, fields.bytes("text", limit=65536), fields.bytes("sig", 64))


def review_due(expires: str) -> str:
    """The last day for the review of a request that ends on `expires`; both are Sundays."""
    return (date.fromisoformat(expires) + timedelta(days=REVIEW_WITHIN_DAYS)).isoformat()


def _frame(request: Request, review: Review) -> bytes:
    return frame(
        "yanlu/v1/unseal-review", request.office, request.request, sha256(request.reason), review.reviewer,
        sha256(review.text),
    )  # fmt: skip


def may_review(directory: VerifiedDirectory, member: str) -> bool:
    """Whether a member oversees, or is a custodian; the one who asked may not all the same."""
    content = directory.content
    return member in (*content.oversight, *content.custodians) and directory.valid_member(member) is not None


def check_review(directory: VerifiedDirectory, request: Request, review: Review) -> Member:
    """The reviewer, who may review and signed this for this request; needs no key, so that the server can judge too."""
    # 1. A review of this request, which is one that is reviewed.
    if (review.office, review.request) != (directory.office, request.request):
        raise ForeignOffice("a review of another request")
    if request.ground is not Ground.DANGER_TO_LIFE:
        raise WrongShape("nothing to review")
    # 2. Anyone who reviews may.
    found = directory.valid_member(review.reviewer)
    if found is None or not may_review(directory, found.id):
        raise DirectoryRefused("nobody who may review")
    # 3. The signature.
    found.check_signed(_frame(request, review), review.sig, first_day(request.expires))
    return found


def seal_review(
    staff: StaffKeys, directory: VerifiedDirectory, request: Request, finding: Finding, text: str, rng: Rng
) -> Review:
    """A review, sealed to custodians, oversight and anyone who asked; DirectoryRefused for that member's own."""
    reason = read_reason(staff, directory, request.document())
    if reason.requester == staff.member or not may_review(directory, staff.member):
        raise DirectoryRefused("nobody who may review this")
    if request.ground is not Ground.DANGER_TO_LIFE or not text.strip():
        raise WrongShape("nothing to review, or a review without words")
    said = pad_text(write_json({"v": 1, "finding": finding.value, "text": text}))
    readers = [*directory.content.custodians, *directory.content.oversight, reason.requester]
    sealed = seal(said, seal_to(directory, readers, REASON_STANZAS, rng), rng)
    bare = Review(directory.office, request.request, staff.member, sealed, b"")
    return replace(bare, sig=staff.sign(_frame(request, bare)))


def open_review(
    staff: StaffKeys, directory: VerifiedDirectory, request: Request, reason: UnsealingReason, value: object
) -> OpenedReview:
    """A review as its readers see it; `reason` is the verified one of the request."""
    review = read_review(value)
    # 1 to 3. As the server judges.
    reviewer = check_review(directory, request, review)
    # 4. Nobody reviews the own request.
    if reviewer.id == reason.requester:
        raise DirectoryRefused("reviewed by anyone who asked")
    # 5. It opens and says something.
    said = check_padded(open_sealed(review.text, staff.identity, REASON_STANZAS), TEXT_SIZES)
    fields = Fields(read_json(said, len(said)), "v", "finding", "text")
    fields.version()
    finding, text = Finding(fields.word("finding", *Finding)), fields.text("text", REASON_LIMIT)
    if not text.strip():
        raise WrongShape("a review without words")
    return OpenedReview(reviewer, finding, text)
